"""Keeping, changing and dropping views. Never commits."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from outreach.db import session
from outreach.projects.saved.models import FirstView, SavedView


def keep(
    name: str, words: str, query: str, *, owner_id: int, project_id: int | None, now: datetime
) -> SavedView:
    """A new view of the list `name`."""
    view = SavedView(
        list=name, name=words, query=query, owner_id=owner_id, project_id=project_id, created_at=now
    )
    session().add(view)
    session().flush()
    return view


def open_with(user_id: int, name: str, view_id: int | None) -> None:
    """The list `name` opens with this view (None: with none)."""
    session().execute(sa.delete(FirstView).where(FirstView.user_id == user_id, FirstView.list == name))
    if view_id is not None:
        session().add(FirstView(user_id=user_id, list=name, view_id=view_id))
