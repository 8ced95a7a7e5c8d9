"""Letters that are still being written: rows like all others, so that a closed window loses nothing. Never commits.

A draft writes no line in the diary: nothing has happened yet.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from outreach.accounts.models import User
from outreach.db import session
from outreach.mail.merge import Draft
from outreach.mail.models import Mailbox, Message
from outreach.mail.rules import Direction, LetterKind, MessageState
from outreach.pitches.models import Pitch

KEPT_AS_IT_IS = {"id", "state", "created_at", "batch_id", "message_id"}
"""What a draft keeps when it becomes a letter."""


def keep(
    draft: Message | None, pitch: Pitch, mailbox: Mailbox | None, typed: Draft, *, kind: LetterKind, by: User,
    now: datetime, to_address: str, template_version_id: int | None = None, turn: int = 0,
) -> Message:  # fmt: skip
    """Write down what was typed so far, in the draft or in a new one. `turn`: see `turn_of`."""
    row = draft or Message(
        direction=Direction.OUT, state=MessageState.DRAFT, project_id=pitch.project_id, pitch_id=pitch.id, created_at=now
    )  # fmt: skip
    row.kind, row.person_id, row.author_id = kind, pitch.person_id, by.id
    row.mailbox_id = mailbox.id if mailbox else None
    row.from_address, row.from_name = (mailbox.address, mailbox.from_name) if mailbox else ("", "")
    row.to_address, row.to_name = to_address[:254], pitch.person.name if pitch.person else ""
    row.template_version_id = template_version_id
    if row.attempt_no is None:
        row.subject = typed.subject
    else:  # it stands in its thread
        row.state_reason = ""
    row.body, row.body_html, row.typed = typed.body, "", as_typed(typed) | {"turn": turn}
    row.personal_line, row.personal_url = typed.personal_line, typed.personal_url
    session().add(row)
    session().flush()
    return row


def turn_of(draft: Message | None) -> int:
    """How often a button kept this draft. A page saves by itself under the turn it was drawn at, so that such a
    save which arrives after the button's is known to be older, and does not put the older words back."""
    return int((draft.typed or {}).get("turn", 0)) if draft else 0


def become(draft: Message | None, letter: Message) -> Message:
    """The draft's row holds the letter from now on; without a draft the letter is a row of its own."""
    if draft is None:
        session().add(letter)
        session().flush()
        return letter
    for column in sa.inspect(Message).column_attrs:
        if column.key in letter.__dict__ and column.key not in KEPT_AS_IT_IS:
            setattr(draft, column.key, letter.__dict__[column.key])
    session().flush()
    return draft


def write_again(letter: Message) -> None:
    """A letter that was taken back reads as it was typed, and gives its tokens away: the next one gets its own."""
    letter.due_at, letter.opaque_id, letter.opt_out_token = None, None, ""
    if letter.typed:
        letter.subject, letter.body, letter.body_html = letter.typed["subject"], letter.typed["body"], ""


def as_typed(draft: Draft) -> dict[str, Any]:
    """The texts of a draft, for the row."""
    return {"subject": draft.subject, "body": draft.body, "html": draft.html}
