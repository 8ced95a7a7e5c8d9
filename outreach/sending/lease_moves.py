"""Who holds a mailbox, and the letter it sends: a lease, and a fencing token that counts up. Never commits."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from outreach.db import session
from outreach.mail.models import Mailbox, Message
from outreach.mail.rules import MailboxState, MessageState
from outreach.sending.models import SendAttempt

LEASE = timedelta(seconds=90)
"""How long a sender holds a mailbox and the letter it took, between two signs of life."""


TALK = timedelta(minutes=4)
"""How long it holds them while the text is on its way: longer than the longest wait for an answer."""


def take_mailbox(mailbox_id: int, *, now: datetime) -> int | None:
    """Become the one sender of this mailbox; gives the fencing token, None when another one is.

    After a restore nobody sends from a mailbox until its Sent folder has been read since the backup.
    """
    taken = session().execute(
        sa.update(Mailbox)
        .where(
            Mailbox.id == mailbox_id,
            Mailbox.state == MailboxState.ACTIVE,
            sa.or_(Mailbox.settle_from.is_(None), Mailbox.imap_host == ""),
            sa.or_(Mailbox.lease_until.is_(None), Mailbox.lease_until <= now),
            sa.or_(Mailbox.backoff_until.is_(None), Mailbox.backoff_until <= now),
        )
        .values(lease_until=now + LEASE, fence=Mailbox.fence + 1)
        .returning(Mailbox.fence)
        .execution_options(synchronize_session=False)
    )
    return taken.scalar()


def keep_mailbox(mailbox_id: int, fence: int, *, now: datetime, lease: timedelta = LEASE) -> bool:
    """Hold it longer; False when it was lost to another sender, or may send no more."""
    kept = session().execute(
        sa.update(Mailbox)
        .where(Mailbox.id == mailbox_id, Mailbox.fence == fence, Mailbox.state == MailboxState.ACTIVE)
        .values(lease_until=now + lease)
        .returning(Mailbox.id)
        .execution_options(synchronize_session=False)
    )
    return kept.scalar() is not None


def release_mailbox(mailbox_id: int, fence: int) -> None:
    """Let the next sender have it."""
    session().execute(
        sa.update(Mailbox)
        .where(Mailbox.id == mailbox_id, Mailbox.fence == fence)
        .values(lease_until=None)
        .execution_options(synchronize_session=False)
    )


def take_letter(message_id: int, fence: int, *, now: datetime) -> bool:
    """Take one queued letter; False when it is no longer there to take."""
    taken = session().execute(
        sa.update(Message)
        .where(Message.id == message_id, Message.state == MessageState.QUEUED)
        .values(
            state=MessageState.TAKEN, taken_until=now + LEASE, fence=fence, attempts=Message.attempts + 1, state_reason=""
        )
        .returning(Message.attempts)
        .execution_options(synchronize_session=False)
    ).scalar()  # fmt: skip
    if taken is None:
        return False
    session().add(SendAttempt(message_id=message_id, number=taken, fence=fence, started_at=now))
    return True
