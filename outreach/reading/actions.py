"""What a person says of a mail, one commit each."""

from __future__ import annotations

from datetime import datetime

from outreach.accounts.models import User
from outreach.db import locked, write
from outreach.letter.kinds import Kind
from outreach.mail.models import Mailbox, Message
from outreach.mail.rules import MatchedBy, Placing
from outreach.reading import following, moves, queries, rules
from outreach.sending import moves as sending_moves
from outreach.sending import queries as sending_queries


class NotPossible(Exception):
    """What was asked is not possible any more; the text says why."""


def correct(message_id: int, kind: Kind, *, by: User, now: datetime) -> list[str]:
    """It is another kind of mail: what had followed is taken back, what follows from the right kind follows.

    Gives in words what could not be taken back. Raises NotPossible.
    """
    with write() as here:
        message = to_decide(message_id, by)
        if message.what is kind:
            return []
        was, mailbox = message.what, here.get_one(Mailbox, message.mailbox_id)
        left = following.undo(message, by=by, now=now)
        message.what, message.what_reason = kind, f"{by.name} said so"
        message.handled_at = now if kind in rules.BY_ITSELF else None
        message.handled_by_id = by.id if kind in rules.BY_ITSELF else None
        moves.tell(
            "mail.corrected", message, by=by.id, now=now, before=was.value if was else "", after=kind.value
        )
        following.follow(message, mailbox, by=by.id, now=now)
        return left


def place(message_id: int, pitch_id: int, *, by: User, now: datetime) -> None:
    """A person says whose mail it is (or yes to the proposal): it goes to that pitch, and what follows follows.

    Raises NotPossible.
    """
    with write() as here:
        message = to_decide(message_id, by)
        pitch = sending_queries.pitch_to_write(by, pitch_id)
        if pitch is None:
            raise NotPossible("There is no such pitch, or it is not yours to write for.")
        left = following.undo(message, by=by, now=now)
        thread = sending_moves.thread_for(pitch, message.subject, now=now)
        letter = queries.last_letter(pitch.id)
        message.thread_id, message.pitch_id, message.project_id = thread.id, pitch.id, pitch.project_id
        message.person_id = queries.person_at(message.from_address)
        message.about_id = letter.id if letter else message.about_id
        message.placing, message.matched_by = Placing.MATCHED, MatchedBy.HAND
        message.match_reason, message.handled_at = f"{by.name} said so", None
        moves.tell("mail.placed", message, by=by.id, now=now, left=len(left))
        following.follow(message, here.get_one(Mailbox, message.mailbox_id), by=by.id, now=now)
        if message.what in rules.BY_ITSELF:
            message.handled_at = now


def refuse(message_id: int, *, by: User, now: datetime) -> list[str]:
    """It is not theirs, as was proposed or said: what had followed is taken back, and the mail is nobody's.

    Gives in words what could not be taken back. Raises NotPossible.
    """
    with write():
        message = to_decide(message_id, by)
        if message.placing not in (Placing.PROPOSED, Placing.MATCHED):
            raise NotPossible("This mail is nobody's already.")
        moves.tell("mail.refused", message, by=by.id, now=now)
        left = following.undo(message, by=by, now=now)
        message.placing, message.matched_by, message.about_id = Placing.UNMATCHED, None, None
        message.thread_id = message.pitch_id = message.project_id = message.person_id = None
        message.match_reason, message.handled_at = f"{by.name} said that it is not theirs", None
        return left


def handle(message_id: int, is_handled: bool, *, by: User, now: datetime) -> None:
    """Nobody has to look at it any more (or again). Raises NotPossible."""
    with write():
        message = to_decide(message_id, by)
        message.handled_at, message.handled_by_id = (now, by.id) if is_handled else (None, None)
        moves.tell("mail.handled", message, by=by.id, now=now)


def see(message_id: int, *, by: User, now: datetime) -> None:
    """Somebody has opened it."""
    with write():
        message = queries.message(by, message_id)
        if message is not None and message.seen_at is None:
            message.seen_at = now


def to_decide(message_id: int, by: User) -> Message:
    """A mail that `by` may decide about, locked: of a project that they write in, or their mailbox's own."""
    found = queries.message(by, message_id)
    if found is None:
        raise NotPossible("There is no such mail.")
    if found.project_id is not None and not queries.may_write(by, found.project_id):
        raise NotPossible("You may read this mail, but not decide about it.")
    message = locked(Message, found.id)
    assert message is not None
    return message
