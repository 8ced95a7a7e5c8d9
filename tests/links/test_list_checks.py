"""Checking a list once: real pages on loopback, a verdict a row, nothing of it in the workspace."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from outreach.app import create_app
from outreach.db import db, session
from outreach.kit import clock
from outreach.links import list_actions, list_jobs
from outreach.links.list_models import LinkList, LinkListRow
from outreach.links.list_rules import ListState, RowState
from tests.conftest import Browser, Place
from tests.links.test_lists import counts, lines_of, snapshot
from tests.servers.every_host import answering
from tests.world import World, log_in

TARGET = "https://hazel.example/seed-trial"
WORDS = "It rained for eleven days, then not at all for seven weeks. " * 12


def answer(host: str, path: str) -> tuple[int, str]:
    rel = ' rel="nofollow"' if path == "/nofollow" else ""
    link = f'<a href="{TARGET}"{rel}>seed mixes</a>' if path in ("/there", "/nofollow") else "seed mixes"
    html = f'<html lang="en"><title>Post</title><body><article><h1>Post</h1><p>{WORDS}{link} {WORDS}</p></article></body></html>'
    return {"/robots.txt": 404, "/wall": 403}.get(path, 200), html


@pytest.fixture
def port() -> Iterator[int]:
    with answering(answer) as port:
        yield port


@pytest.fixture
def app(place: Place, port: int) -> Iterator[Flask]:
    hosts = [f"{name}.example:{port}:127.0.0.1" for name in ("moss", "fern", "reed", "sage")]
    made = create_app(place.settings(fetch_allow_endpoints=[f"127.0.0.1:{port}"], fetch_resolve=hosts))
    made.test_client_class = Browser
    with made.app_context():
        yield made
        db.session.remove()
        db.engine.dispose()


def brought(client: FlaskClient, world: World, text: str, do: str = "check") -> LinkList:
    """The list, read, its rows waiting for a look."""
    log_in(client, world.ana)
    form = {"project_id": world.seed.id, "file": (io.BytesIO(text.encode()), "list.csv")}
    path = client.post("/links/lists/new", data=form, content_type="multipart/form-data").location
    columns = {"column-0": "page", "column-1": "target", "column-2": "rel", "has_header": "y", "do": do}
    assert client.post(f"{path}/work", data=columns).status_code == 303
    while list_jobs.work_lists(clock.now()):
        pass
    return session().get_one(LinkList, int(path.rpartition("/")[2]), populate_existing=True)


def sheet(port: int) -> str:
    rows = [
        f"http://moss.example:{port}/there,{TARGET},follow", f"http://fern.example:{port}/nofollow,{TARGET},follow",
        f"http://reed.example:{port}/none,{TARGET},", f"http://sage.example:{port}/wall,{TARGET},", "not an address,x,",
        f"http://169.254.169.254/latest,{TARGET},", f"http://sage.example:{port}/there,,",
    ]  # fmt: skip
    return "page,target,rel\n" + "\n".join(rows) + "\n"


def test_each_row_has_its_verdict_and_nothing_else_is_changed(
    client: FlaskClient, world: World, port: int
) -> None:
    before = snapshot()
    found = brought(client, world, sheet(port))
    assert list_jobs.check_rows(clock.now()) == 7
    rows = session().scalars(sa.select(LinkListRow).order_by(LinkListRow.number)).all()
    assert [row.state for row in rows] == [
        RowState.FOUND, RowState.WEAKENED, RowState.MISSING, RowState.UNREADABLE, RowState.REFUSED, RowState.UNREADABLE, RowState.FOUND,
    ]  # fmt: skip
    assert rows[1].look["codes"] == ["REL_NOFOLLOW"]
    assert rows[0].look["anchor"] == "seed mixes"
    assert session().get_one(LinkList, found.id, populate_existing=True).state is ListState.DONE
    assert snapshot() == before


def test_verdicts_are_shown_filtered_and_downloaded(client: FlaskClient, world: World, port: int) -> None:
    found = brought(client, world, sheet(port))
    assert "Looking at the pages" in client.get(f"/links/lists/{found.id}").text
    list_jobs.check_rows(clock.now())
    page = client.get(f"/links/lists/{found.id}?state=weakened").text
    assert "REL_NOFOLLOW" in page
    assert "moss.example" not in page
    rows = lines_of(client.get(f"/links/lists/{found.id}/rows.csv"))
    assert [row[3] for row in rows[1:]] == [
        "There", "Weakened", "Not there", "Could not read", "Not usable", "Could not read", "There",
    ]  # fmt: skip
    assert rows[2][8] == "nofollow"


def test_a_row_is_looked_at_by_one_worker(client: FlaskClient, world: World, port: int) -> None:
    brought(client, world, sheet(port))
    now = clock.now()
    assert len(list_actions.take_rows(50, now=now)) == 7
    assert list_actions.take_rows(50, now=now) == []
    assert len(list_actions.take_rows(50, now=now + timedelta(minutes=6))) == 7


def test_a_look_that_came_too_late_is_not_kept(client: FlaskClient, world: World, port: int) -> None:
    found = brought(client, world, sheet(port))
    taken = list_actions.take_rows(50, now=clock.now())
    client.post(f"/links/lists/{found.id}/cancel")
    list_actions.refuse(taken[0][0], taken[0][1], "late")
    assert counts(found) == {RowState.SKIPPED: 7}


def test_cancelling_a_check_keeps_what_was_seen(client: FlaskClient, world: World, port: int) -> None:
    found = brought(client, world, sheet(port))
    list_jobs.check_rows(clock.now())
    client.post(f"/links/lists/{found.id}/cancel")
    assert counts(found)[RowState.FOUND] == 2
