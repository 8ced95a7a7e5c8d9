"""What one fetched page tells of ways to reach somebody. Answered in the process that reads pages, as a page is a stranger's."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import cache
from typing import Any

from outreach.engines.fetch.answer import Fetched
from outreach.page import reading, sniffing, state
from outreach.page.contacts import find
from outreach.page.headers import Headers
from outreach.page.state import PageState


@cache
def _ready() -> None:
    find(b"<p>ana (at) fern.example</p>", Headers(), "http://fern.example/")


REPLY_MOST = 60
"""Contacts of one page."""


@dataclass(frozen=True)
class WhoIsThere:
    """The question: a page that came."""

    page_url: str
    got: Fetched

    def prepare(self) -> None:
        """Load what reading needs, before its time is counted."""
        _ready()

    def answer(self) -> dict[str, Any]:
        """`state` of the page and, of one that can be read, `title`, `contacts`, `authors`, `links`, `refusal`."""
        got = self.got
        told = state.by_status(got.status, got.headers, got.body)
        if told is not None:
            return {"state": str(told)}
        if sniffing.is_html(got.headers, got.body) and not sniffing.is_too_complex(got.body):
            by_content = reading.read(got.body, got.headers, got.final_url).state
            if by_content not in (PageState.OK, PageState.EMPTY):
                return {"state": str(by_content)}
        found = find(got.body, got.headers, got.final_url)
        return {
            "state": "ok", "title": found.title, "contacts": [asdict(one) for one in found.contacts[:REPLY_MOST]],
            "authors": [asdict(one) | {"page": got.final_url} for one in found.authors], "links": found.links, "refusal": found.refusal,
        }  # fmt: skip
