"""Moments, days and numbers in words."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from outreach.web import words

NOW = datetime(2026, 11, 24, 14, 0, tzinfo=UTC)
LONDON, TOKYO = ZoneInfo("Europe/London"), ZoneInfo("Asia/Tokyo")


@pytest.mark.parametrize(
    ("distance", "said"),
    [
        (timedelta(seconds=-20), "just now"),
        (timedelta(seconds=20), "in a moment"),
        (timedelta(minutes=-14), "14 min ago"),
        (timedelta(minutes=59), "in 59 min"),
        (timedelta(hours=-3), "3 h ago"),
        (timedelta(hours=2), "in 2 h"),
        (timedelta(hours=-20), "Yesterday 18:00"),
        (timedelta(hours=20), "Tomorrow 10:00"),
        (timedelta(days=3), "Fri 27 Nov"),
        (timedelta(days=-30), "25 Oct"),
        (timedelta(days=-400), "20 Oct 2025"),
    ],
)
def test_a_moment_is_told_by_its_distance(distance: timedelta, said: str) -> None:
    assert words.moment_words(NOW + distance, NOW, LONDON) == said


def test_yesterday_is_the_readers_yesterday() -> None:
    before_midnight_in_tokyo = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)

    assert words.moment_words(before_midnight_in_tokyo, NOW, LONDON) == "13 h ago"
    assert words.moment_words(before_midnight_in_tokyo, NOW + timedelta(hours=2), TOKYO) == "Yesterday 10:00"


def test_an_evening_that_is_close_is_told_in_hours() -> None:
    late = datetime(2026, 11, 24, 22, 0, tzinfo=UTC)

    assert words.moment_words(late, late + timedelta(hours=4), LONDON) == "4 h ago"


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (date(2026, 11, 23), "Yesterday"),
        (date(2026, 11, 24), "Today"),
        (date(2026, 11, 25), "Tomorrow"),
        (date(2026, 11, 19), "Thu 19 Nov"),
        (date(2026, 12, 8), "8 Dec"),
        (date(2027, 3, 1), "1 Mar 2027"),
    ],
)
def test_a_day_is_told_as_one_says_it(day: date, said: str) -> None:
    assert words.day_words(day, date(2026, 11, 24)) == said
    assert words.day_words(day, date(2026, 11, 24), is_within=True) == (
        said.lower() if said.isalpha() else said
    )


def test_the_exact_words_carry_the_zone() -> None:
    assert words.exact_moment(NOW, TOKYO) == "Tue 24 Nov 2026 23:00 JST"
    assert words.exact_day(date(2026, 11, 24)) == "Tuesday 24 November 2026"


@pytest.mark.parametrize(
    ("number", "said"), [(None, "–"), (0, "0"), (12345, "12,345"), (23.44, "23.4"), (5.0, "5")]
)
def test_numbers_are_easy_to_compare(number: float | None, said: str) -> None:
    assert words.number_words(number) == said


@pytest.mark.parametrize(
    ("name", "said"), [("Ana Duarte", "AD"), ("bo", "B"), ("Ana da Costa", "AD"), ("", "?")]
)
def test_initials_are_of_two_words(name: str, said: str) -> None:
    assert words.initials(name) == said


def test_a_hue_is_always_the_same_for_the_same_name() -> None:
    assert words.hue("wildflowerpost.example") == words.hue("wildflowerpost.example")
    assert {words.hue(f"site-{n}.example") for n in range(200)} == set(range(1, 9))
