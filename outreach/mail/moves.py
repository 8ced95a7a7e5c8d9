"""Changing mailboxes and templates, and putting the system's own mail into the queue. Never commits."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from outreach.accounts.models import User
from outreach.db import session
from outreach.diary.moves import note
from outreach.mail import envelope, queries
from outreach.mail.models import FirstMailbox, LetterTemplate, Mailbox, Message, TemplateVersion
from outreach.mail.rules import Direction, LetterKind, MailboxState, MessageState, ReadState
from outreach.pitches.rules import PitchType
from outreach.reminders.models import Reminder
from outreach.reminders.rules import ReminderKind, ReminderState


def start_template(
    *, kind: PitchType, letter: LetterKind, name: str, subject: str, body: str, project_id: int | None,
    by: User, now: datetime, html: str = "",
) -> LetterTemplate:  # fmt: skip
    """A new template with its first version."""
    made = LetterTemplate(
        type=kind, kind=letter, name=name, project_id=project_id, created_at=now, updated_at=now, created_by_id=by.id
    )  # fmt: skip
    session().add(made)
    session().flush()
    _add_version(made, 1, (subject, body, html), by, now)
    return made


def change_template(
    template: LetterTemplate, *, kind: PitchType, letter: LetterKind, name: str, subject: str, body: str,
    project_id: int | None, by: User, now: datetime, html: str = "",
) -> TemplateVersion | None:  # fmt: skip
    """Save what was typed. A changed text is a new version (given back); older letters keep theirs."""
    template.type, template.kind, template.name, template.project_id = kind, letter, name, project_id
    template.updated_at = now
    last = session().scalar(
        sa.select(TemplateVersion)
        .where(TemplateVersion.template_id == template.id)
        .order_by(TemplateVersion.number.desc())
        .limit(1)
    )
    if last is not None and (last.subject, last.body, last.body_html) == (subject, body, html):
        return None
    return _add_version(template, last.number + 1 if last else 1, (subject, body, html), by, now)


def archive_template(template: LetterTemplate, is_archived: bool, *, by: User, now: datetime) -> None:
    """Put a template away, or take it back."""
    template.is_archived, template.updated_at = is_archived, now
    what = "template.archived" if is_archived else "template.restored"
    note(what, by=by.id, now=now, project_id=template.project_id, subject=("template", template.id))


def save_mailbox(mailbox: Mailbox, values: dict[str, Any], *, by: User, now: datetime) -> None:
    """Set the mailbox's columns; a new row is added. New settings take it out of `stopped`."""
    changed = sorted(name for name, value in values.items() if getattr(mailbox, name) != value)
    for name in changed:
        setattr(mailbox, name, values[name])
    if mailbox not in session():
        session().add(mailbox)
        session().flush()
        note(
            "mailbox.added", by=by.id, now=now, project_id=mailbox.project_id, subject=("mailbox", mailbox.id)
        )
        return
    if changed:
        fields = ["password" if name == "secret" else name for name in changed]
        note(
            "mailbox.changed", by=by.id, now=now, project_id=mailbox.project_id,
            subject=("mailbox", mailbox.id), fields=fields,
        )  # fmt: skip
        if mailbox.state is MailboxState.STOPPED:
            set_mailbox_state(mailbox, MailboxState.ACTIVE, "", by=by.id, now=now)


def set_reading(mailbox: Mailbox, values: dict[str, Any], *, now: datetime) -> None:
    """Another server, user or kind of mailbox is read at once, and a new one from its beginning; no server, no reading."""
    if "imap_host" not in values:
        return
    if not values["imap_host"]:
        mailbox.read_state, mailbox.read_reason, mailbox.read_due_at = ReadState.OFF, "", None
        return
    places = ("imap_host", "imap_username")
    if any(getattr(mailbox, name) != values[name] for name in places):
        mailbox.read_state, mailbox.read_done, mailbox.read_total = ReadState.OFF, 0, 0
    elif mailbox.read_state is ReadState.REFUSED:
        mailbox.read_state = ReadState.TROUBLE
    mailbox.read_reason, mailbox.read_due_at = "", now


def write_first_from(
    mailbox: Mailbox, project_ids: Collection[int], *, of: Collection[int], by: User, now: datetime
) -> None:
    """In `project_ids`, and in no other of the projects `of`, `by` writes from this mailbox first."""
    mine = (FirstMailbox.user_id == by.id, FirstMailbox.project_id.in_(list(of)))
    gone = sa.or_(FirstMailbox.mailbox_id == mailbox.id, FirstMailbox.project_id.in_(list(project_ids)))
    session().execute(sa.delete(FirstMailbox).where(*mine, gone))
    session().add_all(
        FirstMailbox(user_id=by.id, project_id=project_id, mailbox_id=mailbox.id)
        for project_id in sorted(project_ids)
    )
    note("mailbox.first", by=by.id, now=now, subject=("mailbox", mailbox.id))


def set_mailbox_state(
    mailbox: Mailbox, state: MailboxState, reason: str, *, by: int | None, now: datetime
) -> None:
    """Pause, stop or start again; starting forgets the back-off."""
    if mailbox.state is state and mailbox.state_reason == reason:
        return
    mailbox.state, mailbox.state_reason = state, reason[:500]
    if state is MailboxState.ACTIVE:
        mailbox.backoff_until, mailbox.backoff_step = None, 0
    note(
        "mailbox.state", by=by, now=now, project_id=mailbox.project_id,
        subject=("mailbox", mailbox.id), after=state.value,
    )  # fmt: skip


def remind(
    owner_id: int, kind: ReminderKind, words: str, about: tuple[str, int], *, now: datetime,
    reason: str = "",
) -> None:  # fmt: skip
    """Tell somebody once: an open reminder about the same thing is enough."""
    told = sa.select(Reminder.id).where(
        Reminder.about_kind == about[0], Reminder.about_id == about[1], Reminder.state == ReminderState.OPEN
    )
    if session().scalar(told.limit(1)) is not None:
        return
    owner = session().get_one(User, owner_id)
    session().add(
        Reminder(
            about_kind=about[0], about_id=about[1], kind=kind, words=words[:300], reason=reason[:500],
            due_on=now.astimezone(ZoneInfo(owner.timezone)).date(), owner_id=owner_id, created_at=now,
        )
    )  # fmt: skip


def choose_system(mailbox: Mailbox | None, *, by: User, now: datetime) -> None:
    """From now on the system's mail leaves from this mailbox, or from none."""
    session().execute(sa.update(Mailbox).where(Mailbox.is_system).values(is_system=False))
    session().flush()
    if mailbox is not None:
        mailbox.is_system = True
        note("mailbox.system", by=by.id, now=now, subject=("mailbox", mailbox.id))


def queue_system(
    to_address: str, subject: str, text: str, *, now: datetime,
    to_name: str = "", html: str = "", for_user_id: int | None = None, by: int | None = None,
    mailbox: Mailbox | None = None,
) -> Message | None:  # fmt: skip
    """Put a digest, an invitation, a reset or an alert into the queue; it leaves within seconds.

    None when the workspace has no system mailbox: show the link on the screen instead. `mailbox` is named
    only by a test letter.
    """
    box = mailbox or queries.system_mailbox()
    if box is None:
        return None
    message = Message(
        direction=Direction.OUT, kind=LetterKind.SYSTEM, state=MessageState.QUEUED, mailbox_id=box.id,
        message_id=envelope.new_message_id(box.address), opaque_id=envelope.new_token(),
        from_address=box.address, from_name=box.from_name, to_address=to_address, to_name=to_name[:200],
        subject=" ".join(subject.split())[:400], body=text, body_html=html, for_user_id=for_user_id, author_id=by,
        due_at=now, queued_at=now, created_at=now,
    )  # fmt: skip
    session().add(message)
    session().flush()
    return message


def _add_version(
    template: LetterTemplate, number: int, texts: tuple[str, str, str], by: User, now: datetime
) -> TemplateVersion:
    subject, body, html = texts
    version = TemplateVersion(
        template_id=template.id, number=number, subject=subject, body=body, body_html=html, created_at=now,
        created_by_id=by.id,
    )  # fmt: skip
    session().add(version)
    session().flush()
    note(
        "template.saved", by=by.id, now=now, project_id=template.project_id,
        subject=("template", template.id), number=number,
    )  # fmt: skip
    return version
