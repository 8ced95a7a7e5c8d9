"""A mailbox's server for incoming mail: set on its page, read at once, and its password goes nowhere else."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from outreach.db import session, write
from outreach.mail.models import Mailbox
from outreach.mail.rules import ReadingKind, ReadState
from outreach.mail.servers import imap_server_of
from outreach.web.here import config
from tests.world import NOW, World, log_in

FORM: dict[str, Any] = {
    "kind": "smtp", "address": "ana@hazel.example", "from_name": "Ana", "smtp_host": "smtp.hazel.example", "smtp_port": 587,
    "security": "starttls", "username": "ana", "password": "a secret", "sent_copy": "auto", "timezone": "Europe/Berlin",
    "window_from": "08:00", "window_to": "18:00", "daily_cap": 50, "hourly_cap": 15, "gap_min": 60, "gap_max": 240,
    "reading_kind": "dedicated", "imap_host": "imap.hazel.example", "imap_port": 993, "imap_security": "tls",
}  # fmt: skip


@pytest.fixture
def ana(app: Flask, client: FlaskClient, world: World) -> FlaskClient:
    log_in(client, world.ana)
    return client


def box() -> Mailbox:
    session().rollback()
    return session().scalars(sa.select(Mailbox)).one()


def test_a_new_mailbox_is_read_at_the_next_turn_with_the_same_password(ana: FlaskClient) -> None:
    assert ana.post("/mailboxes/new", data=FORM).status_code == 302
    found = box()
    assert (found.imap_host, found.reading_kind) == ("imap.hazel.example", ReadingKind.DEDICATED)
    assert found.read_due_at is not None
    server = imap_server_of(found, config())
    assert (server.username, server.secret) == ("ana", "a secret")


def test_its_own_password_for_reading_is_kept(ana: FlaskClient) -> None:
    ana.post("/mailboxes/new", data={**FORM, "imap_username": "bo", "imap_password": "another"})
    server = imap_server_of(box(), config())
    assert (server.username, server.secret) == ("bo", "another")


def test_the_stored_password_is_not_shown_to_another_server(ana: FlaskClient) -> None:
    ana.post("/mailboxes/new", data=FORM)
    answer = ana.post(
        f"/mailboxes/{box().id}", data={**FORM, "password": "", "imap_host": "imap.evil.example"}
    )
    assert answer.status_code == 422
    assert box().imap_host == "imap.hazel.example"


def test_an_empty_server_ends_the_reading(ana: FlaskClient) -> None:
    ana.post("/mailboxes/new", data=FORM)
    ana.post(f"/mailboxes/{box().id}", data={**FORM, "password": "", "imap_host": ""})
    assert (box().imap_host, box().read_state, box().read_due_at) == ("", ReadState.OFF, None)


def test_plain_text_is_for_servers_on_this_machine_alone(ana: FlaskClient) -> None:
    answer = ana.post("/mailboxes/new", data={**FORM, "imap_security": "plain"})
    assert answer.status_code == 422
    assert "smtp_plain_hosts" in answer.text


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"read_state": ReadState.FIRST, "read_done": 1200, "read_total": 10_000}, "1,200 of 10,000"),
        ({"read_state": ReadState.CURRENT, "read_at": NOW}, "Its mail is up to date."),
        ({"read_state": ReadState.REFUSED, "read_reason": "The password is refused."}, "The password is refused."),
        ({"read_state": ReadState.TROUBLE, "read_reason": "No answer.", "read_due_at": NOW}, "Tried again"),
    ],
)  # fmt: skip
def test_the_page_says_how_the_reading_goes(ana: FlaskClient, values: dict[str, Any], words: str) -> None:
    ana.post("/mailboxes/new", data=FORM)
    with write() as here:
        row = here.scalars(sa.select(Mailbox)).one()
        for name, value in values.items():
            setattr(row, name, value)
    for path in (f"/mailboxes/{box().id}", f"/mailboxes/{box().id}/reading"):
        assert words in ana.get(path).text
