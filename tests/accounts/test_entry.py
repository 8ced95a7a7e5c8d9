"""Set-up, log-in, log-out."""

from __future__ import annotations

import re
import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from outreach.accounts import actions, moves, passwords, queries, rules
from outreach.accounts.models import TryCount, User, Workspace
from outreach.accounts.rules import Place
from outreach.db import db, write
from outreach.diary import queries as diary
from tests.accounts.pages import errors
from tests.world import NOW, PASSWORD, World, log_in

SET_UP = {
    "workspace": "Hazel & Loam", "legal_name": "Hazel & Loam Ltd", "postal_address": "1 Garden Row\nGrowtown",
    "base_url": "https://outreach.example/", "timezone": "Europe/Berlin", "name": "Ana Hazel", "email": "Ana@Hazel.example",
    "password": "four seeds in one pot",
}  # fmt: skip


def enter(client: FlaskClient, email: str, password: str, **more: str) -> TestResponse:
    return client.post("/login", data={"email": email, "password": password, **more})


def give_password(user: User, password: str = PASSWORD) -> None:
    with write():
        user.password_hash = passwords.hashed(password)


def without_token(page: str) -> str:
    """Form tokens carry the second they were made in."""
    return re.sub(r'(csrf-token" content|csrf_token" value)="[^"]*"', "", page)


def kinds() -> list[str]:
    return [line.kind for line in diary.audit().rows]


# ----- set-up


def test_an_empty_instance_leads_to_the_set_up(client: FlaskClient) -> None:
    assert client.get("/profile").location == "/setup"
    assert client.get("/login").location == "/setup"
    assert client.get("/setup").status_code == 200


def test_the_set_up_makes_a_workspace_and_its_admin_and_lets_them_in(client: FlaskClient) -> None:
    assert client.post("/setup", data=SET_UP).location == "/"
    workspace, ana = db.session.get(Workspace, 1), queries.user_of("ana@hazel.example")
    assert workspace
    assert workspace.base_url == "https://outreach.example"
    assert workspace.hash_key
    assert ana
    assert ana.is_admin
    assert client.get("/profile").status_code == 200
    assert kinds() == ["workspace.set_up"]


def test_the_set_up_happens_once(client: FlaskClient, world: World) -> None:
    assert client.get("/setup").status_code == 404
    assert client.post("/setup", data=SET_UP).status_code == 404


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("workspace", "", "Give the workspace a name."),
        ("postal_address", "  ", "postal address"),
        ("base_url", "outreach.example", "https://outreach.example.org"),
        ("base_url", "https://outreach.example/x", "https://outreach.example.org"),
        ("email", "ana", "ana@hazel.example"),
        ("password", "short", "at least 12"),
        ("timezone", "Mars/Base", "time zone"),
        ("legal_name", "Hazel\r\nBcc: x", "one line"),
    ],
)
def test_a_wrong_value_speaks_beside_its_field_and_nothing_is_lost(
    client: FlaskClient, field: str, value: str, words: str
) -> None:
    page = client.post("/setup", data={**SET_UP, field: value})
    assert page.status_code == 422
    assert any(words in error for error in errors(page))
    assert "1 Garden Row" in page.text or field == "postal_address"
    assert SET_UP["password"] not in page.text
    assert db.session.get(Workspace, 1) is None


def test_two_set_ups_at_once_make_one_admin(app: Flask) -> None:
    values = {
        "name": "W",
        "legal_name": "L",
        "postal_address": "P",
        "base_url": "https://o.example",
        "timezone": "UTC",
    }
    start, made = threading.Barrier(2), []

    def go(number: int) -> None:
        with app.app_context():
            start.wait()
            try:
                made.append(actions.set_up(values, "A", f"a{number}@hazel.example", PASSWORD, now=NOW).id)
            except actions.AlreadySetUp:
                made.append(None)
            db.session.remove()

    threads = [threading.Thread(target=go, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert made.count(None) == 1
    assert queries.active_admins() == 1


# ----- log-in


def test_the_right_password_opens_a_session_and_leads_back(client: FlaskClient, world: World) -> None:
    give_password(world.ana)
    asked = client.get("/profile?x=1")
    assert asked.location == "/login?next=/profile?x%3D1"
    assert enter(client, "ANA@hazel.example ", PASSWORD, next="/profile?x=1").location == "/profile?x=1"
    assert client.get("/profile").status_code == 200
    assert "user.logged_in" in kinds()


def test_a_log_in_never_leads_elsewhere(client: FlaskClient, world: World) -> None:
    give_password(world.ana)
    assert enter(client, world.ana.email, PASSWORD, next="//evil.example/").location == "/"
    assert client.get("/login?next=https://evil.example").location == "/"


def test_a_wrong_password_says_so_and_keeps_the_address(client: FlaskClient, world: World) -> None:
    give_password(world.ana)
    page = enter(client, world.ana.email, "wrong")
    assert page.status_code == 422
    assert errors(page) == ["Address and password do not match. 9 tries left."]
    assert 'value="ana@hazel.example"' in page.text
    assert kinds()[0] == "user.refused"


def test_the_answer_does_not_tell_who_exists(client: FlaskClient, world: World) -> None:
    give_password(world.ana)
    known, unknown = enter(client, "ana@hazel.example", "wrong"), enter(client, "eva@hazel.example", "wrong")
    assert known.status_code == unknown.status_code
    assert without_token(known.text).replace("ana@", "eva@") == without_token(unknown.text)


def test_somebody_switched_off_does_not_come_in(client: FlaskClient, world: World) -> None:
    give_password(world.ana)
    with write():
        world.ana.is_active = False
    assert enter(client, world.ana.email, PASSWORD).status_code == 422


def test_after_ten_wrong_tries_one_waits_and_then_comes_in(
    client: FlaskClient, app: Flask, world: World
) -> None:
    give_password(world.ana)
    for _ in range(10):
        assert enter(client, world.ana.email, "wrong").status_code == 422
    held = enter(client, world.ana.email, PASSWORD)
    assert held.status_code == 429
    assert "Too many tries. Wait 15 minutes" in held.text
    with write() as session:
        for row in session.scalars(sa.select(TryCount)):
            row.since -= timedelta(minutes=16)
    assert enter(client, world.ana.email, PASSWORD).status_code == 302


def test_an_unknown_account_is_held_back_alike(client: FlaskClient, world: World) -> None:
    for _ in range(10):
        assert enter(client, "eva@hazel.example", "wrong").status_code == 422
    assert enter(client, "eva@hazel.example", "wrong").status_code == 429


def test_another_forwarded_address_does_not_reset_the_count(client: FlaskClient, world: World) -> None:
    for number in range(10):
        client.post(
            "/login", data={"email": world.ana.email, "password": "wrong"}, headers={"X-Forwarded-For": f"192.0.2.{number}"}
        )  # fmt: skip
    assert enter(client, world.ana.email, "wrong").status_code == 429


def test_a_stranger_cannot_keep_the_owner_out_of_a_known_device(
    app: Flask, client: FlaskClient, world: World
) -> None:
    give_password(world.ana)
    assert enter(client, world.ana.email, PASSWORD).status_code == 302
    client.post("/log-out")
    stranger = app.test_client()
    for _ in range(11):
        last = enter(stranger, world.ana.email, "wrong")
    assert last.status_code == 429
    assert enter(client, world.ana.email, PASSWORD).status_code == 302


def test_one_address_is_limited_over_many_accounts(world: World) -> None:
    def limited(number: int) -> bool:
        try:
            actions.log_in(f"u{number}@hazel.example", "wrong", Place("192.0.2.7"), now=NOW)
        except actions.Limited:
            return True
        except actions.Refused:
            return False
        raise AssertionError

    with write() as session:
        bucket = rules.buckets("x", "192.0.2.7", None)[1]
        moves.count_try(bucket, NOW)
        session.scalars(sa.select(TryCount)).one().count = rules.TRIES_PER_ADDRESS - 1
    assert [limited(1), limited(2)] == [False, True]


def test_tries_at_the_same_time_are_all_counted(app: Flask, world: World) -> None:
    start, outcomes = threading.Barrier(8), []

    def go() -> None:
        with app.app_context():
            start.wait()
            for _ in range(2):
                try:
                    actions.log_in("ana@hazel.example", "wrong", Place("192.0.2.7"), now=NOW)
                except (actions.Refused, actions.Limited) as error:
                    outcomes.append(type(error))
            db.session.remove()

    db.session.rollback()
    threads = [threading.Thread(target=go) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes.count(actions.Refused) == 10
    assert outcomes.count(actions.Limited) == 6


def test_staying_logged_in_outlives_the_browser(client: FlaskClient, world: World) -> None:
    give_password(world.ana)
    brief = enter(client, world.ana.email, PASSWORD)
    assert "Expires" not in next(
        cookie for cookie in brief.headers.getlist("Set-Cookie") if cookie.startswith("outreach=")
    )
    client.post("/log-out")
    long = enter(client, world.ana.email, PASSWORD, stay="y")
    assert "Expires" in next(
        cookie for cookie in long.headers.getlist("Set-Cookie") if cookie.startswith("outreach=")
    )


def test_cookies_are_kept_from_scripts_and_other_sites(client: FlaskClient, world: World) -> None:
    give_password(world.ana)
    for cookie in enter(client, world.ana.email, PASSWORD).headers.getlist("Set-Cookie"):
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie


def test_an_idle_session_ends(client: FlaskClient, world: World) -> None:
    log_in(client, world.ana)
    with client.session_transaction() as cookie:
        cookie["seen"] = 0
    assert client.get("/profile").location.startswith("/login")


def test_a_log_in_drops_what_the_cookie_held_before(client: FlaskClient, world: World) -> None:
    give_password(world.ana)
    with client.session_transaction() as cookie:
        cookie["csrf_token"] = "of-before"
    enter(client, world.ana.email, PASSWORD)
    with client.session_transaction() as cookie:
        assert cookie.get("csrf_token") != "of-before"


def test_a_forged_cookie_opens_nothing(client: FlaskClient, world: World) -> None:
    log_in(client, world.ana)
    kept = client.get_cookie("outreach")
    assert kept
    flipped = "A" if kept.value[-1] != "A" else "B"
    client.set_cookie("outreach", kept.value[:-2] + flipped + flipped)
    assert client.get("/profile").status_code == 302


def test_logging_out_takes_a_post(client: FlaskClient, world: World) -> None:
    log_in(client, world.ana)
    assert client.get("/log-out").status_code == 405
    assert client.get("/profile").status_code == 200
    assert client.post("/log-out").location == "/login"
    assert client.get("/profile").status_code == 302
    assert kinds()[0] == "user.logged_out"


def test_forms_need_their_token(app: Flask, world: World) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    client = app.test_client()
    log_in(client, world.ana)
    for address in ("/login", "/log-out", "/profile", "/profile/password"):
        answer = client.post(address, data={"name": "X"})
        assert answer.status_code == 403
        assert "came from another place" in answer.text
    assert db.session.get(User, world.ana.id).name == "Ana Hazel"
