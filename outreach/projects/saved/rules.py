"""What a saved view keeps of an address. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import parse_qsl, urlencode

LISTS: dict[str, tuple[str, str]] = {
    "prospects": ("prospects.index", "Prospects"),
    "people": ("prospects.people", "People"),
    "pitches": ("pitches.board", "Pipeline"),
    "links": ("links.index", "Links"),
}
"""Lists that can have views: the name of the address, and what it is called. A list says its name to `queries.shelf`."""

PASSING = frozenset({"after", "at", "saved", "csrf_token", "back"})
"""What stands in an address and says nothing of the list itself: the page one is on, the view it was opened by."""
LONGEST_QUERY = 2000
LONGEST_NAME = 60
MOST = 50
"""Views of one list that somebody may keep."""


def kept(query: str) -> str:
    """The part of an address's query that makes the list; the same list gives the same text.

    Raises ValueError for one that is too long to be kept.
    """
    text = shown(query)
    if len(text) > LONGEST_QUERY:
        raise ValueError("These filters are too long to be kept. Take some off.")
    return text


def shown(query: str) -> str:
    """The same, however long it is."""
    return urlencode(sorted(pairs_of(query), key=lambda pair: pair[0]))


def pairs_of(query: str) -> list[tuple[str, str]]:
    """(name, value) of what makes the list; none of an address with more than ours can have."""
    try:
        return [(name, value) for name, value in _pairs(query) if name not in PASSING and value]
    except ValueError:
        return []


def _pairs(query: str) -> Iterable[tuple[str, str]]:
    clean = query.replace("\x00", "").removeprefix("?")
    return parse_qsl(clean, keep_blank_values=False, max_num_fields=200)
