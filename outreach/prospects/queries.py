"""Sites, people and prospects that somebody may see or change. Rights are in each query.

A user sees a site or person when one of their projects holds it; managers and admins see all. Who may change
something is asked the same way, with `writable_*`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload, lazyload

from outreach.accounts.models import User
from outreach.accounts.rules import UserRole
from outreach.db import session
from outreach.projects.models import Membership, OwnHost, Project
from outreach.projects.queries import is_seen, visible_to, writable_by
from outreach.projects.rules import MemberRole
from outreach.prospects import marking, placing, standings
from outreach.prospects.labels import queries as labels
from outreach.prospects.labels.rules import About, FieldAsk
from outreach.prospects.models import (
    ContactPoint,
    ImportBatch,
    ImportRow,
    Person,
    Prospect,
    ProspectChange,
    Site,
    SiteAlias,
    SitePerson,
)
from outreach.prospects.rules import ContactKind, Outcome
from outreach.search import marks
from outreach.search.queries import among, are_common, holds, named
from outreach.search.rules import terms_for, terms_of

Projects = Callable[[User], sa.Select[Any]]


# --- sites ------------------------------------------------------------------------------------------


def sites_of(user: User, projects: Projects = visible_to) -> sa.Select[Site]:
    """The sites that `user` may see (or change, with `projects=writable_by`), to be narrowed further."""
    query = sa.select(Site)
    return query if user.is_manager else query.where(_is_held(Site.id, projects(user)))


def reaches_site(user: User, site_id: Any, projects: Projects = visible_to) -> sa.ColumnElement[bool]:
    """A condition on a row that names a site: `user` may see (or change) that site. Asked for each row, for all sites are many."""
    if user.is_manager:
        return sa.and_(site_id.is_not(None))
    return _is_held(site_id, projects(user))


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


def get_site(user: User, site_id: int) -> Site | None:
    """The site when `user` may see it."""
    return session().scalar(sites_of(user).where(Site.id == site_id))


def writable_site(user: User, site_id: int) -> Site | None:
    """The site when `user` may change it: a viewer may not."""
    return session().scalar(sites_of(user, writable_by).where(Site.id == site_id))


def writable_site_by_key(user: User, key: str) -> Site | None:
    """The site of this key (`kit.urls.site_key`) when `user` may change it."""
    return session().scalar(sites_of(user, writable_by).where(has_key(key)))


def site_in_project(key: str, project_id: int) -> Site | None:
    """The site of this key when the project holds it; the caller has asked for the right to the project."""
    return session().scalar(
        sa.select(Site)
        .join(Prospect, Prospect.site_id == Site.id)
        .where(has_key(key), Prospect.project_id == project_id)
    )


def has_key(key: str) -> sa.ColumnElement[bool]:
    """A condition on Site: this is its key, or that of a site that was merged into it."""
    alias = sa.select(SiteAlias.site_id).where(SiteAlias.key == key).scalar_subquery()
    return sa.or_(Site.key == key, Site.id == alias)


def merged_keys(keys: Iterable[str]) -> dict[str, int]:
    """`{key: site id}` of those keys whose sites were merged into others."""
    rows = session().execute(sa.select(SiteAlias.key, SiteAlias.site_id).where(SiteAlias.key.in_(keys)))
    return {row.key: row.site_id for row in rows}


def _is_held(site_id: Any, projects: sa.Select[Any]) -> sa.ColumnElement[bool]:
    return sa.exists().where(Prospect.site_id == site_id, Prospect.project_id.in_(projects))


def site_matches(text: str) -> sa.ColumnElement[bool]:
    """A condition on Site: its key, title or notes hold all words of `text`; a word of less than three letters begins one of theirs."""
    terms = terms_for("sites", text)
    return among("sites", terms, are_common(terms, "sites")["sites"])


# --- prospects --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Filters:
    """What a list of prospects shows; the empty value of each does not narrow. `owner`: me, none or a user's id."""

    q: str = ""
    project: int | None = None
    state: str = ""
    owner: str = ""
    person: str = ""
    contact: str = ""
    standing: str = ""
    tag: int | None = None
    fields: tuple[FieldAsk, ...] = ()

    @cached_property
    def matches(self) -> sa.ColumnElement[bool]:
        """What `q` asks of a site; how common its words are is looked up once for a page's rows and their number."""
        return site_matches(self.q)


def listed(user: User, filters: Filters, *, by_site: bool = False) -> sa.Select[Prospect]:
    """The prospects that `user` may see and `filters` let through, joined with their sites; see `with_rows`.

    `by_site`: for a list in the order of the sites. `+ 0` keeps SQLite from gathering a whole project to sort it.
    """
    project_id = Prospect.project_id + 0 if by_site else Prospect.project_id
    query = sa.select(Prospect).join(Prospect.site).where(is_seen(project_id, user))
    if filters.project is not None:
        query = query.where(project_id == filters.project)
    for condition in _conditions(user, filters):
        query = query.where(condition)
    return query


def in_cells(
    user: User, filters: Filters, projects: Projects = visible_to, asked: marking.Asked | None = None
) -> sa.CTE | None:
    """The cells of a list (`prospects.placing`), which a tag or an own field may narrow, too; `asked` is what is asked of the field, when that is known already.

    None when it is narrowed by anything else (words, a standing, parts of a text, two labels), or by nothing at all.
    """
    else_ = replace(filters, project=None, state="", owner="", person="", contact="", tag=None, fields=())
    if else_ != Filters() or (user.is_manager and filters == Filters()):
        return None
    carried = None
    if filters.fields:
        if filters.tag is not None or len(filters.fields) > 1:
            return None
        asked = asked or marking.asked(user, filters.fields)
        if asked is None or asked.span is None:
            return None
        carried = marking.between(asked.span)
    elif filters.tag is not None:
        carried = marking.these([marks.tag(filters.tag)])
    return placing.cells(
        user, project=filters.project, state=filters.state, owner=filters.owner, person=filters.person, contact=filters.contact, carried=carried,
        projects_of=projects,
    )  # fmt: skip


def of_ids(ids: sa.Select[int] | Sequence[int]) -> sa.Select[Prospect]:
    """The prospects of these ids, which the caller chose by the user's rights, joined with their sites; see `with_rows`."""
    return sa.select(Prospect).join(Prospect.site).where(Prospect.id.in_(ids))


def with_rows(query: sa.Select[Prospect]) -> sa.Select[Prospect]:
    """Load site, project and owner along with the rows of `listed`."""
    project = joinedload(Prospect.project).lazyload(Project.hosts)
    return query.options(contains_eager(Prospect.site), project, joinedload(Prospect.owner))


def _conditions(user: User, filters: Filters) -> Iterable[sa.ColumnElement[bool]]:
    if filters.q:
        yield filters.matches
    if filters.state:
        yield Prospect.state == filters.state
    if filters.owner:
        yield _owned(user, filters.owner)
    if filters.person:
        yield _yes_or_no(filters.person, _has_person())
    if filters.contact:
        yield _yes_or_no(filters.contact, _has_contact())
    if filters.standing:
        yield standings.is_at(About.SITE, Prospect.site_id, filters.standing)
    if filters.tag is not None:
        yield labels.has_tag(About.SITE, Prospect.site_id, filters.tag)
    yield from labels.conditions(user, About.SITE, Prospect.site_id, filters.fields)


def _owned(user: User, owner: str) -> sa.ColumnElement[bool]:
    if owner == "none":
        return Prospect.owner_id.is_(None)
    return Prospect.owner_id == (user.id if owner == "me" else int(owner))


def _yes_or_no(wanted: str, condition: Any) -> Any:
    return condition if wanted == "yes" else ~condition


def _has_person() -> sa.ColumnElement[bool]:
    return sa.exists().where(SitePerson.site_id == Prospect.site_id, ~SitePerson.is_former)


def _has_contact() -> sa.ColumnElement[bool]:
    at_site = sa.exists().where(ContactPoint.site_id == Prospect.site_id)
    of_person = sa.exists().where(
        SitePerson.site_id == Prospect.site_id,
        ~SitePerson.is_former,
        ContactPoint.person_id == SitePerson.person_id,
    )
    return sa.or_(at_site, of_person)


def writable_prospects(user: User, ids: Sequence[int]) -> list[Prospect]:
    """Those of `ids` that `user` may change, locked for the write that asks."""
    query = sa.select(Prospect).where(Prospect.id.in_(ids), Prospect.project_id.in_(writable_by(user)))
    locked = (
        query.order_by(Prospect.id).with_for_update(of=Prospect).execution_options(populate_existing=True)
    )
    return list(session().scalars(locked))


def prospect_of(project_id: int, site_id: int) -> Prospect | None:
    """The row project x site, whoever asks: for the moves and gates of rooms above."""
    return session().scalar(
        sa.select(Prospect).where(Prospect.project_id == project_id, Prospect.site_id == site_id)
    )


def claimed_by(project_id: int, site_id: int, by_id: int) -> str:
    """The colleague who has claimed the site for the project (B4); "" when nobody has, or `by_id` has."""
    query = sa.select(User.name).join(Prospect, Prospect.owner_id == User.id)
    whose = (Prospect.project_id == project_id, Prospect.site_id == site_id, User.id != by_id)
    return session().scalar(query.where(*whose)) or ""


def names_at(site_ids: Sequence[int]) -> dict[int, list[str]]:
    """`{site id: names of its people}` for a page of sites, oldest first."""
    rows = session().execute(
        sa.select(SitePerson.site_id, Person.name)
        .join(Person, Person.id == SitePerson.person_id)
        .where(SitePerson.site_id.in_(site_ids), ~SitePerson.is_former)
        .order_by(SitePerson.id)
    )
    found: dict[int, list[str]] = {}
    for site_id, name in rows:
        found.setdefault(site_id, []).append(name)
    return found


def change_of(user: User, change_id: int) -> ProspectChange | None:
    """A change of the user's own that was not taken back yet."""
    return session().scalar(
        sa.select(ProspectChange).where(
            ProspectChange.id == change_id,
            ProspectChange.by_id == user.id,
            ProspectChange.undone_at.is_(None),
        )
    )


# --- projects and colleagues, as the forms offer them -----------------------------------------------


def project_names(user: User, projects: Projects = visible_to) -> list[tuple[int, str]]:
    """(id, name) of the user's projects that are not put away, by name."""
    rows = session().execute(
        sa.select(Project.id, Project.name)
        .where(Project.id.in_(projects(user)), ~Project.is_archived)
        .order_by(Project.name)
    )
    return [(row.id, row.name) for row in rows]


@dataclass(frozen=True)
class ProjectRole:
    """One project that a user may see, and whether they may change things in it."""

    id: int
    name: str
    is_writable: bool


def project_roles(user: User) -> list[ProjectRole]:
    """The projects that `user` may see and that are not put away, by name; one statement."""
    rows = session().execute(
        sa.select(Project.id, Project.name, Project.id.in_(writable_by(user)).label("is_writable"))
        .where(Project.id.in_(visible_to(user)), ~Project.is_archived)
        .order_by(Project.name, Project.id)
    )
    return [ProjectRole(row.id, row.name, bool(row.is_writable)) for row in rows]


def colleagues(project_ids: Sequence[int]) -> list[tuple[int, str]]:
    """(id, name) of the users to whom a site of these projects may be given, by name."""
    members = sa.select(Membership.user_id).where(
        Membership.project_id.in_(project_ids), Membership.role == MemberRole.MEMBER
    )
    everywhere = User.role.in_([UserRole.ADMIN, UserRole.MANAGER])
    rows = session().execute(
        sa.select(User.id, User.name)
        .where(User.is_active, sa.or_(everywhere, User.id.in_(members)))
        .order_by(User.name)
    )
    return [(row.id, row.name) for row in rows]


def own_hosts(user: User) -> list[tuple[str, str]]:
    """(host, whose) of every project's own hosts; of projects that `user` may not see only the fact is told."""
    rows = session().execute(
        sa.select(OwnHost.host, Project.name, Project.id.in_(visible_to(user)).label("is_seen")).join(
            Project, Project.id == OwnHost.project_id
        )
    )
    return [(row.host, row.name if row.is_seen else "") for row in rows]


# --- batches ----------------------------------------------------------------------------------------


def batch_of(user: User, batch_id: int, projects: Projects = visible_to) -> ImportBatch | None:
    """A batch of a project that `user` may see (or change), with its project."""
    return session().scalar(
        sa.select(ImportBatch)
        .options(joinedload(ImportBatch.project).lazyload(Project.hosts))
        .where(ImportBatch.id == batch_id, ImportBatch.project_id.in_(projects(user)))
    )


def rows_that_stay(batch_id: int) -> sa.Select[ImportRow, str]:
    """`batch_rows` of a batch that was taken back, of those that stay: their reason says so first."""
    return batch_rows(batch_id).where(
        ImportRow.reason.startswith("It stays: ") | ImportRow.reason.startswith("The person stays: ")
    )


def batch_rows(batch_id: int, outcome: Outcome | None = None) -> sa.Select[ImportRow, str]:
    """(row, key of its site or None) of a batch, in the order of the lines when sorted by number."""
    query = (
        sa.select(ImportRow, Site.key)
        .join(Site, Site.id == ImportRow.site_id, isouter=True)
        .where(ImportRow.batch_id == batch_id)
    )
    return query.where(ImportRow.outcome == outcome) if outcome else query


# --- people -----------------------------------------------------------------------------------------


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
        query = query.where(_yes_or_no(filters.contact, reachable))
    if filters.closed:
        query = query.where(_yes_or_no(filters.closed, Person.is_do_not_contact))
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
        query = query.where(_is_held(SitePerson.site_id, visible_to(user)))
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


# --- what moves ask, whoever is asking --------------------------------------------------------------


def may_write(user: User, project_id: int) -> bool:
    """May `user` change things in this project?"""
    query = sa.select(Project.id).where(Project.id == project_id, Project.id.in_(writable_by(user)))
    return session().scalar(query) is not None


def is_held_by(project_id: int, *, site_id: int | None = None, person_id: int | None = None) -> bool:
    """Does the project hold this site, or a site where this person is?"""
    query = sa.select(sa.literal(1)).select_from(Prospect).where(Prospect.project_id == project_id)
    if site_id is not None:
        query = query.where(Prospect.site_id == site_id)
    if person_id is not None:
        query = query.join(SitePerson, SitePerson.site_id == Prospect.site_id).where(
            SitePerson.person_id == person_id
        )
    return session().scalar(query.limit(1)) is not None


def role_at(site_id: int, person_id: int) -> SitePerson | None:
    """The row of a person at a site."""
    return session().scalar(
        sa.select(SitePerson).where(SitePerson.site_id == site_id, SitePerson.person_id == person_id)
    )
