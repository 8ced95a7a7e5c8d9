"""Looking for a published page that links to us (F6): the site's feeds, its front page, author pages and sitemap.

No database; the network is `get`, which keeps to one request a host at a time, and foreign pages are read by `read`.
robots.txt is obeyed: this is crawling, nobody has named the page to us.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any
from urllib.parse import urlsplit

from outreach.engines.fetch import robots
from outreach.engines.fetch.client import Fetched
from outreach.kit.urls import is_on_host, normalise
from outreach.links.listing import Listing
from outreach.page import listings

PAGES_MOST = 25
"""Pages that one cycle opens to see whether they link to us."""
FEEDS_MOST, SITEMAPS_MOST, AUTHORS_MOST = 3, 3, 2
GUESSES = ("/feed/", "/rss.xml", "/atom.xml", "/feed.xml", "/index.xml")
AGENT_NAME = "OutreachLinkCheck"


@dataclass(frozen=True)
class Search:
    """What is looked for. `since` is when the pitch began: an older page is not its fruit. `seen` are digests of pages that were opened before,
    `known` normalised addresses that are watched already. `author` is the name that may stand over the piece."""

    home: str
    own_hosts: tuple[str, ...]
    target_url: str
    author: str
    since: datetime
    seen: frozenset[str] = frozenset()
    known: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Find:
    """A page that links to us, and how it was come by: feed, front page, author page or sitemap."""

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
        parts = urlsplit(search.home)
        self.root, self.host = f"{parts.scheme}://{parts.netloc}", parts.hostname or ""
        got = get(f"{self.root}/robots.txt")
        self.rules = b"" if got.fault else robots.verdict_of(got.status, got.body)

    def run(self) -> Outcome:
        """Gather what the site lists, then open what is new."""
        home = self._ask(self.search.home)
        if not home:
            self.outcome.trouble = "The front page cannot be read."
        standing = {normalise(hit["href"]) for hit in home.get("hits", ())}
        for url, via in islice(self._candidates(home), PAGES_MOST):
            self._open(url, via, standing)
        return self.outcome

    def _ask(self, url: str) -> dict[str, Any]:
        """What a page tells; nothing where the site asks robots to stay away, or the page is too much."""
        if not robots.allowed(self.rules, AGENT_NAME, url):
            return {}
        return self._read(Listing(url, self._get(url), self.search.own_hosts))

    def _candidates(self, home: dict[str, Any]) -> Iterator[tuple[str, str]]:
        """(address, how it was come by) of pages that were never opened, the likeliest first."""
        met = set(self.search.seen) | {digest(self.search.home)}
        for url, at, via in self._listed(home):
            key = digest(url)
            if key in met or (at is not None and at < self.search.since) or not self._is_theirs(url):
                continue
            met.add(key)
            yield url, via

    def _listed(self, home: dict[str, Any]) -> Iterator[tuple[str, datetime | None, str]]:
        for url, at in self._fed(home):
            yield url, at, "feed"
        for url in home.get("links", ()):
            yield url, None, "front page"
        for page in self._author_pages(home):
            for url in self._ask(page).get("links", ()):
                yield url, None, "author page"
        for url, at in self._mapped():
            yield url, at, "sitemap"

    def _fed(self, home: dict[str, Any]) -> list[tuple[str, datetime | None]]:
        named = [url for url in home.get("feeds", ()) if self._is_theirs(url) or "feed" in url][:FEEDS_MOST]
        for url in named or [self.root + guess for guess in GUESSES]:
            if entries := _newest(self._ask(url).get("entries", ())):
                self.outcome.sources.append("feed")
                return entries
        return []

    def _author_pages(self, home: dict[str, Any]) -> list[str]:
        slug = "-".join(self.search.author.lower().split())
        guess = [f"{self.root}/author/{slug}/"] if slug.replace("-", "").isalnum() and slug.isascii() else []
        named = [url for url in home.get("authors", ()) if slug and slug in url]
        return list(dict.fromkeys([*named, *guess]))[:AUTHORS_MOST]

    def _mapped(self) -> list[tuple[str, datetime | None]]:
        maps = [
            line.partition(b":")[2].strip().decode("latin-1")
            for line in self.rules.splitlines()
            if line.lower().startswith(b"sitemap:")
        ]
        found: list[tuple[str, datetime | None]] = []
        waiting, asked = maps or [f"{self.root}/sitemap.xml"], 0
        while waiting and asked < SITEMAPS_MOST:
            told, asked = self._ask(waiting.pop(0)), asked + 1
            found += _newest(told.get("entries", ()))
            waiting = [*told.get("more", ()), *waiting]
        if found:
            self.outcome.sources.append("sitemap")
        return found

    def _is_theirs(self, url: str) -> bool:
        return is_on_host(url, self.host) and normalise(url) not in self.search.known

    def _open(self, url: str, via: str, standing: set[str]) -> None:
        """Read one page. A link that stands on the front page, too, is no sign of a new piece."""
        told = self._ask(url)
        if not told:
            return
        self.outcome.opened.append(digest(url))
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
