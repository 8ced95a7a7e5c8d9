"""A workspace whose mailbox lies on a real Dovecot, on both databases."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from outreach.app import create_app
from outreach.db import db
from tests.conftest import Browser, Place
from tests.reading.post import Post
from tests.servers.certificates import Authority
from tests.servers.dovecot import Dovecot
from tests.servers.smtp_sink import SmtpSink
from tests.world import World


@pytest.fixture
def app(place: Place, authority: Authority) -> Iterator[Flask]:
    """The app at the machine's own time, for a real server stamps what it gets; this machine is trusted in plain text."""
    made = create_app(place.settings(smtp_plain_hosts=["127.0.0.1"], smtp_ca_file=authority.cafile))
    made.test_client_class = Browser
    with made.app_context():
        yield made
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def sink() -> Iterator[SmtpSink]:
    with SmtpSink() as running:
        yield running


@pytest.fixture
def post(world: World, dovecot: Dovecot, sink: SmtpSink) -> Post:
    """Ana's mailbox, read and sent from."""
    return Post.open(world, dovecot, sink)
