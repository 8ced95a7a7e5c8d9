"""Merges that were made: their list, who they were, and what may still be taken back. Rights are in each query."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from outreach.accounts.models import User
from outreach.care.merging import rules
from outreach.care.merging.models import Merge
from outreach.care.merging.rules import Kind
from outreach.db import session
from outreach.projects import queries as project_queries
from outreach.projects.queries import is_among, writable_by
from outreach.prospects.models import Person, Prospect, Site, SiteAlias, SitePerson


def has_few(user: User) -> bool:
    """Do all projects of a member hold so few sites that what is about these is gathered?"""
    return project_queries.has_few(user, Prospect.project_id)


def reaches(user: User, kind: Kind, key: Any, are_few: bool) -> sa.ColumnElement[bool]:
    """May `user` change the person or site in the column `key`? Asked for each row, but with few sites."""
    held = sa.select(Prospect.site_id).where(Prospect.project_id.in_(writable_by(user)))
    if are_few:
        sites = held.where(is_among(Prospect.project_id, user))
        people = sa.select(SitePerson.person_id).where(SitePerson.site_id.in_(sites))
        return key.in_(sites if kind is Kind.SITE else people)  # type: ignore[no-any-return]
    if kind is Kind.PERSON:
        held = held.join(SitePerson, SitePerson.site_id == Prospect.site_id)
    of = SitePerson.person_id if kind is Kind.PERSON else Prospect.site_id
    return held.where(of == key).offset(0).exists()  # a fence: PostgreSQL would gather all sites first


def merges(user: User, *, are_few: bool = False) -> sa.Select[Any]:
    """The merges of people and sites that `user` may change. `are_few` is `has_few`, for a page of them."""
    query = sa.select(Merge).options(joinedload(Merge.by))
    if user.is_manager:
        return query
    person = reaches(user, Kind.PERSON, Merge.person_id, are_few)
    return query.where(sa.or_(person, reaches(user, Kind.SITE, Merge.site_id, are_few)))


def merge_of(user: User, key: int) -> Merge | None:
    """One of them."""
    row: Merge | None = session().scalar(merges(user).where(Merge.id == key))
    return row


def names(rows: Sequence[Merge]) -> dict[tuple[Kind, int], str]:
    """`{(kind, id): name}` of those in whom all stands today, and of those who came back; two statements at most."""
    people = {row.person_id for row in rows if row.person_id}
    sites = {row.site_id for row in rows if row.site_id}
    people |= {row.former_id for row in rows if row.undone_at and row.kind is Kind.PERSON}
    sites |= {row.former_id for row in rows if row.undone_at and row.kind is Kind.SITE}
    found: dict[tuple[Kind, int], str] = {}
    if people:
        named = session().execute(sa.select(Person.id, Person.name).where(Person.id.in_(people)))
        found |= {(Kind.PERSON, row.id): row.name for row in named}
    if sites:
        keyed = session().execute(sa.select(Site.id, Site.key).where(Site.id.in_(sites)))
        found |= {(Kind.SITE, row.id): row.key for row in keyed}
    return found


def merged_away(kind: Kind, key: int) -> Merge | None:
    """The merge by which this person or site went into another one, when it was not undone."""
    query = sa.select(Merge).where(Merge.kind == kind, Merge.former_id == key, Merge.undone_at.is_(None))
    return session().scalar(query.order_by(Merge.id.desc()).limit(1))


def former_ids(kind: Kind, key: int) -> list[int]:
    """Those who went into this one and did not come back: the diary keeps their lines under their own numbers."""
    return list(session().scalars(former(kind, key).order_by(Merge.id)))


def former(kind: Kind, key: int) -> sa.Select[int]:
    """The same as a subquery."""
    column = Merge.person_id if kind is Kind.PERSON else Merge.site_id
    return sa.select(Merge.former_id).where(column == key, Merge.undone_at.is_(None))


def later(merge: Merge) -> list[Merge]:
    """Merges that came after this one and still hold, locked, oldest first."""
    query = sa.select(Merge).where(Merge.id > merge.id, Merge.undone_at.is_(None), Merge.purged_at.is_(None))
    return list(session().scalars(query.order_by(Merge.id).with_for_update()))


def too_old(now: datetime) -> sa.ColumnElement[bool]:
    """A condition on Merge: what was before is to be forgotten."""
    return sa.and_(Merge.purged_at.is_(None), Merge.at < now - rules.UNDO_FOR)


def alias_of(key: str) -> int | None:
    """The site that stands for this key since a merge."""
    return session().scalar(sa.select(SiteAlias.site_id).where(SiteAlias.key == key))
