"""The pitch, the draft and the tries of a letter, and which letters are due."""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from outreach.accounts.models import User, Workspace
from outreach.consent.queries import hash_key
from outreach.db import session
from outreach.letter.kinds import Kind
from outreach.mail.models import Mailbox, Message
from outreach.mail.rules import Direction, LetterKind, MailboxState, MessageState
from outreach.pitches.models import Pitch
from outreach.projects.models import Project
from outreach.projects.queries import writable_by
from outreach.prospects.models import Person
from outreach.sending.models import SendAttempt
from outreach.sending.moments import gap_ends, sent_moments

ON_THE_WAY = (MessageState.QUEUED, MessageState.TAKEN, MessageState.SENDING)
LEFT = (MessageState.SENT, MessageState.UNKNOWN, MessageState.SENDING)
"""States that count as written to: caps, gaps and cool-downs are counted from these rows."""


def pitch_to_write(user: User, pitch_id: int) -> Pitch | None:
    """A pitch that `user` may write for, with all that a letter names."""
    found: Pitch | None = session().scalar(
        _whole_pitch(pitch_id).where(Pitch.project_id.in_(writable_by(user)))
    )
    return found


def draft_by_id(user: User, message_id: int) -> Message | None:
    """A letter that is still being written: by this user; or in a batch, or by the worker, in a project they may write in."""
    not_theirs_alone = sa.or_(Message.batch_id.is_not(None), Message.attempt_no.is_not(None))
    in_batch = sa.and_(not_theirs_alone, Message.project_id.in_(writable_by(user)))
    return session().scalar(
        sa.select(Message).where(
            Message.id == message_id,
            Message.state == MessageState.DRAFT,
            sa.or_(Message.author_id == user.id, in_batch),
        )
    )


def draft_of(user: User, pitch_id: int, draft_id: int | None = None) -> Message | None:
    """The draft that is named, when it is one of this pitch, else the newest that the user has written for it."""
    if draft_id is not None:
        found = draft_by_id(user, draft_id)
        if found is not None and found.pitch_id == pitch_id:
            return found
    query = sa.select(Message).where(
        Message.pitch_id == pitch_id, Message.author_id == user.id, Message.state == MessageState.DRAFT
    )
    return session().scalar(query.order_by(Message.id.desc()).limit(1))


def whole_pitch(pitch_id: int) -> Pitch | None:
    """The same for the worker, who asks for nobody; hosts and contact points only when somebody looks at them."""
    few = (
        joinedload(Pitch.project).lazyload(Project.hosts),
        joinedload(Pitch.person).lazyload(Person.contact_points),
    )
    found: Pitch | None = session().scalar(_whole_pitch(pitch_id).options(*few))
    return found


def _whole_pitch(pitch_id: int) -> sa.Select[Any]:
    return (
        sa.select(Pitch)
        .where(Pitch.id == pitch_id)
        .options(
            joinedload(Pitch.project),
            joinedload(Pitch.site),
            joinedload(Pitch.person),
            joinedload(Pitch.own_page),
        )
    )


def workspace() -> Workspace:
    """The one workspace; the session holds on to it, so that it is read once in a transaction."""
    here = session()
    here.info["workspace"] = found = here.get_one(Workspace, 1)
    return found


def kind_of(pitch: Pitch, conversation: Sequence[Message]) -> LetterKind:
    """What the next letter of this pitch is: an answer when they spoke last, a follow-up when we did.

    An automatic answer and a bounce are nobody's word.
    """
    said = [m.received_at for m in conversation if m.received_at and m.what in (None, Kind.HUMAN)]
    last_in = max((at for at in (*said, pitch.last_in_at) if at), default=None)
    ours = [
        m.sent_at or m.queued_at
        for m in conversation
        if m.direction is Direction.OUT and m.state in (*LEFT, *ON_THE_WAY)
    ]
    last_out = max((at for at in ours if at), default=None)
    if last_in is not None and (last_out is None or last_in > last_out):
        return LetterKind.ANSWER
    return LetterKind.FIRST if last_out is None else LetterKind.FOLLOW_UP


def letter_waits() -> sa.ColumnElement[bool]:
    """A letter of the pitch of the outer query is on its way: what it was due for is as good as done."""
    return sa.exists().where(
        Message.pitch_id == Pitch.id, Message.direction == Direction.OUT, Message.state.in_(ON_THE_WAY)
    )


def token_for(pitch: Pitch, to_address: str, label: str) -> str:
    """An opaque token of 128 bits for the next letter of this pitch: the same in the preview and in the letter.

    The letters that are no drafts count it up, so that no two share one: a draft may be older than a letter that left.
    """
    number, newest = (
        session()
        .execute(
            sa.select(sa.func.count(), sa.func.max(Message.id)).where(
                Message.pitch_id == pitch.id, Message.state != MessageState.DRAFT
            )
        )
        .one()
    )
    seed = f"{label} {pitch.id} {number} {newest or 0} {to_address.lower()}"
    digest = hmac.digest(hash_key(), seed.encode(), "sha256")
    return urlsafe_b64encode(digest[:16]).decode().rstrip("=")


def mailbox_of(message: Message) -> Mailbox | None:
    """Where a letter leaves from."""
    return session().get(Mailbox, message.mailbox_id) if message.mailbox_id is not None else None


def sender_of(message: Message) -> Mailbox:
    """The same of a letter that has one."""
    return session().get_one(Mailbox, message.mailbox_id)


def pitch_of(message: Message) -> Pitch | None:
    """What a letter is about, for the worker."""
    return whole_pitch(message.pitch_id) if message.pitch_id is not None else None


def attempts(message_id: int) -> list[SendAttempt]:
    """Every try, newest first."""
    query = sa.select(SendAttempt).where(SendAttempt.message_id == message_id)
    return list(session().scalars(query.order_by(SendAttempt.id.desc())))


# What is due


def due(now: datetime) -> sa.Select[Any]:
    """Letters whose moment has come, of mailboxes that may send."""
    return (
        sa.select(Message)
        .join(Mailbox, Mailbox.id == Message.mailbox_id)
        .where(
            Message.state == MessageState.QUEUED,
            Message.due_at <= now,
            Mailbox.state == MailboxState.ACTIVE,
            sa.or_(Mailbox.backoff_until.is_(None), Mailbox.backoff_until <= now),
        )
    )


def ready_mailboxes(now: datetime) -> list[int]:
    """Mailboxes that have something due and whose gap is over; nothing is written to find out."""
    system = sa.func.max(sa.case((Message.kind == LetterKind.SYSTEM, 1), else_=0))
    free = sa.or_(Mailbox.lease_until.is_(None), Mailbox.lease_until <= now)
    query = due(now).where(free).with_only_columns(Mailbox.id, system).group_by(Mailbox.id)
    ready = []
    for mailbox_id, has_system in session().execute(query).all():
        mailbox = session().get_one(Mailbox, mailbox_id)
        if has_system or gap_ends(mailbox, sent_moments(mailbox_id, now=now), now=now) <= now:
            ready.append(mailbox_id)
    return ready


def cut_off(now: datetime) -> sa.Select[Any]:
    """Letters whose sender is gone: taken or being sent, and their lease is over."""
    return sa.select(Message).where(
        Message.state.in_((MessageState.TAKEN, MessageState.SENDING)), Message.taken_until <= now
    )
