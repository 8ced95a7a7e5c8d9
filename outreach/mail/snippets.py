"""Snippets: pieces of text that several letters share. Their queries and moves on one page, for they are few."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from outreach.accounts.models import User
from outreach.db import session
from outreach.diary.moves import note
from outreach.mail.models import Snippet
from outreach.projects.queries import visible_to, writable_by

OWN, EVERYBODY = "own", "everybody"
"""Whose a snippet is, beside the ids of projects."""
MOST = 200
"""Snippets that a screen offers."""


def readable(user: User, project_id: int | None = None) -> list[Snippet]:
    """What `user` may put into a letter: their own, those of their projects (or of this one), and everybody's; by name."""
    of_projects: sa.ColumnElement[bool] = Snippet.project_id.in_(visible_to(user))
    if project_id is not None:
        of_projects = sa.and_(of_projects, Snippet.project_id == project_id)
    query = sa.select(Snippet).where(sa.or_(Snippet.owner_id == user.id, of_projects, _everybodys()))
    return list(session().scalars(query.order_by(sa.func.lower(Snippet.name), Snippet.id).limit(MOST)))


def snippet(user: User, snippet_id: int, *, to_change: bool = False) -> Snippet | None:
    """One that `user` may read, or change: their own, those of projects they write in, everybody's for managers and its maker."""
    shared = (
        _everybodys()
        if user.is_manager or not to_change
        else sa.and_(_everybodys(), Snippet.created_by_id == user.id)
    )
    projects = writable_by(user) if to_change else visible_to(user)
    mine = sa.or_(Snippet.owner_id == user.id, Snippet.project_id.in_(projects), shared)
    return session().scalar(sa.select(Snippet).where(Snippet.id == snippet_id, mine))


def put_in(do: str, body: str, *, by: User) -> str:
    """The text with the snippet of the button `snippet-ID` at its end: what the button does without scripts."""
    row = snippet(by, int(do[8:])) if do[8:].isdecimal() and len(do) < 18 else None
    return f"{body.rstrip()}\n\n{row.body}" if row else body


def scope_of(row: Snippet) -> str:
    """Whose it is, as the form says it."""
    return OWN if row.owner_id else str(row.project_id) if row.project_id else EVERYBODY


def is_taken(name: str, scope: str, *, by: User, but: int | None) -> bool:
    """Has another snippet of the same scope this name?"""
    owner_id, project_id = _scoped(scope, by)
    query = sa.select(Snippet.id).where(
        sa.func.lower(Snippet.name) == name.lower(), Snippet.id != (but or 0),
        Snippet.owner_id == owner_id if owner_id else Snippet.owner_id.is_(None),
        Snippet.project_id == project_id if project_id else Snippet.project_id.is_(None),
    )  # fmt: skip
    return session().scalar(query.limit(1)) is not None


def save(row: Snippet | None, name: str, body: str, scope: str, *, by: User, now: datetime) -> Snippet:
    """Set it, or make it. Never commits."""
    if row is None:
        row = Snippet(created_at=now, created_by_id=by.id)
        session().add(row)
    row.name, row.body, row.updated_at = name, body, now
    row.owner_id, row.project_id = _scoped(scope, by)
    session().flush()
    note("snippet.saved", by=by.id, now=now, project_id=row.project_id, subject=("snippet", row.id))
    return row


def remove(row: Snippet, *, by: User, now: datetime) -> None:
    """Letters that hold its words keep them. Never commits."""
    note("snippet.removed", by=by.id, now=now, project_id=row.project_id, subject=("snippet", row.id))
    session().delete(row)


def _scoped(scope: str, by: User) -> tuple[int | None, int | None]:
    return (by.id, None) if scope == OWN else (None, int(scope) if scope.isdecimal() else None)


def _everybodys() -> sa.ColumnElement[bool]:
    return sa.and_(Snippet.owner_id.is_(None), Snippet.project_id.is_(None))
