"""Production at the doors."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from flask.testing import FlaskClient
from icalendar import Calendar

from outreach.db import session, write
from outreach.desk import agenda
from outreach.desk.rules import Section
from outreach.kit.papers import ENDINGS, kind_of
from outreach.pitches.models import Pitch
from outreach.pitches.production import queries
from outreach.pitches.production.models import ProductionStep
from outreach.pitches.production.slots import problem
from outreach.pitches.rules import PitchType
from tests.pitches.production.test_moves import begin
from tests.world import NOW, TODAY, World, log_in


def _step(pitch: Pitch, code: str) -> ProductionStep:
    session().rollback()
    return next(step for step in queries.steps_of(pitch.id) if step.code == code)


def test_a_missed_date_stands_on_today_and_ends_with_a_tick(
    app: Flask, client: FlaskClient, world: World
) -> None:
    pitch = begin(world, PitchType.GUEST_POST)
    with write():
        _step(pitch, "outline").due_on = TODAY - timedelta(days=2)
    lines = agenda.lines(world.ana, TODAY, each=10)[Section.PRODUCTION]
    assert [(line.words, line.why) for line in lines] == [
        ("Outline sent", "Planned for 22 November; 2 days late.")
    ]
    log_in(client, world.ana)
    key = _step(pitch, "outline").id
    assert client.post(f"/steps/{key}/done", data={"back": "/today"}).location == "/today"
    assert agenda.counts(world.ana, TODAY)[Section.PRODUCTION] == 0


def test_a_step_can_be_put_off_and_back(app: Flask, client: FlaskClient, world: World) -> None:
    pitch = begin(world, PitchType.GUEST_POST)
    log_in(client, world.ana)
    step = _step(pitch, "outline")
    was, door = step.due_on, f"/steps/{step.id}"
    assert client.post(f"{door}/snooze", data={"days": "400"}).status_code == 422
    assert client.post(f"{door}/snooze", data={"on": "2020-01-01"}).status_code == 422
    assert client.post(f"{door}/snooze", data={"days": "7"}).status_code == 303
    assert _step(pitch, "outline").due_on != was
    assert was
    client.post(f"{door}/day?on={was.isoformat()}")
    assert _step(pitch, "outline").due_on == was
    assert client.post(f"{door}/day?on=soon").status_code == 400


def test_what_belongs_to_the_type_is_kept_and_wrong_input_stays_beside_its_field(
    app: Flask, client: FlaskClient, world: World
) -> None:
    pitch = begin(world, PitchType.INTERVIEW)
    log_in(client, world.ana)
    door = f"/pitches/{pitch.id}/production"
    typed = {
        "version": pitch.version,
        "fact_questions": "What grows?",
        "slot_at": "soon",
        "slot_minutes": "45",
    }
    answer = client.post(door, data=typed)
    assert answer.status_code == 422
    assert "What grows?" in answer.text
    assert "Give a day and an hour" in answer.text
    typed["slot_at"] = "2026-12-03T15:00"
    assert client.post(door, data=typed).status_code == 303
    session().rollback()
    row = queries.of(pitch.id)
    assert row
    assert row.facts == {"questions": "What grows?"}
    assert row.slot_at
    assert client.post(door, data=typed).status_code == 409


def test_the_slot_is_a_calendar_file_at_the_hour_that_was_typed(
    app: Flask, client: FlaskClient, world: World
) -> None:
    pitch = begin(world, PitchType.INTERVIEW)
    with write():
        world.ana.timezone = "America/New_York"
        pitch.person_id = world.bo.id
    log_in(client, world.ana)
    assert client.get(f"/pitches/{pitch.id}/slot.ics").status_code == 404
    data = {
        "version": pitch.version,
        "slot_at": "2026-12-03T15:00",
        "slot_minutes": "30",
        "slot_place": "call.example",
    }
    client.post(f"/pitches/{pitch.id}/production", data=data)
    answer = client.get(f"/pitches/{pitch.id}/slot.ics")
    event = Calendar.from_ical(answer.data).walk("VEVENT")[0]
    assert answer.mimetype == "text/calendar"
    assert answer.mimetype_params["method"] == str(Calendar.from_ical(answer.data)["method"]) == "REQUEST"
    assert event["organizer"] == "mailto:ana@hazel.example"
    assert event["attendee"] == "mailto:bo@wild.example"
    assert event["attendee"].params["CN"] == "Bo Berg"
    assert event["dtstart"].dt.isoformat() == "2026-12-03T20:00:00+00:00"
    assert event["dtend"].dt - event["dtstart"].dt == timedelta(minutes=30)
    assert str(event["location"]) == "call.example"
    assert kind_of(answer.data) == ENDINGS["ics"][0]
    session().rollback()
    client.post(f"/pitches/{pitch.id}/production", data={"version": pitch.version, "slot_at": ""})
    ended = Calendar.from_ical(client.get(f"/pitches/{pitch.id}/slot.ics").data)
    (after,) = ended.walk("VEVENT")
    assert (ended["method"], after["status"], after["uid"]) == ("CANCEL", "CANCELLED", event["uid"])
    assert after["sequence"] > event["sequence"]
    assert "Cancellation for calendars" in client.get(f"/pitches/{pitch.id}").text


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("2027-03-28T02:30", "There is no such hour on that day: the clocks are put forward."),
        ("2020-01-01T10:00", "This hour is past; give one that is to come."),
        ("9999-12-31T23:59", "Give a day within two years."),
        ("0001-01-01T00:00", "Give a day within two years."),
        ("2027-10-31T02:30", ""),
        ("2020-01-01T09:00", ""),
    ],
)
def test_nobody_meets_at_an_hour_that_is_not(typed: str, why: str) -> None:
    was = datetime(2020, 1, 1, 8, tzinfo=UTC)
    assert problem(datetime.fromisoformat(typed), ZoneInfo("Europe/Berlin"), was, now=NOW) == why


def test_the_page_of_a_pitch_shows_the_list_from_the_yes_on(
    app: Flask, client: FlaskClient, world: World
) -> None:
    pitch = begin(world, PitchType.CO_CREATED)
    log_in(client, world.vic)
    assert "Brief agreed" in client.get(f"/pitches/{pitch.id}").text
    assert "Brief agreed" not in client.get(f"/pitches/{world.pitch.id}").text
    log_in(client, world.ana)
    client.post(f"/pitches/{pitch.id}/contributors", data={"names": "Cleo\n\nDan"})
    assert "0 of 2 contributed, 0 of 2 linked" in client.get(f"/pitches/{pitch.id}").text
    assert client.post(f"/pitches/{pitch.id}/contributors", data={"names": " "}).status_code == 422
