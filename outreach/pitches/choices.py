"""What the forms of a pitch offer: projects, sites, people, own pages, and who may own it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from outreach.accounts.models import User
from outreach.db import session
from outreach.projects.models import Membership, OwnHost, OwnPage, Project
from outreach.projects.queries import visible_to, writable_by
from outreach.projects.rules import MemberRole
from outreach.prospects.models import Person, Prospect, Site, SitePerson
from outreach.prospects.queries import has_key


@dataclass(frozen=True)
class Colleague:
    """A user as screens name them; `may_own` says whether they may own work in the project asked for."""

    id: int
    name: str
    may_own: bool


def colleagues(project_id: int | None) -> list[Colleague]:
    """Everybody who works here, by name; with one statement for both names and choices of an owner."""
    belongs = sa.exists().where(
        Membership.user_id == User.id,
        Membership.project_id == project_id,
        Membership.role == MemberRole.MEMBER,
    )
    may_own = sa.and_(User.is_active, sa.or_(User.role.in_(("admin", "manager")), belongs))
    rows = session().execute(sa.select(User.id, User.name, may_own.label("may_own")).order_by(User.name))
    return [Colleague(row.id, row.name, bool(row.may_own)) for row in rows]


def own_pages(project_id: int) -> Sequence[OwnPage]:
    """The own pages of a project, assets first."""
    query = sa.select(OwnPage).where(OwnPage.project_id == project_id)
    return (
        session().scalars(query.order_by(OwnPage.is_asset.desc(), OwnPage.title, OwnPage.id).limit(500)).all()
    )


def hosts_of(project_id: int) -> Sequence[str]:
    """The own hosts of a project."""
    return (
        session()
        .scalars(sa.select(OwnHost.host).where(OwnHost.project_id == project_id).order_by(OwnHost.host))
        .all()
    )


def people_of(site_id: int) -> list[tuple[int, str, str]]:
    """(id, name, role) of the people of a site."""
    rows = session().execute(
        sa.select(Person.id, Person.name, SitePerson.role)
        .join(SitePerson, SitePerson.person_id == Person.id)
        .where(SitePerson.site_id == site_id)
        .order_by(Person.name)
    )
    return [(row.id, row.name, row.role) for row in rows]


def projects_with(user: User, site_id: int | None = None) -> Sequence[Project]:
    """The projects in which the user may start a pitch; with a site, those that hold it."""
    query = (
        sa.select(Project)
        .where(Project.id.in_(writable_by(user)), Project.is_archived.is_(False))
        .options(sa.orm.lazyload(Project.hosts))
    )
    if site_id is not None:
        query = query.where(Project.id.in_(sa.select(Prospect.project_id).where(Prospect.site_id == site_id)))
    return session().scalars(query.order_by(Project.name)).all()


def visible_projects(user: User) -> tuple[list[Project], set[int]]:
    """The projects whose pitches the user sees, by name, and the ids of those in which they may change them."""
    may_write = Project.id.in_(writable_by(user)).label("may_write")
    query = sa.select(Project, may_write).where(Project.id.in_(visible_to(user)))
    rows = session().execute(query.options(sa.orm.lazyload(Project.hosts)).order_by(Project.name)).all()
    return [row.Project for row in rows], {row.Project.id for row in rows if row.may_write}


def writable_ids(user: User) -> set[int]:
    """The ids of the projects in which the user may change pitches."""
    return set(session().scalars(writable_by(user)))


def site_to_pitch(user: User, asked: str) -> Site | None:
    """The site of this id or key, when a project the user may write in holds it."""
    query = sa.select(Site).where(
        Site.id.in_(sa.select(Prospect.site_id).where(Prospect.project_id.in_(writable_by(user))))
    )
    is_id = asked.isdecimal() and len(asked) < 10
    return session().scalar(query.where(Site.id == int(asked) if is_id else has_key(asked)))


def keys_to_pitch(user: User, limit: int = 200) -> Sequence[str]:
    """Keys of the sites last touched in projects the user may write in: what the site field proposes."""
    most = 2 * limit  # a site may stand in several projects
    heads = [_touched(may, most).subquery() for may in _where_to_pitch(user)]
    newest = sa.union_all(*(sa.select(head) for head in heads)).subquery("newest")
    newest = sa.select(newest).order_by(newest.c.updated_at.desc(), newest.c.id.desc()).limit(most).subquery()
    query = sa.select(Site.key).join(newest, newest.c.site_id == Site.id).group_by(Site.key)
    return session().scalars(query.order_by(sa.func.max(newest.c.updated_at).desc()).limit(limit)).all()


def _where_to_pitch(user: User) -> list[sa.ColumnElement[bool]]:
    """Conditions on a prospect by which `user` may write a pitch to it, one for each run of an index."""
    if user.is_manager:
        return [Prospect.project_id.is_not(None)]
    mine = writable_by(user)
    if user.own_project_ids:
        return [
            sa.and_(Prospect.project_id == key, Prospect.project_id.in_(mine)) for key in user.own_project_ids
        ]
    return [(Prospect.project_id + 0).in_(mine)]


def _touched(may: sa.ColumnElement[bool], most: int) -> sa.Select[int, int, datetime]:
    query = sa.select(Prospect.id, Prospect.site_id, Prospect.updated_at).where(
        may, Prospect.state != "rejected"
    )
    return query.order_by(Prospect.updated_at.desc(), Prospect.id.desc()).limit(most)
