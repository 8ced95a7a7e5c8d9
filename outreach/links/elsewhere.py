"""A link that is not plainly there: behind a redirector, in a frame, in a script, a comment, the text."""

from __future__ import annotations

from outreach.kit.urls import is_on_host, same_address
from outreach.links.arrive import REFRESH_MOST, Get, page_of
from outreach.links.target import Target
from outreach.links.verdict import Verdict
from outreach.page import reading, redirector, traces
from outreach.page.headers import Headers
from outreach.page.reading import Page, Where
from outreach.page.traces import Trace

FOLLOW_MOST = 6
"""So many redirectors or frames are opened for one check."""
SEARCH_MOST = 4_000
"""Links that are searched for redirectors."""


def search(verdict: Verdict, page: Page, get: Get) -> None:
    """Say by `verdict.word` where else the target is on a page that has no link to it."""
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
        for anchor in page.carrying(verdict.target.host)[:SEARCH_MOST]
        if _names(anchor.url, verdict.target) and page.where(anchor) is Where.COUNTS
    ]
    unnamed = [anchor for anchor in page.shortened()[:SEARCH_MOST] if redirector.may_hide_target(anchor.url)]
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
        page, _hits = page_of(got, target)
        refresh = page.refresh if page else None
        if refresh is None:
            break
        if _same(refresh[1], target):
            return "here"
        got = get(refresh[1])
    return "unknown" if got.fault or got.status in (401, 403, 429) or got.status >= 500 else got.final_url


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
