"""All raw addresses of a page at a glance, so that only the few that may matter are looked at one by one.

A page has a hundred links or a thousand, and ours is one of them or none.  What can be told of all is told by a few searches over one
text with an address a line; an address that is not plain to see there is *unknown*, and whoever asks has to resolve it.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import cached_property

from outreach.kit.patterns import late
from outreach.page import redirector, tree
from outreach.page.tree import Document, Element

_START = late(
    r"(https?://[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z-]{2,}(?=(?::\d+)?(?:[?#][!-.0-\[\]-~]*)?[/\n])"
    r"|[#?]|/(?=[!-.0-\[\]-~\n])"
    r"|(?i:mailto|tel|javascript|data|sms|whatsapp|about):)?[^\n]*\n"
)
"""How a line begins: a host that a parser would leave as it is (lower case, ASCII, no user, no number in place of a name), a place on
the same site, something that is no page; or nothing of these."""
_STRANGE = late(r"[^\n!#$&()*+,./0-9:;=%?@A-Z\[\]_a-z~-]")
"""Signs that a parser may read as others or write as %xx."""

_ANY = late("")

LONGEST = 100_000
"""Signs; no server takes an address of a tenth of that, and no browser one of twenty times."""
UNKNOWN = ""
ON_SITE = frozenset("/#?")


class Hrefs:
    """The `<a href>` and `<area href>` of a document: `elements`, `raw` and `starts` go together, in the order of the page."""

    def __init__(self, document: Document) -> None:
        self.elements = _anchors(document)
        raw = [element.attr("href") for element in self.elements]
        if None in raw or max(map(len, filter(None, raw)), default=0) > LONGEST:
            found = list(zip(self.elements, raw, strict=True))
            self.elements = [element for element, href in found if href is not None and len(href) <= LONGEST]
            raw = [href for href in raw if href is not None and len(href) <= LONGEST]
        self.raw: list[str] = [href for href in raw if href is not None]

    @cached_property
    def text(self) -> str:
        """An address a line."""
        text = "\n".join([*self.raw, ""])
        if text.count("\n") != len(self.raw):
            text = "\n".join([*(href.replace("\n", "\t") for href in self.raw), ""])
        return text

    @cached_property
    def starts(self) -> list[str]:
        """How each begins: `https://its.host`, one of `ON_SITE`, a scheme that opens no page, or `UNKNOWN`."""
        return _START.findall(self.text)

    @cached_property
    def counted(self) -> Counter[str]:
        """Start -> how many links begin so."""
        return Counter(self.starts)

    def hosts(self, own: str) -> dict[str, str | None]:
        """Start -> the host it leads to; "" where it leads to no page, None where that is unknown.  `own` is the page's."""
        return {start: _host(start, own) for start in self.counted}

    @cached_property
    def by_address(self) -> dict[str, list[Element]]:
        """Raw address -> the elements that have it."""
        found: dict[str, list[Element]] = {}
        for element, href in zip(self.elements, self.raw, strict=True):
            found.setdefault(href, []).append(element)
        return found

    @cached_property
    def is_strange(self) -> bool:
        """Whether any address has signs in it that a parser may read as others."""
        return bool(_STRANGE.search(self.text))

    @cached_property
    def redirecting(self) -> list[str]:
        """The addresses with a redirector's word as a part of their path."""
        lower = self.text.lower()
        words = redirector.WORDS.intersection(lower.replace(".", "/").split("/"))
        if not words and self.text.isascii():
            return []
        likely = re.compile("|".join(f"/{word}[/.]" for word in words)) if self.text.isascii() else _ANY
        lines = zip(self.raw, lower.split("\n"), strict=False)
        return [href for href, line in lines if likely.search(line) and redirector.may_redirect(href)]


def _anchors(document: Document) -> list[Element]:
    """In the order of the page.  Image maps are rare, and a single name is found by an index."""
    if document.find("area") is None:
        return tree.named(document, "a")
    return list(document.iter_elements(("a", "area")))


def _host(start: str, own: str) -> str | None:
    if start == UNKNOWN:
        return None
    if start in ON_SITE:
        return own
    return start.partition("//")[2]
