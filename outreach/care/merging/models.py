"""Merges with what is needed to take them back, pairs that look alike, and how far the finder is."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from outreach.accounts.models import User
from outreach.care.merging.rules import Kind, PairState
from outreach.db import Base, one_of


class Merge(Base):
    """One of two made one. `former_id` is who went into `survivor_id`: numbers, for both may be merged again.

    `person_id` or `site_id` is where all of it stands today. `steps` is what was changed, in order, each with what was
    before (`care.merging.moves`); it is emptied when the merge was undone or is too old for it, and then only numbers
    stay: old addresses lead on by them. `left` is what an undo could not put back: (table, how many rows),
    and (table, how many rows, "gone") for rows that were removed in between.
    """

    __tablename__ = "merges"

    kind: Mapped[Kind] = mapped_column(one_of(Kind))
    survivor_id: Mapped[int]
    former_id: Mapped[int]
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id", ondelete="CASCADE"), index=True)
    site_id: Mapped[int | None] = mapped_column(sa.ForeignKey("sites.id", ondelete="CASCADE"), index=True)
    former_name: Mapped[str] = mapped_column(sa.String(300), default="")
    steps: Mapped[list[Any]] = mapped_column(default=list)
    left: Mapped[list[Any]] = mapped_column(default=list)
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    purged_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]
    undone_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))

    by: Mapped[User | None] = relationship(foreign_keys=[by_id], lazy="raise_on_sql")

    __table_args__ = (
        sa.Index("ix_merges_former", "kind", "former_id"),
        sa.Index("ix_merges_at", "at", "id"),
        sa.Index(
            "ix_merges_kept", "at", sqlite_where=sa.text("purged_at IS NULL"), postgresql_where=sa.text("purged_at IS NULL")
        ),
    )  # fmt: skip


class Pair(Base):
    """Two that look alike, the one with the lower number first. What somebody called different stays so for good.

    `reasons` are codes of `care.merging.rules.REASONS`, `detail` what they are alike in.
    """

    __tablename__ = "duplicate_pairs"

    kind: Mapped[Kind] = mapped_column(one_of(Kind))
    state: Mapped[PairState] = mapped_column(one_of(PairState), default=PairState.OPEN)
    reasons: Mapped[list[str]] = mapped_column(default=list)
    first_person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id", ondelete="CASCADE"))
    second_person_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("people.id", ondelete="CASCADE"), index=True
    )
    first_site_id: Mapped[int | None] = mapped_column(sa.ForeignKey("sites.id", ondelete="CASCADE"))
    second_site_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("sites.id", ondelete="CASCADE"), index=True
    )
    found_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))

    __table_args__ = (
        sa.UniqueConstraint("first_person_id", "second_person_id"),
        sa.UniqueConstraint("first_site_id", "second_site_id"),
        sa.Index("ix_duplicate_pairs_listed", "kind", "state", "id"),
        sa.CheckConstraint(
            "(first_person_id < second_person_id AND first_site_id IS NULL AND second_site_id IS NULL)"
            " OR (first_site_id < second_site_id AND first_person_id IS NULL AND second_person_id IS NULL)",
            name="are_two_of_a_kind",
        ),
        {"info": {"found_by_itself": True}},
    )


class Look(Base):
    """How far the finder is in one stream of rows: the row is the job. `fence` counts who took it."""

    __tablename__ = "duplicate_looks"

    stream: Mapped[str] = mapped_column(sa.String(32), unique=True)
    reached_at: Mapped[datetime | None]
    reached_id: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime]
    taken_until: Mapped[datetime | None]
    fence: Mapped[int] = mapped_column(default=0)
