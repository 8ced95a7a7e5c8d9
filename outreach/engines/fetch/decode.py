"""Undoing Content-Encoding, with a cap on what comes out.  Pure.

We ask for gzip only, yet some servers send what they like.  A bomb gives `CAP` bytes and `cut`.
"""

from __future__ import annotations

import zlib

from isal import isal_zlib

_BROKEN: tuple[type[Exception], ...] = (isal_zlib.error, zlib.error, EOFError, OSError)  # type: ignore[assignment]

CAP = 5 * 1024 * 1024
"""Bytes, decoded; a page of more is read up to here."""


class BadCoding(ValueError):
    """The body is not in the coding that its header names."""


def decode(body: bytes, coding: str, *, cap: int = CAP) -> tuple[bytes, bool]:
    """The plain body and whether there was more: it was cut at `cap`, or the stream breaks off; raises BadCoding.

    `coding` is the Content-Encoding header; several codings are undone from the last, two at most.
    """
    names = [
        name.strip().lower() for name in coding.split(",") if name.strip().lower() not in ("", "identity")
    ]
    if len(names) > 2:
        raise BadCoding("more than two codings")
    cut = False
    for name in reversed(names):
        body, more = _undo(name, body, cap)
        cut = cut or more
    return (body, cut) if len(body) <= cap else (body[:cap], True)


def _undo(name: str, body: bytes, cap: int) -> tuple[bytes, bool]:
    if not body:
        return body, False
    whole = True
    try:
        if name in ("gzip", "x-gzip"):
            out, whole = _gunzip(body, cap)
        elif name == "deflate":
            out = _inflate(body, cap)
        elif name == "br":
            out = _unbrotli(body, cap)
        elif name == "zstd":
            out = _unzstd(body, cap)
        else:
            raise BadCoding(f"unknown coding {name[:20]}")
    except _BROKEN as error:
        raise BadCoding(str(error)[:100]) from None
    return out[:cap], len(out) > cap or not (whole or _ends_as_a_page(out))


def _ends_as_a_page(plain: bytes) -> bool:
    """Some servers forget the end of the stream; nothing of the page is missing when its last tag is there."""
    return b"</html" in plain[-2_000:].lower()


def _gunzip(body: bytes, cap: int) -> tuple[bytes, bool]:
    """The plain bytes, and whether the stream came to its end."""
    if not body.startswith(b"\x1f\x8b"):
        return body[: cap + 1], True  # many servers name gzip and send plain text; browsers fail, we need not
    undo = isal_zlib.decompressobj(wbits=31)
    plain = undo.decompress(body, cap + 1)
    if not plain and not undo.eof:
        raise BadCoding("it breaks off at once")
    return plain, undo.eof


def _inflate(body: bytes, cap: int) -> bytes:
    try:
        return isal_zlib.decompressobj(wbits=15).decompress(body, cap + 1)
    except _BROKEN:
        return isal_zlib.decompressobj(wbits=-15).decompress(body, cap + 1)


def _unbrotli(body: bytes, cap: int) -> bytes:
    import brotli

    try:
        return bytes(brotli.Decompressor().process(body, output_buffer_limit=cap + 1))
    except brotli.error as error:
        raise BadCoding(str(error)) from None


def _unzstd(body: bytes, cap: int) -> bytes:
    import zstandard

    try:
        with zstandard.ZstdDecompressor(max_window_size=2**24).stream_reader(body) as reader:
            return bytes(reader.read(cap + 1))
    except zstandard.ZstdError as error:
        raise BadCoding(str(error)) from None
