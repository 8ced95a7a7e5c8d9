"""Looking for a published page that links to us (F6): the site's feeds, its front page, author pages and sitemap.

No database; the network is `get`, which keeps to one request a host at a time, and foreign pages are read by `read`.
robots.txt is obeyed: this is crawling, nobody has named the page to us.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice, zip_longest
from typing import Any
from urllib.parse import urlsplit

from outreach.engines.fetch import robots
from outreach.engines.fetch.answer import Fetched
from outreach.kit.folding import folded
from outreach.kit.urls import BadAddress, is_on_host, normalise, site_key
from outreach.links.listing import Listing
from outreach.page import listings

PAGES_MOST = 25
"""Pages that one cycle opens to see whether they link to us."""
AGAIN_MOST = 5
"""Of those, pages that were opened before and may have got the link since."""
FEEDS_MOST, SITEMAPS_MOST, AUTHORS_MOST = 3, 5, 2
GUESSES = ("/feed/", "/rss.xml", "/atom.xml", "/feed.xml", "/index.xml", "/feed.json")
MAPS = ("/sitemap.xml", "/sitemap_index.xml", "/wp-sitemap.xml")
AGENT_NAME = "OutreachLinkCheck"
NAMED = "page you named"
A_DAY = timedelta(days=1)

Listed = tuple[str, datetime | None, str]
"""(address, its day if one is told, how it was come by)."""


@dataclass(frozen=True)
class Search:
    """What is looked for. `since` is when the pitch began: an older page is not its fruit. `seen` are digests of pages that were opened before,
    `last_at` when that was, `known` normalised addresses that are watched already. `author` is the name that may stand over the piece, `page`
    the page of theirs that is to get the link: it is looked at each time."""

    home: str
    own_hosts: tuple[str, ...]
    target_url: str
    author: str
    since: datetime
    seen: frozenset[str] = frozenset()
    known: frozenset[str] = frozenset()
    page: str = ""
    last_at: datetime | None = None


@dataclass(frozen=True)
class Find:
    """A page that links to us, and how it was come by: feed, front page, author page, sitemap, or the page that was named."""

    page_url: str
    title: str
    via: str
    href: str
    anchor: str
    context: str


@dataclass
class Outcome:
    """`opened` are digests of the pages that were read; `sources` what the site offers; `trouble` why there was nothing to read."""

    finds: list[Find] = field(default_factory=list)
    opened: list[str] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)
    trouble: str = ""


def digest(url: str) -> str:
    """What is remembered of a page that was opened."""
    return hashlib.sha256(normalise(url).encode()).hexdigest()[:12]


class Seeker:
    """One cycle at one site."""

    def __init__(
        self, search: Search, get: Callable[[str], Fetched], read: Callable[[Listing], dict[str, Any]]
    ) -> None:
        self.search, self._get, self._read = search, get, read
        self.outcome = Outcome()
        self._rules: dict[str, bytes] = {}
        self.root, self.host = _root(search.home), urlsplit(search.home).hostname or ""
        self.key = site_key(search.home)

    def run(self) -> Outcome:
        """Gather what the site lists, then open what is new."""
        home = self._ask(self.search.home)
        if not home:
            self.outcome.trouble = "The front page cannot be read."
        for url, via in islice(self._candidates(home), PAGES_MOST):
            self._open(url, via, home.get("hits", ()))
        return self.outcome

    def _ask(self, url: str) -> dict[str, Any]:
        """What a page tells; nothing where its host asks robots to stay away, or the page is too much."""
        if not robots.allowed(self._rules_of(_root(url)), AGENT_NAME, url):
            return {}
        return self._read(Listing(url, self._get(url), self.search.own_hosts))

    def _rules_of(self, root: str) -> bytes:
        """The robots.txt of a host; each has its own (RFC 9309, 2.3)."""
        if root not in self._rules:
            got = self._get(f"{root}/robots.txt")
            self._rules[root] = b"" if got.fault else robots.verdict_of(got.status, got.body)
        return self._rules[root]

    def _candidates(self, home: dict[str, Any]) -> Iterator[tuple[str, str]]:
        """(address, how it was come by): the page that was named, those never opened, the likeliest first, then some that may have changed."""
        met, again = {digest(self.search.home)}, list[tuple[str, str]]()
        for url, at, via in self._listed(home):
            key = digest(url)
            if key in met or (at is not None and at < self.search.since) or not self._is_theirs(url):
                continue
            met.add(key)
            if via == NAMED or key not in self.search.seen:
                yield url, via
            elif via == "feed" or self._has_changed(at):
                again.append((url, via))
        yield from again[:AGAIN_MOST]

    def _has_changed(self, at: datetime | None) -> bool:
        """Is it dated after our last look? A day alone may be any hour of it."""
        last = self.search.last_at
        if at is None or last is None:
            return False
        is_day = (at.hour, at.minute, at.second) == (0, 0, 0)
        return (at + A_DAY if is_day else at) > last

    def _listed(self, home: dict[str, Any]) -> Iterator[Listed]:
        if self.search.page:
            yield self.search.page, None, NAMED
        for url, at in self._fed(home):
            yield url, at, "feed"
        mapped = self._mapped()
        for url, at in mapped:
            if at is not None:
                yield url, at, "sitemap"
        yield from _in_turns(
            ((url, None, "front page") for url in home.get("links", ())),
            ((url, None, "author page") for page in self._author_pages(home) for url in self._ask(page).get("links", ())),
            ((url, None, "sitemap") for url, at in mapped if at is None),
        )  # fmt: skip

    def _fed(self, home: dict[str, Any]) -> list[tuple[str, datetime | None]]:
        """What the feeds list that the front page names; feeds of comments last. Without a name they are guessed, up to the first."""
        named = sorted(home.get("feeds", ()), key=lambda url: "comment" in url.lower())[:FEEDS_MOST]
        found: list[list[str]] = []
        for url in named:
            found += self._ask(url).get("entries", ())
        for guess in () if found else GUESSES:
            if found := list(self._ask(self.root + guess).get("entries", ())):
                break
        if found:
            self.outcome.sources.append("feed")
        return _newest(found)

    def _author_pages(self, home: dict[str, Any]) -> list[str]:
        slug = "-".join(folded(self.search.author).split())
        guess = [f"{self.root}/author/{slug}/"] if slug.replace("-", "").isalnum() and slug.isascii() else []
        named = [url for url in home.get("authors", ()) if slug and slug in url.lower()]
        return list(dict.fromkeys([*named, *guess]))[:AUTHORS_MOST]

    def _mapped(self) -> list[tuple[str, datetime | None]]:
        """What the sitemaps list that robots.txt names, those of news and posts first; else one at the usual places."""
        maps = [
            line.partition(b":")[2].strip().decode("latin-1")
            for line in self._rules_of(self.root).splitlines()
            if line.lower().startswith(b"sitemap:")
        ]
        told = self._read_maps(maps, SITEMAPS_MOST) if maps else []
        for place in () if maps else MAPS:
            if told := self._read_maps([self.root + place], SITEMAPS_MOST):
                break
        if told:
            self.outcome.sources.append("sitemap")
        return _newest(told)

    def _read_maps(self, maps: list[str], most: int) -> list[list[str]]:
        waiting, found = sorted(maps, key=_is_of_posts, reverse=True), list[list[str]]()
        for _ in range(most):
            if not waiting:
                break
            told = self._ask(waiting.pop(0))
            found += told.get("entries", ())
            waiting = [*sorted(told.get("more", ()), key=_is_of_posts, reverse=True), *waiting]
        return found

    def _is_theirs(self, url: str) -> bool:
        """On the site, whatever host of it, and not watched already."""
        is_here = _key_of(url) == self.key or ("/" not in self.key and is_on_host(url, self.host))
        return is_here and normalise(url) not in self.search.known

    def _open(self, url: str, via: str, at_home: Sequence[dict[str, Any]]) -> None:
        """Read one page. A link that stands on the front page, too, is no sign of a new piece, unless it stands there in the piece's own teaser."""
        told = self._ask(url)
        if not told:
            return
        self.outcome.opened.append(digest(url))
        standing = {
            normalise(hit["href"]) for hit in at_home if normalise(url) not in map(normalise, hit["near"])
        }
        hits = [hit for hit in told.get("hits", ()) if normalise(hit["href"]) not in standing]
        if hits:
            best = min(hits, key=lambda hit: normalise(hit["href"]) != normalise(self.search.target_url))
            self.outcome.finds.append(
                Find(url, told.get("title", ""), via, best["href"], best["anchor"], best["context"])
            )


def _newest(entries: Iterable[list[str]]) -> list[tuple[str, datetime | None]]:
    """The entries of a listing, the newest first, those without a day last."""
    dated = [(url, listings.moment(at) if at else None) for url, at in entries]
    return sorted(dated, key=lambda one: -one[1].timestamp() if one[1] else 0.0)


def _in_turns(*lists: Iterable[Listed]) -> Iterator[Listed]:
    """One of each in turn, so that a long list does not keep the others out."""
    for turn in zip_longest(*lists):
        yield from (one for one in turn if one is not None)


def _is_of_posts(url: str) -> bool:
    """Does a sitemap's name say that it lists what is published, rather than pages, pictures or authors?"""
    return any(word in url.lower() for word in ("news", "post", "article", "blog", "stor"))


def _root(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _key_of(url: str) -> str:
    try:
        return site_key(url)
    except BadAddress:
        return ""
