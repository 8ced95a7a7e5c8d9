"""A link that is not plainly there: behind a redirector, in a frame, in a script, a comment, the text."""

from __future__ import annotations

from outreach.engines.fetch.answer import Fault
from outreach.kit.urls import is_on_host, same_address
from outreach.links.arrive import REFRESH_MOST, Get, page_of
from outreach.links.target import Target
from outreach.links.verdict import Verdict
from outreach.page import reading, redirector, traces
from outreach.page.headers import Headers
from outreach.page.reading import Anchor, Page, Where
from outreach.page.traces import Trace

FOLLOW_MOST = 12
"""So many redirectors or frames are opened for one check."""
_SILENT = "silent"
SEARCH_MOST = 4_000
"""Links that are searched for redirectors."""


Ways = tuple[list[Anchor], list[Anchor]]
"""Links that name the target in their address, and links that may lead anywhere, the likeliest first."""


def search(verdict: Verdict, page: Page, get: Get, ways: Ways) -> None:
    """Say by `verdict.word` where else the target is on a page that has no link to it."""
    tried = _wrapped(verdict, ways, get)
    if verdict.wrapped or verdict.word == "noscript_only":
        return
    if _in_a_frame(verdict, page, get):
        verdict.word = "iframe_only"
        return
    trace = traces.find(page, traces.needle(verdict.target.key, domain=verdict.target.is_domain))
    if trace is Trace.BUILT_BY_SCRIPT:
        verdict.word = "js_only"
    elif page.needs_script:
        verdict.word = "js_needed"
    elif _SILENT in tried:
        verdict.word = "unknown"
        verdict.codes.append("REDIRECTOR_SILENT")
    elif page.is_teaser:
        verdict.word = "unknown"
        verdict.codes.append("PAYWALL")
    elif trace is not Trace.NONE:
        verdict.word = "not_a_link"
        if trace is Trace.COMMENT:
            verdict.codes.append("HIDDEN_COMMENT")
    elif verdict.word == "unknown":
        verdict.word = "missing"


def ways_of(page: Page, target: Target) -> Ways:
    """The links of a page that may lead to the target by way of others."""
    named = [
        anchor
        for anchor in page.carrying(target.host)[:SEARCH_MOST]
        if _names(anchor.url, target) and page.where(anchor) is Where.COUNTS
    ]
    unnamed = [anchor for anchor in page.shortened[:SEARCH_MOST] if redirector.may_hide_target(anchor.url)]
    unnamed.sort(key=lambda anchor: not redirector.is_like(anchor.url, target.host))
    return named, unnamed


def _wrapped(verdict: Verdict, ways: Ways, get: Get) -> set[str]:
    """A redirector that names the target, or a short link that ends there.  Gives the ends of those that were tried in vain."""
    named, unnamed = ways
    tried: set[str] = set()
    ends: set[str] = set()
    for anchor in [*named, *unnamed]:
        if anchor.url in tried or len(tried) >= FOLLOW_MOST:
            continue
        tried.add(anchor.url)
        end = _end_of(anchor.url, verdict.target, get)
        ends.add(end)
        if end == "here" or (end in (_SILENT, "unknown") and anchor in named):
            verdict.word, verdict.wrapped, verdict.wrapped_ends = (
                "wrapped",
                True,
                "here" if end == "here" else "unknown",
            )
            verdict.notes.append(f"through {anchor.url[:200]}")
            break
        if anchor in named:
            verdict.word, verdict.wrapped, verdict.wrapped_ends = "wrapped_broken", True, end
            break
    return ends


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
    """Where a redirector leads: "here", an address, `_SILENT` when it gave no answer this time, "unknown" when there is none to ask."""
    got = get(url)
    for _ in range(REFRESH_MOST):
        places = [hop.url for hop in got.hops] + [got.final_url]
        if any(_same(place, target) for place in places[1:] if place != url):
            return "here"
        page, _hits = page_of(got, target)
        onward = _sent_on(page) if page else None
        if onward is None:
            break
        if _same(onward, target):
            return "here"
        got = get(onward)
    if got.fault in (Fault.DNS_ERROR, Fault.REFUSED):
        return "unknown"
    walled = got.status in (401, 403, 408, 425, 429) or got.status >= 500
    return _SILENT if got.fault or walled else got.final_url


def _sent_on(page: Page) -> str | None:
    """Where an interstitial sends its reader: by a refresh, or by a script when it holds little else."""
    if refresh := page.refresh:
        return refresh[1]
    told = redirector.sent_by_script(page.code) if len(page.body) < INTERSTITIAL_MOST else None
    return page.resolve(told) if told else None


INTERSTITIAL_MOST = 10_000
"""Bytes; a larger page is one of its own, whatever its scripts may do."""


def _in_a_frame(verdict: Verdict, page: Page, get: Get) -> bool:
    opened = 0
    for frame in page.document.iter_elements(("iframe", "frame", "object", "embed")):
        inner = frame.attr("srcdoc")
        address = frame.attr("data" if frame.tag == "object" else "src")
        source = page.resolve(address) if address else None
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
            _framed, hits = page_of(get(source), verdict.target)
            if hits:
                return True
    return False
