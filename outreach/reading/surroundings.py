"""What a batch of mails may belong to, asked for at once, so that a mailbox full of strangers' mail costs few statements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from outreach.db import session
from outreach.letter.thread import root_subject
from outreach.mail.models import Message
from outreach.mail.rules import Direction, MessageState
from outreach.prospects.models import ContactPoint
from outreach.prospects.rules import ContactKind
from outreach.reading import rules
from outreach.reading.arriving import Arrived

LEFT = (MessageState.SENT, MessageState.UNKNOWN, MessageState.SENDING)
"""Letters that may have reached somebody."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A message that is known already, as the ladder needs it; `at` is when it left or came."""

    id: int
    is_ours: bool
    message_id: str | None
    to_address: str
    subject: str
    at: datetime | None
    thread_id: int | None
    pitch_id: int | None
    person_id: int | None
    project_id: int | None
    mailbox_id: int | None
    state: MessageState


@dataclass(frozen=True)
class Contact:
    """An address that we know: whose it is."""

    person_id: int | None
    site_id: int | None


@dataclass
class Surroundings:
    """What a batch of mails may belong to."""

    by_id: dict[str, Letter] = field(default_factory=dict)
    by_token: dict[str, Letter] = field(default_factory=dict)
    contacts: dict[str, Contact] = field(default_factory=dict)
    written: dict[str, list[Letter]] = field(default_factory=dict)
    by_domain: dict[str, list[Letter]] = field(default_factory=dict)
    by_subject: dict[str, list[Letter]] = field(default_factory=dict)
    by_person: dict[int, list[Letter]] = field(default_factory=dict)

    def add_recent(self, letters: list[Letter]) -> None:
        """Letters to people of the last two months, newest first: by address, exact domain, subject and person."""
        for letter in letters:
            address = letter.to_address.lower()
            self.written.setdefault(address, []).append(letter)
            self.by_domain.setdefault(address.rpartition("@")[2], []).append(letter)
            self.by_subject.setdefault(root_subject(letter.subject), []).append(letter)
            if letter.person_id is not None:
                self.by_person.setdefault(letter.person_id, []).append(letter)


_COLUMNS: tuple[Any, ...] = (
    Message.id, Message.direction, Message.message_id, Message.opaque_id, Message.to_address, Message.subject,
    Message.sent_at, Message.received_at, Message.queued_at, Message.thread_id, Message.pitch_id, Message.person_id,
    Message.project_id, Message.mailbox_id, Message.state,
)  # fmt: skip


def _letter(row: sa.Row[Any]) -> Letter:
    at = row.sent_at or row.received_at or row.queued_at
    return Letter(
        row.id, row.direction is Direction.OUT, row.message_id, row.to_address, row.subject, at, row.thread_id,
        row.pitch_id, row.person_id, row.project_id, row.mailbox_id, row.state,
    )  # fmt: skip


def surroundings(mails: Sequence[Arrived], *, now: datetime) -> Surroundings:
    """All that the ladder asks for, of a whole batch, in some statements."""
    found = Surroundings()
    ids = {one for mail in mails for one in mail.ids}
    for row in _rows(Message.message_id.in_(ids), ids):
        letter = _letter(row)
        if row.message_id not in found.by_id or letter.is_ours:
            found.by_id[row.message_id] = letter
    tokens = {one for mail in mails for one in rules.tokens_of(mail.mail)}
    found.by_token = {row.opaque_id: _letter(row) for row in _rows(Message.opaque_id.in_(tokens), tokens)}
    people = {address for mail in mails for address in (mail.sender, *mail.recipients) if address}
    found.contacts = _contacts(people)
    found.add_recent(_recent(now))
    older = {address for address in people if address not in found.written}
    for letter in _written_to(older):
        found.written.setdefault(letter.to_address.lower(), []).append(letter)
    return found


def _rows(condition: sa.ColumnElement[bool], wanted: set[str]) -> Sequence[sa.Row[Any]]:
    if not wanted:
        return []
    return session().execute(sa.select(*_COLUMNS).where(condition).order_by(Message.id)).all()


def _contacts(addresses: set[str]) -> dict[str, Contact]:
    if not addresses:
        return {}
    query = sa.select(ContactPoint.value_norm, ContactPoint.person_id, ContactPoint.site_id).where(
        ContactPoint.kind == ContactKind.EMAIL, ContactPoint.value_norm.in_(addresses)
    )
    return {row.value_norm: Contact(row.person_id, row.site_id) for row in session().execute(query)}


def _recent(now: datetime) -> list[Letter]:
    """Letters to people of the last two months, newest first."""
    query = sa.select(*_COLUMNS).where(
        Message.direction == Direction.OUT,
        Message.state.in_(LEFT),
        Message.pitch_id.is_not(None),
        sa.func.coalesce(Message.sent_at, Message.queued_at) > now - rules.DOMAIN_DAYS,
    )
    found = [_letter(row) for row in session().execute(query)]
    return sorted(found, key=lambda letter: (letter.at or now, letter.id), reverse=True)


def _written_to(addresses: set[str]) -> list[Letter]:
    """Older letters to these addresses, newest first."""
    if not addresses:
        return []
    query = sa.select(*_COLUMNS).where(
        Message.direction == Direction.OUT,
        Message.state.in_(LEFT),
        Message.pitch_id.is_not(None),
        Message.to_address.in_(addresses),
    )
    return [
        _letter(row) for row in session().execute(query.order_by(Message.sent_at.desc(), Message.id.desc()))
    ]
