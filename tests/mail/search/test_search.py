"""A mailbox set up from one address: found, shown, tried on real servers with the exact error, and added."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from outreach.app import create_app
from outreach.db import db, session
from outreach.kit import clock
from outreach.mail.models import Mailbox, MailboxSearch
from outreach.mail.rules import SearchState
from outreach.mail.search import actions, jobs
from outreach.mail.servers import imap_server_of
from outreach.web.here import config
from tests.conftest import Browser, Place
from tests.servers.certificates import Authority
from tests.servers.dovecot import Dovecot
from tests.servers.smtp_sink import SmtpSink
from tests.world import World, log_in

ADDRESS = "ana@hazel.example"
PASSWORD = "moss.and.fern"
"""Long, and with signs that what is sealed has none of: "pw" stood in one sealed text of forty by chance."""


@pytest.fixture
def app(place: Place, authority: Authority) -> Iterator[Flask]:
    """The app that trusts the tests' authority."""
    made = create_app(place.settings(smtp_plain_hosts=["127.0.0.1"], smtp_ca_file=authority.cafile))
    made.test_client_class = Browser
    with made.app_context():
        yield made
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def ana(app: Flask, client: FlaskClient, world: World) -> FlaskClient:
    log_in(client, world.ana)
    return client


@pytest.fixture
def sink() -> Iterator[SmtpSink]:
    with SmtpSink(users={ADDRESS: PASSWORD}) as running:
        yield running


def row() -> MailboxSearch:
    session().rollback()
    return session().scalars(sa.select(MailboxSearch)).one()


def begun(world: World) -> int:
    search_id = actions.begin(ADDRESS, by=world.ana, now=clock.now())
    actions.found(search_id, {}, "Nothing about hazel.example is known.")
    return search_id


def servers(dovecot: Dovecot, sink: SmtpSink, **changes: Any) -> dict[str, Any]:
    return {
        "smtp_host": "127.0.0.1", "smtp_port": sink.port, "smtp_security": "plain", "imap_host": "127.0.0.1",
        "imap_port": dovecot.imap_port, "imap_security": "plain", "username": ADDRESS, "password": PASSWORD,
        "from_name": "Ana Hazel", "reading_kind": "personal", "do": "try",
    } | changes  # fmt: skip


def test_the_address_is_all_that_is_asked_for_at_first(ana: FlaskClient, world: World) -> None:
    answer = ana.post("/mailboxes/find", data={"address": ADDRESS})
    assert answer.status_code == 303
    assert row().state is SearchState.LOOKING
    assert "Looking for its servers" in ana.get(answer.headers["Location"]).text
    assert jobs.look_due(clock.now()) == 1
    assert row().state is SearchState.FOUND
    assert "Nothing about hazel.example is known" in ana.get(answer.headers["Location"]).text


def test_both_servers_are_tried_and_the_mailbox_is_added(
    ana: FlaskClient, world: World, dovecot: Dovecot, sink: SmtpSink
) -> None:
    dovecot.add_user(ADDRESS, PASSWORD)
    path = f"/mailboxes/find/{begun(world)}"
    assert ana.post(path, data=servers(dovecot, sink)).status_code == 303
    assert "Trying both servers" in ana.get(path).text
    assert jobs.look_due(clock.now()) == 1
    assert row().results == {"smtp": "", "imap": ""}
    text = ana.get(path).text
    assert "Sending works" in text
    assert "Reading works" in text
    assert PASSWORD not in row().secret
    added = ana.post(path, data=servers(dovecot, sink, password="", do="add"))
    assert added.status_code == 303, added.text
    box = session().scalars(sa.select(Mailbox)).one()
    assert (box.smtp_port, box.imap_port) == (sink.port, dovecot.imap_port)
    assert imap_server_of(box, config()).secret == PASSWORD
    assert session().scalar(sa.select(sa.func.count()).select_from(MailboxSearch)) == 0


def test_a_wrong_password_is_told_in_the_servers_words_and_nothing_typed_is_lost(
    ana: FlaskClient, world: World, dovecot: Dovecot, sink: SmtpSink
) -> None:
    dovecot.add_user(ADDRESS, PASSWORD)
    path = f"/mailboxes/find/{begun(world)}"
    ana.post(path, data=servers(dovecot, sink, password="wrong"))
    jobs.look_due(clock.now())
    text = ana.get(path).text
    assert "Sending does not work yet. 127.0.0.1 refused the log-in" in text
    assert "Reading does not work yet." in text
    assert f'value="{sink.port}"' in text


def test_a_server_that_is_not_there_is_told(
    ana: FlaskClient, world: World, dovecot: Dovecot, sink: SmtpSink
) -> None:
    dovecot.add_user(ADDRESS, PASSWORD)
    path = f"/mailboxes/find/{begun(world)}"
    ana.post(path, data=servers(dovecot, sink, smtp_port=1))
    jobs.look_due(clock.now())
    assert row().results["imap"] == ""
    assert row().results["smtp"]


def test_a_password_is_not_tried_at_another_server_than_it_was_typed_for(
    ana: FlaskClient, world: World, dovecot: Dovecot, sink: SmtpSink
) -> None:
    path = f"/mailboxes/find/{begun(world)}"
    ana.post(path, data=servers(dovecot, sink))
    jobs.look_due(clock.now())
    ana.post(
        path, data=servers(dovecot, sink, password="", imap_host="imap.evil.example", imap_security="tls")
    )
    assert row().secret == ""


def test_a_set_up_is_its_makers_alone_and_is_forgotten_after_a_day(client: FlaskClient, world: World) -> None:
    path = f"/mailboxes/find/{begun(world)}"
    for who, status in ((world.otto, 404), (world.max, 404), (world.ana, 200)):
        log_in(client, who)
        assert client.get(path).status_code == status
    actions.take(clock.now() + actions.KEPT + actions.LEASE)
    assert client.get(path).status_code == 404


def test_plain_text_is_for_servers_on_this_machine_alone(ana: FlaskClient, world: World) -> None:
    path = f"/mailboxes/find/{begun(world)}"
    data = {
        "smtp_host": "smtp.hazel.example",
        "smtp_port": 25,
        "smtp_security": "plain",
        "imap_host": "imap.hazel.example",
        "imap_port": 143,
    }
    answer = ana.post(
        path,
        data={
            **data,
            "imap_security": "plain",
            "username": ADDRESS,
            "password": PASSWORD,
            "from_name": "Ana",
            "reading_kind": "personal",
            "do": "try",
        },
    )
    assert answer.status_code == 422
    assert row().state is SearchState.FOUND
