"""Who a feed names: RSS (`managingEditor`, `dc:creator`, `itunes:owner`) and Atom (`author`)."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException, ElementTree  # type: ignore[import-untyped]

from outreach.kit.patterns import late

_RSS = late(r"^\s*([^\s()]+@[^\s()]+)\s*(?:\(([^()]{1,100})\))?\s*$")
ENTRIES_MOST = 2_000


def named_in(body: bytes) -> list[tuple[str, str]]:
    """(mail address or "", name or "") as the feed writes them; nothing for what is no feed."""
    try:
        root = ElementTree.fromstring(body.lstrip())
    except (ParseError, DefusedXmlException, ValueError, LookupError):
        return []
    if _name(root) not in ("rss", "rdf", "feed"):
        return []
    return list(dict.fromkeys(_named(root)))


def _name(element: Element) -> str:
    return str(element.tag).rpartition("}")[2].lower()


def _named(root: Element) -> Iterator[tuple[str, str]]:
    for element, _ in zip(root.iter(), range(ENTRIES_MOST * 10), strict=False):
        kind, text = _name(element), (element.text or "").strip()
        if kind in ("managingeditor", "author", "creator") and not len(element):
            match = _RSS.match(text)
            yield (match[1], match[2] or "") if match else ("", text[:100])
        elif kind in ("author", "owner"):
            parts = {_name(child): (child.text or "").strip() for child in element}
            yield parts.get("email", ""), parts.get("name", "")[:100]
