"""The page of one pitch."""

from flask import Flask
from flask.testing import FlaskClient

from outreach.db import db
from outreach.sending import draft_actions
from tests.sending import letters_world as letters
from tests.statements import counted
from tests.world import NOW, World, log_in


def test_the_page_shows_the_pitch_to_who_may_see_it(client: FlaskClient, world: World) -> None:
    for who in (world.ada, world.max, world.ana, world.vic):
        log_in(client, who)
        answer = client.get(f"/pitches/{world.pitch.id}")
        assert answer.status_code == 200
        assert "Forty seed mixes, one dry August" in answer.text
        assert "Bo Berg" in answer.text


def test_somebody_of_another_project_finds_no_page(client: FlaskClient, world: World) -> None:
    log_in(client, world.otto)
    assert client.get(f"/pitches/{world.pitch.id}").status_code == 404


def test_a_viewer_reads_and_is_offered_nothing_to_change(client: FlaskClient, world: World) -> None:
    log_in(client, world.vic)
    page = client.get(f"/pitches/{world.pitch.id}").text
    assert f"/pitches/{world.pitch.id}/" not in page


def test_the_page_needs_few_statements(app: Flask, client: FlaskClient, world: World) -> None:
    log_in(client, world.ana)
    key = world.pitch.id
    with counted(db.engine) as count:
        client.get(f"/pitches/{key}")
    assert count.total <= 12, count


def test_a_draft_reads_as_it_will_leave(app: Flask, client: FlaskClient, world: World) -> None:
    box = letters.mailbox(world)
    draft_actions.save(
        world.pitch.id, box.id, letters.GOOD, by=world.ana, now=NOW, to_address=letters.ADDRESS
    )
    log_in(client, world.ana)
    page = client.get(f"/pitches/{world.pitch.id}").text
    assert "Hi Bo,\n\nYour piece on dry gardens made me plant again." in page
    assert "{{" not in page


def test_one_key_takes_the_pitch_one_stage_on(client: FlaskClient, world: World) -> None:
    log_in(client, world.ana)
    key = world.pitch.id
    page = client.get(f"/pitches/{key}").text
    assert "Mark “Contacted”" in page
    client.post(f"/pitches/{key}/stage", data={"stage": "talking", "version": 1})
    page = client.get(f"/pitches/{key}").text
    assert f'href="/pitches/{key}/agreement?then=agreed"' in page
    assert "Ana Hazel moved it from “Ready” to “Talking”" in page


def test_a_reason_stands_with_its_move(client: FlaskClient, world: World) -> None:
    log_in(client, world.ana)
    data = {"stage": "declined", "version": 1, "reason": "No guest posts <b>this year"}
    client.post(f"/pitches/{world.pitch.id}/stage", data=data)
    page = client.get(f"/pitches/{world.pitch.id}").text
    assert "to “Declined”: “No guest posts &lt;b&gt;this year”" in page
    assert "Mark “" not in page
