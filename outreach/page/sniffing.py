"""Is it HTML, and may it be read at all? Asked of the bytes, before a tree is made."""

from __future__ import annotations

import re

from outreach.kit.patterns import late
from outreach.page.headers import Headers

MOST_TAGS, MOST_ATTRIBUTES, MOST_NULS = 140_000, 75_000, 300_000
"""A tree of more takes over 20 MB; of the largest pages for readers none has a tenth of that."""
BOMB_FACTOR = 100
_SCRIPTS = late(rb"<(script|style)\b.*?</\1", re.IGNORECASE | re.DOTALL)
_WIDE = late(rb"^(?:\xff\xfe|\xfe\xff)|charset=[\"' ]*(?:utf-?16|ucs-?2|unicode)", re.IGNORECASE)
"""Encodings in which every other byte may be a NUL."""
_NOT_HTML = late(
    r"^\s*(?:text/(?!html\b)|image/|audio/|video/|font/|application/(?!xhtml\+xml)|model/|multipart/)",
    re.IGNORECASE,
)
_NO_TEXT = (b"\x1f\x8b\x08", b"%PDF-", b"\x89PNG", b"\xff\xd8\xff", b"PK\x03\x04")
"""Compressed or another kind of file, whatever its header says: nothing that a reader sees as a page."""


def is_too_complex(body: bytes, content_type: str = "") -> bool:
    """Whether the page would cost too much to be parsed at all."""
    if len(body) < 4 * MOST_ATTRIBUTES:
        return False
    return (
        body.count(b"<") > MOST_TAGS
        or (body.count(b"=") > MOST_ATTRIBUTES and _SCRIPTS.sub(b"", body).count(b"=") > MOST_ATTRIBUTES)
        or (body.count(b"\0") > MOST_NULS and not _WIDE.search(body[:2] + content_type.encode()))
    )


def is_bomb(got_bytes: int, body: bytes, *, is_cut: bool) -> bool:
    """Whether what came over the wire swelled to the limit by more than any page does: text becomes a tenth by gzip, nothing a thousandth."""
    return is_cut and 0 < got_bytes * BOMB_FACTOR < len(body)


def is_html(headers: Headers, body: bytes) -> bool:
    """Whether a browser would show this as a page; without a type the bytes decide."""
    kind = headers.get("content-type").split(";")[0].strip().lower()
    if kind in ("text/html", "application/xhtml+xml"):
        return not body.startswith(_NO_TEXT)
    if kind in ("", "unknown/unknown", "application/unknown", "*/*") or "/" not in kind:
        return _sniffs_as_html(body)
    if kind in ("text/xml", "application/xml"):
        return b"<html" in body[:1_024].lower() and b"w3.org/1999/xhtml" in body[:2_048]
    return not _NOT_HTML.match(kind) and _sniffs_as_html(body)


def _sniffs_as_html(body: bytes) -> bool:
    start = body[:1_024].lstrip(b"\xef\xbb\xbf\t\n\x0c\r ").lower()
    if not start or (b"\x00" in body[:512] and not body.startswith((b"\xff\xfe", b"\xfe\xff"))):
        return body.startswith((b"\xff\xfe", b"\xfe\xff"))
    if start.startswith((b"%pdf", b"\x89png", b"gif8", b"\xff\xd8", b"pk\x03\x04", b"{", b"[")):
        return False
    return (
        start.startswith(b"<") or b"<html" in start or b"<a " in start or b"<p" in start or b"<title" in start
    )
