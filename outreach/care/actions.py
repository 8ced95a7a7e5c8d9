"""After a restore: what must not go on by itself."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from outreach.db import write
from outreach.diary.moves import note
from outreach.mail.models import Mailbox
from outreach.mail.rules import MailboxKind, MailboxState


def hold_mailboxes(made_at: datetime, *, now: datetime) -> int:
    """Pause every mailbox that sends, for letters may have left since the backup; gives how many."""
    words = f"Restored from a backup of {made_at:%d %B %Y, %H:%M} UTC. Compare the outbox with the Sent folder, then resume."
    with write() as session:
        boxes = session.scalars(
            sa.select(Mailbox).where(Mailbox.kind == MailboxKind.SMTP, Mailbox.state == MailboxState.ACTIVE)
        ).all()
        for box in boxes:
            box.state, box.state_reason = MailboxState.PAUSED, words
        note("instance.restored", by=None, now=now, mailboxes=len(boxes))
    return len(boxes)
