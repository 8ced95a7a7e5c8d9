"""A mailbox, a template and a letter for the tests of sending: Ana writes to Bo."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import Context
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from outreach.app import create_app
from outreach.db import db, session, write
from outreach.kit import clock
from outreach.mail.merge import Draft
from outreach.mail.models import Mailbox, Message
from outreach.mail.rules import MailboxKind, Security
from outreach.prospects.models import Person
from outreach.prospects.rules import SubscriberType
from outreach.sending import actions
from outreach.sending.actions import Queued
from tests.conftest import Place
from tests.world import NOW, World

ADDRESS = "bo@wild.example"
GOOD = Draft(
    subject="Seeds for {{ site.name }}",
    body="Hi {{ person.first_name }},\n\n{{ personal_line }}\n\nWe tried {{ asset.title }}: {{ asset.url }}\n",
    personal_line="Your piece on dry gardens made me plant again.",
    personal_url="https://wild.example/dry",
)


@contextmanager
def at_work(place: Place, folder: Path, **settings: Any) -> Iterator[Flask]:
    """The app at the world's moment (the file `clock` of the folder tells it), with mail servers on this machine allowed in plain text."""
    (folder / "clock").write_text(NOW.isoformat())
    made = create_app(place.settings(clock_file=folder / "clock", smtp_plain_hosts=["127.0.0.1"], **settings))
    with made.app_context():
        yield made
        db.session.remove()
        db.engine.dispose()
    clock.use_file(None)


def mailbox(world: World, **values: Any) -> Mailbox:
    """Ana's mailbox; it captures unless told otherwise, and sends at any hour without gaps."""
    given: dict[str, Any] = {
        "owner_id": world.ana.id, "kind": MailboxKind.CAPTURE, "address": "ana@hazel.example", "from_name": "Ana Hazel",
        "signature": "Ana", "timezone": "Europe/Berlin", "window_from": time(0), "window_to": time(0),
        "is_weekdays_only": False, "gap_min": 0, "gap_max": 0, "daily_cap": 10_000, "hourly_cap": 10_000,
        "is_ramping": False, "created_at": NOW - timedelta(days=90),
    }  # fmt: skip
    with write() as here:
        made = Mailbox(**(given | values))
        here.add(made)
        here.flush()
    return made


def smtp(world: World, port: int, **values: Any) -> Mailbox:
    """Ana's mailbox at a server on this machine."""
    given = {
        "kind": MailboxKind.SMTP, "smtp_host": "127.0.0.1", "smtp_port": port, "security": Security.PLAIN,
    }  # fmt: skip
    return mailbox(world, **(given | values))


def company(world: World) -> None:
    """Bo is known to write for a company, so that nothing soft stands against a letter."""
    with write() as here:
        here.get_one(Person, world.bo.id).subscriber_type = SubscriberType.CORPORATE


def queue(world: World, box: Mailbox, draft: Draft = GOOD, *, now: datetime = NOW, **more: Any) -> Message:
    """A letter of Ana's in the queue; fails when something stands against it."""
    given = {"by": world.ana, "now": now, "to_address": ADDRESS, "undo": timedelta(0)} | more
    done = actions.queue(world.pitch.id, box.id, draft, **given)
    assert isinstance(done, Queued), done
    return fresh(done.message_id)


def fresh(message_id: int) -> Message:
    """The row as it stands now."""
    session().rollback()
    return session().get_one(Message, message_id, populate_existing=True)


def present() -> datetime:
    """What the worker takes for now."""
    return clock.now()


def alone(client: FlaskClient) -> FlaskClient:
    """The browser, each of whose requests has a database session of its own, as in life."""
    shared = client.open

    def opened(*args: Any, **kwargs: Any) -> Any:
        return Context().run(lambda: shared(*args, **kwargs))

    client.open = opened  # type: ignore[method-assign]
    return client
