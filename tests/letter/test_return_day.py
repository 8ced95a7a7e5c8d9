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
    ("I am out 24-28 May", date(2026, 5, 28)),
    ("Closed from 24 May through 3 June. We reopen on 4 June", date(2026, 6, 4)),
    ("W dniach 11.05-15.05.2026 przebywam na urlopie", date(2026, 5, 15)),
    ("estarei ausente de 11 a 15 de maio", date(2026, 5, 15)),
    ("Я в отпуске с 4.05.2026 по 15.05.2026 включительно", date(2026, 5, 15)),
    ("В отпуске до 15 мая 2026 года. Вернусь 18 мая", date(2026, 5, 18)),
    ("Я у відпустці до 15 травня", date(2026, 5, 15)),
    ("jsem mimo kancelář do 15. května. Vrátím se 18. 5. 2026", date(2026, 5, 18)),
    ("Jeg er ute av kontoret frem til 15. mai", date(2026, 5, 15)),
    ("Olen lomalla 4.5.-15.5.2026. Palaan töihin 18.5.2026", date(2026, 5, 18)),
    ("Sunt în concediu până la data de 15.05.2026", date(2026, 5, 15)),
    ("15 Mayıs 2026 tarihine kadar izindeyim", date(2026, 5, 15)),
    ("Szabadságon vagyok május 15-ig", date(2026, 5, 15)),
    ("μέχρι τις 15 Μαΐου", date(2026, 5, 15)),
    ("我正在休假，将于2026年5月18日返回办公室", date(2026, 5, 18)),
    ("Afwezig t/m vr 15/5", date(2026, 5, 15)),
    ("Fraværende til og med 15. mai", date(2026, 5, 15)),
    ("5월 15일까지 휴가입니다. 5월 18일에 복귀합니다", date(2026, 5, 18)),
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
    "Am 12.5. 20 Gäste",
    "Пишу по поводу книги от 12 мая",
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
