"""Files of sites and people that somebody brought."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from outreach.accounts.models import User
from outreach.care.import_columns import not_used
from outreach.care.import_rules import BUSY, ImportState
from outreach.db import Base, one_of
from outreach.projects.models import Project


class ImportFile(Base):
    """One file. The row is also the job: `work_at` is when the worker has something to do with it.

    `part` says which of its tables is meant, as `{"entry": file of a ZIP, "sheet": sheet of a workbook}`; {} when it has but one.
    `stored` is its name under `instance/uploads/`, "" once it is not needed. `first` are its first rows, `header_row` the
    number of the row that names its columns (0: none), `columns` `{field: column}`, `own_columns` the same of own fields by their ids, `fingerprint` by which a file with
    the same columns is known again. `counts` is `{outcome: rows}` of the dry run; what came in is told by its batch.
    `left_out` are the first rows that the dry run would leave out, as [number, in the file, outcome, reason].
    `finished_at` is when it was in (or given up); when it was taken back, its batch tells.
    `cursor` is the last row that the present state has done with, `phase` the part of an undoing.
    """

    __tablename__ = "import_files"

    project_id: Mapped[int] = mapped_column(sa.ForeignKey("projects.id"))
    batch_id: Mapped[int | None] = mapped_column(sa.ForeignKey("import_batches.id"))
    name: Mapped[str] = mapped_column(sa.String(200))
    state: Mapped[ImportState] = mapped_column(one_of(ImportState), default=ImportState.MAPPING)
    part: Mapped[dict[str, Any]] = mapped_column(default=dict)
    stored: Mapped[str] = mapped_column(sa.String(64), default="")
    format: Mapped[str] = mapped_column(sa.String(8), default="")
    notices: Mapped[list[str]] = mapped_column(default=list)
    first: Mapped[list[Any]] = mapped_column(default=list)
    header_row: Mapped[int] = mapped_column(default=0)
    header: Mapped[list[str]] = mapped_column(default=list)
    columns: Mapped[dict[str, Any]] = mapped_column(default=dict)
    own_columns: Mapped[dict[str, Any]] = mapped_column(default=dict)
    fingerprint: Mapped[str] = mapped_column(sa.String(64), default="")
    counts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    left_out: Mapped[list[Any]] = mapped_column(default=list)
    people: Mapped[int] = mapped_column(default=0)
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

    project: Mapped[Project] = relationship(lazy="raise_on_sql")
    created_by: Mapped[User] = relationship(foreign_keys=[created_by_id], lazy="raise_on_sql")

    __table_args__ = (
        sa.Index("ix_import_files_work", "work_at"),
        sa.Index("ix_import_files_project", "project_id", "id"),
        sa.Index("ix_import_files_fingerprint", "fingerprint", "id"),
    )

    @property
    def not_used(self) -> list[str]:
        """The names of the columns of which nothing is taken."""
        return not_used(self.header, [int(at) for at in (*self.columns.values(), *self.own_columns.values())])

    @property
    def is_busy(self) -> bool:
        return self.state in BUSY
