"""The workspace and its users."""

from __future__ import annotations

from datetime import date, datetime
from typing import cast

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from outreach.accounts.rules import ClaimLevel, UserRole
from outreach.db import Base, one_of


class Workspace(Base):
    """The one workspace of this instance (id 1): who writes to people, and from where."""

    __tablename__ = "workspace"

    name: Mapped[str] = mapped_column(sa.String(120))
    legal_name: Mapped[str] = mapped_column(sa.String(200))
    postal_address: Mapped[str] = mapped_column(sa.Text)
    base_url: Mapped[str] = mapped_column(sa.String(300), default="")
    timezone: Mapped[str] = mapped_column(sa.String(64))
    hash_key: Mapped[str] = mapped_column(sa.String(64))
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)
    is_mail_stopped: Mapped[bool] = mapped_column(default=False)
    is_dry_run: Mapped[bool] = mapped_column(default=False)
    allow_list: Mapped[list[str]] = mapped_column(default=list)
    claim_level: Mapped[ClaimLevel] = mapped_column(one_of(ClaimLevel), default=ClaimLevel.MEDIUM)
    is_postal_waived: Mapped[bool] = mapped_column(default=False)

    __table_args__ = (sa.CheckConstraint("id = 1", name="only_one"),)


class User(Base):
    """Somebody who logs in. `session_token` is what the cookie carries: a new one ends every session."""

    __tablename__ = "users"

    email: Mapped[str] = mapped_column(sa.String(254), unique=True)
    name: Mapped[str] = mapped_column(sa.String(120))
    role: Mapped[UserRole] = mapped_column(one_of(UserRole), default=UserRole.USER)
    password_hash: Mapped[str] = mapped_column(sa.String(200))
    session_token: Mapped[str] = mapped_column(sa.String(64), unique=True)
    timezone: Mapped[str] = mapped_column(sa.String(64))
    digest_hour: Mapped[int] = mapped_column(default=8)
    is_digest_on: Mapped[bool] = mapped_column(default=True)
    is_weekdays_only: Mapped[bool] = mapped_column(default=True)
    is_alert_mail_on: Mapped[bool] = mapped_column(default=False)
    is_active: Mapped[bool] = mapped_column(default=True)
    holidays_of: Mapped[str] = mapped_column(sa.String(2), default="")
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime | None]

    only_project_id = cast("int | None", None)
    """No column: the one project of a member of one, when the door has looked (`app.standing`). Long lists are quick by it."""
    own_project_ids = cast("tuple[int, ...]", ())
    """No column: the projects of a member of few, when the door has looked."""

    __table_args__ = (sa.CheckConstraint("digest_hour BETWEEN 0 AND 23", name="digest_hour"),)

    @property
    def sight(self) -> tuple[object, ...]:
        """Who they are and all that a statement asks of what they may see: one is kept by it (`db.kept_statement`)."""
        return self.id, self.role, self.only_project_id, self.own_project_ids

    @property
    def is_manager(self) -> bool:
        """Sees all projects: admins and managers do."""
        return self.role in (UserRole.ADMIN, UserRole.MANAGER)

    @property
    def is_admin(self) -> bool:
        return self.role is UserRole.ADMIN

    # What Flask-Login asks of a user
    is_authenticated = True
    is_anonymous = False

    def get_id(self) -> str:
        """What the session cookie holds: the token, so that a new password ends old sessions."""
        return self.session_token


class Leave(Base):
    """Days on which somebody is away, both included; their due days are proposed around them."""

    __tablename__ = "leaves"

    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"), index=True)
    first_on: Mapped[date]
    last_on: Mapped[date]
    created_at: Mapped[datetime]

    __table_args__ = (sa.CheckConstraint("first_on <= last_on", name="leave_order"),)


class Key(Base):
    """A one-time link: an invitation or a password reset. Only the token's hash is kept."""

    __tablename__ = "account_keys"

    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    purpose: Mapped[str] = mapped_column(sa.String(16))
    email: Mapped[str] = mapped_column(sa.String(254))
    user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    role: Mapped[UserRole | None] = mapped_column(one_of(UserRole))
    grants: Mapped[list[str]] = mapped_column(default=list)
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    user: Mapped[User | None] = relationship(foreign_keys=[user_id], lazy="joined")

    __table_args__ = (sa.CheckConstraint("purpose IN ('invitation', 'reset')", name="purpose"),)


class TryCount(Base):
    """How often a log-in was tried for one account or from one address since `since`; only a hash says which."""

    __tablename__ = "log_in_tries"

    key_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    count: Mapped[int]
    since: Mapped[datetime] = mapped_column(index=True)
