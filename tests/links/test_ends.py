"""Agreed times that end stand on Today and in the digest 7 and 2 days before, and on no other day (F10)."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa
from flask import Flask

from outreach.db import session, write
from outreach.desk import agenda, digest
from outreach.desk.rules import Section
from outreach.links import ends, jobs, moves
from outreach.links.models import EndWarning
from outreach.links.moves import Terms
from outreach.links.rules import LinkState
from outreach.pitches import moves as pitch_moves
from outreach.pitches.rules import Stage
from outreach.reminders.models import Reminder
from outreach.reminders.rules import ReminderState
from tests.world import NOW, World

END = date(2026, 12, 10)  # a Thursday: a week before is one, two days before a Tuesday


@pytest.fixture
def agreed(app: Flask, world: World) -> World:
    with write():
        world.pitch.target_url, world.pitch.expected_rel = "https://hazel.example/seed-trial", "sponsored"
        world.pitch.page_url, world.pitch.expires_on = "https://wild.example/post", END
        world.pitch.is_paid, world.pitch.amount, world.pitch.currency = True, Decimal(120), "EUR"
    return world


def shown_on(world: World, first: date, last: date) -> dict[date, list[str]]:
    """What stands on Ana's Today about an end, day by day at noon, with the sweep running in between."""
    found: dict[date, list[str]] = {}
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        at = NOW.replace(year=day.year, month=day.month, day=day.day, hour=11)
        jobs.warn_of_ends(at)
        jobs.warn_of_ends(at)
        rows = agenda.lines(world.ana, day, each=50)
        lines = [
            line
            for part in (Section.DUE, Section.OVERDUE)
            for line in rows[part]
            if line.source == "reminder"
        ]
        if lines:
            found[day] = [line.words for line in lines]
    return found


def test_it_stands_there_seven_and_two_days_before_and_on_no_other_day(agreed: World) -> None:
    words = ["The agreed time on wild.example/post ends on 10 December"]
    assert shown_on(agreed, date(2026, 11, 26), date(2026, 12, 14)) == {
        date(2026, 12, 3): words,
        date(2026, 12, 8): words,
    }


def test_the_digest_of_that_day_says_what_was_paid(agreed: World) -> None:
    jobs.warn_of_ends(NOW.replace(month=12, day=2))
    day = date(2026, 12, 3)
    letter = digest.compose(agreed.ana, day, agenda.counts(agreed.ana, day), now=NOW.replace(month=12, day=3))
    assert "Agreed until 10 December 2026, paid 120.00 EUR. Renew it, or let it go." in letter.text
    assert f"/pitches/{agreed.pitch.id}" in letter.text


def test_two_workers_warn_once(agreed: World) -> None:
    now = NOW.replace(month=12, day=3)
    (one,) = ends.due(now)
    assert (ends.warn(one, now=now), ends.warn(one, now=now)) == (True, False)
    assert session().scalar(sa.select(sa.func.count()).select_from(EndWarning)) == 1
    assert session().scalar(sa.select(sa.func.count()).select_from(Reminder)) == 1


def test_an_agreement_that_was_renewed_takes_the_warning_down(agreed: World) -> None:
    now = NOW.replace(month=12, day=3)
    jobs.warn_of_ends(now)
    with write():
        agreed.pitch.expires_on = END + timedelta(days=365)
    jobs.warn_of_ends(now)
    assert session().scalars(sa.select(Reminder.state)).all() == [ReminderState.DROPPED]


def test_a_pitch_that_came_to_nothing_is_not_warned_of(agreed: World) -> None:
    with write():
        pitch_moves.move(agreed.pitch, Stage.DECLINED, by=agreed.ana, now=NOW, today=NOW.date())
    assert shown_on(agreed, date(2026, 12, 1), date(2026, 12, 10)) == {}


def test_what_was_put_off_stays_until_it_is_done(agreed: World) -> None:
    jobs.warn_of_ends(NOW.replace(month=12, day=3))
    with write() as here:
        here.execute(sa.update(Reminder).values(due_on=date(2026, 12, 4)))
    assert date(2026, 12, 5) in shown_on(agreed, date(2026, 12, 4), date(2026, 12, 5))


def test_a_link_on_its_own_has_an_end_too(app: Flask, world: World) -> None:
    terms = Terms("https://wild.example/ad", "https://hazel.example/seed-trial", expires_on=END)
    with write():
        link = moves.place(world.seed, world.site, terms, by=world.ana, now=NOW)
    days = [date(2026, 12, 3), date(2026, 12, 8)]
    assert list(shown_on(world, date(2026, 12, 1), date(2026, 12, 12))) == days
    jobs.warn_of_ends(NOW.replace(month=12, day=3))
    with write():
        moves.set_state(link, LinkState.ARCHIVED, by=world.ana, now=NOW)
    assert ends.due(NOW.replace(month=12, day=8)) == []
