"""Every way a letter changes its state. Never commits; each change follows `mail.rules.MOVES` and writes the diary."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from outreach.accounts.models import User
from outreach.db import session
from outreach.diary.moves import note
from outreach.mail import envelope
from outreach.mail import queries as mail_queries
from outreach.mail.models import Mailbox, Message, Thread
from outreach.mail.moves import remind as remind
from outreach.mail.moves import set_mailbox_state
from outreach.mail.rules import (
    Direction,
    LetterKind,
    MailboxKind,
    MailboxState,
    MessageState,
    check_move,
    without_one_time_links,
)
from outreach.pitches import moves as pitch_moves
from outreach.pitches.models import Pitch
from outreach.pitches.rules import NextKind
from outreach.projects.models import Project
from outreach.prospects.models import ContactPoint
from outreach.prospects.rules import ContactKind, ContactStatus
from outreach.reminders.rules import ReminderKind
from outreach.sending import copies
from outreach.sending.copies import Answer
from outreach.sending.models import SendAttempt
from outreach.sending.retry import Aftermath, Severity
from outreach.sending.rules import Effect, Finding

LEASE = timedelta(seconds=90)
"""How long a sender holds a mailbox and the letter it took, between two signs of life."""
LOOK_LEASE = timedelta(minutes=10)
"""How long a worker that asks a Sent folder has its letters."""
TALK = timedelta(minutes=4)
"""How long it holds them while the text is on its way: longer than the longest wait for an answer."""


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


# Taking


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
        pitch_moves.contacted(
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


# The Sent folder


def keeping_of(mailbox: Mailbox) -> copies.Keeping:
    """What is known of a mailbox's Sent folder."""
    can_look = mailbox.kind is MailboxKind.SMTP and bool(mailbox.imap_host)
    return copies.Keeping(can_look, mailbox.sent_copy, mailbox.keeps_sent)


def take_looks(limit: int, *, now: datetime) -> list[int]:
    """Take letters whose Sent folder is to be asked now; another worker does not get them for a while."""
    due = sa.select(Message.id).where(Message.look_due_at <= now).order_by(Message.look_due_at).limit(limit)
    taken = session().scalars(
        sa.update(Message)
        .where(Message.id.in_(due), Message.look_due_at <= now)
        .values(look_due_at=now + LOOK_LEASE)
        .returning(Message.id)
        .execution_options(synchronize_session=False)
    )
    return sorted(taken)


def looked(message: Message, mailbox: Mailbox, pitch: Pitch | None, answer: Answer, *, now: datetime) -> None:
    """Write down what the Sent folder said about a letter."""
    box, at = keeping_of(mailbox), since(message)
    if answer is not Answer.NONE:
        message.looks += 1
    if message.state is MessageState.UNKNOWN:
        if answer is Answer.THERE:
            message.copied_at = now
            sent(message, pitch, at=at)
            return
        message.look_due_at = copies.next_look_at_unknown(box, at, now=now)
        if now - at >= copies.ASK_AFTER or message.look_due_at is None:
            message.asked_at = message.asked_at or now
        return
    if answer in (Answer.THERE, Answer.PUT):
        message.copied_at, message.look_due_at = now, None
    else:
        was_asked = answer is not Answer.NONE
        message.look_due_at = copies.next_look_at_sent(at, looks=message.looks, now=now, was_asked=was_asked)
    if answer is Answer.PUT:
        tell("letter.copied", message, by=None, now=now)
    if answer is not Answer.NONE:
        mailbox.keeps_sent = copies.learned(box, was_found=answer is Answer.THERE, looks=message.looks)


def since(message: Message) -> datetime:
    """When the letter left, or may have left."""
    attempt = last_attempt(message)
    return message.sent_at or (attempt and attempt.data_at) or message.queued_at or message.created_at


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


def cancel_queued(
    reason: str, *, by: int | None, now: datetime, address: str = "", person_id: int | None = None,
    pitch_id: int | None = None,
) -> int:  # fmt: skip
    """Cancel what is queued to an address or person, or for a pitch; gives how many. What is on the wire cannot be."""
    query = sa.select(Message).where(
        Message.direction == Direction.OUT,
        Message.kind != LetterKind.SYSTEM,
        Message.state.in_((MessageState.QUEUED, MessageState.TAKEN, MessageState.HELD, MessageState.DRAFT)),
    )
    if address:
        query = query.where(sa.func.lower(Message.to_address) == address.lower())
    if person_id is not None:
        query = query.where(Message.person_id == person_id)
    if pitch_id is not None:
        query = query.where(Message.pitch_id == pitch_id)
    if not address and person_id is None and pitch_id is None:
        raise ValueError("say whose letters to cancel")
    found = list(session().scalars(query.with_for_update()))
    for message in found:
        change(message, MessageState.CANCELLED, "letter.cancelled", by=by, now=now, reason=reason)
    return len(found)


STEPS = (LetterKind.FIRST, LetterKind.FOLLOW_UP)
"""Letters of ours that a person's answer makes pointless. An answer that waits is their writer's to decide."""
WAITING = (MessageState.QUEUED, MessageState.TAKEN, MessageState.HELD)


def waiting_steps(pitch_id: int | None, person_id: int | None) -> list[Message]:
    """First letters and follow-ups that wait, of a pitch and to a person, locked."""
    whose = [Message.pitch_id == pitch_id] if pitch_id else []
    whose += [Message.person_id == person_id] if person_id else []
    if not whose:
        return []
    query = sa.select(Message).where(
        Message.direction == Direction.OUT, Message.kind.in_(STEPS), Message.state.in_(WAITING), sa.or_(*whose)
    )  # fmt: skip
    return list(session().scalars(query.order_by(Message.id).with_for_update()))


def waiting_to(address: str) -> list[Message]:
    """All that waits for this address, locked; the system's mail is not meant."""
    query = sa.select(Message).where(
        Message.direction == Direction.OUT,
        Message.kind != LetterKind.SYSTEM,
        Message.state.in_(WAITING),
        sa.func.lower(Message.to_address) == address.lower(),
    )
    return list(session().scalars(query.order_by(Message.id).with_for_update()))


def stop_steps(letters: Iterable[Message], reason: str, *, now: datetime) -> list[int]:
    """Cancel these steps; what is on the wire cannot be. Gives their ids, for the undo."""
    stopped = list(letters)
    for message in stopped:
        change(message, MessageState.CANCELLED, "letter.cancelled", by=None, now=now, reason=reason)
    return [message.id for message in stopped]


def hold_steps(letters: Iterable[Message], reason: str, *, now: datetime) -> list[int]:
    """Keep these steps back until a person has decided; gives the ids of those that were on their way."""
    found = [message for message in letters if message.state is not MessageState.HELD]
    for message in found:
        change(message, MessageState.HELD, "letter.held", by=None, now=now, reason=reason, rule="answer?")
    return [message.id for message in found]


def take_up_again(message_ids: Iterable[int], *, by: int | None, now: datetime) -> int:
    """Queue again what a wrong reading had stopped or held; the gate is asked anew. Gives how many."""
    query = sa.select(Message).where(
        Message.id.in_(list(message_ids)),
        Message.state.in_((MessageState.CANCELLED, MessageState.HELD)),
    )
    found = list(session().scalars(query.with_for_update()))
    for message in found:
        change(message, MessageState.QUEUED, "letter.again", by=by, now=now)
        message.due_at = max(message.due_at or now, now)
    return len(found)


def put_off(letters: Iterable[Message], until: datetime, *, now: datetime) -> dict[int, str]:
    """Let queued steps leave not before `until`; gives the moments that they had, by id."""
    before = {}
    for message in letters:
        if message.state is MessageState.QUEUED and (message.due_at is None or message.due_at < until):
            before[message.id] = (message.due_at or now).isoformat()
            message.due_at = until
            tell("letter.put_off", message, by=None, now=now)
    return before


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
