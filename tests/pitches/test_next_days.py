from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from outreach.pitches import next_days
from outreach.pitches.rules import NextKind, Stage


@given(st.sampled_from(Stage), st.dates(date(2026, 1, 1), date(2030, 12, 31)))
def test_what_is_proposed_next_falls_on_a_working_day(stage: Stage, today: date) -> None:
    _kind, day = next_days.propose_next(stage, today)
    assert day >= today
    assert day.weekday() < 5
    for kind in NextKind:
        after, later = next_days.after_done(kind, stage, today)
        assert after in NextKind
        assert later > today
        assert later.weekday() < 5
