"""Sites, people, contact points, prospects, notes, and what came in together."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from outreach.accounts.models import User
from outreach.db import Base, one_of
from outreach.projects.models import Project
from outreach.prospects.labels.models import FieldValue, PersonTag, SiteTag, Tag
from outreach.prospects.look_rules import LookState
from outreach.prospects.metric_rules import Metric
from outreach.prospects.name_order import first_name
from outreach.prospects.rules import (
    CAME_IN,
    BatchSource,
    ContactKind,
    ContactStatus,
    Outcome,
    ProspectState,
    SubscriberType,
)


class Site(Base):
    """A publication: one per registrable domain (A1). `key` is `kit.urls.site_key` of its address."""

    __tablename__ = "sites"

    key: Mapped[str] = mapped_column(sa.String(253), unique=True)
    url: Mapped[str] = mapped_column(sa.String(2048))
    title: Mapped[str] = mapped_column(sa.String(300), default="")
    language: Mapped[str] = mapped_column(sa.String(16), default="")
    notes: Mapped[str] = mapped_column(sa.Text, default="")
    is_no_pitch: Mapped[bool] = mapped_column(default=False)
    is_do_not_contact: Mapped[bool] = mapped_column(default=False)
    do_not_contact_reason: Mapped[str] = mapped_column(sa.String(300), default="")
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))

    metrics: Mapped[list[SiteMetric]] = relationship(viewonly=True, lazy="raise_on_sql")
    look: Mapped[SiteLook | None] = relationship(viewonly=True, lazy="raise_on_sql")
    tags: Mapped[list[Tag]] = relationship(
        secondary=SiteTag.__table__, order_by=Tag.key, viewonly=True, lazy="raise_on_sql"
    )
    own_values: Mapped[list[FieldValue]] = relationship(viewonly=True, lazy="raise_on_sql")

    __table_args__ = (sa.Index("ix_sites_updated", "updated_at", "id"), {"sqlite_autoincrement": True})
    """Numbers are never given again: one that was merged away comes back by an undo."""


class SiteAlias(Base):
    """The key of a site that was merged into another one: its addresses belong there from then on."""

    __tablename__ = "site_aliases"

    key: Mapped[str] = mapped_column(sa.String(253), unique=True)
    site_id: Mapped[int] = mapped_column(sa.ForeignKey("sites.id", ondelete="CASCADE"), index=True)


class AlikeKey(Base):
    """What a site or person is found alike by (`prospects.alike`); written by a sweep, and made anew when they change."""

    __tablename__ = "alike_keys"

    key: Mapped[str] = mapped_column(sa.String(200), index=True)
    site_id: Mapped[int | None] = mapped_column(sa.ForeignKey("sites.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id", ondelete="CASCADE"), index=True)

    __table_args__ = {"info": {"found_by_itself": True}}


class Person(Base):
    """Somebody we may write to, at one or several sites; `referred_by_id` is who named them to us."""

    __tablename__ = "people"

    name: Mapped[str] = mapped_column(sa.String(200), index=True)
    language: Mapped[str] = mapped_column(sa.String(16), default="")
    timezone: Mapped[str] = mapped_column(sa.String(64), default="")
    subscriber_type: Mapped[SubscriberType] = mapped_column(
        one_of(SubscriberType), default=SubscriberType.UNKNOWN
    )
    notes: Mapped[str] = mapped_column(sa.Text, default="")
    is_do_not_contact: Mapped[bool] = mapped_column(default=False)
    do_not_contact_reason: Mapped[str] = mapped_column(sa.String(300), default="")
    version: Mapped[int] = mapped_column(default=1)
    referred_by_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("people.id", ondelete="SET NULL"), index=True
    )
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))

    contact_points: Mapped[list[ContactPoint]] = relationship(
        order_by="ContactPoint.id", back_populates="person", lazy="selectin"
    )
    tags: Mapped[list[Tag]] = relationship(
        secondary=PersonTag.__table__, order_by=Tag.key, viewonly=True, lazy="raise_on_sql"
    )
    own_values: Mapped[list[FieldValue]] = relationship(viewonly=True, lazy="raise_on_sql")

    __table_args__ = (
        sa.Index("ix_people_updated", "updated_at", "id"),
        sa.Index(
            "ix_people_closed",
            "updated_at",
            sqlite_where=sa.text("is_do_not_contact = 1"),
            postgresql_where=sa.text("is_do_not_contact"),
        ),
        {"sqlite_autoincrement": True},
    )
    """Numbers are never given again: the diary keeps those of people who were erased."""

    @property
    def first_name(self) -> str:
        return first_name(self.name)


class ContactPoint(Base):
    """A way to reach a person or a site, with where and when it was found (GDPR Art. 14, R16)."""

    __tablename__ = "contact_points"

    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id", ondelete="CASCADE"), index=True)
    site_id: Mapped[int | None] = mapped_column(sa.ForeignKey("sites.id"), index=True)
    kind: Mapped[ContactKind] = mapped_column(one_of(ContactKind))
    value: Mapped[str] = mapped_column(sa.String(2048))
    value_norm: Mapped[str] = mapped_column(sa.String(2048))
    source_url: Mapped[str] = mapped_column(sa.String(2048), default="")
    found_at: Mapped[datetime]
    found_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    status: Mapped[ContactStatus] = mapped_column(one_of(ContactStatus), default=ContactStatus.UNVERIFIED)
    is_role: Mapped[bool] = mapped_column(default=False)

    person: Mapped[Person | None] = relationship(back_populates="contact_points")

    __table_args__ = (
        sa.UniqueConstraint("kind", "value_norm"),
        sa.Index("ix_contact_points_lower_value_norm", sa.text("lower(value_norm)")),
        sa.CheckConstraint("person_id IS NOT NULL OR site_id IS NOT NULL", name="belongs_somewhere"),
    )


class SitePerson(Base):
    """A person's role at a site; kept when they leave, for who held the site still knows the person."""

    __tablename__ = "site_people"

    site_id: Mapped[int] = mapped_column(sa.ForeignKey("sites.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id", ondelete="CASCADE"), index=True)
    role: Mapped[str] = mapped_column(sa.String(120), default="")
    is_former: Mapped[bool] = mapped_column(default=False)

    site: Mapped[Site] = relationship(lazy="joined")
    person: Mapped[Person] = relationship(lazy="joined")

    __table_args__ = (sa.UniqueConstraint("site_id", "person_id"), {"sqlite_autoincrement": True})


class Prospect(Base):
    """One site in one project: kept or not, and whose it is (the claim of B4).

    `later_until` is when one that was put off comes back, `decided_at` when somebody last kept, rejected or put it off.
    """

    __tablename__ = "prospects"

    project_id: Mapped[int] = mapped_column(sa.ForeignKey("projects.id"))
    site_id: Mapped[int] = mapped_column(sa.ForeignKey("sites.id"), index=True)
    state: Mapped[ProspectState] = mapped_column(one_of(ProspectState), default=ProspectState.NEW)
    reject_reason: Mapped[str] = mapped_column(sa.String(200), default="")
    owner_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    added_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    later_until: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    site: Mapped[Site] = relationship(lazy="joined")
    project: Mapped[Project] = relationship(lazy="raise_on_sql")
    owner: Mapped[User | None] = relationship(foreign_keys=[owner_id], lazy="raise_on_sql")

    __table_args__ = (
        sa.UniqueConstraint("project_id", "site_id"),
        sa.Index("ix_prospects_project_updated", "project_id", "updated_at", "id"),
        sa.Index("ix_prospects_project_state", "project_id", "state", "updated_at", "id"),
        sa.Index("ix_prospects_updated", "updated_at", "id"),
        sa.Index("ix_prospects_later", "project_id", "later_until", "id"),
        sa.Index("ix_prospects_decided", "project_id", "decided_at"),
        sa.Index("ix_prospects_state", "state", "id"),
        sa.Index("ix_prospects_project_by_state", "project_id", "state", "id"),
        {"sqlite_autoincrement": True},
    )


class Note(Base):
    """What somebody wrote down about a site or person: it belongs to one project, and no other reads it."""

    __tablename__ = "notes"

    project_id: Mapped[int] = mapped_column(sa.ForeignKey("projects.id"), index=True)
    site_id: Mapped[int | None] = mapped_column(sa.ForeignKey("sites.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"), index=True)
    text: Mapped[str] = mapped_column(sa.Text)
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))

    __table_args__ = (
        sa.CheckConstraint("site_id IS NOT NULL OR person_id IS NOT NULL", name="is_about_something"),
    )


class ImportBatch(Base):
    """Addresses that came in together, with what became of them; its rows can be undone as a whole."""

    __tablename__ = "import_batches"

    project_id: Mapped[int] = mapped_column(sa.ForeignKey("projects.id"), index=True)
    source: Mapped[BatchSource] = mapped_column(one_of(BatchSource))
    counts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    undone_at: Mapped[datetime | None]

    project: Mapped[Project] = relationship(lazy="raise_on_sql")

    @property
    def total(self) -> int:
        """How many lines it had; the counts of the outcomes add up to it."""
        return sum(self.counts.values())

    @property
    def came_in(self) -> int:
        """How many lines made a prospect."""
        return sum(self.counts.get(outcome.value, 0) for outcome in CAME_IN)


class ImportRow(Base):
    """One line of a batch: what was typed, what became of it and why. `made` are ids of people, places and contact points that it brought, and under `numbers` the site whose numbers it changed with what stood before."""

    __tablename__ = "import_rows"

    batch_id: Mapped[int] = mapped_column(sa.ForeignKey("import_batches.id", ondelete="CASCADE"))
    number: Mapped[int]
    typed: Mapped[str] = mapped_column(sa.String(300))
    outcome: Mapped[Outcome] = mapped_column(one_of(Outcome))
    reason: Mapped[str] = mapped_column(sa.String(300), default="")
    site_id: Mapped[int | None] = mapped_column(sa.ForeignKey("sites.id", ondelete="SET NULL"), index=True)
    made: Mapped[dict[str, Any]] = mapped_column(default=dict)

    __table_args__ = (
        sa.UniqueConstraint("batch_id", "number"),
        sa.Index("ix_import_rows_outcome", "batch_id", "outcome", "number"),
    )


class ProspectChange(Base):
    """One change of one or many prospects, with what they were before, so that it can be undone."""

    __tablename__ = "prospect_changes"

    at: Mapped[datetime]
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"), index=True)
    before: Mapped[list[Any]] = mapped_column(default=list)
    undone_at: Mapped[datetime | None]


class SiteMetric(Base):
    """What another tool says of a site, as it was brought (A3): never computed, never added up. `as_of` is the day it was brought."""

    __tablename__ = "site_metrics"

    site_id: Mapped[int] = mapped_column(sa.ForeignKey("sites.id", ondelete="CASCADE"))
    name: Mapped[Metric] = mapped_column(one_of(Metric))
    value: Mapped[float]
    as_of: Mapped[date]
    batch_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("import_batches.id", ondelete="SET NULL"), index=True
    )

    __table_args__ = (sa.UniqueConstraint("site_id", "name"), {"sqlite_autoincrement": True})


class SiteLook(Base):
    """What the first page of a site says, for who decides whether to keep it. The row is also the job: due at `look_at`.

    `page_state` is one of `page.state`, `trouble` says in words why it could not be read.
    """

    __tablename__ = "site_looks"

    site_id: Mapped[int] = mapped_column(sa.ForeignKey("sites.id", ondelete="CASCADE"), unique=True)
    state: Mapped[LookState] = mapped_column(one_of(LookState), default=LookState.WAITING)
    page_state: Mapped[str] = mapped_column(sa.String(32), default="")
    status: Mapped[int | None]
    title: Mapped[str] = mapped_column(sa.String(300), default="")
    snippet: Mapped[str] = mapped_column(sa.String(600), default="")
    language: Mapped[str] = mapped_column(sa.String(16), default="")
    trouble: Mapped[str] = mapped_column(sa.String(300), default="")
    looked_at: Mapped[datetime | None]
    look_at: Mapped[datetime | None]
    taken_until: Mapped[datetime | None]
    fence: Mapped[int] = mapped_column(default=0)

    __table_args__ = (sa.Index("ix_site_looks_due", "look_at"),)
