"""Saved views: a name for a list, own or shared, opened first, renamed, removed and taken back."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from outreach.db import session
from outreach.projects.saved import queries, rules
from outreach.projects.saved.models import SavedView
from tests.world import World, log_in


@pytest.mark.parametrize(
    ("query", "kept"),
    [
        ("state=kept&after=abc&q=&saved=3", "state=kept"),
        ("?sort=site&columns=tags&columns=state&project=1", "columns=tags&columns=state&project=1&sort=site"),
        ("q=a%26b&csrf_token=x", "q=a%26b"),
        ("&".join(f"x{n}=1" for n in range(300)), ""),
    ],
)
def test_a_view_keeps_what_makes_the_list(query: str, kept: str) -> None:
    assert rules.kept(query) == kept


def test_what_is_too_long_is_no_view() -> None:
    with pytest.raises(ValueError, match="too long"):
        rules.kept("q=" + "x" * 2100)


def keep(client: FlaskClient, name: str, query: str, **more: object) -> int:
    answer = client.post("/saved-views/new?list=prospects", data={"name": name, "query": query, **more})
    assert answer.status_code == 303, answer.text
    return int(answer.location.rpartition("saved=")[2])


def test_a_view_reproduces_the_list_for_all_whom_it_is_shared_with(world: World, client: FlaskClient) -> None:
    log_in(client, world.ana)
    own = keep(client, "Mine", "state=kept&sort=site&columns=owner")
    shared = keep(client, "Ours", "state=new", project_id=world.seed.id)
    page = client.get(f"/prospects?columns=owner&sort=site&state=kept&saved={own}").text
    assert "wild.example" in page
    assert '<th scope="col">Person' not in page
    assert "Mine (changed)" not in page
    assert "Mine (changed)" in client.get(f"/prospects?state=later&saved={own}").text
    log_in(client, world.vic)
    assert {view.name for view in queries.shelf(world.vic, "prospects")} == {"Ours"}
    assert client.post(f"/saved-views/{shared}", data={"name": "x"}).status_code == 404
    log_in(client, world.otto)
    assert "Ours" not in client.get("/prospects").text
    answer = client.post(
        "/saved-views/new?list=prospects", data={"name": "x", "query": "", "project_id": world.seed.id}
    )
    assert answer.status_code == 422


def test_a_list_opens_with_the_view_that_its_reader_chose(world: World, client: FlaskClient) -> None:
    log_in(client, world.ana)
    view = keep(client, "Kept ones", "state=kept", is_first="y")
    assert client.get("/prospects").location == f"/prospects?state=kept&saved={view}"
    assert client.get("/prospects?saved=all").status_code == 200
    log_in(client, world.max)
    assert client.get("/prospects").status_code == 200, "for Ana alone"
    log_in(client, world.ana)
    client.post("/saved-views/first", data={"view": view, "off": "1"})
    assert client.get("/prospects").status_code == 200


def test_a_view_is_renamed_given_other_filters_and_comes_back_when_removed(
    world: World, client: FlaskClient
) -> None:
    log_in(client, world.ana)
    view = keep(client, "Kept", "state=kept")
    client.post(f"/saved-views/{view}", data={"name": "All that we keep"})
    client.post(f"/saved-views/{view}/query", data={"query": "state=later&after=x"})
    found = session().scalars(sa.select(SavedView)).one()
    assert (found.name, found.query) == ("All that we keep", "state=later")
    gone = client.post(f"/saved-views/{view}/removal", follow_redirects=True).text
    assert f"saved={view}" not in gone
    undo = re.search(r'action="(/saved-views/\d+/return)"', gone)
    assert undo
    assert "state=later" in client.post(undo[1], follow_redirects=True).text
