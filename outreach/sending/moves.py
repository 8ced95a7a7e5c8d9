"""Every way a letter changes its state. Never commits; each change follows `mail.rules.MOVES` and writes the diary."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from outreach.accounts.models import User
from outreach.db import session
from outreach.diary.moves import note
from outreach.mail import envelope
from outreach.mail import queries as mail_queries
from outreach.mail.models import Mailbox, Message, Thread
from outreach.mail.moves import remind, set_mailbox_state
from outreach.mail.rules import LetterKind, MailboxKind, MessageState, check_move, without_one_time_links
from outreach.pitches import letter_moves
from outreach.pitches import moves as pitch_moves
from outreach.pitches.models import Pitch
from outreach.pitches.rules import NextKind
from outreach.projects.models import Project
from outreach.prospects.models import ContactPoint
from outreach.prospects.rules import ContactKind, ContactStatus
from outreach.reminders.rules import ReminderKind
from outreach.sending import copies
from outreach.sending.lease_moves import TALK
from outreach.sending.models import SendAttempt
from outreach.sending.retry import Aftermath, Severity
from outreach.sending.rules import Effect, Finding


def change(
    message: Message,
    to: MessageState,
    what: str,
    *,
    by: int | None,
    now: datetime,
    reason: str = "",
    **data: Any,
) -> None:
    """Move a letter along an arrow and write the diary. Raises BadMove."""
    check_move(message.state, to)
    message.state, message.state_reason = to, reason[:500]
    if to is not MessageState.HELD:
        message.held_rule = ""
    if to in (MessageState.SENT, MessageState.CANCELLED):
        message.typed = {}
    if to not in (MessageState.TAKEN, MessageState.SENDING):
        message.taken_until = None
    message.look_due_at = message.asked_at = None
    tell(what, message, by=by, now=now, **data)


def tell(what: str, message: Message, *, by: int | None, now: datetime, **data: Any) -> None:
    """One diary line about a letter."""
    note(
        what, by=by, now=now, project_id=message.project_id, person_id=message.person_id,
        pitch_id=message.pitch_id, message_id=message.id, **data,
    )  # fmt: skip


def refused(pitch: Pitch, findings: Iterable[Finding], *, by: int | None, now: datetime) -> None:
    """A refusal at queue is kept, too: which rules stood against it."""
    rules = [finding.rule.value for finding in findings]
    note(
        "letter.refused", by=by, now=now, project_id=pitch.project_id, site_id=pitch.site_id,
        person_id=pitch.person_id, pitch_id=pitch.id, rules=rules,
    )  # fmt: skip


def queue(message: Message, *, due_at: datetime, by: User, now: datetime) -> None:
    """Into the queue, with the Message-ID that it keeps at every try."""
    if message.message_id is None:
        message.message_id = envelope.new_message_id(message.from_address)
    message.due_at, message.queued_at = due_at, now
    overruled = sorted(message.overruled)
    change(message, MessageState.QUEUED, "letter.queued", by=by.id, now=now, overruled=overruled)


def thread_for(pitch: Pitch, subject: str, *, now: datetime) -> Thread:
    """The pitch's conversation, or the one that it goes on in; else a new one, begun by its first letter."""
    found = mail_queries.thread_of(pitch)
    if found is not None:
        return found
    made = Thread(
        project_id=pitch.project_id, pitch_id=pitch.id, site_id=pitch.site_id, person_id=pitch.person_id,
        subject=subject, last_at=now, created_at=now,
    )  # fmt: skip
    session().add(made)
    session().flush()
    return made


def begin(message: Message, raw: bytes, *, now: datetime) -> None:
    """`sending`: the text is about to go out. Committed just before DATA."""
    check_move(message.state, MessageState.SENDING)
    message.state, message.raw, message.taken_until = MessageState.SENDING, raw, now + TALK
    if (attempt := last_attempt(message)) is not None:
        attempt.data_at = now


def last_attempt(message: Message) -> SendAttempt | None:
    """The try that is going on."""
    return session().scalar(
        sa.select(SendAttempt)
        .where(SendAttempt.message_id == message.id)
        .order_by(SendAttempt.id.desc())
        .limit(1)
    )


# Ending


def stop(message: Message, finding: Finding, *, now: datetime) -> None:
    """The gate says no: held with its rule, or cancelled for good."""
    cancels = finding.effect is Effect.CANCEL
    state = MessageState.CANCELLED if cancels else MessageState.HELD
    what = "letter.cancelled" if cancels else "letter.held"
    change(message, state, what, by=None, now=now, reason=finding.words, rule=finding.rule.value)
    message.held_rule = "" if cancels else finding.rule.value
    close_attempt(message, state.value, now=now, text=finding.words)


def sent(message: Message, pitch: Pitch | None, *, at: datetime, by: int | None = None) -> None:
    """It left: on the thread, contacted, and the follow-up is what comes next; all in this commit."""
    change(message, MessageState.SENT, "letter.sent", by=by, now=at)
    message.sent_at = at
    _forget_one_time_links(message)
    mailbox = session().get(Mailbox, message.mailbox_id) if message.mailbox_id else None
    if mailbox is not None and message.kind is not LetterKind.SYSTEM:
        mailbox.last_sent_at = at
        if by is None and message.raw and message.copied_at is None:
            message.looks, message.look_due_at = 0, copies.first_look_at_sent(keeping_of(mailbox), at)
    if message.thread_id is not None and (thread := session().get(Thread, message.thread_id)):
        thread.last_at = at
    if pitch is not None:
        project = session().get_one(Project, pitch.project_id)
        letter_moves.contacted(
            pitch, now=at, today=_today_of(pitch, at), follow_up_days=project.follow_up_days,
            is_follow_up=message.kind is LetterKind.FOLLOW_UP,
        )  # fmt: skip


def _forget_one_time_links(message: Message) -> None:
    """A copy of the database must not open an account by an old invitation."""
    kept = without_one_time_links(message.body)
    if kept != message.body:
        message.body, message.body_html, message.raw = (
            kept,
            without_one_time_links(message.body_html or ""),
            None,
        )


def apply(message: Message, pitch: Pitch | None, after: Aftermath, *, now: datetime) -> None:
    """Write down what followed from a try that did not end in `sent`."""
    if after.state is MessageState.QUEUED:
        check_move(message.state, MessageState.QUEUED)
        message.state, message.state_reason, message.taken_until = (
            MessageState.QUEUED,
            after.words[:500],
            None,
        )
        message.due_at = after.retry_at or message.due_at
        tell("letter.put_off", message, by=None, now=now)
    elif after.state is MessageState.UNKNOWN:
        unknown(message, after.words, now=now)
    else:
        change(message, after.state, f"letter.{after.state.value}", by=None, now=now, reason=after.words)
    if after.severity is Severity.HARD:
        address_dead(message, pitch, now=now)


def unknown(message: Message, words: str, *, now: datetime) -> None:
    """It may have gone out; nobody but a person, or the mailbox's own copy, can tell. Today shows it after a while."""
    change(message, MessageState.UNKNOWN, "letter.unknown", by=None, now=now, reason=words)
    mailbox = session().get(Mailbox, message.mailbox_id) if message.mailbox_id else None
    if mailbox is not None:
        message.looks, message.look_due_at = 0, copies.first_look_at_unknown(keeping_of(mailbox), now)


def keeping_of(mailbox: Mailbox) -> copies.Keeping:
    """What is known of a mailbox's Sent folder."""
    can_look = mailbox.kind is MailboxKind.SMTP and bool(mailbox.imap_host)
    return copies.Keeping(can_look, mailbox.sent_copy, mailbox.keeps_sent)


def mailbox_after(mailbox: Mailbox, after: Aftermath, *, now: datetime) -> None:
    """What a try means for the mailbox: it rests, pauses or stops; a letter that left ends the row of troubles."""
    if after.back_off is not None:
        mailbox.backoff_until, mailbox.backoff_step = now + after.back_off, mailbox.backoff_step + 1
        mailbox.state_reason = after.words[:500]
    elif after.state is MessageState.SENT and mailbox.backoff_step:
        mailbox.backoff_until, mailbox.backoff_step, mailbox.state_reason = None, 0, ""
    if after.mailbox is not None:
        set_mailbox_state(mailbox, after.mailbox, after.words, by=None, now=now)
        if after.tells_owner and mailbox.owner_id is not None:
            words = f"The mailbox {mailbox.address} is {after.mailbox.value}"
            remind(
                mailbox.owner_id,
                ReminderKind.MAILBOX,
                words,
                ("mailbox", mailbox.id),
                reason=after.words,
                now=now,
            )


def address_dead(message: Message, pitch: Pitch | None, *, now: datetime) -> None:
    """The address does not exist: it is marked, and another one has to be found."""
    session().execute(
        sa.update(ContactPoint)
        .where(ContactPoint.kind == ContactKind.EMAIL, ContactPoint.value_norm == message.to_address.lower())
        .values(status=ContactStatus.BOUNCED)
        .execution_options(synchronize_session="fetch")
    )
    if pitch is not None and pitch.is_open:
        words = "The address does not exist; find another"
        pitch_moves.set_next(pitch, NextKind.FIND_CONTACT, _today_of(pitch, now), pitch.next_owner_id, words)
        pitch_moves.touch(pitch, now)


def found_sent(message: Message, pitch: Pitch | None, *, at: datetime, now: datetime) -> bool:
    """A copy of it lies in Sent, or somebody answers it: whatever the row says, it left. False when that was known.

    This is proof, so it needs no arrow: after a restore even a letter that the backup still has in its queue has left.
    A letter whose sender is at work is left to him.
    """
    is_under_way = message.state in (MessageState.TAKEN, MessageState.SENDING)
    if message.state is MessageState.SENT or (
        is_under_way and message.taken_until is not None and message.taken_until > now
    ):
        return False
    message.state = MessageState.UNKNOWN
    close_attempt(message, "sent", now=now, text="Its copy was found.")
    sent(message, pitch, at=at)
    return True


def close_attempt(
    message: Message, outcome: str, *, now: datetime, stage: str = "", code: int | None = None, text: str = ""
) -> None:
    """The try is over."""
    attempt = last_attempt(message)
    if attempt is not None and attempt.ended_at is None:
        attempt.outcome, attempt.stage, attempt.code = outcome, stage, code
        attempt.text, attempt.ended_at = text[:500], now


def _today_of(pitch: Pitch, at: datetime) -> date:
    """The day where the pitch's owner lives."""
    owner = session().get(User, pitch.owner_id) if pitch.owner_id else None
    return at.astimezone(ZoneInfo(owner.timezone if owner else "UTC")).date()
