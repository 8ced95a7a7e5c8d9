"""What a site lists of itself: feeds (RSS, RDF, Atom, JSON Feed) and sitemaps.  Pure.

XML of strangers is read by defusedxml: no entity is expanded, nothing is fetched.  What cannot be read lists nothing.
"""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from ada_url import join_url
from defusedxml import DefusedXmlException, ElementTree  # type: ignore[import-untyped]

from outreach.kit.patterns import late

MOST = 2_000
"""Entries of one listing that are looked at."""
INFLATED_MOST = 10 * 2**20
_BOM = b"\xef\xbb\xbf"
_LISTS = late(
    rb"\s*(?:<\?[^>]*\?>\s*|<!--.*?-->\s*|<!DOCTYPE[^>]*>\s*)*<(?:rss|feed|rdf:rdf|urlset|sitemapindex)[\s>]",
    re.IGNORECASE | re.DOTALL,
)
_LOOSE = late(rb"&(?!(?:amp|lt|gt|quot|apos|#\d{1,7}|#x[0-9a-fA-F]{1,6});)|[\x00-\x08\x0b\x0c\x0e-\x1f]")
_XML_BASE = "{http://www.w3.org/XML/1998/namespace}base"


@dataclass(frozen=True)
class Entry:
    """One page that is listed, with its day if it has one."""

    url: str
    at: datetime | None = None


@dataclass
class Listed:
    """`more` are further sitemaps that an index names, the newest first."""

    entries: list[Entry] = field(default_factory=list)
    more: list[str] = field(default_factory=list)


def is_listing(body: bytes) -> bool:
    """Does it begin as a feed or sitemap does? Many are sent as `text/html`."""
    return bool(_LISTS.match(body[:2_048].removeprefix(_BOM)))


def read(body: bytes, url: str) -> Listed:
    """A feed or a sitemap, gzipped or not; an empty listing for anything else."""
    body = _unpacked(body).removeprefix(_BOM).lstrip()
    if body[:1] == b"{":
        return Listed(list(_cut(_json(body, url))))
    root = _root(body)
    if root is None:
        return Listed()
    if _name(root) == "sitemapindex":
        parts = sorted(_cut(_located(root, "sitemap", url)), key=_age)
        return Listed(more=[entry.url for entry in parts])
    found = _located(root, "url", url) if _name(root) == "urlset" else _items(root, url)
    return Listed(list(_cut(found)))


def _root(body: bytes) -> Element | None:
    """The XML as it stands; where a bare `&`, an entity of HTML or a control character breaks it, without that."""
    for text in (body, None):
        try:
            return ElementTree.fromstring(body if text else _LOOSE.sub(_mended, body))  # type: ignore[no-any-return]
        except ParseError:
            continue
        except (DefusedXmlException, ValueError, LookupError):
            return None
    return None


def _mended(found: re.Match[bytes]) -> bytes:
    return b"&amp;" if found[0] == b"&" else b""


def _age(entry: Entry) -> float:
    return -entry.at.timestamp() if entry.at else 0.0


def _cut(entries: Iterator[Entry]) -> Iterator[Entry]:
    return (entry for entry, _ in zip(entries, range(MOST), strict=False))


def _unpacked(body: bytes) -> bytes:
    if body[:2] != b"\x1f\x8b":
        return body
    try:
        return zlib.decompressobj(31).decompress(body, INFLATED_MOST)
    except zlib.error:
        return b""


def _name(element: Element) -> str:
    return str(element.tag).rpartition("}")[2].lower()


def _children(element: Element, *names: str) -> Iterator[Element]:
    return (child for child in element if _name(child) in names)


def _words(element: Element, *names: str) -> str:
    return next(
        ((child.text or "").strip() for child in _children(element, *names) if (child.text or "").strip()), ""
    )


def _located(root: Element, name: str, base: str) -> Iterator[Entry]:
    """The `<loc>` of a sitemap's parts (sitemaps.org protocol); a news sitemap dates them in `news:publication_date`."""
    for part in _children(root, name):
        if url := _joined(base, _words(part, "loc")):
            day = _words(part, "lastmod") or next(
                (words for news in _children(part, "news") if (words := _words(news, "publication_date"))), ""
            )
            yield Entry(url, moment(day))


def _items(root: Element, base: str) -> Iterator[Entry]:
    """RSS and RDF items, Atom entries; `xml:base` counts (RFC 4287, 2)."""
    base = _joined(base, root.get(_XML_BASE, "")) or base
    for item in root.iter():
        if _name(item) not in ("item", "entry"):
            continue
        here = _joined(base, item.get(_XML_BASE, "")) or base
        if url := _joined(here, _address(item)):
            yield Entry(url, moment(_words(item, "pubdate", "published", "date", "updated")))


def _address(item: Element) -> str:
    for link in _children(item, "link"):
        if link.get("href") and link.get("rel", "alternate") == "alternate":
            return link.get("href", "")
        if (link.text or "").strip():
            return (link.text or "").strip()
    guid = next(_children(item, "guid"), None)
    is_address = guid is not None and guid.get("isPermaLink", "true") == "true"
    return (guid.text or "").strip() if guid is not None and is_address else ""


def _json(body: bytes, base: str) -> Iterator[Entry]:
    """A JSON Feed (jsonfeed.org, version 1.1)."""
    try:
        told: Any = json.loads(body)
        items = told.get("items") or []
    except (ValueError, AttributeError, RecursionError):
        return
    for item in items if isinstance(items, list) else []:
        if not isinstance(item, dict):
            continue
        name = str(item.get("id") or "")
        address = str(item.get("url") or "") or (name if name.startswith(("http://", "https://")) else "")
        if url := _joined(base, address):
            yield Entry(url, moment(str(item.get("date_published") or item.get("date_modified") or "")))


def _joined(base: str, href: str) -> str:
    if not href:
        return ""
    try:
        url = join_url(base, href)
    except ValueError:
        return ""
    return url if url.startswith(("http://", "https://")) else ""


def moment(text: str) -> datetime | None:
    """A day or moment as feeds (RFC 2822) and sitemaps (ISO 8601) write it; UTC where no zone is named."""
    for parse in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            at = parse(text.strip())
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
        return at if at.tzinfo else at.replace(tzinfo=UTC)
    return None
