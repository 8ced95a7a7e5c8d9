"""What a merge would touch, who may do it, and what was merged before. Never changes a row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload, lazyload

from outreach.accounts.models import User
from outreach.care import columns
from outreach.care.merging import rules
from outreach.care.merging.models import Merge, Pair
from outreach.care.merging.rules import ROWS, TABLES, Kind, Manner, PairState
from outreach.consent.queries import suppressed_among, suppressed_domains
from outreach.consent.rules import SuppressionReason
from outreach.db import session
from outreach.pitches.models import Pitch
from outreach.pitches.rules import PitchType
from outreach.projects import queries as project_queries
from outreach.projects.models import Project
from outreach.projects.queries import is_among, writable_by
from outreach.prospects import narrowing, people_queries
from outreach.prospects import queries as prospect_queries
from outreach.prospects.labels.models import FieldValue, OwnField
from outreach.prospects.models import ContactPoint, Person, Prospect, Site, SiteAlias, SitePerson
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


# --- merges ----------------------------------------------------------------------------------------


def has_few(user: User) -> bool:
    """Do all projects of a member hold so few sites that what is about these is gathered?"""
    return project_queries.has_few(user, Prospect.project_id)


def _reaches(user: User, kind: Kind, key: Any, are_few: bool) -> sa.ColumnElement[bool]:
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
    person = _reaches(user, Kind.PERSON, Merge.person_id, are_few)
    return query.where(sa.or_(person, _reaches(user, Kind.SITE, Merge.site_id, are_few)))


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


# --- pairs -----------------------------------------------------------------------------------------


def pairs(user: User, kind: Kind, state: PairState, *, are_few: bool = False) -> sa.Select[Any]:
    """The pairs of which `user` may change both. `are_few` is `has_few`, for a page of them."""
    query = sa.select(Pair).where(Pair.kind == kind, Pair.state == state)
    if user.is_manager:
        return query
    if kind is Kind.PERSON:
        both = (Pair.first_person_id, Pair.second_person_id)
    else:
        both = (Pair.first_site_id, Pair.second_site_id)
    may = [_reaches(user, kind, one, are_few) for one in both]
    return query.where(Pair.id.in_(sa.select(Pair.id).where(*may))) if are_few else query.where(*may)


def pair_of(user: User, key: int) -> Pair | None:
    """One of them, whatever its state."""
    pair = session().get(Pair, key)
    if pair is None:
        return None
    row: Pair | None = session().scalar(pairs(user, pair.kind, pair.state).where(Pair.id == key))
    return row


@dataclass(frozen=True)
class Listed:
    """A pair as it is listed: ids, names, and what tells them apart at a glance."""

    id: int
    reasons: list[str]
    first: tuple[int, str, str]
    second: tuple[int, str, str]


def listed(rows: Sequence[Pair], kind: Kind) -> list[Listed]:
    """The pairs of a page with names; two statements for people, one for sites."""
    if kind is Kind.SITE:
        ids = {key for row in rows for key in (row.first_site_id, row.second_site_id)}
        sites = {
            one.id: (one.id, one.key, one.title)
            for one in session().scalars(sa.select(Site).where(Site.id.in_(ids)))
        }
        return [
            Listed(row.id, row.reasons, sites[row.first_site_id or 0], sites[row.second_site_id or 0]) for row in rows
        ]  # fmt: skip
    ids = {key for row in rows for key in (row.first_person_id, row.second_person_id)}
    known = session().execute(sa.select(Person.id, Person.name).where(Person.id.in_(ids)))
    reached = reached_by([key for key in ids if key])
    people = {
        row.id: (row.id, row.name, ", ".join(point.value for point in reached.get(row.id, [])[:2]))
        for row in known
    }
    return [
        Listed(row.id, row.reasons, people[row.first_person_id or 0], people[row.second_person_id or 0]) for row in rows
    ]  # fmt: skip


def alike_to(user: User, kind: Kind, key: int) -> list[tuple[int, str, list[str]]]:
    """(id, name, reasons) of those that look like this one, as far as `user` may change them."""
    other = aliased(MODELS[kind])
    first, second = (
        (Pair.first_person_id, Pair.second_person_id)
        if kind is Kind.PERSON
        else (Pair.first_site_id, Pair.second_site_id)
    )
    name = other.name if kind is Kind.PERSON else other.key  # type: ignore[union-attr]
    query = (
        pairs(user, kind, PairState.OPEN)
        .where(Pair.id.in_(sa.union_all(*(sa.select(Pair.id).where(one == key) for one in (first, second)))))
        .join(other, sa.and_(other.id.in_((first, second)), other.id != key))
        .with_only_columns(other.id, name.label("name"), Pair.reasons)
    )
    return [(row.id, row.name, row.reasons) for row in session().execute(query.order_by(Pair.id).limit(20))]


def search(user: User, kind: Kind, key: int, text: str) -> list[tuple[int, str, str]]:
    """(id, name, more) of the newest others that `user` may change and that hold `text`, by name; two statements."""
    if not text:
        return []
    rows: Any
    if kind is Kind.PERSON:
        people = people_queries.people_of(user, writable_by).where(
            people_queries.person_matches(text), Person.id != key
        )
        rows = people.with_only_columns(Person.id, Person.name.label("name"), sa.literal("").label("more"))
        rows = rows.order_by(Person.id.desc())
    else:
        sites = prospect_queries.sites_of(user, writable_by).where(
            narrowing.site_matches(text), Site.id != key
        )
        rows = sites.with_only_columns(Site.id, Site.key.label("name"), Site.title.label("more"))
        rows = rows.order_by(Site.id.desc())
    found = [(row.id, row.name, row.more) for row in session().execute(rows.limit(12))]
    return sorted(found, key=lambda one: one[1])
