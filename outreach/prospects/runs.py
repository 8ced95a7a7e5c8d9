"""The rows of a list in its own order, merged from the runs of an index: the SELECTs by hand for a page of `prospects.walking`.

A run is what an index (`outreach.search.places`, `marks`) holds of one cell, in order.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from outreach.db import is_sqlite
from outreach.kit import signatures
from outreach.prospects import placing
from outreach.search import marks, places
from outreach.web.pager import Cursor

if TYPE_CHECKING:
    from outreach.prospects.walking import Way

_TOLD = ", ".join(("id", "site_id", "cell", *marks.SIGN_NAMES))
NAMES = (*_TOLD.split(", "), "by_at")
FENCE = 1_000_000
"""A limit that limits nothing: what is inside is sorted before it is read."""


def gone_through(way: Way, cursor: Cursor | None) -> sa.Subquery:
    """The rows in the order of the list, from the cursor on, at most `way.looked`: (id, site_id, cell, signature, by_at).

    Written by hand, for both databases merge runs that are each in order only when they are said so.
    """
    is_down = way.is_down(cursor)
    runs = _runs(way, cursor, is_down) or [_nothing(way)]
    groups = (
        [runs]
        if way.column
        else [list(some) for _, some in groupby(runs, key=lambda run: run[: run.index("FROM")])]
    )
    merged = [_merged(some, way.column, is_down) for some in groups]
    if len(merged) > 1:
        merged = [f"SELECT * FROM ({one}) AS state_{at}" for at, one in enumerate(merged)]
    order = (
        _by(way.column, is_down) if way.column and not is_sqlite() else ""
    )  # PostgreSQL knows an order by that level only
    told = f"SELECT * FROM ({' UNION ALL '.join(merged)}) AS runs {order} LIMIT :looked"
    return _typed(told, way, cursor).subquery("gone")


def signed(way: Way, cursor: Cursor | None) -> sa.Subquery:
    """The same for SQLite and words: of the rows up to the edge, those that may hold them by their signature.

    The runs leave the others out before they are merged, which costs a fifth; so a page ends where one run would come to more than its share.
    """
    is_down = way.is_down(cursor)
    bits = zip(marks.SIGN_NAMES, signatures.mask(way.terms), strict=True)
    fits = [f"{name} & {wanted} = {wanted}" for name, wanted in bits if wanted]
    end = "(SELECT by_at FROM edge), (SELECT last_id FROM edge)"
    fits.append(f"({way.column}, id) {'>=' if is_down else '<='} ({end})")
    runs = [f"{run} AND {' AND '.join(fits)}" for run in _runs(way, cursor, is_down)]
    merged = _merged(runs or [_nothing(way)], way.column, is_down)
    told = f"WITH edge AS MATERIALIZED ({_edge(way, cursor)}) {merged} LIMIT {FENCE}"
    return _typed(told, way, cursor).subquery("gone")


def last_signed(way: Way, cursor: Cursor | None) -> sa.Subquery:
    """The last row that `signed` looks at, if more come behind it: (id, by_at)."""
    told = f"SELECT last_id AS id, by_at FROM ({_edge(way, cursor)}) AS edge WHERE last_id"
    return _typed(told, way, cursor, ("id", "by_at")).subquery("edge")


def _edge(way: Way, cursor: Cursor | None) -> str:
    """SELECT for where the first of the runs has come to its share of `looked`: (by_at, last_id); behind all rows, with id 0, when none does."""
    is_down = way.is_down(cursor)
    order, runs = _by(way.column, is_down), _runs(way, cursor, is_down)
    share = max(way.looked // max(len(runs), 1), 2 * way.looked // max(len(runs), 4), 1)
    narrow = (run.replace(_TOLD, "id", 1) for run in runs)
    ends = [f"SELECT by_at, id AS last_id FROM ({run} {order} LIMIT 1 OFFSET {share - 1})" for run in narrow]
    ends.append(
        f"SELECT {'-1' if is_down else 'zeroblob(0)'} AS by_at, 0 AS last_id"
    )  # less than all; more than all
    return f"{' UNION ALL '.join(ends)} {order.replace(' id', ' last_id')} LIMIT 1"


def _nothing(way: Way) -> str:
    return f"SELECT {_TOLD}, {way.column or '0'} AS by_at FROM {places.TABLE} WHERE 1 = 0"


def _typed(said: str, way: Way, cursor: Cursor | None, names: Sequence[str] = NAMES) -> sa.TextualSelect:
    """What is written by hand, with its values and the types of its columns `names`."""
    at: Any = sa.Integer() if way.column is None else placing.PLACES.c[way.column].type
    binds: dict[str, Any] = {"looked": sa.bindparam("looked", way.looked)}
    if cursor is not None:
        value = places.STATES.index(cursor.value) if way.column is None else cursor.value
        binds |= {
            "from_value": sa.bindparam("from_value", value, at),
            "from_id": sa.bindparam("from_id", cursor.id),
        }
    if way.mark:
        binds["mark"] = sa.bindparam("mark", way.mark)
    told = sa.text(said).bindparams(*(one for name, one in binds.items() if f":{name}" in said))
    kinds: dict[str, Any] = {"id": sa.Integer(), "site_id": sa.Integer(), "by_at": at}
    return told.columns(**{name: kinds.get(name, sa.BigInteger()) for name in names})


def _runs(way: Way, cursor: Cursor | None, is_down: bool) -> list[str]:
    """A SELECT for each run of an index; those of one state together, in the order of the list."""
    if way.column is None:
        states = reversed(range(len(places.STATES))) if is_down else range(len(places.STATES))
        return [run for state in states for run in _runs_of_state(way, cursor, is_down, state)]
    sign = "<" if is_down else ">"
    after = [f"({way.column}, id) {sign} (:from_value, :from_id)"] if cursor else []
    told = f"SELECT {_TOLD}, {way.column} AS by_at FROM {marks.TABLE if way.mark else places.TABLE}"
    return [_where(told, after + mine) for mine in _cells_of(way)]


def _cells_of(way: Way, state: int | None = None) -> list[list[str]]:
    if way.cells is None:
        return [[]]
    marked = ["mark = :mark"] if way.mark else []
    mine = (cell for cell in way.cells if state is None or cell >> places.STATE & 3 == state)
    return [[*marked, f"cell = {cell}"] for cell in mine]


def _runs_of_state(way: Way, cursor: Cursor | None, is_down: bool, state: int) -> list[str]:
    after = []
    if cursor is not None:
        at = places.STATES.index(cursor.value)
        if state > at if is_down else state < at:
            return []
        after = [f"id {'<' if is_down else '>'} :from_id"] if state == at else []
    if way.cells is not None:
        told = f"SELECT {_TOLD}, {state} AS by_at FROM {marks.TABLE if way.mark else places.TABLE}"
        return [_where(told, after + mine) for mine in _cells_of(way, state)]
    told = ", ".join(("prospects.id AS id", *(f"place.{name}" for name in _TOLD.split(", ")[1:])))
    join = f"FROM prospects CROSS JOIN {places.TABLE} AS place"
    has = [
        f"prospects.state = '{places.STATES[state]}'",
        "place.id = prospects.id",
        *(f"prospects.{one}" for one in after),
    ]
    return [_where(f"SELECT {told}, {state} AS by_at {join}", has)]


def _where(told: str, conditions: Sequence[str]) -> str:
    return f"{told} WHERE {' AND '.join(conditions)}" if conditions else told


def _merged(runs: Sequence[str], column: str | None, is_down: bool) -> str:
    """Runs that are each in order as one that is. SQLite merges by the order of the whole, PostgreSQL by that of each: which it would sort whole, if it were not told how few are wanted."""
    order = _by(column, is_down)
    if len(runs) == 1 or is_sqlite():
        return f"{' UNION ALL '.join(runs)} {order}"
    each = " UNION ALL ".join(f"({run} {order} LIMIT :looked)" for run in runs)
    return f"SELECT * FROM ({each}) AS each_run {order}"


def _by(column: str | None, is_down: bool) -> str:
    names = ["id"] if column is None else ["by_at", "id"]
    return "ORDER BY " + ", ".join(f"{name} DESC" if is_down else name for name in names)
