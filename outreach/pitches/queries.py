"""Finding pitches. Rights are in each query: rows of projects that the user may not see cannot be found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from outreach.accounts.models import Leave, User
from outreach.db import session
from outreach.diary.models import Entry
from outreach.diary.rules import PRODUCT, Told, tell
from outreach.kit.clock import local_day
from outreach.pitches import due_words, rules
from outreach.pitches.models import Pitch, StageChange
from outreach.pitches.rules import MAINTENANCE, NextKind, PitchType, Stage
from outreach.projects.models import Project
from outreach.projects.queries import is_seen, visible_to, writable_by
from outreach.prospects.models import Person, Site


def get(user: User, key: int) -> Pitch | None:
    """The pitch with what its page shows of it (project, site, person, own page, owners), or None; one statement."""
    return _one(key, visible_to(user))


def get_writable(user: User, key: int) -> Pitch | None:
    """The same, for a user who may change it."""
    return _one(key, writable_by(user))


def _one(key: int, projects: sa.Select[int]) -> Pitch | None:
    query = sa.select(Pitch).where(Pitch.id == key, Pitch.project_id.in_(projects)).options(*shown())
    return session().scalar(query)


def may_write(user: User, project_id: int) -> bool:
    """May the user change things in this project?"""
    return bool(
        session().scalar(sa.select(sa.literal(True)).where(sa.literal(project_id).in_(writable_by(user))))
    )


def shown() -> tuple[Any, ...]:
    """Loader options: the neighbours that screens name, without the lists that hang on them."""
    return (
        joinedload(Pitch.project).lazyload(Project.hosts),
        joinedload(Pitch.site),
        joinedload(Pitch.person).lazyload(Person.contact_points),
        joinedload(Pitch.own_page),
        joinedload(Pitch.owner),
        joinedload(Pitch.next_owner),
    )


def why_due(pitch: Pitch, today: date, zone: ZoneInfo) -> str:
    """Why an open pitch is due, in the days of its reader."""
    if pitch.next_kind is None or pitch.next_on is None:
        return ""
    out_on, in_on = (local_day(at, zone) if at else None for at in (pitch.last_out_at, pitch.last_in_at))
    return due_words.why_due(pitch.next_kind, pitch.next_on, today, out_on, in_on)


def told(entry: Entry, names: Mapping[int, str]) -> Told:
    """A line of a pitch's diary in words; stages and types by the names that the screens give them."""
    data = dict(entry.data)
    if entry.kind in ("pitch.stage", "pitch.undone"):
        data |= {
            end: f"“{rules.stage_name(Stage(stage))}”"
            for end, stage in data.items()
            if end in ("before", "after")
        }
    if entry.kind == "pitch.started" and data.get("type") in set(PitchType):
        data["type"] = rules.TYPE_NAMES[PitchType(data["type"])]
    who = PRODUCT if entry.by_id is None else names.get(entry.by_id, "Somebody")
    return tell(entry.kind, data, who=who, subject="")


def change_of(pitch: Pitch, key: int) -> StageChange | None:
    """One move of this pitch."""
    return session().scalar(
        sa.select(StageChange).where(StageChange.id == key, StageChange.pitch_id == pitch.id)
    )


def written_elsewhere(project_id: int, site_id: int) -> tuple[str, datetime] | None:
    """Whose pitch of another project was the last to write to a site, and when: the bare fact (B4); None when none did."""
    query = sa.select(User.name, Pitch.last_out_at).join(User, User.id == Pitch.owner_id)
    others = (Pitch.site_id == site_id, Pitch.project_id != project_id, Pitch.last_out_at.is_not(None))
    row = session().execute(query.where(*others).order_by(Pitch.last_out_at.desc()).limit(1)).first()
    return (row[0], row[1]) if row and row[1] else None


def open_at_site(project_id: int, site_id: int) -> int | None:
    """The id of the open pitch that holds the claim on a site in a project (B4); None when it is free."""
    return session().scalar(
        sa.select(Pitch.id).where(
            Pitch.project_id == project_id,
            Pitch.site_id == site_id,
            Pitch.is_open,
            Pitch.type.not_in(MAINTENANCE),
        )
    )


def due(user: User, until: date) -> sa.Select[Pitch]:
    """Open pitches whose next action is this user's and due by `until` (a day of theirs), soonest first.

    Today, the digest and their counts all use this; why a row is here says `due_words.why_due`.
    """
    return (
        sa.select(Pitch)
        .where(
            Pitch.is_open,
            Pitch.next_owner_id == user.id,
            Pitch.next_on <= until,
            is_seen(Pitch.project_id, user),
            Pitch.project_id.not_in(sa.select(Project.id).where(Project.is_archived)),
        )
        .options(*shown())
        .order_by(Pitch.next_on, Pitch.id)
    )


def of_site(user: User, site_id: int, limit: int = 20) -> Sequence[Pitch]:
    """The pitches to one site that the user may see, open ones first."""
    return _of(user, Pitch.site_id == site_id, limit)


def of_person(user: User, person_id: int, limit: int = 20) -> Sequence[Pitch]:
    """The pitches to one person that the user may see, open ones first."""
    return _of(user, Pitch.person_id == person_id, limit)


def _of(user: User, about: sa.ColumnElement[bool], limit: int) -> Sequence[Pitch]:
    query = sa.select(Pitch).where(about, Pitch.project_id.in_(visible_to(user))).options(*shown())
    return session().scalars(query.order_by(Pitch.is_open.desc(), Pitch.updated_at.desc()).limit(limit)).all()


def open_count(user: User) -> int:
    """How many open pitches the user sees: the number in the sidebar."""
    query = sa.select(sa.func.count()).select_from(Pitch).where(Pitch.is_open)
    return session().scalar(query.where(Pitch.project_id.in_(visible_to(user)))) or 0


def names_of(user: User, keys: Sequence[int]) -> dict[int, str]:
    """{pitch: key of its site} of those that the user may change."""
    query = (
        sa.select(Pitch.id, Site.key)
        .join(Pitch.site)
        .where(Pitch.id.in_(keys), Pitch.project_id.in_(writable_by(user)))
    )
    return {row.id: row.key for row in session().execute(query)}


def resting_until(day: date) -> sa.Select[int, date | None, str]:
    """(id, revisit_on, zone of its owner) of pitches that rest until `day` at most, soonest first."""
    return (
        sa.select(Pitch.id, Pitch.revisit_on, User.timezone)
        .outerjoin(User, User.id == Pitch.owner_id)
        .where(Pitch.stage == Stage.NURTURE, Pitch.revisit_on <= day)
        .order_by(Pitch.revisit_on, Pitch.id)
    )


def on_leave(today: date) -> sa.Select[int]:
    """Open pitches whose next action, from `today` on, lies on a day of leave of whoever has it; what is late stays late."""
    is_away = sa.and_(
        Leave.user_id == Pitch.next_owner_id, Leave.first_on <= Pitch.next_on, Leave.last_on >= Pitch.next_on
    )
    return (
        sa.select(Pitch.id)
        .where(
            Pitch.is_open,
            Pitch.next_on >= today,
            Pitch.next_kind != NextKind.ANSWER,
            sa.exists().where(is_away),
        )
        .order_by(Pitch.id)
    )


def without_next_action() -> int:
    """How many open pitches break the no-orphan rule (E1); always 0."""
    broken = sa.or_(Pitch.next_kind.is_(None), Pitch.next_on.is_(None), Pitch.next_owner_id.is_(None))
    query = sa.select(sa.func.count()).select_from(Pitch).where(Pitch.stage.not_in(rules.AT_REST), broken)
    return session().scalar(query) or 0
