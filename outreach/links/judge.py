"""One look at a page for one target: fetch, read, judge.  No database, no Flask.

    verdict = look("https://blog.example/post", Target.url("https://acme.example/guide"), live(guard=Guard()), now=now)
    verdict.presence, verdict.value, verdict.codes, verdict.sentence, verdict.advice, verdict.to_json()

`get` is a plain function `url -> Fetched`: `live(...)` asks the network, `outreach.links.replay` answers
from recorded responses.  `Promise` is what was agreed; without one any rel passes.  A sweep that has fetched
already hands its `Fetched` in as `first`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from outreach.engines.fetch import robots
from outreach.engines.fetch.answer import Fault, Fetched, Known
from outreach.engines.fetch.client import fetch
from outreach.engines.fetch.guard import Guard
from outreach.engines.fetch.limits import AGENT, Limits
from outreach.kit.urls import is_on_host, same_address
from outreach.links import elsewhere, weigh
from outreach.links.arrive import Get, arrive, page_of
from outreach.links.target import Target
from outreach.links.verdict import Promise, Verdict
from outreach.page import sniffing, state, traces
from outreach.page.reading import Anchor, Page, Where
from outreach.page.region import Region
from outreach.page.state import PageState

DESCRIBE_MOST = 60
"""Links to the target that are described; a page with more is spam, and only counted."""
CONTEXT_MOST = 20
ARTICLE_SIGNS = 1_500
"""Signs of text that no notice has."""
COUNT_MOST = 5_000
"""Links whose place on the page is looked at."""

__all__ = ["Draft", "Get", "Promise", "Target", "Verdict", "live", "look", "remembering"]


def live(
    *,
    guard: Guard,
    resolve: Sequence[str] = (),
    agent: str = AGENT,
    limits: Limits | None = None,
    known: Known | None = None,
    ca_file: str | None = None,
) -> Get:
    """A `get` that asks the network, behind the guard."""

    def get(url: str) -> Fetched:
        return fetch(
            url, guard=guard, resolve=resolve, agent=agent, limits=limits, known=known, ca_file=ca_file
        )

    return get


ROBOTS_KEPT = 2_000
"""Hosts whose robots.txt one `get` remembers."""


def remembering(get: Get, *, clock: Callable[[], float] = time.monotonic, keep_s: float = 6 * 3600) -> Get:
    """The same `get`, but each host's robots.txt is asked for once in `keep_s` seconds."""
    kept: dict[str, tuple[float, Fetched]] = {}

    def asked(url: str) -> Fetched:
        if not url.endswith("/robots.txt"):
            return get(url)
        now = clock()
        if url not in kept or kept[url][0] < now - keep_s:
            if len(kept) >= ROBOTS_KEPT:
                kept.clear()
            kept[url] = (now, get(url))
        return kept[url][1]

    return asked


def look(
    page_url: str,
    target: Target,
    get: Get,
    *,
    now: datetime,
    promise: Promise | None = None,
    first: Fetched | None = None,
    read_robots: bool = True,
    draft: Draft | None = None,
) -> Verdict:
    """The whole check.  Never raises for what a page or server does.  A `draft` keeps what was read for the case that `get` raises."""
    promise, draft = promise or Promise(), draft or Draft()
    got, page, hits = arrive(first or get(page_url), target, get, read=draft.read)
    verdict = draft.verdict
    if verdict is None or draft.of is not page:
        verdict = _first_words(Verdict(page_url=page_url, target=target), got, page, hits, now=now)
        if page is not None and read_robots and verdict.page_state is PageState.OK:
            _ask_robots(verdict, page, get)
        draft.verdict, draft.of, draft.ways = verdict, page, None
    if page is not None and verdict.page_state is PageState.OK and not verdict.links:
        draft.ways = draft.ways or elsewhere.ways_of(page, target)
        elsewhere.search(verdict, page, get, draft.ways)
    draft.verdict = draft.ways = None
    weigh.conclude(verdict, promise, page)
    return verdict


@dataclass(slots=True)
class Draft:
    """What a look has come to before it waits for another address: it goes on from there, and reads nothing twice.

    What follows may be broken off by `get` only before it has written anything into the verdict.
    """

    verdict: Verdict | None = None
    of: Page | None = None
    ways: elsewhere.Ways | None = None
    page: tuple[Page | None, list[Anchor]] | None = None

    def read(self, got: Fetched, target: Target) -> tuple[Page | None, list[Anchor]]:
        """The first page, parsed once."""
        if self.page is None:
            self.page = page_of(got, target)
        return self.page


def _first_words(
    verdict: Verdict, got: Fetched, page: Page | None, hits: list[Anchor], *, now: datetime
) -> Verdict:
    """What the answer and the page by themselves say."""
    _note_fetch(verdict, got)
    if page is not None:
        _read(verdict, page, hits, got)
        _note_indexing(verdict, page, now=now)
        return verdict
    verdict.page_state = _state_without_page(got)
    if verdict.page_state is PageState.NOT_HTML:
        _trace_in_plain_text(verdict, got)
    return verdict


def _note_fetch(verdict: Verdict, got: Fetched) -> None:
    verdict.final_url, verdict.hops, verdict.status = got.final_url, got.hops, got.status
    verdict.elapsed_ms, verdict.wire_bytes = got.elapsed_ms, got.wire_bytes
    verdict.fault_detail, verdict.refused_reason = got.fault_detail, got.refused_reason
    verdict.retry_after_s, verdict.body = got.retry_after_s, got.body
    verdict.etag, verdict.last_modified = got.headers.get("etag"), got.headers.get("last-modified")


def _state_without_page(got: Fetched) -> PageState:
    if got.fault is Fault.POSTPONED:
        return PageState.RATE_LIMITED
    if got.fault:
        return PageState(str(got.fault))
    by_status = state.by_status(got.status, got.headers, got.body)
    if by_status is not None:
        return by_status
    if not got.body.strip():
        return PageState.EMPTY
    return PageState.TOO_COMPLEX if sniffing.is_html(got.headers, got.body) else PageState.NOT_HTML


def _trace_in_plain_text(verdict: Verdict, got: Fetched) -> None:
    """A page sent as plain text may hold the address, yet nobody can click it."""
    if got.headers.get("content-type").lower().startswith("text/"):
        pattern = traces.needle(verdict.target.key, domain=verdict.target.is_domain)
        if pattern.search(got.body[:2_000_000].decode("utf-8", "replace")):
            verdict.word = "not_a_link"


def _read(verdict: Verdict, page: Page, hits: list[Anchor], got: Fetched) -> None:
    counted = [anchor for anchor in hits[:COUNT_MOST] if page.where(anchor) is Where.COUNTS]
    verdict.count = len(counted) + len(hits[COUNT_MOST:])
    verdict.links = [
        page.link(anchor, context=at < CONTEXT_MOST) for at, anchor in enumerate(counted[:DESCRIBE_MOST])
    ]
    verdict.title, verdict.outbound = page.title, page.outbound
    verdict.page_state = _state_of(verdict, page)
    if got.cut and not verdict.links and verdict.page_state is PageState.OK:
        verdict.page_state = PageState.TOO_COMPLEX
    if verdict.page_state is PageState.OK and any(
        traces.removed_by_script(page, one.element) for one in counted[:3]
    ):
        verdict.codes.append("REMOVED_BY_JS")
    if not verdict.links:
        places = {page.where(anchor) for anchor in hits[:COUNT_MOST]}
        if Where.NOSCRIPT in places:
            verdict.word = "noscript_only"
        elif places:
            verdict.word = "not_a_link"


def _state_of(verdict: Verdict, page: Page) -> PageState:
    moved = state.by_redirect(verdict.page_url, page.url)
    if (
        moved is PageState.REDIRECTED_OFFSITE
        and verdict.links
        and state.same_path(verdict.page_url, page.url)
    ):
        moved = None  # the whole site moved to another name and the article with it
    content = (
        PageState.OK
        if state.asks_for_a_404(verdict.page_url) and page.state is PageState.SOFT_404
        else page.state
    )
    articles = (PageState.SOFT_404, PageState.SERVER_ERROR, PageState.PARKED)
    if content in articles and _stands_in_an_article(verdict, page):
        content = PageState.OK  # an article about such pages
    if content in (PageState.BLOCKED, PageState.SERVER_ERROR) and _shows_a_link_elsewhere(verdict, page):
        content = PageState.OK  # no wall and no broken server links to us
    walls = (PageState.BLOCKED, PageState.LOGIN_WALL, PageState.SERVER_ERROR)
    if content in walls or (
        moved in (None, PageState.REDIRECTED_HOME, PageState.REDIRECTED_OFFSITE)
        and content is PageState.PARKED
    ):
        return content
    if moved is PageState.LOGIN_WALL and (verdict.links or page.gist.own_signs > 3_000):
        moved = None
    if moved is not None:
        return moved
    return content


def _shows_a_link_elsewhere(verdict: Verdict, page: Page) -> bool:
    """Whether a reader sees our link, and it leads away from the page's own site."""
    shown = any(link.hidden is None for link in verdict.links)
    return shown and not is_on_host(page.url, verdict.target.host)


def _stands_in_an_article(verdict: Verdict, page: Page) -> bool:
    """Whether our link is in the text of a page that has more to say than that it is not there."""
    shown = any(link.region is Region.CONTENT and link.hidden is None for link in verdict.links)
    return shown and page.gist.own_signs > ARTICLE_SIGNS


def _note_indexing(verdict: Verdict, page: Page, *, now: datetime) -> None:
    """What the page itself and its headers say to search engines."""
    found = page.indexing
    verdict.noindex, verdict.page_nofollow = found.noindex, found.nofollow
    verdict.canonical, verdict.is_timeless = found.canonical, not found.unavailable_after
    verdict.canonical_elsewhere = bool(found.canonical) and not same_address(found.canonical or "", page.url)
    if verdict.page_state is not PageState.OK:
        return
    signs = {
        "meta_noindex": found.meta_noindex,
        "x_robots_noindex": found.header_noindex,
        "unavailable_after": found.expired(now),
        "canonical_elsewhere": verdict.canonical_elsewhere,
    }
    verdict.blockers += [name for name, met in signs.items() if met]


def _ask_robots(verdict: Verdict, page: Page, get: Get) -> None:
    """robots.txt as Googlebot reads it; an answer that never came says nothing of what the site wants."""
    parts = urlsplit(page.url)
    got = get(f"{parts.scheme}://{parts.netloc}/robots.txt")
    if got.fault or robots.allowed(robots.verdict_of(got.status, got.body), "Googlebot", page.url):
        return
    verdict.blockers.append("robots_txt")
    if got.status == 429 or got.status >= 500:
        verdict.notes.append(f"robots.txt answered {got.status}: search engines stay away while it does")
        verdict.is_robots_certain = False
