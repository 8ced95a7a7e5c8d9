"""Which projects somebody may see or change: the root of every right in the product."""

from __future__ import annotations

import sqlalchemy as sa

from outreach.accounts.models import User
from outreach.db import session
from outreach.projects.models import Membership, Project
from outreach.projects.rules import MemberRole


def visible_to(user: User) -> sa.Select[tuple[int]]:
    """The ids of the projects that `user` may see, as a subquery: `.where(Row.project_id.in_(visible_to(me)))`."""
    if user.is_manager:
        return sa.select(Project.id)
    return sa.select(Membership.project_id).where(Membership.user_id == user.id)


def writable_by(user: User) -> sa.Select[tuple[int]]:
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
