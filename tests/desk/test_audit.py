"""The admin's diary screen."""

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from outreach.db import db, write
from outreach.diary.moves import note
from tests.statements import counted
from tests.world import NOW, World, log_in


def lines(page: str) -> int:
    return page.count("<tr>") - 1


def test_the_diary_is_for_admins(client: FlaskClient, world: World) -> None:
    for user, status in ((world.ada, 200), (world.max, 404), (world.ana, 404)):
        log_in(client, user)
        assert client.get("/diary").status_code == status


def test_it_says_who_did_what_where(client: FlaskClient, world: World) -> None:
    log_in(client, world.ada)
    page = client.get("/diary").text
    assert "Ana Hazel started a pitch: guest post" in page
    assert "Seed trial" in page
    assert f'href="/pitches/{world.pitch.id}"' in page


def test_filters_stand_in_the_address(client: FlaskClient, world: World) -> None:
    log_in(client, world.ada)
    with write():
        note("user.logged_in", by=world.max.id, now=NOW + timedelta(days=1))
    assert lines(client.get("/diary").text) == 2
    assert "Max Hazel logged in" in client.get("/diary?room=user").text
    assert lines(client.get("/diary?room=user").text) == 1
    assert lines(client.get(f"/diary?by={world.ana.id}").text) == 1
    assert lines(client.get("/diary?on=2026-11-25").text) == 1
    assert "Nothing happened here" in client.get("/diary?on=2020-01-01").text


def test_a_day_is_that_of_the_reader(client: FlaskClient, world: World) -> None:
    log_in(client, world.ada)
    with write():
        note("user.logged_in", by=world.max.id, now=NOW.replace(hour=23, minute=30))
    assert "Max Hazel logged in" in client.get("/diary?on=2026-11-25").text


@pytest.mark.parametrize(
    "query", ["on=nonsense", "on=9999-12-31", "by=x", "at=%00", "room=%27--", "at=W10", "by=99999999999"]
)
def test_a_filter_without_sense_is_no_error(client: FlaskClient, world: World, query: str) -> None:
    log_in(client, world.ada)
    assert client.get(f"/diary?{query}").status_code == 200


def test_older_lines_are_a_page_away(client: FlaskClient, world: World) -> None:
    log_in(client, world.ada)
    with write():
        for number in range(60):
            note("user.logged_in", by=world.max.id, now=NOW + timedelta(minutes=number))
    with counted(db.engine) as count:
        page = client.get("/diary?room=user").text
    assert count.total <= 12, count
    assert lines(page) == 50
    (older,) = re.findall(r'href="(/diary\?[^"]*at=[^"]*)"', page)
    assert lines(client.get(older.replace("&amp;", "&")).text) == 10
