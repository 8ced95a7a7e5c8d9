"""The log: one line a request, whatever comes in, and no secret in it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import structlog
from flask import Flask

from outreach.app import create_app
from outreach.db import db, session
from outreach.web import log
from tests.conftest import Place
from tests.world import PASSWORD, World

HOSTILE = [
    "x\nERROR root: forged", "a\x00b", "%s%s%s%n", "{0.__class__}", "x" * 10_000, "\u2028{\"event\": \"forged\"}", "\x1b[2J", "x\r\ny",
]  # fmt: skip


@pytest.fixture
def kind() -> str:
    """The log has nothing to do with the database."""
    return "sqlite"


@pytest.fixture
def written(place: Place, tmp_path: Path) -> Any:
    """(app, its log's lines so far) at the level that tells most."""
    file = tmp_path / "log"
    made = create_app(place.settings(log_level="debug", log_file=file))
    made.config["WTF_CSRF_ENABLED"] = False
    yield made, lambda: file.read_text().splitlines()
    log.install("error")


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_that_comes_in_begins_a_line(written: Any, text: str) -> None:
    app, lines = written
    client, raw = app.test_client(), text.encode().decode("latin-1")  # as a server hands it to us
    client.get("/", environ_overrides={"PATH_INFO": f"/{raw}", "HTTP_USER_AGENT": raw})
    client.post("/login", data={"email": text, "password": text})
    found = [json.loads(line) for line in lines()]
    assert [entry["event"] for entry in found] == ["request", "request"]
    assert all(len(line) < 2_500 and line.isascii() and line.isprintable() for line in lines())


def test_no_secret_is_in_the_log(written: Any) -> None:
    app, lines = written
    token = "t" * 32
    with app.app_context():
        World.build()
        client = app.test_client()
        client.post("/login", data={"email": "ada@hazel.example", "password": PASSWORD})
        cookie = client.get_cookie("outreach").value
        for room in ("passwords", "invitations", "u"):
            client.get(f"/{room}/{token}")
            client.post(f"/{room}/{token}", data={"password": "a new long sentence"})
        db.session.remove()
        db.engine.dispose()
    told = "\n".join(lines())
    assert "/passwords/<token>" in told
    for secret in (PASSWORD, cookie, token, "a new long sentence", "ada@hazel.example"):
        assert secret not in told


def test_what_broke_is_told_without_its_values(app: Flask) -> None:
    with pytest.raises(sa.exc.DBAPIError) as error:
        session().execute(sa.text("SELECT nothing FROM nowhere WHERE x = :secret"), {"secret": "hunter2"})
    assert "hunter2" not in str(error.value)


def test_no_mail_address_is_in_the_log(written: Any) -> None:
    app, lines = written
    log = structlog.get_logger("outreach.test")
    log.error("trouble with bo@wild.example", at={"to": ["Bo.Berg+x@wild.example"]}, code=550)
    try:
        raise ValueError("<bo@wild.example> is no address")
    except ValueError as error:
        log.error("unforeseen", exc_info=error)
    app.test_client().get("/people/bo@wild.example?q=bo@wild.example")
    told = "\n".join(lines())
    assert "[address]" in told
    assert "wild.example" not in told
    assert json.loads(lines()[0])["code"] == 550
