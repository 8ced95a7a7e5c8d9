"""Setting and settling reminders. Never commits; each change writes one diary line."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from outreach.accounts.models import User
from outreach.db import session
from outreach.diary.moves import note
from outreach.reminders import queries
from outreach.reminders.models import Reminder
from outreach.reminders.rules import ReminderKind, ReminderState


def add(
    kind: ReminderKind, words: str, due_on: date, owner_id: int, *, by: User | None, now: datetime,
    reason: str = "", project_id: int | None = None, pitch_id: int | None = None, site_id: int | None = None,
    person_id: int | None = None, about: tuple[str, int] | None = None,
) -> Reminder:  # fmt: skip
    """A new reminder. `about` is what lies above (a link, a message), as kind and id; `due_on` a day of the owner's."""
    reminder = Reminder(
        kind=kind, words=words[:300], due_on=due_on, owner_id=owner_id, reason=reason[:500], project_id=project_id,
        pitch_id=pitch_id, site_id=site_id, person_id=person_id, about_kind=about[0] if about else None,
        about_id=about[1] if about else None, state=ReminderState.OPEN, created_at=now, created_by_id=by.id if by else None,
    )  # fmt: skip
    session().add(reminder)
    session().flush()
    _note(reminder, "added", by=by, now=now, on=due_on.isoformat(), of=kind.value)
    return reminder


def settle(reminder: Reminder, state: ReminderState, *, by: User | None, now: datetime) -> bool:
    """Done, dropped, or open again. False when it stands so already."""
    if reminder.state is state:
        return False
    reminder.state = state
    reminder.settled_at = None if state is ReminderState.OPEN else now
    _note(reminder, "reopened" if state is ReminderState.OPEN else state.value, by=by, now=now)
    return True


def settle_about(kind: str, key: int, *, now: datetime) -> None:
    """What lies above has settled itself (a link is back): its open reminders are done."""
    for reminder in queries.open_about(kind, key):
        settle(reminder, ReminderState.DONE, by=None, now=now)


def put_off(reminder: Reminder, day: date, *, by: User, now: datetime) -> None:
    """Due on another day."""
    reminder.due_on = day
    _note(reminder, "snoozed", by=by, now=now, on=day.isoformat())


def give(reminder: Reminder, owner_id: int, *, by: User, now: datetime) -> None:
    """Somebody else's from now on."""
    before, reminder.owner_id = reminder.owner_id, owner_id
    _note(reminder, "given", by=by, now=now, before=before, after=owner_id)


def _note(reminder: Reminder, what: str, *, by: User | None, now: datetime, **data: Any) -> None:
    note(
        f"reminder.{what}", by=by.id if by else None, now=now, project_id=reminder.project_id,
        site_id=reminder.site_id, person_id=reminder.person_id, pitch_id=reminder.pitch_id,
        subject=("reminder", reminder.id), **data,
    )  # fmt: skip
