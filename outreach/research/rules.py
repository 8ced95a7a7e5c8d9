"""States of a search and of what it found; which pages are opened. Pure."""

from __future__ import annotations

import enum
from datetime import timedelta

from outreach.page.contacts import ways

PAGES_MOST = 12
"""Pages of a site that one search opens."""
GUESSES_MOST = 5
"""Well-known paths that are tried where no link leads to such a page."""
MOST_OF: dict[str, int] = {
    "contact": 3,
    "imprint": 2,
    "write": 2,
    "team": 2,
    "about": 2,
    "author": 2,
    "privacy": 0,
}
"""Pages of one kind."""
KEPT = timedelta(days=30)
"""A proposal on which nobody decided goes after so long: it is somebody's address."""
TAKEN_FOR = timedelta(minutes=3)
AGAIN_AFTER = timedelta(minutes=15)
"""A host that asks us to wait is asked again so much later at the most."""


class SearchState(enum.StrEnum):
    """Where the search of a site stands; `waiting` and `working` are the worker's."""

    WAITING = "waiting"
    WORKING = "working"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


BUSY = (SearchState.WAITING, SearchState.WORKING)


class FindState(enum.StrEnum):
    """What a person made of a proposal."""

    OPEN = "open"
    TAKEN = "taken"
    DISMISSED = "dismissed"


KIND_WORDS = {
    "home": "First page", "contact": "Contact", "imprint": "Imprint", "write": "Write for us", "team": "Team", "about": "About",
    "author": "Author", "privacy": "Privacy", "": "Page",
}  # fmt: skip
"""Kinds of pages as people name them."""

VIA_WORDS = {
    "mailto": "a link to write to", "text": "the text", "spelled": "the text, spelled out", "cloudflare": "a link that Cloudflare codes", "coded": "a coded link",
    "attribute": "a link that a script puts together", "script": "a line that a script writes", "label": "the label of a link", "head": "the head of the page",
    "json-ld": "what the page states for machines", "microdata": "what the page states for machines", "rdfa": "what the page states for machines",
    "hcard": "a card on the page", "form": "a form", "link": "a link", "tel": "a link to call", "feed": "the feed",
}  # fmt: skip


def guesses(known_kinds: set[str]) -> list[tuple[str, str]]:
    """(kind, path) to try for kinds of pages that no link led to."""
    return [(kind, path) for kind, path in ways.GUESSES if kind not in known_kinds][:GUESSES_MOST]
