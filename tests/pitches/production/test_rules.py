"""The check lists of the types, and the days they are given."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.pitches.production import rules
from outreach.pitches.rules import PATHS, PitchType, Stage

WEDNESDAY = date(2026, 11, 25)


@pytest.mark.parametrize("kind", PitchType)
def test_each_step_stands_for_a_stage_of_its_type_in_the_order_of_the_path(kind: PitchType) -> None:
    stages = [task.stage for task in rules.TASKS[kind] if task.stage]
    assert stages == sorted(stages, key=PATHS[kind].index)
    assert len({task.code for task in rules.TASKS[kind]}) == len(rules.TASKS[kind])


@pytest.mark.parametrize("kind", PitchType)
def test_the_usual_days_are_working_days_in_the_order_of_the_list(kind: PitchType) -> None:
    tasks = rules.tasks_of(kind, is_given=False)
    days = list(rules.days_of(tasks, WEDNESDAY, None).values())
    assert days == sorted(days)
    assert all(day.weekday() < 5 for day in days)


@given(
    kind=st.sampled_from(PitchType),
    start=st.dates(date(2026, 1, 1), date(2027, 1, 1)),
    ahead=st.integers(1, 60),
)
def test_a_day_to_be_live_by_draws_the_list_together(kind: PitchType, start: date, ahead: int) -> None:
    tasks = rules.tasks_of(kind, is_given=True)
    days = list(rules.days_of(tasks, start, start + timedelta(days=ahead)).values())
    assert days == sorted(days)
    assert days[-1] <= max(start + timedelta(days=ahead), start)
    assert days[0] >= start


def test_the_disclosure_line_is_asked_for_only_where_something_is_given() -> None:
    codes = [task.code for task in rules.tasks_of(PitchType.GUEST_POST, is_given=False)]
    given = [task.code for task in rules.tasks_of(PitchType.GUEST_POST, is_given=True)]
    assert ("disclosure" in codes, "disclosure" in given) == (False, True)
    assert "disclosure" not in [task.code for task in rules.tasks_of(PitchType.LINK_REMOVAL, is_given=True)]


def test_production_begins_with_the_yes() -> None:
    assert not rules.is_in_production(PitchType.GUEST_POST, Stage.TALKING)
    assert rules.is_in_production(PitchType.GUEST_POST, Stage.AGREED)
    assert rules.is_in_production(PitchType.LINK_REMOVAL, Stage.PROMISED)
    assert not rules.is_in_production(PitchType.GUEST_POST, Stage.DECLINED)


@pytest.mark.parametrize(
    ("linked", "needed", "invited", "enough"),
    [(0, None, 0, False), (3, None, 4, False), (4, None, 4, True), (3, 3, 7, True), (2, 3, 7, False)],
)
def test_k_of_n_is_enough(linked: int, needed: int | None, invited: int, enough: bool) -> None:
    assert rules.is_enough(linked, needed, invited) is enough
