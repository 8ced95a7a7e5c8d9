"""Working days around weekends, holidays and leave."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from outreach.accounts.calendars import countries, holidays_of
from outreach.kit.days import PLAIN, WorkingDays

WEDNESDAY = date(2026, 12, 23)
CHRISTMAS = {date(2026, 12, 25): "Christmas Day"}


def test_weekends_holidays_and_leave_are_stepped_over() -> None:
    calendar = WorkingDays(lambda day: CHRISTMAS.get(day, ""), ((date(2026, 12, 28), date(2026, 12, 30)),))
    assert calendar.add(WEDNESDAY, 1) == date(2026, 12, 24)
    assert calendar.add(WEDNESDAY, 2) == date(2026, 12, 31)
    assert calendar.add(date(2026, 12, 25), 0) == date(2026, 12, 31)
    assert [calendar.why_free(date(2026, 12, day)) for day in (24, 25, 26, 29)] == [
        "",
        "Christmas Day",
        "weekend",
        "leave",
    ]


@given(start=st.dates(date(2020, 1, 1), date(2030, 1, 1)), days=st.integers(0, 30))
def test_plain_days_are_monday_to_friday_and_in_order(start: date, days: int) -> None:
    day = PLAIN.add(start, days)
    assert day.weekday() < 5
    assert PLAIN.add(start, days + 1) > day >= start
    assert sum((start + timedelta(days=n)).weekday() < 5 for n in range(1, (day - start).days + 1)) >= days


def test_somebody_who_never_comes_back_stops_nobody() -> None:
    gone = WorkingDays(leave=((date(2026, 1, 1), date(9000, 1, 1)),))
    assert gone.add(WEDNESDAY, 3) >= WEDNESDAY


def test_holidays_are_known_by_country() -> None:
    assert len(countries()) > 100
    assert dict(countries())["GB"] == "United Kingdom"
    assert holidays_of("DE")(date(2026, 10, 3))
    assert not holidays_of("US")(date(2026, 10, 3))
    assert holidays_of("US")(date(2026, 11, 26)) == "Thanksgiving Day"
    assert not holidays_of("XX")(date(2026, 12, 25))
    assert not holidays_of("US")(date(9999, 12, 25))
