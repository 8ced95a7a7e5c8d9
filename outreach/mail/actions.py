"""Saving templates and mailboxes, one commit each."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from outreach.accounts.models import User, Workspace
from outreach.db import locked, session, write
from outreach.kit import clock
from outreach.mail import moves, queries, snippets, vault
from outreach.mail.models import LetterTemplate, Mailbox, Snippet
from outreach.mail.rules import LetterKind, MailboxKind, MailboxState
from outreach.pitches.rules import PitchType
from outreach.projects import queries as project_queries
from outreach.web.jinja import render_alone

TEST_SUBJECT = "A test letter from Outreach"
TEST_TEXT = "This letter shows that {address} can send. Nobody needs to answer it.\n"


class NameTaken(Exception):
    """Another template of the same project has this name."""


class PasswordNeeded(Exception):
    """The stored password is not handed to another server or user name: it has to be typed again."""


class Gone(Exception):
    """The row is not there, or not for this user to change."""


def save_template(
    template_id: int | None, values: dict[str, Any], *, by: User, now: datetime
) -> LetterTemplate:
    """Start a template, or save a new version of one. Raises NameTaken or Gone."""
    typed = {
        "kind": PitchType(values["type"]), "letter": LetterKind(values["kind"]), "name": values["name"],
        "subject": values["subject"], "body": values["body"].replace("\r\n", "\n"), "project_id": values["project_id"],
        "html": (values.get("html") or "").replace("\r\n", "\n"),
    }  # fmt: skip
    with write():
        _refuse_taken(typed["name"], typed["project_id"], template_id)
        if template_id is None:
            return moves.start_template(by=by, now=now, **typed)
        template = queries.template(by, template_id, to_change=True)
        if template is None:
            raise Gone
        moves.change_template(template, by=by, now=now, **typed)
        return template


def archive_template(template_id: int, is_archived: bool, *, by: User, now: datetime) -> None:
    """Put a template away, or take it back. Raises Gone."""
    with write():
        template = queries.template(by, template_id, to_change=True)
        if template is None:
            raise Gone
        moves.archive_template(template, is_archived, by=by, now=now)


def save_snippet(snippet_id: int | None, values: dict[str, Any], *, by: User, now: datetime) -> Snippet:
    """Make a snippet, or change one. Raises NameTaken or Gone."""
    with write():
        row = snippets.snippet(by, snippet_id, to_change=True) if snippet_id is not None else None
        if snippet_id is not None and row is None:
            raise Gone
        if snippets.is_taken(values["name"], values["scope"], by=by, but=snippet_id):
            raise NameTaken
        body = values["body"].replace("\r\n", "\n")
        return snippets.save(row, values["name"], body, values["scope"], by=by, now=now)


def remove_snippet(snippet_id: int, *, by: User, now: datetime) -> None:
    """Take a snippet away. Raises Gone."""
    with write():
        row = snippets.snippet(by, snippet_id, to_change=True)
        if row is None:
            raise Gone
        snippets.remove(row, by=by, now=now)


def save_mailbox(
    mailbox_id: int | None, values: dict[str, Any], password: str, *, key: bytes, by: User, now: datetime,
    imap_password: str = "",
) -> Mailbox:  # fmt: skip
    """Add a mailbox of the user's, or change one. An empty password keeps the stored one. Raises Gone or PasswordNeeded."""
    with write():
        if mailbox_id is None:
            mailbox = Mailbox(
                owner_id=by.id, created_at=now, secret="", imap_secret="", state=MailboxState.ACTIVE
            )
        else:
            found = queries.mailbox(by, mailbox_id)
            mailbox = locked(Mailbox, found.id) if found else None  # type: ignore[assignment]
            if mailbox is None:
                raise Gone
        if mailbox.secret and not password and _goes_elsewhere(mailbox, values):
            raise PasswordNeeded
        if not (password or imap_password) and _is_read_elsewhere(mailbox, values):
            raise PasswordNeeded
        secret = vault.seal(password, key) if password else mailbox.secret
        own = vault.seal(imap_password, key) if imap_password else mailbox.imap_secret or ""
        if not values.get("imap_host") or (
            password and not imap_password and not values.get("imap_username")
        ):
            own = ""
        if values["kind"] is MailboxKind.CAPTURE:
            secret = own = ""
        moves.set_reading(mailbox, values, now=now)
        moves.save_mailbox(mailbox, {**values, "secret": secret, "imap_secret": own}, by=by, now=now)
        return mailbox


def _goes_elsewhere(mailbox: Mailbox, values: dict[str, Any]) -> bool:
    """Would the stored password go to another server than the one it was typed for?"""
    places = ("smtp_host", "smtp_port", "username")
    return values["kind"] is MailboxKind.SMTP and any(
        getattr(mailbox, name) != values[name] for name in places
    )


def _is_read_elsewhere(mailbox: Mailbox, values: dict[str, Any]) -> bool:
    """Would a stored password be shown to a server for reading that it was not typed for?"""
    places = ("imap_host", "imap_port", "imap_username")
    is_stored = bool(mailbox.secret or mailbox.imap_secret)
    return (
        is_stored
        and bool(values.get("imap_host"))
        and any(getattr(mailbox, name) != values[name] for name in places if name in values)
    )


def set_state(mailbox_id: int, is_paused: bool, *, by: User, now: datetime) -> Mailbox:
    """Pause a mailbox, or start it again. Raises Gone."""
    with write():
        mailbox = queries.mailbox(by, mailbox_id)
        if mailbox is None:
            raise Gone
        state = MailboxState.PAUSED if is_paused else MailboxState.ACTIVE
        moves.set_mailbox_state(mailbox, state, "Paused by hand." if is_paused else "", by=by.id, now=now)
        return mailbox


def write_first_from(mailbox_id: int, project_ids: Collection[int], *, by: User, now: datetime) -> Mailbox:
    """In these projects `by` writes from this mailbox unless they choose another for a letter. Raises Gone.

    Projects that they may not write in are left out, and so are those that a shared mailbox does not belong to.
    """
    with write():
        found = queries.mailbox(by, mailbox_id)
        if found is None or found.is_system:
            raise Gone
        may = [key for key, _ in project_queries.writable_choices(by)]
        of = [key for key in may if found.owner_id == by.id or found.project_id == key]
        moves.write_first_from(found, set(project_ids) & set(of), of=of, by=by, now=now)
        return found


def choose_system(mailbox_id: int | None, *, by: User, now: datetime) -> None:
    """The system's mail leaves from this mailbox from now on. Raises Gone."""
    with write():
        mailbox = queries.mailbox(by, mailbox_id) if mailbox_id is not None else None
        if mailbox_id is not None and mailbox is None:
            raise Gone
        moves.choose_system(mailbox, by=by, now=now)


def queue_test(mailbox_id: int, *, by: User, now: datetime) -> int:
    """Queue a test letter to the user's own address; gives its message. Raises Gone."""
    with write():
        mailbox = queries.mailbox(by, mailbox_id)
        if mailbox is None:
            raise Gone
        message = moves.queue_system(
            by.email, TEST_SUBJECT, TEST_TEXT.format(address=mailbox.address), now=now,
            to_name=by.name, for_user_id=by.id, by=by.id, mailbox=mailbox,
        )  # fmt: skip
        assert message is not None
        return message.id


def post(to_address: str, letter: str, words: dict[str, str]) -> bool:
    """Queue a letter of the system, a folder of templates/emails; False when no mailbox is named for it.

    What `accounts.post` sends by; the workspace's name is added to the words.
    """
    with write():
        words = {"workspace": session().get_one(Workspace, 1).name, **words}
        subject, text = (render_alone(f"emails/{letter}/{part}.txt", **words) for part in ("subject", "body"))
        return moves.queue_system(to_address, subject.strip(), text, now=clock.now()) is not None


def _refuse_taken(name: str, project_id: int | None, template_id: int | None) -> None:
    taken = sa.select(LetterTemplate.id).where(
        sa.func.lower(LetterTemplate.name) == name.lower(),
        LetterTemplate.project_id == project_id
        if project_id is not None
        else LetterTemplate.project_id.is_(None),
        LetterTemplate.id != (template_id or 0),
    )
    if session().scalar(taken.limit(1)) is not None:
        raise NameTaken
