"""When a mailbox's letters left, and when its next may leave."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from outreach.db import session
from outreach.mail.models import Mailbox, Message
from outreach.mail.rules import Direction, LetterKind, MessageState
from outreach.pitches.models import Pitch
from outreach.sending import pacing
from outreach.sending.models import SendAttempt

TO_PEOPLE = (LetterKind.FIRST, LetterKind.FOLLOW_UP, LetterKind.ANSWER)
LOOK_BACK = timedelta(days=2)
FAR = timedelta(days=1)
"""A letter for which no moment is in sight is looked at again so much later."""


def pace_of(mailbox: Mailbox) -> pacing.Pace:
    """A mailbox's manners as the rules take them."""
    zone = ZoneInfo(mailbox.timezone)
    return pacing.Pace(
        zone=zone,
        daily_cap=mailbox.daily_cap,
        hourly_cap=mailbox.hourly_cap,
        gap_min=mailbox.gap_min,
        gap_max=mailbox.gap_max,
        window_from=mailbox.window_from,
        window_to=mailbox.window_to,
        is_weekdays_only=mailbox.is_weekdays_only,
        ramp_from=mailbox.created_at.astimezone(zone).date() if mailbox.is_ramping else None,
    )


def sent_moments(mailbox_id: int, *, now: datetime) -> list[datetime]:
    """When this mailbox's letters to people left within the last two days; system mail does not count."""
    ours = (
        Message.mailbox_id == mailbox_id, Message.direction == Direction.OUT, Message.kind.in_(TO_PEOPLE)
    )  # fmt: skip
    sent = sa.select(Message.sent_at).where(
        *ours, Message.state == MessageState.SENT, Message.sent_at > now - LOOK_BACK
    )
    perhaps = (
        sa.select(sa.func.max(SendAttempt.data_at))
        .join(Message, Message.id == SendAttempt.message_id)
        .where(
            *ours, Message.state.in_((MessageState.UNKNOWN, MessageState.SENDING)), SendAttempt.data_at > now - LOOK_BACK
        )
        .group_by(Message.id)
    )  # fmt: skip
    return [at for at in [*session().scalars(sent), *session().scalars(perhaps)] if at]


def jitter_after(sent: Sequence[datetime]) -> float:
    """From 0 to 1, the same each time it is asked until the next letter leaves."""
    return (int(max(sent).timestamp() * 1000) * 2654435761 % 2**32) / 2**32 if sent else 0.0


def leaves_at(
    message: Message, mailbox: Mailbox, zone: str, *, now: datetime, sent: Sequence[datetime] | None = None
) -> datetime | None:
    """When this letter may leave by caps, gap and window; system mail at once. `zone` is the person's, or empty.

    `sent` is what `sent_moments` gave, when the caller has asked already.
    """
    if message.kind is LetterKind.SYSTEM:
        return now
    moments = sent_moments(mailbox.id, now=now) if sent is None else sent
    return pacing.next_moment(
        pace_of(mailbox),
        moments,
        now=now,
        jitter=jitter_after(moments),
        person_zone=ZoneInfo(zone) if zone else None,
        gap_only=message.kind is LetterKind.ANSWER,
    )


def gap_ends(mailbox: Mailbox, sent: Sequence[datetime], *, now: datetime) -> datetime:
    """When the gap after this mailbox's last letter is over; `now` when it is."""
    at = pacing.next_moment(pace_of(mailbox), sent, now=now, jitter=jitter_after(sent), gap_only=True)
    return at or now


def zone_of(pitch: Pitch | None) -> str:
    """The time zone of whom a letter goes to; empty when it is not known."""
    return pitch.person.timezone if pitch and pitch.person else ""
