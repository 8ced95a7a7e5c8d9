"""What a merge would touch, who may do it, and what stands against it. Never changes a row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload, lazyload

from outreach.accounts.models import User
from outreach.care import columns
from outreach.care.merging import rules
from outreach.care.merging.rules import ROWS, TABLES, Kind, Manner
from outreach.consent.queries import suppressed_among, suppressed_domains
from outreach.consent.rules import SuppressionReason
from outreach.db import session
from outreach.pitches.models import Pitch
from outreach.pitches.rules import PitchType
from outreach.projects.models import Project
from outreach.projects.queries import writable_by
from outreach.prospects import people_queries
from outreach.prospects import queries as prospect_queries
from outreach.prospects.labels.models import FieldValue, OwnField
from outreach.prospects.models import ContactPoint, Person, Prospect, Site, SitePerson
from outreach.prospects.rules import ContactKind

MODELS: dict[Kind, type[Person] | type[Site]] = {Kind.PERSON: Person, Kind.SITE: Site}
OWN_LANES = (PitchType.LINK_RECLAIM, PitchType.LINK_CORRECTION, PitchType.LINK_REMOVAL)
"""Pitches about links that stand: a project may have several of them open at a site."""


def named(key: str) -> sa.Column[Any]:
    """The column `table.column`."""
    table, _, column = key.partition(".")
    return columns.named(table).c[column]


def leading_to(table: str) -> Iterator[tuple[str, sa.Column[Any], Manner]]:
    """The columns of the registry that point at rows of `table`."""
    for key, manner in TABLES.items():
        column = named(key)
        if any(one.column.table.name == table for one in column.foreign_keys):
            yield key, column, manner


def unnamed() -> list[str]:
    """Columns that point at people, sites, or rows that a merge folds away, and that the registry does not name."""
    folded = {key.partition(".")[0] for key, manner in TABLES.items() if manner.way is rules.Way.FOLD}
    wanted = (column for table in (*ROWS.values(), *folded) for column in columns.leaning_on(table))
    return sorted({f"{one.table.name}.{one.name}" for one in wanted} - set(TABLES))


# --- who may ----------------------------------------------------------------------------------------


def found(user: User, kind: Kind, key: int) -> Person | Site | None:
    """The person or site when `user` may change them."""
    if kind is Kind.PERSON:
        return people_queries.writable_person(user, key)
    return prospect_queries.writable_site(user, key)


def concerned(kind: Kind, ids: Sequence[int]) -> sa.CompoundSelect[Any]:
    """The ids of all projects that have to do with these: by a row that names one, or by holding a site of theirs."""
    asked = [
        _projects_of(column, ids)
        for _, column, _ in leading_to(ROWS[kind])
        if {"project_id", "pitch_id"} & set(column.table.c.keys())
    ]
    if kind is Kind.PERSON:
        sites = sa.select(SitePerson.site_id).where(SitePerson.person_id.in_(ids))
        asked.append(sa.select(Prospect.project_id).where(Prospect.site_id.in_(sites)))
    return sa.union(*asked)


def _projects_of(column: sa.Column[Any], ids: Sequence[int]) -> sa.Select[Any]:
    table = column.table
    if "project_id" in table.c:
        return sa.select(table.c.project_id).where(column.in_(ids), table.c.project_id.is_not(None))
    pitches = columns.named("pitches")
    return (
        sa.select(pitches.c.project_id).join(table, table.c.pitch_id == pitches.c.id).where(column.in_(ids))
    )


def may_merge(user: User, kind: Kind, ids: Sequence[int]) -> bool:
    """May `user` write in every project that has to do with these? Managers may."""
    return user.is_manager or not session().scalar(sa.select(_is_foreign(user, kind, ids)))


def _is_foreign(user: User, kind: Kind, ids: Sequence[int]) -> sa.ColumnElement[bool]:
    """Is there a project among those in which `user` may not write? A column of a query."""
    every = concerned(kind, ids).subquery()
    return sa.exists().select_from(every).where(every.c[0].not_in(writable_by(user)))


# --- what stands against it -------------------------------------------------------------------------


@dataclass(frozen=True)
class Twice:
    """A project in which both have an open pitch."""

    project: str
    stays: Pitch
    goes: Pitch


def open_twice(kind: Kind, stays_id: int, goes_id: int) -> list[Twice]:
    """Open pitches of one project on both sides: which of them goes on is for people to say, not for a merge."""
    column = Pitch.person_id if kind is Kind.PERSON else Pitch.site_id
    query = (
        sa.select(Pitch)
        .options(joinedload(Pitch.project).lazyload(Project.hosts), joinedload(Pitch.site))
        .where(column.in_((stays_id, goes_id)), Pitch.is_open, Pitch.type.not_in(OWN_LANES))
        .order_by(Pitch.id)
    )
    sides: dict[int, dict[int, Pitch]] = {stays_id: {}, goes_id: {}}
    for pitch in session().scalars(query):
        whose = pitch.person_id if kind is Kind.PERSON else pitch.site_id
        sides[whose or 0].setdefault(pitch.project_id, pitch)
    both = sorted(set(sides[stays_id]) & set(sides[goes_id]))
    return [
        Twice(sides[stays_id][key].project.name, sides[stays_id][key], sides[goes_id][key]) for key in both
    ]


def said_no(kind: Kind, stays_id: int, goes_id: int) -> str:
    """Why nobody may be written to afterwards though a flag says nothing; "" when there is no such thing."""
    if kind is Kind.SITE:
        keys = session().scalars(sa.select(Site.key).where(Site.id.in_((stays_id, goes_id))))
        return no_of_sites(list(keys))
    points = reached_by([stays_id, goes_id])
    return no_of_people(points.get(stays_id, []), points.get(goes_id, []))


def no_of_sites(keys: Sequence[str]) -> str:
    """The same of these keys: a domain on the suppression list."""
    blocked = sorted(suppressed_domains(keys))
    return f"{blocked[0]} is on the suppression list" if blocked else ""


def no_of_people(stays: Sequence[ContactPoint], goes: Sequence[ContactPoint]) -> str:
    """The same of these contact points: a no of the one reaches the other's addresses. A bounce is no no."""
    mine, others = (
        {one.value_norm for one in points if one.kind is ContactKind.EMAIL} for points in (stays, goes)
    )
    nos = {
        address
        for address, row in suppressed_among([*mine, *others]).items()
        if row.reason is not SuppressionReason.HARD_BOUNCE
    }
    reached = (nos & mine and others - nos) or (nos & others and mine - nos)
    return "One of their addresses is on the suppression list" if reached else ""


def reached_by(person_ids: Sequence[int]) -> dict[int, list[ContactPoint]]:
    """`{person id: ways to reach them}`; one statement."""
    query = sa.select(ContactPoint).where(ContactPoint.person_id.in_(person_ids)).order_by(ContactPoint.id)
    found: dict[int, list[ContactPoint]] = {}
    for point in session().scalars(query):
        found.setdefault(point.person_id or 0, []).append(point)
    return found


def both(user: User, kind: Kind, ids: tuple[int, int]) -> tuple[list[Any], bool] | None:
    """The two in that order when `user` may change each, and whether they may be merged by them; one statement."""
    query: Any
    if kind is Kind.PERSON:
        query = people_queries.people_of(user, writable_by).options(lazyload(Person.contact_points))
    else:
        query = prospect_queries.sites_of(user, writable_by)
    query = query.where(MODELS[kind].id.in_(ids))
    foreign = sa.false() if user.is_manager else _is_foreign(user, kind, ids)
    rows = {row[0].id: row for row in session().execute(query.add_columns(foreign)).unique()}
    return ([rows[key][0] for key in ids], not rows[ids[0]][1]) if len(rows) == 2 else None


# --- for the screens --------------------------------------------------------------------------------


def goes_over(kind: Kind, goes_id: int) -> list[tuple[str, int]]:
    """(words, rows) of what names the one that goes; one statement."""
    counts = []
    for key, column, _ in leading_to(ROWS[kind]):
        word = rules.TOLD.get(key) or rules.TOLD.get(column.table.name)
        if word:
            rows = sa.select(sa.func.count()).select_from(column.table).where(column == goes_id)
            counts.append(sa.select(sa.literal(word), rows.scalar_subquery()))
    return [(word, rows) for word, rows in session().execute(sa.union_all(*counts)) if rows]


@dataclass(frozen=True)
class Shared:
    """A project that holds both sites: what each row says, and what stays."""

    project: str
    stays: Prospect
    goes: Prospect
    after: dict[str, Any]


def shared(user: User, stays_id: int, goes_id: int) -> list[Shared]:
    """Where two sites are in one project; one statement."""
    query = (
        sa.select(Prospect)
        .options(joinedload(Prospect.project).lazyload(Project.hosts), joinedload(Prospect.owner))
        .where(
            Prospect.site_id.in_((stays_id, goes_id)),
            Prospect.project_id.in_(writable_by(user)),
        )
    )
    sides: dict[int, dict[int, Prospect]] = {stays_id: {}, goes_id: {}}
    for row in session().scalars(query):
        sides[row.site_id][row.project_id] = row
    both = sorted(set(sides[stays_id]) & set(sides[goes_id]))
    return [
        Shared(a.project.name, a, b, _folded(a, b))
        for a, b in ((sides[stays_id][key], sides[goes_id][key]) for key in both)
    ]


def _folded(stays: Prospect, goes: Prospect) -> dict[str, Any]:
    a, b = (
        {name: getattr(row, name) for name in ("state", "reject_reason", "owner_id")} for row in (stays, goes)
    )
    return a | rules.fold_prospect(a, b)


def own_fields(kind: Kind, stays_id: int, goes_id: int) -> list[tuple[OwnField, str, str]]:
    """(field, value of the one, of the other) of the own fields in which both have something else; one statement."""
    mine, theirs = aliased(FieldValue), aliased(FieldValue)
    whose = "person_id" if kind is Kind.PERSON else "site_id"
    query = (
        sa.select(OwnField, mine.value, theirs.value)
        .join(mine, sa.and_(mine.field_id == OwnField.id, getattr(mine, whose) == stays_id))
        .join(theirs, sa.and_(theirs.field_id == OwnField.id, getattr(theirs, whose) == goes_id))
        .where(mine.value != theirs.value)
        .order_by(OwnField.id)
    )
    return [(row[0], row[1], row[2]) for row in session().execute(query)]
