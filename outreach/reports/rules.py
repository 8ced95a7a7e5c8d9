"""The milestones of the funnel, and how its numbers read. Pure."""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from outreach.pitches.rules import Column, PitchType, Stage, column_of

LONGEST_RANGE = timedelta(days=3700)
EARLIEST, LATEST = date(1900, 1, 1), date(2200, 1, 1)
"""Days outside are cut: no zone or database reckons with the ends of the calendar."""


class Milestone(enum.StrEnum):
    """How far a pitch came. Each includes those after it, but `live`, which is seen today."""

    PITCHED = "pitched"
    ANSWERED = "answered"
    AGREED = "agreed"
    PUBLISHED = "published"
    WON = "won"
    LIVE = "live"


NAMES: dict[Milestone, str] = {
    Milestone.PITCHED: "Pitched", Milestone.ANSWERED: "Answered", Milestone.AGREED: "Agreed",
    Milestone.PUBLISHED: "Published", Milestone.WON: "Won, seen by a check", Milestone.LIVE: "Live today",
}  # fmt: skip

_ORDER = (Column.CONTACTED, Column.TALKING, Column.AGREED, Column.PRODUCTION, Column.PUBLISHED, Column.WON)
_FROM: dict[Milestone, Column] = {
    Milestone.PITCHED: Column.CONTACTED, Milestone.ANSWERED: Column.TALKING, Milestone.AGREED: Column.AGREED,
    Milestone.PUBLISHED: Column.PUBLISHED, Milestone.WON: Column.WON,
}  # fmt: skip

STAGES: dict[Milestone, tuple[str, ...]] = {
    milestone: tuple(stage.value for stage in Stage if column_of(stage) in _ORDER[_ORDER.index(first) :])
    for milestone, first in _FROM.items()
}
"""The stages that say that a pitch came so far."""


class Group(enum.StrEnum):
    """What the numbers are told apart by."""

    PROJECT = "project"
    TYPE = "type"
    OWNER = "owner"
    TEMPLATE = "template"


GROUP_NAMES: dict[Group, str] = {
    Group.PROJECT: "Project", Group.TYPE: "Type", Group.OWNER: "Person", Group.TEMPLATE: "Template and version",
}  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """What a report is about: pitches whose first letter (or first stage after it) lies on these days, both included.

    An id of 0 asks for those that have none: no owner, no template.
    """

    first: date
    last: date
    project: int | None = None
    type: PitchType | None = None
    owner: int | None = None
    version: int | None = None


Numbers = Mapping[Milestone, int]


def share(numbers: Numbers, milestone: Milestone) -> str:
    """What part of those before came so far: "57 % of those", "" for the first and where there are none."""
    names = list(Milestone)
    place = names.index(milestone)
    before = numbers[names[place - 1]] if place else 0
    return f"{round(100 * numbers[milestone] / before)} % of those" if before else ""


def finding(numbers: Numbers) -> str:
    """The report in one sentence."""
    pitched, won, live = (numbers[name] for name in (Milestone.PITCHED, Milestone.WON, Milestone.LIVE))
    if not pitched:
        return "Nobody was pitched in these days."
    many = "1 pitch" if pitched == 1 else f"{pitched:,} pitches"
    return f"Of {many}, {won:,} won a link; {live:,} of them live today."


def range_of(first: date | None, last: date | None, today: date, *, days: int = 90) -> tuple[date, date]:
    """The days that were asked for, in order and not endless; without any, the last `days`."""
    last = min(max(last or today, EARLIEST), LATEST)
    first = min(max(first or last - timedelta(days=days - 1), EARLIEST), LATEST)
    first, last = min(first, last), max(first, last)
    return max(first, last - LONGEST_RANGE, EARLIEST), last


def days_words(seconds: float | None) -> str:
    """An average time in a stage: "under a day", "1 day", "12 days"; "–" for none."""
    if seconds is None:
        return "–"
    days = round(seconds / 86_400)
    return "under a day" if days < 1 else "1 day" if days == 1 else f"{days} days"


def total(rows: Sequence[Numbers]) -> dict[Milestone, int]:
    """The sums of several groups."""
    return {milestone: sum(row[milestone] for row in rows) for milestone in Milestone}
