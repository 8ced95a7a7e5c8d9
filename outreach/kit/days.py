"""Working days: somebody's calendar without weekends, public holidays and days of leave. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta

MOST_FREE_DAYS = 400
"""So many free days in a row end the search for a working one: somebody is gone for good."""


def _none(_day: date) -> str:
    return ""


@dataclass(frozen=True)
class WorkingDays:
    """`holiday(day)` is a public holiday's name or ""; `leave` are (first, last) days away, both included."""

    holiday: Callable[[date], str] = _none
    leave: tuple[tuple[date, date], ...] = field(default=())

    def why_free(self, day: date) -> str:
        """Why nobody works on this day: "weekend", a holiday's name, "leave"; "" on a working day."""
        if day.weekday() >= 5:
            return "weekend"
        if any(first <= day <= last for first, last in self.leave):
            return "leave"
        return self.holiday(day)

    def add(self, start: date, days: int) -> date:
        """`start` plus `days` working days; zero days from a free day is the next working one."""
        day = self._on(start)
        for _ in range(days):
            day = self._on(day + timedelta(days=1))
        return day

    def _on(self, day: date) -> date:
        """`day`, or the first working day after it."""
        for ahead in range(MOST_FREE_DAYS):
            if not self.why_free(day + timedelta(days=ahead)):
                return day + timedelta(days=ahead)
        return day


PLAIN = WorkingDays()
"""Monday to Friday."""
