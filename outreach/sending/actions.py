"""What people decide about letters, one commit each: queue, take back, cancel, try again, settle, and say no."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from outreach.accounts.models import User
from outreach.consent import moves as consent_moves
from outreach.consent import opt_outs
from outreach.consent.rules import SuppressionReason
from outreach.db import locked, session, write
from outreach.mail import files
from outreach.mail import queries as mail_queries
from outreach.mail.merge import Draft
from outreach.mail.models import Message
from outreach.mail.rules import Direction, LetterKind, MessageState
from outreach.pitches import moves as pitch_moves
from outreach.pitches.models import Pitch
from outreach.pitches.rules import Stage
from outreach.sending import draft_moves, gathering, moments, moves, queries, waiting_moves
from outreach.sending.gate import blocking, gate
from outreach.sending.moments import FAR, zone_of
from outreach.sending.queries import pitch_of, sender_of
from outreach.sending.rules import Finding
from outreach.sending.writing import Looked, compose, findings_of


@dataclass(frozen=True)
class Queued:
    """It is in the queue, and may leave from `due_at` on."""

    message_id: int
    due_at: datetime


class NotPossible(Exception):
    """What was asked is not possible any more; the text says why."""


def queue(
    pitch_id: int, mailbox_id: int, draft: Draft, *, by: User, now: datetime, to_address: str, undo: timedelta,
    template_version_id: int | None = None, overruled: Mapping[str, str] | None = None, draft_id: int | None = None,
    is_part: bool = False,
) -> Queued | Looked:  # fmt: skip
    """Queue a letter, or give back what stands against it (which is kept in the diary).

    It waits `undo` at least. Raises NotPossible when the pitch or mailbox is gone. `is_part`: of a larger action, which commits.
    """
    with nullcontext(session()) if is_part else write():
        locked(Pitch, pitch_id)
        pitch, mailbox = queries.pitch_to_write(by, pitch_id), mail_queries.mailbox(by, mailbox_id)
        if pitch is None or mailbox is None:
            raise NotPossible("The pitch or the mailbox is no longer yours to write from.")
        message, written = compose(
            pitch, mailbox, draft, by=by, now=now, to_address=to_address,
            template_version_id=template_version_id, overruled=overruled or {},
        )  # fmt: skip
        kept = queries.draft_of(by, pitch.id, draft_id)
        attached = files.of(kept.id if kept else None)
        findings = findings_of(message, mailbox, pitch, written, now=now, has_file=bool(attached))
        if not written.is_whole or blocking(findings, at_queue=True):
            moves.refused(pitch, findings, by=by.id, now=now)
            return Looked(message, written, findings, attached=attached)
        thread = moves.thread_for(pitch, message.subject, now=now)
        if not thread.subject or (message.kind is LetterKind.FIRST and thread.pitch_id == pitch.id):
            thread.subject = message.subject
        message.thread_id = thread.id
        message = draft_moves.become(kept, message)
        if message.opt_out_token:
            opt_outs.open_for(message.to_address, message.opt_out_token, now=now)
        moves.queue(message, due_at=now + undo, by=by, now=now)
        at = moments.leaves_at(message, mailbox, zone_of(pitch), now=now + undo)
        message.due_at = at or now + FAR
        return Queued(message.id, message.due_at)


def take_back(message_id: int, *, by: User, now: datetime) -> int | None:
    """The toast's Undo: a queued letter becomes a draft again; gives its pitch. Raises NotPossible once it was taken."""
    with write():
        message = _own_letter(by, message_id)
        if message.state is not MessageState.QUEUED:
            raise NotPossible("It is too late to take this letter back: it is on its way.")
        moves.change(message, MessageState.DRAFT, "letter.taken_back", by=by.id, now=now)
        draft_moves.write_again(message)
        return message.pitch_id


def cancel(message_id: int, *, by: User, now: datetime) -> list[str]:
    """A person does not want it sent. Raises NotPossible when it is on its way or has left.

    Gives the references of files to remove: those of a draft go with it.
    """
    with write():
        message = _own_letter(by, message_id)
        if message.state not in (
            MessageState.QUEUED,
            MessageState.HELD,
            MessageState.FAILED,
            MessageState.DRAFT,
        ):
            raise NotPossible("It is too late to cancel this letter.")
        was_draft = message.state is MessageState.DRAFT
        moves.change(
            message,
            MessageState.CANCELLED,
            "letter.cancelled",
            by=by.id,
            now=now,
            reason="Cancelled by hand.",
        )
        return files.drop(message.id) if was_draft else []


def release(message_id: int, *, by: User, now: datetime) -> list[Finding]:
    """Try a held or failed letter again; gives what still stands against it (then it stays as it is)."""
    with write():
        message = _own_letter(by, message_id)
        if message.state not in (MessageState.HELD, MessageState.FAILED):
            raise NotPossible("Only a held or failed letter can be tried again.")
        mailbox, pitch = sender_of(message), pitch_of(message)
        findings = [f for f in gate(gathering.facts(message, mailbox, pitch, now=now)) if f.hard]
        if findings:
            return findings
        moves.queue(message, due_at=now, by=by, now=now)
        return []


def settle_unknown(message_id: int, was_sent: bool, *, by: User, now: datetime) -> None:
    """A person says whether an unknown letter went out; if not, it goes again with the same Message-ID."""
    with write():
        message = _own_letter(by, message_id)
        if message.state is not MessageState.UNKNOWN:
            raise NotPossible("This letter is no longer unsettled.")
        if was_sent:
            attempt = moves.last_attempt(message)
            moves.sent(message, pitch_of(message), at=(attempt and attempt.data_at) or now, by=by.id)
        else:
            moves.change(message, MessageState.QUEUED, "letter.again", by=by.id, now=now)
            message.due_at = now


def opt_out(token: str, *, now: datetime) -> bool:
    """They say no: the address is suppressed and all that waits for it is cancelled. False for an unknown token."""
    with write():
        row = opt_outs.known_by(token)
        if row is None or row.address is None:
            return row is not None
        row.used_at = row.used_at or now
        consent_moves.suppress(
            row.address, reason=SuppressionReason.UNSUBSCRIBED, by=None, now=now, source="List-Unsubscribe"
        )  # fmt: skip
        waiting_moves.cancel_queued("They unsubscribed.", by=None, now=now, address=row.address)
        for pitch in _pitches_written_to(row.address):
            pitch_moves.move(pitch, Stage.SUPPRESSED, by=None, now=now, today=now.date())
        return True


def _own_letter(by: User, message_id: int) -> Message:
    """A letter that `by` may decide about, locked. Raises NotPossible."""
    message = mail_queries.message(by, message_id)
    if message is None or message.direction is not Direction.OUT:
        raise NotPossible("There is no such letter.")
    found = locked(Message, message.id)
    if found is None:
        raise NotPossible("There is no such letter.")
    return found


def _pitches_written_to(address: str) -> list[Pitch]:
    """Open pitches that have got no further than talking, of letters to this address."""
    early = (Stage.IDEA, Stage.QUALIFIED, Stage.READY, Stage.CONTACTED, Stage.TALKING)
    query = (
        sa.select(Pitch)
        .where(
            Pitch.id.in_(sa.select(Message.pitch_id).where(Message.to_address == address)),
            Pitch.is_open,
            Pitch.stage.in_(early),
        )
        .with_for_update()
    )
    return list(session().scalars(query))
