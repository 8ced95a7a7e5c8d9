"""Taking, keeping and losing a provider's tokens. Never commits."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from outreach.accounts.models import User
from outreach.db import session
from outreach.diary.moves import note
from outreach.engines.oauth import Tokens
from outreach.mail import oauth
from outreach.mail.models import Mailbox
from outreach.mail.moves import remind, set_mailbox_state
from outreach.mail.rules import LoginBy, MailboxState
from outreach.mail.vault import seal
from outreach.reminders.rules import ReminderKind

LEASE = timedelta(minutes=2)


def take_due(limit: int, *, now: datetime) -> list[int]:
    """Mailboxes whose tokens are to be renewed now; another worker does not get them for a while."""
    due = sa.select(Mailbox.id).where(Mailbox.oauth_due_at <= now).order_by(Mailbox.oauth_due_at).limit(limit)
    taken = session().scalars(
        sa.update(Mailbox)
        .where(Mailbox.id.in_(due), Mailbox.oauth_due_at <= now)
        .values(oauth_due_at=now + LEASE)
        .returning(Mailbox.id)
        .execution_options(synchronize_session=False)
    )
    return sorted(taken)


def connect(
    mailbox: Mailbox, by_way: LoginBy, *, by: User, now: datetime, refresh: str = "", code: str = ""
) -> None:
    """A person let us in: by a refresh token, or by a code to redeem (both ciphertext). The worker does the rest."""
    mailbox.login_by, mailbox.oauth_refresh, mailbox.oauth_code = by_way, refresh, code
    mailbox.oauth_access, mailbox.oauth_until, mailbox.oauth_problem = "", None, ""
    mailbox.oauth_due_at, mailbox.oauth_step = now, 0
    if mailbox.state is MailboxState.STOPPED:
        set_mailbox_state(mailbox, MailboxState.ACTIVE, "", by=by.id, now=now)
    _told(mailbox, "mailbox.connected", by=by, now=now)


def disconnect(mailbox: Mailbox, *, by: User, now: datetime) -> None:
    """Back to the password; the tokens are forgotten."""
    _forget(mailbox)
    mailbox.login_by, mailbox.oauth_problem = LoginBy.PASSWORD, ""
    _told(mailbox, "mailbox.disconnected", by=by, now=now)


def keep(mailbox: Mailbox, tokens: Tokens, key: bytes, *, now: datetime) -> None:
    """New tokens; a mailbox that rested for want of them goes on."""
    mailbox.oauth_access, mailbox.oauth_until = seal(tokens.access, key), now + tokens.lasts
    mailbox.oauth_refresh = seal(tokens.refresh, key) if tokens.refresh else mailbox.oauth_refresh
    mailbox.oauth_code = ""
    mailbox.oauth_due_at = max(now + tokens.lasts - oauth.AHEAD, now + tokens.lasts / 2)
    had_problem = bool(mailbox.oauth_problem)
    mailbox.oauth_step, mailbox.oauth_problem = 0, ""
    if had_problem and mailbox.state is MailboxState.ACTIVE and mailbox.backoff_until is not None:
        set_mailbox_state(mailbox, MailboxState.ACTIVE, "", by=None, now=now)


def distrust(mailbox: Mailbox, *, now: datetime) -> None:
    """A server refused the access token: another one is fetched before the next try."""
    if mailbox.oauth_refresh:
        mailbox.oauth_access, mailbox.oauth_until, mailbox.oauth_due_at = "", None, now


def put_off(mailbox: Mailbox, words: str, *, now: datetime) -> None:
    """It did not work; again after a while. The old token is good until its end."""
    wait = oauth.BACK_OFF[min(mailbox.oauth_step, len(oauth.BACK_OFF) - 1)]
    mailbox.oauth_due_at, mailbox.oauth_step, mailbox.oauth_problem = (
        now + wait,
        mailbox.oauth_step + 1,
        words[:500],
    )


def lost(mailbox: Mailbox, words: str, *, now: datetime) -> None:
    """The provider lets us in no more: the mailbox stops, and its owner is told once."""
    _forget(mailbox)
    told = f"{words} Connect the mailbox again on its page."[:500]
    mailbox.oauth_problem = told
    set_mailbox_state(mailbox, MailboxState.STOPPED, told, by=None, now=now)
    if mailbox.owner_id is not None:
        remind(
            mailbox.owner_id, ReminderKind.MAILBOX, f"The mailbox {mailbox.address} is stopped", ("mailbox", mailbox.id),
            reason=told, now=now,
        )  # fmt: skip


def _forget(mailbox: Mailbox) -> None:
    mailbox.oauth_refresh = mailbox.oauth_access = mailbox.oauth_code = ""
    mailbox.oauth_until = mailbox.oauth_due_at = None
    mailbox.oauth_step = 0


def _told(mailbox: Mailbox, what: str, *, by: User, now: datetime) -> None:
    note(what, by=by.id, now=now, project_id=mailbox.project_id, subject=("mailbox", mailbox.id))
