"""Profile, password, workspace."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from outreach.accounts import passwords, queries
from outreach.accounts.rules import UserRole
from outreach.db import db, write
from outreach.diary import queries as diary
from tests.accounts.pages import errors
from tests.world import PASSWORD, World, log_in

PROFILE = {
    "name": "Ana H.",
    "timezone": "Asia/Tokyo",
    "holidays_of": "DE",
    "is_digest_on": "y",
    "digest_hour": "7",
    "is_alert_mail_on": "y",
}
WORKSPACE = {
    "workspace": "Hazel", "legal_name": "Hazel Ltd", "postal_address": "2 Garden Row", "base_url": "https://o.example/",
    "timezone": "UTC", "allow_list": "Ana@hazel.example\n@loam.example\n", "is_dry_run": "y", "version": "1",
}  # fmt: skip


def test_a_profile_is_saved(client: FlaskClient, world: World) -> None:
    log_in(client, world.ana)
    assert client.post("/profile", data=PROFILE).location == "/profile"
    db.session.expire_all()
    ana = world.ana
    assert (ana.name, ana.timezone, ana.digest_hour, ana.is_digest_on, ana.is_weekdays_only) == (
        "Ana H.",
        "Asia/Tokyo",
        7,
        True,
        False,
    )
    assert diary.audit(room="user").rows[0].data == {
        "fields": ["name", "timezone", "holidays_of", "digest_hour", "is_weekdays_only", "is_alert_mail_on"]
    }


def test_a_profile_cannot_give_what_it_does_not_have(client: FlaskClient, world: World) -> None:
    log_in(client, world.ana)
    more = {
        "role": "admin",
        "is_admin": "true",
        "password_hash": "x",
        "email": "root@hazel.example",
        "id": "1",
        "session_token": "x",
    }
    client.post("/profile", data={**PROFILE, **more})
    db.session.expire_all()
    assert (world.ana.role, world.ana.email, world.ana.password_hash) == (
        UserRole.USER,
        "ana@hazel.example",
        "",
    )
    assert world.ana.session_token == "token-ana"


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("name", "", "Write your name"),
        ("name", "Ana\nBcc: x", "one line"),
        ("timezone", "Mars/Base", "time zone"),
        ("digest_hour", "24", "valid choice"),
    ],
)
def test_a_wrong_value_speaks_beside_its_field(
    client: FlaskClient, world: World, field: str, value: str, words: str
) -> None:
    log_in(client, world.ana)
    page = client.post("/profile", data={**PROFILE, field: value})
    assert page.status_code == 422
    assert any(words in error for error in errors(page)), errors(page)


def test_a_new_password_ends_every_other_session(client: FlaskClient, app: Flask, world: World) -> None:
    with write():
        world.ana.password_hash = passwords.hashed(PASSWORD)
    log_in(client, world.ana)
    other = app.test_client()
    log_in(other, world.ana)
    assert other.get("/profile").status_code == 200
    answer = client.post("/profile/password", data={"old": PASSWORD, "password": "nine beans in one row"})
    assert answer.location == "/profile"
    assert client.get("/profile").status_code == 200
    assert other.get("/profile").location.startswith("/login")
    db.session.expire_all()
    assert passwords.is_right(world.ana.password_hash, "nine beans in one row")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("wrong", "nine beans in one row", "not the password you have now"),
        (PASSWORD, "k7-beans", "at least 12"),
        (PASSWORD, "ana-and-seeds", "mail address"),
    ],
)
def test_a_password_is_not_changed_by_mistake(
    client: FlaskClient, world: World, old: str, new: str, words: str
) -> None:
    with write():
        world.ana.password_hash = passwords.hashed(PASSWORD)
    log_in(client, world.ana)
    page = client.post("/profile/password", data={"old": old, "password": new})
    assert page.status_code == 422
    assert any(words in error for error in errors(page)), errors(page)
    assert new not in page.text
    assert client.get("/profile").status_code == 200


def test_an_admin_changes_the_workspace(client: FlaskClient, world: World) -> None:
    log_in(client, world.ada)
    assert client.post("/workspace", data=WORKSPACE).location == "/workspace"
    db.session.expire_all()
    row = queries.workspace()
    assert row is not None
    assert (row.name, row.base_url, row.is_dry_run, row.is_mail_stopped) == (
        "Hazel",
        "https://o.example",
        True,
        False,
    )
    assert row.allow_list == ["ana@hazel.example", "@loam.example"]
    assert "@loam.example" in client.get("/workspace").text


def test_the_second_of_two_admins_is_told(client: FlaskClient, world: World) -> None:
    log_in(client, world.ada)
    client.post("/workspace", data=WORKSPACE)
    told = client.post("/workspace", data={**WORKSPACE, "workspace": "Loam"})
    assert told.status_code == 409
    assert "Another admin saved this page" in told.text
    assert 'value="Loam"' in told.text


def test_a_line_that_is_no_address_is_named(client: FlaskClient, world: World) -> None:
    log_in(client, world.ada)
    page = client.post("/workspace", data={**WORKSPACE, "allow_list": "ana@hazel.example\nloam"})
    assert page.status_code == 422
    assert errors(page) == ["“loam” is neither an address nor @ and a domain."]


def test_the_workspace_is_for_admins(client: FlaskClient, world: World) -> None:
    for user in (world.max, world.ana):
        log_in(client, user)
        assert client.get("/workspace").status_code == 404
        assert client.post("/workspace", data=WORKSPACE).status_code == 404


@pytest.mark.parametrize("level", ["off", "low", "medium", "high"])
def test_an_admin_says_how_much_another_projects_pitch_counts(
    client: FlaskClient, world: World, level: str
) -> None:
    log_in(client, world.ada)
    page = client.get("/workspace").text
    assert 'name="claim_level"' in page
    typed = WORKSPACE | {"version": 1, "claim_level": level, "is_postal_waived": "y"}
    assert client.post("/workspace", data=typed).status_code == 302
    db.session.rollback()
    row = queries.workspace()
    assert row is not None
    assert (row.claim_level, row.is_postal_waived) == (level, True)
    assert (
        client.post("/workspace", data=typed | {"version": row.version, "claim_level": "x"}).status_code
        == 422
    )
