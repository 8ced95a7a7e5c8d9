"""What care does in one commit: holding the mailboxes of a restored instance, remembering that a copy was made."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from outreach.accounts.models import User, Workspace
from outreach.db import session, write
from outreach.diary.moves import note
from outreach.mail.models import Mailbox
from outreach.mail.rules import MailboxKind, MailboxState
from outreach.prospects.models import Person


def hold_mailboxes(made_at: datetime, *, now: datetime) -> int:
    """Pause every mailbox that sends, for letters may have left since the backup; gives how many."""
    words = f"Restored from a backup of {made_at:%d %B %Y, %H:%M} UTC. Compare the outbox with the Sent folder, then resume."
    with write() as here:
        boxes = here.scalars(
            sa.select(Mailbox).where(Mailbox.kind == MailboxKind.SMTP, Mailbox.state == MailboxState.ACTIVE)
        ).all()
        for box in boxes:
            box.state, box.state_reason = MailboxState.PAUSED, words
        note("instance.restored", by=None, now=now, mailboxes=len(boxes))
    return len(boxes)


def note_copy(person_id: int, *, by: User, now: datetime) -> bool:
    """Remember that somebody took a copy of a person's data; False when there is no such person."""
    with write() as here:
        if here.get(Person, person_id) is None:
            return False
        note("care.copied", by=by.id, now=now, person_id=person_id)
        return True


def legal_name() -> str:
    """Who we are by law."""
    return session().get_one(Workspace, 1).legal_name
