"""A new mailbox starts slowly: ten letters on its first day, five more each working day, up to its cap. Pure."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from outreach.mail.rules import MailboxKind, MailboxState

if TYPE_CHECKING:
    from outreach.mail.models import Mailbox

RAMP_START = 10
"""Letters on a new mailbox's first day."""
RAMP_STEP = 5
"""More letters on each working day after it."""


def cap_on(daily_cap: int, ramp_from: date | None, day: date) -> int:
    """How many letters may leave on this day; `ramp_from` is the mailbox's first day, None without a ramp."""
    if ramp_from is None:
        return daily_cap
    return min(daily_cap, RAMP_START + RAMP_STEP * working_days(ramp_from, day))


def working_days(start: date, day: date) -> int:
    """Working days after `start` up to and with `day`."""
    return sum((start + timedelta(days=n)).weekday() < 5 for n in range(1, min((day - start).days, 400) + 1))


def cap_today(mailbox: Mailbox, now: datetime) -> int:
    """What this mailbox may send on its own today."""
    zone = ZoneInfo(mailbox.timezone)
    first = mailbox.created_at.astimezone(zone).date() if mailbox.is_ramping else None
    return cap_on(mailbox.daily_cap, first, now.astimezone(zone).date())


def advice(mailbox: Mailbox, now: datetime) -> str:
    """What its owner can do about how it stands; empty when there is nothing to do."""
    reason = mailbox.state_reason.lower()
    if mailbox.state is MailboxState.STOPPED and "log-in" in reason:
        return (
            "Type its password again, with Gmail and Microsoft a new app password; its letters wait for that."
        )
    if mailbox.state is MailboxState.STOPPED:
        return "Look at its server and password, save, and it sends again. Its letters wait."
    if mailbox.state is MailboxState.PAUSED and "by hand" in reason:
        return "Start it again when you like; its letters wait."
    if mailbox.state is MailboxState.PAUSED:
        return "Its server takes no mail from this sender just now. Send a test letter, look at the domain's SPF and DKIM, then start it again."
    if mailbox.backoff_until is not None and mailbox.backoff_until > now and mailbox.kind is MailboxKind.SMTP:
        return "Nothing to do: it tries again by itself, and no letter is lost."
    return ""
