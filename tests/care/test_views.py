"""The screens of erasing and of the copy."""

from __future__ import annotations

import io
import json
import zipfile
from urllib.parse import unquote

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from outreach.care.models import Erasure
from outreach.consent import opt_outs
from outreach.consent.queries import hash_of, is_erased
from outreach.db import session, write
from outreach.diary.models import Entry
from outreach.prospects.models import ContactPoint, ImportRow, Note, Person
from tests.care.test_erasing import every_kind_of_row
from tests.rows import Rows
from tests.screens import Addresses, is_public, screens
from tests.world import NOW, World, log_in

BO = "bo@wild.example"


def erase(client: FlaskClient, world: World) -> str:
    """Erase Bo; the text of the receipt's page."""
    log_in(client, world.max)
    page = client.post(
        f"/people/{world.bo.id}/erasure", data={"name": " bo  berg", "also": ""}, follow_redirects=True
    )
    assert page.status_code == 200
    return page.text


def test_the_screen_says_what_goes_and_what_stays_before_anything_goes(
    world: World, client: FlaskClient
) -> None:
    log_in(client, world.max)
    page = client.get(f"/people/{world.bo.id}/erasure").text
    for words in (
        "This cannot be undone",
        "Ways to reach them",
        "1 deleted",
        "A fingerprint",
        "after 30 days",
        BO,
    ):
        assert words in page
    assert session().get(Person, world.bo.id) is not None


def test_the_name_has_to_be_typed(world: World, client: FlaskClient) -> None:
    log_in(client, world.max)
    for typed, words in (("", "Type the name"), ("Bo", "This is not the name. Type Bo Berg.")):
        page = client.post(f"/people/{world.bo.id}/erasure", data={"name": typed})
        assert page.status_code == 422
        assert words in page.text
    page = client.post(
        f"/people/{world.bo.id}/erasure", data={"name": "Bo Berg", "also": "jo@x.example\nno address"}
    )
    assert page.status_code == 422
    assert "no address" in page.text
    assert session().get(Person, world.bo.id) is not None


def test_managers_and_admins_only(world: World, client: FlaskClient) -> None:
    for who in (world.ana, world.vic, world.otto):
        log_in(client, who)
        for path in (
            f"/people/{world.bo.id}/erasure",
            f"/people/{world.bo.id}/copy",
            "/erasures",
            "/erasures/new",
        ):
            assert client.get(path).status_code == 404


def test_the_receipt_says_what_was_done_and_names_nobody(world: World, client: FlaskClient) -> None:
    page = erase(client, world)
    file = client.get(f"/erasures/{session().scalar(sa.select(Erasure.id))}/receipt.txt")
    assert "attachment" in file.headers["Content-Disposition"]
    for text in (page.replace("<wbr>", ""), file.text):
        assert hash_of(BO) in text
        assert "30 days" in text
        assert BO not in text
        assert "Bo Berg" not in text
    assert "Nothing of them is left but a fingerprint." in page
    assert "Hazel &amp; Loam Ltd" not in file.text
    assert "Hazel & Loam Ltd" in file.text
    kinds = list(
        session().scalars(sa.select(Entry.kind).where(Entry.subject_kind == "erasure").order_by(Entry.id))
    )
    assert kinds == ["care.erased", "care.erased_all"]


def test_nobody_finds_them_afterwards(world: World, client: FlaskClient) -> None:
    key, pitch_id, site_id = world.bo.id, world.pitch.id, world.site.id
    erase(client, world)
    assert client.get(f"/people/{key}").status_code == 404
    assert client.get(f"/people/{key}/erasure").status_code == 404
    for path in (
        "/people",
        "/people?q=bo",
        f"/pitches/{pitch_id}",
        f"/sites/{site_id}",
        "/",
        "/outbox",
        f"/suppressions?q={BO}",
    ):
        page = client.get(path, follow_redirects=True)
        assert page.status_code == 200
        assert "Bo Berg" not in page.text


def test_they_cannot_be_added_again(world: World, client: FlaskClient) -> None:
    erase(client, world)
    log_in(client, world.ana)
    typed = {
        "name": "Bo",
        "site": "wild.example",
        "kind": "email",
        "value": "Bo@Wild.example.".rstrip("."),
        "subscriber_type": "unknown",
    }
    page = client.post("/people/new", data=typed)
    assert page.status_code == 422
    assert "was erased because its owner asked for it" in page.text
    page = client.post(f"/sites/{world.site.id}/contacts/new", data={"kind": "email", "value": BO})
    assert page.status_code in (404, 405, 422)
    assert session().scalar(sa.select(sa.func.count(ContactPoint.id))) == 0


def test_a_list_that_names_them_does_not_bring_the_address_back(world: World, client: FlaskClient) -> None:
    erase(client, world)
    log_in(client, world.ana)
    lines = f"greenpost.example\n{BO}\nmailto:{BO.upper()}\nwild.example?m=bo%40wild.example"
    page = client.post(
        "/prospects/new", data={"project_id": world.seed.id, "addresses": lines}, follow_redirects=True
    )
    assert page.status_code == 200
    session().rollback()
    kept = list(session().scalars(sa.select(ImportRow.typed).order_by(ImportRow.number)))
    assert kept[0] == "greenpost.example"
    assert len(kept) == 4
    assert not any("bo@wild" in unquote(text).lower() for text in kept)


def test_their_unsubscribe_address_still_answers_and_names_nobody(world: World, client: FlaskClient) -> None:
    with write():
        opt_outs.open_for(BO, "a-token", now=NOW)
    erase(client, world)
    for page in (client.get("/u/a-token"), client.post("/u/a-token", data={"List-Unsubscribe": "One-Click"})):
        assert page.status_code == 200
        assert "You get no more mail from us" in page.text
        assert "wild.example" not in page.text


def test_an_address_of_nobody_is_shown_first_and_typed_twice(world: World, client: FlaskClient) -> None:
    with write() as here:
        here.add(
            Note(project_id=world.seed.id, site_id=world.site.id, text="Ask jo@other.example", created_at=NOW)
        )
    log_in(client, world.max)
    page = client.post("/erasures/new", data={"address": "jo@other.example", "step": "look"})
    assert page.status_code == 200
    assert "Nobody is known by this address" in page.text
    wrong = client.post(
        "/erasures/new", data={"address": "jo@other.example", "again": "jo@x.example", "step": "erase"}
    )
    assert wrong.status_code == 422
    assert not is_erased("jo@other.example")
    done = client.post(
        "/erasures/new", data={"address": "jo@other.example", "again": "Jo@other.example", "step": "erase"}
    )
    assert done.status_code == 303
    assert is_erased("jo@other.example")


def test_an_address_of_a_person_leads_to_the_person(world: World, client: FlaskClient) -> None:
    log_in(client, world.max)
    page = client.post("/erasures/new", data={"address": BO, "step": "look"})
    assert page.location == f"/people/{world.bo.id}/erasure"
    assert client.post("/erasures/new", data={"address": "nobody", "step": "look"}).status_code == 422


def test_the_copy_holds_all_that_is_theirs(world: World, client: FlaskClient) -> None:
    with write() as here:
        here.add(Note(project_id=world.seed.id, person_id=world.bo.id, text="Likes seeds", created_at=NOW))
    log_in(client, world.max)
    assert "Ways to reach them" in client.get(f"/people/{world.bo.id}/copy").text
    answer = client.post(f"/people/{world.bo.id}/copy")
    assert answer.mimetype == "application/zip"
    archive = zipfile.ZipFile(io.BytesIO(answer.data))
    data = json.loads(archive.read("data.json"))
    assert data["people"][0]["name"] == "Bo Berg"
    assert data["contact_points"][0]["source_url"] == "https://wild.example/about"
    assert data["notes"][0]["text"] == "Likes seeds"
    text = archive.read("READ ME.txt").decode()
    for words in ("Hazel & Loam Ltd", "1 Garden Row", "Likes seeds", BO, "https://wild.example/about"):
        assert words in text
    session().rollback()
    assert session().scalar(sa.select(Entry.kind).where(Entry.kind == "care.copied")) == "care.copied"


def test_every_screen_still_opens(app: Flask, world: World, client: FlaskClient) -> None:
    rows = Rows.build(world)
    addresses = Addresses(app, rows.ids | dict.fromkeys(("token", "name", "filename"), "x"))
    every_kind_of_row(world, rows)
    erase(client, world)
    log_in(client, world.ada)
    broken = {}
    for rule in screens(app):
        if "person_id" in rule.arguments or is_public(app, rule) or "/templates" in rule.rule:
            continue  # they are not there any more; templates show a sample of our own, who is called like Bo
        path = addresses.of(rule)
        answer = client.get(path, follow_redirects=True)
        if answer.status_code >= 500 or BO in answer.text or "Bo Berg" in answer.text:
            broken[path] = answer.status_code
    assert broken == {}
