"""The pitches that were first pitched in some pieces of time, a row each: when each came how far, how it ended, how long it stayed where."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from outreach.accounts.models import User
from outreach.db import is_sqlite
from outreach.kit.clock import start_of_day
from outreach.links.models import PlacedLink
from outreach.links.rules import LinkState
from outreach.mail.models import Message
from outreach.mail.rules import LetterKind, MessageState
from outreach.pitches import rules as pitch_rules
from outreach.pitches.models import Pitch, StageChange
from outreach.projects.queries import visible_to
from outreach.reports import rules
from outreach.reports.rules import Asked, Milestone

Piece = tuple[datetime, datetime]
"""From the first moment on, until before the second."""


def moments(asked: Asked, zone: ZoneInfo) -> Piece:
    """The days of a report."""
    return start_of_day(asked.first, zone), start_of_day(asked.last + timedelta(days=1), zone)


def cohort(user: User | None, asked: Asked | None, pieces: Sequence[Piece]) -> sa.Select[*tuple[Any, ...]]:
    """One row a pitch that was first pitched in one of these pieces: id, group keys, and when it came how far. Without `user` and `asked`, of all."""
    reached = _reached(pieces)
    query = (
        sa.select(
            Pitch.id, Pitch.project_id, Pitch.type, Pitch.owner_id, version().label("version_id"),
            *(reached.c[milestone.value] for milestone in rules.STAGES),
            sa.case((sa.and_(reached.c.won.is_not(None), is_live()), 1)).label("live"),
        )
        .join(reached, reached.c.pitch_id == Pitch.id)
        .where(_within(reached.c.pitched, pieces))
    )  # fmt: skip
    if user is not None:
        query = query.where(Pitch.project_id.in_(visible_to(user)))
    return query if asked is None else query.where(*asked_of(asked))


def _reached(pieces: Sequence[Piece]) -> sa.Subquery:
    """When each pitch that was pitched in this time first came as far as each milestone; moves that were taken back do not count."""
    firsts = [
        sa.func.min(sa.case((StageChange.to_stage.in_(stages), StageChange.at))).label(milestone.value)
        for milestone, stages in rules.STAGES.items()
    ]
    meant = sa.select(StageChange.pitch_id).where(
        _within(StageChange.at, pieces), unled(StageChange.to_stage).in_(rules.STAGES[Milestone.PITCHED])
    )
    query = sa.select(StageChange.pitch_id, *firsts).where(
        StageChange.undone_at.is_(None), StageChange.pitch_id.in_(meant)
    )
    return query.group_by(StageChange.pitch_id).subquery("reached")


def _within(at: Any, pieces: Sequence[Piece]) -> sa.ColumnElement[bool]:
    return sa.or_(sa.false(), *(sa.and_(at >= since, at < until) for since, until in pieces))


def in_time(
    move: Any, since: datetime, until: datetime, by: Callable[[Any], Any] = lambda column: column
) -> tuple[sa.ColumnElement[bool], ...]:
    """The move is one to a stage of those who were pitched, between these moments."""
    at = by(move.at)
    return at >= since, at < until, unled(move.to_stage).in_(rules.STAGES[Milestone.PITCHED])


def version() -> sa.ScalarSelect[int | None]:
    """The version of the template of a pitch's first letter that left."""
    query = sa.select(Message.template_version_id).where(
        Message.pitch_id == Pitch.id, Message.kind == LetterKind.FIRST, Message.state == MessageState.SENT
    )
    return query.order_by(Message.id).limit(1).correlate(Pitch).scalar_subquery()


def is_live() -> sa.Exists:
    """A link of the pitch was there, as agreed, when it was last looked at."""
    return (
        sa.exists()
        .where(PlacedLink.pitch_id == Pitch.id, PlacedLink.state == LinkState.LIVE)
        .correlate(Pitch)
    )


def asked_of(asked: Asked, by: Callable[[Any], Any] = lambda column: column) -> list[sa.ColumnElement[bool]]:
    """What a pitch is narrowed to; 0 asks for those that have none."""
    wanted = (
        (by(Pitch.project_id), asked.project), (by(Pitch.type), asked.type), (by(Pitch.owner_id), asked.owner), (version(), asked.version),
    )  # fmt: skip
    return [(column == value) if value else column.is_(None) for column, value in wanted if value is not None]


def ended(query: sa.Select[Any], pitches: Any) -> sa.Select[Any]:
    """Those of a cohort that ended without success."""
    closed = [stage.value for stage in pitch_rules.CLOSED]
    return query.select_from(pitches).join(Pitch, Pitch.id == pitches.c.id).where(Pitch.stage.in_(closed))


def stays(pitches: Any) -> sa.Subquery:
    """A row a visit of a stage of a cohort: (stage, came, left), and what the cohort says of the pitch; `left` is None where it stands."""
    left = sa.func.lead(StageChange.at).over(partition_by=StageChange.pitch_id, order_by=StageChange.id)
    return (
        sa.select(*pitches.c, StageChange.to_stage.label("stage"), _epoch(StageChange.at).label("came"), _epoch(left).label("left"))
        .select_from(pitches)
        .join(StageChange, StageChange.pitch_id == pitches.c.id)
        .where(StageChange.undone_at.is_(None))
        .subquery("stays")
    )  # fmt: skip


def _epoch(moment: Any) -> sa.ColumnElement[Any]:
    """Seconds since 1970 on both databases."""
    if is_sqlite():
        return (sa.func.julianday(moment) - 2_440_587.5) * 86_400
    return sa.extract("epoch", moment)


def unled(column: Any) -> Any:
    """The same value, by which SQLite looks for no index. PostgreSQL, which weighs them, has to know how many hold a value."""
    return loose(column) if is_sqlite() else column


def loose(column: Any) -> Any:
    """The same value, by no index."""
    return sa.case((column.is_not(None), column))
