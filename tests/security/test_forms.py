"""Forged forms, fields that a form does not have, and rows of others named in a form."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from markupsafe import escape

from outreach.accounts.models import User
from outreach.accounts.rules import UserRole
from outreach.db import db
from outreach.diary.models import Entry
from outreach.mail.models import LetterTemplate
from outreach.pitches.models import Pitch
from outreach.prospects.models import Person
from tests.rows import Rows
from tests.security.others import NAME, Others
from tests.test_rights import addresses
from tests.world import World, log_in

EXTRA = {
    "role": "admin", "is_admin": "true", "password_hash": "x", "email_verified": "1", "sent_at": "2026-01-01", "stage": "won", "id": "99",
    "session_token": "x", "is_active": "0", "is_system": "1", "secret": "x", "created_by_id": "1", "owner_id": "1", "project_id": "2", "state": "sent",
}  # fmt: skip


@pytest.fixture
def guarded(app: Flask, client: FlaskClient) -> FlaskClient:
    """A browser of an app that asks for tokens, as a real one does."""
    app.config["WTF_CSRF_ENABLED"] = True
    return client


def token(client: FlaskClient, path: str = "/profile") -> str:
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get(path).text)
    assert found
    return found[1]


def lines() -> int:
    db.session.rollback()
    return db.session.scalar(sa.select(sa.func.count(Entry.id))) or 0


# Forged forms


def test_every_door_that_changes_something_asks_for_the_form_s_token(
    app: Flask, guarded: FlaskClient, world: World
) -> None:
    """In the form or the header: never in the address, where others can put it."""
    rows = Rows.build(world)
    log_in(guarded, world.ada)
    good, before = token(guarded), lines()
    open_doors = []
    for address in addresses(app):
        if address.method != "GET" and address.rule.endpoint != "sending.one_click":
            path = address.path(app, rows)
            answers = [
                guarded.open(path, method=address.method, query_string={"csrf_token": good}),
                guarded.open(path, method=address.method, json={"csrf_token": good}),
            ]
            open_doors += [str(address) for answer in answers if answer.status_code != 403]
    assert open_doors == []
    assert lines() == before


def test_what_takes_a_form_takes_it_by_post_alone(app: Flask, client: FlaskClient, world: World) -> None:
    rows = Rows.build(world)
    log_in(client, world.ada)
    read = {address.rule.rule for address in addresses(app) if address.method == "GET"}
    before, wrong = lines(), []
    for address in addresses(app):
        if address.method != "GET" and address.rule.rule not in read:
            path = address.path(app, rows)
            for method in ("GET", "HEAD", "PUT", "PATCH", "DELETE"):
                headers = {
                    "X-HTTP-Method-Override": "POST",
                    "X-HTTP-Method": "POST",
                    "X-Method-Override": "POST",
                }
                answer = client.open(path, method=method, headers=headers, query_string={"_method": "POST"})
                if answer.status_code not in (404, 405):
                    wrong.append(f"{method} {address}: {answer.status_code}")
    assert wrong == []
    assert lines() == before


def test_two_tabs_can_send_one_token(guarded: FlaskClient, world: World) -> None:
    log_in(guarded, world.ana)
    good = token(guarded)
    for name in ("Ana", "Ana Hazel"):
        answer = guarded.post(
            "/profile",
            data={"csrf_token": good, "name": name, "timezone": "UTC", "holidays_of": "", "digest_hour": "8"},
        )
        assert answer.status_code == 302


def test_a_token_ends_with_its_session(guarded: FlaskClient, world: World) -> None:
    log_in(guarded, world.ana)
    old = token(guarded)
    assert guarded.post("/log-out", data={"csrf_token": old}).status_code == 302
    log_in(guarded, world.ana)
    assert (
        guarded.post("/profile", data={"csrf_token": old, "name": "X", "timezone": "UTC"}).status_code == 403
    )


def test_what_was_typed_into_a_form_of_an_ended_session_is_still_there(
    guarded: FlaskClient, world: World
) -> None:
    log_in(guarded, world.ana)
    old = token(guarded)
    guarded.post("/log-out", data={"csrf_token": old})
    words = "Dear Bo,\n\nyour piece on <b>moss</b> made me plant some."
    answer = guarded.post(
        "/reminders/new",
        data={
            "csrf_token": old,
            "words": words,
            "password": "forty seeds in one row",
            "due_on": "2026-11-26",
        },
    )
    assert answer.status_code == 403
    assert "This form is out of date" in answer.text
    assert str(escape(words)) in answer.text
    assert "forty seeds" not in answer.text and "2026-11-26" not in answer.text


@pytest.mark.parametrize("key", ["dev", "secret", "changeme", ""])
def test_a_cookie_signed_with_a_usual_key_opens_nothing(client: FlaskClient, world: World, key: str) -> None:
    from flask.sessions import TaggedJSONSerializer

    signer = URLSafeTimedSerializer(
        key or " ",
        salt="cookie-session",
        serializer=TaggedJSONSerializer(),
        signer_kwargs={"key_derivation": "hmac"},
    )
    client.set_cookie("outreach", str(signer.dumps({"_user_id": world.ada.session_token, "_fresh": True})))
    assert client.get("/profile").status_code == 302


# What a form does not have


def test_no_form_gives_what_it_does_not_have(client: FlaskClient, world: World) -> None:
    """Ana sends every form of hers with fields of the row behind it."""
    log_in(client, world.ana)
    password = world.ana.password_hash
    client.post(
        "/profile", data={**EXTRA, "name": "Ana", "timezone": "UTC", "holidays_of": "", "digest_hour": "8"}
    )
    client.post(f"/people/{world.bo.id}/edit", data={**EXTRA, "name": "Bo"})
    client.post(
        f"/pitches/{world.pitch.id}/edit", data={**EXTRA, "version": "1", "type": "guest_post", "topic": "x"}
    )
    client.post(
        "/templates/new",
        data={
            **EXTRA,
            "name": "T",
            "type": "guest_post",
            "kind": "first",
            "subject": "x",
            "body": "x",
            "project_id": "",
        },
    )
    db.session.rollback()
    ana = db.session.get_one(User, world.ana.id)
    assert (ana.role, ana.is_active, ana.password_hash, ana.name) == (UserRole.USER, True, password, "Ana")
    assert db.session.get_one(Pitch, world.pitch.id).stage.value == "ready"
    assert db.session.get_one(Person, world.bo.id).name == "Bo"
    made = db.session.scalars(sa.select(LetterTemplate)).all()
    assert [(row.project_id, row.created_by_id, row.is_archived) for row in made] == [
        (None, world.ana.id, False)
    ]


# Rows of others


def test_no_form_takes_a_row_of_another_project(client: FlaskClient, world: World) -> None:
    """Ana names rows of the project Other, of which she is no member, where a form of hers takes a number."""
    others = Others.build(world)
    log_in(client, world.ana)
    before = others.told()
    for path, data in others.forms(world):
        answer = client.post(path, data=data)
        assert answer.status_code in (303, 302, 400, 404, 422, 200), path
        assert others.told() == before, path
        assert NAME not in answer.text, path
