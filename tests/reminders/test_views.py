"""Reminders through the doors."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from outreach.accounts.models import User
from outreach.db import session, write
from outreach.diary.models import Entry
from outreach.kit import clock
from outreach.reminders import moves, queries
from outreach.reminders.models import Reminder
from outreach.reminders.rules import ReminderKind, ReminderState
from tests.world import NOW, TODAY, World, log_in


@pytest.fixture
def ana(client: FlaskClient, world: World, tmp_path: Path) -> FlaskClient:
    (tmp_path / "clock").write_text(NOW.isoformat())
    clock.use_file(tmp_path / "clock")
    log_in(client, world.ana)
    return client


@pytest.fixture
def reminder(world: World) -> Reminder:
    """Ana's, about the pitch, due today."""
    with write():
        return moves.add(
            ReminderKind.PRODUCTION, "Author bio", TODAY, world.ana.id, by=world.ana, now=NOW,
            project_id=world.seed.id, pitch_id=world.pitch.id, site_id=world.site.id,
        )  # fmt: skip


def kinds() -> list[str]:
    session().rollback()
    return [
        kind
        for (kind,) in session().query(Entry.kind).filter(Entry.kind.like("reminder.%")).order_by(Entry.id)
    ]


def due(user: User) -> list[str]:
    session().rollback()
    return [one.words for one in session().scalars(queries.due(user, TODAY))]


@pytest.mark.parametrize("about", ["pitch", "site", "person"])
def test_one_is_set_about_a_pitch_site_or_person(ana: FlaskClient, world: World, about: str) -> None:
    key = {"pitch": world.pitch.id, "site": world.site.id, "person": world.bo.id}[about]
    assert ana.get(f"/reminders/new?{about}={key}").status_code == 200
    data = {"words": "Send photos", "due_on": TODAY.isoformat(), "owner": world.ana.id, "kind": "other"}
    assert ana.post(f"/reminders/new?{about}={key}", data=data).status_code == 303
    made = session().query(Reminder).one()
    assert getattr(made, f"{about}_id") == key
    assert due(world.ana) == ["Send photos"]
    assert kinds() == ["reminder.added"]


def test_what_is_wrong_is_told_beside_its_field_and_kept(ana: FlaskClient, world: World) -> None:
    data = {"words": "Kept words", "due_on": "2026-11-01", "owner": world.otto.id, "kind": "other"}
    page = ana.post(f"/reminders/new?pitch={world.pitch.id}", data=data)
    assert page.status_code == 422
    assert "Kept words" in page.text
    page = ana.post(f"/reminders/new?pitch={world.pitch.id}", data={**data, "owner": world.ana.id})
    assert "This day is past" in page.text
    assert session().query(Reminder).count() == 0


def test_done_leaves_the_list_and_is_undone(ana: FlaskClient, world: World, reminder: Reminder) -> None:
    key = reminder.id
    assert ana.post(f"/reminders/{key}/done", data={"back": f"/pitches/{world.pitch.id}"}).status_code == 303
    assert due(world.ana) == []
    page = ana.get(f"/pitches/{world.pitch.id}").text
    assert "Done: Author bio" in page
    assert f'action="/reminders/{key}/reopen"' in page
    ana.post(f"/reminders/{key}/reopen")
    assert due(world.ana) == ["Author bio"]
    assert kinds() == ["reminder.added", "reminder.done", "reminder.reopened"]


def test_done_twice_is_one_line(ana: FlaskClient, reminder: Reminder) -> None:
    for _ in range(2):
        ana.post(f"/reminders/{reminder.id}/done")
    assert kinds() == ["reminder.added", "reminder.done"]


def test_it_is_dropped(ana: FlaskClient, world: World, reminder: Reminder) -> None:
    ana.post(f"/reminders/{reminder.id}/drop")
    session().rollback()
    assert reminder.state is ReminderState.DROPPED
    assert due(world.ana) == []


def test_it_is_put_off_and_put_back(ana: FlaskClient, world: World, reminder: Reminder) -> None:
    key = reminder.id
    ana.post(f"/reminders/{key}/snooze", data={"days": "3"})
    session().rollback()
    assert reminder.due_on == TODAY + timedelta(days=3)
    ana.post(f"/reminders/{key}/snooze/undo?on={TODAY}")
    assert due(world.ana) == ["Author bio"]
    ana.post(f"/reminders/{key}/snooze", data={"on": "2026-12-24"})
    session().rollback()
    assert reminder.due_on.isoformat() == "2026-12-24"


@pytest.mark.parametrize(
    "data", [{}, {"days": "0"}, {"days": "x"}, {"on": "2026-11-24"}, {"on": "tomorrow"}, {"on": "9999-12-31"}]
)
def test_a_wrong_day_is_told(ana: FlaskClient, reminder: Reminder, data: dict[str, str]) -> None:
    assert ana.post(f"/reminders/{reminder.id}/snooze", data=data).status_code == 422
    session().rollback()
    assert reminder.due_on == TODAY


@pytest.mark.parametrize("door", ["done", "drop", "reopen", "snooze", "snooze/undo?on=2026-12-01"])
def test_nobody_else_settles_it(client: FlaskClient, world: World, reminder: Reminder, door: str) -> None:
    for who in (world.vic, world.otto):
        log_in(client, who)
        assert client.post(f"/reminders/{reminder.id}/{door}", data={"days": "1"}).status_code == 404
    assert kinds() == ["reminder.added"]


def test_a_viewer_may_think_of_a_site_but_not_plan_a_pitch(client: FlaskClient, world: World) -> None:
    log_in(client, world.vic)
    assert client.get(f"/reminders/new?site={world.site.id}").status_code == 200
    assert client.get(f"/reminders/new?pitch={world.pitch.id}").status_code == 404
    log_in(client, world.otto)
    for about in (f"site={world.site.id}", f"person={world.bo.id}", f"pitch={world.pitch.id}"):
        assert client.get(f"/reminders/new?{about}").status_code == 404


def test_back_never_leads_to_another_host(ana: FlaskClient, reminder: Reminder) -> None:
    for wrong in ("https://evil.example/", "//evil.example/", "/\\evil.example"):
        answer = ana.post(f"/reminders/{reminder.id}/done", data={"back": wrong})
        assert answer.headers["Location"] == "/"
