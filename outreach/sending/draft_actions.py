"""Keeping a letter while it is written, and its files; one commit each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from outreach.accounts.models import User
from outreach.db import write
from outreach.mail import files
from outreach.mail import queries as mail_queries
from outreach.mail.attachments import Judged, UnfitFile, refuse_too_many
from outreach.mail.merge import Draft
from outreach.sending import draft_moves, queries
from outreach.sending.actions import NotPossible


def save(
    pitch_id: int, mailbox_id: int | None, typed: Draft, *, by: User, now: datetime, to_address: str,
    template_version_id: int | None = None, draft_id: int | None = None, by_itself_at: int | None = None,
) -> tuple[int, int]:  # fmt: skip
    """Keep what was typed so far; gives the draft's id and its turn. Raises NotPossible when the pitch is gone.

    `by_itself_at` is the turn of a page that saves by itself while one writes: late, it changes nothing.
    """
    with write():
        pitch = queries.pitch_to_write(by, pitch_id)
        if pitch is None:
            raise NotPossible("The pitch is no longer yours to write for.")
        kind = queries.kind_of(pitch, mail_queries.conversation(pitch.id))
        mailbox = mail_queries.mailbox(by, mailbox_id) if mailbox_id else None
        draft = queries.draft_of(by, pitch.id, draft_id)
        turn = draft_moves.turn_of(draft)
        if draft is not None and by_itself_at is not None and by_itself_at < turn:
            return draft.id, turn
        turn += by_itself_at is None
        row = draft_moves.keep(
            draft, pitch, mailbox, typed, kind=kind, by=by, now=now, to_address=to_address,
            template_version_id=template_version_id, turn=turn,
        )  # fmt: skip
        return row.id, turn


def attach(draft_id: int, judged: Sequence[Judged], *, instance: Path, by: User, now: datetime) -> None:
    """Put files to a draft. Raises UnfitFile when they are too many or too large together; NotPossible without a draft."""
    references = [files.keep(instance, file.content) for file in judged]
    try:
        with write():
            draft = queries.draft_by_id(by, draft_id)
            if draft is None:
                raise NotPossible("There is no such draft.")
            refuse_too_many(
                [*(file.size for file in files.of(draft_id)), *(len(file.content) for file in judged)]
            )
            files.add(draft, judged, references, now=now)
    except (UnfitFile, NotPossible):
        files.remove(instance, references)
        raise


def detach(draft_id: int, file_id: int, *, instance: Path, by: User) -> None:
    """Take a file from a draft, and from the disk."""
    with write():
        gone = files.drop(draft_id, [file_id]) if queries.draft_by_id(by, draft_id) else []
    files.remove(instance, gone)
