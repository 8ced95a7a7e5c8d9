"""Whether the page that a link leads to is well.  Pure; asked once a round for each target."""

from __future__ import annotations

from outreach.engines.fetch.answer import Fetched
from outreach.kit.urls import same_address
from outreach.page import state
from outreach.page.state import PageState


def codes_of(target: str, got: Fetched) -> list[str]:
    """TARGET_BROKEN when our page is not there, TARGET_REDIRECTS when it leads elsewhere.

    One that could not be read says nothing: a wall, a fault, a server error.
    """
    if got.fault:
        return []
    found = state.by_status(got.status, got.headers, got.body)
    if found in (PageState.NOT_FOUND, PageState.GONE):
        return ["TARGET_BROKEN"]
    moved = len(got.hops) > 1 and not same_address(target, got.final_url)
    return ["TARGET_REDIRECTS"] if moved and found is None else []
