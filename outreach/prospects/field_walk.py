"""A page of prospects in the order of an own field: those that have a value in it, then those that have none, the newest first.

Where few rows are left by what narrows the list (rare words, small cells), they are gathered and sorted. Else the values are gone through in their order, VALUES
of them a page, and then the list by its ids (`prospects.walking`); a page that found too few says where to go on.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from outreach.db import is_sqlite, one_if, session
from outreach.prospects import narrowing, placing, runs, walking
from outreach.prospects.labels import queries as labels
from outreach.prospects.labels.models import FieldValue
from outreach.prospects.labels.rules import About
from outreach.prospects.walking import Way
from outreach.web.pager import Cursor, Page, is_plain

VALUES = 2_500
"""Values that one page goes through."""
HAVING, LACKING = 1, 2
"""The parts of the list, as they stand in a cursor."""
KINDS: dict[int, tuple[type, ...]] = {HAVING: (str, int, int), LACKING: (int,)}
"""What a cursor says of the last row: its value, site and id; its id."""


@dataclass(frozen=True)
class Place:
    """Where a page begins, and which way it goes: after the row of `values` in `part`, or at the beginning."""

    part: int
    values: tuple[Any, ...] | None
    is_back: bool


@dataclass(frozen=True)
class Asked:
    """A list, sorted by a field."""

    way: Way
    field_id: int
    is_down: bool
    at: Place


def page(way: Way, field_id: int, is_down: bool, cursor: Cursor | None, size: int = 50) -> Page[Any]:
    """The page, with two statements: which rows, and the rows."""
    at = _place(cursor)
    told = session().execute(_all(Asked(way, field_id, is_down, at), size)).all()
    edge = next((_cursor(row, at.is_back) for row in told if row.is_edge), None)
    found = [row for row in told if not row.is_edge]
    more, found = len(found) > size, found[:size]
    rows_of = narrowing.as_shown(narrowing.of_ids([row.id for row in found]))
    by_id = {row.id: row for row in session().execute(rows_of)}
    found = [row for row in found if row.id in by_id]
    onward = (_cursor(found[-1], at.is_back) if more else edge) if found else edge
    back = _cursor(found[0], not at.is_back) if found and at.values is not None else None
    rows = [by_id[row.id] for row in found]
    older, newer = (back, onward) if at.is_back else (onward, back)
    packed = [one.pack() if one else None for one in (newer, older)]
    return Page(
        rows[::-1] if at.is_back else rows, packed[0], packed[1], is_cut=edge is not None and not more
    )


def _place(cursor: Cursor | None) -> Place:
    """What a cursor says; the beginning when there is none or it is broken."""
    beginning = Place(HAVING, None, False)
    if cursor is None or not isinstance(cursor.value, str) or cursor.id not in KINDS:
        return beginning
    try:
        values = json.loads(cursor.value)
    except (ValueError, RecursionError):
        return beginning
    kinds = KINDS[cursor.id]
    if not isinstance(values, list) or tuple(map(type, values)) != kinds:
        return beginning
    if not all(is_plain(one) and (type(one) is str or abs(one) < 2**31) for one in values):
        return beginning
    return Place(cursor.id, tuple(values), cursor.is_back)


def _cursor(row: Any, is_back: bool) -> Cursor:
    values = [row.sort, row.site_id, row.id] if row.part == HAVING else [row.id]
    return Cursor(json.dumps(values), row.part, is_back)


def _all(asked: Asked, size: int) -> Any:
    """The rows of the parts that a page may show, one after the other; after each, where it stopped looking. (part, id, sort, site_id, is_edge, number)"""
    parts = {HAVING: _having, LACKING: _lacking}
    order = [asked.at.part]
    if asked.at.part == (LACKING if asked.at.is_back else HAVING):
        order.append(HAVING if asked.at.is_back else LACKING)
    selects: list[Any] = []
    before: list[Any] = []
    for part in order:
        rows, edge = parts[part](asked, size)
        page_of_part = rows.cte(f"page_{part}")
        told = sa.select(
            *page_of_part.c, sa.literal(0).label("is_edge"), sa.literal(len(selects)).label("number")
        )
        selects.append(told.where(*before))
        before.append(sa.select(sa.func.count()).select_from(page_of_part).scalar_subquery() <= size)
        if edge is not None:
            last = edge(one_if(sa.and_(sa.true(), *before))).cte(f"edge_{part}")
            selects.append(sa.select(*last.c, sa.literal(1), sa.literal(len(selects))).where(*before))
            before.append(sa.select(sa.func.count()).select_from(last).scalar_subquery() == 0)
    together = sa.union_all(*selects).subquery("together")
    down, up = sa.desc, sa.asc
    sort, ids = (down, up)[asked.is_down is asked.at.is_back], (down, up)[asked.at.is_back]
    is_having = together.c.part == HAVING
    by_id = sa.case((is_having, 0), else_=together.c.id)
    return sa.select(together).order_by(
        together.c.number, sort(together.c.sort), sort(together.c.site_id), ids(by_id), sort(together.c.id)
    )


def _columns(part: int, row_id: Any, sort: Any, site_id: Any) -> list[Any]:
    return [sa.literal(part).label("part"), row_id.label("id"), sort.label("sort"), site_id.label("site_id")]


def _few(way: Way) -> Any | None:
    """All rows that are left, when they are few."""
    if way.sites is not None:
        return walking.gathered(way, way.sites, None)
    return runs.gone_through(way, None) if way.is_small else None


Edge = Callable[[Any], sa.Select[Any]]
"""Where a part stopped looking, given how many rows of that are asked for: 1 or 0 (`db.one_if`)."""


def _having(asked: Asked, size: int) -> tuple[sa.Select[Any], Edge | None]:
    """Those that have a value."""
    is_down = asked.is_down is not asked.at.is_back
    values = asked.at.values if asked.at.part == HAVING else None
    few = _few(asked.way)
    edge: Edge | None = None
    if few is not None:
        row_id, sort, site_id, query = _valued(asked, few)
    else:
        row_id, sort, site_id, query, edge = _by_values(asked, is_down, values)
    if values is not None:
        mine, from_ = (
            sa.tuple_(sort, site_id, row_id),
            sa.tuple_(sa.literal(values[0], FieldValue.sort.type), *map(sa.literal, values[1:])),
        )
        query = query.where(mine < from_ if is_down else mine > from_)
    return query.order_by(*_towards(is_down, sort, site_id, row_id)).limit(size + 1), edge


def _valued(asked: Asked, few: Any) -> tuple[Any, Any, Any, sa.Select[Any]]:
    """(id, value, site, query) of the few rows that have a value."""
    one = (
        sa.select(FieldValue.sort)
        .where(*_may(asked), FieldValue.site_id == few.c.site_id)
        .correlate(few)
        .scalar_subquery()
    )
    valued = sa.select(few, one.label("sort")).where(*walking.conditions(asked.way, few)).subquery("valued")
    row_id, sort, site_id = valued.c.id, valued.c.sort, valued.c.site_id
    query = sa.select(*_columns(HAVING, row_id, sort, site_id)).where(sort.is_not(None))
    return row_id, sort, site_id, query


def _by_values(
    asked: Asked, is_down: bool, values: tuple[Any, ...] | None
) -> tuple[Any, Any, Any, sa.Select[Any], Edge]:
    """(id, value, site, query) of the rows of VALUES values in their order from `values`, and where these end."""
    near = sa.select(FieldValue.sort, FieldValue.site_id).where(*_may(asked), FieldValue.site_id.is_not(None))
    if values is not None:
        here, there = (
            sa.tuple_(FieldValue.sort, FieldValue.site_id),
            sa.tuple_(sa.literal(values[0], FieldValue.sort.type), sa.literal(values[1])),
        )
        near = near.where(here <= there if is_down else here >= there)
    near = near.order_by(*_towards(is_down, FieldValue.sort, FieldValue.site_id))
    gone = near.limit(VALUES).subquery("values_gone")

    def edge(most: Any) -> sa.Select[Any]:
        last = near.offset(VALUES - 1).limit(most).subquery("last_value")
        return sa.select(
            *_columns(HAVING, sa.literal(0 if is_down else 2**31 - 1), last.c.sort, last.c.site_id)
        )

    place = placing.PLACES.alias("place")
    row_id, sort, site_id = place.c.id, gone.c.sort, gone.c.site_id
    query = sa.select(*_columns(HAVING, row_id, sort, site_id)).join_from(
        gone, place, place.c.site_id == gone.c.site_id
    )
    free = replace(asked.way, cells=None, mark="")
    return row_id, sort, site_id, query.where(*walking.conditions(free, place)), edge


def _may(asked: Asked) -> tuple[Any, ...]:
    """Values of the field, as its reader may see them."""
    return (FieldValue.field_id == asked.field_id, labels.may_see(asked.way.user, About.SITE, asked.field_id))


def _towards(is_down: bool, *columns: Any) -> list[Any]:
    return [one.desc() if is_down else one.asc() for one in columns]


def _lacking(asked: Asked, size: int) -> tuple[sa.Select[Any], Edge | None]:
    """Those that have none."""
    values = asked.at.values if asked.at.part == LACKING else None
    is_back = asked.at.is_back
    after = Cursor(values[0], values[0], is_back) if values else None
    few, nothing = _few(asked.way), sa.literal("", FieldValue.sort.type)
    rows = few if few is not None else runs.gone_through(asked.way, after)

    def edge(most: Any) -> sa.Select[Any]:
        last = runs.gone_through(asked.way, after)
        stop = sa.select(last.c.id).offset(asked.way.looked - 1).limit(most).subquery("last_row")
        return sa.select(*_columns(LACKING, stop.c.id, nothing, sa.literal(0)))

    mine = labels.holding(asked.way.user, About.SITE, asked.field_id).where(
        FieldValue.site_id == rows.c.site_id
    )
    query = sa.select(*_columns(LACKING, rows.c.id, nothing, sa.literal(0)))
    query = query.where(*walking.conditions(asked.way, rows), ~labels.is_any(mine, rows.c.site_id))
    if few is not None and after is not None:
        query = query.where(rows.c.id > after.id if is_back else rows.c.id < after.id)
    if few is not None or not is_sqlite():  # SQLite keeps the order inside, and would sort all of it again
        query = query.order_by(rows.c.id.asc() if is_back else rows.c.id.desc())
    return query.limit(size + 1), None if few is not None else edge
