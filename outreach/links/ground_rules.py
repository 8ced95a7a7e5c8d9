"""Is a link dead? Pure. A page that cannot be read says nothing; a name that does not resolve says it twice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from outreach.page.state import MISSES, PageState

CYCLE = timedelta(hours=48)
"""Between two looks: well below the 72 hours for which the gate believes one."""
SOON = timedelta(hours=6)
"""Until the next look after one that could not read the page."""
NAMES_APART = timedelta(hours=20)
"""A name that does not resolve is dead when two looks so far apart say so: a server for names may fail for an hour."""


@dataclass(frozen=True)
class Ground:
    """What a look says: `is_ok` True (dead), False (it works) or None (nobody can say), in words, and when to look again."""

    is_ok: bool | None
    told: str
    again: timedelta


def judge(state: str, before: str, before_at: datetime | None, *, now: datetime) -> Ground:
    """The dead link of a broken-link pitch, by this look at it and the one before."""
    if state in MISSES:
        return Ground(True, f"It is dead: {_WORDS[PageState(state)]}", CYCLE)
    if state == PageState.DNS_ERROR:
        apart = before_at is not None and now - before_at >= NAMES_APART
        if before == PageState.DNS_ERROR and apart:
            return Ground(True, "It is dead: the name of the site is not known any more", CYCLE)
        return Ground(
            None, "The name of the site is not found; a second look a day later decides", NAMES_APART
        )
    if state in (PageState.OK, PageState.NOT_HTML):
        return Ground(False, "It works: there is a page at this address", CYCLE)
    return Ground(None, "It could not be read this time, which says nothing", SOON)


_WORDS = {
    PageState.NOT_FOUND: "the server says that there is no such page (404)",
    PageState.GONE: "the server says that the page is gone (410)",
    PageState.SOFT_404: "the page says that it is not there",
    PageState.PARKED: "the address is parked",
    PageState.REDIRECTED_HOME: "it leads to the front page",
    PageState.REDIRECTED_OFFSITE: "it leads to another site",
}
