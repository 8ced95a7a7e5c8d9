"""Saved views of lists."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from outreach.db import Base


class SavedView(Base):
    """A name for what a list shows: `query` is the part of its address after the question mark (`rules.kept`).

    Its maker's alone, or shared with the members of `project_id`. `removed_at`: it can be taken back from there.
    """

    __tablename__ = "saved_views"

    list: Mapped[str] = mapped_column(sa.String(20))
    name: Mapped[str] = mapped_column(sa.String(60))
    query: Mapped[str] = mapped_column(sa.String(2000))
    owner_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    project_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("projects.id", ondelete="CASCADE"), index=True
    )
    created_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]

    __table_args__ = (sa.Index("ix_saved_views_owner", "owner_id", "list"),)


class FirstView(Base):
    """The view that a user's list opens with."""

    __tablename__ = "first_views"

    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"))
    list: Mapped[str] = mapped_column(sa.String(20))
    view_id: Mapped[int] = mapped_column(sa.ForeignKey("saved_views.id", ondelete="CASCADE"), index=True)

    __table_args__ = (sa.UniqueConstraint("user_id", "list"),)
