"""Which projects somebody may see or change: the root of every right in the product."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, subqueryload

from outreach.accounts.models import User
from outreach.accounts.rules import UserRole
from outreach.db import session
from outreach.projects.models import Membership, OwnPage, Project
from outreach.projects.rules import MemberRole
from outreach.web.pager import Cursor, Page, page_of


def visible_to(user: User) -> sa.Select[int]:
    """The ids of the projects that `user` may see, as a subquery: `.where(Row.project_id.in_(visible_to(me)))`."""
    if user.is_manager:
        return sa.select(Project.id)
    return sa.select(Membership.project_id).where(Membership.user_id == user.id)


def is_seen(
    project_id: sa.ColumnElement[Any] | InstrumentedAttribute[Any], user: User
) -> sa.ColumnElement[bool]:
    """A condition for long lists: the row is of a project that `user` may see.

    Who sees all projects is not asked about each: SQLite would gather every row by its project, and sort them all for one page.
    So it would for a member: of one project (`app.standing` knows) the rows are in order by themselves, of several `+ 0`
    keeps it to the order of the list.
    """
    if user.is_manager:
        return project_id.is_not(None)
    if user.only_project_id is not None:
        return sa.and_(project_id == user.only_project_id, project_id.in_(visible_to(user)))
    return (project_id + 0).in_(visible_to(user))


def is_among(
    project_id: sa.ColumnElement[Any] | InstrumentedAttribute[Any], user: User
) -> sa.ColumnElement[bool]:
    """As `is_seen`, for a number, or few rows to sort: of a member's few rows among many, an index knows.

    Their projects are named when the door has read them: a database that knows how much each holds does not go through the others.
    """
    if user.is_manager:
        return is_seen(project_id, user)
    return project_id.in_(_named(user) if user.own_project_ids else visible_to(user))


def is_foreign(user: User, project_id: int) -> bool:
    """Is it none of a member's projects, as the door has read them? Nothing of it need be looked through then; the right is asked for all the same."""
    return bool(user.own_project_ids) and project_id not in user.own_project_ids


def _named(user: User) -> sa.BindParameter[Any]:
    return sa.bindparam("own", user.own_project_ids, expanding=True, literal_execute=True, type_=sa.Integer())


def has_few(
    user: User, project_id: sa.ColumnElement[Any] | InstrumentedAttribute[Any], *, most: int = 500
) -> bool:
    """Do all projects of a member hold no more than so many rows of this column's table? Then they are gathered and sorted."""
    if user.is_manager:
        return False
    rows = sa.select(project_id).where(is_among(project_id, user)).limit(most + 1).subquery()
    return (session().scalar(sa.select(sa.func.count()).select_from(rows)) or 0) <= most


def writable_by(user: User) -> sa.Select[int]:
    """The ids of the projects in which `user` may change things: viewers may not."""
    if user.is_manager:
        return sa.select(Project.id)
    return sa.select(Membership.project_id).where(
        Membership.user_id == user.id, Membership.role == MemberRole.MEMBER
    )


def roles_of(user: User) -> dict[int, MemberRole]:
    """`{project id: role}` of the user's memberships."""
    rows = session().execute(
        sa.select(Membership.project_id, Membership.role).where(Membership.user_id == user.id)
    )
    return {row.project_id: row.role for row in rows}


def choices(user: User, *, limit: int | None = None) -> list[tuple[int, str]]:
    """(id, name) of the projects that `user` may see, by name, without those put away: for side bar, filters and forms."""
    return _pairs(visible_to(user), limit)


def writable_choices(user: User) -> list[tuple[int, str]]:
    """(id, name) of the projects in which `user` may start something."""
    return _pairs(writable_by(user), None)


def _pairs(within: sa.Select[int], limit: int | None) -> list[tuple[int, str]]:
    query = sa.select(Project.id, Project.name).where(Project.id.in_(within), ~Project.is_archived)
    rows = session().execute(query.order_by(Project.name, Project.id).limit(limit))
    return [(row.id, row.name) for row in rows]


def names() -> dict[int, str]:
    """`{id: name}` of every project, for those who see all of them."""
    return {row.id: row.name for row in session().execute(sa.select(Project.id, Project.name))}


def get_visible(user: User, project_id: int) -> Project | None:
    """The project when `user` may see it."""
    return session().scalar(
        sa.select(Project).where(Project.id == project_id, Project.id.in_(visible_to(user)))
    )


def get_writable(user: User, project_id: int) -> Project | None:
    """The project when `user` may change things in it."""
    return session().scalar(
        sa.select(Project).where(Project.id == project_id, Project.id.in_(writable_by(user)))
    )


def seen_by(user: User) -> Sequence[Project]:
    """Every project that `user` may see with its hosts, by name, those put away last."""
    query = sa.select(Project).where(Project.id.in_(visible_to(user)))
    query = query.options(subqueryload(Project.hosts))  # one statement, for a thousand projects too
    return session().scalars(query.order_by(Project.is_archived, Project.name, Project.id)).all()


def sizes() -> dict[int, int]:
    """`{project id: how many members}`."""
    rows = session().execute(
        sa.select(Membership.project_id, sa.func.count().label("size")).group_by(Membership.project_id)
    )
    return {row.project_id: row.size for row in rows}


def members_of(project_id: int) -> Sequence[Membership]:
    """Who is in the project, by name; admins and managers see it without being in it."""
    query = sa.select(Membership).join(Membership.user).where(Membership.project_id == project_id)
    return session().scalars(query.order_by(User.name, Membership.id)).all()


def membership(project_id: int, membership_id: int) -> Membership | None:
    return session().scalar(
        sa.select(Membership).where(Membership.id == membership_id, Membership.project_id == project_id)
    )


def owners_of(project_id: int) -> list[tuple[int, str]]:
    """(id, name) of those who may do the project's work, by name: its active members, managers and admins."""
    inside = sa.select(Membership.user_id).where(
        Membership.project_id == project_id, Membership.role == MemberRole.MEMBER
    )
    may = sa.or_(User.role.in_([UserRole.ADMIN, UserRole.MANAGER]), User.id.in_(inside))
    rows = session().execute(
        sa.select(User.id, User.name).where(User.is_active, may).order_by(User.name, User.id)
    )
    return [(row.id, row.name) for row in rows]


def outsiders_of(project_id: int) -> list[tuple[int, str]]:
    """(id, "name, address") of active plain users who are not in the project."""
    inside = sa.select(Membership.user_id).where(Membership.project_id == project_id)
    rows = session().execute(
        sa.select(User.id, User.name, User.email)
        .where(User.is_active, User.role == UserRole.USER, User.id.not_in(inside))
        .order_by(User.name, User.id)
    )
    return [(row.id, f"{row.name}, {row.email}") for row in rows]


def places() -> dict[int, list[tuple[str, MemberRole]]]:
    """`{user id: [(project's name, role)]}` of everybody, for the list of users."""
    rows = session().execute(
        sa.select(Membership.user_id, Project.name, Membership.role)
        .join(Project, Project.id == Membership.project_id)
        .where(~Project.is_archived)
        .order_by(Project.name)
    )
    found: dict[int, list[tuple[str, MemberRole]]] = {}
    for row in rows:
        found.setdefault(row.user_id, []).append((row.name, row.role))
    return found


def pages_of(
    project_id: int, *, cursor: Cursor | None = None, only_assets: bool = False, size: int = 50
) -> Page[Any]:
    """One page of the project's own pages, the newest first."""
    query = sa.select(OwnPage).where(OwnPage.project_id == project_id)
    if only_assets:
        query = query.where(OwnPage.is_asset)
    return page_of(
        session(), query, by=OwnPage.id, key=OwnPage.id, cursor=cursor, size=size,
        value_of=lambda page: (page.id, page.id),
    )  # fmt: skip


def page(project_id: int, page_id: int) -> OwnPage | None:
    return session().scalar(sa.select(OwnPage).where(OwnPage.id == page_id, OwnPage.project_id == project_id))


def page_choices(project_id: int, *, limit: int = 500) -> list[tuple[int, str]]:
    """(id, words) of the project's own pages, assets first, for forms."""
    rows = session().execute(
        sa.select(OwnPage.id, OwnPage.title, OwnPage.url)
        .where(OwnPage.project_id == project_id)
        .order_by(OwnPage.is_asset.desc(), OwnPage.title, OwnPage.id)
        .limit(limit)
    )
    return [(row.id, row.title or row.url) for row in rows]


def is_name_taken(name: str, *, but: int | None = None) -> bool:
    """Has another project this name, whatever its case?"""
    query = sa.select(Project.id).where(sa.func.lower(Project.name) == name.lower())
    return session().scalar(query.where(Project.id != but) if but else query) is not None


def is_page_taken(project_id: int, url_norm: str, *, but: int | None = None) -> bool:
    query = sa.select(OwnPage.id).where(OwnPage.project_id == project_id, OwnPage.url_norm == url_norm)
    return session().scalar(query.where(OwnPage.id != but) if but else query) is not None
