"""Looking through one site: its first page, then the pages that may tell who is there. No database; the network is `get`.

robots.txt is obeyed. Pages are asked for one after another; `get` keeps the pause that the site is due. A page that has not
changed since the last search tells what it told then.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from outreach.engines.fetch import robots
from outreach.engines.fetch.answer import Fault, Fetched, Known
from outreach.kit.urls import is_on_host, normalise
from outreach.page.contacts import ways
from outreach.research.asking import WhoIsThere
from outreach.research.rules import MOST_OF, PAGES_MOST, guesses

AGENT_NAME = "OutreachLinkCheck"
Get = Callable[[str, Known | None], Fetched]
Read = Callable[[WhoIsThere], dict[str, Any]]


@dataclass(frozen=True)
class Looked:
    """One page that was asked for. `told` is empty where it could not be read, and `said` says why; `wait_s` is how long the site wants peace."""

    url: str
    kind: str
    said: str = ""
    told: dict[str, Any] = field(default_factory=dict)
    etag: str = ""
    last_modified: str = ""
    wait_s: int = 0

    @property
    def is_guess_that_failed(self) -> bool:
        return self.said == "not there"


class Explorer:
    """One search. `memory` is what the last one kept of each page, `done` addresses that this search opened already."""

    def __init__(
        self, home: str, get: Get, read: Read, memory: dict[str, Any], done: set[str] | None = None
    ) -> None:
        self.home, self._get, self._read, self.memory = home, get, read, memory
        parts = urlsplit(home)
        self.root, self.host = f"{parts.scheme}://{parts.netloc}", (parts.hostname or "").removeprefix("www.")
        self.met = set(done or ())
        self.kinds: Counter[str] = Counter()
        self.rules = b""

    def run(self) -> Iterator[Looked]:
        """Each page as it is read; the first is the home page."""
        got = self._get(f"{self.root}/robots.txt", None)
        self.rules = b"" if got.fault else robots.verdict_of(got.status, got.body)
        first = self._look(self.home, "home")
        yield first
        if first.wait_s or not first.told:
            return
        waiting, opened = list(first.told.get("links", ())), 1
        tried_guesses = False
        while opened < PAGES_MOST:
            step = self._next(waiting)
            if step is None and not tried_guesses:
                tried_guesses = True
                waiting = [(kind, self.root + path) for kind, path in guesses(set(self.kinds))]
                continue
            if step is None:
                return
            looked = self._look(*step, is_guess=tried_guesses)
            opened += 1
            if looked.told:
                waiting += [tuple(one) for one in looked.told.get("links", ())]
                waiting.sort(key=lambda one: ways.ORDER.get(one[0], 9))
            if not looked.is_guess_that_failed:
                yield looked
            if looked.wait_s:
                return

    def _next(self, waiting: list[tuple[str, str]]) -> tuple[str, str] | None:
        """The next (address, kind) that is worth a request."""
        while waiting:
            kind, url = waiting.pop(0)
            key = normalise(url)
            if key in self.met or self.kinds[kind] >= MOST_OF.get(kind, 1) or not is_on_host(url, self.host):
                continue
            return url, kind
        return None

    def _look(self, url: str, kind: str, *, is_guess: bool = False) -> Looked:
        self.met.add(normalise(url))
        if not robots.allowed(self.rules, AGENT_NAME, url):
            return Looked(url, kind, "The site asks robots to stay away from it.")
        kept = self.memory.get(url, {})
        known = Known(url, kept.get("etag", ""), kept.get("last_modified", "")) if kept.get("told") else None
        got = self._get(url, known)
        if got.fault is Fault.POSTPONED:
            return Looked(url, kind, "The site wants to be left alone for a while.", wait_s=got.wait_s or 60)
        if got.fault:
            return Looked(url, kind, "not there" if is_guess else got.fault_detail or str(got.fault))
        if got.status == 304 and known:
            self.kinds[kind] += 1
            return Looked(url, kind, told=kept["told"], etag=known.etag, last_modified=known.last_modified)
        return self._told(url, kind, got, is_guess=is_guess)

    def _told(self, url: str, kind: str, got: Fetched, *, is_guess: bool) -> Looked:
        self.met.add(normalise(got.final_url))
        if not is_on_host(got.final_url, self.host):
            return Looked(
                url,
                kind,
                "not there" if is_guess else f"It leads to another site: {urlsplit(got.final_url).hostname}.",
            )
        if is_guess and urlsplit(got.final_url).path in ("", "/"):
            return Looked(url, kind, "not there")
        told = self._read(WhoIsThere(url, got))
        if told.get("state") != "ok":
            return Looked(
                url,
                kind,
                "not there" if is_guess else STATES.get(told.get("state", ""), "It cannot be read."),
            )
        self.kinds[kind] += 1
        return Looked(
            got.final_url,
            kind,
            told=told,
            etag=got.headers.get("etag"),
            last_modified=got.headers.get("last-modified"),
        )


STATES = {
    "not_found": "There is no such page.", "gone": "The page is gone.", "soft_404": "There is no such page.", "forbidden": "The site lets nobody in here.",
    "blocked": "A wall against robots stands before it.", "login_wall": "One has to log in to read it.", "rate_limited": "The site wants to be left alone for a while.",
    "server_error": "The site's server failed.", "parked": "The domain is for sale.", "too_complex": "The page takes too much computing to read.",
}  # fmt: skip
"""Why a page could not be read, for people."""
