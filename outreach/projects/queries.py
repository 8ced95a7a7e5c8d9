"""Which projects somebody may see or change: the root of every right in the product."""

from __future__ import annotations

import sqlalchemy as sa

from outreach.accounts.models import User
from outreach.db import session
from outreach.projects.models import Membership, Project
from outreach.projects.rules import MemberRole


def visible_to(user: User) -> sa.Select[int]:
    """The ids of the projects that `user` may see, as a subquery: `.where(Row.project_id.in_(visible_to(me)))`."""
    if user.is_manager:
        return sa.select(Project.id)
    return sa.select(Membership.project_id).where(Membership.user_id == user.id)


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
