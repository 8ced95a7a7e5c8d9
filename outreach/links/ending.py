"""When the end of an agreed time is warned of (F10).  Pure; days are the owner's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

WARNED = (7, 2)
"""So many days before the end, once each."""


@dataclass(frozen=True)
class EndNotice:
    """One warning: for how many `days` before the end, and on which day it stands on Today."""

    days: int
    on: date


def warning(ends_on: date, today: date) -> EndNotice | None:
    """What to set up on `today`: tomorrow's warning, today's, or one that was missed; None when none is near.

    It is set up a day ahead, so that it is there at the first minute of its day. An agreement that is
    written down later than its first warning has that warning at once.
    """
    left = (ends_on - today).days
    for days, until in zip(WARNED, (WARNED[1] + 1, -1), strict=True):
        if until < left <= days + 1:
            return EndNotice(days, max(today, ends_on - timedelta(days=days)))
    return None


def last_day(on: date, *, is_weekdays_only: bool) -> date:
    """The last day on which a warning stands on Today: its own, or the Monday after for who is free on it."""
    if is_weekdays_only and on.weekday() >= 5:
        return on + timedelta(days=7 - on.weekday())
    return on
