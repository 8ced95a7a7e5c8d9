"""Looking through a site for who is there, and what was found: proposals until a person decides."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from outreach.accounts.models import User
from outreach.db import Base, one_of
from outreach.prospects.models import Site
from outreach.prospects.rules import ContactKind, ContactStatus
from outreach.research.rules import BUSY, FindState, SearchState


class SiteSearch(Base):
    """The last search of a site. The row is also the job: due at `work_at`.

    `pages` are those that were opened: `{"url", "kind", "title", "said", "found"}`, `said` why one could not be read. `memory` is what a
    conditional request needs: `{url: {"etag", "last_modified", "told"}}`. `authors` are names without an address: `{"name", "role", "url", "page"}`.
    `refusal` is the sentence that asks for no pitches, as it stands at `refusal_url`.
    """

    __tablename__ = "site_searches"

    site_id: Mapped[int] = mapped_column(sa.ForeignKey("sites.id", ondelete="CASCADE"), unique=True)
    state: Mapped[SearchState] = mapped_column(one_of(SearchState), default=SearchState.WAITING)
    pages: Mapped[list[Any]] = mapped_column(default=list)
    memory: Mapped[dict[str, Any]] = mapped_column(default=dict)
    authors: Mapped[list[Any]] = mapped_column(default=list)
    refusal: Mapped[str] = mapped_column(sa.String(300), default="")
    refusal_url: Mapped[str] = mapped_column(sa.String(2048), default="")
    trouble: Mapped[str] = mapped_column(sa.String(300), default="")
    asked_at: Mapped[datetime]
    asked_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    finished_at: Mapped[datetime | None]
    work_at: Mapped[datetime | None]
    taken_until: Mapped[datetime | None]
    fence: Mapped[int] = mapped_column(default=0)

    site: Mapped[Site] = relationship(lazy="raise_on_sql")
    asked_by: Mapped[User | None] = relationship(foreign_keys=[asked_by_id], lazy="raise_on_sql")

    __table_args__ = (sa.Index("ix_site_searches_work", "work_at"),)

    @property
    def is_busy(self) -> bool:
        return self.state in BUSY


class FoundContact(Base):
    """One way to reach somebody that stands on a page of the site; nothing of it is a fact before a person takes it over."""

    __tablename__ = "found_contacts"

    site_id: Mapped[int] = mapped_column(sa.ForeignKey("sites.id", ondelete="CASCADE"))
    kind: Mapped[ContactKind] = mapped_column(one_of(ContactKind))
    value: Mapped[str] = mapped_column(sa.String(2048))
    value_norm: Mapped[str] = mapped_column(sa.String(2048))
    name: Mapped[str] = mapped_column(sa.String(200), default="")
    role: Mapped[str] = mapped_column(sa.String(120), default="")
    via: Mapped[str] = mapped_column(sa.String(16), default="")
    quote: Mapped[str] = mapped_column(sa.String(300), default="")
    source_url: Mapped[str] = mapped_column(sa.String(2048))
    is_role: Mapped[bool] = mapped_column(default=False)
    status: Mapped[ContactStatus] = mapped_column(one_of(ContactStatus), default=ContactStatus.UNVERIFIED)
    state: Mapped[FindState] = mapped_column(one_of(FindState), default=FindState.OPEN)
    found_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id", ondelete="CASCADE"), index=True)

    __table_args__ = (
        sa.UniqueConstraint("site_id", "kind", "value_norm"),
        sa.Index("ix_found_contacts_lower_value_norm", sa.text("lower(value_norm)")),
        sa.Index("ix_found_contacts_found", "found_at"),
        {"sqlite_autoincrement": True},
    )
    """Numbers are never given again: a merge may take a row away and bring it back."""
