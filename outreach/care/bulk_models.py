"""What was done to many rows at once."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from outreach.accounts.models import User
from outreach.care.bulk_rules import BUSY, BulkList, BulkState, Deed, Fate
from outreach.db import Base, one_of


class BulkRun(Base):
    """One deed on the ticked rows (`ids`) of a list, or on all that its filters (`query`) let through. The row is also the job.

    `cursor` is the last row that the present state has done with. `params` is what the deed needs: a reason, an owner, tags, a type.
    """

    __tablename__ = "bulk_runs"

    of: Mapped[BulkList] = mapped_column(one_of(BulkList))
    deed: Mapped[Deed] = mapped_column(one_of(Deed))
    query: Mapped[str] = mapped_column(sa.String(2000), default="")
    ids: Mapped[list[Any]] = mapped_column(default=list)
    params: Mapped[dict[str, Any]] = mapped_column(default=dict)
    state: Mapped[BulkState] = mapped_column(one_of(BulkState), default=BulkState.WORKING)
    total: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)
    left: Mapped[int] = mapped_column(default=0)
    back: Mapped[int] = mapped_column(default=0)
    cursor: Mapped[int] = mapped_column(default=0)
    problem: Mapped[str] = mapped_column(sa.String(300), default="")
    batch_id: Mapped[int | None] = mapped_column(sa.ForeignKey("suppression_batches.id"))
    work_at: Mapped[datetime | None]
    taken_until: Mapped[datetime | None]
    fence: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    created_by_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    finished_at: Mapped[datetime | None]

    created_by: Mapped[User] = relationship(lazy="raise_on_sql")

    __table_args__ = (
        sa.Index("ix_bulk_runs_work", "work_at"),
        sa.Index("ix_bulk_runs_by", "created_by_id", "id"),
    )

    @property
    def is_busy(self) -> bool:
        return self.state in BUSY


class BulkRow(Base):
    """One row of a run: what became of it, why, and what is needed to take it back."""

    __tablename__ = "bulk_rows"

    run_id: Mapped[int] = mapped_column(sa.ForeignKey("bulk_runs.id", ondelete="CASCADE"))
    prospect_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("prospects.id", ondelete="CASCADE"), index=True
    )
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id", ondelete="CASCADE"), index=True)
    fate: Mapped[Fate] = mapped_column(one_of(Fate))
    reason: Mapped[str] = mapped_column(sa.String(200), default="")
    before: Mapped[list[Any]] = mapped_column(default=list)

    __table_args__ = (
        sa.Index("ix_bulk_rows_run", "run_id", "fate", "id"),
        sa.Index(
            "ix_bulk_rows_told",
            "run_id",
            "id",
            sqlite_where=sa.text("fate IN ('left', 'stays')"),
            postgresql_where=sa.text("fate IN ('left', 'stays')"),
        ),
    )
