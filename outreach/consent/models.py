"""The suppression list."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from outreach.consent.rules import SuppressionKind, SuppressionReason
from outreach.db import Base, one_of


class SuppressionBatch(Base):
    """Addresses and domains that were put on the list together, with what became of each line; can be undone as a whole."""

    __tablename__ = "suppression_batches"

    source: Mapped[str] = mapped_column(sa.String(200))
    counts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    undone_at: Mapped[datetime | None]
    removed: Mapped[int] = mapped_column(default=0)


class Suppression(Base):
    """An address or domain that gets no mail. After erasure only the keyed hash is left of it.

    `batch_id` is the import that brought it, until they say no themselves: then the import's undo leaves it alone.
    """

    __tablename__ = "suppressions"

    kind: Mapped[SuppressionKind] = mapped_column(one_of(SuppressionKind))
    value: Mapped[str | None] = mapped_column(sa.String(254), index=True)
    keyed_hash: Mapped[str] = mapped_column(sa.String(64))
    reason: Mapped[SuppressionReason] = mapped_column(one_of(SuppressionReason))
    source: Mapped[str] = mapped_column(sa.String(200), default="")
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    batch_id: Mapped[int | None] = mapped_column(sa.ForeignKey("suppression_batches.id"), index=True)

    __table_args__ = (
        sa.UniqueConstraint("kind", "keyed_hash"),
        sa.Index("ix_suppressions_created", "created_at", "id"),
        sa.Index("ix_suppressions_lower_value", sa.text("lower(value)")),
    )

    @property
    def is_erased(self) -> bool:
        """Only the keyed hash is left: nobody knows any more who it was."""
        return self.value is None


class OptOut(Base):
    """The opaque token of one letter's unsubscribe address; it never expires. No key to a person or message above."""

    __tablename__ = "opt_outs"

    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    address: Mapped[str | None] = mapped_column(sa.String(254))
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    __table_args__ = (sa.Index("ix_opt_outs_lower_address", sa.text("lower(address)")),)
