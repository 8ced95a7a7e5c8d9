"""Looking at many links: fetched side by side, one request a host at a time, judged as they come. No database."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from queue import SimpleQueue
from typing import Any

from outreach.engines.fetch.answer import Fault, Fetched, Known
from outreach.engines.fetch.client import Job
from outreach.engines.fetch.fetcher import Fetcher
from outreach.engines.fetch.guard import Guard
from outreach.engines.fetch.limits import AGENT, user_agent
from outreach.engines.fetch.pace import Pace
from outreach.engines.fetch.shelf import Shelf
from outreach.links import again, own_page
from outreach.links.again import LastRead
from outreach.links.codes import meaning
from outreach.links.looks import Look, read_back, unread
from outreach.links.models import PlacedLink
from outreach.links.reader import Reader, TooComplex
from outreach.links.reader_process import More, Question
from outreach.links.rules import ExpectedRel, Presence
from outreach.links.target import Target
from outreach.links.verdict import Promise
from outreach.settings import Settings

PAGE_KEPT = 2 * 2**20
"""Bytes of a page that are kept as evidence; a longer one is kept by its hash alone."""
PAUSE_S = 1.0
"""Between two requests to one host."""
ASKED_MOST = 16
"""Addresses beside the page that one look may need: robots.txt, frames, redirectors."""


@dataclass(frozen=True)
class Wanted:
    """One link to look at, as plain values. `last` is the last whole read, when it may be kept."""

    key: int
    page_url: str
    target: Target
    promise: Promise
    last: LastRead | None = None

    @classmethod
    def of(cls, link: PlacedLink, last: LastRead | None = None) -> Wanted:
        """From a row whose project is loaded."""
        promise = Promise(
            rel=ExpectedRel(link.expected_rel),
            anchors=(link.expected_anchor,) if link.expected_anchor else (),
            own_hosts=tuple(own.host for own in link.project.hosts),
            is_social=link.is_social,
        )
        return cls(link.id, link.page_url, Target.url(link.target_url), promise, last)

    @cached_property
    def terms(self) -> str:
        return again.terms_of(self.target, self.promise)


@dataclass(frozen=True)
class Tools:
    """What all sweeps of one process share, so that the hosts are theirs together."""

    fetcher: Fetcher
    reader: Reader
    shelf: Shelf

    def close(self) -> None:
        self.fetcher.close()
        self.reader.close()


_lock = threading.Lock()
_tools: dict[tuple[object, ...], Tools] = {}


def tools_for(config: Settings) -> Tools:
    """The tools of this process; made once for the same settings."""
    key = (
        *config.fetch_allow_networks,
        *config.fetch_allow_endpoints,
        *config.fetch_resolve,
        config.fetch_ca_file,
        agent_of(config),
    )
    with _lock:
        if key not in _tools:
            reach: dict[str, Any] = {
                "guard": guard_of(config), "resolve": config.fetch_resolve, "agent": agent_of(config),
                "ca_file": str(config.fetch_ca_file) if config.fetch_ca_file else None,
            }  # fmt: skip
            _tools[key] = Tools(Fetcher(Pace(PAUSE_S), **reach), Reader(), Shelf())
        return _tools[key]


def guard_of(config: Settings) -> Guard:
    """The guard with what this instance allows beyond the public network."""
    return Guard(allow_networks=config.allow_networks, allow_endpoints=config.allow_endpoints)


def agent_of(config: Settings) -> str:
    contact = config.fetch_contact or config.base_url
    return user_agent(contact) if contact else AGENT


def look_at(
    wanted: Sequence[Wanted], config: Settings, *, now: datetime, with_targets: bool = True
) -> Iterator[tuple[int, Look]]:
    """(key, look) of each, as they come. Never raises for what a page or server does.

    `with_targets`: where a found link leads is looked at too, once an hour for each target.
    """
    visits = [_Visit(one, now, with_target=with_targets) for one in wanted]
    return _Round(tools_for(config), now).run(visits)


@dataclass(frozen=True)
class Need:
    """An address that has to be fetched before a look can go on; `is_shelved` when others may use the answer for an hour."""

    url: str
    known: Known | None = None
    is_shelved: bool = False


class _Visit:
    """One look on its way: it says what it needs next, and at last what was seen."""

    def __init__(self, wanted: Wanted, now: datetime, *, with_target: bool = True) -> None:
        self.wanted, self.now, self.with_target = wanted, now, with_target
        self.last = wanted.last if wanted.last and wanted.last.counts(wanted.terms, now=now) else None
        self.answers: dict[str, Fetched] = {}
        self.look: Look | None = None
        self.open: tuple[int, str] | None = None
        """The reader's token of our question, and the address it waits for."""

    def take(self, need: Need, got: Fetched) -> None:
        self.answers[need.url] = got

    def go_on(self, reader: Reader) -> Need | Look:
        """The next need, or the look."""
        page = self.answers.get(self.wanted.page_url)
        if page is None:
            return Need(self.wanted.page_url, known=self.last.known if self.last else None)
        if self.look is None:
            found = self._read(page, reader)
            if isinstance(found, Need):
                return found
            self.look = found
        return self._with_target(self.look)

    def _read(self, page: Fetched, reader: Reader) -> Need | Look:
        if page.fault is Fault.POSTPONED:
            return unread(
                page.fault_detail,
                "rate_limited",
                "HTTP_429",
                "We look again.",
                retry_after_s=page.wait_s,
                is_postponed=True,
            )
        robots_url = _robots_of(page)
        if robots_url and robots_url not in self.answers:
            return Need(robots_url, is_shelved=True)
        robots = self.answers.get(robots_url)
        if self.last is not None:
            if look := again.kept(self.last, page, robots):
                return look
            self.last = None
            if page.status == 304:
                del self.answers[self.wanted.page_url]
                return Need(self.wanted.page_url)
        return self._judge(page, robots, reader)

    def _judge(self, page: Fetched, robots: Fetched | None, reader: Reader) -> Need | Look:
        one = self.wanted
        try:
            said = self._ask(reader)
        except TooComplex as why:
            hops = tuple({"url": hop.url, "status": hop.status} for hop in page.hops)
            return unread(
                str(why), "too_complex", "TOO_COMPLEX", meaning("TOO_COMPLEX").advice, hops=hops, status=page.status or None,
                elapsed_ms=page.elapsed_ms, body=_kept(page.body),
            )  # fmt: skip
        if "need" in said:
            self.open = said["token"], said["need"]
            if len(self.answers) <= ASKED_MOST:
                return Need(said["need"], is_shelved=said["need"].endswith("/robots.txt"))
            return unread(
                "Too many other pages would have to be read.",
                "too_complex",
                "TOO_COMPLEX",
                meaning("TOO_COMPLEX").advice,
            )
        source = self.answers.get(said["body_of"])
        look = read_back(said, _kept(source.body) if source else b"")
        trace = again.trace_of(page, robots, one.terms, now=self.now) if said["is_settled"] else {}
        return replace(look, trace=trace)

    def _ask(self, reader: Reader) -> dict[str, Any]:
        """Go on with an open question, or put it."""
        one, waiting = self.wanted, self.open
        self.open = None
        if waiting is not None:
            token, url = waiting
            said = reader.ask(More(token, url, self.answers[url]))
            if "gone" not in said:
                return said
        return reader.ask(Question(one.page_url, one.target, one.promise, self.now, self.answers))

    def _with_target(self, look: Look) -> Need | Look:
        """A link that is there is worth a look at where it leads."""
        target = self.wanted.target
        if look.presence is not Presence.FOUND or target.is_domain or not self.with_target:
            return look
        got = self.answers.get(target.value)
        if got is None:
            return Need(target.value, is_shelved=True)
        stale = ("TARGET_BROKEN", "TARGET_REDIRECTS")
        codes = [code for code in look.codes if code not in stale] + own_page.codes_of(target.value, got)
        return replace(look, codes=tuple(codes))


def _kept(body: bytes) -> bytes:
    return body if len(body) <= PAGE_KEPT else b""


def _robots_of(page: Fetched) -> str:
    """Where the robots.txt of a page that can be read lies; "" for one that cannot."""
    if page.fault or not (200 <= page.status <= 299 or page.status == 304):
        return ""
    scheme, _, rest = page.final_url.partition("://")
    return f"{scheme}://{rest.partition('/')[0].partition('?')[0]}/robots.txt"


class _Round:
    """All visits of one call. Two that need the same address at the same time share one request."""

    def __init__(self, tools: Tools, now: datetime) -> None:
        self.tools, self.now = tools, now
        self.came: SimpleQueue[tuple[Need, Fetched]] = SimpleQueue()
        self.waiting: dict[Need, list[_Visit]] = {}

    def run(self, visits: Sequence[_Visit]) -> Iterator[tuple[int, Look]]:
        ready = deque(visits)
        while ready or self.waiting:
            while ready:
                visit = ready.popleft()
                next_one = visit.go_on(self.tools.reader)
                if isinstance(next_one, Look):
                    yield visit.wanted.key, next_one
                elif kept := self.tools.shelf.get(next_one.url) if next_one.is_shelved else None:
                    visit.take(next_one, kept)
                    ready.append(visit)
                else:
                    self._ask(next_one, visit)
            if self.waiting:
                need, got = self.came.get()
                if need.is_shelved:
                    got = self.tools.shelf.put(need.url, got)
                for visit in self.waiting.pop(need):
                    visit.take(need, got)
                    ready.append(visit)

    def _ask(self, need: Need, visit: _Visit) -> None:
        if need in self.waiting:
            self.waiting[need].append(visit)
            return
        self.waiting[need] = [visit]
        self.tools.fetcher.submit(Job(need.url, known=need.known), lambda got: self.came.put((need, got)))
