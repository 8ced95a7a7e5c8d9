"""The suppression list."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from outreach.consent.rules import SuppressionKind, SuppressionReason
from outreach.db import Base, one_of


class Suppression(Base):
    """An address or domain that gets no mail. After erasure only the keyed hash is left of it."""

    __tablename__ = "suppressions"

    kind: Mapped[SuppressionKind] = mapped_column(one_of(SuppressionKind))
    value: Mapped[str | None] = mapped_column(sa.String(254), index=True)
    keyed_hash: Mapped[str] = mapped_column(sa.String(64))
    reason: Mapped[SuppressionReason] = mapped_column(one_of(SuppressionReason))
    source: Mapped[str] = mapped_column(sa.String(200), default="")
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))

    __table_args__ = (sa.UniqueConstraint("kind", "keyed_hash"),)

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
