"""Which digest went to whom."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from outreach.db import Base
from outreach.desk.relationship_models import RelationshipOverride

__all__ = ["CalendarFeed", "DigestLog", "RelationshipOverride"]


class DigestLog(Base):
    """One row a user and local day, written in the commit that queues the digest: so never two."""

    __tablename__ = "digest_log"

    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"))
    local_on: Mapped[date]
    rows: Mapped[int] = mapped_column(default=0)
    message_id: Mapped[int | None] = mapped_column(sa.ForeignKey("messages.id"))
    created_at: Mapped[datetime]

    __table_args__ = (sa.UniqueConstraint("user_id", "local_on"),)


class CalendarFeed(Base):
    """The secret address of somebody's calendar; only the hash of its token is kept."""

    __tablename__ = "calendar_feeds"

    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"), unique=True)
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    created_at: Mapped[datetime]
