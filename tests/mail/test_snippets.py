"""Snippets: pieces of text that several letters share."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from outreach.db import session
from outreach.mail import snippets
from outreach.mail.models import Snippet
from tests.sending.letters_world import alone, mailbox
from tests.world import World, log_in

TYPED = {"name": "Who we are", "scope": "everybody", "body": "We are {{ workspace.name }}."}


@pytest.fixture
def ana(client: FlaskClient, world: World) -> FlaskClient:
    client = alone(client)
    log_in(client, world.ana)
    return client


def rows() -> list[Snippet]:
    session().rollback()
    return list(session().scalars(sa.select(Snippet).order_by(Snippet.id)))


def test_a_snippet_is_written_listed_changed_and_removed(ana: FlaskClient) -> None:
    assert ana.post("/snippets/new", data=TYPED).status_code == 302
    assert ";who-we-are" in ana.get("/snippets").text
    [row] = rows()
    ana.post(f"/snippets/{row.id}", data=TYPED | {"body": "We grow."})
    assert rows()[0].body == "We grow."
    ana.post(f"/snippets/{row.id}/removal")
    assert rows() == []


def test_everybody_sees_shared_ones_and_nobody_anothers_own(client: FlaskClient, world: World) -> None:
    client = alone(client)
    log_in(client, world.ana)
    for name, scope in (("Mine", "own"), ("Ours", str(world.seed.id)), ("All", "everybody")):
        client.post("/snippets/new", data=TYPED | {"name": name, "scope": scope})
    mine, ours, everybodys = (row.id for row in rows())
    seen = {
        who: [row.name for row in snippets.readable(getattr(world, who))]
        for who in ("ana", "vic", "otto", "ada")
    }
    assert seen == {
        "ana": ["All", "Mine", "Ours"],
        "vic": ["All", "Ours"],
        "otto": ["All"],
        "ada": ["All", "Ours"],
    }
    log_in(client, world.otto)
    assert [client.get(f"/snippets/{key}").status_code for key in (mine, ours, everybodys)] == [404, 404, 200]
    assert client.post(f"/snippets/{everybodys}/removal").status_code == 404
    log_in(client, world.max)
    assert client.post(f"/snippets/{everybodys}/removal").status_code == 302


def test_a_snippet_of_another_project_is_not_offered(ana: FlaskClient, world: World) -> None:
    ana.post("/snippets/new", data=TYPED | {"scope": str(world.seed.id)})
    session().rollback()
    assert snippets.readable(world.ana, world.seed.id)
    assert not snippets.readable(world.ana, world.other.id)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"name": ""}, "Give it a short name."),
        ({"body": "one\n{{ nobody.name }}"}, "Line 2: There is no field nobody.name."),
        ({"body": "{% include 'x' %}"}, "Line 1: {% include %} is not allowed."),
        ({"scope": "4815"}, "Not a valid choice"),
        ({"name": "x\u2028y"}, "a line break"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_and_nothing_is_kept(
    ana: FlaskClient, typed: dict[str, str], words: str
) -> None:
    page = ana.post("/snippets/new", data=TYPED | typed)
    assert page.status_code == 422
    assert words in page.text.replace("&#39;", "'")
    assert rows() == []


def test_two_of_one_name_are_told_apart_by_whose_they_are(ana: FlaskClient) -> None:
    ana.post("/snippets/new", data=TYPED)
    assert (
        "Another snippet has this name."
        in ana.post("/snippets/new", data=TYPED | {"name": "WHO we are"}).text
    )
    assert ana.post("/snippets/new", data=TYPED | {"scope": "own"}).status_code == 302


def test_a_press_puts_it_into_the_letter_without_scripts(ana: FlaskClient, world: World) -> None:
    box = mailbox(world)
    ana.post("/snippets/new", data=TYPED)
    page = ana.get(f"/pitches/{world.pitch.id}/letter").text
    assert 'data-snippet="who-we-are"' in page
    data = {
        "do": f"snippet-{rows()[0].id}",
        "mailbox": str(box.id),
        "body": "Hi Bo,",
        "to_address": "bo@wild.example",
    }
    answer = ana.post(f"/pitches/{world.pitch.id}/letter", data=data)
    assert "Hi Bo,\n\nWe are {{ workspace.name }}." in answer.text.replace("\r", "")


def test_a_press_puts_it_into_a_template_too(ana: FlaskClient) -> None:
    ana.post("/snippets/new", data=TYPED)
    data = {"name": "Opening", "type": "guest_post", "kind": "first", "subject": "Seeds", "body": "Hi,"}
    page = ana.post("/templates/new", data=data | {"do": f"snippet-{rows()[0].id}"})
    assert page.status_code == 200
    assert "Hi,\n\nWe are {{ workspace.name }}." in page.text.replace("\r", "")
