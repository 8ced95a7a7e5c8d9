"""What a person has said of a relationship, in place of the rule."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from outreach.db import Base, one_of
from outreach.desk.relationship_rules import Standing


class RelationshipOverride(Base):
    """The stage of one site or one person as somebody sees it, with the reason; without a row the rule decides."""

    __tablename__ = "relationship_overrides"

    site_id: Mapped[int | None] = mapped_column(sa.ForeignKey("sites.id", ondelete="CASCADE"), unique=True)
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id", ondelete="CASCADE"), unique=True)
    standing: Mapped[Standing] = mapped_column(one_of(Standing))
    reason: Mapped[str] = mapped_column(sa.String(300))
    set_at: Mapped[datetime]
    set_by_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))

    __table_args__ = (
        sa.CheckConstraint("(site_id IS NULL) <> (person_id IS NULL)", name="site_or_person"),
        {"sqlite_autoincrement": True},
    )
