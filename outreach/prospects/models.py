"""Sites, people, contact points, prospects."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from outreach.db import Base, one_of
from outreach.prospects.rules import ContactKind, ContactStatus, ProspectState, SubscriberType


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
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))


class Person(Base):
    """Somebody we may write to, at one or several sites."""

    __tablename__ = "people"

    name: Mapped[str] = mapped_column(sa.String(200), index=True)
    language: Mapped[str] = mapped_column(sa.String(16), default="")
    timezone: Mapped[str] = mapped_column(sa.String(64), default="")
    subscriber_type: Mapped[SubscriberType] = mapped_column(
        one_of(SubscriberType), default=SubscriberType.UNKNOWN
    )
    notes: Mapped[str] = mapped_column(sa.Text, default="")
    is_do_not_contact: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))

    contact_points: Mapped[list[ContactPoint]] = relationship(
        order_by="ContactPoint.id", back_populates="person", lazy="selectin"
    )

    @property
    def first_name(self) -> str:
        return self.name.split()[0] if self.name.split() else ""


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
        sa.CheckConstraint("person_id IS NOT NULL OR site_id IS NOT NULL", name="belongs_somewhere"),
    )


class SitePerson(Base):
    """A person's role at a site."""

    __tablename__ = "site_people"

    site_id: Mapped[int] = mapped_column(sa.ForeignKey("sites.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id", ondelete="CASCADE"), index=True)
    role: Mapped[str] = mapped_column(sa.String(120), default="")

    site: Mapped[Site] = relationship(lazy="joined")
    person: Mapped[Person] = relationship(lazy="joined")

    __table_args__ = (sa.UniqueConstraint("site_id", "person_id"),)


class Prospect(Base):
    """One site in one project: kept or not, and whose it is (the claim of B4)."""

    __tablename__ = "prospects"

    project_id: Mapped[int] = mapped_column(sa.ForeignKey("projects.id"))
    site_id: Mapped[int] = mapped_column(sa.ForeignKey("sites.id"), index=True)
    state: Mapped[ProspectState] = mapped_column(one_of(ProspectState), default=ProspectState.NEW)
    reject_reason: Mapped[str] = mapped_column(sa.String(200), default="")
    owner_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    added_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    site: Mapped[Site] = relationship(lazy="joined")

    __table_args__ = (
        sa.UniqueConstraint("project_id", "site_id"),
        sa.Index("ix_prospects_project_updated", "project_id", "updated_at", "id"),
        sa.Index("ix_prospects_project_state", "project_id", "state", "updated_at", "id"),
        sa.Index("ix_prospects_updated", "updated_at", "id"),
    )
