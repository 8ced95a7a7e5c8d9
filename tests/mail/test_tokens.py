"""A mailbox that logs in by tokens: connected, renewed ahead of their end, and stopped with one notice when they end."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from outreach.app import create_app, settings_of
from outreach.db import db, session, write
from outreach.engines.imap.server import Trouble
from outreach.kit import clock
from outreach.mail import jobs as mail_jobs
from outreach.mail import token_actions
from outreach.mail.models import Mailbox
from outreach.mail.rules import LoginBy, MailboxState, MessageState, Security
from outreach.mail.servers import imap_server_of
from outreach.reminders.models import Reminder
from outreach.sending import jobs
from tests.conftest import Browser, Place
from tests.sending.letters_world import company, fresh, queue, smtp
from tests.servers.certificates import Authority
from tests.servers.smtp_sink import SmtpSink
from tests.servers.tokens import TokenServer
from tests.world import NOW, World, log_in

FIRST = (200, {"access_token": "at-1", "expires_in": 3600, "refresh_token": "rt-2"})
SECOND = (200, {"access_token": "at-2", "expires_in": 3600})
GONE = (400, {"error": "invalid_grant", "error_description": "The refresh token has expired."})
HOUR = timedelta(hours=1)


@pytest.fixture
def tokens(authority: Authority) -> Iterator[TokenServer]:
    with TokenServer(authority.issue("localhost")) as running:
        running.answers = [FIRST, SECOND]
        yield running


@pytest.fixture
def app(place: Place, tmp_path: Path, authority: Authority, tokens: TokenServer) -> Iterator[Flask]:
    (tmp_path / "clock").write_text(NOW.isoformat())
    made = create_app(
        place.settings(
            clock_file=tmp_path / "clock", smtp_ca_file=authority.cafile, fetch_ca_file=authority.cafile,
            fetch_allow_endpoints=[f"127.0.0.1:{tokens.port}"], oauth_microsoft_client_id="client-1",
            oauth_microsoft_url=tokens.url, oauth_hosts=["localhost"],
        )
    )  # fmt: skip
    made.test_client_class = Browser
    with made.app_context():
        yield made
        db.session.remove()
        db.engine.dispose()
    clock.use_file(None)


@pytest.fixture
def sink(authority: Authority) -> Iterator[SmtpSink]:
    """A server that takes tokens only."""
    with SmtpSink(cert=authority.issue("localhost"), tokens={"ana@hazel.example": "at-1"}) as running:
        yield running


@pytest.fixture
def box(world: World, sink: SmtpSink) -> Mailbox:
    company(world)
    return smtp(
        world, sink.port, smtp_host="localhost", security=Security.STARTTLS, username="ana@hazel.example",
        imap_host="localhost",
    )  # fmt: skip


def connect(app: Flask, world: World, box: Mailbox) -> None:
    token_actions.connect_by_token(
        box.id, LoginBy.MICROSOFT, "rt-1", key=settings_of(app).key, by=world.ana, now=NOW
    )


def turn(folder: Path, after: timedelta = timedelta(0)) -> None:
    """One turn of the worker's sweeps, so long after the world's moment."""
    fresh_file = folder / "clock.new"
    fresh_file.write_text((NOW + after).isoformat())
    fresh_file.replace(folder / "clock")
    mail_jobs.renew_tokens(clock.now())
    jobs.send_due(clock.now())


def now_of(box_id: int) -> Mailbox:
    session().rollback()
    return session().get_one(Mailbox, box_id, populate_existing=True)


def test_a_letter_leaves_by_the_token_that_was_fetched(
    app: Flask, world: World, box: Mailbox, sink: SmtpSink, tokens: TokenServer, tmp_path: Path
) -> None:
    connect(app, world, box)
    letter = queue(world, box)
    turn(tmp_path)
    assert fresh(letter.id).state is MessageState.SENT
    assert sink.received[0].user == "ana@hazel.example"
    assert sink.logins == ["XOAUTH2 ana@hazel.example"]
    assert [each["refresh_token"] for each in tokens.asked] == ["rt-1"]


def test_reading_logs_in_by_the_same_token(app: Flask, world: World, box: Mailbox, tmp_path: Path) -> None:
    connect(app, world, box)
    with pytest.raises(Trouble, match="A new access token of Microsoft is on its way"):
        imap_server_of(now_of(box.id), settings_of(app))
    turn(tmp_path)
    assert imap_server_of(now_of(box.id), settings_of(app)).token == "at-1"


def test_it_is_renewed_ahead_of_its_end_with_the_newest_refresh_token(
    app: Flask, world: World, box: Mailbox, sink: SmtpSink, tokens: TokenServer, tmp_path: Path
) -> None:
    connect(app, world, box)
    turn(tmp_path)
    turn(tmp_path, timedelta(minutes=45))
    assert len(tokens.asked) == 1
    turn(tmp_path, timedelta(minutes=51))
    assert [each["refresh_token"] for each in tokens.asked] == ["rt-1", "rt-2"]
    sink.tokens["ana@hazel.example"] = "at-2"
    letter = queue(world, box)
    turn(tmp_path, timedelta(minutes=70))
    assert fresh(letter.id).state is MessageState.SENT


def test_nothing_of_it_is_readable_in_the_database(
    app: Flask, world: World, box: Mailbox, tmp_path: Path
) -> None:
    connect(app, world, box)
    turn(tmp_path)
    row = repr(session().execute(sa.select(Mailbox.__table__)).one())
    assert not any(secret in row for secret in ("rt-1", "rt-2", "at-1"))


def test_a_final_no_stops_the_mailbox_with_one_notice_and_letters_wait(
    app: Flask, world: World, box: Mailbox, sink: SmtpSink, tokens: TokenServer, tmp_path: Path
) -> None:
    tokens.answers = [GONE]
    connect(app, world, box)
    letter = queue(world, box)
    for minutes in (0, 1, 5, 60, 600):
        turn(tmp_path, timedelta(minutes=minutes))
    found = now_of(box.id)
    assert found.state is MailboxState.STOPPED
    assert "Microsoft refuses access: The refresh token has expired." in found.state_reason
    assert "Connect the mailbox again" in found.state_reason
    assert len(tokens.asked) == 1
    assert sink.logins == []
    assert len(session().scalars(sa.select(Reminder).where(Reminder.about_kind == "mailbox")).all()) == 1
    assert fresh(letter.id).state is MessageState.QUEUED
    tokens.answers = [FIRST]
    connect(app, world, box)
    turn(tmp_path, timedelta(minutes=601))
    turn(tmp_path, timedelta(minutes=602))
    assert fresh(letter.id).state is MessageState.SENT


def test_a_provider_that_does_not_answer_is_asked_again_and_letters_leave_while_the_token_is_good(
    app: Flask, world: World, box: Mailbox, tokens: TokenServer, tmp_path: Path
) -> None:
    tokens.answers = [FIRST, (503, b"busy"), (503, b"busy"), SECOND]
    connect(app, world, box)
    turn(tmp_path)
    turn(tmp_path, timedelta(minutes=51))
    letter = queue(world, box)
    turn(tmp_path, timedelta(minutes=51, seconds=30))
    assert fresh(letter.id).state is MessageState.SENT
    assert "status 503" in now_of(box.id).oauth_problem
    turn(tmp_path, timedelta(minutes=53))
    turn(tmp_path, timedelta(minutes=59))
    assert len(tokens.asked) == 4
    assert now_of(box.id).oauth_problem == ""
    assert now_of(box.id).state is MailboxState.ACTIVE


def test_a_token_goes_to_the_providers_own_servers_only(
    app: Flask, world: World, box: Mailbox, sink: SmtpSink, tmp_path: Path
) -> None:
    connect(app, world, box)
    turn(tmp_path)
    with write() as here:
        here.get_one(Mailbox, box.id).smtp_host = "127.0.0.1"
    letter = queue(world, now_of(box.id))
    turn(tmp_path, timedelta(minutes=1))
    assert fresh(letter.id).state is MessageState.QUEUED
    assert "127.0.0.1 is not one of the servers that get a token" in now_of(box.id).state_reason
    assert sink.logins == []


def test_a_token_that_is_refused_is_replaced_before_anybody_is_told(
    app: Flask, world: World, box: Mailbox, sink: SmtpSink, tokens: TokenServer, tmp_path: Path
) -> None:
    sink.tokens["ana@hazel.example"] = "at-2"
    connect(app, world, box)
    letter = queue(world, box)
    for minutes in (0, 2, 4):
        turn(tmp_path, timedelta(minutes=minutes))
    assert fresh(letter.id).state is MessageState.SENT
    assert len(tokens.asked) == 2
    assert session().scalars(sa.select(Reminder)).all() == []


def test_a_token_that_is_refused_again_and_again_stops_the_mailbox_with_one_notice(
    app: Flask, world: World, box: Mailbox, sink: SmtpSink, tmp_path: Path
) -> None:
    sink.tokens["ana@hazel.example"] = "never"
    connect(app, world, box)
    letter = queue(world, box)
    for minutes in range(0, 600, 10):
        turn(tmp_path, timedelta(minutes=minutes))
    assert len(sink.logins) == 3
    assert now_of(box.id).state is MailboxState.STOPPED
    assert len(session().scalars(sa.select(Reminder)).all()) == 1
    assert fresh(letter.id).state is MessageState.QUEUED


def test_two_workers_ask_once(
    app: Flask, world: World, box: Mailbox, tokens: TokenServer, tmp_path: Path
) -> None:
    connect(app, world, box)
    assert token_actions.take_due(20, now=NOW) == [box.id]
    assert token_actions.take_due(20, now=NOW) == []


# At the screen


@pytest.fixture
def ana(app: Flask, world: World) -> FlaskClient:
    app.config["WTF_CSRF_ENABLED"] = False
    client = app.test_client()
    log_in(client, world.ana)
    return client


def the_way(page: str) -> dict[str, str]:
    """What stands in the address that leads to the provider."""
    [link] = [part.split('"')[0] for part in page.split('href="') if "/authorize?" in part]
    found = parse_qs(urlsplit(link.replace("&amp;", "&")).query)
    return {name: values[0] for name, values in found.items()}


def test_a_person_says_yes_at_the_provider_and_comes_back(
    app: Flask, ana: FlaskClient, world: World, box: Mailbox, tokens: TokenServer, tmp_path: Path
) -> None:
    page = ana.post(f"/mailboxes/{box.id}/login/consent", data={"provider": "microsoft"}).text
    asked = the_way(page)
    assert asked["redirect_uri"] == "https://outreach.example/mailboxes/connected"
    assert (asked["code_challenge_method"], asked["login_hint"]) == ("S256", "ana@hazel.example")
    back = ana.get("/mailboxes/connected", query_string={"code": "c-1", "state": asked["state"]})
    assert back.location == f"/mailboxes/{box.id}/login"
    assert "is being fetched" in ana.get(back.location).text
    turn(tmp_path, timedelta(minutes=1))
    assert (tokens.asked[0]["code"], tokens.asked[0]["redirect_uri"]) == ("c-1", asked["redirect_uri"])
    assert "The access token is renewed by itself" in ana.get(back.location).text
    assert (
        ana.get("/mailboxes/connected", query_string={"code": "c-1", "state": asked["state"]}).status_code
        == 404
    )


@pytest.mark.parametrize("state", ["", "another"])
def test_a_way_back_that_was_not_begun_here_is_not_found(
    ana: FlaskClient, world: World, box: Mailbox, state: str
) -> None:
    assert ana.get("/mailboxes/connected", query_string={"code": "c", "state": state}).status_code == 404
    ana.post(f"/mailboxes/{box.id}/login/consent", data={"provider": "microsoft"})
    assert ana.get("/mailboxes/connected", query_string={"code": "c", "state": state}).status_code == 404
    assert now_of(box.id).login_by is LoginBy.PASSWORD


def test_a_no_at_the_provider_changes_nothing(ana: FlaskClient, world: World, box: Mailbox) -> None:
    asked = the_way(ana.post(f"/mailboxes/{box.id}/login/consent", data={"provider": "microsoft"}).text)
    said = {"error": "access_denied", "state": asked["state"]}
    assert ana.get("/mailboxes/connected", query_string=said).status_code == 302
    assert now_of(box.id).login_by is LoginBy.PASSWORD


def test_a_refresh_token_is_pasted_and_taken_off_again(ana: FlaskClient, world: World, box: Mailbox) -> None:
    page = ana.post(f"/mailboxes/{box.id}/login", data={"provider": "microsoft", "refresh": ""})
    assert page.status_code == 422
    assert "Paste the token." in page.text
    typed: dict[str, Any] = {"provider": "microsoft", "refresh": "rt-1"}
    assert ana.post(f"/mailboxes/{box.id}/login", data=typed).status_code == 302
    assert now_of(box.id).login_by is LoginBy.MICROSOFT
    assert "rt-1" not in ana.get(f"/mailboxes/{box.id}/login").text
    assert ana.post(f"/mailboxes/{box.id}/login/off").status_code == 302
    assert (now_of(box.id).login_by, now_of(box.id).oauth_refresh) == (LoginBy.PASSWORD, "")


def test_others_neither_see_nor_connect_it(app: Flask, world: World, box: Mailbox) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    stranger = app.test_client()
    log_in(stranger, world.otto)
    for way in (stranger.get, stranger.post):
        assert way(f"/mailboxes/{box.id}/login").status_code == 404
    assert stranger.post(f"/mailboxes/{box.id}/login/off").status_code == 404
    assert (
        stranger.post(f"/mailboxes/{box.id}/login/consent", data={"provider": "microsoft"}).status_code == 404
    )
