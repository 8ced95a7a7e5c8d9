"""Finding reminders. One without a project is its owner's alone; others are seen by whoever sees the project."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from outreach.accounts.models import User
from outreach.db import session
from outreach.pitches.models import Pitch
from outreach.projects.models import Project
from outreach.projects.queries import visible_to, writable_by
from outreach.prospects.models import Person, Prospect, Site, SitePerson
from outreach.reminders.models import Reminder
from outreach.reminders.rules import ReminderKind, ReminderState


def due(user: User, until: date) -> sa.Select[Reminder]:
    """The user's open reminders due by `until` (a day of theirs), soonest first.

    Today, the digest and their counts all use this; why a row is here says `due_words.why_due`.
    """
    return (
        sa.select(Reminder)
        .where(
            Reminder.owner_id == user.id,
            Reminder.state == ReminderState.OPEN,
            Reminder.due_on <= until,
            _seen_by(visible_to(user), user),
        )
        .options(*shown())
        .order_by(Reminder.due_on, Reminder.id)
    )


def shown() -> tuple[Any, ...]:
    """Loader options: what a row names of its neighbours."""
    return (
        joinedload(Reminder.project).lazyload(Project.hosts),
        joinedload(Reminder.site),
        joinedload(Reminder.person).lazyload(Person.contact_points),
        joinedload(Reminder.pitch).joinedload(Pitch.site),
        joinedload(Reminder.owner),
    )


def _seen_by(projects: sa.Select[int], user: User) -> sa.ColumnElement[bool]:
    return sa.or_(
        Reminder.project_id.in_(projects),
        sa.and_(Reminder.project_id.is_(None), Reminder.owner_id == user.id),
    )


def get_writable(user: User, key: int) -> Reminder | None:
    """The reminder, for its owner or somebody who may write in its project."""
    own = sa.and_(Reminder.owner_id == user.id, _seen_by(visible_to(user), user))
    may = sa.or_(Reminder.project_id.in_(writable_by(user)), own)
    return session().scalar(sa.select(Reminder).where(Reminder.id == key, may).options(*shown()))


def open_of(
    user: User, *, pitch_id: int | None = None, site_id: int | None = None, person_id: int | None = None
) -> Sequence[Reminder]:
    """The open reminders about one pitch, site or person that the user may see, soonest first."""
    about = {"pitch_id": pitch_id, "site_id": site_id, "person_id": person_id}
    query = sa.select(Reminder).filter_by(**{name: key for name, key in about.items() if key is not None})
    query = query.where(Reminder.state == ReminderState.OPEN, _seen_by(visible_to(user), user)).options(
        *shown()
    )
    return session().scalars(query.order_by(Reminder.due_on, Reminder.id).limit(50)).all()


def sees_site(user: User, site_id: int) -> Site | None:
    """The site, when a project that the user sees holds it."""
    held = sa.select(Prospect.site_id).where(Prospect.project_id.in_(visible_to(user)))
    query = sa.select(Site).where(Site.id == site_id)
    return session().scalar(query if user.is_manager else query.where(Site.id.in_(held)))


def sees_person(user: User, person_id: int) -> Person | None:
    """The person, when a project that the user sees holds one of their sites."""
    held = (
        sa.select(SitePerson.person_id)
        .join(Prospect, Prospect.site_id == SitePerson.site_id)
        .where(Prospect.project_id.in_(visible_to(user)))
    )
    query = sa.select(Person).where(Person.id == person_id)
    return session().scalar(query if user.is_manager else query.where(Person.id.in_(held)))


def open_about(kind: str, key: int) -> Sequence[Reminder]:
    """The open reminders about what lies above (a link, a message), whoever owns them."""
    about = (Reminder.about_kind == kind, Reminder.about_id == key, Reminder.state == ReminderState.OPEN)
    return session().scalars(sa.select(Reminder).where(*about)).all()


def was_told(kind: str, key: int, of: ReminderKind, *, since: date) -> bool:
    """Was there a reminder of this kind about it, due on `since` or later, whatever became of it?"""
    about = (Reminder.about_kind == kind, Reminder.about_id == key, Reminder.kind == of)
    query = sa.select(Reminder.id).where(*about, Reminder.due_on >= since)
    return session().scalar(query.limit(1)) is not None
