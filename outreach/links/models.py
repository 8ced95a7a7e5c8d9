"""Placed links and every look at them."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from outreach.accounts.models import User
from outreach.db import Base, one_of
from outreach.links.ground_models import GroundLook
from outreach.links.ladder import BOUNDS
from outreach.links.list_models import LinkList, LinkListRow
from outreach.links.publication_models import Publication, PublicationWatch
from outreach.links.rules import Confidence, LinkState, Presence, Value
from outreach.pitches.models import Pitch
from outreach.projects.models import Project
from outreach.prospects.models import Person, Site
from outreach.reminders.models import Reminder

_HAS_BODY = sa.text("body_ref <> ''")
_UNJUDGED = sa.text("body_ref <> '' AND body_judged_at IS NULL")
__all__ = [
    "GroundLook",
    "LinkAlert",
    "LinkCheck",
    "LinkList",
    "LinkListRow",
    "PlacedLink",
    "Publication",
    "PublicationWatch",
]


_SINCE = (sa.text("coalesce(first_seen_at, created_at)"), "first_seen_at", "created_at")
"""`SINCE` in an index; its columns, too, or PostgreSQL would fetch the row for them."""


class PlacedLink(Base):
    """A link that we expect or own on somebody's page. The row is also the job: `next_check_at` is when it is due.

    `known_state` is the last state that a readable check gave. `asked_at` is set while somebody waits for a look.
    `schedule_version` is that of the schedule that said so. `fence` counts who took the row, so that a look that came too late is not recorded. `last_read` is what the last whole
    read left for the next (`outreach.links.again`); `nameless_` tell of looks in a row
    that found no such name, and whether it was proposed that the page is gone.
    """

    __tablename__ = "placed_links"

    project_id: Mapped[int] = mapped_column(sa.ForeignKey("projects.id"))
    site_id: Mapped[int] = mapped_column(sa.ForeignKey("sites.id"), index=True)
    pitch_id: Mapped[int | None] = mapped_column(sa.ForeignKey("pitches.id"), index=True)
    reclaim_pitch_id: Mapped[int | None] = mapped_column(sa.ForeignKey("pitches.id"), index=True)
    page_url: Mapped[str] = mapped_column(sa.String(2048))
    page_url_norm: Mapped[str] = mapped_column(sa.String(2048))
    target_url: Mapped[str] = mapped_column(sa.String(2048))
    expected_anchor: Mapped[str] = mapped_column(sa.String(300), default="")
    expected_rel: Mapped[str] = mapped_column(sa.String(16), default="any")
    importance: Mapped[int] = mapped_column(default=1)
    placed_on: Mapped[date | None]
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"), index=True)
    price: Mapped[Decimal | None] = mapped_column(sa.Numeric(12, 2))
    currency: Mapped[str] = mapped_column(sa.String(3), default="")
    state: Mapped[LinkState] = mapped_column(one_of(LinkState), default=LinkState.EXPECTED)
    known_state: Mapped[str] = mapped_column(sa.String(32), default="")
    state_since: Mapped[datetime]
    presence: Mapped[Presence | None] = mapped_column(one_of(Presence))
    value: Mapped[Value | None] = mapped_column(one_of(Value))
    confidence: Mapped[Confidence | None] = mapped_column(one_of(Confidence))
    codes: Mapped[list[str]] = mapped_column(default=list)
    sentence: Mapped[str] = mapped_column(sa.String(500), default="")
    first_seen_at: Mapped[datetime | None]
    first_miss_at: Mapped[datetime | None]
    unreadable_count: Mapped[int] = mapped_column(default=0)
    last_check_at: Mapped[datetime | None]
    next_check_at: Mapped[datetime | None]
    next_check_why: Mapped[str] = mapped_column(sa.String(120), default="")
    schedule_version: Mapped[int] = mapped_column(default=0)
    due_on: Mapped[date | None]
    expires_on: Mapped[date | None]
    is_social: Mapped[bool] = mapped_column(default=False)
    asked_at: Mapped[datetime | None]
    taken_until: Mapped[datetime | None]
    fence: Mapped[int] = mapped_column(default=0)
    last_read: Mapped[dict[str, Any]] = mapped_column(default=dict)
    nameless_since: Mapped[datetime | None]
    nameless_count: Mapped[int] = mapped_column(default=0)
    nameless_told: Mapped[bool] = mapped_column(default=False)
    owner_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))

    project: Mapped[Project] = relationship(lazy="raise_on_sql")
    site: Mapped[Site] = relationship(lazy="raise_on_sql")
    owner: Mapped[User | None] = relationship(foreign_keys=[owner_id], lazy="raise_on_sql")
    pitch: Mapped[Pitch | None] = relationship(foreign_keys=[pitch_id], lazy="raise_on_sql")
    reclaim: Mapped[Pitch | None] = relationship(foreign_keys=[reclaim_pitch_id], lazy="raise_on_sql")
    person: Mapped[Person | None] = relationship(lazy="raise_on_sql")

    __table_args__ = (
        sa.CheckConstraint("importance BETWEEN 1 AND 3", name="importance"),
        sa.UniqueConstraint("project_id", "page_url_norm", "target_url"),
        sa.Index("ix_placed_links_due", "next_check_at"),
        sa.Index("ix_placed_links_taken", "taken_until"),
        sa.Index("ix_placed_links_project_state", "project_id", "state", "is_social", "id"),
        sa.Index("ix_placed_links_project", "project_id", "id", "is_social"),
        sa.Index("ix_placed_links_state", "state", "is_social", "project_id", "id"),
        sa.Index("ix_placed_links_state_since", "state", "is_social", *_SINCE, "id", "project_id"),
        sa.Index("ix_placed_links_project_since", "project_id", "state", "is_social", *_SINCE, "id"),
        sa.Index("ix_placed_links_schedule", "schedule_version"),
        sa.Index(
            "ix_placed_links_watched",
            "importance",
            *_SINCE,
            sqlite_where=sa.text("next_check_at IS NOT NULL"),
            postgresql_where=sa.text("next_check_at IS NOT NULL"),
        ),
        sa.Index(
            "ix_placed_links_expires",
            "expires_on",
            sqlite_where=sa.text("expires_on IS NOT NULL"),
            postgresql_where=sa.text("expires_on IS NOT NULL"),
        ),
    )


SINCE = sa.func.coalesce(PlacedLink.first_seen_at, PlacedLink.created_at)
"""When a link was first seen, else entered. Of each state, and of each project and state, an index has links in this order."""


class LinkCheck(Base):
    """One look at one link: kept for good. Its page (`body_ref`) has a rule of its own (`outreach.links.retention`).

    `body_judged_at` is when it was decided whether the page stays; `is_body_gone`: it does not, and only `body_hash` tells of it.
    """

    __tablename__ = "link_checks"

    link_id: Mapped[int] = mapped_column(sa.ForeignKey("placed_links.id", ondelete="CASCADE"))
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    presence: Mapped[Presence] = mapped_column(one_of(Presence))
    value: Mapped[Value] = mapped_column(one_of(Value))
    confidence: Mapped[Confidence] = mapped_column(one_of(Confidence))
    state_after: Mapped[LinkState] = mapped_column(one_of(LinkState))
    page_state: Mapped[str] = mapped_column(sa.String(32))
    status: Mapped[int | None]
    codes: Mapped[list[str]] = mapped_column(default=list)
    sentence: Mapped[str] = mapped_column(sa.String(500), default="")
    advice: Mapped[str] = mapped_column(sa.String(500), default="")
    hops: Mapped[list[Any]] = mapped_column(default=list)
    found: Mapped[list[Any]] = mapped_column(default=list)
    page: Mapped[dict[str, Any]] = mapped_column(default=dict)
    body_hash: Mapped[str] = mapped_column(sa.String(64), default="")
    body_ref: Mapped[str] = mapped_column(sa.String(200), default="")
    body_judged_at: Mapped[datetime | None]
    is_body_gone: Mapped[bool] = mapped_column(default=False)
    elapsed_ms: Mapped[int] = mapped_column(default=0)

    by: Mapped[User | None] = relationship(lazy="raise_on_sql")

    __table_args__ = (
        sa.Index("ix_link_checks_link", "link_id", "id"),
        sa.Index("ix_link_checks_body", "body_ref", sqlite_where=_HAS_BODY, postgresql_where=_HAS_BODY),
        sa.Index("ix_link_checks_unjudged", "at", sqlite_where=_UNJUDGED, postgresql_where=_UNJUDGED),
    )


class LinkAlert(Base):
    """News of a link that may go out by mail. The row is the job: `due_at` is when the mail is due that gathers it, None once that is settled.

    The row on Today is the reminder; one that was dealt with before is mailed no more. `message_id` is the mail that told it.
    """

    __tablename__ = "link_alerts"

    link_id: Mapped[int] = mapped_column(sa.ForeignKey("placed_links.id", ondelete="CASCADE"), index=True)
    reminder_id: Mapped[int] = mapped_column(sa.ForeignKey("reminders.id", ondelete="CASCADE"), index=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"))
    code: Mapped[str] = mapped_column(sa.String(40))
    at: Mapped[datetime]
    due_at: Mapped[datetime | None] = mapped_column(index=True)
    message_id: Mapped[int | None] = mapped_column(sa.ForeignKey("messages.id", ondelete="SET NULL"))

    link: Mapped[PlacedLink] = relationship(lazy="raise_on_sql")
    reminder: Mapped[Reminder] = relationship(lazy="raise_on_sql")

    __table_args__ = (sa.Index("ix_link_alerts_user", "user_id", "due_at"),)


class EndWarning(Base):
    """One warning that an agreed time ends: of a pitch's agreement, or of a link that has none. Its row on Today is the reminder.

    `days` before the end it was meant for; `on` the owner's day on which it stands there.
    """

    __tablename__ = "end_warnings"

    pitch_id: Mapped[int | None] = mapped_column(sa.ForeignKey("pitches.id", ondelete="CASCADE"))
    link_id: Mapped[int | None] = mapped_column(sa.ForeignKey("placed_links.id", ondelete="CASCADE"))
    ends_on: Mapped[date]
    days: Mapped[int]
    on: Mapped[date]
    reminder_id: Mapped[int] = mapped_column(sa.ForeignKey("reminders.id", ondelete="CASCADE"), index=True)

    __table_args__ = (
        sa.CheckConstraint("(pitch_id IS NULL) <> (link_id IS NULL)", name="one_of_both"),
        sa.UniqueConstraint("pitch_id", "ends_on", "days"),
        sa.UniqueConstraint("link_id", "ends_on", "days"),
    )


class LinkSchedule(Base):
    """How often links are looked at, where it is not the product's own ladder; one row (id 1). Units: `ladder.UNITS`."""

    __tablename__ = "link_schedule"

    young: Mapped[int]
    young_for: Mapped[int]
    grown: Mapped[int]
    grown_until: Mapped[int]
    old: Mapped[int]
    important: Mapped[int]
    vital: Mapped[int]
    version: Mapped[int] = mapped_column(default=1)
    changed_at: Mapped[datetime]
    changed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))

    __table_args__ = (
        sa.CheckConstraint("id = 1", name="only_one"),
        *(
            sa.CheckConstraint(f"{name} BETWEEN {least} AND {most}", name=name)
            for name, (least, most) in BOUNDS.items()
        ),
    )
