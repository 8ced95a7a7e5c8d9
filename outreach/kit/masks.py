"""Taking an address out of whatever it stands in: text, JSON, mails, archives. Pure.

A mask of bytes is as long as what it covers, so that lengths, line breaks and offsets stay right. Encodings that
are seen through: upper and lower case, percent signs of addresses (`%40`), HTML entities, escapes of JSON,
quoted-printable with its soft line breaks, base64, UTF-16 with its mark, gzip, and zip (so xlsx and docx, too); a
domain stands as punycode or in its own letters. What is drawn or compressed inside a PDF is not.
"""

from __future__ import annotations

import base64
import binascii
import gzip
import io
import re
import zipfile
import zlib
from collections.abc import Iterable
from typing import Any

ERASED = "[erased]"
DEEPEST = 3
"""Archives inside archives that are opened."""
LARGEST = 64 * 2**20
"""Unpacked bytes of one archive that are looked through."""
_SOFT = r"(?:=\r?\n)?"
_SIGNS = {
    "@": "@|%40|=40|&#0*64;|&#x0*40;|&commat;|\\\\u0040",
    ".": r"\.|%2e|=2e|&#0*46;|&#x0*2e;|&period;|\\u002e",
    "+": r"\+|%2b|=2b|&#0*43;|&#x0*2b;|&plus;|\\u002b",
    "_": "_|%5f|=5f|&#0*95;|&#x0*5f;|&lowbar;|\\\\u005f",
    "-": "-|%2d|=2d|&#0*45;|&#x0*2d;|\\\\u002d",
}
_BEFORE = (
    r"(?:(?<![A-Za-z0-9_%+\-])|(?<=[=%][0-9A-Fa-f]{2})|(?<=\\[nrt])|(?<=\\u[0-9A-Fa-f]{4}))(?<![A-Za-z0-9]\.)"
)
"""No sign of a longer address before it, but for an escape of a sign that ends one."""
_AFTER = r"(?![A-Za-z0-9\-])(?!\.[A-Za-z0-9])"
_WIDE = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}
_LINE = rb"={0,2}[ \t]*(?:\r?\n|\Z)"
_BLOCK = re.compile(
    rb"^[A-Za-z0-9+/]{16,1000}" + _LINE + rb"(?:^[A-Za-z0-9+/]{1,1000}" + _LINE + rb")*", re.MULTILINE
)
_WORD = re.compile(rb"=\?[A-Za-z0-9_\-]{1,40}\?[bB]\?([A-Za-z0-9+/=]{4,1000})\?=")
_RUN = re.compile(r"[A-Za-z0-9]+")


class Mask:
    """Covers these mail addresses wherever they stand; other addresses that only end like one are left alone."""

    def __init__(self, addresses: Iterable[str]) -> None:
        named = {address.lower() for address in addresses if "@" in address}
        self.addresses = sorted(named | {_in_letters(address) for address in named}, key=len, reverse=True)
        whole = "|".join(_pattern(address) for address in self.addresses) or "(?!)"
        pattern = f"{_BEFORE}(?:{whole}){_AFTER}"
        self._text = re.compile(pattern, re.IGNORECASE)
        self._bytes = re.compile(pattern.encode("utf-8"), re.IGNORECASE)
        self._pieces = [tuple(piece.encode() for piece in _pieces(address)) for address in self.addresses]

    def likes(self) -> list[str]:
        """Patterns for SQL's LIKE, escaped by a backslash, that every text with an address fits, and few others."""
        return [_like(address) for address in self.addresses]

    def text(self, text: str) -> str:
        """The text without the addresses; the very same when it holds none."""
        return self._text.sub(ERASED, text)

    def value(self, value: Any) -> Any:
        """The same of every text in a JSON value, keys included."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, list):
            return [self.value(item) for item in value]
        if isinstance(value, dict):
            return {self.value(key): self.value(item) for key, item in value.items()}
        return value

    def cells(self, value: Any) -> Any:
        """As `value`, but a list of text of which one holds an address is a row about somebody: all of it goes."""
        if isinstance(value, list) and all(item is None or isinstance(item, str) for item in value):
            return (
                [ERASED for _ in value] if any(item and self.text(item) != item for item in value) else value
            )
        if isinstance(value, list):
            return [self.cells(item) for item in value]
        if isinstance(value, dict):
            return {self.value(key): self.cells(item) for key, item in value.items()}
        return self.value(value)

    def raw(self, data: bytes, depth: int = 0) -> bytes:
        """The bytes without the addresses, in whatever of the encodings they stand; the very same when there are none."""
        if data[:2] in _WIDE:
            return self._wide(data)
        if data[:2] == b"\x1f\x8b" and depth < DEEPEST:
            return self._gzip(data, depth)
        if data[:4] == b"PK\x03\x04" and depth < DEEPEST:
            return self._zip(data, depth)
        if self._may_hold(data):
            data = self._bytes.sub(lambda found: b"x" * len(found[0]), data)
        if depth < DEEPEST:
            data = _BLOCK.sub(lambda found: self._block(found[0], depth), data)
            data = _WORD.sub(lambda found: found[0].replace(found[1], self._packed(found[1], depth)), data)
        return data

    def _wide(self, data: bytes) -> bytes:
        """A text of two bytes a sign, as spreadsheets save "Unicode text"."""
        wide = _WIDE[data[:2]]
        text = data[2:].decode(wide, "surrogatepass") if len(data) % 2 == 0 else ""
        masked = self._text.sub(lambda found: "x" * len(found[0]), text)
        return data if masked == text else data[:2] + masked.encode(wide, "surrogatepass")

    def is_in(self, data: bytes) -> bool:
        """Does an address stand in these bytes, in capitals or not?"""
        return self._may_hold(data) and self._bytes.search(data) is not None

    def _may_hold(self, data: bytes) -> bool:
        plain = data.replace(b"=\r\n", b"").replace(b"=\n", b"").lower()
        return any(all(piece in plain for piece in pieces) for pieces in self._pieces)

    def _block(self, block: bytes, depth: int) -> bytes:
        """A run of base64 lines, broken again where it was broken before."""
        first = block.splitlines(keepends=True)[0]
        width, end = len(first.rstrip()), b"\r\n" if first.endswith(b"\r\n") else b"\n"
        packed = b"".join(block.split())
        masked = self._packed(packed, depth)
        if masked is packed:
            return block
        lines = [masked[start : start + width] for start in range(0, len(masked), width)]
        return end.join(lines) + (end if block.endswith(b"\n") else b"")

    def _packed(self, packed: bytes, depth: int) -> bytes:
        try:
            inside = base64.b64decode(packed + b"=" * (-len(packed) % 4))
        except (binascii.Error, ValueError):
            return packed
        masked = self.raw(inside, depth + 1)
        return packed if masked == inside else base64.b64encode(masked)

    def _gzip(self, data: bytes, depth: int) -> bytes:
        try:
            inside = gzip.GzipFile(fileobj=io.BytesIO(data)).read(LARGEST)
        except (OSError, EOFError, zlib.error):
            return data
        masked = self.raw(inside, depth + 1)
        return data if masked == inside else gzip.compress(masked, 6, mtime=0)

    def _zip(self, data: bytes, depth: int) -> bytes:
        """An archive with its entries masked; one that cannot be read stays as it is."""
        try:
            return self._zip_again(data, depth)
        except (
            zipfile.BadZipFile,
            OSError,
            EOFError,
            zlib.error,
            NotImplementedError,
            RuntimeError,
            ValueError,
        ):
            return data

    def _zip_again(self, data: bytes, depth: int) -> bytes:
        out, changed, left = io.BytesIO(), False, LARGEST
        with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
            for entry in old.infolist():
                with old.open(entry) as file:
                    inside = file.read(left)
                left -= len(inside)
                masked = self.raw(inside, depth + 1)
                changed = changed or masked != inside
                new.writestr(entry.filename, masked)
                if left <= 0:
                    return data
        return out.getvalue() if changed else data


def _pattern(address: str) -> str:
    return _SOFT.join(map(_sign, address))


def _sign(sign: str) -> str:
    if sign in _SIGNS:
        return f"(?:{_SIGNS[sign]})"
    if sign.isascii():
        return re.escape(sign)
    spelled = [form for one in (sign, sign.upper()) for form in (one, _coded(one, "="), _coded(one, "%"))]
    return f"(?:{'|'.join(spelled)})"


def _coded(sign: str, mark: str) -> str:
    return "".join(f"{mark}{byte:02X}" for byte in sign.encode())


def _in_letters(address: str) -> str:
    """The address with its domain as people read it: `bo@xn--bcher-kva.example` is bo@bücher.example."""
    local, _, domain = address.rpartition("@")
    return f"{local}@{'.'.join(map(_label, domain.split('.')))}"


def _label(label: str) -> str:
    try:
        return label[4:].encode().decode("punycode") if label.startswith("xn--") else label
    except UnicodeError:
        return label


def _pieces(address: str) -> tuple[str, ...]:
    """The longest plain run of the local part and of the domain: what no encoding changes."""
    local, _, domain = address.rpartition("@")
    return tuple(max(_RUN.findall(part) or [""], key=len) for part in (local, domain))


def _like(address: str) -> str:
    return (
        "%"
        + re.sub(r"[^A-Za-z0-9]+", "%", address.encode("ascii", "replace").decode().replace("?", "%"))
        + "%"
    )
