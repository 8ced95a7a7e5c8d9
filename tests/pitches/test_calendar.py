"""No due day is proposed on a holiday or a day of leave of whoever has to act."""

from __future__ import annotations

from datetime import date

from flask import Flask
from flask.testing import FlaskClient

from outreach.accounts import queries as account_queries
from outreach.db import session, write
from outreach.pitches import jobs, moves
from outreach.pitches.rules import NextKind, Stage
from tests.world import NOW, World, log_in

EVE = date(2026, 12, 24)


def test_the_next_action_waits_for_its_owner_to_be_there(app: Flask, world: World) -> None:
    with write():
        world.ana.holidays_of = "US"
        moves.move(world.pitch, Stage.IDEA, by=world.ana, now=NOW, today=EVE)
    assert world.pitch.next_on == date(2026, 12, 29)
    with write() as here:
        here.add(
            account_queries.Leave(
                user_id=world.ana.id, first_on=date(2026, 12, 28), last_on=date(2027, 1, 3), created_at=NOW
            )
        )
    with write():
        moves.move(world.pitch, Stage.QUALIFIED, by=world.ana, now=NOW, today=EVE)
    assert world.pitch.next_on == date(2027, 1, 5)


def test_leave_is_written_down_and_taken_off_on_the_profile(client: FlaskClient, world: World) -> None:
    log_in(client, world.ana)
    assert (
        client.post("/profile/leave", data={"first_on": "2026-12-30", "last_on": "2026-12-28"}).status_code
        == 422
    )
    assert (
        client.post("/profile/leave", data={"first_on": "2026-12-28", "last_on": "2027-01-03"}).status_code
        == 302
    )
    session().rollback()
    (leave,) = account_queries.leaves_of(world.ana.id)
    log_in(client, world.otto)
    assert client.post(f"/profile/leave/{leave.id}/remove").status_code == 404
    log_in(client, world.ana)
    assert "28 Dec" in client.get("/profile").text
    client.post(f"/profile/leave/{leave.id}/remove")
    session().rollback()
    assert account_queries.leaves_of(world.ana.id) == []


def test_what_falls_on_leave_is_due_when_they_are_back(app: Flask, world: World) -> None:
    monday, friday = date(2026, 12, 28), date(2027, 1, 1)
    with write() as here:
        moves.plan(world.pitch, NextKind.WRITE, monday, world.ana.id, by=world.ana, now=NOW)
        here.add(account_queries.Leave(user_id=world.ana.id, first_on=monday, last_on=friday, created_at=NOW))
    assert (jobs.step_over_leave(NOW), jobs.count_on_leave(NOW)) == (1, 0)
    assert (world.pitch.next_on, world.pitch.next_kind) == (date(2027, 1, 4), NextKind.WRITE)
    with write() as here:
        moves.plan(world.pitch, NextKind.ANSWER, monday, world.ana.id, by=world.ana, now=NOW)
    assert jobs.step_over_leave(NOW) == 0


def test_what_is_given_away_falls_on_a_working_day_of_who_gets_it(
    app: Flask, client: FlaskClient, world: World
) -> None:
    eve, after = date(2026, 12, 28), date(2026, 12, 30)
    key = world.pitch.id
    with write() as here:
        here.add(
            account_queries.Leave(
                user_id=world.max.id, first_on=eve, last_on=date(2026, 12, 29), created_at=NOW
            )
        )
        moves.plan(world.pitch, NextKind.WRITE, eve, world.ana.id, by=world.ana, now=NOW)
    log_in(client, world.ana)
    client.post(f"/today/pitches/{key}/owner", data={"owner": world.max.id})
    session().rollback()
    assert (world.pitch.next_on, world.pitch.next_owner_id) == (after, world.max.id)
    with write():
        moves.plan(world.pitch, NextKind.WRITE, eve, world.ana.id, by=world.ana, now=NOW)
    client.post(f"/pitches/{key}/owner", data={"owner": world.max.id, "version": world.pitch.version})
    session().rollback()
    assert (world.pitch.next_on, world.pitch.owner_id) == (after, world.max.id)


def test_the_nightly_look_finds_no_orphan(app: Flask, world: World) -> None:
    assert jobs.count_orphans(NOW) == jobs.look_for_orphans(NOW) == 0
