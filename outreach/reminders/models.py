"""A reminder."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from outreach.accounts.models import User
from outreach.db import Base, one_of
from outreach.pitches.models import Pitch
from outreach.projects.models import Project
from outreach.prospects.models import Person, Site
from outreach.reminders.rules import ReminderKind, ReminderState


class Reminder(Base):
    """Something due for its owner on a day of theirs. What lies above (a link, a message) stands as kind and id, without a key."""

    __tablename__ = "reminders"

    project_id: Mapped[int | None] = mapped_column(sa.ForeignKey("projects.id"))
    pitch_id: Mapped[int | None] = mapped_column(sa.ForeignKey("pitches.id"), index=True)
    site_id: Mapped[int | None] = mapped_column(sa.ForeignKey("sites.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"), index=True)
    about_kind: Mapped[str | None] = mapped_column(sa.String(32))
    about_id: Mapped[int | None]
    kind: Mapped[ReminderKind] = mapped_column(one_of(ReminderKind))
    words: Mapped[str] = mapped_column(sa.String(300))
    reason: Mapped[str] = mapped_column(sa.String(500), default="")
    due_on: Mapped[date]
    owner_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    state: Mapped[ReminderState] = mapped_column(one_of(ReminderState), default=ReminderState.OPEN)
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    settled_at: Mapped[datetime | None]

    project: Mapped[Project | None] = relationship(lazy="raise_on_sql")
    pitch: Mapped[Pitch | None] = relationship(lazy="raise_on_sql")
    site: Mapped[Site | None] = relationship(lazy="raise_on_sql")
    person: Mapped[Person | None] = relationship(lazy="raise_on_sql")
    owner: Mapped[User] = relationship(foreign_keys=[owner_id], lazy="raise_on_sql")

    __table_args__ = (
        sa.Index(
            "ix_reminders_due",
            "owner_id",
            "due_on",
            "id",
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        ),
        sa.Index("ix_reminders_about", "about_kind", "about_id"),
    )
