"""Another schedule: who may set it, and how it reaches the links."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from outreach.accounts.models import User
from outreach.db import session, write
from outreach.links import jobs, ladder, look_moves, moves, schedule_queries, scheduling
from outreach.links.ladder import Ladder
from outreach.links.looks import Look
from outreach.links.models import LinkSchedule, PlacedLink
from outreach.links.moves import Terms
from outreach.links.rules import Presence, Value
from tests.world import NOW, World, log_in

USUAL = ladder.numbers(Ladder())
FORTNIGHT = {**USUAL, "grown": 14}
FOUND = Look(Presence.FOUND, Value.PASSES, "The link is there.", "ok", status=200)
MISSING = Look(Presence.NOT_FOUND, Value.NONE, "It is not there.", "ok", codes=("LINK_MISSING",))
DAY = timedelta(days=1)
SEEN_AT = NOW + 90 * DAY
"""When a link of three months was looked at last."""


@pytest.fixture
def link(app: Flask, world: World) -> PlacedLink:
    """A link that is live for three months, looked at just now."""
    with write():
        link = moves.place(
            world.seed, world.site, Terms("https://wild.example/post", "https://hazel.example/"), by=world.ana, now=NOW
        )  # fmt: skip
        look_moves.record(link, FOUND, by=None, now=NOW, owner=world.ana)
        look_moves.record(link, FOUND, by=None, now=SEEN_AT, owner=world.ana)
    return link


def days_to_next(link: PlacedLink) -> float:
    session().expire_all()
    assert link.next_check_at is not None
    return (link.next_check_at - SEEN_AT) / DAY


def test_a_longer_wait_moves_the_next_look_counted_from_the_last(link: PlacedLink, world: World) -> None:
    assert 6.6 < days_to_next(link) <= 7
    scheduling.save(FORTNIGHT, 0, by=world.max, now=SEEN_AT)
    assert jobs.count_off_schedule(SEEN_AT) == 1
    assert (jobs.bring_schedule(SEEN_AT + DAY), jobs.bring_schedule(SEEN_AT + DAY)) == (1, 0)
    assert 13.3 <= days_to_next(link) <= 14
    assert link.next_check_why == "every 14 days in the first year"


def test_a_wait_that_is_over_by_the_new_pace_is_looked_at_within_a_day(
    link: PlacedLink, world: World
) -> None:
    scheduling.save({**USUAL, "grown": 1}, 0, by=world.max, now=SEEN_AT)
    jobs.bring_schedule(SEEN_AT + 4 * DAY)
    assert 4 <= days_to_next(link) <= 5


def test_the_next_look_follows_the_new_pace(link: PlacedLink, world: World) -> None:
    scheduling.save(FORTNIGHT, 0, by=world.max, now=SEEN_AT)
    with write():
        look_moves.record(link, FOUND, by=None, now=SEEN_AT, owner=world.ana)
    assert 13.3 <= days_to_next(link) <= 14
    assert jobs.bring_schedule(SEEN_AT) == 0


@pytest.mark.parametrize("case", ["missed", "asked", "told to wait"])
def test_what_something_else_decided_keeps_its_time(link: PlacedLink, world: World, case: str) -> None:
    with write():
        if case == "missed":
            look_moves.record(link, MISSING, by=None, now=SEEN_AT, owner=world.ana)
        elif case == "asked":
            look_moves.ask(link, by=world.ana, now=SEEN_AT)
        else:
            look_moves.postpone(link, 3 * 86_400, now=SEEN_AT)
    before = days_to_next(link)
    scheduling.save(FORTNIGHT, 0, by=world.max, now=SEEN_AT)
    jobs.bring_schedule(SEEN_AT)
    assert days_to_next(link) == before


def test_who_saves_second_is_told(app: Flask, world: World) -> None:
    assert scheduling.save(FORTNIGHT, 0, by=world.max, now=NOW)
    with pytest.raises(scheduling.Changed):
        scheduling.save(USUAL, 0, by=world.ada, now=NOW)
    assert not scheduling.save(FORTNIGHT, 1, by=world.ada, now=NOW)
    assert schedule_queries.schedule()[1] == 1


def post(client: FlaskClient, user: User, **changed: object) -> int:
    log_in(client, user)
    return client.post("/links/schedule", data={**USUAL, "version": 0, **changed}).status_code


def test_a_manager_sets_it_and_reads_what_it_comes_to(client: FlaskClient, world: World) -> None:
    assert post(client, world.max, grown=14) == 302
    shown = client.get("/links/schedule").text
    assert "every 14 days" in shown
    assert "Back to the usual" in shown
    assert client.post("/links/schedule/usual", data={"version": 1}).status_code == 302
    assert schedule_queries.schedule() == (Ladder(), 2)


@pytest.mark.parametrize(
    "changed",
    [
        {"young": 5},
        {"old": 91},
        {"grown": "often"},
        {"vital": ""},
        {"grown": 30, "old": 29},
        {"grown": 10**12},
    ],
)
def test_numbers_that_make_no_sense_are_told_at_the_field_and_kept(
    client: FlaskClient, world: World, changed: dict[str, object]
) -> None:
    assert post(client, world.max, **changed) == 422
    shown = client.post("/links/schedule", data={**USUAL, "version": 0, **changed}).text
    assert 'aria-invalid="true"' in shown
    assert all(f'value="{value}"' in shown for value in changed.values() if value != "")
    assert session().scalar(sa.select(LinkSchedule.id)) is None


def test_a_second_manager_sees_that_another_was_first(client: FlaskClient, world: World) -> None:
    post(client, world.max, grown=14)
    assert post(client, world.ada, grown=10) == 409


def test_a_member_reads_it_and_cannot_change_it(client: FlaskClient, world: World) -> None:
    assert post(client, world.ana, grown=14) == 404
    shown = client.get("/links/schedule").text
    assert "Managers and admins change this." in shown
    assert "Save the schedule" not in shown
