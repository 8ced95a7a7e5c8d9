"""How often a link is looked at, by its age and importance, and how that is said.  Pure.

The defaults are product.md 2.4; an instance may have others (`LinkSchedule`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Ladder:
    """A link is young for `young_for`, grown until `grown_until`, then old; an important one never waits longer than `important`."""

    young_for: timedelta = 14 * DAY
    grown_until: timedelta = 365 * DAY
    young: timedelta = DAY
    grown: timedelta = 7 * DAY
    old: timedelta = 30 * DAY
    important: timedelta = 3 * DAY
    vital: timedelta = DAY

    def every(self, age: timedelta, importance: int = 1) -> tuple[timedelta, str]:
        """How long a link of this age and importance (1 to 3) waits for its next look, and why, in words."""
        if age < self.young_for:
            wait, why = self.young, f"{pace(self.young)} for the first {span(self.young_for)}"
        elif age < self.grown_until:
            wait, why = self.grown, f"{pace(self.grown)} in the first {span(self.grown_until)}"
        else:
            wait, why = self.old, f"{pace(self.old)} after {_a(span(self.grown_until))}"
        if importance >= 3 and wait > self.vital:
            return self.vital, f"{pace(self.vital)}, as it is of the highest importance"
        if importance == 2 and wait > self.important:
            return self.important, f"{pace(self.important)}, as it is important"
        return wait, why


UNITS: dict[str, timedelta] = {
    "young": HOUR, "young_for": DAY, "grown": DAY, "grown_until": DAY, "old": DAY, "important": DAY, "vital": HOUR,
}  # fmt: skip
"""In what each part is kept and typed."""
BOUNDS: dict[str, tuple[int, int]] = {
    "young": (6, 72), "young_for": (3, 90), "grown": (1, 30), "grown_until": (30, 1095), "old": (1, 90), "important": (1, 14),
    "vital": (6, 72),
}  # fmt: skip
"""Least and most of each, in its unit: no site is asked oftener than four times a day, no link forgotten for over three months."""


def of(numbers: Mapping[str, int]) -> Ladder:
    """The ladder of numbers in their units."""
    return Ladder(**{name: numbers[name] * unit for name, unit in UNITS.items()})


def numbers(ladder: Ladder) -> dict[str, int]:
    """The numbers of a ladder, each in its unit."""
    return {name: int(getattr(ladder, name) / unit) for name, unit in UNITS.items()}


def problems(given: Mapping[str, int]) -> dict[str, str]:
    """What is wrong with numbers that are each within bounds, by name: an older link is not looked at oftener."""
    wrong = {}
    ladder = of(given)
    if ladder.grown < ladder.young:
        wrong["grown"] = "An older link would be looked at oftener than a young one. Give at least as long."
    if ladder.old < ladder.grown:
        wrong["old"] = "An old link would be looked at oftener than a younger one. Give at least as long."
    if ladder.grown_until <= ladder.young_for:
        wrong["grown_until"] = "Give more days than a link is young for."
    return wrong


EXAMPLES: tuple[tuple[str, timedelta], ...] = (
    ("3 days", 3 * DAY), ("3 weeks", 21 * DAY), ("3 months", 91 * DAY), ("a year and a half", 548 * DAY),
)  # fmt: skip


def examples(ladder: Ladder) -> list[tuple[str, list[str]]]:
    """(how long live, pace for normal, important and vital links): what the numbers come to."""
    return [(words, [pace(ladder.every(age, rank)[0]) for rank in (1, 2, 3)]) for words, age in EXAMPLES]


def choices(ladder: Ladder) -> list[tuple[str, str]]:
    """What each importance means, for a form."""
    aged = ", then ".join(pace(wait) for wait in (ladder.young, ladder.grown, ladder.old))
    return [
        ("1", f"Normal: {aged}"), ("2", f"Important: at least {pace(ladder.important)}"), ("3", f"Vital: at least {pace(ladder.vital)}"),
    ]  # fmt: skip


_NAMED = {DAY: "daily", 7 * DAY: "weekly", 30 * DAY: "monthly", 12 * HOUR: "twice a day"}
_SPANS = {
    7 * DAY: "week",
    14 * DAY: "two weeks",
    30 * DAY: "month",
    365 * DAY: "year",
    730 * DAY: "two years",
}


def pace(wait: timedelta) -> str:
    """ "daily", "every 3 days", "every 36 hours"."""
    if wait in _NAMED:
        return _NAMED[wait]
    return f"every {wait.days} days" if wait % DAY == timedelta(0) else f"every {int(wait / HOUR)} hours"


def span(length: timedelta) -> str:
    """ "two weeks", "year", "45 days"."""
    return _SPANS.get(length, f"{length.days} days")


def _a(words: str) -> str:
    return words if words[0].isdigit() or words.startswith("two") else f"a {words}"
