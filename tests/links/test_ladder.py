"""How often a link is looked at, and how that is said."""

from __future__ import annotations

from datetime import timedelta

import pytest

from outreach.links import ladder
from outreach.links.ladder import BOUNDS, DAY, HOUR, Ladder

USUAL = ladder.numbers(Ladder())


@pytest.mark.parametrize(
    ("days", "importance", "wait", "why"),
    [
        (3, 1, DAY, "daily for the first two weeks"),
        (14, 1, 7 * DAY, "weekly in the first year"),
        (400, 1, 30 * DAY, "monthly after a year"),
        (3, 2, DAY, "daily for the first two weeks"),
        (90, 2, 3 * DAY, "every 3 days, as it is important"),
        (400, 3, DAY, "daily, as it is of the highest importance"),
    ],
)
def test_the_usual_ladder(days: int, importance: int, wait: timedelta, why: str) -> None:
    assert Ladder().every(days * DAY, importance) == (wait, why)


def test_another_ladder_says_its_own_words() -> None:
    steps = Ladder(young_for=45 * DAY, young=36 * HOUR, grown=14 * DAY, grown_until=400 * DAY)
    assert [steps.every(days * DAY)[1] for days in (1, 90, 500)] == [
        "every 36 hours for the first 45 days", "every 14 days in the first 400 days", "monthly after 400 days",
    ]  # fmt: skip
    assert ("3 months", ["every 14 days", "every 3 days", "daily"]) in ladder.examples(steps)


def test_numbers_go_there_and_back() -> None:
    assert ladder.of(USUAL) == Ladder()
    assert all(least <= USUAL[name] <= most for name, (least, most) in BOUNDS.items())


@pytest.mark.parametrize(
    ("changed", "wrong"),
    [
        ({"young": 72, "grown": 2}, ["grown"]), ({"grown": 30, "old": 29}, ["old"]),
        ({"young_for": 60, "grown_until": 60}, ["grown_until"]), ({}, []),
    ],
)  # fmt: skip
def test_an_older_link_is_not_looked_at_oftener(changed: dict[str, int], wrong: list[str]) -> None:
    assert list(ladder.problems({**USUAL, **changed})) == wrong
