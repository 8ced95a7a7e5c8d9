"""The day of return is read as it is written; when it is not sure there is none."""

from datetime import date

import pytest

from outreach.letter.return_day import return_day

MONDAY = date(2026, 5, 4)

SURE = [
    ("I am back on May 12th", date(2026, 5, 12)),
    ("I'm away until 12 May", date(2026, 5, 12)),
    ("Out of office May 4 - 15", date(2026, 5, 15)),
    ("I am out from 4 May to 15 May, returning Monday 18 May", date(2026, 5, 18)),
    ("Back in the office on 18/05/2026", date(2026, 5, 18)),
    ("Back in the office on 05/18/2026", date(2026, 5, 18)),
    ("until 2026-06-01", date(2026, 6, 1)),
    ("I return on January 7", date(2027, 1, 7)),
    ("I will be back tomorrow", date(2026, 5, 5)),
    ("I will be back on Thursday", date(2026, 5, 7)),
    ("I will be back next Monday", date(2026, 5, 11)),
    ("Vom 4.5. bis 15.5. bin ich im Urlaub", date(2026, 5, 15)),
    ("Ich bin ab dem 18.05.2026 wieder erreichbar", date(2026, 5, 18)),
    ("Ab 4. Mai im Urlaub, zurück am 18. Mai", date(2026, 5, 18)),
    ("absente jusqu'au 1er juin inclus", date(2026, 6, 1)),
    ("Estaré de vuelta el 18 de mayo", date(2026, 5, 18)),
    ("5月18日から出社します", date(2026, 5, 18)),
    ("The book of 3 March 2020 is sold out. I am back on 12 May", date(2026, 5, 12)),
]

UNSURE = [
    "I am on leave without access to mail",
    "I am back on 30 February",
    "I was away until 20 April",
    "I am back on 06/07/2028",
    "I am back on 05/06/2026",
    "Call +49 30 12.05.26 for help",
    "We answer within 2 days, 24/7",
    "Office hours 9.30 to 17.00 until further notice",
    "Since 4 May I have a new address",
    "Our rose book appears on 12 May",
]


@pytest.mark.parametrize(("text", "day"), SURE)
def test_a_named_day_is_read(text: str, day: date) -> None:
    assert return_day(text, MONDAY) == day


@pytest.mark.parametrize("text", UNSURE)
def test_no_day_is_better_than_a_wrong_one(text: str) -> None:
    assert return_day(text, MONDAY) is None


def test_without_a_date_of_sending_only_a_full_date_counts() -> None:
    assert return_day("I am back on 12 May 2026", None) == date(2026, 5, 12)
    assert return_day("I am back on 12 May", None) is None
    assert return_day("I am back on Monday", None) is None
