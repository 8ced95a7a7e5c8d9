"""Dealing with one row of Today, whatever room it is of: done, put off, given to somebody else. One commit each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from outreach.accounts import queries as account_queries
from outreach.accounts.models import User
from outreach.db import locked, session, write
from outreach.pitches import choices, next_days
from outreach.pitches import moves as pitch_moves
from outreach.pitches import queries as pitch_queries
from outreach.pitches import rules as pitch_rules
from outreach.pitches.models import Pitch
from outreach.pitches.production import moves as production_moves
from outreach.pitches.production import queries as production_queries
from outreach.pitches.production.models import ProductionStep
from outreach.projects.models import Project
from outreach.reminders import moves as reminder_moves
from outreach.reminders import queries as reminder_queries
from outreach.reminders.models import Reminder
from outreach.reminders.rules import ReminderState
from outreach.web.words import day_words

Row = Pitch | Reminder | ProductionStep


class Gone(LookupError):
    """There is no such row for this user to change."""


class NotTheirs(ValueError):
    """Whoever was chosen does not work in the project."""


@dataclass(frozen=True)
class Owned:
    """Whose a row is: its words and site, who may have it, who has it."""

    name: str
    project_id: int | None
    owner_id: int | None


def find(user: User, source: str, key: int) -> Row | None:
    """The row, for one who may change it."""
    if source == "pitch":
        return pitch_queries.get_writable(user, key)
    if source == "reminder":
        return reminder_queries.get_writable(user, key)
    return production_queries.writable_step(user, key) if source == "step" else None


def _row(user: User, source: str, key: int) -> Row:
    """The same, locked. Raises Gone."""
    if find(user, source, key) is None:
        raise Gone
    kind: Any = {"pitch": Pitch, "reminder": Reminder, "step": ProductionStep}[source]
    row: Row | None = locked(kind, key)
    if row is None:
        raise Gone
    return row


def facts_of(row: Row) -> tuple[object, ...]:
    """What makes it another thing to do: a ticket for the one is not good for the other."""
    if isinstance(row, Pitch):
        return (row.next_kind, row.next_on)
    if isinstance(row, Reminder):
        return (row.state, row.due_on)
    return (row.done_at, row.due_on)


def done(user: User, source: str, key: int, *, was: tuple[object, ...], now: datetime, today: date) -> str:
    """It is done; what comes next, in words. Raises Gone, also when the row is no longer as it was."""
    with write():
        row = _same(user, source, key, was)
        if isinstance(row, Pitch):
            return _pitch_done(row, user, now=now, today=today)
        if not isinstance(row, Reminder):
            raise Gone
        reminder_moves.settle(row, ReminderState.DONE, by=user, now=now)
        return ""


def _pitch_done(pitch: Pitch, user: User, *, now: datetime, today: date) -> str:
    assert pitch.next_kind
    assert pitch.next_owner_id
    days = session().get_one(Project, pitch.project_id).follow_up_days
    calendar = account_queries.working_days(pitch.next_owner_id)
    kind, day = next_days.after_done(
        pitch.next_kind, pitch.stage, today, follow_up_days=days, calendar=calendar
    )
    pitch_moves.plan(pitch, kind, day, pitch.next_owner_id, by=user, now=now, why="next_done")
    return f"Next: {pitch_rules.NEXT_WORDS[kind]}, {day_words(day, today, is_within=True)}."


def put_off(
    user: User, source: str, key: int, days: int, *, was: tuple[object, ...], now: datetime, today: date
) -> date:
    """Due so many days later, on a working day of whoever has it; that day. Raises Gone."""
    with write():
        row = _same(user, source, key, was)
        day = account_queries.working_days(owned(row).owner_id).add(today + timedelta(days=days), 0)
        if isinstance(row, Pitch):
            assert row.next_kind
            assert row.next_owner_id
            pitch_moves.plan(
                row,
                row.next_kind,
                day,
                row.next_owner_id,
                row.next_note,
                by=user,
                now=now,
                why="next_snoozed",
            )
        elif isinstance(row, Reminder):
            reminder_moves.put_off(row, day, by=user, now=now)
        else:
            production_moves.put_off(session().get_one(Pitch, row.pitch_id), row, day, by=user, now=now)
        return day


def _same(user: User, source: str, key: int, was: tuple[object, ...]) -> Row:
    row = _row(user, source, key)
    if facts_of(row) != was:
        raise Gone
    return row


def owned(row: Row) -> Owned:
    """What the page that gives it away shows."""
    if isinstance(row, Pitch):
        words = row.next_note or (pitch_rules.NEXT_WORDS[row.next_kind] if row.next_kind else "Nothing")
        return Owned(words, row.project_id, row.next_owner_id)
    if isinstance(row, Reminder):
        return Owned(row.words, row.project_id, row.owner_id)
    pitch = session().get_one(Pitch, row.pitch_id)
    return Owned(row.words, pitch.project_id, row.owner_id or pitch.owner_id)


def give(user: User, source: str, key: int, owner_id: int, *, now: datetime) -> int | None:
    """Make it somebody else's; whose it was. Raises Gone, NotTheirs."""
    with write():
        row = _row(user, source, key)
        project_id = owned(row).project_id
        able = choices.colleagues(project_id) if project_id is not None else []
        if owner_id not in {one.id for one in able if one.may_own}:
            raise NotTheirs
        before = owned(row).owner_id
        if before == owner_id:
            return before
        if isinstance(row, Pitch):
            if row.next_kind is None or row.next_on is None:
                raise Gone
            day = pitch_moves.day_for(row, owner_id) or row.next_on
            pitch_moves.plan(row, row.next_kind, day, owner_id, row.next_note, by=user, now=now)
        elif isinstance(row, Reminder):
            reminder_moves.give(row, owner_id, by=user, now=now)
        else:
            pitch = session().get_one(Pitch, row.pitch_id)
            due_on = account_queries.working_days(owner_id).add(row.due_on, 0) if row.due_on else None
            production_moves.change_step(
                pitch, row, words=row.words, due_on=due_on, owner_id=owner_id, by=user, now=now
            )
        return before
