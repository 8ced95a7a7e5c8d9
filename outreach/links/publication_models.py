"""Looking for published pages: the watch of a pitch, and what it found."""

from __future__ import annotations

import enum
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from outreach.db import Base, one_of
from outreach.pitches.models import Pitch


class Finding(enum.StrEnum):
    """What became of a page that was found."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DISMISSED = "dismissed"


class PublicationWatch(Base):
    """A pitch whose piece may be published any day, at an address that nobody knows. The row is the job: `next_at` is when the site is looked at.

    `seen` are digests of pages that were opened before (`seeking.digest`), the newest last; `told` what the last look came to.
    """

    __tablename__ = "publication_watches"

    pitch_id: Mapped[int] = mapped_column(sa.ForeignKey("pitches.id", ondelete="CASCADE"), unique=True)
    next_at: Mapped[datetime] = mapped_column(index=True)
    taken_until: Mapped[datetime | None]
    fence: Mapped[int] = mapped_column(default=0)
    last_at: Mapped[datetime | None]
    told: Mapped[str] = mapped_column(sa.String(200), default="")
    seen: Mapped[list[str]] = mapped_column(default=list)

    pitch: Mapped[Pitch] = relationship(lazy="raise_on_sql")


class Publication(Base):
    """A page that links to us and may be what a pitch asked for; a person says whether it is."""

    __tablename__ = "publications"

    pitch_id: Mapped[int] = mapped_column(sa.ForeignKey("pitches.id", ondelete="CASCADE"))
    page_url: Mapped[str] = mapped_column(sa.String(2048))
    page_url_norm: Mapped[str] = mapped_column(sa.String(2048))
    title: Mapped[str] = mapped_column(sa.String(300), default="")
    href: Mapped[str] = mapped_column(sa.String(2048))
    anchor: Mapped[str] = mapped_column(sa.String(300), default="")
    context: Mapped[str] = mapped_column(sa.String(500), default="")
    via: Mapped[str] = mapped_column(sa.String(16))
    state: Mapped[Finding] = mapped_column(one_of(Finding), default=Finding.OPEN)
    found_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    link_id: Mapped[int | None] = mapped_column(sa.ForeignKey("placed_links.id", ondelete="SET NULL"))

    pitch: Mapped[Pitch] = relationship(lazy="raise_on_sql")

    __table_args__ = (sa.UniqueConstraint("pitch_id", "page_url_norm"),)
