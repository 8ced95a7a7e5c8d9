"""What is due, as a calendar that other programs subscribe to (RFC 5545). The secret address is the only key to it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from outreach.accounts.models import User
from outreach.db import session, write
from outreach.desk.models import CalendarFeed
from outreach.diary.moves import note
from outreach.kit import clock, ids
from outreach.pitches import due_words
from outreach.pitches import queries as pitch_queries
from outreach.pitches import rules as pitch_rules
from outreach.pitches.models import Pitch
from outreach.pitches.production import queries as production_queries
from outreach.pitches.production.models import Production, ProductionStep
from outreach.projects.queries import visible_to
from outreach.reminders import queries as reminder_queries
from outreach.web import words

if TYPE_CHECKING:
    from icalendar import Event

AHEAD = timedelta(days=180)
MOST = 500
"""Entries of each kind; the soonest."""


def make_link(user: User, *, now: datetime) -> str:
    """A new secret for the user's feed; the old address ends. Only its hash is kept."""
    secret = ids.token(128)
    with write() as here:
        here.execute(sa.delete(CalendarFeed).where(CalendarFeed.user_id == user.id))
        here.add(CalendarFeed(user_id=user.id, token_hash=ids.digest(secret), created_at=now))
        note("user.feed", by=user.id, now=now, subject=("user", user.id))
    return secret


def end_link(user: User, *, now: datetime) -> None:
    """The address ends."""
    with write() as here:
        here.execute(sa.delete(CalendarFeed).where(CalendarFeed.user_id == user.id))
        note("user.feed_off", by=user.id, now=now, subject=("user", user.id))


def of(user: User) -> CalendarFeed | None:
    """The user's feed, when there is one."""
    return session().scalar(sa.select(CalendarFeed).where(CalendarFeed.user_id == user.id))


def reader_of(secret: str) -> User | None:
    """Whose feed this secret opens; nobody's when it is wrong or the account is switched off."""
    query = sa.select(User).join(CalendarFeed, CalendarFeed.user_id == User.id)
    return session().scalar(query.where(CalendarFeed.token_hash == ids.digest(secret), User.is_active))


def calendar(user: User, *, host: str, base: str, now: datetime) -> bytes:
    """The feed's text. Overdue work stands on today, as it does on Today; three statements."""
    from icalendar import Calendar

    today = clock.local_day(now, ZoneInfo(user.timezone))
    made = Calendar()
    made.add("prodid", "-//Outreach//Due work//EN")
    made.add("version", "2.0")
    made.add("x-wr-calname", "Outreach")
    for event in (
        *_pitches(user, today, base),
        *_reminders(user, today, base),
        *_steps(user, today, base),
        *_slots(user, now),
    ):
        event["uid"] = f"{event['uid']}@{host}"
        event.add("dtstamp", now)
        made.add_component(event)
    return bytes(made.to_ical())


def _day(key: str, on: date, today: date, title: str, address: str) -> Event:
    """An entry of a whole day."""
    from icalendar import Event

    event = Event()
    event["uid"] = key
    event.add("dtstart", max(on, today))
    event.add("dtend", max(on, today) + timedelta(days=1))
    event.add(
        "summary", title if on >= today else f"{title} ({due_words.days_words((today - on).days)} late)"
    )
    event.add("transp", "TRANSPARENT")
    if address:
        event.add("url", address)
    return event


def _pitches(user: User, today: date, base: str) -> Iterator[Event]:
    for pitch in session().scalars(pitch_queries.due(user, today + AHEAD).limit(MOST)):
        assert pitch.next_on
        assert pitch.next_kind
        title = f"{pitch.next_note or pitch_rules.NEXT_WORDS[pitch.next_kind]}: {pitch.site.key}"
        yield _day(f"pitch-{pitch.id}", pitch.next_on, today, title, base and f"{base}/pitches/{pitch.id}")


def _reminders(user: User, today: date, base: str) -> Iterator[Event]:
    for reminder in session().scalars(reminder_queries.due(user, today + AHEAD).limit(MOST)):
        yield _day(
            f"reminder-{reminder.id}", reminder.due_on, today, reminder.words, base and f"{base}/today"
        )


def _steps(user: User, today: date, base: str) -> Iterator[Event]:
    query = production_queries.due(user, today + AHEAD).options(*production_queries.told())
    for step in session().scalars(query.order_by(ProductionStep.due_on, ProductionStep.id).limit(MOST)):
        assert step.due_on
        title = f"{step.words}: {step.pitch.site.key}"
        yield _day(f"step-{step.id}", step.due_on, today, title, base and f"{base}/pitches/{step.pitch_id}")


def _slots(user: User, now: datetime) -> Iterator[Event]:
    """Interviews of one's own pitches, with their hour."""
    query = (
        sa.select(Production, Pitch)
        .join(Pitch, Pitch.id == Production.pitch_id)
        .where(
            Pitch.owner_id == user.id, Pitch.is_open, Pitch.project_id.in_(visible_to(user)),
            Production.slot_at >= now - timedelta(days=30), Production.slot_at <= now + AHEAD,
        )
        .order_by(Production.slot_at)
    )  # fmt: skip
    for row, pitch in session().execute(query.limit(MOST)):
        assert row.slot_at
        from icalendar import Event

        event = Event()
        event["uid"] = f"interview-{pitch.id}"
        event.add("sequence", max(row.slot_sequence - 1, 0))
        event.add("dtstart", row.slot_at)
        event.add("dtend", row.slot_at + timedelta(minutes=row.slot_minutes))
        event.add("summary", f"Interview: {pitch.topic or words.NONE}")
        if row.slot_place:
            event.add("location", row.slot_place)
        yield event
