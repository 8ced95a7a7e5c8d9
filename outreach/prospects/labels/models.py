"""Tags and own fields, and what carries them."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from outreach.db import Base, one_of
from outreach.prospects.labels.rules import About, FieldKind, tone_of


class Tag(Base):
    """A word of the workspace; `key` is `rules.key_of` its name."""

    __tablename__ = "tags"

    name: Mapped[str] = mapped_column(sa.String(40))
    key: Mapped[str] = mapped_column(sa.String(80), unique=True)
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))

    @property
    def tone(self) -> str:
        return tone_of(self.key)


class SiteTag(Base):
    """A tag on a site: every project that holds the site sees it."""

    __tablename__ = "site_tags"

    tag_id: Mapped[int] = mapped_column(sa.ForeignKey("tags.id", ondelete="CASCADE"))
    site_id: Mapped[int] = mapped_column(sa.ForeignKey("sites.id", ondelete="CASCADE"), index=True)

    __table_args__ = (sa.UniqueConstraint("tag_id", "site_id"), {"sqlite_autoincrement": True})


class PersonTag(Base):
    """A tag on a person."""

    __tablename__ = "person_tags"

    tag_id: Mapped[int] = mapped_column(sa.ForeignKey("tags.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id", ondelete="CASCADE"), index=True)

    __table_args__ = (sa.UniqueConstraint("tag_id", "person_id"), {"sqlite_autoincrement": True})


class OwnField(Base):
    """A field that a team made: of the workspace, or (`project_id`) of one project. Put away, it keeps its values."""

    __tablename__ = "own_fields"

    project_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("projects.id", ondelete="CASCADE"), index=True
    )
    about: Mapped[About] = mapped_column(one_of(About))
    kind: Mapped[FieldKind] = mapped_column(one_of(FieldKind))
    name: Mapped[str] = mapped_column(sa.String(60))
    choices: Mapped[list[str]] = mapped_column(default=list)
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    archived_at: Mapped[datetime | None]


class FieldValue(Base):
    """What a site or person has in an own field; a blank is no row. `sort` is what lists are sorted and narrowed by.

    `batch_id` is the file that brought it, until somebody fills in something else.
    """

    __tablename__ = "field_values"

    field_id: Mapped[int] = mapped_column(sa.ForeignKey("own_fields.id", ondelete="CASCADE"))
    site_id: Mapped[int | None] = mapped_column(sa.ForeignKey("sites.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id", ondelete="CASCADE"), index=True)
    value: Mapped[str] = mapped_column(sa.String(2048))
    sort: Mapped[str] = mapped_column(sa.String(200))
    updated_at: Mapped[datetime]
    updated_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    batch_id: Mapped[int | None] = mapped_column(sa.ForeignKey("import_batches.id", ondelete="SET NULL"))

    field: Mapped[OwnField] = relationship(viewonly=True, lazy="raise_on_sql")

    __table_args__ = (
        sa.UniqueConstraint("field_id", "site_id"),
        sa.UniqueConstraint("field_id", "person_id"),
        sa.Index("ix_field_values_sites", "field_id", "sort", "site_id"),
        sa.Index("ix_field_values_people", "field_id", "sort", "person_id"),
        sa.CheckConstraint("(site_id IS NULL) <> (person_id IS NULL)", name="is_of_one"),
        {"sqlite_autoincrement": True},
    )
