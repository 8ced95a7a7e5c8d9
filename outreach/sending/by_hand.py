"""Letters that a person sends: by a contact form, a social message or the telephone (C10). One commit each.

The words are prepared here, the same gate is asked, and "I sent it" logs them as a row of the conversation.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from outreach.accounts.models import User
from outreach.db import locked, session, write
from outreach.diary.moves import note
from outreach.mail import merge
from outreach.mail import queries as mail_queries
from outreach.mail.merge import Draft
from outreach.mail.models import Mailbox, Message
from outreach.mail.rules import Channel, Direction, LetterKind, MessageState
from outreach.pitches import letter_moves
from outreach.pitches import moves as pitch_moves
from outreach.pitches.models import Pitch
from outreach.prospects import people_moves, people_queries
from outreach.prospects.models import ContactPoint
from outreach.prospects.rules import ContactKind, clean_contact
from outreach.sending import draft_moves, gathering, letters, moves, queries
from outreach.sending.actions import NotPossible
from outreach.sending.gate import blocking, gate
from outreach.sending.letters import Written
from outreach.sending.writing import ALREADY, Looked

WAY_NAMES: dict[Channel, str] = {
    Channel.FORM: "Contact form", Channel.SOCIAL: "Social message", Channel.PHONE: "Telephone",
}  # fmt: skip
KINDS: dict[Channel, ContactKind] = {
    Channel.FORM: ContactKind.FORM, Channel.SOCIAL: ContactKind.SOCIAL, Channel.PHONE: ContactKind.PHONE,
}  # fmt: skip
"""The kind of contact point that each way needs."""


@dataclass(frozen=True)
class Logged:
    """It stands in the conversation; `message_id` is for its undo."""

    message_id: int


def places(pitch: Pitch, way: Channel) -> list[str]:
    """Where it may go: addresses, profiles or numbers of the person, then of the site itself."""
    ours = sa.and_(ContactPoint.site_id == pitch.site_id, ContactPoint.person_id.is_(None))
    if pitch.person_id is not None:
        ours = sa.or_(ours, ContactPoint.person_id == pitch.person_id)
    query = sa.select(ContactPoint.value).where(ours, ContactPoint.kind == KINDS[way])
    ordered = query.order_by(ContactPoint.person_id.is_(None), ContactPoint.id)
    return list(session().scalars(ordered.limit(50)))


def look(
    pitch: Pitch, way: Channel, draft: Draft, *, by: User, now: datetime, where: str,
    talk: Sequence[Message], overruled: Mapping[str, str] | None = None,
) -> Looked:  # fmt: skip
    """The words as they would be sent, and what stands against them. Reads only."""
    message, written = _compose(
        pitch, way, draft, by=by, now=now, where=where, talk=talk, overruled=overruled or {}
    )
    return Looked(
        message, written, gate(gathering.facts(message, None, pitch, now=now, missing=written.missing))
    )


def log(
    pitch_id: int, way: Channel, draft: Draft, on: date, *, by: User, now: datetime, today: date, where: str,
    template_version_id: int | None = None, overruled: Mapping[str, str] | None = None, draft_id: int | None = None,
    is_new_place: bool = False,
) -> Logged | Looked:  # fmt: skip
    """ "I sent it": a row of the conversation, the pitch contacted, its follow-up next; or what stands against it.

    `is_new_place`: the address was typed, and is kept with the person or the site.

    Raises NotPossible when the pitch is not theirs to write for.
    """
    with write():
        locked(Pitch, pitch_id)
        pitch = queries.pitch_to_write(by, pitch_id)
        if pitch is None:
            raise NotPossible("The pitch is no longer yours to write for.")
        talk = mail_queries.conversation(pitch.id)
        message, written = _compose(
            pitch, way, draft, by=by, now=now, where=where, talk=talk, overruled=overruled or {}
        )
        message.template_version_id = template_version_id
        findings = gate(gathering.facts(message, None, pitch, now=now, missing=written.missing))
        if not written.is_whole or blocking(findings, at_queue=True):
            moves.refused(pitch, findings, by=by.id, now=now)
            return Looked(message, written, findings)
        row = draft_moves.become(queries.draft_of(by, pitch.id, draft_id), message)
        if is_new_place:
            _keep_place(pitch, way, where, by=by, now=now)
        _sent(row, pitch, _moment(on, today, by, now), by=by, now=now, today=today)
        return Logged(row.id)


def _sent(row: Message, pitch: Pitch, at: datetime, *, by: User, now: datetime, today: date) -> None:
    """On the thread, contacted, and the follow-up is what comes next; what was is kept for the undo."""
    before = {
        "pitch": pitch_moves.remembered(pitch),
        "last_out_at": pitch.last_out_at.isoformat() if pitch.last_out_at else None,
        "follow_ups_sent": pitch.follow_ups_sent,
    }
    thread = moves.thread_for(pitch, row.subject, now=now)
    row.thread_id, row.state, row.sent_at, row.queued_at = thread.id, MessageState.SENT, at, at
    thread.last_at = max(thread.last_at, at)
    letter_moves.contacted(
        pitch, now=now, today=today, follow_up_days=pitch.project.follow_up_days,
        is_follow_up=row.kind is LetterKind.FOLLOW_UP, by=by,
    )  # fmt: skip
    pitch.last_out_at = at
    row.effects = {**before, "version": pitch.version}
    _tell("letter.by_hand", row, pitch, by=by, now=now)


def _keep_place(pitch: Pitch, way: Channel, where: str, *, by: User, now: datetime) -> None:
    """A form is the site's, a profile or number the person's. One that is known already stays where it is."""
    value, norm = clean_contact(KINDS[way], where)
    if people_queries.contact_point(KINDS[way], norm) is not None:
        return
    is_persons = way is not Channel.FORM and pitch.person_id is not None
    people_moves.add_contact(
        KINDS[way], value, norm, source_url=value if way is Channel.FORM else "", by=by.id, now=now,
        person_id=pitch.person_id if is_persons else None, site_id=None if is_persons else pitch.site_id,
    )  # fmt: skip


def _moment(on: date, today: date, by: User, now: datetime) -> datetime:
    """Now when it was today; else noon of that day, where the writer lives."""
    if on >= today:
        return now
    return datetime.combine(on, time(12), tzinfo=ZoneInfo(by.timezone)).astimezone(UTC)


def undo(message_id: int, *, by: User, now: datetime) -> int:
    """It was not sent after all: a draft again, and the pitch as it was. Gives the pitch. Raises NotPossible."""
    with write():
        row = mail_queries.message(by, message_id)
        if (
            row is None
            or row.state is not MessageState.SENT
            or row.channel is Channel.MAIL
            or row.pitch_id is None
        ):
            raise NotPossible("There is no such letter to take back.")
        pitch, effects = locked(Pitch, row.pitch_id), dict(row.effects or {})
        if pitch is None or not queries.pitch_to_write(by, pitch.id):
            raise NotPossible("The pitch is no longer yours to write for.")
        if not effects or not pitch_moves.put_back(
            pitch, effects["pitch"], effects["version"], by=by, now=now
        ):
            raise NotPossible("The pitch has changed since; the letter stays in its conversation.")
        last = effects["last_out_at"]
        pitch.last_out_at = datetime.fromisoformat(last) if last else None
        pitch.follow_ups_sent = effects["follow_ups_sent"]
        _tell("letter.by_hand_undone", row, pitch, by=by, now=now)
        row.state, row.channel, row.effects, row.sent_at = MessageState.DRAFT, Channel.MAIL, {}, None
        draft_moves.write_again(row)
        return pitch.id


def _tell(kind: str, row: Message, pitch: Pitch, *, by: User, now: datetime) -> None:
    note(
        kind, by=by.id, now=now, project_id=pitch.project_id, site_id=pitch.site_id, person_id=pitch.person_id,
        pitch_id=pitch.id, message_id=row.id, way=WAY_NAMES[row.channel].lower(),
    )  # fmt: skip


def _compose(
    pitch: Pitch, way: Channel, draft: Draft, *, by: User, now: datetime, where: str, talk: Sequence[Message],
    overruled: Mapping[str, str],
) -> tuple[Message, Written]:  # fmt: skip
    """The row as it would be logged; it is not yet added."""
    kind = queries.kind_of(pitch, talk)
    values = _values(pitch, draft, by)
    written = letters.write_by_hand(kind, draft, values)
    if any(message.state in queries.ON_THE_WAY for message in talk):
        written = Written(written.subject, written.text, problems=[*written.problems, ALREADY])
    message = Message(
        direction=Direction.OUT, kind=kind, channel=way, state=MessageState.DRAFT, project_id=pitch.project_id,
        pitch_id=pitch.id, person_id=pitch.person_id, author_id=by.id, from_name=by.name, to_address=where[:254],
        to_name=pitch.person.name if pitch.person else "", subject=written.subject, body=written.text, body_html="",
        typed=draft_moves.as_typed(draft), personal_line=draft.personal_line, personal_url=draft.personal_url,
        opt_out_token="", overruled=dict(overruled), attempts=0, is_skipped=False, created_at=now, queued_at=now,
        held_rule="", state_reason="", mailbox_id=None, from_address="", effects={},
    )  # fmt: skip
    return message, written


def _values(pitch: Pitch, draft: Draft, by: User) -> dict[str, str]:
    """As for mail, but that no mailbox signs it."""
    nobody: Any = Mailbox(from_name=by.name, signature="")
    return merge.merge_values(pitch, nobody, queries.workspace(), draft, "")


def thread_is_mail(talk: Sequence[Message]) -> bool:
    """Has a mail gone or come, whose subject the next one keeps?"""
    return any(message.message_id for message in talk)
