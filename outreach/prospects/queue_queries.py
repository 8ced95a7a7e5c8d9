"""What waits to be qualified in a project: its new sites, then those put off whose time has come. Rights are the caller's.

One order for everybody: the sites that came in first, come up first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from outreach.accounts.models import User
from outreach.db import session
from outreach.projects.models import Project
from outreach.projects.queries import visible_to, writable_by
from outreach.prospects.metric_rules import Metric, shown
from outreach.prospects.models import Prospect, ProspectChange, Site, SiteMetric
from outreach.prospects.rules import ProspectState
from outreach.web.pager import COUNT_CAP


@dataclass(frozen=True)
class Counts:
    """How many wait (counted up to 10,001), how many were decided since, how many are put off and when the next comes back."""

    waiting: int
    done: int
    put_off: int
    back_at: datetime | None

    @property
    def total(self) -> int:
        return self.waiting + self.done


def _new(project_id: int) -> tuple[sa.ColumnElement[bool], ...]:
    return Prospect.project_id == project_id, Prospect.state == ProspectState.NEW


def _later(project_id: int) -> tuple[sa.ColumnElement[bool], ...]:
    return Prospect.project_id == project_id, Prospect.state == ProspectState.LATER


def coming_up(project_id: int, *, now: datetime, limit: int) -> list[Prospect]:
    """The next ones, each with its site, its numbers, and what is known of its page; one statement."""
    due = sa.func.coalesce(Prospect.later_until, Prospect.updated_at)
    new = _first(sa.literal(0), Prospect.updated_at, _new(project_id), limit)
    back = _first(sa.literal(1), due, (*_later(project_id), due <= now), limit)
    next_ones = sa.union_all(sa.select(new), sa.select(back)).subquery()
    query = (
        sa.select(Prospect)
        .join(next_ones, next_ones.c.id == Prospect.id)
        .options(*with_site())
        .order_by(next_ones.c.part, next_ones.c.at, Prospect.id)
        .limit(limit)
    )
    return list(session().scalars(query).unique())


def with_site() -> tuple[Any, ...]:
    """Load the site of prospects, with its numbers and its look, along with them."""
    return joinedload(Prospect.site).joinedload(Site.metrics), joinedload(Prospect.site).joinedload(Site.look)


def _first(part: Any, at: Any, where: Sequence[Any], limit: int) -> sa.Subquery:
    """The first of one part of the queue, each part by an index of its own."""
    query = sa.select(Prospect.id, part.label("part"), at.label("at")).where(*where)
    return query.order_by(at, Prospect.id).limit(limit).subquery()


def counts(project_id: int, *, since: datetime, now: datetime) -> Counts:
    """One statement. `since` is when the reader's day began."""
    due = sa.func.coalesce(Prospect.later_until, Prospect.updated_at)
    decided = (Prospect.project_id == project_id, Prospect.decided_at >= since)
    off = (*_later(project_id), due > now)
    back_at = sa.select(Prospect.later_until).where(*off).order_by(due).limit(1).scalar_subquery()
    row = session().execute(
        sa.select(_capped(_new(project_id)), _capped((*_later(project_id), due <= now)), _capped(decided), _capped(off), back_at)
    ).one()  # fmt: skip
    return Counts(row[0] + row[1], row[2], row[3], row[4])


@dataclass(frozen=True)
class Choice:
    """A project with a queue: whether the user may decide in it, and whether something is new."""

    id: int
    name: str
    is_writable: bool
    has_new: bool


def choices(user: User) -> list[Choice]:
    """The projects that `user` may see and that are not put away, by name; one statement."""
    has_new = sa.exists().where(Prospect.project_id == Project.id, Prospect.state == ProspectState.NEW)
    rows = session().execute(
        sa.select(Project.id, Project.name, Project.id.in_(writable_by(user)).label("is_writable"), has_new.label("has_new"))
        .where(Project.id.in_(visible_to(user)), ~Project.is_archived)
        .order_by(Project.name, Project.id)
    )  # fmt: skip
    return [Choice(row.id, row.name, bool(row.is_writable), bool(row.has_new)) for row in rows]


def _capped(where: Sequence[sa.ColumnElement[bool]]) -> Any:
    some = sa.select(sa.literal(1)).select_from(Prospect).where(*where).limit(COUNT_CAP).subquery()
    return sa.select(sa.func.count()).select_from(some).scalar_subquery()


def in_queue(user: User, prospect_id: int) -> Prospect | None:
    """The prospect when `user` may see it, with its site."""
    query = sa.select(Prospect).options(*with_site()).where(Prospect.id == prospect_id)
    return session().scalars(query.where(Prospect.project_id.in_(visible_to(user)))).unique().first()


def decided(user: User, change_id: int) -> tuple[Prospect, str] | None:
    """(prospect, key of its site) of a change of one's own to one row that can be taken back; None for any other."""
    change = session().scalar(
        sa.select(ProspectChange).where(
            ProspectChange.id == change_id,
            ProspectChange.by_id == user.id,
            ProspectChange.undone_at.is_(None),
        )
    )
    return _of(user, change) if change is not None and len(change.before) == 1 else None


def decided_last(user: User, prospect_id: int) -> int | None:
    """The newest change of `user` when it made this prospect as it stands."""
    mine = sa.select(ProspectChange).where(
        ProspectChange.by_id == user.id, ProspectChange.undone_at.is_(None)
    )
    change = session().scalar(mine.order_by(ProspectChange.id.desc()).limit(1))
    if change is None or [before[0] for before in change.before] != [prospect_id]:
        return None
    found = _of(user, change)
    return change.id if found and found[0].updated_at == change.at else None


def _of(user: User, change: ProspectChange) -> tuple[Prospect, str] | None:
    row = session().execute(
        sa.select(Prospect, Site.key)
        .join(Site, Site.id == Prospect.site_id)
        .where(Prospect.id == change.before[0][0], Prospect.project_id.in_(writable_by(user)))
    ).first()  # fmt: skip
    return (row[0], row[1]) if row else None


def change_before(user: User, change_id: int, *, project_id: int, since: datetime) -> int | None:
    """The newest change of one's own before this one, to one row of the project, that can be taken back."""
    rows = session().scalars(
        sa.select(ProspectChange)
        .where(
            ProspectChange.by_id == user.id, ProspectChange.id < change_id, ProspectChange.at >= since,
            ProspectChange.undone_at.is_(None),
        )
        .order_by(ProspectChange.id.desc())
        .limit(5)
    )  # fmt: skip
    for change in rows:
        found = _of(user, change) if len(change.before) == 1 else None
        if found and found[0].project_id == project_id:
            return change.id
    return None


def numbers_of(site_ids: Sequence[int], names: Sequence[str]) -> dict[int, dict[str, str]]:
    """`{site id: {name: value as it is read}}` of some numbers for a page of sites; no statement when none is asked for."""
    if not names or not site_ids:
        return {}
    rows = session().execute(
        sa.select(SiteMetric.site_id, SiteMetric.name, SiteMetric.value).where(
            SiteMetric.site_id.in_(site_ids), SiteMetric.name.in_([Metric(name) for name in names])
        )
    )
    found: dict[int, dict[str, str]] = {}
    for site_id, name, value in rows:
        found.setdefault(site_id, {})[name.value] = shown(value)
    return found
