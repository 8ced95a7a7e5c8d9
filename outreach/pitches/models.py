"""The pitch, with its agreement and its next action on one row."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from outreach.accounts.models import User
from outreach.db import Base, one_of
from outreach.pitches import rules
from outreach.pitches.agreement import Agreement
from outreach.pitches.arrows import Standing
from outreach.pitches.rules import Column, NextKind, PitchDirection, PitchType, Stage
from outreach.projects.models import OwnPage, Project
from outreach.prospects.models import Person, Site

_AT_REST = ", ".join(f"'{stage}'" for stage in sorted(rules.AT_REST))
_MAINTENANCE = ", ".join(f"'{kind}'" for kind in sorted(rules.MAINTENANCE))
_COLUMNS = " ".join(f"WHEN '{stage}' THEN '{rules.column_of(stage)}'" for stage in Stage)
_CLAIMS = sa.text(f"is_open AND type NOT IN ({_MAINTENANCE})")


class Pitch(Base):
    """One offer of one type to one site.

    `version` counts changes: a form sends the one it was drawn from, so that a second person is told.
    `board_column` follows `stage` (a CHECK holds it), so that the board counts and sorts by index.
    `rested_from` is the last open stage of a resting or closed pitch. `is_ground_ok` is written by what
    lies above: a dead link confirmed, a loss confirmed twice. `follow_ups_sent` counts since they last wrote;
    `follow_up_drafted_at` is when the worker dealt with the follow-up that is due: older than `last_out_at`, it is to do.
    """

    __tablename__ = "pitches"

    project_id: Mapped[int] = mapped_column(sa.ForeignKey("projects.id"))
    type: Mapped[PitchType] = mapped_column(one_of(PitchType))
    direction: Mapped[PitchDirection] = mapped_column(one_of(PitchDirection), default=PitchDirection.OUT)
    site_id: Mapped[int] = mapped_column(sa.ForeignKey("sites.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"), index=True)
    own_page_id: Mapped[int | None] = mapped_column(sa.ForeignKey("own_pages.id"))
    parent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("pitches.id"))
    topic: Mapped[str] = mapped_column(sa.String(300), default="")
    subject_page_url: Mapped[str] = mapped_column(sa.String(2048), default="")
    notes: Mapped[str] = mapped_column(sa.Text, default="")

    stage: Mapped[Stage] = mapped_column(one_of(Stage), default=Stage.IDEA)
    is_open: Mapped[bool] = mapped_column(default=True)
    board_column: Mapped[Column] = mapped_column(one_of(Column), default=Column.TO_DO)
    rested_from: Mapped[Stage | None] = mapped_column(sa.String(32))
    revisit_on: Mapped[date | None]
    outcome_reason: Mapped[str] = mapped_column(sa.String(500), default="")
    owner_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))

    next_kind: Mapped[NextKind | None] = mapped_column(one_of(NextKind))
    next_on: Mapped[date | None]
    next_owner_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    next_note: Mapped[str] = mapped_column(sa.String(300), default="")

    target_url: Mapped[str] = mapped_column(sa.String(2048), default="")
    anchor: Mapped[str] = mapped_column(sa.String(300), default="")
    expected_rel: Mapped[str] = mapped_column(sa.String(16), default="")
    page_url: Mapped[str] = mapped_column(sa.String(2048), default="")
    draft_url: Mapped[str] = mapped_column(sa.String(2048), default="")
    due_on: Mapped[date | None]
    expires_on: Mapped[date | None]
    is_paid: Mapped[bool] = mapped_column(default=False)
    amount: Mapped[Decimal | None] = mapped_column(sa.Numeric(12, 2))
    currency: Mapped[str] = mapped_column(sa.String(3), default="")
    is_goods: Mapped[bool] = mapped_column(default=False)
    is_exchange: Mapped[bool] = mapped_column(default=False)
    is_exclusive: Mapped[bool] = mapped_column(default=False)

    is_ground_ok: Mapped[bool | None]
    ground_checked_at: Mapped[datetime | None]
    last_out_at: Mapped[datetime | None]
    last_in_at: Mapped[datetime | None]
    follow_ups_sent: Mapped[int] = mapped_column(default=0)
    follow_up_drafted_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)
    stage_since: Mapped[datetime]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))

    project: Mapped[Project] = relationship(lazy="raise_on_sql")
    site: Mapped[Site] = relationship(lazy="raise_on_sql")
    person: Mapped[Person | None] = relationship(lazy="raise_on_sql")
    own_page: Mapped[OwnPage | None] = relationship(lazy="raise_on_sql")
    owner: Mapped[User | None] = relationship(foreign_keys=[owner_id], lazy="raise_on_sql")
    next_owner: Mapped[User | None] = relationship(foreign_keys=[next_owner_id], lazy="raise_on_sql")

    __table_args__ = (
        sa.CheckConstraint(
            "NOT is_open OR (next_kind IS NOT NULL AND next_on IS NOT NULL AND next_owner_id IS NOT NULL)",
            name="open_has_next_action",
        ),
        sa.CheckConstraint(f"is_open = (stage NOT IN ({_AT_REST}))", name="open_follows_stage"),
        sa.CheckConstraint(f"board_column = CASE stage {_COLUMNS} END", name="column_follows_stage"),
        sa.CheckConstraint(
            "NOT (is_paid OR is_goods OR is_exchange) OR expected_rel IN ('', 'sponsored')",
            name="given_is_sponsored",
        ),
        sa.CheckConstraint("stage <> 'nurture' OR revisit_on IS NOT NULL", name="nurture_has_day"),
        sa.CheckConstraint(
            "expected_rel IN ('', 'follow', 'nofollow', 'sponsored', 'ugc', 'any')", name="expected_rel"
        ),
        sa.Index(
            "uq_pitches_open_claim",
            "project_id",
            "site_id",
            unique=True,
            sqlite_where=_CLAIMS,
            postgresql_where=_CLAIMS,
        ),
        sa.Index("ix_pitches_project_column", "project_id", "board_column", "next_on", "id"),
        sa.Index("ix_pitches_project_column_updated", "project_id", "board_column", "updated_at", "id"),
        sa.Index("ix_pitches_column", "board_column", "next_on", "id"),
        sa.Index("ix_pitches_column_updated", "board_column", "updated_at", "id"),
        sa.Index("ix_pitches_project_updated", "project_id", "updated_at", "id"),
        sa.Index("ix_pitches_updated", "updated_at", "id"),
        sa.Index("ix_pitches_owner_column", "owner_id", "board_column", "next_on", "id"),
        sa.Index("ix_pitches_owner_column_updated", "owner_id", "board_column", "updated_at", "id"),
        sa.Index("ix_pitches_type_column", "type", "board_column", "next_on", "id"),
        sa.Index("ix_pitches_type_column_updated", "type", "board_column", "updated_at", "id"),
        sa.Index("ix_pitches_next_on", "next_on", "id"),
        sa.Index("ix_pitches_project_next_on", "project_id", "next_on", "id"),
        sa.Index("ix_pitches_stage_since", "stage_since", "id"),
        sa.Index("ix_pitches_project_stage_since", "project_id", "stage_since", "id"),
        sa.Index(
            "ix_pitches_next",
            "next_owner_id",
            "next_on",
            "id",
            "next_kind",
            "project_id",
            "is_open",
            sqlite_where=sa.text("is_open = 1"),  # as queries say it: another form would not be seen to fit
            postgresql_where=sa.text("is_open"),
        ),
        sa.Index(
            "ix_pitches_at_rest",
            "stage",
            "outcome_reason",
            sqlite_where=sa.text("is_open = 0"),  # as queries say it
            postgresql_where=sa.text("NOT is_open"),
        ),
        sa.Index(
            "ix_pitches_expires",
            "expires_on",
            sqlite_where=sa.text("expires_on IS NOT NULL"),
            postgresql_where=sa.text("expires_on IS NOT NULL"),
        ),
        sa.Index(
            "ix_pitches_revisit",
            "revisit_on",
            sqlite_where=sa.text("stage = 'nurture'"),
            postgresql_where=sa.text("stage = 'nurture'"),
        ),
    )

    def standing(
        self,
        *,
        reason: str = "",
        verified: bool = False,
        is_day_ahead: bool = False,
        may_reopen: bool = False,
    ) -> Standing:
        """The pitch as the rules of moving see it."""
        return Standing(
            type=self.type,
            stage=self.stage,
            rested_from=Stage(self.rested_from) if self.rested_from else None,
            has_target=bool(self.target_url),
            has_expected_rel=bool(self.expected_rel),
            has_page=bool(self.page_url),
            is_verified=verified,
            has_reason=bool(reason.strip()),
            has_revisit_day=is_day_ahead,
            may_reopen=may_reopen,
        )

    @property
    def agreement(self) -> Agreement:
        """The terms on this row."""
        return Agreement(**{name: getattr(self, name) for name in Agreement.__dataclass_fields__})


class StageChange(Base):
    """One move of a pitch: when, by whom (None: the product), from where to where and why.

    `version` is the pitch's after it. `before` holds what the move overwrote, for its undo.
    `undone_at` is set on a move that was taken back and on the one that took it back: neither counts in reports.
    """

    __tablename__ = "stage_changes"

    pitch_id: Mapped[int] = mapped_column(sa.ForeignKey("pitches.id", ondelete="CASCADE"))
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    from_stage: Mapped[str | None] = mapped_column(sa.String(32))
    to_stage: Mapped[str] = mapped_column(sa.String(32))
    reason: Mapped[str] = mapped_column(sa.String(500), default="")
    is_verified: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int]
    before: Mapped[dict[str, Any]] = mapped_column(default=dict)
    undone_at: Mapped[datetime | None]

    __table_args__ = (
        sa.Index("ix_stage_changes_pitch", "pitch_id", "id"),
        sa.Index("ix_stage_changes_at", "at", "to_stage"),
        sa.Index(
            "ix_stage_changes_to",
            "to_stage",
            "at",
            "pitch_id",
            sqlite_where=sa.text("undone_at IS NULL"),
            postgresql_where=sa.text("undone_at IS NULL"),
        ),
    )
