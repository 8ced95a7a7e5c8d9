"""Bytes and headers in, a `Page` out.  Pure: no network, no clock.

    page = read(body, headers, url)
    for anchor in page.anchors: anchor.url        every <a href> and <area href>, resolved
    page.link(anchor) -> Link                     rel, anchor text, region, hidden, context: only for links that matter
    page.where(anchor) -> Where                   whether it counts, or stands in a <noscript>, <template>, SVG ...
    page.indexing, page.title, page.state, page.outbound

What costs is made when first asked, so a page without our link costs little more than its tree.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from itertools import islice
from urllib.parse import quote_from_bytes, unquote

import webencodings
from ada_url import join_url

from outreach.kit.patterns import late
from outreach.page import gist as gists
from outreach.page import hidden, indexing, redirector, region, state, text, tree, walls, words
from outreach.page.cascade import Cascade
from outreach.page.gist import Gist
from outreach.page.headers import Headers
from outreach.page.hrefs import UNKNOWN, Hrefs
from outreach.page.indexing import Indexing
from outreach.page.region import Region
from outreach.page.state import PageState
from outreach.page.tree import Document, Element

VERSION = "2"
"""Of the extractor; a kept body hash is keyed with it, so that better rules look again."""


SEARCHED_MOST = 15_000
"""Addresses of a page that are searched for one that leads elsewhere than it says."""


class Where(StrEnum):
    """Where an `<a href>` stands; only `counts` is a link to a reader and to a search engine."""

    COUNTS = "counts"
    NOSCRIPT = "noscript"
    TEMPLATE = "template"
    FOREIGN = "foreign"
    FALLBACK = "fallback"


@dataclass(frozen=True, slots=True)
class Anchor:
    element: Element
    href: str
    url: str


@dataclass(frozen=True, slots=True)
class Link:
    """All that is known of one link.  `hidden` is the reason in words, or None."""

    url: str
    href: str
    anchor: str
    alt: str
    rel: tuple[str, ...]
    region: Region | None
    region_sign: str
    hidden: str | None
    context: str


class Page:
    """One page as it was served.  Not to be shared between threads while it is being asked."""

    def __init__(self, document: Document, headers: Headers, url: str, body: bytes) -> None:
        self.document, self.headers, self.url, self.body = document, headers, url, body
        self.encoding = (document.encoding or "UTF-8").lower()
        self.base = _base(document, url)
        self.cascade = Cascade(document)
        self._joined: dict[str, str | None] = {}

    @cached_property
    def anchors(self) -> list[Anchor]:
        """Every `<a>` and `<area>` with an address, in the order of the page."""
        return self._resolved(self.hrefs)

    @cached_property
    def _links(self) -> Hrefs:
        return Hrefs(self.document)

    @property
    def hrefs(self) -> dict[str, list[Element]]:
        """Raw address -> the elements that have it."""
        return self._links.by_address

    @cached_property
    def _hosts(self) -> dict[str, str | None]:
        """How an address begins -> its host where that is plain to see, "" where there is none, None where it has to be resolved."""
        return self._links.hosts(quick_host(self.base))

    def hits(self, host: str, test: Callable[[str], bool]) -> list[Anchor]:
        """The links that pass a test which only addresses with `host` in them can pass."""
        likely = {start for start, known in self._hosts.items() if known is None or host in known}
        if not likely:
            return []
        links = self._links
        found: dict[str, list[Element]] = {}
        for start, href, element in zip(links.starts, links.raw, links.elements, strict=True):
            if start in likely:
                found.setdefault(href, []).append(element)
        return self._resolved(found, test)

    def carrying(self, host: str) -> list[Anchor]:
        """The links whose address may carry another one with this host in it, plainly or coded."""
        return self._some(
            lambda href: (
                (host in unquote(href).lower() if "%" in href else host in href.lower())
                or bool(_LONG.search(href))
            ),
            self._carriers,
        )

    @cached_property
    def _carriers(self) -> list[str]:
        """The addresses that have room for another in them: what carries one has `%`, `=` or a second `//` in it."""
        first = list(islice(self.hrefs, SEARCHED_MOST))
        if self._links.is_strange or "%" in self.base or "=" in self.base or self.base.count("//") > 1:
            return first
        return [
            href
            for href in first
            if "=" in href or "%" in href or href.count("//") > href.startswith(("https://", "http://"))
        ]

    @cached_property
    def shortened(self) -> list[Anchor]:
        """The links that may lead anywhere: short links, `/go/partner` and the like."""
        links = self._links
        short = {start for start, host in self._hosts.items() if redirector.is_short(host)}
        likely = set(links.redirecting)
        if short:
            likely |= {href for href, start in zip(links.raw, links.starts, strict=True) if start in short}
        return self._some(likely.__contains__, islice(self.hrefs, SEARCHED_MOST)) if likely else []

    def _some(self, test: Callable[[str], bool], among: Iterable[str]) -> list[Anchor]:
        return self._resolved({href: self.hrefs[href] for href in among if test(href)})

    def _resolved(
        self, found: dict[str, list[Element]], test: Callable[[str], bool] | None = None
    ) -> list[Anchor]:
        return [
            Anchor(element, href, url)
            for href, elements in found.items()
            if (url := self.resolve(href)) is not None and (test is None or test(url))
            for element in elements
        ]

    def resolve(self, href: str) -> str | None:
        """The address as a browser would open it, or None."""
        if href not in self._joined:
            self._joined[href] = self._resolve(href)
        return self._joined[href]

    def _resolve(self, href: str) -> str | None:
        if not href.isascii() and self.encoding not in ("utf-8", "utf-16le", "utf-16be"):
            href = _encode_query(href, self.encoding)
        try:
            return join_url(self.base, href)
        except ValueError:
            return None

    def where(self, anchor: Anchor) -> Where:
        if not tree.is_html(anchor.element):
            return Where.FOREIGN
        for element in tree.ancestors(anchor.element):
            if element.tag == "noscript":
                return Where.NOSCRIPT
            if element.tag == "template":
                return Where.TEMPLATE
            if element.tag in ("video", "audio", "object", "canvas") and tree.is_html(element):
                return Where.FALLBACK if element.tag in ("video", "audio") else Where.COUNTS
        return Where.COUNTS

    def link(self, anchor: Anchor, *, context: bool = True) -> Link:
        element = anchor.element
        words = text.words(element) if element.tag == "a" else ""
        place = region.place(element)
        return Link(
            url=anchor.url,
            href=anchor.href,
            anchor=words,
            alt=text.alt(element),
            rel=rel_tokens(element),
            region=place.region,
            region_sign=place.sign,
            hidden=hidden.why_hidden(element, self.cascade),
            context=text.around(element, words) if context else "",
        )

    @cached_property
    def indexing(self) -> Indexing:
        return indexing.read(self.document, self.headers, self.url, self.base)

    @cached_property
    def title(self) -> str:
        return gists.title_of(self.document)

    @cached_property
    def _content_state(self) -> tuple[PageState, Gist | None]:
        return state.by_content(self.document, len(self.body))

    @property
    def state(self) -> PageState:
        """What its content says; status and redirects are `outreach.page.state`'s other functions."""
        return self._content_state[0]

    @cached_property
    def gist(self) -> Gist:
        return self._content_state[1] or gists.of(self.document)

    @property
    def is_teaser(self) -> bool:
        """Whether the page says of itself that it is not free to read, and asks its reader to subscribe."""
        if b"ccessibleForFree" not in self.body or not _NOT_FREE.search(self.body):
            return False
        said = [part for piece in self.gist.own for part in words.sentences(piece)]
        return any(walls.login_asked(part) or walls.subscribe_asked(part) for part in said)

    @property
    def needs_script(self) -> bool:
        if len(self.body) > state.SMALL * 4 or state.has_plenty(self.document, 2_000):
            return False
        return state.needs_script(self.gist)

    @cached_property
    def outbound(self) -> int:
        """Links to other hosts."""
        own, links = quick_host(self.url).removeprefix("www."), self._links
        count = sum(
            links.counted[start]
            for start, host in self._hosts.items()
            if host and host.removeprefix("www.") != own
        )
        if UNKNOWN in links.counted:
            unknown = [href for start, href in zip(links.starts, links.raw, strict=True) if start == UNKNOWN]
            hosts = (quick_host(self.resolve(href) or "") for href in unknown)
            count += sum(bool(host) and host.removeprefix("www.") != own for host in hosts)
        return count

    @cached_property
    def code(self) -> str:
        """All inline scripts, one after another."""
        return "\n".join(script.text for script in tree.named(self.document, "script"))

    @cached_property
    def source(self) -> str:
        """The page as text, for what the tree does not hold."""
        encoding = webencodings.lookup(self.encoding) or webencodings.UTF8
        return str(webencodings.decode(self.body, encoding)[0])

    @property
    def refresh(self) -> tuple[float, str] | None:
        """Seconds and address of a `<meta http-equiv=refresh>` outside `<noscript>`, or of the header of that name."""
        if told := self._refresh(self.headers.get("refresh")):
            return told
        for meta in tree.named(self.document, "meta"):
            if (meta.attr("http-equiv") or "").strip().lower() != "refresh":
                continue
            if any(one.tag in ("noscript", "template") for one in tree.ancestors(meta)):
                continue
            if told := self._refresh(meta.attr("content") or ""):
                return told
        return None

    def _refresh(self, content: str) -> tuple[float, str] | None:
        found = _REFRESH.match(content)
        target = self.resolve((found[3] or found[4] or found[5] or "").strip()) if found else None
        return (_seconds(found[1]), target) if found and target else None


_REFRESH = late(
    r"\s*(\d*\.?\d*)[^;,]*[;,\s]\s*(?:(url)\s*=\s*)?(?:\"([^\"]*)\"?|'([^']*)'?|([^\s\"']\S*))", re.IGNORECASE
)


def _seconds(text: str) -> float:
    return float(text) if text.strip(".") else 0.0


_NOT_FREE = late(rb"isAccessibleForFree[\"']?\s*:\s*[\"']?[Ff]alse")
"""schema.org's word for paywalled content, which search engines ask publishers to write."""
_HOST = late(r"https?://([^/?#:]+)")
_LONG = late(r"[A-Za-z0-9_+/-]{20,}={0,2}(?:$|[&#/?])")
"""What may be base64."""


def read(body: bytes, headers: Headers, url: str) -> Page:
    """The page in `body`; never raises for what it holds."""
    return Page(tree.parse(body, headers.get("content-type")), headers, url, body)


def quick_host(url: str) -> str:
    """The host of an address that went through WHATWG already; "" when it is not http(s)."""
    found = _HOST.match(url)
    return found[1] if found else ""


def rel_tokens(element: Element) -> tuple[str, ...]:
    """Lower-case rel tokens in order; separated by white space or commas."""
    value = element.attrs.get("rel")
    joined = " ".join(value) if isinstance(value, list) else (value or "")
    seen = dict.fromkeys(token for token in re.split(r"[\s,]+", joined.lower()) if token)
    return tuple(seen)


def _base(document: Document, url: str) -> str:
    for element in tree.named(document, "base"):
        href = element.attr("href")
        if (
            href is None
            or not tree.is_html(element)
            or any(a.tag == "template" for a in tree.ancestors(element))
        ):
            continue
        try:
            base = join_url(url, href)
        except ValueError:
            return url
        return base if base.startswith(("http:", "https:")) else url
    return url


def _encode_query(href: str, encoding: str) -> str:
    """A legacy page's query goes out in the page's own encoding (WHATWG)."""
    head, mark, rest = href.partition("?")
    if (
        not mark
        or rest.isascii()
        or not re.match(r"\s*(?:https?:|[^a-z]|[a-z0-9+.-]*(?:[^a-z0-9+.:-]|$))", head, re.IGNORECASE)
    ):
        return href
    query, hash_mark, fragment = rest.partition("#")
    known = webencodings.lookup(encoding)
    if known is None:
        return href
    coded = known.codec_info.encode(query, "xmlcharrefreplace")[0]
    return head + "?" + quote_from_bytes(coded, safe="%!$&'()*+,/:;=?@[]^`{|}~-._\\") + hash_mark + fragment
