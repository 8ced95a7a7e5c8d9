"""The views that somebody may use or change. A view shows nothing by itself: rights are in the list that it opens."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from outreach.accounts.models import User
from outreach.db import session
from outreach.projects.models import Project
from outreach.projects.queries import visible_to, writable_by
from outreach.projects.saved.models import FirstView, SavedView


@dataclass(frozen=True)
class Shelved:
    """One view in the menu of a list."""

    id: int
    name: str
    query: str
    is_shared: bool
    is_first: bool


def of(user: User) -> sa.Select[SavedView]:
    """The views that `user` may use: their own, and those shared with a project of theirs."""
    return sa.select(SavedView).where(
        SavedView.removed_at.is_(None),
        sa.or_(SavedView.owner_id == user.id, SavedView.project_id.in_(visible_to(user))),
    )


def writable(user: User, view_id: int, *, removed: bool = False) -> SavedView | None:
    """A view that `user` may change: their own, or (for a manager) any that is shared."""
    query = sa.select(SavedView).where(SavedView.id == view_id, SavedView.removed_at.is_not(None) == removed)
    mine = SavedView.owner_id == user.id
    shared = SavedView.project_id.in_(writable_by(user))
    return session().scalar(query.where(sa.or_(mine, shared) if user.is_manager else mine))


def get(user: User, view_id: int) -> SavedView | None:
    """A view that `user` may use."""
    return session().scalar(of(user).where(SavedView.id == view_id))


def shelf(user: User, name: str) -> list[Shelved]:
    """The views of the list `name`, by name; one statement. The one that it opens with is marked."""
    first = aliased(FirstView)
    query = (
        of(user)
        .with_only_columns(SavedView.id, SavedView.name, SavedView.query, SavedView.project_id, first.id)
        .outerjoin(first, sa.and_(first.view_id == SavedView.id, first.user_id == user.id))
        .where(SavedView.list == name)
        .order_by(sa.func.lower(SavedView.name), SavedView.id)
        .limit(200)
    )
    return [
        Shelved(key, words, asked, project_id is not None, first_id is not None)
        for key, words, asked, project_id, first_id in session().execute(query)
    ]


def is_first(user: User, view_id: int) -> bool:
    query = sa.select(FirstView.id).where(FirstView.user_id == user.id, FirstView.view_id == view_id)
    return session().scalar(query) is not None


def count(user: User, name: str) -> int:
    query = sa.select(sa.func.count()).where(
        SavedView.owner_id == user.id, SavedView.list == name, SavedView.removed_at.is_(None)
    )
    return session().scalar(query) or 0


def may_share(user: User) -> list[tuple[int, str]]:
    """(id, name) of the projects that `user` may share a view with."""
    query = sa.select(Project.id, Project.name).where(Project.id.in_(writable_by(user)), ~Project.is_archived)
    return [(row.id, row.name) for row in session().execute(query.order_by(Project.name, Project.id))]
