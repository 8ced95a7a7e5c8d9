from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.links.rules import (
    EYES_AFTER,
    MOVES,
    WATCHED,
    Confidence,
    History,
    LinkState,
    Plan,
    Presence,
    Step,
    Value,
    after_check,
    may_move,
    name_is_gone,
    next_check_at,
)

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FOUND, MISS, UNREADABLE = Presence.FOUND, Presence.NOT_FOUND, Presence.UNREADABLE


def _checks(state: LinkState, *seen: tuple[float, Presence]) -> Step:
    """Checks at so many hours after noon, one after another."""
    step = Step(state, None, 0, state, Confidence.MACHINE)
    for hours, presence in seen:
        value = Value.PASSES if presence is FOUND else Value.NONE if presence is MISS else Value.NA
        step = after_check(step.history, presence, value, now=NOON + hours * HOUR)
    return step


def test_one_bad_night_does_not_lose_a_link() -> None:
    assert _checks(LinkState.LIVE, (0, MISS)).state is LinkState.SUSPECT
    assert _checks(LinkState.LIVE, (0, MISS), (1, MISS), (8, MISS), (19.9, MISS)).state is LinkState.SUSPECT


def test_a_second_miss_twenty_hours_later_loses_it_once() -> None:
    step = _checks(LinkState.LIVE, (0, MISS), (20, MISS))
    assert (step.state, step.confirmed_loss, step.confidence) == (
        LinkState.LOST,
        True,
        Confidence.MACHINE_CONFIRMED,
    )
    again = after_check(step.history, MISS, Value.NONE, now=NOON + 48 * HOUR)
    assert (again.state, again.confirmed_loss) == (LinkState.LOST, False)


def test_one_hit_restores_from_suspect_lost_and_reclaiming() -> None:
    for state in (LinkState.SUSPECT, LinkState.LOST, LinkState.RECLAIMING):
        step = _checks(state, (0, FOUND))
        assert (step.state, step.restored, step.first_miss_at) == (LinkState.LIVE, True, None)


def test_a_hit_between_two_misses_starts_the_count_anew() -> None:
    assert _checks(LinkState.LIVE, (0, MISS), (21, FOUND), (22, MISS), (30, MISS)).state is LinkState.SUSPECT


def test_unreadable_pages_never_lose_a_link() -> None:
    step = _checks(LinkState.LIVE, *[(hours * 24, UNREADABLE) for hours in range(60)])
    assert (step.state, step.known_state) == (LinkState.BLOCKED, LinkState.LIVE)


def test_three_unreadable_checks_ask_for_eyes_once() -> None:
    steps = [_checks(LinkState.LIVE, *[(n, UNREADABLE) for n in range(count)]) for count in range(1, 6)]
    assert [step.needs_eyes for step in steps] == [False, False, True, False, False]
    assert steps[1].state is LinkState.LIVE


def test_a_wall_between_two_misses_neither_helps_nor_harms() -> None:
    step = _checks(LinkState.LIVE, (0, MISS), (5, UNREADABLE), (10, UNREADABLE), (15, UNREADABLE), (21, MISS))
    assert step.state is LinkState.LOST


def test_a_readable_page_ends_the_block() -> None:
    walled = [(float(n), UNREADABLE) for n in range(EYES_AFTER)]
    assert _checks(LinkState.LIVE, *walled, (9, FOUND)).state is LinkState.LIVE
    assert _checks(LinkState.LIVE, *walled, (9, MISS)).state is LinkState.SUSPECT
    assert _checks(LinkState.EXPECTED, *walled, (9, MISS)).state is LinkState.AWAITING_PUBLICATION


def test_a_link_never_seen_is_awaited_and_not_lost() -> None:
    step = _checks(LinkState.EXPECTED, (0, MISS), (24, MISS), (240, MISS))
    assert (step.state, step.confirmed_loss) == (LinkState.AWAITING_PUBLICATION, False)
    assert _checks(LinkState.AWAITING_PUBLICATION, (0, FOUND)).state is LinkState.LIVE


def test_a_weakened_link_is_live_weakened_and_never_lost_for_it() -> None:
    step = after_check(History(LinkState.LIVE), FOUND, Value.WEAKENED, now=NOON)
    assert step.state is LinkState.LIVE_WEAKENED
    assert after_check(step.history, FOUND, Value.PASSES, now=NOON + DAY).state is LinkState.LIVE
    assert after_check(History(LinkState.LIVE), FOUND, Value.NA, now=NOON).state is LinkState.LIVE


def test_what_a_person_saw_needs_no_second_look() -> None:
    gone = after_check(History(LinkState.LIVE), MISS, Value.NONE, now=NOON, confidence=Confidence.HUMAN)
    assert (gone.state, gone.confidence) == (LinkState.LOST, Confidence.HUMAN)
    seen = after_check(
        History(LinkState.BLOCKED, known_state=LinkState.LIVE),
        FOUND,
        Value.PASSES,
        now=NOON,
        confidence=Confidence.HUMAN,
    )
    assert (seen.state, seen.confidence) == (LinkState.LIVE, Confidence.HUMAN)


def test_an_unwanted_link_is_removed_by_two_misses_and_unwanted_again_by_one_hit() -> None:
    assert _checks(LinkState.REMOVAL_ASKED, (0, MISS)).state is LinkState.REMOVAL_ASKED
    assert _checks(LinkState.REMOVAL_ASKED, (0, MISS), (21, MISS)).state is LinkState.REMOVED
    assert _checks(LinkState.REMOVED, (0, FOUND)).state is LinkState.UNWANTED
    assert _checks(LinkState.REMOVAL_ASKED, (0, FOUND)).state is LinkState.REMOVAL_ASKED


def test_checks_leave_archived_and_vanished_pages_alone() -> None:
    for state in (LinkState.ARCHIVED, LinkState.PAGE_GONE):
        for presence in Presence:
            assert _checks(state, (0, presence)).state is state


@given(
    st.sampled_from(list(LinkState)),
    st.lists(st.tuples(st.floats(0, 2_000), st.sampled_from(list(Presence))), min_size=1, max_size=12),
)
def test_every_check_moves_along_an_arrow(state: LinkState, looks: list[tuple[float, Presence]]) -> None:
    history = History(state, known_state=LinkState.LIVE if state is LinkState.BLOCKED else None)
    for hours, presence in sorted(looks, key=lambda look: look[0]):
        step = after_check(history, presence, Value.PASSES, now=NOON + hours * HOUR)
        assert may_move(history.state, step.state)
        history = step.history


@given(st.lists(st.tuples(st.floats(0, 500), st.sampled_from(list(Presence))), max_size=15))
def test_a_loss_always_has_two_misses_apart(looks: list[tuple[float, Presence]]) -> None:
    looks = sorted(looks, key=lambda look: look[0])
    if _checks(LinkState.LIVE, *looks).state is LinkState.LOST:
        after_hit = max((hours for hours, presence in looks if presence is FOUND), default=-1)
        misses = [hours for hours, presence in looks if presence is MISS and hours >= after_hit]
        assert max(misses) - min(misses) >= 20 - 1e-6


def test_every_state_has_its_arrows() -> None:
    assert set(MOVES) == set(LinkState)
    for old, new in MOVES.items():
        assert old not in new
        if old not in (LinkState.PAGE_GONE, LinkState.ARCHIVED):
            assert LinkState.ARCHIVED in new


def test_a_name_that_failed_five_times_over_two_weeks_is_proposed_as_gone() -> None:
    assert not name_is_gone(None, 9, now=NOON)
    assert not name_is_gone(NOON - 13 * DAY, 9, now=NOON)
    assert not name_is_gone(NOON - 20 * DAY, 4, now=NOON)
    assert name_is_gone(NOON - 14 * DAY, 5, now=NOON)


def _live(age_days: float, importance: int = 1) -> timedelta:
    step = Step(LinkState.LIVE, None, 0, LinkState.LIVE, Confidence.MACHINE)
    when = next_check_at(Plan(since=NOON - age_days * DAY, importance=importance), step, now=NOON)
    assert when.at is not None
    return when.at - NOON


@pytest.mark.parametrize(
    ("age_days", "importance", "days"),
    [
        (0, 1, 1),
        (13, 1, 1),
        (15, 1, 7),
        (300, 1, 7),
        (400, 1, 30),
        (15, 2, 3),
        (400, 2, 3),
        (400, 3, 1),
        (1, 3, 1),
    ],
)
def test_a_link_is_looked_at_by_its_age_and_importance(age_days: float, importance: int, days: float) -> None:
    assert 0.94 * days * DAY <= _live(age_days, importance) <= days * DAY


def test_after_a_miss_the_next_look_comes_within_a_day_whatever_the_age() -> None:
    for spread in (0.0, 0.5, 0.999):
        step = _checks(LinkState.LIVE, (0, MISS))
        when = next_check_at(Plan(since=NOON - 900 * DAY, spread=spread), step, now=NOON)
        assert when.at is not None
        assert 20 * HOUR <= when.at - NOON <= 24 * HOUR
        assert "not found last time" in when.why


def test_an_agreed_page_is_first_looked_at_on_the_day_it_is_due() -> None:
    step = Step(LinkState.EXPECTED, None, 0, LinkState.EXPECTED, Confidence.MACHINE)
    when = next_check_at(Plan(since=NOON, due_at=NOON + 9 * DAY), step, now=NOON)
    assert (when.at, when.why) == (NOON + 9 * DAY, "the day it is due")
    later = next_check_at(Plan(since=NOON, due_at=NOON), step, now=NOON + 3 * DAY)
    assert later.at is not None
    assert later.at - (NOON + 3 * DAY) <= DAY


def test_a_site_that_asked_us_to_wait_is_obeyed() -> None:
    step = _checks(LinkState.LIVE, (0, UNREADABLE))
    when = next_check_at(Plan(since=NOON - DAY, not_before=NOON + 4 * DAY), step, now=NOON)
    assert (when.at, when.why) == (NOON + 4 * DAY, "the site asked us to wait")


def test_what_is_over_is_not_scheduled() -> None:
    for state in set(LinkState) - WATCHED:
        step = Step(state, None, 0, state, Confidence.MACHINE)
        assert next_check_at(Plan(since=NOON), step, now=NOON).at is None


def test_every_date_has_a_reason_in_words() -> None:
    for state in WATCHED:
        step = Step(state, None, 0, state, Confidence.MACHINE)
        assert next_check_at(Plan(since=NOON), step, now=NOON).why
