"""Looking again at a page that was read before: what may be kept of the last look.  Pure.

A look is kept when the page was read whole less than `FULL_READ_EVERY` ago, showed the link, and now either the
server says that it has not changed (304) or the same bytes came with the same headers and robots.txt.  A miss is
never kept: whether a link is gone has to be seen.  Better rules (`VERSION`) or another expectation look anew.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from outreach.engines.fetch.answer import Fetched, Known
from outreach.links.looks import Look
from outreach.links.target import Target
from outreach.links.verdict import Promise
from outreach.page.reading import VERSION

FULL_READ_EVERY = timedelta(days=7)
_HEADERS = (
    "content-type",
    "x-robots-tag",
    "link",
    "refresh",
    "cf-mitigated",
    "x-amzn-waf-action",
    "x-vercel-mitigated",
)
"""Those that a verdict may hang on."""


@dataclass(frozen=True)
class LastRead:
    """The last whole read of a page: when, of which address, under which expectation (`terms`), with what content.

    `look` is what was seen then, `check_id` the row that holds it.
    """

    at: datetime
    url: str
    etag: str
    modified: str
    terms: str
    content: str
    robots: str
    look: Look
    check_id: int

    def counts(self, terms: str, *, now: datetime) -> bool:
        """Whether it may still stand for a look of today."""
        return self.terms == terms and timedelta(0) <= now - self.at < FULL_READ_EVERY

    @property
    def known(self) -> Known | None:
        """For a conditional GET."""
        return Known(self.url, self.etag, self.modified) if self.etag or self.modified else None


def terms_of(target: Target, promise: Promise) -> str:
    """A hash of what is expected and of the rules' version."""
    told = (
        VERSION,
        target.match,
        target.value,
        promise.rel.value,
        promise.anchors,
        promise.own_hosts,
        promise.is_social,
    )
    return hashlib.sha256(repr(told).encode()).hexdigest()[:32]


def robots_of(robots: Fetched | None) -> str:
    """A hash of what robots.txt said; empty when nothing came."""
    if robots is None or robots.fault:
        return ""
    return hashlib.sha256(b"%d %b" % (robots.status, robots.body)).hexdigest()[:32]


def content_of(got: Fetched, robots: Fetched | None) -> str:
    """A hash of all that a verdict is made of, but for other pages."""
    head = (
        got.status,
        got.cut,
        got.final_url,
        [hop.url for hop in got.hops],
        [got.headers.all(name) for name in _HEADERS],
    )
    return hashlib.sha256(repr(head).encode() + robots_of(robots).encode() + got.body).hexdigest()[:32]


def kept(last: LastRead, got: Fetched, robots: Fetched | None) -> Look | None:
    """The look that still holds, or None when the page has to be read."""
    is_same = (
        last.robots == robots_of(robots)
        if _is_unchanged(last, got)
        else last.content == content_of(got, robots)
    )
    if not is_same or got.fault:
        return None
    hops = tuple({"url": hop.url, "status": hop.status} for hop in got.hops)
    return replace(
        last.look, hops=hops, status=got.status, elapsed_ms=got.elapsed_ms, kept_of=last.check_id, body=b"",
        page=last.look.page | {"unchanged_since": last.look.page.get("unchanged_since") or last.at.isoformat()},
    )  # fmt: skip


def _is_unchanged(last: LastRead, got: Fetched) -> bool:
    """An answer 304 for exactly the address that we asked about."""
    return got.status == 304 and got.final_url == last.url


def trace_of(got: Fetched, robots: Fetched | None, terms: str, *, now: datetime) -> dict[str, Any]:
    """What the next look needs to know of this whole read, as it is kept on the link's row."""
    return {
        "at": now.isoformat(), "url": got.final_url, "etag": got.headers.get("etag")[:300], "modified": got.headers.get("last-modified")[:100],
        "terms": terms, "content": content_of(got, robots), "robots": robots_of(robots),
    }  # fmt: skip
