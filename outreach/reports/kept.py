"""The funnel day by day as it is kept (`outreach.search.days`), and of the days that changed since by their rows: exact at any moment.

A cell is a number about the pitches that were first pitched on one day, of one project, type, owner and template's version, and a row of a query:
project_id, type, owner_id, version_id (0: has none), stage, pitch_id, many, seconds.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from outreach.accounts.models import User
from outreach.db import is_sqlite, session
from outreach.pitches.models import Pitch, StageChange
from outreach.projects.queries import visible_to
from outreach.reports import cohorts
from outreach.reports.cohorts import Piece
from outreach.reports.rules import Asked
from outreach.search import days

SPAN = 16
"""Days that are kept together once more, so that a year is no more than some dozens of them."""
MANY = 2_000
"""Of no more moves than this, each pitch is counted by its rows."""
MUCH = 6
"""A page with more days than this to be counted by their rows is there before they are."""
MOST_STALE = 40
"""When more days than this are to be counted anew (after an upgrade), all are counted by their rows."""
MOST_AT_ONCE = 5
"""Days that one transaction counts anew."""
ALONE = 1_800_000_001
"""The key of the lock by which one who counts days anew waits for another one (PostgreSQL)."""


class Kind(enum.IntEnum):
    """What a cell counts: pitches that came as far as a milestone and no further, that are live, that ended for a reason, visits of a stage."""

    PITCHED = 0
    ANSWERED = 1
    AGREED = 2
    PUBLISHED = 3
    WON = 4
    LIVE = 5
    ENDED = 6
    STAYED = 7


REACHED = (Kind.PITCHED, Kind.ANSWERED, Kind.AGREED, Kind.PUBLISHED, Kind.WON)

CELLS = sa.table(
    days.TABLE,
    *(sa.column(name, sa.Integer()) for name in ("kind", "span", "day", "project_id")),
    sa.column("type", Pitch.type.type), *(sa.column(name, sa.Integer()) for name in ("owner_id", "version_id")),
    sa.column("stage", sa.String()), *(sa.column(name, sa.Integer()) for name in ("pitch_id", "many")), sa.column("seconds", sa.Float()),
)  # fmt: skip
STALE = sa.table(days.STALE, sa.column("day", sa.Integer()))
DIMS = ("project_id", "type", "owner_id", "version_id")
TOLD = ("kind", *DIMS, "stage", "pitch_id", "many", "seconds")


@dataclass(frozen=True)
class Parts:
    """How a range of moments is counted: runs of days (first, last) that are kept, and pieces that are counted by their rows; is that much?"""

    kept: tuple[tuple[int, int], ...]
    pieces: tuple[Piece, ...]
    is_much: bool = False


def parts(asked: Asked, zone: ZoneInfo) -> Parts:
    """One statement. Few pitches are counted by their rows; of many, days of `zone` that are no whole days of UTC, and those that changed."""
    since, until = cohorts.moments(asked, zone)
    first, after = -(-_seconds(since) // days.SECONDS), _seconds(until) // days.SECONDS
    stale = (
        sa.select(STALE.c.day)
        .where(STALE.c.day >= first, STALE.c.day < after)
        .distinct()
        .order_by(STALE.c.day)
    )
    some = (
        sa.select(StageChange.id)
        .where(*cohorts.in_time(StageChange, since, until))
        .limit(MANY + 1)
        .subquery()
    )
    query = sa.union_all(
        sa.select(sa.literal(-1).label("day"), sa.func.count().label("many")).select_from(some),
        sa.select(stale.limit(MOST_STALE + 1).subquery().c.day, sa.literal(1)),
    )
    told = {row.day: row.many for row in session().execute(query)}
    moves, changed = told.pop(-1), list(told)
    if moves <= MANY:
        return Parts((), ((since, until),))
    if first >= after or len(changed) > MOST_STALE:
        return Parts((), ((since, until),), True)
    return _parted(since, until, sorted(changed))


def _parted(since: datetime, until: datetime, stale: list[int]) -> Parts:
    runs: list[tuple[int, int]] = []
    first, after = -(-_seconds(since) // days.SECONDS), _seconds(until) // days.SECONDS
    pieces, day = [(since, _moment(first))], first
    for one in [*stale, after]:
        if day < one:
            runs.append((day, one - 1))
        pieces.append((_moment(one), _moment(one + 1) if one < after else until))
        day = one + 1
    return Parts(tuple(runs), tuple(_joined(pieces)), len(stale) > MUCH)


def _joined(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """The same without empty ones, and those that touch as one."""
    last: Piece | None = None
    for piece in pieces:
        if piece[0] >= piece[1]:
            continue
        if last is not None and last[1] == piece[0]:
            last = (last[0], piece[1])
            continue
        if last is not None:
            yield last
        last = piece
    if last is not None:
        yield last


def _seconds(at: datetime) -> int:
    return int(at.timestamp())


def _moment(day: int) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(days=day)


def cells(user: User, asked: Asked, how: Parts, kinds: Sequence[Kind]) -> sa.Subquery:
    """The cells of some kinds that a report is about; the same thing may stand in several of them."""
    some: list[Any] = []
    if how.kept:
        wanted = (
            (CELLS.c.project_id, asked.project),
            (CELLS.c.type, asked.type),
            (CELLS.c.owner_id, asked.owner),
            (CELLS.c.version_id, asked.version),
        )
        told = [column == value for column, value in wanted if value is not None]
        query = sa.select(*(CELLS.c[name] for name in TOLD)).where(
            CELLS.c.kind.in_(kinds), _among(how.kept), *told
        )
        if not (user.is_manager and asked.project is None):
            query = query.where(CELLS.c.project_id.in_(visible_to(user)))
        some.append(query)
    if how.pieces or not some:
        pitches = cohorts.cohort(user, asked, how.pieces).cte("cohort")
        some += _counted(pitches, kinds)
    return sa.union_all(*some).subquery("cells")


def _among(runs: Iterable[tuple[int, int]]) -> sa.ColumnElement[bool]:
    """The cells of runs of days: of spans that lie in them, and of the days that are left."""
    ways: list[Any] = []

    def of(span: int, first: int, last: int) -> None:
        if first <= last:
            ways.append(sa.and_(CELLS.c.span == span, CELLS.c.day >= first, CELLS.c.day <= last))

    for first, last in runs:
        whole, rest = -(-first // SPAN) * SPAN, (last + 1) // SPAN * SPAN
        if whole >= rest:
            of(1, first, last)
            continue
        of(1, first, whole - 1)
        of(SPAN, whole, rest - 1)
        of(1, rest, last)
    return sa.or_(*ways)


def _counted(pitches: Any, kinds: Sequence[Kind], day: Callable[[Any], Any] | None = None) -> list[Any]:
    """The cells of a cohort, counted by its rows, a query for each way to count; with `day`, they have the day of a moment, too."""
    c, found = pitches.c, []
    if kinds[0] in REACHED:
        far = sa.case(
            *((c[kind.name.lower()].is_not(None), sa.literal(kind.value)) for kind in reversed(REACHED))
        )
        found.append(_row(c, far, day).group_by(far))
    if Kind.LIVE in kinds:
        found.append(_row(c, sa.literal(Kind.LIVE.value), day).where(c.live == 1))
    if Kind.ENDED in kinds:
        why = {"stage": Pitch.stage, "pitch_id": sa.func.min(Pitch.id)}
        query = cohorts.ended(_row(c, sa.literal(Kind.ENDED.value), day, **why), pitches)
        found.append(query.group_by(Pitch.stage, Pitch.outcome_reason))
    if Kind.STAYED in kinds:
        visit = cohorts.stays(pitches).c
        long = {"stage": visit.stage, "seconds": sa.func.sum(visit.left - visit.came)}
        query = _row(visit, sa.literal(Kind.STAYED.value), day, **long)
        found.append(query.where(visit.left.is_not(None)).group_by(visit.stage))
    return found


def _row(c: Any, kind: Any, day: Callable[[Any], Any] | None, **more: Any) -> sa.Select[Any]:
    """A cell of each day (with `day`) and group of the pitches with the columns `c`."""
    dims = [
        c.project_id,
        c.type,
        *(sa.func.coalesce(c[name], 0).label(name) for name in ("owner_id", "version_id")),
    ]
    if day is not None:
        dims = [*dims, day(c.pitched).label("day")]
    told = {
        "stage": sa.literal("", sa.String()), "pitch_id": sa.literal(0), "many": sa.func.count(), "seconds": sa.literal(0.0, sa.Float()), **more,
    }  # fmt: skip
    query = sa.select(kind.label("kind"), *dims[:4], *(told[name].label(name) for name in told), *dims[4:])
    return query.group_by(*dims)


def recount(most: int = MOST_AT_ONCE) -> int:
    """Count some days anew that changed; how many. Within a `write`.

    What was written down about a day is taken away first, and seen by what counts then; what comes in between is written down once more.
    """
    here = session()
    if here.get_bind().dialect.name != "sqlite":
        here.execute(sa.select(sa.func.pg_advisory_xact_lock(ALONE)))
    stale = here.scalars(sa.select(STALE.c.day).distinct().order_by(STALE.c.day.desc()).limit(most)).all()
    if not stale:
        return 0
    here.execute(sa.delete(STALE).where(STALE.c.day.in_(stale)))
    pieces = tuple(_joined((_moment(day), _moment(day + 1)) for day in sorted(stale)))
    here.execute(sa.delete(CELLS).where(CELLS.c.span == 1, CELLS.c.day.in_(stale)))
    pitches = cohorts.cohort(None, None, pieces).cte("cohort")
    for query in _counted(pitches, tuple(Kind), _day_of):
        counted = query.add_columns(sa.literal(1).label("span"))
        here.execute(
            sa.insert(CELLS).from_select([column["name"] for column in counted.column_descriptions], counted)
        )
    _span_anew(sorted({day // SPAN * SPAN for day in stale}))
    return len(stale)


def _span_anew(firsts: list[int]) -> None:
    """Put the days of spans together."""
    here, c = session(), CELLS.c
    here.execute(sa.delete(CELLS).where(c.span == SPAN, c.day.in_(firsts)))
    one = CELLS.alias("one")
    first = (one.c.day // SPAN * SPAN).label("day")
    alike = [one.c.kind, first, *(one.c[name] for name in DIMS), one.c.stage]
    why = sa.func.coalesce(Pitch.outcome_reason, "")  # of those that ended; the others name no pitch
    query = (
        sa.select(*alike, sa.func.min(one.c.pitch_id).label("pitch_id"), sa.func.sum(one.c.many).label("many"), sa.func.sum(one.c.seconds).label("seconds"), sa.literal(SPAN).label("span"))
        .select_from(one)
        .outerjoin(Pitch, Pitch.id == one.c.pitch_id)
        .where(one.c.span == 1, sa.or_(*(one.c.day.between(day, day + SPAN - 1) for day in firsts)))
        .group_by(*alike, why)
    )  # fmt: skip
    here.execute(
        sa.insert(CELLS).from_select([column["name"] for column in query.column_descriptions], query)
    )


def _day_of(at: Any) -> Any:
    """The day of a moment, as `outreach.search.days` reckons it."""
    if is_sqlite():
        return sa.cast(sa.func.strftime("%s", at), sa.Integer) // days.SECONDS
    return sa.cast(sa.func.floor(sa.extract("epoch", at) / days.SECONDS), sa.Integer)


def count_stale() -> int:
    """How many days wait."""
    return session().scalar(sa.select(sa.func.count(sa.distinct(STALE.c.day)))) or 0
