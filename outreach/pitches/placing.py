"""Which pitches stand on a page of the board or its table: the heads of a few runs of an index.

A run has all that is asked for in common and stands in the order of the page: the pitches of a project, of a column of a project, of a
column and an owner, or of a cell (`outreach.search.cells`). As many rows as the page has are read of each, whatever the number of rows.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any

import sqlalchemy as sa

from outreach.accounts.models import User
from outreach.db import is_sqlite
from outreach.pitches.models import Pitch
from outreach.pitches.rules import Column
from outreach.projects.models import Project
from outreach.projects.queries import visible_to
from outreach.search import cells
from outreach.web.pager import Cursor

_NAMES = (
    "id",
    "project_id",
    "owner_id",
    "type",
    "board_column",
    "next_on",
    "updated_at",
    "stage_since",
    "site_id",
    "person_id",
)
ROWS = sa.table("pitches", *(sa.column(name, Pitch.__table__.c[name].type) for name in _NAMES))
"""Pitches with the columns that matter here: with all of them the statement of a board would take longer to write than to run."""
_THEM, _NEXT = (
    sa.table("pitches", sa.column("id", sa.Integer())).alias(name) for name in ("them", "next_row")
)
_SITES, _PEOPLE = (sa.table(name, sa.column("id", sa.Integer())) for name in ("sites", "people"))
NEVER = date(9999, 12, 31)
"""Where a pitch without a next action sorts."""
MERGED = 8
"""The runs of so many projects are merged, when each row is read for its words."""
RESTING = (Column.WON, Column.CLOSED)
"""Columns whose pitches have no next action; those of the others have one (a CHECK of the table)."""

BY_TIME: tuple[tuple[str, ...], ...] = (
    (), ("project",), ("column",), ("project", "column"), ("owner", "column"), ("type", "column"),
)  # fmt: skip
INDEXED = {"updated": BY_TIME, "next": BY_TIME, "stage": ((), ("project",))}
"""By order: what else an index has before it, fewest first. All of it together: the cells."""


@dataclass(frozen=True)
class Asked:
    """Whose rows (`user`), what they are narrowed to (None: not), and further conditions, with a text those of the words."""

    user: User
    project: int | None
    owner: int | None
    kind: str | None
    column: Column | None
    more: tuple[sa.ColumnElement[bool], ...] = ()
    is_joined: bool = False
    """Do the conditions need the site and the person?"""

    whole: Asked | None = None
    """The same of all columns."""

    def of(self, column: Column) -> Asked:
        """The same of one column."""
        return replace(self, column=column, whole=self.whole or self)

    @cached_property
    def cells(self) -> sa.CTE:
        """The cells that are there, whose columns a board looks into one by one."""
        return self.whole.cells if self.whole else _cells(self)

    def fixed(self) -> list[sa.ColumnElement[bool]]:
        """What they are narrowed to besides the project, as conditions."""
        narrowed = (
            (ROWS.c.owner_id, self.owner),
            (ROWS.c.type, self.kind),
            (ROWS.c.board_column, self.column),
        )
        return [column == value for column, value in narrowed if value is not None]

    def names(self) -> set[str]:
        """What narrows them; somebody who does not see every project is narrowed by projects."""
        given = {"owner": self.owner, "type": self.kind, "column": self.column}
        found = {name for name, value in given.items() if value is not None}
        is_cut = self.project is not None or not self.user.is_manager
        return found | ({"project"} if is_cut else set())


@dataclass(frozen=True)
class Runs:
    """One row for each run: the pitches of a run have its `value` as their `head`. `rows` is None when there is but one run.

    The rights are in it: runs of projects are of those that the user may see, others are made for who sees all.
    """

    fixed: list[sa.ColumnElement[bool]]
    rows: Any = None
    head: Any = None
    value: Any = None
    named: tuple[int, ...] = ()
    """The values, where they are few and known before the statement is."""

    def is_of(self) -> list[sa.ColumnElement[bool]]:
        """The pitch is of the run of a row.

        PostgreSQL is told it as a range, and sorts by the head first: it takes all runs for equally long, and would
        sooner come upon the rows of a short one in the order of all pitches.
        """
        if self.rows is None or is_sqlite():
            return [self.head == self.value, *self.fixed] if self.rows is not None else self.fixed
        return [self.head >= self.value, self.head <= self.value, *self.fixed]

    def is_of_one(self) -> list[sa.ColumnElement[bool]]:
        """The pitch is of one of the runs."""
        return self.fixed if self.rows is None else [self.head.in_(sa.select(self.value)), *self.fixed]


_CELL: sa.ColumnElement[int] = sa.literal_column(cells.cell_of("pitches"), sa.BigInteger())


def runs(asked: Asked, sort: str) -> Runs:
    """The runs in which the pitches asked for stand in order."""
    names = asked.names()
    for prefix in INDEXED[sort]:
        if names <= set(prefix):
            return _plain(asked, prefix)
    wanted = asked.cells
    some = sa.select(wanted.c.cell)
    if asked.column is not None:
        some = some.where(wanted.c.place == cells.COLUMNS.index(asked.column))
    rows = some.subquery()
    return Runs([], rows, _CELL, rows.c.cell)


def _plain(asked: Asked, prefix: tuple[str, ...]) -> Runs:
    """Runs of an index that has `prefix` before the order."""
    fixed = asked.fixed()
    if asked.project is not None:
        may_see = sa.literal(asked.project).in_(visible_to(asked.user))
        return Runs([ROWS.c.project_id == asked.project, may_see, *fixed])
    if "project" in prefix:
        rows = _seen(asked)
        return Runs(fixed, rows, ROWS.c.project_id, rows.c.id, _few_projects(asked))
    if "column" not in prefix or asked.column is not None:
        return Runs(fixed)
    kind = ROWS.c.board_column.type
    rows = sa.union_all(*(sa.select(sa.literal(one, kind).label("name")) for one in Column)).subquery()
    return Runs(fixed, rows, ROWS.c.board_column, rows.c.name)


def _few_projects(asked: Asked) -> tuple[int, ...]:
    keys = asked.user.own_project_ids
    return keys if len(keys) <= MERGED else ()


def _seen(asked: Asked) -> Any:
    query = sa.select(Project.id).where(Project.id.in_(visible_to(asked.user)))
    if asked.project is not None:
        query = query.where(Project.id == asked.project)
    return query.subquery("seen")


def _cells(asked: Asked) -> sa.CTE:
    """The cells that are there of what is asked for, found one after the other in the index."""
    rows, width = _seen(asked), 1 << cells.PROJECT
    first = sa.cast(rows.c.id, sa.BigInteger) * width
    if asked.owner is not None:
        if asked.owner >= 1 << (cells.PROJECT - cells.OWNER):  # nobody: it would be another project's cell
            rows = rows.select().where(sa.false()).subquery("seen")
            first = sa.cast(rows.c.id, sa.BigInteger) * width
        first, width = first + asked.owner * (1 << cells.OWNER), 1 << cells.OWNER
    begin, stop = _next(first - 1, first + width, rows).label("cell"), (first + width).label("stop")
    start = sa.select(stop, begin).select_from(rows)
    there = start.cte("there", recursive=True)
    more = sa.select(there.c.stop, _next(there.c.cell, there.c.stop, there)).where(there.c.cell.is_not(None))
    there = there.union_all(more)
    cell = there.c.cell
    query = sa.select(cell, _bits(cell, 0, cells.TYPE).label("place")).where(cell.is_not(None))
    if asked.kind is not None:
        kind = _bits(cell, cells.TYPE, cells.OWNER - cells.TYPE)
        query = query.where(kind == cells.TYPES.index(asked.kind))
    return query.cte("wanted")


def _next(after: Any, before: Any, whose: Any) -> sa.ScalarSelect[int]:
    """The first cell between two numbers, for each row of `whose`."""
    cell: sa.ColumnElement[int] = sa.literal_column(cells.cell_of("next_row"), sa.BigInteger())
    query = sa.select(cell).select_from(_NEXT).where(cell > after, cell < before).order_by(cell).limit(1)
    return query.correlate(whose).scalar_subquery()


def _bits(cell: Any, shift: int, width: int) -> Any:
    moved = cell.op(">>")(sa.literal(shift, sa.Integer()))  # PostgreSQL moves a bigint by an integer only
    return moved.op("&")((1 << width) - 1)


def counted(asked: Asked, cap: int) -> sa.ScalarSelect[int]:
    """How many pitches of a column there are, counted no further than `cap`."""
    found, query = runs(asked, "updated"), _joined(sa.select(ROWS.c.id), asked)
    if found.rows is None or is_sqlite():
        some = query.where(*found.is_of_one(), *asked.more)
        if not (asked.is_joined or is_sqlite()):
            some = some.order_by(
                ROWS.c.updated_at, ROWS.c.id
            )  # as an index has them: else it may read all pitches
    else:
        near = query.where(*found.is_of(), *asked.more).limit(cap).correlate(found.rows).lateral()
        some = sa.select(near.c.id).select_from(found.rows).join(near, sa.true())
    return sa.select(sa.func.count()).select_from(some.limit(cap).subquery()).scalar_subquery()


def _joined(query: Any, asked: Asked) -> Any:
    if not asked.is_joined:
        return query
    both = ROWS.join(_SITES, _SITES.c.id == ROWS.c.site_id).outerjoin(
        _PEOPLE, _PEOPLE.c.id == ROWS.c.person_id
    )
    return query.select_from(both)


def among(asked: Asked, sort: str, cursor: Cursor | None, size: int) -> sa.ColumnElement[bool]:
    """A condition: the pitch is one of `ids`. PostgreSQL is told that they are few."""
    these = ids(asked, sort, cursor, size)
    if is_sqlite():
        return Pitch.id.in_(these)
    return Pitch.id == sa.any_(sa.func.array(these.scalar_subquery()))


def ids(asked: Asked, sort: str, cursor: Cursor | None, size: int) -> sa.Select[int]:
    """The ids of the first pitches after (or before) a cursor, in the order of `sort`, and of some more; no more than `size` of each run."""
    found = runs(asked, sort)
    parts = [_heads(asked, found, leg) for leg in _legs(asked, sort, cursor, size)]
    if asked.is_joined and len(parts) == 2 and not (cursor and cursor.is_back):
        parts = _one_after_the_other(parts[0], parts[1], size)
    return sa.select(sa.union_all(*parts).subquery().c.id)


def _one_after_the_other(first: sa.Select[int], then: sa.Select[int], size: int) -> list[sa.Select[int]]:
    """The same two, of which no row of the second is read when the first has enough."""
    head = first.cte("head")
    left = size - sa.select(sa.func.count()).select_from(head).scalar_subquery()
    if is_sqlite():  # which would ask a condition of each row
        return [sa.select(head.c.id), sa.select(then.limit(sa.func.max(left, 0)).subquery().c.id)]
    return [sa.select(head.c.id), then.where(left > 0)]


def first(asked: Asked, sort: str, size: int) -> sa.Select[int]:
    """The ids of the first pitches of a column, no more than `size`."""
    (leg,) = _legs(asked, sort, None, size)
    return _heads(asked, runs(asked, sort), leg, is_cut=True)


@dataclass(frozen=True)
class Leg:
    """A part of an order that an index has in one piece: its conditions, its columns, and how many rows of it are wanted."""

    where: list[sa.ColumnElement[bool]]
    by: tuple[str, ...]
    is_down: bool
    size: int


def _legs(asked: Asked, sort: str, cursor: Cursor | None, size: int) -> list[Leg]:
    """The next action is NULL in pitches at rest, which come last: they stand in the index apart."""
    is_back = cursor is not None and cursor.is_back
    if sort != "next":
        by = ("updated_at" if sort == "updated" else "stage_since", "id")
        is_down = (sort == "updated") is not is_back
        return [Leg(_after(by, cursor, is_down), by, is_down, size)]
    legs, is_late = [], cursor is not None and cursor.value == NEVER
    if not is_late or is_back:
        after = [] if is_late else _after(("next_on", "id"), cursor, is_back)
        legs.append(Leg([ROWS.c.next_on.is_not(None), *after], ("next_on", "id"), is_back, size))
    if asked.column in (None, *RESTING) and (is_late or not is_back):
        after = _after(("id",), cursor, is_back) if is_late else []
        legs.append(Leg([ROWS.c.next_on.is_(None), *after], ("id",), is_back, size))
    return legs


def _after(by: tuple[str, ...], cursor: Cursor | None, is_down: bool) -> list[sa.ColumnElement[bool]]:
    """What comes after the cursor in this order."""
    if cursor is None:
        return []
    values = [cursor.id] if by == ("id",) else [sa.literal(cursor.value, ROWS.c[by[0]].type), cursor.id]
    here, there = sa.tuple_(*(ROWS.c[name] for name in by)), sa.tuple_(*values)
    return [here < there if is_down else here > there]


def _heads(asked: Asked, found: Runs, leg: Leg, *, is_cut: bool = False) -> sa.Select[int]:
    """The ids at the head of each run; cut, no more than are wanted of all of them together."""
    run = _joined(sa.select(*(ROWS.c[name] for name in leg.by)), asked)
    if _is_merged(asked, found):
        return _merged(run.where(*found.fixed, *asked.more, *leg.where), asked.user, found, leg)
    run = run.where(*found.is_of(), *asked.more, *leg.where).limit(leg.size)
    if found.rows is None:
        return sa.select(run.order_by(*_in_index(leg)).subquery().c.id)
    run = run.correlate(found.rows)
    if is_sqlite():
        only = run.with_only_columns(ROWS.c.id).order_by(*_order(ROWS, leg))
        heads = sa.select(_THEM.c.id).select_from(found.rows).join(_THEM, _THEM.c.id.in_(only))
        order = [
            sa.text(f"+them.{name} {'DESC' if leg.is_down else 'ASC'}") for name in leg.by
        ]  # + : not by an index
    else:
        head = found.head.desc() if leg.is_down else found.head.asc()
        near = run.order_by(head, *_in_index(leg)).lateral("near")
        heads = sa.select(near.c.id).select_from(found.rows).join(near, sa.true())
        order = [*_order(near, leg)]
    if not is_cut:
        return heads
    return sa.select(heads.order_by(*order).limit(leg.size).subquery().c.id)


def _is_merged(asked: Asked, found: Runs) -> bool:
    return bool(found.named) and asked.is_joined and is_sqlite()


def _merged(run: Any, user: User, found: Runs, leg: Leg) -> sa.Select[int]:
    """The ids at the head of all runs together: no run is read further than its rows are wanted."""
    seen = visible_to(user)
    each = [run.where(found.head == key, sa.literal(key).in_(seen)) for key in found.named]
    order = [sa.text(f"{name} {'DESC' if leg.is_down else 'ASC'}") for name in leg.by]  # as an index has them
    return sa.select(sa.union_all(*each).order_by(*order).limit(leg.size).subquery().c.id)


def _in_index(leg: Leg) -> list[Any]:
    """The order of a leg as its index has it: PostgreSQL does not see that what is NULL in all rows does not part them."""
    whole = replace(leg, by=("next_on", "id")) if leg.by == ("id",) else leg
    return _order(ROWS, leg if is_sqlite() else whole)


def _order(rows: Any, leg: Leg) -> list[Any]:
    return [rows.c[name].desc() if leg.is_down else rows.c[name].asc() for name in leg.by]
