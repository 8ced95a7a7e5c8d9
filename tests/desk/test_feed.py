"""The calendar feed: what is due for its reader, behind a secret that is kept as a hash."""

from __future__ import annotations

import re
from datetime import date, timedelta
from html import unescape

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from icalendar import Calendar

from outreach.db import db, session, write
from outreach.desk import feed
from outreach.desk.models import CalendarFeed
from outreach.pitches.production.models import Production
from outreach.reminders import moves as reminder_moves
from outreach.reminders.rules import ReminderKind
from tests.statements import counted
from tests.world import NOW, TODAY, World, log_in


def entries(body: bytes) -> dict[str, date]:
    found = Calendar.from_ical(body).walk("VEVENT")
    assert all("@" in str(event["uid"]) for event in found)
    return {str(event["summary"]): event["dtstart"].dt for event in found}


def test_what_is_due_stands_on_its_day_and_what_is_late_on_today(app: Flask, world: World) -> None:
    with write() as here:
        world.pitch.next_on = TODAY + timedelta(days=3)
        here.add(
            Production(
                pitch_id=world.pitch.id, slot_at=NOW + timedelta(days=2), slot_place="a call", created_at=NOW
            )
        )
        for words, days in (("Send the bio", -2), ("Far away", 400)):
            reminder_moves.add(
                ReminderKind.OTHER, words, TODAY + timedelta(days=days), world.ana.id, by=None, now=NOW
            )
    found = entries(feed.calendar(world.ana, host="o.example", base="https://o.example", now=NOW))
    assert found == {
        "Write the first letter: wild.example": TODAY + timedelta(days=3),
        "Send the bio (2 days late)": TODAY,
        "Interview: Forty seed mixes, one dry August": NOW + timedelta(days=2),
    }


def test_the_secret_opens_it_without_a_log_in_and_a_new_one_ends_the_old(
    client: FlaskClient, world: World
) -> None:
    log_in(client, world.ana)
    first = _made(client)
    second = _made(client)
    client.post("/logout")
    assert client.get(first).status_code == 404
    answer = client.get(second)
    assert (answer.status_code, answer.mimetype) == (200, "text/calendar")
    assert "Write the first letter" in answer.text
    secret = second.removeprefix("/calendar/").removesuffix(".ics")
    assert len(secret) >= 22
    assert secret not in str(session().execute(sa.select(CalendarFeed.token_hash)).all())
    with write():
        world.ana.is_active = False
    assert client.get(second).status_code == 404


def _made(client: FlaskClient) -> str:
    found = re.search(r'value="http[^"]*?(/calendar/[^"]+\.ics)"', client.post("/calendar").text)
    assert found
    return unescape(found[1])


def test_it_can_be_ended(client: FlaskClient, world: World) -> None:
    log_in(client, world.ana)
    made = _made(client)
    client.post("/calendar/end")
    assert client.get(made).status_code == 404
    assert "Make an address" in client.get("/calendar").text


def test_what_its_reader_may_no_longer_see_is_gone_from_it(app: Flask, world: World) -> None:
    with write():
        world.pitch.next_owner_id = world.otto.id
    assert entries(feed.calendar(world.otto, host="o.example", base="", now=NOW)) == {}


def test_it_needs_the_same_few_statements_for_many_entries(app: Flask, world: World) -> None:
    with write():
        for number in range(60):
            reminder_moves.add(ReminderKind.OTHER, f"Look {number}", TODAY, world.ana.id, by=None, now=NOW)
    session().refresh(world.ana)
    with counted(db.engine) as count:
        feed.calendar(world.ana, host="o.example", base="", now=NOW)
    assert count.total <= 4, count
