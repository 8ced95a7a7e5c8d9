"""What care does in one commit: holding the mailboxes of a restored instance, remembering that a copy was made."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from outreach.accounts.models import User, Workspace
from outreach.db import session, write
from outreach.diary.moves import note
from outreach.mail.models import Mailbox
from outreach.mail.rules import RESTORED, MailboxKind, MailboxState
from outreach.prospects.models import Person


def hold_mailboxes(made_at: datetime, *, now: datetime) -> int:
    """Pause every mailbox that sends, for letters may have left since the backup; gives how many.

    One whose mail is read starts again by itself, once everything since the backup has been read: then each letter
    that left is settled by its copy in Sent. Until then nothing is sent from it, whoever resumes it.
    """
    since = f"{RESTORED} of {made_at:%d %B %Y, %H:%M} UTC."
    with write() as here:
        boxes = here.scalars(sa.select(Mailbox).where(Mailbox.kind == MailboxKind.SMTP)).all()
        held = [box for box in boxes if box.state is MailboxState.ACTIVE]
        for box in held:
            by_itself = "It starts again by itself when its Sent folder has been read from then on."
            by_hand = "Compare the outbox with the Sent folder, then resume."
            box.state = MailboxState.PAUSED
            box.state_reason = f"{since} {by_itself if box.imap_host else by_hand}"
        for box in boxes:
            if box.imap_host:
                box.settle_from = min(made_at, box.settle_from or made_at)
                box.read_due_at = box.read_lease_until = None
        note("instance.restored", by=None, now=now, mailboxes=len(held))
    return len(held)


def note_copy(person_id: int, *, by: User | None, now: datetime) -> bool:
    """Remember that somebody took a copy of a person's data; False when there is no such person."""
    with write() as here:
        if here.get(Person, person_id) is None:
            return False
        note("care.copied", by=by.id if by else None, now=now, person_id=person_id)
        return True


def legal_name() -> str:
    """Who we are by law."""
    return session().get_one(Workspace, 1).legal_name
