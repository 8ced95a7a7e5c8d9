"""Lists of links that somebody brought, and their rows."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from outreach.accounts.models import User
from outreach.db import Base, one_of
from outreach.links.list_rules import BUSY, ListState, Purpose, RowState
from outreach.projects.models import Project


class LinkList(Base):
    """One list. The row is also the job: `work_at` is when the worker has something to do with it.

    `stored` is the name of its file under `instance/uploads/`, "" once it was read. `first` are its first rows, `header`
    the names of its columns (empty when it has none), `columns` `{field: column}`. `cursor` is the last row that the
    present state has done with, `phase` the part of an undoing. `fence` counts who took it. `tally` is `{state: rows}` of a
    list that rests, for a page to show; None before.
    """

    __tablename__ = "link_lists"

    project_id: Mapped[int] = mapped_column(sa.ForeignKey("projects.id"))
    name: Mapped[str] = mapped_column(sa.String(200))
    state: Mapped[ListState] = mapped_column(one_of(ListState), default=ListState.MAPPING)
    purpose: Mapped[Purpose] = mapped_column(one_of(Purpose), default=Purpose.CHECK)
    stored: Mapped[str] = mapped_column(sa.String(64), default="")
    format: Mapped[str] = mapped_column(sa.String(8), default="")
    notices: Mapped[list[str]] = mapped_column(default=list)
    first: Mapped[list[Any]] = mapped_column(default=list)
    has_header: Mapped[bool] = mapped_column(default=True)
    header: Mapped[list[str]] = mapped_column(default=list)
    columns: Mapped[dict[str, Any]] = mapped_column(default=dict)
    target: Mapped[str] = mapped_column(sa.String(2048), default="")
    is_day_first: Mapped[bool] = mapped_column(default=True)
    total: Mapped[int] = mapped_column(default=0)
    cursor: Mapped[int] = mapped_column(default=0)
    phase: Mapped[int] = mapped_column(default=0)
    problem: Mapped[str] = mapped_column(sa.String(500), default="")
    work_at: Mapped[datetime | None]
    taken_until: Mapped[datetime | None]
    fence: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    created_by_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    finished_at: Mapped[datetime | None]
    tally: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True))

    project: Mapped[Project] = relationship(lazy="raise_on_sql")
    created_by: Mapped[User] = relationship(foreign_keys=[created_by_id], lazy="raise_on_sql")

    __table_args__ = (
        sa.Index("ix_link_lists_work", "work_at"),
        sa.Index("ix_link_lists_project", "project_id", "id"),
    )

    @property
    def is_busy(self) -> bool:
        return self.state in BUSY


class LinkListRow(Base):
    """One row of a list: its cells, what became of it and why. A row to look at is a job of its own, with lease and fence.

    `look` keeps what was seen; `made` the ids of what it brought into the workspace, so that it can be taken out again:
    `link site prospect person contact place`. They are no foreign keys: what is gone since is just not there.
    """

    __tablename__ = "link_list_rows"

    list_id: Mapped[int] = mapped_column(sa.ForeignKey("link_lists.id", ondelete="CASCADE"))
    number: Mapped[int]
    cells: Mapped[list[str]] = mapped_column(default=list)
    state: Mapped[RowState] = mapped_column(one_of(RowState), default=RowState.WAITING)
    reason: Mapped[str] = mapped_column(sa.String(500), default="")
    page_url: Mapped[str] = mapped_column(sa.String(2048), default="")
    target_url: Mapped[str] = mapped_column(sa.String(2048), default="")
    link_id: Mapped[int | None]
    look: Mapped[dict[str, Any]] = mapped_column(default=dict)
    made: Mapped[dict[str, Any]] = mapped_column(default=dict)
    looked_at: Mapped[datetime | None]
    taken_until: Mapped[datetime | None]
    fence: Mapped[int] = mapped_column(default=0)

    __table_args__ = (
        sa.UniqueConstraint("list_id", "number"),
        sa.Index("ix_link_list_rows_state", "list_id", "state", "number"),
    )
