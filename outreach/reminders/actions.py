"""One story a function, one commit. Called by this room's doors only."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

from outreach.accounts.models import User
from outreach.db import write
from outreach.reminders import moves, queries
from outreach.reminders.models import Reminder
from outreach.reminders.rules import ReminderKind, ReminderState


class Gone(LookupError):
    """There is no such reminder for this user to change."""


@contextmanager
def _changing(user: User, key: int) -> Iterator[Reminder]:
    with write():
        reminder = queries.get_writable(user, key)
        if reminder is None:
            raise Gone
        yield reminder


def add(
    user: User, kind: ReminderKind, words: str, due_on: date, owner_id: int, *, now: datetime, **about: Any
) -> int:
    """Set a reminder; its id."""
    with write():
        return moves.add(kind, words, due_on, owner_id, by=user, now=now, **about).id


def settle(user: User, key: int, state: ReminderState, *, now: datetime) -> str:
    """Done, dropped or open again; its words, for the toast."""
    with _changing(user, key) as reminder:
        moves.settle(reminder, state, by=user, now=now)
        return reminder.words


def put_off(user: User, key: int, day: date, *, now: datetime) -> date:
    """Due on another day; the day it was due on."""
    with _changing(user, key) as reminder:
        before = reminder.due_on
        moves.put_off(reminder, day, by=user, now=now)
        return before
