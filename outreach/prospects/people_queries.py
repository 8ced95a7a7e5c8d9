"""People that somebody may see or change, and the ways to reach them. Rights are in each query."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, lazyload

from outreach.accounts.models import User
from outreach.db import session
from outreach.projects.queries import visible_to, writable_by
from outreach.prospects import standings
from outreach.prospects.labels import queries as labels
from outreach.prospects.labels.rules import About, FieldAsk
from outreach.prospects.models import ContactPoint, Person, Prospect, SitePerson
from outreach.prospects.narrowing import yes_or_no
from outreach.prospects.queries import Projects, is_held_in, reaches_site
from outreach.prospects.rules import ContactKind
from outreach.search.commonness import are_common
from outreach.search.queries import holds, named
from outreach.search.rules import terms_for, terms_of


def reaches_person(user: User, person_id: Any, projects: Projects = visible_to) -> sa.ColumnElement[bool]:
    """The same of a row that names a person."""
    if user.is_manager:
        return sa.and_(person_id.is_not(None))
    held = (
        sa.select(sa.literal(1))
        .select_from(SitePerson)
        .join(Prospect, Prospect.site_id == SitePerson.site_id)
    )
    return held.where(SitePerson.person_id == person_id, Prospect.project_id.in_(projects(user))).exists()


def people_of(user: User, projects: Projects = visible_to) -> sa.Select[Person]:
    """The people that `user` may see (or change): those at a site that one of the user's projects holds."""
    query = sa.select(Person)
    if user.is_manager:
        return query
    held = (
        sa.select(sa.literal(1))
        .select_from(SitePerson)
        .join(Prospect, Prospect.site_id == SitePerson.site_id)
        .where(SitePerson.person_id == Person.id, Prospect.project_id.in_(projects(user)))
    )
    return query.where(held.exists())


def get_person(user: User, person_id: int) -> Person | None:
    """The person when `user` may see them, with their contact points."""
    return session().scalar(people_of(user).where(Person.id == person_id))


def writable_person(user: User, person_id: int) -> Person | None:
    """The person when `user` may change them: a viewer may not."""
    return session().scalar(people_of(user, writable_by).where(Person.id == person_id))


@dataclass(frozen=True)
class PeopleFilters:
    """What a list of people shows; `contact` is yes or no, `closed` is yes for those we must not write to."""

    q: str = ""
    project: int | None = None
    contact: str = ""
    closed: str = ""
    standing: str = ""
    tag: int | None = None
    fields: tuple[FieldAsk, ...] = ()

    @cached_property
    def matches(self) -> sa.ColumnElement[bool]:
        """What `q` asks of a person, looked up once as in `Filters`."""
        return person_matches(self.q)


def people_listed(user: User, filters: PeopleFilters) -> sa.Select[Person]:
    """The people that `user` may see and `filters` let through. A page of them comes by `prospects.crowding` where that can say it."""
    query = people_of(user)
    if filters.q:
        query = query.where(filters.matches)
    if filters.project is not None:
        may = sa.literal(filters.project).in_(visible_to(user))
        query = query.where(may, _is_in_project(filters.project))
    if filters.contact:
        reachable = sa.exists().where(ContactPoint.person_id == Person.id)
        query = query.where(yes_or_no(filters.contact, reachable))
    if filters.closed:
        query = query.where(yes_or_no(filters.closed, Person.is_do_not_contact))
    if filters.standing:
        query = query.where(standings.is_at(About.PERSON, Person.id, filters.standing))
    if filters.tag is not None:
        query = query.where(labels.has_tag(About.PERSON, Person.id, filters.tag))
    return query.where(*labels.conditions(user, About.PERSON, Person.id, filters.fields))


def person_matches(text: str) -> sa.ColumnElement[bool]:
    """A condition on Person: the name or the notes hold all words of `text`, or one of the addresses does."""
    terms = terms_of(text)
    ways = terms_for("contact_points", text)
    common = are_common(terms, "people", *(["contact_points"] if ways == terms else []))
    if any(common.values()):
        address = sa.exists().where(ContactPoint.person_id == Person.id, holds("contact_points", ways))
        return sa.or_(holds("people", terms), address)
    addressed = sa.select(ContactPoint.person_id).where(ContactPoint.id.in_(named("contact_points", ways)))
    return Person.id.in_(
        sa.union(named("people", terms), addressed.where(ContactPoint.person_id.is_not(None)))
    )


def _is_in_project(project_id: int) -> sa.ColumnElement[bool]:
    """Is a person at a site of the project? Asked from the person on: `+ 0` keeps SQLite from going through the whole project."""
    return (
        sa.select(sa.literal(1))
        .select_from(SitePerson)
        .join(Prospect, Prospect.site_id == SitePerson.site_id)
        .where(SitePerson.person_id == Person.id, Prospect.project_id + 0 == project_id)
        .exists()
    )


def people_of_site(site_id: int, *, with_contacts: bool = True) -> list[SitePerson]:
    """Who is at a site that the caller loaded by its own rights: roles with the person and their contact points."""
    person = joinedload(SitePerson.person)
    query = (
        sa.select(SitePerson)
        .options(
            person if with_contacts else person.lazyload(Person.contact_points), lazyload(SitePerson.site)
        )
        .where(SitePerson.site_id == site_id)
        .order_by(SitePerson.is_former, SitePerson.id)
    )
    return list(session().scalars(query))


def sites_of_people(user: User, person_ids: Sequence[int]) -> dict[int, list[SitePerson]]:
    """`{person id: their sites}`, of the sites that `user` may see."""
    query = (
        sa.select(SitePerson).options(lazyload(SitePerson.person)).where(SitePerson.person_id.in_(person_ids))
    )
    if not user.is_manager:
        query = query.where(is_held_in(SitePerson.site_id, visible_to(user)))
    found: dict[int, list[SitePerson]] = {}
    for row in session().scalars(query.order_by(SitePerson.is_former, SitePerson.id)):
        found.setdefault(row.person_id, []).append(row)
    return found


def contact_point(kind: ContactKind, value_norm: str) -> ContactPoint | None:
    """Who or what has this address, whoever asks: for telling duplicates, never for showing."""
    return session().scalar(
        sa.select(ContactPoint).where(ContactPoint.kind == kind, ContactPoint.value_norm == value_norm)
    )


def writable_contact(user: User, contact_id: int) -> ContactPoint | None:
    """The contact point of a person or site that `user` may change."""
    may = sa.or_(
        reaches_person(user, ContactPoint.person_id, writable_by), reaches_site(user, ContactPoint.site_id, writable_by)
    )  # fmt: skip
    return session().scalar(sa.select(ContactPoint).where(ContactPoint.id == contact_id, may))


def role_at(site_id: int, person_id: int) -> SitePerson | None:
    """The row of a person at a site."""
    return session().scalar(
        sa.select(SitePerson).where(SitePerson.site_id == site_id, SitePerson.person_id == person_id)
    )
