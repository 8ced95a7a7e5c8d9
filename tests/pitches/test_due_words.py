from __future__ import annotations

from datetime import date

import pytest

from outreach.kit.days import WorkingDays
from outreach.pitches import due_words
from outreach.pitches.rules import NextKind, Stage


def test_why_a_pitch_is_due_is_a_fact_and_a_number() -> None:
    today = date(2026, 11, 24)
    assert due_words.why_due(NextKind.ANSWER, today, today) == "They wrote last."
    wrote = due_words.why_due(NextKind.ANSWER, date(2026, 11, 21), today, None, date(2026, 11, 21))
    assert wrote == "They wrote 3 days ago; 3 days late."
    said = due_words.why_due(NextKind.FOLLOW_UP, date(2026, 11, 21), today, date(2026, 11, 16))
    assert said == "No answer since our letter 8 days ago; 3 days late."


FIRST_OF_MAY = WorkingDays(lambda day: "Labour Day" if (day.month, day.day) == (5, 1) else "")


@pytest.mark.parametrize(
    ("kind", "stage", "next_on", "words"),
    [
        (NextKind.FOLLOW_UP, Stage.CONTACTED, date(2026, 5, 5), "4 working days after our letter of 28 April, Labour Day left out."),
        (NextKind.FOLLOW_UP, Stage.CONTACTED, date(2026, 5, 8),
         "Put off or set by hand. By the rule it was 5 May: 4 working days after our letter of 28 April, Labour Day left out."),
        (NextKind.CLOSE, Stage.CONTACTED, date(2026, 5, 12), "14 days after our letter of 28 April."),
        (NextKind.ANSWER, Stage.TALKING, date(2026, 4, 27), "The day of “Talking” of 27 April."),
        (NextKind.PRODUCE, Stage.AGREED, date(2026, 4, 29), "2 working days after “Agreed” of 27 April."),
        (NextKind.OTHER, Stage.AGREED, date(2026, 4, 29), "Chosen by a person, or moved on when the one before it was done."),
    ],
)  # fmt: skip
def test_a_day_says_by_which_rule_it_was_chosen(
    kind: NextKind, stage: Stage, next_on: date, words: str
) -> None:
    said = due_words.why_this_day(
        kind, stage, next_on, since=date(2026, 4, 27), last_out_on=date(2026, 4, 28), calendar=FIRST_OF_MAY
    )
    assert said == words
