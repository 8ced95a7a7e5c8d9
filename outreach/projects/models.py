"""Projects, their members, hosts and pages."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from outreach.accounts.models import User
from outreach.db import Base, one_of
from outreach.projects.rules import AssetType, MemberRole


class Project(Base):
    """What we promote, and the rules of writing for it. Days are calendar days.

    `column_limits` are the most cards that a column of its board should hold, by the column's name; it warns and never blocks.
    """

    __tablename__ = "projects"

    name: Mapped[str] = mapped_column(sa.String(120), unique=True)
    brand_terms: Mapped[list[str]] = mapped_column(default=list)
    cooldown_same_days: Mapped[int] = mapped_column(default=30)
    cooldown_other_days: Mapped[int] = mapped_column(default=100)
    follow_up_days: Mapped[int] = mapped_column(default=4)
    max_followups: Mapped[int] = mapped_column(default=2)
    column_limits: Mapped[dict[str, Any]] = mapped_column(default=dict)
    legal_basis: Mapped[str] = mapped_column(sa.Text, default="")
    is_archived: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))

    hosts: Mapped[list[OwnHost]] = relationship(
        order_by="OwnHost.host", lazy="selectin", cascade="all, delete-orphan"
    )


class OwnHost(Base):
    """A host that is ours: links to it count, sites on it are never prospects."""

    __tablename__ = "own_hosts"

    project_id: Mapped[int] = mapped_column(sa.ForeignKey("projects.id", ondelete="CASCADE"))
    host: Mapped[str] = mapped_column(sa.String(253), index=True)

    __table_args__ = (sa.UniqueConstraint("project_id", "host"),)


class Membership(Base):
    """One user in one project."""

    __tablename__ = "memberships"

    project_id: Mapped[int] = mapped_column(sa.ForeignKey("projects.id", ondelete="CASCADE"))
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"), index=True)
    role: Mapped[MemberRole] = mapped_column(one_of(MemberRole))

    user: Mapped[User] = relationship(lazy="joined")

    __table_args__ = (sa.UniqueConstraint("project_id", "user_id"),)


class OwnPage(Base):
    """A page of ours; an asset when it is worth linking to (H2)."""

    __tablename__ = "own_pages"

    project_id: Mapped[int] = mapped_column(sa.ForeignKey("projects.id", ondelete="CASCADE"))
    url: Mapped[str] = mapped_column(sa.String(2048))
    url_norm: Mapped[str] = mapped_column(sa.String(2048))
    title: Mapped[str] = mapped_column(sa.String(300), default="")
    is_asset: Mapped[bool] = mapped_column(default=False)
    asset_type: Mapped[AssetType | None] = mapped_column(one_of(AssetType))
    asset_owner_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    created_at: Mapped[datetime]

    __table_args__ = (
        sa.UniqueConstraint("project_id", "url_norm"),
        sa.CheckConstraint("NOT is_asset OR asset_type IS NOT NULL", name="asset_has_type"),
    )
