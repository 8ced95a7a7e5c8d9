"""What happens to follow-ups, one commit each: written, sent, stopped, allowed again, ended."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from outreach.accounts.models import User
from outreach.consent.queries import is_suppressed
from outreach.db import locked, session, write
from outreach.kit.clock import local_day
from outreach.letter.kinds import Kind
from outreach.mail import queries as mail_queries
from outreach.mail.merge import Draft
from outreach.mail.models import Mailbox, Message
from outreach.mail.rules import Channel, Direction, LetterKind, MessageState
from outreach.pitches import queries as pitch_queries
from outreach.pitches.arrows import ClaimTaken, MoveRefused
from outreach.pitches.models import Pitch
from outreach.pitches.rules import NextKind, Stage
from outreach.sending import actions, stops, writing
from outreach.sending import moves as sending_moves
from outreach.sending import queries as sending_queries
from outreach.sending.actions import NotPossible, Queued
from outreach.sending.follow_ups import moves, queries, rules
from outreach.sending.models import FollowUpStop
from outreach.sending.writing import Looked


class Gone(LookupError):
    """There is no such follow-up for this user to change."""


# By the worker


def write_letter(pitch_id: int, *, now: datetime) -> bool:
    """Write the follow-up that is due as a draft in its thread. False when it was taken, or is for a person to do."""
    with write():
        if not moves.take(pitch_id, now=now):
            return False
        pitch = sending_queries.whole_pitch(pitch_id)
        owner = session().get(User, pitch.next_owner_id) if pitch and pitch.next_owner_id else None
        talk = mail_queries.conversation(pitch_id)
        if pitch is None or owner is None or sending_queries.kind_of(pitch, talk) is not LetterKind.FOLLOW_UP:
            return False
        if pitch.stage is Stage.CONTACTED and pitch.follow_ups_sent >= pitch.project.max_followups:
            moves.wait_for_the_end(pitch, now=now, today=_day(owner, now))
            return False
        mailbox, address = _from_and_to(talk)
        if why := _by_hand(pitch, mailbox, address):
            moves.by_hand(pitch, why, now=now)
            return False
        if mailbox is None or stops.stopped_at(pitch) or _is_written(pitch, talk, owner):
            return False
        _draft(pitch, mailbox, address, by=owner, now=now)
        return True


def _from_and_to(talk: list[Message]) -> tuple[Mailbox | None, str]:
    """The mailbox of the first letter, and where the person wrote from, or was written to last."""
    mails = [one for one in talk if one.channel is Channel.MAIL]
    first = next((one for one in mails if one.direction is Direction.OUT and one.mailbox_id), None)
    theirs = [one.from_address for one in mails if one.direction is Direction.IN and one.what is Kind.HUMAN]
    ours = [one.to_address for one in mails if one.direction is Direction.OUT]
    box = session().get(Mailbox, first.mailbox_id) if first else None
    return box, next((address for address in (*reversed(theirs), *reversed(ours)) if address), "")


def _by_hand(pitch: Pitch, mailbox: Mailbox | None, address: str) -> str:
    return rules.why_by_hand(
        is_suppressed=bool(address) and is_suppressed(address) is not None, address=address, has_mailbox=mailbox is not None,
        sent=pitch.follow_ups_sent, most=pitch.project.max_followups,
    )  # fmt: skip


def _is_written(pitch: Pitch, talk: list[Message], owner: User) -> bool:
    """Does a letter wait to leave, or has its owner begun one?"""
    own = sending_queries.draft_of(owner, pitch.id)
    is_later = own is not None and pitch.last_out_at is not None and own.created_at > pitch.last_out_at
    begun = is_later and own is not None and own.kind is LetterKind.FOLLOW_UP
    return begun or any(one.state in sending_queries.ON_THE_WAY for one in talk)


def _draft(pitch: Pitch, mailbox: Mailbox, address: str, *, by: User, now: datetime) -> None:
    number = pitch.follow_ups_sent + 1
    text, version_id = _text(pitch, number, by)
    letter, written = writing.compose(
        pitch, mailbox, text, by=by, now=now, to_address=address, template_version_id=version_id, overruled={}
    )
    words = ""
    if not written.is_whole:
        letter.body = text.body
        words = "; ".join([*(f"There is no value for {name}" for name in written.missing), *written.problems])
    thread = sending_moves.thread_for(pitch, letter.subject, now=now)
    letter.subject = letter.subject or f"Re: {thread.subject.removeprefix('Re: ')}"
    moves.keep(letter, thread.id, number, words, now=now)


def _text(pitch: Pitch, number: int, by: User) -> tuple[Draft, int | None]:
    """The project's follow-up template of this type, else the workspace's, else a text of ours."""
    found = mail_queries.templates_for(by, pitch.project_id, pitch.type, LetterKind.FOLLOW_UP)
    own = [one for one in found if one.project_id == pitch.project_id]
    chosen = rules.pick(own or found, number)
    if chosen is None:
        return rules.fallback(number, pitch.project.max_followups), None
    version = chosen.versions[0]
    return Draft(version.subject, version.body, html=version.body_html), version.id


def drop_pointless(message_id: int, *, now: datetime) -> None:
    """A draft of the worker's whose pitch has ended or was answered goes."""
    with write():
        letter = locked(Message, message_id)
        if letter is not None and letter.state is MessageState.DRAFT:
            moves.drop(letter, "They answered, or the pitch has ended.", now=now)


def close(pitch_id: int, *, now: datetime) -> bool:
    """The last day of a pitch that nobody answered has come. False when something happened in between."""
    with write():
        pitch = locked(Pitch, pitch_id)
        if pitch is None or not pitch.is_open or pitch.next_kind is not NextKind.CLOSE:
            return False
        owner = session().get(User, pitch.next_owner_id) if pitch.next_owner_id else None
        moves.close(pitch, by=None, now=now, today=_day(owner, now))
        return True


def _day(user: User | None, now: datetime) -> date:
    return local_day(now, ZoneInfo(user.timezone if user else "UTC"))


# By a person


def send(
    pitch_id: int, letter_id: int | None, *, by: User, now: datetime, undo: timedelta
) -> Queued | Looked:
    """Queue the follow-up that was written, as it stands; or give what stands against it. Raises Gone, NotPossible."""
    with write():
        pitch = _pitch(by, pitch_id)
        letter = sending_queries.draft_by_id(by, letter_id) if letter_id else queries.letter_of(pitch)
        if letter is None or letter.pitch_id != pitch.id or letter.mailbox_id is None:
            raise NotPossible("This letter is gone: it was sent, stopped, or answered meanwhile.")
        if not pitch.is_open or pitch.next_kind is not NextKind.FOLLOW_UP:
            raise NotPossible("No follow-up is due any more. Look at the pitch.")
        if stops.stopped_at(pitch):
            raise NotPossible("Follow-ups to them were stopped.")
        if sending_queries.kind_of(pitch, mail_queries.conversation(pitch.id)) is not LetterKind.FOLLOW_UP:
            raise NotPossible("They wrote meanwhile. Read their mail first.")
        return actions.queue(
            pitch.id, letter.mailbox_id, writing.typed_of(letter), by=by, now=now, to_address=letter.to_address, undo=undo,
            template_version_id=letter.template_version_id, draft_id=letter.id, is_part=True,
        )  # fmt: skip


def stop(pitch_id: int, *, site: bool, by: User, now: datetime, today: date) -> FollowUpStop:
    """Stop follow-ups everywhere: letters that are written or wait are cancelled, none is written again. Raises Gone."""
    with write():
        return moves.stop(_pitch(by, pitch_id), site=site, by=by, now=now, today=today)


def lift(stop_id: int, *, by: User, now: datetime) -> int:
    """The undo of a stop; gives how many pitches stand as before. Raises Gone."""
    with write():
        row = locked(FollowUpStop, stop_id)
        if row is None or row.lifted_at is not None:
            raise Gone
        _pitch(by, row.pitch_id)
        pitches = [locked(Pitch, one["id"]) for one in row.effects.get("pitches", [])]
        try:
            return moves.lift(row, [one for one in pitches if one is not None], by=by, now=now)
        except (MoveRefused, ClaimTaken) as error:
            raise NotPossible(str(error)) from None


def _pitch(by: User, pitch_id: int) -> Pitch:
    """A pitch that the user may change, locked. Raises Gone."""
    pitch = locked(Pitch, pitch_id)
    if pitch is None or not pitch_queries.may_write(by, pitch.project_id):
        raise Gone
    return pitch
