"""What every answer carries, and what is too much to be read."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from outreach import settings
from outreach.app import create_app, settings_of
from outreach.care import backup
from outreach.db import db
from outreach.diary.models import Entry
from outreach.kit import clock
from outreach.mail import actions as mail_actions
from outreach.mail.models import Mailbox
from outreach.mail.rules import MailboxKind, Security
from outreach.web import access
from tests.conftest import Place
from tests.sending.letters_world import mailbox
from tests.test_rights import addresses
from tests.world import World, log_in

SECRET = "only-the-mailbox-knows"


@pytest.mark.parametrize("path", ["/login", "/today", "/nowhere", "/static/nothing.js", "/static/dist/manifest.json", "/log-out", "/u/x", "/healthz"])  # fmt: skip
@pytest.mark.parametrize("who", ["nobody", "ana"])
def test_every_answer_is_guarded(client: FlaskClient, world: World, path: str, who: str) -> None:
    if who == "ana":
        log_in(client, world.ana)
    found = client.get(path).headers
    policy = found["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert found["X-Content-Type-Options"] == "nosniff"
    assert found["Referrer-Policy"] == "same-origin"
    assert "Server" not in found
    if not path.startswith("/static"):
        assert found["Cache-Control"] == "no-store", "the back button shows nothing after the log-out"


@pytest.mark.parametrize("path", ["/login", "/setup", "/profile"])
def test_what_is_too_much_is_refused(app: Flask, client: FlaskClient, world: World, path: str) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    many = {f"f{number}": "x" for number in range(10_000)}
    assert client.post(path, data=many, content_type="multipart/form-data").status_code == 413
    assert client.post(path, data={"email": "x" * 10_000_000}).status_code == 413
    assert (
        client.post(path, data="a&" * 5_000_000, content_type="application/x-www-form-urlencoded").status_code
        == 413
    )
    assert client.post(
        path, data=b"\xff\xfe%00&&&==", content_type="application/x-www-form-urlencoded"
    ).status_code in (403, 404)


def test_ten_megabytes_in_a_form_are_told_to_be_too_much(client: FlaskClient, world: World) -> None:
    log_in(client, world.ana)
    assert client.post("/profile", data={"name": "x" * 10_000_000}).status_code == 413
    assert (
        client.post(
            "/profile", data={f"f{n}": "x" for n in range(10_000)}, content_type="multipart/form-data"
        ).status_code
        == 413
    )


def test_no_screen_diary_or_backup_holds_a_mailbox_s_password(
    app: Flask, client: FlaskClient, world: World, place: Place
) -> None:
    values = {
        "kind": MailboxKind.SMTP, "address": "ana@hazel.example", "from_name": "Ana", "timezone": "UTC", "security": Security.TLS,
        "smtp_host": "smtp.hazel.example", "smtp_port": 465, "username": "ana",
    }  # fmt: skip
    box = mailbox(world)
    values |= {name: getattr(box, name) for name in ("window_from", "window_to", "daily_cap", "hourly_cap", "gap_min", "gap_max", "is_ramping", "is_weekdays_only")}  # fmt: skip
    saved = mail_actions.save_mailbox(
        box.id, values, SECRET, key=settings_of(app).key, by=world.ana, now=clock.now()
    )
    told = SECRET, saved.secret
    log_in(client, world.ada)
    for address in addresses(app):
        if address.method == "GET" and not address.rule.arguments:
            page = client.get(address.rule.rule).text
            assert not any(secret in page for secret in told), address
    assert not any(secret in client.get(f"/mailboxes/{box.id}").text for secret in told)
    db.session.rollback()
    assert not any(secret in str(row.data) for row in db.session.query(Entry) for secret in told)
    file = place.instance.parent / "copy.tar.gz"
    backup.make(settings_of(app), "x", file, now=clock.now())
    assert file.stat().st_mode & 0o777 == 0o600
    assert SECRET not in str(backup.read_manifest(file))
    assert SECRET.encode() not in (place.instance / "outreach.db").read_bytes()
    assert db.session.get_one(Mailbox, box.id).secret == saved.secret


def test_nobody_can_switch_the_debugger_on(monkeypatch: pytest.MonkeyPatch, place: Place) -> None:
    monkeypatch.setenv("FLASK_DEBUG", "1")
    app = create_app(place.settings(testing=False))
    app.config["PROPAGATE_EXCEPTIONS"] = False
    app.view_functions["accounts.log_in"] = access.allow("public")(lambda: 1 / 0)
    answer = app.test_client().get("/login")
    assert answer.status_code == 500
    assert not re.search(r"ZeroDivision|Traceback|werkzeug", answer.text)
    assert settings.load(place.instance).testing is False
