"""Projects and colleagues, as the forms of sites and people offer them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from outreach.accounts.models import User
from outreach.accounts.rules import UserRole
from outreach.db import session
from outreach.projects.models import Membership, OwnHost, Project
from outreach.projects.queries import visible_to, writable_by
from outreach.projects.rules import MemberRole
from outreach.prospects.queries import Projects


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
