"""Why a reminder is due."""

from datetime import date

from outreach.reminders.rules import KIND_NAMES, ReminderKind, why_due

MADE, TODAY = date(2026, 11, 3), date(2026, 11, 24)


def test_the_reason_comes_first_and_then_how_late() -> None:
    said = why_due("Bo named 3 December.", ReminderKind.PROMISE, date(2026, 11, 22), MADE, TODAY)
    assert said == "Bo named 3 December; 2 days late."


def test_without_a_reason_it_says_when_it_was_set() -> None:
    assert why_due("", ReminderKind.OTHER, TODAY, MADE, TODAY) == "You asked for it on 3 November."


def test_every_kind_has_a_name() -> None:
    assert set(KIND_NAMES) == set(ReminderKind)
