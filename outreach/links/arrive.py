"""From a fetched answer to the page that a reader ends on."""

from __future__ import annotations

from collections.abc import Callable

from outreach.engines.fetch.answer import Fetched
from outreach.kit.urls import same_address
from outreach.links.target import Target
from outreach.page import reading, sniffing, state
from outreach.page.reading import Anchor, Page

Get = Callable[[str], Fetched]
"""Asks for an address: the network, or recorded answers."""
Read = Callable[[Fetched, Target], tuple[Page | None, list[Anchor]]]

REFRESH_MOST = 3
REFRESH_WITHIN_S = 10


def arrive(
    got: Fetched, target: Target, get: Get, *, read: Read | None = None
) -> tuple[Fetched, Page | None, list[Anchor]]:
    """Follow meta refreshes to the page that a reader ends on.  `read` is `page_of`, or one that remembers."""
    page, hits = (read or page_of)(got, target)
    for _ in range(REFRESH_MOST):
        if page is None or hits:
            break
        refresh = page.refresh
        if refresh is None or refresh[0] > REFRESH_WITHIN_S or same_address(refresh[1], page.url):
            break
        after = get(refresh[1])
        got = _chained(got, after)
        page, hits = page_of(got, target)
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


def page_of(got: Fetched, target: Target) -> tuple[Page | None, list[Anchor]]:
    """The parsed page when there is one to read, with the anchors that lead to the target."""
    if got.fault or state.by_status(got.status, got.headers, got.body) is not None:
        return None, []
    if not got.body.strip() or not sniffing.is_html(got.headers, got.body):
        return None, []
    if sniffing.is_bomb(got.wire_bytes, got.body, is_cut=got.cut):
        return None, []
    if sniffing.is_too_complex(got.body, got.headers.get("content-type")):
        return None, []
    page = reading.read(got.body, got.headers, got.final_url)
    return page, page.hits(target.host, target.matches)
