"""What the Sent folder says of a letter that has left, or may have. Never commits."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from outreach.db import session
from outreach.mail.models import Mailbox, Message
from outreach.mail.rules import MessageState
from outreach.pitches.models import Pitch
from outreach.sending import copies
from outreach.sending.copies import Answer
from outreach.sending.moves import keeping_of, last_attempt, sent, tell

LOOK_LEASE = timedelta(minutes=10)
"""How long a worker that asks a Sent folder has its letters."""


def take_looks(limit: int, *, now: datetime) -> list[int]:
    """Take letters whose Sent folder is to be asked now; another worker does not get them for a while."""
    due = sa.select(Message.id).where(Message.look_due_at <= now).order_by(Message.look_due_at).limit(limit)
    taken = session().scalars(
        sa.update(Message)
        .where(Message.id.in_(due), Message.look_due_at <= now)
        .values(look_due_at=now + LOOK_LEASE)
        .returning(Message.id)
        .execution_options(synchronize_session=False)
    )
    return sorted(taken)


def looked(message: Message, mailbox: Mailbox, pitch: Pitch | None, answer: Answer, *, now: datetime) -> None:
    """Write down what the Sent folder said about a letter."""
    box, at = keeping_of(mailbox), since(message)
    if answer is not Answer.NONE:
        message.looks += 1
    if message.state is MessageState.UNKNOWN:
        if answer is Answer.THERE:
            message.copied_at = now
            sent(message, pitch, at=at)
            return
        message.look_due_at = copies.next_look_at_unknown(box, at, now=now)
        if now - at >= copies.ASK_AFTER or message.look_due_at is None:
            message.asked_at = message.asked_at or now
        return
    if answer in (Answer.THERE, Answer.PUT):
        message.copied_at, message.look_due_at = now, None
    else:
        was_asked = answer is not Answer.NONE
        message.look_due_at = copies.next_look_at_sent(at, looks=message.looks, now=now, was_asked=was_asked)
    if answer is Answer.PUT:
        tell("letter.copied", message, by=None, now=now)
    if answer is not Answer.NONE:
        mailbox.keeps_sent = copies.learned(box, was_found=answer is Answer.THERE, looks=message.looks)


def since(message: Message) -> datetime:
    """When the letter left, or may have left."""
    attempt = last_attempt(message)
    return message.sent_at or (attempt and attempt.data_at) or message.queued_at or message.created_at
