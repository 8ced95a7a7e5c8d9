"""What the worker does with letters between the stages of its talk with the server, one commit each: take, begin, settle."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import sqlalchemy as sa

from outreach.db import locked, write
from outreach.engines.smtp import Outcome, Refused, Sent, Trouble, Unknown, Withheld
from outreach.mail import token_moves
from outreach.mail.models import Mailbox, Message
from outreach.mail.rules import LetterKind, LoginBy, MailboxState, MessageState
from outreach.pitches.models import Pitch
from outreach.sending import copy_moves, gathering, lease_moves, moments, moves, queries, retry
from outreach.sending.copies import Answer
from outreach.sending.gate import blocking, gate
from outreach.sending.moments import FAR, zone_of
from outreach.sending.queries import pitch_of, sender_of
from outreach.sending.rules import Rule

TRIES_A_TURN = 20
"""Letters that are looked at in one turn for one that may leave now."""


def take_mailbox(mailbox_id: int, *, now: datetime) -> int | None:
    """Become its one sender; the fencing token, or None."""
    with write():
        return lease_moves.take_mailbox(mailbox_id, now=now)


def release_mailbox(mailbox_id: int, fence: int) -> None:
    """Let the next sender have it."""
    with write():
        lease_moves.release_mailbox(mailbox_id, fence)


def take_next(
    mailbox_id: int, fence: int, *, now: datetime, on_dry_run: Callable[[Message, Mailbox], None]
) -> int | None:
    """Take the next letter that may leave now; those that may not are moved to their moment, held or cancelled.

    None when there is none left, or the mailbox was lost. `on_dry_run` keeps the bytes of a letter that a dry run holds.
    """
    with write() as here:
        if not lease_moves.keep_mailbox(mailbox_id, fence, now=now):
            return None
        mailbox = here.get_one(Mailbox, mailbox_id, populate_existing=True)
        urgent = sa.case(
            (Message.kind == LetterKind.SYSTEM, 0), (Message.kind == LetterKind.ANSWER, 1), else_=2
        )
        waiting = queries.due(now).where(Mailbox.id == mailbox_id)
        sent = moments.sent_moments(mailbox_id, now=now)
        is_gap_over = moments.gap_ends(mailbox, sent, now=now) <= now
        ordered = waiting.order_by(urgent, Message.due_at, Message.id).limit(TRIES_A_TURN)
        found: list[int] = list(here.scalars(ordered.with_only_columns(Message.id)))
        for message_id in found:
            message = here.get_one(Message, message_id)
            pitch = pitch_of(message)
            if message.kind is not LetterKind.SYSTEM and not is_gap_over:
                return None
            if not _may_go(message, mailbox, pitch, sent, now=now) or not lease_moves.take_letter(
                message.id, fence, now=now
            ):
                continue
            here.refresh(message)
            if _passes(message, mailbox, pitch, now=now, on_dry_run=on_dry_run):
                return message.id
        return None


def _may_go(
    message: Message, mailbox: Mailbox, pitch: Pitch | None, sent: list[datetime], *, now: datetime
) -> bool:
    """Caps and window; a letter that has to wait gets its moment, so that it is not looked at before."""
    at = moments.leaves_at(message, mailbox, zone_of(pitch), now=now, sent=sent)
    if at is None or at > now:
        message.due_at = at or now + FAR
        return False
    return True


def _passes(
    message: Message, mailbox: Mailbox, pitch: Pitch | None, *, now: datetime,
    on_dry_run: Callable[[Message, Mailbox], None],
) -> bool:  # fmt: skip
    """The gate, before the server is even called; a letter that it stops is held or cancelled."""
    finding = blocking(gate(gathering.facts(message, mailbox, pitch, now=now)), at_queue=False)
    if finding is None:
        return True
    moves.stop(message, finding, now=now)
    if finding.rule is Rule.DRY_RUN:
        on_dry_run(message, mailbox)
    return False


def begin(message_id: int, fence: int, raw: bytes, *, now: datetime) -> bool:
    """The gate once more, and `sending`, in one commit; False calls the letter off before a word of it is out."""
    with write():
        message = locked(Message, message_id)
        if message is None or message.state is not MessageState.TAKEN or message.fence != fence:
            return False
        if not lease_moves.keep_mailbox(message.mailbox_id or 0, fence, now=now, lease=lease_moves.TALK):
            return False
        facts = gathering.facts(message, sender_of(message), pitch_of(message), now=now)
        finding = blocking(gate(facts), at_queue=False)
        if finding is not None:
            moves.stop(message, finding, now=now)
            return False
        moves.begin(message, raw, now=now)
        return True


def settle(message_id: int, fence: int, outcome: Outcome, *, now: datetime) -> bool:
    """Write down what came of a try; True when the mailbox may go on with the next letter."""
    with write():
        message = locked(Message, message_id)
        if message is None or message.fence != fence:
            return False
        if message.state not in (MessageState.TAKEN, MessageState.SENDING, MessageState.UNKNOWN):
            return isinstance(outcome, Withheld)
        mailbox, pitch = sender_of(message), pitch_of(message)
        attempt = moves.last_attempt(message)
        after = retry.aftermath(
            outcome, tries=message.attempts, first_at=_first_try(message) if isinstance(outcome, Refused) else now, back_off_step=mailbox.backoff_step, now=now
        )  # fmt: skip
        if mailbox.login_by is not LoginBy.PASSWORD and after.mailbox is MailboxState.STOPPED:
            after = retry.with_a_new_token(after, mailbox.backoff_step)
            if after.mailbox is None:
                token_moves.distrust(mailbox, now=now)
        _close(message, outcome, now=now)
        if isinstance(outcome, Withheld):
            moves.change(message, MessageState.QUEUED, "letter.put_off", by=None, now=now)
            return False
        if after.state is MessageState.SENT:
            moves.sent(message, pitch, at=(attempt and attempt.data_at) or now)
        elif message.state is not MessageState.UNKNOWN:
            moves.apply(message, pitch, after, now=now)
        moves.mailbox_after(mailbox, after, now=now)
        return after.back_off is None and after.mailbox is None


def settle_cut_off(now: datetime, *, was_captured: Callable[[Message], bool]) -> int:
    """Letters whose sender died: before `sending` they go again by themselves; after it nobody knows.

    A capturing mailbox can be asked: the file is there, or it is not.
    """
    with write() as here:
        found = list(here.scalars(queries.cut_off(now).order_by(Message.id).limit(50).with_for_update()))
        for message in found:
            pitch = pitch_of(message)
            if message.state is MessageState.TAKEN:
                moves.close_attempt(message, "cut_off", now=now)
                moves.change(message, MessageState.QUEUED, "letter.put_off", by=None, now=now)
            elif was_captured(message):
                moves.close_attempt(message, "sent", now=now)
                moves.sent(message, pitch, at=now)
            else:
                moves.close_attempt(message, "unknown", now=now)
                moves.unknown(message, "The program was cut off while it was sending.", now=now)
        return len(found)


def take_looks(limit: int, *, now: datetime) -> dict[int, list[int]]:
    """Letters whose Sent folder is to be asked now, by mailbox."""
    with write() as here:
        taken = copy_moves.take_looks(limit, now=now)
        rows = here.execute(sa.select(Message.mailbox_id, Message.id).where(Message.id.in_(taken)))
        found: dict[int, list[int]] = {}
        for mailbox_id, message_id in rows.all():
            if mailbox_id is not None:
                found.setdefault(mailbox_id, []).append(message_id)
        return found


def looked(message_id: int, answer: Answer, *, now: datetime) -> None:
    """Write down what the Sent folder said; a letter that a person has settled meanwhile stays as it is."""
    with write():
        message = locked(Message, message_id)
        if message is None or message.state not in (MessageState.SENT, MessageState.UNKNOWN):
            return
        copy_moves.looked(message, sender_of(message), pitch_of(message), answer, now=now)


def _first_try(message: Message) -> datetime:
    found = min((attempt.started_at for attempt in queries.attempts(message.id)), default=None)
    return found or message.created_at


def _close(message: Message, outcome: Outcome, *, now: datetime) -> None:
    match outcome:
        case Sent():
            moves.close_attempt(message, "sent", now=now, code=outcome.code, text=outcome.text)
        case Refused():
            moves.close_attempt(
                message, "refused", now=now, stage=outcome.stage.value, code=outcome.code, text=outcome.text
            )  # fmt: skip
        case Trouble():
            moves.close_attempt(message, "trouble", now=now, stage=outcome.stage.value, text=outcome.text)
        case Unknown():
            moves.close_attempt(message, "unknown", now=now, text=outcome.text)
        case Withheld():
            moves.close_attempt(message, "withheld", now=now)
