"""Keeping what came in, as rows. Never commits; what follows from a mail is in `following`."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from outreach.db import session
from outreach.diary.moves import note
from outreach.inserting import insert_new
from outreach.letter.kinds import Kind, Reading
from outreach.letter.mail import Mail
from outreach.mail.models import Mailbox, MailFolder, Message, PassedMail
from outreach.mail.rules import Direction, FolderRole, LetterKind, MessageState, Placing, ReadState
from outreach.pitches.models import Pitch
from outreach.reading import rules
from outreach.reading.arriving import Arrived, moment_of, name_of
from outreach.reading.matching import Match

LEASE = timedelta(minutes=10)
"""How long a reader holds a mailbox between two signs of life: longer than the slowest batch."""


def take_mailbox(mailbox_id: int, *, now: datetime) -> int | None:
    """Become its one reader; the fencing token, or None when another one is or nothing is due."""
    taken = session().execute(
        sa.update(Mailbox)
        .where(
            Mailbox.id == mailbox_id,
            Mailbox.imap_host != "",
            sa.or_(Mailbox.read_due_at.is_(None), Mailbox.read_due_at <= now),
            sa.or_(Mailbox.read_lease_until.is_(None), Mailbox.read_lease_until <= now),
        )
        .values(read_lease_until=now + LEASE, read_fence=Mailbox.read_fence + 1)
        .returning(Mailbox.read_fence)
        .execution_options(synchronize_session=False)
    )
    return taken.scalar()


def keep_mailbox(mailbox_id: int, fence: int, *, now: datetime) -> bool:
    """Hold it longer; False when another reader has it."""
    kept = session().execute(
        sa.update(Mailbox)
        .where(Mailbox.id == mailbox_id, Mailbox.read_fence == fence)
        .values(read_lease_until=now + LEASE)
        .returning(Mailbox.id)
        .execution_options(synchronize_session=False)
    )
    return kept.scalar() is not None


def release_mailbox(mailbox_id: int, fence: int, due_at: datetime) -> None:
    """Let the next reader have it, from `due_at` on."""
    session().execute(
        sa.update(Mailbox)
        .where(Mailbox.id == mailbox_id, Mailbox.read_fence == fence)
        .values(read_lease_until=None, read_due_at=due_at)
        .execution_options(synchronize_session=False)
    )


def set_read_state(mailbox: Mailbox, state: ReadState, reason: str, *, now: datetime) -> bool:
    """How its reading goes; False when it was so already."""
    if mailbox.read_state is state and mailbox.read_reason == reason[:500]:
        return False
    is_new = mailbox.read_state is not state
    mailbox.read_state, mailbox.read_reason = state, reason[:500]
    if is_new:
        note(
            "mailbox.reading", by=None, now=now, project_id=mailbox.project_id,
            subject=("mailbox", mailbox.id), after=state.value,
        )  # fmt: skip
    return is_new


def folder_of(mailbox_id: int, role: FolderRole, name: str) -> MailFolder:
    """The row of a folder; a renamed one is read anew."""
    found = session().scalar(
        sa.select(MailFolder).where(MailFolder.mailbox_id == mailbox_id, MailFolder.role == role)
    )
    if found is None:
        found = MailFolder(mailbox_id=mailbox_id, role=role, name=name)
        session().add(found)
        session().flush()
    elif found.name != name:
        found.name = name
    return found


def pass_over(folder_id: int, mails: list[tuple[int, str]]) -> None:
    """Remember of these mails, `(uid, keyed hash)`, that they were looked at."""
    rows = [{"folder_id": folder_id, "uid": uid, "keyed_hash": hashed} for uid, hashed in mails]
    insert_new(PassedMail, rows, unique=("folder_id", "uid"))


def forget_passed(folder_id: int) -> None:
    """The uids of a folder mean nothing any more."""
    session().execute(sa.delete(PassedMail).where(PassedMail.folder_id == folder_id))


def forget_folders(mailbox_id: int) -> None:
    """It is read for the first time, or from another server: from its beginning. What is kept is known by its hash."""
    session().execute(sa.delete(MailFolder).where(MailFolder.mailbox_id == mailbox_id))


# Theirs


def keep(
    arrived: Arrived, reading: Reading, match: Match | None, mailbox: Mailbox, folder_id: int, raw_file: str,
    *, now: datetime,
) -> Message:  # fmt: skip
    """The row of a mail that came in; nothing has followed yet."""
    mail = arrived.mail
    message = Message(
        direction=Direction.IN, state=MessageState.RECEIVED, mailbox_id=mailbox.id,
        message_id=_clean(arrived.thread.message_id, 998) or None,
        in_reply_to=_clean(arrived.thread.in_reply_to, 998),
        references=[_clean(one, 998) for one in arrived.thread.references],
        from_address=_clean(arrived.sender, 254), from_name=_clean(name_of(mail), 200),
        to_address=_clean(arrived.recipients[0] if arrived.recipients else mailbox.address, 254),
        subject=_clean(" ".join(mail.get("subject").split()), 998), body=_clean(_text(arrived), rules.SHOWN_TEXT),
        received_at=arrived.received_at, created_at=now,
        what=reading.kind, what_reason=_clean(reading.why, 300), severity=reading.severity,
        return_on=_sane(reading.return_on), reply_text=_clean(reading.reply_text, rules.SHOWN_TEXT),
        attachments=attachments_of(arrived.mail), report=_report(reading), problem=_clean(arrived.problem or reading.problem, 300),
        folder_id=folder_id, uid=arrived.uid, known_by=arrived.known_by, raw_file=raw_file, size=arrived.size,
        is_cut=arrived.is_cut, has_html=any(part.kind == "text/html" for part in mail.parts), effects={},
    )  # fmt: skip
    place(message, match)
    session().add(message)
    session().flush()
    return message


def place(message: Message, match: Match | None) -> None:
    """Write down whose it is. A proposal names the letter alone: the mail is not yet part of its pitch."""
    message.placing = match.placing if match else Placing.UNMATCHED
    message.matched_by = match.by if match else None
    message.match_reason = _clean(match.reason, 300) if match else ""
    if match is None:
        return
    message.about_id = match.letter.id if match.letter else None
    if match.placing is Placing.MATCHED:
        message.thread_id, message.pitch_id = match.thread_id, match.pitch_id
        message.person_id, message.project_id = match.person_id, match.project_id


def tell(what: str, message: Message, *, by: int | None, now: datetime, **data: Any) -> None:
    """One diary line about a mail: ids and codes alone."""
    note(
        what, by=by, now=now, project_id=message.project_id, person_id=message.person_id,
        pitch_id=message.pitch_id, message_id=message.id, **data,
    )  # fmt: skip


# Ours, sent from another program


def keep_own(
    arrived: Arrived, match: Match, pitch: Pitch | None, kind: LetterKind, mailbox: Mailbox, folder_id: int,
    raw_file: str, *, opaque_id: str | None, now: datetime,
) -> Message:  # fmt: skip
    """A letter that was sent elsewhere, onto the timeline."""
    at = moment_of(arrived)
    message = Message(
        direction=Direction.OUT, state=MessageState.SENT, kind=kind, is_elsewhere=True, mailbox_id=mailbox.id,
        author_id=mailbox.owner_id, message_id=_clean(arrived.thread.message_id, 998) or None, opaque_id=opaque_id,
        in_reply_to=_clean(arrived.thread.in_reply_to, 998),
        references=[_clean(one, 998) for one in arrived.thread.references],
        from_address=mailbox.address, from_name=mailbox.from_name,
        to_address=_clean(arrived.recipients[0] if arrived.recipients else "", 254),
        subject=_clean(" ".join(arrived.mail.get("subject").split()), 998),
        body=_clean(_text(arrived), rules.SHOWN_TEXT), sent_at=at, queued_at=at, created_at=now,
        what=Kind.OURS, what_reason="sent from another program", attachments=attachments_of(arrived.mail),
        folder_id=folder_id, uid=arrived.uid, known_by=arrived.known_by, raw_file=raw_file, size=arrived.size,
        is_cut=arrived.is_cut, has_html=any(part.kind == "text/html" for part in arrived.mail.parts),
        matched_by=match.by, match_reason=_clean(match.reason, 300), thread_id=match.thread_id,
        pitch_id=pitch.id if pitch else match.pitch_id, person_id=match.person_id, project_id=match.project_id,
        effects={}, attempts=0,
    )  # fmt: skip
    session().add(message)
    session().flush()
    return message


def _text(arrived: Arrived) -> str:
    try:
        return arrived.mail.text
    except Exception:  # its bytes are kept
        return ""


def attachments_of(mail: Mail) -> list[Any]:
    """The files of a mail as its row lists them: name, kind, size in bytes; fifty at most."""
    named = [part for part in mail.parts if part.filename and not part.is_returned]
    return [
        {"name": _clean(part.filename, 200), "kind": part.kind[:100], "size": part.size}
        for part in named[:50]
    ]


def _report(reading: Reading) -> list[Any]:
    return [
        {
            "address": _clean(one.address.lower(), 254), "status": one.status[:20], "action": one.action[:20],
            "severity": one.severity.value if one.severity else None,
        }
        for one in reading.recipients
    ]  # fmt: skip


def _sane(day: date | None) -> date | None:
    return day if day is not None and 1990 < day.year < 2200 else None


def _clean(text: str, most: int) -> str:
    """What both databases can hold: no NUL, no half of a surrogate pair."""
    return text[:most].replace("\x00", "").encode("utf-8", "replace").decode("utf-8")
