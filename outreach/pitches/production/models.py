"""What lies between the yes and the page: the check list, the type's own facts, the contributors."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from outreach.accounts.models import User
from outreach.db import Base, one_of
from outreach.pitches.models import Pitch
from outreach.pitches.production.rules import ContributorState, Part
from outreach.prospects.models import Person, Site


class Production(Base):
    """One row a pitch, from the first thing written down. `facts` are the type's own (`rules.FACTS`).

    `slot_at` is when an interview takes place, `slot_minutes` how long; `links_needed` is the k of "k of n
    contributors link", none for all.
    """

    __tablename__ = "productions"

    pitch_id: Mapped[int] = mapped_column(sa.ForeignKey("pitches.id", ondelete="CASCADE"), unique=True)
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    slot_at: Mapped[datetime | None] = mapped_column(index=True)
    slot_minutes: Mapped[int] = mapped_column(default=45)
    slot_place: Mapped[str] = mapped_column(sa.String(300), default="")
    slot_sequence: Mapped[int] = mapped_column(default=0)
    links_needed: Mapped[int | None]
    created_at: Mapped[datetime]

    __table_args__ = (
        sa.CheckConstraint("slot_minutes BETWEEN 5 AND 600", name="slot_minutes"),
        sa.CheckConstraint("links_needed IS NULL OR links_needed > 0", name="links_needed"),
    )


class ProductionStep(Base):
    """A line of the check list. `code` is the task's in `rules.TASKS`, or `own` for one that a person wrote."""

    __tablename__ = "production_steps"

    pitch_id: Mapped[int] = mapped_column(sa.ForeignKey("pitches.id", ondelete="CASCADE"), index=True)
    code: Mapped[str] = mapped_column(sa.String(32))
    words: Mapped[str] = mapped_column(sa.String(200))
    due_on: Mapped[date | None]
    owner_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    done_at: Mapped[datetime | None]
    done_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    place: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]

    pitch: Mapped[Pitch] = relationship(lazy="raise_on_sql")
    owner: Mapped[User | None] = relationship(foreign_keys=[owner_id], lazy="raise_on_sql")

    __table_args__ = (
        sa.Index(
            "ix_production_steps_due",
            "owner_id",
            "due_on",
            "id",
            sqlite_where=sa.text("done_at IS NULL"),
            postgresql_where=sa.text("done_at IS NULL"),
        ),
    )


class Contributor(Base):
    """Somebody who gives something to a co-created piece, and whose link is expected.

    `link_seen_at` is written from above, by a check of the placed link: never by hand.
    """

    __tablename__ = "contributors"

    pitch_id: Mapped[int] = mapped_column(sa.ForeignKey("pitches.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(sa.String(200))
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"), index=True)
    site_id: Mapped[int | None] = mapped_column(sa.ForeignKey("sites.id"), index=True)
    state: Mapped[ContributorState] = mapped_column(one_of(ContributorState), default=ContributorState.ASKED)
    page_url: Mapped[str] = mapped_column(sa.String(2048), default="")
    link_seen_at: Mapped[datetime | None]
    created_at: Mapped[datetime]

    person: Mapped[Person | None] = relationship(lazy="raise_on_sql")
    site: Mapped[Site | None] = relationship(lazy="raise_on_sql")


class PitchFile(Base):
    """One version of something that is handed in: a draft, an outline, pictures. Either a kept file or a `url`.

    `number` counts the versions of its `part` within the pitch. What is in a file lies under `instance/pitch-files/`,
    named by `reference`; `digest` is the SHA-256 of what was brought. `sent_on` is the day it went to them. A removed
    row stays for a day, for the undo (`files.UNDO`).
    """

    __tablename__ = "pitch_files"

    pitch_id: Mapped[int] = mapped_column(sa.ForeignKey("pitches.id", ondelete="CASCADE"))
    part: Mapped[Part] = mapped_column(one_of(Part))
    number: Mapped[int]
    name: Mapped[str] = mapped_column(sa.String(120), default="")
    type: Mapped[str] = mapped_column(sa.String(100), default="")
    size: Mapped[int] = mapped_column(default=0)
    reference: Mapped[str] = mapped_column(sa.String(64), default="")
    digest: Mapped[str] = mapped_column(sa.String(64), default="")
    url: Mapped[str] = mapped_column(sa.String(2048), default="")
    note: Mapped[str] = mapped_column(sa.String(300), default="")
    sent_on: Mapped[date | None]
    sent_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    removed_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    created_by_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))

    created_by: Mapped[User] = relationship(foreign_keys=[created_by_id], lazy="raise_on_sql")

    __table_args__ = (
        sa.UniqueConstraint("pitch_id", "part", "number"),
        sa.CheckConstraint("(reference <> '') <> (url <> '')", name="file_or_link"),
        sa.Index(
            "ix_pitch_files_removed",
            "removed_at",
            sqlite_where=sa.text("removed_at IS NOT NULL"),
            postgresql_where=sa.text("removed_at IS NOT NULL"),
        ),
    )
