"""What the reading of mail asks of the database, and which mails somebody sees. Never changes a row."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from outreach.accounts.models import User
from outreach.consent.queries import hash_key
from outreach.db import session
from outreach.kit.ids import keyed_hash
from outreach.letter.kinds import Kind
from outreach.letter.severity import Severity
from outreach.mail.models import Mailbox, MailFolder, Message, PassedMail
from outreach.mail.rules import Direction, FolderRole, LetterKind, MailboxKind, MessageState, ReadState
from outreach.pitches.models import Pitch
from outreach.pitches.rules import Stage
from outreach.projects.models import Project
from outreach.projects.queries import is_among, is_seen, writable_by
from outreach.prospects.models import ContactPoint
from outreach.prospects.rules import ContactKind

EARLY = (Stage.IDEA, Stage.QUALIFIED, Stage.READY, Stage.CONTACTED, Stage.TALKING)
"""Stages at which a no, or an address that is dead, ends or turns a pitch."""


def seen_by(user: User, *, are_few: bool = False) -> sa.ColumnElement[bool]:
    """Which incoming mails somebody sees: those of their projects; what is nobody's yet, its mailbox's owner and admins.

    `are_few` is `mail.queries.has_few`, for a page of them.
    """
    of_projects = (is_among if are_few else is_seen)(Message.project_id, user)
    own = Message.mailbox_id.in_(sa.select(Mailbox.id).where(Mailbox.owner_id == user.id))
    is_nobodys = Message.project_id.is_(None)
    return sa.or_(of_projects, is_nobodys if user.is_admin else sa.and_(is_nobodys, own))


def message(user: User, message_id: int) -> Message | None:
    """An incoming mail that `user` sees."""
    return session().scalar(
        sa.select(Message).where(Message.id == message_id, Message.direction == Direction.IN, seen_by(user))
    )


def due_mailboxes(now: datetime) -> list[int]:
    """Mailboxes whose turn it is to be read, the longest unread first."""
    query = sa.select(Mailbox.id).where(
        Mailbox.imap_host != "",
        Mailbox.kind == MailboxKind.SMTP,
        sa.or_(Mailbox.read_due_at.is_(None), Mailbox.read_due_at <= now),
        sa.or_(Mailbox.read_lease_until.is_(None), Mailbox.read_lease_until <= now),
    )
    return list(session().scalars(query.order_by(Mailbox.read_at, Mailbox.id).limit(50)))


def read_mailboxes() -> list[int]:
    """Mailboxes whose reading is up to date."""
    query = sa.select(Mailbox.id).where(
        Mailbox.imap_host != "", Mailbox.kind == MailboxKind.SMTP, Mailbox.read_state == ReadState.CURRENT
    )
    return list(session().scalars(query.order_by(Mailbox.id)))


@dataclass(frozen=True)
class KnownFolder:
    """A folder that is read, under its name at the server, and how far; a `uidvalidity` of 0 is one never read."""

    id: int
    role: FolderRole
    name: str
    uidvalidity: int
    last_uid: int


SENT_FIRST = (FolderRole.SENT, FolderRole.ALL, FolderRole.INBOX, FolderRole.JUNK)
"""So our own letters are known before the answers to them."""


def folders(mailbox_id: int) -> list[KnownFolder]:
    """The folders of a mailbox that are read, and how far; Sent first."""
    query = sa.select(
        MailFolder.id, MailFolder.role, MailFolder.name, MailFolder.uidvalidity, MailFolder.last_uid
    )
    found = [KnownFolder(*row) for row in session().execute(query.where(MailFolder.mailbox_id == mailbox_id))]
    return sorted(found, key=lambda each: SENT_FIRST.index(each.role))


def first_sending(mailbox: Mailbox) -> datetime:
    """From when on answers can have come: the mailbox's first letter to somebody, else the day it was added."""
    first = session().scalar(
        sa.select(sa.func.min(Message.sent_at)).where(
            Message.mailbox_id == mailbox.id,
            Message.direction == Direction.OUT,
            Message.kind != LetterKind.SYSTEM,
            ~Message.is_elsewhere,
        )
    )
    return min(first, mailbox.created_at) if first else mailbox.created_at


def own_addresses() -> set[str]:
    """The addresses of all our mailboxes, in lower case."""
    return {address.lower() for address in session().scalars(sa.select(Mailbox.address))}


def known_among(mailbox_id: int, hashes: Iterable[str]) -> dict[str, int]:
    """`{hash: message id}` of mails of the mailbox that are kept already."""
    wanted = list(hashes)
    found: dict[str, int] = {}
    for start in range(0, len(wanted), 1_000):
        query = sa.select(Message.known_by, Message.id).where(
            Message.mailbox_id == mailbox_id, Message.known_by.in_(wanted[start : start + 1_000])
        )
        found |= {row.known_by: row.id for row in session().execute(query)}
    return found


def hashed(keys: list[str]) -> dict[str, str]:
    """What is kept of mails that are none of our business, by what they are known by."""
    secret = hash_key()
    return {key: keyed_hash(key, secret) for key in keys}


def passed_hashes(folder_id: int) -> set[str]:
    """The keyed hashes of all mails of a folder that were passed over."""
    return set(session().scalars(sa.select(PassedMail.keyed_hash).where(PassedMail.folder_id == folder_id)))


def seen_uids(folder_id: int, uids: list[int]) -> set[int]:
    """Those of `uids` that were looked at."""
    found: set[int] = set()
    for start in range(0, len(uids), 1_000):
        part = uids[start : start + 1_000]
        kept = sa.select(Message.uid).where(Message.folder_id == folder_id, Message.uid.in_(part))
        passed = sa.select(PassedMail.uid).where(PassedMail.folder_id == folder_id, PassedMail.uid.in_(part))
        found |= {uid for uid in session().scalars(kept) if uid is not None} | set(session().scalars(passed))
    return found


def letters_of(thread_id: int | None) -> tuple[str, ...]:
    """The texts of our last letters in a conversation, which an answer may quote, newest first."""
    if thread_id is None:
        return ()
    query = sa.select(Message.body).where(
        Message.thread_id == thread_id,
        Message.direction == Direction.OUT,
        Message.state != MessageState.DRAFT,
    )
    return tuple(session().scalars(query.order_by(Message.id.desc()).limit(8)))


def is_answered(message: Message) -> bool:
    """Have we answered this mail already, from here or from another program?"""
    if message.thread_id is None or message.received_at is None:
        return False
    query = sa.select(Message.id).where(
        Message.thread_id == message.thread_id,
        Message.direction == Direction.OUT,
        Message.state == MessageState.SENT,
        Message.sent_at > message.received_at,
        sa.or_(Message.is_elsewhere, Message.kind == LetterKind.ANSWER),
    )
    return session().scalar(query.limit(1)) is not None


def pitches_written_to(address: str) -> list[Pitch]:
    """Open pitches that have got no further than talking, of letters to this address; locked."""
    written = sa.select(Message.pitch_id).where(
        Message.direction == Direction.OUT, sa.func.lower(Message.to_address) == address.lower()
    )
    query = sa.select(Pitch).where(Pitch.id.in_(written), Pitch.is_open, Pitch.stage.in_(EARLY))
    return list(session().scalars(query.order_by(Pitch.id).with_for_update(of=Pitch)))


def written_since(address: str, since: datetime) -> bool:
    """Did a letter of ours go to this address since then?"""
    query = sa.select(Message.id).where(
        Message.direction == Direction.OUT,
        Message.to_address.in_({address, address.lower()}),
        Message.sent_at > since,
    )
    return session().scalar(query.limit(1)) is not None


def has_written_since(address: str, at: datetime | None) -> bool:
    """Did a person write to us from this address after our letter? Then it is not dead, whatever a report says."""
    if at is None:
        return False
    query = sa.select(Message.id).where(
        Message.direction == Direction.IN,
        Message.from_address == address.lower(),
        Message.received_at > at,
        Message.what == Kind.HUMAN,
    )
    return session().scalar(query.limit(1)) is not None


def soft_bounces(address: str, *, since: datetime) -> int:
    """How many letters to this address came back softly since then."""
    letter = sa.orm.aliased(Message)
    query = (
        sa.select(sa.func.count(sa.distinct(letter.id)))
        .select_from(Message)
        .join(letter, letter.id == Message.about_id)
        .where(
            Message.what == Kind.BOUNCE,
            Message.severity == Severity.SOFT,
            Message.received_at > since,
            sa.func.lower(letter.to_address) == address.lower(),
        )
    )
    return session().scalar(query) or 0


def blocks(mailbox_id: int, *, since: datetime) -> int:
    """How many letters of a mailbox were refused as spam or by policy since then."""
    query = sa.select(sa.func.count(sa.distinct(sa.func.coalesce(Message.about_id, Message.id)))).where(
        Message.mailbox_id == mailbox_id,
        Message.what == Kind.BOUNCE,
        Message.severity == Severity.BLOCK,
        Message.received_at > since,
    )
    return session().scalar(query) or 0


def last_letter(pitch_id: int) -> Message | None:
    """The newest letter of ours of a pitch that left."""
    query = sa.select(Message).where(
        Message.pitch_id == pitch_id, Message.direction == Direction.OUT, Message.sent_at.is_not(None)
    )
    return session().scalar(query.order_by(Message.sent_at.desc(), Message.id.desc()).limit(1))


def person_at(address: str) -> int | None:
    """Whose address this is, as far as we know."""
    query = sa.select(ContactPoint.person_id).where(
        ContactPoint.kind == ContactKind.EMAIL, ContactPoint.value_norm == address.lower()
    )
    return session().scalar(query.limit(1))


def may_write(user: User, project_id: int) -> bool:
    """May this user decide about mails of the project?"""
    query = sa.select(Project.id).where(Project.id == project_id, Project.id.in_(writable_by(user)))
    return session().scalar(query) is not None
