"""Days on which the end of an agreed time is warned of."""

from __future__ import annotations

from datetime import date, timedelta

from outreach.links.ending import EndNotice, last_day, warning

END = date(2026, 12, 11)


def test_it_is_set_up_a_day_ahead_seven_and_two_days_before() -> None:
    seen = {left: warning(END, END - timedelta(days=left)) for left in range(12, -3, -1)}
    assert [left for left, one in seen.items() if one is None] == [12, 11, 10, 9, -1, -2]
    assert seen[8] == seen[7] == EndNotice(7, END - timedelta(days=7))
    assert seen[3] == seen[2] == EndNotice(2, END - timedelta(days=2))


def test_an_agreement_written_down_late_is_warned_of_at_once() -> None:
    assert warning(END, END - timedelta(days=5)) == EndNotice(7, END - timedelta(days=5))
    assert warning(END, END) == EndNotice(2, END)


def test_a_warning_stands_on_its_day_only_but_over_a_free_weekend() -> None:
    friday, saturday = date(2026, 12, 4), date(2026, 12, 5)
    assert last_day(friday, is_weekdays_only=True) == friday
    assert last_day(saturday, is_weekdays_only=True) == date(2026, 12, 7)
    assert last_day(saturday, is_weekdays_only=False) == saturday
