"""Letters that wait and shall not leave, or not yet. Never commits; what is on the wire cannot be called back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa

from outreach.db import session
from outreach.mail.models import Message
from outreach.mail.rules import Direction, LetterKind, MessageState
from outreach.sending.moves import change, tell


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
