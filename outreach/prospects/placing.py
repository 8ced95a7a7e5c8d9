"""A page of prospects by their cells (`outreach.search.places`): what is asked for stands in order in a few runs of an index.

The cells that are there are found one after the other, by projects that the user may see; of each wanted one the row at its head; of
those whose heads come first, the rows. So a page costs what it costs over few rows, whatever it is narrowed to.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import sqlalchemy as sa

from outreach.accounts.models import User
from outreach.db import is_sqlite, session
from outreach.projects.models import Project
from outreach.projects.queries import visible_to
from outreach.prospects.models import Prospect
from outreach.search import marks, places
from outreach.web.pager import Cursor

PLACES = sa.table(
    places.TABLE,
    sa.column("id", sa.Integer()),
    sa.column("site_id", sa.Integer()),
    sa.column("cell", sa.BigInteger()),
    sa.column("updated_at", Prospect.updated_at.type),
    sa.column("site_key", sa.String()),
    *(sa.column(name, sa.BigInteger()) for name in marks.SIGN_NAMES),
)
MARKED = sa.table(
    marks.TABLE,
    sa.column("mark", sa.String()),
    *(sa.column(one.name, one.type) for one in PLACES.c),
)
SORTS = {"updated": "updated_at", "site": "site_key", "state": None}
WIDEST = 2**31


def _rows(whose: Any, name: str) -> tuple[Any, Any]:
    """The table whose runs are read, and what holds for its rows by a row of `whose`, which has a mark or none."""
    if "mark" not in whose.c:
        return PLACES.alias(name), sa.true()
    rows = MARKED.alias(name)
    return rows, rows.c.mark == whose.c.mark


def _mark(whose: Any) -> list[Any]:
    return [whose.c.mark] if "mark" in whose.c else []


def cells(
    user: User,
    *,
    project: int | None,
    state: str,
    owner: str,
    person: str,
    contact: str,
    carried: sa.CTE | None = None,
    projects_of: Callable[[User], sa.Select[Any]] = visible_to,
) -> sa.CTE:
    """The cells that are there of what `user` may see (or change), narrowed as a list is; with `carried` marks, those of each mark."""
    projects = sa.select(Project.id).where(Project.id.in_(projects_of(user)))
    if project is not None:
        projects = projects.where(Project.id == project)
    if carried is not None:
        projects = projects.add_columns(carried.c.mark).join(carried, carried.c.mark.is_not(None))
    seen = projects.subquery("seen")
    begin = sa.cast(seen.c.id, sa.BigInteger) * (1 << places.PROJECT)
    first = sa.select(
        _next(begin - 1, begin + (1 << places.PROJECT), seen).label("cell"), *_mark(seen)
    ).select_from(seen)
    there = first.cte("there", recursive=True)
    end = (shifted(there.c.cell, places.PROJECT) + 1) * (1 << places.PROJECT)
    more = sa.select(_next(there.c.cell, end, there), *_mark(there)).where(there.c.cell.is_not(None))
    there = there.union_all(more)
    cell = there.c.cell
    query = sa.select(cell, *_mark(there)).where(cell.is_not(None))
    return query.where(*narrowed(user, cell, state, owner, person, contact)).cte("wanted")


def narrowed(
    user: User, cell: Any, state: str, owner: str, person: str, contact: str
) -> Iterator[sa.ColumnElement[bool]]:
    """What a list is narrowed to with a click, asked of a cell."""
    if state:
        yield bits(cell, places.STATE, 2) == places.STATES.index(state)
    if owner:
        wanted = 0 if owner == "none" else user.id if owner == "me" else int(owner)
        yield bits(cell, places.OWNER, places.PROJECT - places.OWNER) == wanted
    for asked, bit in ((person, places.PERSON), (contact, places.CONTACT)):
        if asked:
            yield (cell.op("&")(bit) > 0) if asked == "yes" else (cell.op("&")(bit) == 0)


def _next(after: Any, before: Any, whose: Any) -> sa.ScalarSelect[int]:
    """The first cell between two numbers, for each row of `whose`."""
    rows, marked = _rows(whose, "next_row")
    query = sa.select(sa.func.min(rows.c.cell)).where(marked, rows.c.cell > after, rows.c.cell < before)
    return query.correlate(whose).scalar_subquery()


def shifted(cell: Any, by: int) -> Any:
    """The cell without its last bits: what stands before `by`."""
    return cell.op(">>")(sa.literal(by, sa.Integer()))  # PostgreSQL moves a bigint by an integer only


def bits(cell: Any, shift: int, width: int) -> Any:
    """A part of the cell."""
    return shifted(cell, shift).op("&")((1 << width) - 1)


def counted(wanted: sa.CTE, cap: int | None) -> int:
    """How many rows the cells have, counted no further than `cap`; all of them without."""
    rows, marked = _rows(wanted, "counted")
    some = sa.select(rows.c.id).where(marked, rows.c.cell == wanted.c.cell).limit(cap)
    if not is_sqlite():  # else it goes through all of the index, to merge them
        each = some.correlate(wanted).lateral("each_cell")
        some = sa.select(each.c.id).select_from(wanted).join(each, sa.true()).limit(cap)
    return session().scalar(sa.select(sa.func.count()).select_from(some.subquery())) or 0


def ids(wanted: sa.CTE, sort: str, cursor: Cursor | None, size: int = 50) -> sa.Select[int]:
    """The ids of the rows of a page, and of one more; `sort` is one of SORTS, with a minus from the end."""
    column, is_down = SORTS[sort.lstrip("-")], sort.startswith("-")
    is_down = is_down is not bool(cursor and cursor.is_back)
    head = _run(wanted, column, cursor, is_down).limit(1).scalar_subquery()
    tops = sa.select(wanted.c.cell, *_mark(wanted), head.label("head")).subquery("tops")
    first, them = PLACES.alias("first_row"), PLACES.alias("found")
    best = (
        sa.select(tops.c.cell, *_mark(tops))
        .join(first, first.c.id == tops.c.head)
        .order_by(*_order(first, column, is_down))
        .limit(size + 1)
        .cte("best")
    )
    run = _run(best, column, cursor, is_down).limit(size + 1)
    if is_sqlite():
        found = sa.select(them.c.id).select_from(best).join(them, them.c.id.in_(run.correlate(best)))
    else:
        near = run.lateral("near")
        found = (
            sa.select(them.c.id).select_from(best).join(near, sa.true()).join(them, them.c.id == near.c.id)
        )
    return found.order_by(*_order(them, column, is_down)).limit(size + 1)


def _run(whose: Any, column: str | None, cursor: Cursor | None, is_down: bool) -> sa.Select[int]:
    """The rows of one cell (and mark) of `whose` that come after the cursor, in order: one run of an index."""
    rows, marked = _rows(whose, "run")
    cell = whose.c.cell
    query = sa.select(rows.c.id).where(marked, rows.c.cell == cell)
    if cursor is not None and column is None:
        end = _end_in(cell, cursor, is_down)
        query = query.where(rows.c.id < end if is_down else rows.c.id > end)
    elif cursor is not None and column is not None:
        here, there = (
            sa.tuple_(rows.c[column], rows.c.id),
            sa.tuple_(sa.literal(cursor.value, rows.c[column].type), cursor.id),
        )
        query = query.where(here < there if is_down else here > there)
    by = (rows.c.id,) if column is None else (rows.c[column], rows.c.id)
    return query.order_by(*(one.desc() if is_down else one.asc() for one in by))


def _end_in(cell: Any, cursor: Cursor, is_down: bool) -> Any:
    """The id before (or after) which the rows of a cell come after a cursor of (state, id)."""
    state, at = bits(cell, places.STATE, 2), places.STATES.index(cursor.value)
    is_later = state < at if is_down else state > at
    all_of_it, none_of_it = (WIDEST, 0) if is_down else (0, WIDEST)
    return sa.case((state == at, cursor.id), (is_later, all_of_it), else_=none_of_it)


def _order(rows: Any, column: str | None, is_down: bool) -> list[Any]:
    first = bits(rows.c.cell, places.STATE, 2) if column is None else rows.c[column]
    return [one.desc() if is_down else one.asc() for one in (first, rows.c.id)]
