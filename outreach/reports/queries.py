"""The numbers of the funnel, and the rows behind each. Rights are in each query; nothing is changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload

from outreach.accounts.models import User
from outreach.db import session
from outreach.kit.clock import start_of_day
from outreach.links.models import PlacedLink
from outreach.links.rules import LinkState
from outreach.mail.models import LetterTemplate, Message, TemplateVersion
from outreach.mail.rules import LetterKind, MessageState
from outreach.pitches import rules as pitch_rules
from outreach.pitches.models import Pitch, StageChange
from outreach.pitches.rules import PitchType
from outreach.projects.models import Project
from outreach.projects.queries import is_seen, visible_to
from outreach.prospects.models import Person, Site
from outreach.reports import rules
from outreach.reports.rules import Asked, Group, Milestone
from outreach.web.pager import Cursor, Page, page_of

MOST_REASONS = 100


@dataclass(frozen=True)
class Row:
    """The numbers of one group: `key` is its id or type (None: has none), `name` how it is called."""

    key: int | str | None
    name: str
    numbers: dict[Milestone, int]


def _reached(since: datetime, until: datetime) -> sa.Subquery:
    """When each pitch that was pitched in this time first came as far as each milestone; moves that were taken back do not count."""
    firsts = [
        sa.func.min(sa.case((StageChange.to_stage.in_(stages), StageChange.at))).label(milestone.value)
        for milestone, stages in rules.STAGES.items()
    ]
    meant = sa.select(StageChange.pitch_id).where(
        StageChange.at >= since, StageChange.at < until, StageChange.to_stage.in_(rules.STAGES[Milestone.PITCHED])
    )  # fmt: skip
    query = sa.select(StageChange.pitch_id, *firsts).where(
        StageChange.undone_at.is_(None), StageChange.pitch_id.in_(meant)
    )
    return query.group_by(StageChange.pitch_id).subquery("reached")


def _version() -> sa.ScalarSelect[int | None]:
    """The version of the template of a pitch's first letter that left."""
    query = sa.select(Message.template_version_id).where(
        Message.pitch_id == Pitch.id, Message.kind == LetterKind.FIRST, Message.state == MessageState.SENT
    )
    return query.order_by(Message.id).limit(1).correlate(Pitch).scalar_subquery()


def _is_live() -> sa.Exists:
    """A link of the pitch was there, as agreed, when it was last looked at."""
    return (
        sa.exists()
        .where(PlacedLink.pitch_id == Pitch.id, PlacedLink.state == LinkState.LIVE)
        .correlate(Pitch)
    )


def cohort(user: User, asked: Asked, zone: ZoneInfo) -> sa.Select[*tuple[Any, ...]]:
    """One row a pitch that was first pitched in these days (of `zone`): id, group keys, and when it came how far."""
    since, until = start_of_day(asked.first, zone), start_of_day(asked.last + timedelta(days=1), zone)
    reached = _reached(since, until)
    query = (
        sa.select(
            Pitch.id, Pitch.project_id, Pitch.type, Pitch.owner_id, _version().label("version_id"),
            *(reached.c[milestone.value] for milestone in rules.STAGES),
            sa.case((sa.and_(reached.c.won.is_not(None), _is_live()), 1)).label("live"),
        )
        .join(reached, reached.c.pitch_id == Pitch.id)
        .where(Pitch.project_id.in_(visible_to(user)), reached.c.pitched >= since, reached.c.pitched < until)
    )  # fmt: skip
    return query.where(*_asked_of(asked))


def _asked_of(asked: Asked, by: Callable[[Any], Any] = lambda column: column) -> list[sa.ColumnElement[bool]]:
    """What a pitch is narrowed to; 0 asks for those that have none."""
    wanted = (
        (by(Pitch.project_id), asked.project), (by(Pitch.type), asked.type), (by(Pitch.owner_id), asked.owner), (_version(), asked.version),
    )  # fmt: skip
    return [(column == value) if value else column.is_(None) for column, value in wanted if value is not None]


_KEYS = {
    Group.PROJECT: "project_id",
    Group.TYPE: "type",
    Group.OWNER: "owner_id",
    Group.TEMPLATE: "version_id",
}


def funnel(user: User, asked: Asked, group: Group, zone: ZoneInfo) -> list[Row]:
    """The numbers of each group, the largest first; their sums are the whole. Two statements at most."""
    pitches = cohort(user, asked, zone).subquery("cohort")
    key = pitches.c[_KEYS[group]]
    numbers = [sa.func.count(pitches.c[milestone.value]).label(milestone.value) for milestone in Milestone]
    query = sa.select(key.label("key"), *numbers).group_by(key).order_by(sa.desc("pitched"), key)
    found = session().execute(query).all()
    names = _names(group, [row.key for row in found if row.key is not None])
    return [
        Row(row.key, names.get(row.key, "None"), {one: row._mapping[one.value] for one in Milestone})
        for row in found
    ]


def _names(group: Group, keys: Sequence[Any]) -> dict[Any, str]:
    if group is Group.TYPE:
        return {kind: pitch_rules.TYPE_NAMES[kind] for kind in PitchType}
    if group is Group.TEMPLATE:
        query = (
            sa.select(TemplateVersion.id, LetterTemplate.name, TemplateVersion.number)
            .join(LetterTemplate, LetterTemplate.id == TemplateVersion.template_id)
            .where(TemplateVersion.id.in_(keys))
        )
        return {row.id: f"{row.name}, version {row.number}" for row in session().execute(query)}
    model = Project if group is Group.PROJECT else User
    pairs = session().execute(sa.select(model.id, model.name).where(model.id.in_(keys)))
    return {row.id: row.name for row in pairs}


def losses(user: User, asked: Asked, zone: ZoneInfo) -> list[tuple[str, str, int]]:
    """(stage, reason, how many) of the pitches of these days that ended without success, the commonest first; at most MOST_REASONS."""
    pitches = cohort(user, asked, zone).subquery("cohort")
    closed = [stage.value for stage in pitch_rules.CLOSED]
    query = (
        sa.select(Pitch.stage, Pitch.outcome_reason, sa.func.count().label("many"))
        .join(pitches, pitches.c.id == Pitch.id)
        .where(Pitch.stage.in_(closed))
        .group_by(Pitch.stage, Pitch.outcome_reason)
        .order_by(sa.desc("many"), Pitch.stage, Pitch.outcome_reason)
    )
    return [(row.stage, row.outcome_reason, row.many) for row in session().execute(query.limit(MOST_REASONS))]


def times(user: User, asked: Asked, zone: ZoneInfo) -> dict[str, tuple[int, float]]:
    """`{stage: (visits that ended, seconds on average)}` over the pitches of these days."""
    pitches = cohort(user, asked, zone).subquery("cohort")
    left = sa.func.lead(StageChange.at).over(partition_by=StageChange.pitch_id, order_by=StageChange.id)
    stays = (
        sa.select(StageChange.to_stage.label("stage"), _epoch(StageChange.at).label("came"), _epoch(left).label("left"))
        .join(pitches, pitches.c.id == StageChange.pitch_id)
        .where(StageChange.undone_at.is_(None))
        .subquery("stays")
    )  # fmt: skip
    query = (
        sa.select(stays.c.stage, sa.func.count().label("many"), sa.func.avg(stays.c.left - stays.c.came).label("stay"))
        .where(stays.c.left.is_not(None))
        .group_by(stays.c.stage)
    )  # fmt: skip
    return {row.stage: (row.many, float(row.stay)) for row in session().execute(query)}


def _epoch(moment: Any) -> sa.ColumnElement[Any]:
    """Seconds since 1970 on both databases."""
    if _is_sqlite():
        return (sa.func.julianday(moment) - 2_440_587.5) * 86_400
    return sa.extract("epoch", moment)


def _is_sqlite() -> bool:
    return session().get_bind().dialect.name == "sqlite"


def versions(user: User) -> list[tuple[int, str]]:
    """(id, words) of the template versions of visible projects, newest first, for the filter."""
    query = (
        sa.select(TemplateVersion.id, LetterTemplate.name, TemplateVersion.number)
        .join(LetterTemplate, LetterTemplate.id == TemplateVersion.template_id)
        .where(sa.or_(LetterTemplate.project_id.is_(None), LetterTemplate.project_id.in_(visible_to(user))))
        .order_by(TemplateVersion.id.desc())
    )
    return [(row.id, f"{row.name}, version {row.number}") for row in session().execute(query.limit(100))]


MANY = 2_000
"""A page with more pitches than this is there before they are counted."""


def are_many(asked: Asked, zone: ZoneInfo) -> bool:
    """Were more than MANY pitches moved so far in these days, whosever they are? Told by an index alone."""
    some = sa.select(StageChange.id).where(*_in_time(StageChange, asked, zone)).limit(MANY + 1).subquery()
    return (session().scalar(sa.select(sa.func.count()).select_from(some)) or 0) > MANY


def _in_time(
    move: Any, asked: Asked, zone: ZoneInfo, by: Callable[[Any], Any] = lambda column: column
) -> tuple[sa.ColumnElement[bool], ...]:
    """The move is one to a stage of those who were pitched, in these days."""
    since, until = start_of_day(asked.first, zone), start_of_day(asked.last + timedelta(days=1), zone)
    at = by(move.at)
    return at >= since, at < until, _loose(move.to_stage).in_(rules.STAGES[Milestone.PITCHED])


FIRST = aliased(StageChange, name="first_move")
"""The move by which a pitch was pitched."""


def pitches(
    user: User,
    asked: Asked,
    reached: Milestone,
    zone: ZoneInfo,
    *,
    stage: str = "",
    reason: str | None = None,
) -> sa.Select[Pitch, datetime, int]:
    """The rows behind a number, each with when it was pitched and the id of that move, the order of the page.

    Pitches of these days that came so far; with `stage`, those that stand there now, with `reason`, for that. They are found by
    their first moves, one after another, as the cohort is: `_loose` keeps SQLite from gathering all rows of a project to sort them.
    """
    return _rows(user, asked, reached, zone, stage, reason, None)


def page(
    user: User,
    asked: Asked,
    reached: Milestone,
    zone: ZoneInfo,
    cursor: Cursor | None,
    *,
    stage: str = "",
    reason: str | None = None,
) -> Page[Any]:
    """A page of `pitches`, newest first. What makes them few is gathered and sorted, not looked for among all first moves."""
    few = _few(user, asked, reached, zone, stage, reason)
    return page_of(
        session(), _rows(user, asked, reached, zone, stage, reason, few), by=FIRST.at if few is None else _loose(FIRST.at), key=FIRST.id,
        cursor=cursor, value_of=lambda row: (row.at, row.move_id),
    )  # fmt: skip


def _rows(
    user: User, asked: Asked, reached: Milestone, zone: ZoneInfo, stage: str, reason: str | None, few: Any
) -> sa.Select[Pitch, datetime, int]:
    """`pitches`; those of `few`, ids to be gathered, when they are given."""
    by = (lambda column: column) if few is None else _loose
    query = (
        sa.select(Pitch, FIRST.at.label("at"), FIRST.id.label("move_id"))
        .join(FIRST, FIRST.pitch_id == Pitch.id)
        .where(*_in_time(FIRST, asked, zone, by), FIRST.undone_at.is_(None), ~_came(Milestone.PITCHED, before=FIRST))
    )  # fmt: skip
    query = query.where(is_seen(Pitch.project_id, user), *_asked_of(asked, _loose))
    if few is not None:
        query = query.where(_among(few))
    if reached is not Milestone.PITCHED:
        query = query.where(_came(Milestone.WON if reached is Milestone.LIVE else reached))
    if reached is Milestone.LIVE:
        query = query.where(_is_live())
    if stage:
        query = query.where(_loose(Pitch.stage) == stage)
    if reason is not None:
        query = query.where(_loose(Pitch.outcome_reason) == reason)
    return query.options(
        joinedload(Pitch.site), joinedload(Pitch.person).lazyload(Person.contact_points), joinedload(Pitch.owner),
    )  # fmt: skip


def _among(few: sa.Select[int]) -> sa.ColumnElement[bool]:
    """Is the pitch one of these? PostgreSQL is told that they are few."""
    if _is_sqlite():
        return Pitch.id.in_(few)
    return Pitch.id == sa.any_(sa.func.array(few.scalar_subquery()))


FEW = 2_000
"""So few pitches are gathered and sorted."""


def _few(
    user: User, asked: Asked, reached: Milestone, zone: ZoneInfo, stage: str, reason: str | None
) -> sa.Select[int] | None:
    """Of what narrows the pitches, and an index tells, that which leaves the fewest, as a query of ids; None when each leaves many."""
    ways = list(_ways(user, asked, reached, zone, stage, reason))
    if not ways:
        return None
    counts = [
        sa.select(sa.func.count()).select_from(way.limit(FEW + 1).subquery()).scalar_subquery()
        for way in ways
    ]
    fewest, place = min(
        (many, place) for place, many in enumerate(session().execute(sa.select(*counts)).one())
    )
    return ways[place] if fewest <= FEW else None


def _ways(
    user: User, asked: Asked, reached: Milestone, zone: ZoneInfo, stage: str, reason: str | None
) -> Iterator[sa.Select[int]]:
    ids = sa.select(Pitch.id)
    if asked.project or not user.is_manager:
        yield ids.where(*_held(user, asked))
    if asked.owner:
        yield ids.where(Pitch.owner_id == asked.owner)
    if asked.type:
        yield ids.where(Pitch.type == asked.type)
    if stage in pitch_rules.AT_REST:
        why = [] if reason is None else [Pitch.outcome_reason == reason]
        yield ids.where(Pitch.stage == stage, ~Pitch.is_open, *why)
    if reached is not Milestone.PITCHED:
        move = aliased(StageChange)
        came = rules.STAGES[Milestone.WON if reached is Milestone.LIVE else reached]
        since = start_of_day(asked.first, zone)  # who is pitched since then came so far since then, too
        yield sa.select(move.pitch_id).where(
            move.to_stage.in_(came), move.at >= since, move.undone_at.is_(None)
        )


def _held(user: User, asked: Asked) -> list[sa.ColumnElement[bool]]:
    """The pitch is of a project that `user` may see, and of the one that is asked for."""
    seen = Pitch.project_id.in_(visible_to(user))
    return [seen, Pitch.project_id == asked.project] if asked.project else [seen]


def _came(milestone: Milestone, *, before: Any = None) -> sa.Exists:
    """The pitch came as far as the milestone by a move that was not taken back; with `before`, by an earlier one."""
    move = aliased(StageChange)
    there = sa.exists().where(
        move.pitch_id == (Pitch.id if before is None else before.pitch_id), move.undone_at.is_(None), _loose(move.to_stage).in_(rules.STAGES[milestone])
    )  # fmt: skip
    if before is not None:
        there = there.where(sa.or_(move.at < before.at, sa.and_(move.at == before.at, move.id < before.id)))
    return there


def _loose(column: Any) -> Any:
    """The same value, by no index."""
    return sa.case((column.is_not(None), column))


def csv_rows(user: User, asked: Asked, zone: ZoneInfo) -> Iterator[sa.Row[Any]]:
    """One row a pitch, with when it came how far, for the file."""
    pitches = cohort(user, asked, zone).subquery("cohort")
    query = (
        sa.select(pitches, Site.key, Project.name.label("project"), User.name.label("owner"), Pitch.topic, Pitch.stage)
        .join(Pitch, Pitch.id == pitches.c.id)
        .join(Site, Site.id == Pitch.site_id)
        .join(Project, Project.id == Pitch.project_id)
        .outerjoin(User, User.id == Pitch.owner_id)
        .order_by(pitches.c.pitched, pitches.c.id)
    )  # fmt: skip
    yield from session().execute(query.execution_options(yield_per=500))
