"""Taking people out again who came in with a list. Never commits.

Whoever was dealt with since stays as they are, with their addresses and places.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol, TypeVar

import sqlalchemy as sa

from outreach.db import Base, session
from outreach.diary.models import Entry
from outreach.diary.moves import note_many
from outreach.prospects.models import ContactPoint, Person, Site, SitePerson

Row = TypeVar("Row", bound=Base)

_BROUGHT = ("person.added", "person.placed", "contact.added", "person.unplaced", "contact.taken_back")
"""Diary lines about a person that a list itself, or its undo, may have written."""


class Stays(Protocol):
    """Which of these sites stay because of what somebody did there since?"""

    def __call__(self, site_ids: set[int], /) -> set[int]: ...


def untie(
    contacts: Sequence[int],
    places: Sequence[int],
    *,
    since: datetime,
    until: datetime | None,
    stays: Stays,
    by: int,
    now: datetime,
) -> None:
    """Take these contact points and places at sites away, but for those of people whom somebody has dealt with since.

    The list came in from `since` to `until`; who came with a site that `stays` stays with it.
    """
    points, roles = _those(ContactPoint, contacts), _those(SitePerson, places)
    people = {point.person_id for point in points if point.person_id} | {role.person_id for role in roles}
    dealt = _dealt_with(people, since) | _at(people, stays)
    dealt |= _grown(people - dealt, set(contacts), set(places), until or now)
    points = [point for point in points if point.person_id not in dealt and point.site_id is None]
    roles = [role for role in roles if role.person_id not in dealt and not _is_paired(role)]
    _tell(points, roles, since=since, by=by, now=now)
    for row in (*points, *roles):
        session().delete(row)
    session().flush()


def _tell(
    points: Sequence[ContactPoint], roles: Sequence[SitePerson], *, since: datetime, by: int, now: datetime
) -> None:
    """Into the history of those whom we knew before the list; the others go altogether."""
    people = {point.person_id for point in points} | {role.person_id for role in roles}
    older = set(
        session().scalars(sa.select(Person.id).where(Person.id.in_(people), Person.created_at < since))
    )
    left = [
        {"site_id": role.site_id, "person_id": role.person_id} for role in roles if role.person_id in older
    ]
    gone = [
        {"person_id": point.person_id, "data": {"what": point.kind.value}}
        for point in points
        if point.person_id in older
    ]
    note_many("person.unplaced", left, by=by, now=now)
    note_many("contact.taken_back", gone, by=by, now=now)


def forget(people: Sequence[int]) -> None:
    """Those of these people whom nobody changed, and whom no row of any room names any more, are known no more."""
    for person in _those(Person, people):
        if person.version == 1 and not _is_named(person):
            session().delete(person)
    session().flush()


def _those(kind: type[Row], ids: Sequence[int]) -> list[Row]:
    return list(session().scalars(sa.select(kind).where(kind.id.in_(ids))).unique())


def _dealt_with(people: set[int], since: datetime) -> set[int]:
    """Those of the people whom the diary names for more than coming in."""
    lines = sa.select(Entry.person_id).where(
        Entry.person_id.in_(people), Entry.at >= since, Entry.kind.not_in(_BROUGHT)
    )
    return {key for key in session().scalars(lines.distinct()) if key}


def _at(people: set[int], stays: Stays) -> set[int]:
    """Those of the people who stand at a site that stays."""
    rows = (
        session()
        .execute(sa.select(SitePerson.site_id, SitePerson.person_id).where(SitePerson.person_id.in_(people)))
        .all()
    )
    kept = stays({row.site_id for row in rows})
    return {row.person_id for row in rows if row.site_id in kept}


def _grown(people: set[int], contacts: set[int], places: set[int], until: datetime) -> set[int]:
    """Those of the people who got another way to reach them, or another site, once the list was in."""
    lines = sa.select(Entry.person_id).where(
        Entry.person_id.in_(people),
        Entry.at > until,
        Entry.kind.in_(("contact.added", "person.placed")),
    )
    grown = {key for key in session().scalars(lines.distinct()) if key}
    more = set(
        session().scalars(
            sa.select(ContactPoint.person_id).where(
                ContactPoint.person_id.in_(grown), ContactPoint.id.not_in(contacts)
            )
        )
    )
    more |= set(
        session().scalars(
            sa.select(SitePerson.person_id).where(
                SitePerson.person_id.in_(grown), SitePerson.id.not_in(places)
            )
        )
    )
    return {key for key in more if key}


def _is_paired(role: SitePerson) -> bool:
    """Does a row of a room above name this person and this site together? Asked by the metadata."""
    for table in Base.metadata.tables.values():
        if table.name == SitePerson.__tablename__:
            continue
        sites, people = _keys(table, Site), _keys(table, Person)
        if sites and people:
            pair = (
                sa.or_(*(column == role.site_id for column in sites)),
                sa.or_(*(column == role.person_id for column in people)),
            )
            if session().scalar(sa.select(sa.literal(1)).select_from(table).where(*pair).limit(1)):
                return True
    return False


def _keys(table: sa.Table, kind: type[Base]) -> list[sa.Column[int]]:
    return [key.parent for key in table.foreign_keys if key.column is kind.__table__.c.id]


def _is_named(person: Person) -> bool:
    """Does any row name them? Asked by the metadata, so that rooms above are asked, too; what the product itself found out does not count."""
    for table in Base.metadata.tables.values():
        if table.info.get("found_by_itself"):
            continue
        for column in _keys(table, Person):
            if session().scalar(sa.select(sa.literal(1)).where(column == person.id).limit(1)):
                return True
    return False
