"""One look at a page for one target: fetch, read, judge.  No database, no Flask.

    verdict = look("https://blog.example/post", Target.url("https://acme.example/guide"), live(guard=Guard()), now=now)
    verdict.presence, verdict.value, verdict.codes, verdict.sentence, verdict.advice, verdict.to_json()

`get` is a plain function `url -> Fetched`: `live(...)` asks the network, `outreach.links.replay` answers
from recorded responses.  `Promise` is what was agreed; without one any rel passes.  The sweep that has fetched
already hands its `Fetched` in as `first`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from outreach.engines.fetch import robots
from outreach.engines.fetch.client import AGENT, Fetched, Hop, Known, Limits, fetch
from outreach.engines.fetch.guard import Guard
from outreach.kit.urls import is_on_host, registrable, same_address, show_host
from outreach.links.codes import Severity, meaning, worst
from outreach.links.rules import Confidence, ExpectedRel, Presence, Value
from outreach.links.target import Target, variants
from outreach.page import reading, redirector, state, traces
from outreach.page.headers import Headers
from outreach.page.reading import Anchor, Link, Page, Where
from outreach.page.region import Region
from outreach.page.state import PageState
from outreach.page.traces import Trace

Get = Callable[[str], Fetched]

FOLLOW_MOST = 6
"""So many redirectors or frames are opened for one check."""
REFRESH_MOST = 3
REFRESH_WITHIN_S = 10
MANY_OUTBOUND = 150
NOFOLLOWS = frozenset(["nofollow", "sponsored", "ugc"])


@dataclass(frozen=True, slots=True)
class Promise:
    """What was agreed.  `own_hosts` are the project's, to tell a wrong page of ours from a wrong host."""

    rel: ExpectedRel = ExpectedRel.ANY
    anchors: tuple[str, ...] = ()
    own_hosts: tuple[str, ...] = ()
    is_social: bool = False
    """A social post or mention: it expects no follow and is never weakened for it (F12)."""


@dataclass(slots=True)
class Verdict:
    """What one look found.  `word` is the single word of the replay format; the three parts are the truth."""

    page_url: str
    target: Target
    final_url: str = ""
    presence: Presence = Presence.UNREADABLE
    value: Value = Value.NA
    confidence: Confidence = Confidence.MACHINE
    word: str = "unknown"
    page_state: PageState = PageState.OK
    links: list[Link] = field(default_factory=list)
    """Links to the target on what the server sent; on a soft 404 or a moved page they are no presence."""
    wrapped: bool = False
    wrapped_ends: str = ""
    noindex: bool = False
    page_nofollow: bool = False
    canonical: str | None = None
    canonical_elsewhere: bool = False
    indexable: bool | None = None
    blockers: list[str] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    sentence: str = ""
    advice: str = ""
    title: str = ""
    outbound: int | None = None
    status: int = 0
    hops: tuple[Hop, ...] = ()
    elapsed_ms: int = 0
    wire_bytes: int = 0
    fault_detail: str = ""
    refused_reason: str = ""
    retry_after_s: int | None = None
    body: bytes = b""
    body_hash: str = ""
    etag: str = ""
    last_modified: str = ""

    @property
    def found(self) -> bool:
        return bool(self.links)

    @property
    def severity(self) -> Severity | None:
        return worst(self.codes)

    def to_json(self) -> dict[str, Any]:
        """Plain values: the keys of the replay format first, then all that a person may want to see."""
        return {
            "found": self.found,
            "count": len(self.links),
            "links": [link_json(link) for link in self.links],
            "wrapped": self.wrapped,
            "noindex": self.noindex,
            "page_nofollow": self.page_nofollow,
            "canonical": self.canonical,
            "canonical_elsewhere": self.canonical_elsewhere,
            "verdict": self.word,
            "presence": str(self.presence),
            "page_state": str(self.page_state),
            "indexable": self.indexable,
            "blockers": self.blockers,
            "final_url": self.final_url,
            "value": str(self.value),
            "confidence": str(self.confidence),
            "codes": [code_json(code) for code in self.codes],
            "notes": self.notes,
            "sentence": self.sentence,
            "advice": self.advice,
            "title": self.title,
            "status": self.status,
            "outbound": self.outbound,
            "wrapped_ends": self.wrapped_ends,
            "hops": [{"url": hop.url, "status": hop.status} for hop in self.hops],
            "body_hash": self.body_hash,
            "elapsed_ms": self.elapsed_ms,
        }


def link_json(link: Link) -> dict[str, Any]:
    return {
        "href": link.url,
        "anchor": link.anchor,
        "alt": link.alt,
        "rel": list(link.rel),
        "region": str(link.region) if link.region else None,
        "region_sign": link.region_sign,
        "hidden": link.hidden is not None,
        "hidden_by": link.hidden,
        "context": link.context,
    }


def code_json(code: str) -> dict[str, str]:
    what = meaning(code)
    return {"code": code, "severity": str(what.severity), "reason": what.reason, "advice": what.advice}


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


def look(
    page_url: str,
    target: Target,
    get: Get,
    *,
    now: datetime,
    promise: Promise | None = None,
    first: Fetched | None = None,
    read_robots: bool = True,
) -> Verdict:
    """The whole check.  Never raises for what a page or server does."""
    promise = promise or Promise()
    verdict = Verdict(page_url=page_url, target=target)
    got, page, hits = _arrive(first or get(page_url), target, get)
    _note_fetch(verdict, got)
    if page is None:
        verdict.page_state = _state_without_page(got)
        if verdict.page_state is PageState.NOT_HTML:
            _trace_in_plain_text(verdict, got)
    else:
        _read(verdict, page, hits, got)
        if read_robots:
            _ask_robots(verdict, page, get, now=now)
        _judge_presence(verdict, page, get)
    _conclude(verdict, promise, page)
    return verdict


# --- gather -------------------------------------------------------------------------------------


def _arrive(got: Fetched, target: Target, get: Get) -> tuple[Fetched, Page | None, list[Anchor]]:
    """Follow meta refreshes to the page that a reader ends on."""
    page, hits = _page(got, target)
    for _ in range(REFRESH_MOST):
        if page is None or hits:
            break
        refresh = page.refresh
        if refresh is None or refresh[0] > REFRESH_WITHIN_S or same_address(refresh[1], page.url):
            break
        after = get(refresh[1])
        got = _chained(got, after)
        page, hits = _page(got, target)
    return got, page, hits


def _chained(before: Fetched, after: Fetched) -> Fetched:
    return Fetched(
        url=before.url,
        final_url=after.final_url,
        hops=(*before.hops, *after.hops),
        status=after.status,
        headers=after.headers,
        body=after.body,
        fault=after.fault,
        fault_detail=after.fault_detail,
        refused_reason=after.refused_reason,
        cut=after.cut,
        elapsed_ms=before.elapsed_ms + after.elapsed_ms,
        wire_bytes=before.wire_bytes + after.wire_bytes,
    )


def _page(got: Fetched, target: Target) -> tuple[Page | None, list[Anchor]]:
    """The parsed page when there is one to read, with the anchors that lead to the target."""
    if got.fault or state.by_status(got.status, got.headers, got.body) is not None:
        return None, []
    if not got.body.strip() or not reading.is_html(got.headers, got.body):
        return None, []
    page = reading.read(got.body, got.headers, got.final_url)
    return page, [anchor for anchor in page.anchors if target.matches(anchor.url)]


def _note_fetch(verdict: Verdict, got: Fetched) -> None:
    verdict.final_url, verdict.hops, verdict.status = got.final_url, got.hops, got.status
    verdict.elapsed_ms, verdict.wire_bytes = got.elapsed_ms, got.wire_bytes
    verdict.fault_detail, verdict.refused_reason = got.fault_detail, got.refused_reason
    verdict.retry_after_s, verdict.body = got.retry_after_s, got.body
    verdict.body_hash = hashlib.sha256(reading.VERSION.encode() + got.body).hexdigest() if got.body else ""
    verdict.etag, verdict.last_modified = got.headers.get("etag"), got.headers.get("last-modified")


def _state_without_page(got: Fetched) -> PageState:
    if got.fault:
        return PageState(str(got.fault))
    by_status = state.by_status(got.status, got.headers, got.body)
    if by_status is not None:
        return by_status
    return PageState.EMPTY if not got.body.strip() else PageState.NOT_HTML


def _trace_in_plain_text(verdict: Verdict, got: Fetched) -> None:
    """A page sent as plain text may hold the address, yet nobody can click it."""
    if got.headers.get("content-type").lower().startswith("text/"):
        pattern = traces.needle(verdict.target.key, domain=verdict.target.is_domain)
        if pattern.search(got.body[:2_000_000].decode("utf-8", "replace")):
            verdict.word = "not_a_link"


def _read(verdict: Verdict, page: Page, hits: list[Anchor], got: Fetched) -> None:
    counted = [anchor for anchor in hits if page.where(anchor) is Where.COUNTS]
    verdict.links = [page.link(anchor) for anchor in counted]
    verdict.title, verdict.outbound = page.title, page.outbound
    verdict.page_state = _state_of(verdict, page)
    if got.cut and not verdict.links and verdict.page_state is PageState.OK:
        verdict.page_state = PageState.TOO_COMPLEX
    if verdict.page_state is PageState.OK and any(
        traces.removed_by_script(page, one.element) for one in counted
    ):
        verdict.codes.append("REMOVED_BY_JS")
    if not verdict.links:
        places = {page.where(anchor) for anchor in hits}
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
    walls = (PageState.BLOCKED, PageState.LOGIN_WALL)
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


# --- decide: may it be indexed? -----------------------------------------------------------------


def _ask_robots(verdict: Verdict, page: Page, get: Get, *, now: datetime) -> None:
    found = page.indexing
    verdict.noindex, verdict.page_nofollow = found.noindex, found.nofollow
    verdict.canonical = found.canonical
    verdict.canonical_elsewhere = bool(found.canonical) and not same_address(found.canonical or "", page.url)
    if verdict.page_state is not PageState.OK:
        return
    if found.meta_noindex:
        verdict.blockers.append("meta_noindex")
    if found.header_noindex:
        verdict.blockers.append("x_robots_noindex")
    if found.expired(now):
        verdict.blockers.append("unavailable_after")
    if verdict.canonical_elsewhere:
        verdict.blockers.append("canonical_elsewhere")
    if not _robots_allow(page.url, get):
        verdict.blockers.append("robots_txt")


def _robots_allow(url: str, get: Get) -> bool:
    parts = urlsplit(url)
    got = get(f"{parts.scheme}://{parts.netloc}/robots.txt")
    if got.fault:
        return True  # an answer that never came says nothing of what the site wants
    return robots.allowed(robots.verdict_of(got.status, got.body), "Googlebot", url)


# --- decide: is it there? -----------------------------------------------------------------------


def _judge_presence(verdict: Verdict, page: Page, get: Get) -> None:
    if verdict.page_state is not PageState.OK or verdict.links:
        return
    if _wrapped(verdict, page, get) or verdict.word == "noscript_only":
        return
    if _in_a_frame(verdict, page, get):
        verdict.word = "iframe_only"
        return
    trace = traces.find(page, traces.needle(verdict.target.key, domain=verdict.target.is_domain))
    if trace is Trace.BUILT_BY_SCRIPT:
        verdict.word = "js_only"
    elif page.needs_script:
        verdict.word = "js_needed"
    elif trace is not Trace.NONE:
        verdict.word = "not_a_link"
        if trace is Trace.COMMENT:
            verdict.codes.append("HIDDEN_COMMENT")
    elif verdict.word == "unknown":
        verdict.word = "missing"


def _wrapped(verdict: Verdict, page: Page, get: Get) -> bool:
    """A redirector that names the target, or a short link that ends there."""
    named = [
        anchor
        for anchor in page.anchors
        if _names(anchor.url, verdict.target) and page.where(anchor) is Where.COUNTS
    ]
    unnamed = [anchor for anchor in page.anchors if redirector.may_hide_target(anchor.url)]
    tried: set[str] = set()
    for anchor in [*named, *unnamed]:
        if anchor.url in tried or len(tried) >= FOLLOW_MOST:
            continue
        tried.add(anchor.url)
        end = _end_of(anchor.url, verdict.target, get)
        if end == "here" or (end == "unknown" and anchor in named):
            verdict.word, verdict.wrapped, verdict.wrapped_ends = "wrapped", True, end
            verdict.notes.append(f"through {anchor.url[:200]}")
            return True
        if anchor in named:
            verdict.word, verdict.wrapped, verdict.wrapped_ends = "wrapped_broken", True, end
            return True
    return False


def _names(url: str, target: Target) -> bool:
    if ("%" not in url and "=" not in url and url.count("//") < 2) or redirector.is_share(url):
        return False
    if not redirector.is_redirector(url):
        return False
    return any(_same(inner, target) for inner in redirector.carried(url))


def _same(address: str, target: Target) -> bool:
    if address.startswith("//"):
        address = "https:" + address
    if target.is_domain:
        return is_on_host(address, target.host)
    return same_address(address, target.value)


def _end_of(url: str, target: Target, get: Get) -> str:
    """Where a redirector leads: "here", an address, or "unknown" when it could not be asked."""
    got = get(url)
    for _ in range(REFRESH_MOST):
        places = [hop.url for hop in got.hops] + [got.final_url]
        if any(_same(place, target) for place in places[1:] if place != url):
            return "here"
        page, _hits = _page(got, target)
        refresh = page.refresh if page else None
        if refresh is None:
            break
        if _same(refresh[1], target):
            return "here"
        got = get(refresh[1])
    return "unknown" if got.fault or got.status in (401, 403, 429) or got.status >= 500 else got.final_url


def _in_a_frame(verdict: Verdict, page: Page, get: Get) -> bool:
    opened = 0
    for frame in page.document.iter_elements(("iframe", "frame")):
        inner = frame.attr("srcdoc")
        source = page.resolve(frame.attr("src") or "") if frame.attr("src") else None
        if inner:
            framed = reading.read(
                inner.encode(), Headers([("content-type", "text/html; charset=utf-8")]), page.url
            )
            if any(verdict.target.matches(anchor.url) for anchor in framed.anchors):
                return True
        elif (
            source
            and source.startswith("http")
            and not verdict.target.matches(source)
            and opened < FOLLOW_MOST
        ):
            opened += 1
            _framed, hits = _page(get(source), verdict.target)
            if hits:
                return True
    return False


# --- conclude -----------------------------------------------------------------------------------

_UNKNOWN_WORD = frozenset(
    {PageState.FORBIDDEN, PageState.LOGIN_WALL, PageState.RATE_LIMITED, PageState.BLOCKED, PageState.NOT_HTML, PageState.TOO_COMPLEX, PageState.REFUSED}
)  # fmt: skip
_STATE_CODES = {
    PageState.SOFT_404: "SOFT_404",
    PageState.PARKED: "PARKED",
    PageState.REDIRECT_LOOP: "REDIRECT_LOOP",
    PageState.TOO_MANY_REDIRECTS: "REDIRECT_LOOP",
    PageState.REDIRECTED_HOME: "REDIRECTED_HOME",
    PageState.REDIRECTED_OFFSITE: "REDIRECTED_OFFSITE",
    PageState.NOT_HTML: "NOT_HTML",
    PageState.EMPTY: "EMPTY",
    PageState.TOO_COMPLEX: "TOO_COMPLEX",
    PageState.LOGIN_WALL: "WALL",
    PageState.BLOCKED: "WALL",
    PageState.TLS_ERROR: "TLS_ERROR",
    PageState.DNS_ERROR: "DNS_ERROR",
    PageState.TIMEOUT: "TIMEOUT",
    PageState.CONNECTION_ERROR: "CONNECTION_ERROR",
    PageState.REFUSED: "REFUSED",
}


def _conclude(verdict: Verdict, promise: Promise, page: Page | None) -> None:
    if verdict.page_state is not PageState.OK:
        _conclude_without_page(verdict)
    elif verdict.links:
        _conclude_found(verdict, promise)
    else:
        _conclude_not_found(verdict, promise, page)
    if verdict.page_state is PageState.OK and verdict.word != "js_needed":
        verdict.indexable = not verdict.blockers
    verdict.codes = list(dict.fromkeys(verdict.codes))
    verdict.sentence = sentence(verdict)
    verdict.advice = meaning(_first(verdict.codes)).advice if verdict.codes else "Nothing to do."


def _first(codes: list[str]) -> str:
    return min(codes, key=lambda code: list(Severity).index(meaning(code).severity))


def _conclude_without_page(verdict: Verdict) -> None:
    found = bool(verdict.links)
    is_miss = verdict.page_state in state.MISSES
    verdict.presence = Presence.NOT_FOUND if is_miss else Presence.UNREADABLE
    verdict.value = Value.NONE if is_miss else Value.NA
    moved = verdict.page_state in (PageState.REDIRECTED_HOME, PageState.REDIRECTED_OFFSITE)
    if moved:
        verdict.word = "page_moved" if found else "missing"
    elif verdict.word != "not_a_link":
        verdict.word = "unknown" if verdict.page_state in _UNKNOWN_WORD else "page_error"
    verdict.indexable = None if verdict.page_state in (PageState.BLOCKED, PageState.NOT_HTML) else False
    verdict.blockers = (
        []
        if verdict.page_state is PageState.NOT_HTML and verdict.word == "not_a_link"
        else [str(verdict.page_state)]
    )
    code = _STATE_CODES.get(verdict.page_state)
    verdict.codes.append(code or f"HTTP_{verdict.status}")


def _conclude_found(verdict: Verdict, promise: Promise) -> None:
    verdict.presence = Presence.FOUND
    shown = [link for link in verdict.links if link.hidden is None]
    follows = [link for link in shown or verdict.links if not NOFOLLOWS & set(link.rel)]
    verdict.codes += _index_codes(verdict)
    if not shown:
        verdict.word = "hidden"
        verdict.codes.append("HIDDEN_CSS")
    elif "REMOVED_BY_JS" in verdict.codes:
        verdict.word = "removed_by_js"
    else:
        verdict.word = "live_follow" if follows and not verdict.page_nofollow else "live_nofollow"
    best = (follows or shown or verdict.links)[0]
    verdict.codes += (
        _rel_codes(best, promise) + _anchor_codes(verdict.links, promise) + _other_codes(verdict, best)
    )
    verdict.notes += variants(verdict.target.value, best.url) if not verdict.target.is_domain else []
    verdict.value = _value(verdict, promise)


_WEAKENS = frozenset(
    [
        "REL_NOFOLLOW", "REL_SPONSORED", "REL_UGC", "META_NOINDEX", "META_NOFOLLOW", "XROBOTS_NOINDEX", "XROBOTS_NOFOLLOW", "UNAVAILABLE_AFTER",
        "ROBOTS_BLOCKED", "CANON_OTHER", "CANON_CROSS_HOST", "HIDDEN_CSS", "WRAPPED", "WRAPPED_BROKEN", "WRONG_PAGE", "REL_CHANGED",
    ]
)  # fmt: skip


def _value(verdict: Verdict, promise: Promise) -> Value:
    if promise.is_social:
        return Value.NA
    weakened = set(verdict.codes) & _WEAKENS
    if promise.rel in (ExpectedRel.ANY, ExpectedRel.NOFOLLOW, ExpectedRel.SPONSORED, ExpectedRel.UGC):
        weakened -= {"META_NOFOLLOW", "XROBOTS_NOFOLLOW"}
    return Value.WEAKENED if weakened else Value.PASSES


def _index_codes(verdict: Verdict) -> list[str]:
    names = {
        "meta_noindex": "META_NOINDEX",
        "x_robots_noindex": "XROBOTS_NOINDEX",
        "unavailable_after": "UNAVAILABLE_AFTER",
        "robots_txt": "ROBOTS_BLOCKED",
    }
    codes = [names[blocker] for blocker in verdict.blockers if blocker in names]
    if "canonical_elsewhere" in verdict.blockers:
        codes.append(
            "CANON_CROSS_HOST" if _other_site(verdict.canonical or "", verdict.final_url) else "CANON_OTHER"
        )
    if verdict.page_nofollow:
        codes.append("META_NOFOLLOW")
    return codes


def _other_site(a: str, b: str) -> bool:
    return registrable(reading.quick_host(a)) != registrable(reading.quick_host(b))


def _rel_codes(link: Link, promise: Promise) -> list[str]:
    """`sponsored` is right where it was agreed; without an agreement any rel passes."""
    rel = NOFOLLOWS & set(link.rel)
    if promise.is_social or promise.rel is ExpectedRel.ANY:
        return []
    if promise.rel is ExpectedRel.FOLLOW:
        return [f"REL_{token.upper()}" for token in sorted(rel)]
    if promise.rel is ExpectedRel.NOFOLLOW:
        return ["REL_DISCLOSED"] if rel else []
    return ["REL_DISCLOSED"] if str(promise.rel) in rel else ["REL_CHANGED"]


def _anchor_codes(links: list[Link], promise: Promise) -> list[str]:
    said = [(link.anchor or link.alt) for link in links]
    if not any(said):
        return ["ANCHOR_EMPTY"]
    wanted = {" ".join(anchor.casefold().split()) for anchor in promise.anchors if anchor.strip()}
    if wanted and not wanted & {one.casefold() for one in said}:
        return ["ANCHOR_CHANGED"]
    return []


def _other_codes(verdict: Verdict, best: Link) -> list[str]:
    codes = []
    if verdict.target.value.startswith("https:") and all(
        link.url.startswith("http:") for link in verdict.links
    ):
        codes.append("HTTPS_DOWNGRADE")
    if best.region in (Region.FOOTER, Region.SIDEBAR, Region.NAV, Region.HEADER):
        codes.append("SITEWIDE")
    if (verdict.outbound or 0) > MANY_OUTBOUND:
        codes.append("TOO_MANY_OUTBOUND")
    return codes


_WORD_CODES = {
    "missing": "LINK_MISSING",
    "not_a_link": "NOT_A_LINK",
    "noscript_only": "HIDDEN_NOSCRIPT",
    "iframe_only": "HIDDEN_IFRAME",
    "js_only": "JS_ONLY",
    "js_needed": "JS_NEEDED",
    "wrapped": "WRAPPED",
    "wrapped_broken": "WRAPPED_BROKEN",
}


def _conclude_not_found(verdict: Verdict, promise: Promise, page: Page | None) -> None:
    verdict.codes.append(_WORD_CODES[verdict.word])
    if verdict.word in ("wrapped", "wrapped_broken"):
        verdict.presence, verdict.value = Presence.FOUND, Value.WEAKENED
        verdict.codes += _index_codes(verdict)
    elif verdict.word in ("js_only", "js_needed"):
        verdict.presence, verdict.value = Presence.UNREADABLE, Value.NA
        verdict.indexable = None if verdict.word == "js_needed" else verdict.indexable
    else:
        verdict.presence, verdict.value = Presence.NOT_FOUND, Value.NONE
        if page is not None:
            _note_wrong_place(verdict, promise, page)


def _note_wrong_place(verdict: Verdict, promise: Promise, page: Page) -> None:
    """The link may be there but lead elsewhere: to another page of ours, or with our words to another site."""
    anchors = [anchor for anchor in page.anchors if page.where(anchor) is Where.COUNTS]
    hosts = promise.own_hosts or (() if verdict.target.is_domain else (verdict.target.host,))
    wanted = {" ".join(anchor.casefold().split()) for anchor in promise.anchors if anchor.strip()}
    to_us = [anchor for anchor in anchors if any(is_on_host(anchor.url, host) for host in hosts)]
    to_us = [anchor for anchor in to_us if not any(is_on_host(page.url, host) for host in hosts)]
    if to_us:
        best = page.link(to_us[0])
        verdict.codes.append("WRONG_PAGE")
        verdict.notes.append(f"links to {best.url[:200]}")
        if promise.own_hosts and (best.region in (Region.CONTENT, None) or best.anchor.casefold() in wanted):
            verdict.presence, verdict.value = Presence.FOUND, Value.WEAKENED
            verdict.links = [best]
            verdict.codes.remove("LINK_MISSING") if "LINK_MISSING" in verdict.codes else None
    elif wanted:
        for anchor in anchors:
            if anchor.element.text.strip().casefold() in wanted:
                verdict.codes.append("WRONG_HOST")
                verdict.notes.append(f"the agreed words link to {anchor.url[:200]}")
                return


# --- in words -----------------------------------------------------------------------------------


def sentence(verdict: Verdict) -> str:
    """The verdict for a person, one or two sentences."""
    if verdict.page_state is not PageState.OK:
        reason = verdict.fault_detail or meaning(verdict.codes[0]).reason
        if verdict.presence is Presence.NOT_FOUND:
            return f"{reason} So the link is not there."
        return f"{reason} So nobody can say whether the link is there."
    if verdict.links:
        return _found_sentence(verdict)
    return meaning(_WORD_CODES[verdict.word]).reason


def _found_sentence(verdict: Verdict) -> str:
    best = next((link for link in verdict.links if link.hidden is None), verdict.links[0])
    words = (
        f"“{best.anchor[:80]}”"
        if best.anchor
        else (f"a picture ({best.alt[:60]})" if best.alt else "no words")
    )
    where = f" in the {_REGION_WORDS[best.region]}" if best.region else ""
    many = f", {len(verdict.links)} times" if len(verdict.links) > 1 else ""
    if "WRONG_PAGE" in verdict.codes:
        return f"The page links to our site, but to another page: {best.url[:120]}"
    start = f"The link is there{many}: {words}{where}"
    if verdict.word == "hidden":
        return f"{start}, but readers cannot see it ({best.hidden})."
    kind = (
        "followed"
        if verdict.word == "live_follow"
        else "not followed"
        if verdict.word == "live_nofollow"
        else ""
    )
    if verdict.word == "removed_by_js":
        return f"{start}, but a script may take it away."
    trouble = [
        meaning(code).reason for code in verdict.codes if code in _WEAKENS and not code.startswith("REL_")
    ]
    return f"{start}, {kind}." + (f" But: {trouble[0]}" if trouble else "")


_REGION_WORDS = {
    Region.CONTENT: "text",
    Region.NAV: "navigation",
    Region.HEADER: "header",
    Region.FOOTER: "footer",
    Region.SIDEBAR: "sidebar",
    Region.COMMENTS: "comments",
    Region.AUTHOR_BIO: "author's box",
}


def named(target: Target) -> str:
    """The target as a person reads it."""
    return show_host(target.host) if target.is_domain else target.value
