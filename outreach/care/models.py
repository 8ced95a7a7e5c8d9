"""Erasures: what is left to do of each, and its receipt."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from outreach.care.bulk_models import BulkRow, BulkRun
from outreach.care.import_models import ImportFile
from outreach.care.merging.models import Look, Merge, Pair
from outreach.care.rules import ErasureState
from outreach.db import Base, one_of

__all__ = ["BulkRow", "BulkRun", "Erasure", "ImportFile", "Look", "Merge", "Pair"]


class Erasure(Base):
    """One person or address erased. The row is also the job: it is due until nothing of them is left.

    `sealed` holds the addresses while they are still looked for, encrypted with the instance's key, and is emptied
    at the end; `hashes` are their keyed hashes, all that stays. `step` and `cursor` say how far the search is.
    `counts` is `{table or files: {fate: rows}}`.
    """

    __tablename__ = "erasures"

    state: Mapped[ErasureState] = mapped_column(one_of(ErasureState), default=ErasureState.RUNNING)
    hashes: Mapped[list[str]] = mapped_column(default=list)
    sealed: Mapped[str] = mapped_column(sa.Text, default="")
    step: Mapped[str] = mapped_column(sa.String(80), default="")
    cursor: Mapped[str] = mapped_column(sa.String(500), default="")
    counts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    problem: Mapped[str] = mapped_column(sa.String(300), default="")
    taken_until: Mapped[datetime | None]
    fence: Mapped[int] = mapped_column(default=0)
    asked_at: Mapped[datetime]
    asked_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    done_at: Mapped[datetime | None]

    __table_args__ = (
        sa.Index(
            "ix_erasures_running", "id", sqlite_where=sa.text("state = 'running'"), postgresql_where=sa.text("state = 'running'")
        ),
    )  # fmt: skip
