from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outreach.sending.pacing import Pace, cap_on, next_moment, sent_on

BERLIN, SYDNEY, HOWE = (
    ZoneInfo("Europe/Berlin"),
    ZoneInfo("Australia/Sydney"),
    ZoneInfo("Australia/Lord_Howe"),
)
TUESDAY = datetime(2026, 5, 12, 9, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
PACE = Pace(BERLIN)


def run(pace: Pace, number: int, now: datetime, zone: ZoneInfo | None = None) -> list[datetime]:
    """The moments at which so many letters leave, one after the other."""
    sent: list[datetime] = []
    for turn in range(number):
        at = next_moment(pace, sent[-200:], now=now, jitter=turn * 0.37 % 1, person_zone=zone)
        assert at is not None
        sent.append(at)
        now = at
    return sent


def test_the_first_letter_may_leave_at_once() -> None:
    assert next_moment(PACE, [], now=TUESDAY) == TUESDAY


@pytest.mark.parametrize(("jitter", "seconds"), [(0, 60), (1, 240), (0.5, 150)])
def test_the_gap_lies_between_its_limits(jitter: float, seconds: int) -> None:
    assert next_moment(PACE, [TUESDAY], now=TUESDAY, jitter=jitter) == TUESDAY + timedelta(seconds=seconds)


def test_a_letter_at_night_waits_for_the_morning() -> None:
    at = next_moment(PACE, [], now=datetime(2026, 5, 12, 20, 0, tzinfo=UTC))
    assert at == datetime(2026, 5, 13, 8, 0, tzinfo=BERLIN)


def test_a_letter_on_saturday_waits_for_monday() -> None:
    at = next_moment(PACE, [], now=datetime(2026, 5, 16, 10, 0, tzinfo=BERLIN))
    assert at == datetime(2026, 5, 18, 8, 0, tzinfo=BERLIN)


def test_the_window_is_in_the_persons_zone_when_it_is_known() -> None:
    at = next_moment(PACE, [], now=TUESDAY, person_zone=SYDNEY)
    assert at == datetime(2026, 5, 13, 8, 0, tzinfo=SYDNEY)


def test_the_hourly_cap_waits_until_the_oldest_is_an_hour_old() -> None:
    sent = [TUESDAY - 50 * MINUTE + n * MINUTE for n in range(15)]
    assert next_moment(PACE, sent, now=TUESDAY) == sent[0] + timedelta(hours=1)


def test_the_daily_cap_waits_for_the_next_day_of_the_mailbox() -> None:
    pace = Pace(BERLIN, daily_cap=3, hourly_cap=10)
    sent = [TUESDAY - timedelta(minutes=n) for n in range(30, 33)]
    assert next_moment(pace, sent, now=TUESDAY) == datetime(2026, 5, 13, 8, 0, tzinfo=BERLIN)


def test_an_answer_keeps_the_gap_only() -> None:
    night = datetime(2026, 5, 16, 23, 0, tzinfo=UTC)
    sent = [night - n * MINUTE for n in range(60)]
    assert next_moment(PACE, sent, now=night, gap_only=True) == night + MINUTE


def test_a_window_until_midnight_is_the_whole_evening() -> None:
    pace = Pace(BERLIN, window_from=time(8), window_to=time(0))
    late = datetime(2026, 5, 12, 23, 50, tzinfo=BERLIN)
    assert next_moment(pace, [], now=late) == late


def test_a_new_mailbox_ramps_up_by_working_days() -> None:
    pace = Pace(BERLIN, ramp_from=date(2026, 5, 14), daily_cap=50)
    days = [date(2026, 5, 14) + timedelta(days=n) for n in range(13)]
    assert [cap_on(pace, day) for day in days] == [10, 15, 15, 15, 20, 25, 30, 35, 40, 40, 40, 45, 50]


def test_a_cap_of_nothing_finds_no_moment() -> None:
    assert next_moment(Pace(BERLIN, daily_cap=0), [], now=TUESDAY) is None


@pytest.mark.parametrize(
    ("zone", "start"),
    [
        (BERLIN, datetime(2026, 3, 26, 8, 0, tzinfo=BERLIN)),
        (BERLIN, datetime(2026, 10, 22, 8, 0, tzinfo=BERLIN)),
        (SYDNEY, datetime(2026, 10, 1, 8, 0, tzinfo=SYDNEY)),
        (HOWE, datetime(2026, 4, 2, 8, 0, tzinfo=HOWE)),
    ],
)
def test_a_thousand_letters_over_a_change_of_the_clocks_keep_all_limits(
    zone: ZoneInfo, start: datetime
) -> None:
    pace = Pace(zone, is_weekdays_only=False, daily_cap=120, window_from=time(1, 30), window_to=time(23))
    sent = run(pace, 1_000, start)
    assert all(time(1, 30) <= at.astimezone(zone).time() < time(23) for at in sent)
    assert min(later - earlier for earlier, later in pairwise(sent)) >= timedelta(seconds=60)
    for at in sent:
        assert sum(at - timedelta(hours=1) < other <= at for other in sent) <= 15
    assert max(sent_on(pace, sent, at.astimezone(zone).date()) for at in sent) <= 120


def test_after_eight_hours_down_there_is_no_burst() -> None:
    sent = run(PACE, 20, TUESDAY + timedelta(hours=2))
    assert all(later - earlier >= MINUTE for earlier, later in pairwise(sent))
    assert sum(at < sent[0] + timedelta(hours=1) for at in sent) <= 15


@settings(max_examples=60)
@given(
    st.integers(0, 366 * 24 * 60).map(lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + minutes * MINUTE),
    st.sampled_from([BERLIN, SYDNEY, HOWE, ZoneInfo("America/New_York"), ZoneInfo("Africa/Casablanca")]),
    st.lists(st.integers(0, 3000), max_size=40),
    st.floats(0, 1),
)
def test_whatever_was_sent_the_next_letter_is_within_all_limits(
    now: datetime, zone: ZoneInfo, minutes: list[int], jitter: float
) -> None:
    pace = Pace(zone, daily_cap=20, hourly_cap=5)
    sent = [now - timedelta(minutes=n) for n in minutes]
    at = next_moment(pace, sent, now=now, jitter=jitter)
    assert at is not None
    assert at >= now
    local = at.astimezone(zone)
    assert time(8) <= local.time() < time(18)
    assert local.weekday() < 5
    assert not sent or at - max(sent) >= timedelta(seconds=60)
    assert sum(at - timedelta(hours=1) < moment <= at for moment in sent) < 5
    assert sent_on(pace, sent, local.date()) < 20


CHANGES = [(3, 7), (3, 28), (4, 4), (9, 5), (10, 3), (10, 24), (10, 31)]
"""Days of 2026 before a night in which clocks are changed somewhere."""


@settings(max_examples=300)
@given(
    st.sampled_from(CHANGES),
    st.integers(0, 48 * 60 - 1),
    st.sampled_from([BERLIN, SYDNEY, HOWE, ZoneInfo("America/New_York"), ZoneInfo("America/Santiago")]),
    st.integers(0, 24 * 4 - 2),
    st.integers(1, 24 * 4),
)
def test_in_the_night_of_a_change_the_clock_on_the_wall_stands_in_the_window(
    day: tuple[int, int], minute: int, zone: ZoneInfo, opens: int, quarters: int
) -> None:
    start, end = time(opens // 4, opens % 4 * 15), min(opens + quarters, 24 * 4)
    until = time(end // 4 % 24, end % 4 * 15)
    pace = Pace(zone, is_weekdays_only=False, window_from=start, window_to=until)
    now = datetime(2026, *day, tzinfo=UTC) + minute * MINUTE
    at = next_moment(pace, [], now=now)
    assert at is not None
    wall = at.astimezone(zone).time()
    assert start <= wall
    assert wall < until or until == time(0)
