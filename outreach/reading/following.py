"""What follows from a mail, by its kind (2.3). Moves: all in the caller's one commit, none of its own.

Each change is written into `message.effects`, so that one click takes it back when the kind was wrong:

    pitches       [{"id", "version", "before"}]   what the pitch was, and the version that the mail gave it
    stopped       [letter ids]                    steps that were cancelled; held: kept back; due: {id: moment before}
    contacts      {contact point id: status}
    suppressions  [ids]                           only those that this mail made
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from outreach.accounts.models import User
from outreach.consent import moves as consent_moves
from outreach.consent.models import Suppression
from outreach.consent.rules import LiftReason, SuppressionReason
from outreach.db import locked, session
from outreach.kit import clock
from outreach.kit.address import BadAddress
from outreach.letter.kinds import Kind
from outreach.letter.severity import Severity
from outreach.mail.models import Mailbox, Message
from outreach.mail.moves import remind, set_mailbox_state
from outreach.mail.rules import MailboxState, Placing
from outreach.pitches import letter_moves
from outreach.pitches import moves as pitch_moves
from outreach.pitches.arrows import ClaimTaken, MoveRefused
from outreach.pitches.models import Pitch
from outreach.pitches.rules import Stage
from outreach.prospects.models import ContactPoint
from outreach.prospects.rules import ContactKind, ContactStatus
from outreach.reading import queries, rules
from outreach.reading.moves import tell
from outreach.reminders.rules import ReminderKind
from outreach.sending import waiting_moves

Effects = dict[str, Any]


def follow(message: Message, mailbox: Mailbox, *, by: int | None, now: datetime) -> None:
    """Do all that follows from the mail as it stands, and say on it what that was."""
    effects: Effects = {
        "pitches": [],
        "stopped": [],
        "held": [],
        "due": {},
        "contacts": {},
        "suppressions": [],
    }
    kind = message.what or Kind.HUMAN
    if message.placing is Placing.MATCHED:
        tell(
            f"mail.{kind.value}", message, by=by, now=now,
            **({"severity": message.severity.value} if message.severity else {}),
        )  # fmt: skip
        _FOLLOWS.get(kind, _nothing)(message, mailbox, effects, now)
    elif message.placing is Placing.PROPOSED and kind in rules.FROM_A_PERSON:
        _pause(message, effects, now)
    message.effects = {name: value for name, value in effects.items() if value}


def undo(message: Message, *, by: User, now: datetime) -> list[str]:
    """Take back what had followed; gives in words what could not be, because somebody has gone on since."""
    effects, left = message.effects or {}, []
    for one in effects.get("pitches", []):
        pitch = locked(Pitch, one["id"])
        try:
            done = pitch is not None and pitch_moves.put_back(
                pitch, one["before"], one["version"], by=by, now=now
            )
        except (MoveRefused, ClaimTaken):
            done = False
        if not done:
            left.append("The pitch has changed since, and stays as it is.")
    waiting_moves.take_up_again([*effects.get("stopped", []), *effects.get("held", [])], by=by.id, now=now)
    _give_back_moments(effects.get("due", {}))
    for key, status in effects.get("contacts", {}).items():
        if (point := session().get(ContactPoint, int(key))) is not None:
            point.status = ContactStatus(status)
    for row_id in effects.get("suppressions", []):
        if (row := session().get(Suppression, row_id)) is not None and row.value is not None:
            consent_moves.lift(row, LiftReason.MISTAKE, by=by.id, now=now)
    message.effects = {}
    return left


# A person


def _a_person(message: Message, mailbox: Mailbox, effects: Effects, now: datetime) -> None:
    """The sequence stops, the pitch is talking, "answer" is due today. What we have answered already changes little."""
    pitch = locked(Pitch, message.pitch_id) if message.pitch_id else None
    at = message.received_at or now
    if pitch is None:
        return
    if queries.is_answered(message):
        message.handled_at = now
        pitch.last_in_at = max(filter(None, (pitch.last_in_at, at)))
        return
    before = pitch_moves.remembered(pitch)
    steps = waiting_moves.waiting_steps(pitch.id, message.person_id)
    effects["stopped"] = waiting_moves.stop_steps(steps, "They answered.", now=now)
    was = pitch.version
    letter_moves.talking(pitch, now=now, today=today_of(pitch, now))
    if pitch.last_out_at is None or pitch.last_out_at < at:
        pitch.last_in_at = at  # else it counts from when we know: a follow-up of ours crossed it
    if pitch.version != was:
        effects["pitches"].append(_changed(pitch, before))
    elif now - at < rules.NEWS_DAYS and pitch.owner_id is not None:
        _remind(message, pitch.owner_id, "Somebody answered a pitch that is closed or rests", now)


def _pause(message: Message, effects: Effects, now: datetime) -> None:
    """It may be an answer: no step leaves until a person has said so."""
    letter = session().get(Message, message.about_id) if message.about_id else None
    if letter is None or letter.pitch_id is None or queries.is_answered(message):
        return
    steps = waiting_moves.waiting_steps(letter.pitch_id, None)
    words = "A mail came that may be their answer. Say in the Inbox whose it is."
    effects["held"] = waiting_moves.hold_steps(steps, words, now=now)


# By itself


def _away(message: Message, mailbox: Mailbox, effects: Effects, now: datetime) -> None:
    """The next step comes when they are back."""
    zone = ZoneInfo(mailbox.timezone)
    received = clock.local_day(message.received_at or now, zone)
    day = rules.next_day(received, message.return_on)
    if day <= clock.local_day(now, zone):
        return
    steps = waiting_moves.waiting_steps(message.pitch_id, None)
    due = waiting_moves.put_off(steps, clock.start_of_day(day, zone), now=now)
    effects["due"] = {str(key): value for key, value in due.items()}
    pitch = locked(Pitch, message.pitch_id) if message.pitch_id else None
    if pitch is not None:
        before = pitch_moves.remembered(pitch)
        if letter_moves.put_off(pitch, day, now=now):
            effects["pitches"].append(_changed(pitch, before))


def _bounced(message: Message, mailbox: Mailbox, effects: Effects, now: datetime) -> None:
    """Each recipient on its own."""
    letter = session().get(Message, message.about_id) if message.about_id else None
    if letter is None:
        return
    for address, severity in rules.verdicts(message.report, letter.to_address).items():
        if severity is Severity.HARD and not queries.has_written_since(address, letter.sent_at):
            _dead(address, message, effects, now)
        elif (
            severity is Severity.SOFT
            and queries.soft_bounces(address, since=now - rules.SOFT_DAYS) >= rules.SOFT_LIMIT
        ):
            _suspended(address, message, effects, now)
        elif severity is Severity.BLOCK:
            _blocked(message, mailbox, now)


def _dead(address: str, message: Message, effects: Effects, now: datetime) -> None:
    """The address does not exist: marked, suppressed, and another one has to be found."""
    points = session().scalars(
        sa.select(ContactPoint).where(
            ContactPoint.kind == ContactKind.EMAIL, ContactPoint.value_norm == address.lower()
        )
    )
    for point in points:
        effects["contacts"][str(point.id)] = point.status.value
        point.status = ContactStatus.BOUNCED
    _suppress(address, SuppressionReason.HARD_BOUNCE, "A letter came back", effects, now)
    _find_another(address, "The address does not exist; find another", effects, now)


def _suspended(address: str, message: Message, effects: Effects, now: datetime) -> None:
    words = f"{rules.SOFT_LIMIT} letters in {rules.SOFT_DAYS.days} days came back; find another address"
    _find_another(address, words, effects, now)


def _find_another(address: str, words: str, effects: Effects, now: datetime) -> None:
    effects["stopped"] += waiting_moves.stop_steps(waiting_moves.waiting_to(address), words + ".", now=now)
    for pitch in queries.pitches_written_to(address):
        before = pitch_moves.remembered(pitch)
        if letter_moves.look_for_another(pitch, words, now=now, today=today_of(pitch, now)):
            effects["pitches"].append(_changed(pitch, before))


def _blocked(message: Message, mailbox: Mailbox, now: datetime) -> None:
    """It is about us, never about the person: three in a day pause the mailbox."""
    if mailbox.state is not MailboxState.ACTIVE:
        return
    if queries.blocks(mailbox.id, since=now - rules.BLOCK_HOURS) < rules.BLOCK_LIMIT:
        return
    words = f"{rules.BLOCK_LIMIT} letters in a day were refused as spam or by policy. Look at the mails, then start it again."
    set_mailbox_state(mailbox, MailboxState.PAUSED, words, by=None, now=now)
    if mailbox.owner_id is not None:
        said = f"The mailbox {mailbox.address} is paused"
        remind(
            mailbox.owner_id, ReminderKind.MAILBOX, said, ("mailbox", mailbox.id), now=now, reason=words
        )  # fmt: skip


# They say no


def _unsubscribed(message: Message, mailbox: Mailbox, effects: Effects, now: datetime) -> None:
    letter = session().get(Message, message.about_id) if message.about_id else None
    addresses = [message.from_address, letter.to_address if letter and letter.to_address else ""]
    _say_no(addresses, SuppressionReason.UNSUBSCRIBED, "Their mail", effects, now)


def _complained(message: Message, mailbox: Mailbox, effects: Effects, now: datetime) -> None:
    letter = session().get(Message, message.about_id) if message.about_id else None
    believed = [str(one["address"]) for one in message.report if one.get("believed")]
    addresses = [letter.to_address if letter else "", *believed]
    _say_no(addresses, SuppressionReason.COMPLAINT, "A complaint", effects, now)


def say_no_by_token(address: str, message: Message, *, now: datetime) -> None:
    """`mailto:` with the token of a letter: that address is suppressed, whoever wrote the mail."""
    effects: Effects = {"pitches": [], "stopped": [], "suppressions": []}
    _say_no([address], SuppressionReason.UNSUBSCRIBED, "List-Unsubscribe by mail", effects, now)
    message.effects = {name: value for name, value in effects.items() if value}


def _say_no(
    addresses: Iterable[str], reason: SuppressionReason, source: str, effects: Effects, now: datetime
) -> None:  # fmt: skip
    for address in dict.fromkeys(each.lower() for each in addresses if each):
        _suppress(address, reason, source, effects, now)
        effects["stopped"] += waiting_moves.stop_steps(
            waiting_moves.waiting_to(address), "They want no more mail.", now=now
        )
        for pitch in queries.pitches_written_to(address):
            before = pitch_moves.remembered(pitch)
            try:
                pitch_moves.move(pitch, Stage.SUPPRESSED, by=None, now=now, today=today_of(pitch, now))
            except MoveRefused:
                continue
            effects["pitches"].append(_changed(pitch, before))


def _suppress(address: str, reason: SuppressionReason, source: str, effects: Effects, now: datetime) -> None:
    try:
        row = consent_moves.suppress(address, reason=reason, by=None, now=now, source=source)
    except BadAddress:
        return
    session().flush()
    if row.created_at == now and row.id not in effects["suppressions"]:
        effects["suppressions"].append(row.id)


# Parts


def _nothing(message: Message, mailbox: Mailbox, effects: Effects, now: datetime) -> None:
    """A delay, a receipt, a challenge: shown, nothing changes."""


def _changed(pitch: Pitch, before: dict[str, Any]) -> dict[str, Any]:
    return {"id": pitch.id, "version": pitch.version, "before": before}


def _give_back_moments(due: dict[str, str]) -> None:
    for key, at in due.items():
        letter = session().get(Message, int(key))
        if letter is not None and letter.due_at is not None:
            letter.due_at = datetime.fromisoformat(at)


def _remind(message: Message, owner_id: int, words: str, now: datetime) -> None:
    about = ("message", message.id)
    remind(owner_id, ReminderKind.NEEDS_EYES, words, about, now=now, reason="They wrote")


def today_of(pitch: Pitch, now: datetime) -> date:
    """The day where the pitch's owner lives."""
    owner = session().get(User, pitch.owner_id) if pitch.owner_id else None
    return clock.local_day(now, ZoneInfo(owner.timezone if owner else "UTC"))


_FOLLOWS: dict[Kind, Callable[[Message, Mailbox, Effects, datetime], None]] = {
    Kind.HUMAN: _a_person,
    Kind.AUTO_REPLY: _away,
    Kind.BOUNCE: _bounced,
    Kind.UNSUBSCRIBE: _unsubscribed,
    Kind.COMPLAINT: _complained,
}
