"""The numbers of the funnel, and the rows behind each. Rights are in each query; nothing is changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload

from outreach.accounts.models import User
from outreach.db import is_sqlite, session
from outreach.mail.models import LetterTemplate, TemplateVersion
from outreach.pitches import rules as pitch_rules
from outreach.pitches.models import Pitch, StageChange
from outreach.pitches.rules import PitchType
from outreach.projects.models import Project
from outreach.projects.queries import is_seen, visible_to
from outreach.prospects.models import Person, Site
from outreach.reports import cohorts, kept, rules
from outreach.reports.kept import Parts
from outreach.reports.rules import Asked, Group, Milestone
from outreach.web.pager import Cursor, Page, page_of

MOST_REASONS = 100


@dataclass(frozen=True)
class Row:
    """The numbers of one group: `key` is its id or type (None: has none), `name` how it is called."""

    key: int | str | None
    name: str
    numbers: dict[Milestone, int]


def cohort(user: User, asked: Asked, zone: ZoneInfo) -> sa.Select[*tuple[Any, ...]]:
    """One row a pitch that was first pitched in these days (of `zone`): id, group keys, and when it came how far."""
    return cohorts.cohort(user, asked, (cohorts.moments(asked, zone),))


_KEYS = {
    Group.PROJECT: "project_id",
    Group.TYPE: "type",
    Group.OWNER: "owner_id",
    Group.TEMPLATE: "version_id",
}


def funnel(user: User, asked: Asked, group: Group, zone: ZoneInfo, how: Parts | None = None) -> list[Row]:
    """The numbers of each group, the largest first; their sums are the whole. Three statements at most; `how` (`kept.parts`) saves one."""
    cells = kept.cells(user, asked, how or kept.parts(asked, zone), (*kept.REACHED, kept.Kind.LIVE))
    key = cells.c[_KEYS[group]]
    numbers = [
        sa.func.sum(sa.case((_is_as_far(cells.c.kind, milestone), cells.c.many), else_=0)).label(
            milestone.value
        )
        for milestone in Milestone
    ]
    query = sa.select(key.label("key"), *numbers).group_by(key).order_by(sa.desc("pitched"), key)
    found = session().execute(query).all()
    names = _names(group, [row.key for row in found if row.key])
    return [
        Row(
            row.key or None,
            names.get(row.key, "None"),
            {one: int(row._mapping[one.value]) for one in Milestone},
        )
        for row in found
        if row.pitched
    ]


def _is_as_far(kind: sa.ColumnElement[int], milestone: Milestone) -> sa.ColumnElement[bool]:
    """Does a cell of this kind count those who came as far?"""
    if milestone is Milestone.LIVE:
        return kind == kept.Kind.LIVE.value
    return kind.between(list(Milestone).index(milestone), kept.Kind.WON.value)


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


def losses(user: User, asked: Asked, zone: ZoneInfo, how: Parts | None = None) -> list[tuple[str, str, int]]:
    """(stage, reason, how many) of the pitches of these days that ended without success, the commonest first; at most MOST_REASONS."""
    cells = kept.cells(user, asked, how or kept.parts(asked, zone), (kept.Kind.ENDED,))
    query = (
        sa.select(cells.c.stage, Pitch.outcome_reason, sa.func.sum(cells.c.many).label("many"))
        .join(Pitch, Pitch.id == cells.c.pitch_id)
        .group_by(cells.c.stage, Pitch.outcome_reason)
        .order_by(sa.desc("many"), cells.c.stage, Pitch.outcome_reason)
    )
    return [
        (row.stage, row.outcome_reason, int(row.many)) for row in session().execute(query.limit(MOST_REASONS))
    ]


def times(user: User, asked: Asked, zone: ZoneInfo, how: Parts | None = None) -> dict[str, tuple[int, float]]:
    """`{stage: (visits that ended, seconds on average)}` over the pitches of these days."""
    cells = kept.cells(user, asked, how or kept.parts(asked, zone), (kept.Kind.STAYED,))
    many = sa.func.sum(cells.c.many)
    query = sa.select(cells.c.stage, many.label("many"), (sa.func.sum(cells.c.seconds) / many).label("stay"))
    return {
        row.stage: (int(row.many), float(row.stay))
        for row in session().execute(query.group_by(cells.c.stage))
    }


def versions(user: User) -> list[tuple[int, str]]:
    """(id, words) of the template versions of visible projects, newest first, for the filter."""
    query = (
        sa.select(TemplateVersion.id, LetterTemplate.name, TemplateVersion.number)
        .join(LetterTemplate, LetterTemplate.id == TemplateVersion.template_id)
        .where(sa.or_(LetterTemplate.project_id.is_(None), LetterTemplate.project_id.in_(visible_to(user))))
        .order_by(TemplateVersion.id.desc())
    )
    return [(row.id, f"{row.name}, version {row.number}") for row in session().execute(query.limit(100))]


@cache
def _first() -> type[StageChange]:
    """The move by which a pitch was pitched. Made when it is asked for: SQLAlchemy sets up all tables of the house for the first alias."""
    return aliased(StageChange, name="first_move")


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
    their first moves, one after another, as the cohort is: `unled` keeps SQLite from gathering all rows of a project to sort them.
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
    first = _first()
    return page_of(
        session(), _rows(user, asked, reached, zone, stage, reason, few), by=first.at if few is None else cohorts.loose(first.at), key=first.id,
        cursor=cursor, value_of=lambda row: (row.at, row.move_id),
    )  # fmt: skip


def _rows(
    user: User, asked: Asked, reached: Milestone, zone: ZoneInfo, stage: str, reason: str | None, few: Any
) -> sa.Select[Pitch, datetime, int]:
    """`pitches`; those of `few`, ids to be gathered, when they are given."""
    by = (lambda column: column) if few is None else cohorts.loose
    first = _first()
    query = (
        sa.select(Pitch, first.at.label("at"), first.id.label("move_id"))
        .join(first, first.pitch_id == Pitch.id)
        .where(*cohorts.in_time(first, *cohorts.moments(asked, zone), by), first.undone_at.is_(None), ~_came(Milestone.PITCHED, before=first))
    )  # fmt: skip
    query = query.where(_is_seen(user), *cohorts.asked_of(asked, cohorts.unled))
    if few is not None:
        query = query.where(_among(few))
    if reached is not Milestone.PITCHED:
        query = query.where(_came(Milestone.WON if reached is Milestone.LIVE else reached))
    if reached is Milestone.LIVE:
        query = query.where(cohorts.is_live())
    if stage:
        query = query.where(cohorts.unled(Pitch.stage) == stage)
    if reason is not None:
        query = query.where(cohorts.unled(Pitch.outcome_reason) == reason)
    return query.options(
        joinedload(Pitch.site), joinedload(Pitch.person).lazyload(Person.contact_points), joinedload(Pitch.owner),
    )  # fmt: skip


def _is_seen(user: User) -> sa.ColumnElement[bool]:
    """May `user` see the pitch? PostgreSQL is told that they may see many: else it gathers and sorts all of them."""
    if user.is_manager or is_sqlite():
        return is_seen(Pitch.project_id, user)
    return Pitch.project_id == sa.any_(sa.func.array(visible_to(user).scalar_subquery()))


def _among(few: sa.Select[int]) -> sa.ColumnElement[bool]:
    """Is the pitch one of these? PostgreSQL is told that they are few."""
    if is_sqlite():
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
        since = cohorts.moments(asked, zone)[0]  # who is pitched since then came so far since then, too
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
        move.pitch_id == (Pitch.id if before is None else before.pitch_id), move.undone_at.is_(None), cohorts.unled(move.to_stage).in_(rules.STAGES[milestone])
    )  # fmt: skip
    if before is not None:
        there = there.where(sa.or_(move.at < before.at, sa.and_(move.at == before.at, move.id < before.id)))
    return there


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
