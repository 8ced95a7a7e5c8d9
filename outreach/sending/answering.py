"""An answer as one part of a larger action of a room above: asked of the gate and queued, in the caller's one commit."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from outreach.accounts.models import User
from outreach.mail.merge import Draft
from outreach.mail.models import Mailbox
from outreach.pitches.models import Pitch
from outreach.sending import actions, queries, writing
from outreach.sending.actions import Queued
from outreach.sending.writing import Looked

__all__ = ["Looked", "Queued", "answer", "pitch_to_write"]


def answer(
    pitch: Pitch, mailbox: Mailbox, text: str, *, by: User, now: datetime, to_address: str, undo: timedelta,
    reason: str = "",
) -> Queued | Looked:  # fmt: skip
    """Queue the answer, or give what stands against it. Soft findings give way to `reason`, which is kept with it."""
    draft = Draft(subject="", body=text, personal_line="", personal_url="")
    overruled: dict[str, str] = {}
    if reason:
        looked = writing.look(pitch, mailbox, draft, by=by, now=now, to_address=to_address)
        overruled = {finding.rule.value: reason for finding in looked.soft}
    return _queue(
        pitch, mailbox, draft, by=by, now=now, to_address=to_address, undo=undo, overruled=overruled
    )


def _queue(
    pitch: Pitch, mailbox: Mailbox, draft: Draft, *, by: User, now: datetime, to_address: str, undo: timedelta,
    overruled: Mapping[str, str],
) -> Queued | Looked:  # fmt: skip
    return actions.queue(
        pitch.id,
        mailbox.id,
        draft,
        by=by,
        now=now,
        to_address=to_address,
        undo=undo,
        overruled=overruled,
        is_part=True,
    )


def pitch_to_write(user: User, pitch_id: int) -> Pitch | None:
    """A pitch that `user` may write for, with all that a letter names."""
    return queries.pitch_to_write(user, pitch_id)
