"""How common some terms are: how many rows hold them, told by the end or the beginning of an index or by rows that are drawn; and which, where they are few.

A query that looks for rare terms is led by the rows that the index names, one that looks for common ones goes through its own order
(`outreach.search.queries`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from outreach.db import Base, is_sqlite, session
from outreach.kit.parts import asked as parts_asked
from outreach.search import naming
from outreach.search.index import name_of
from outreach.search.naming import LISTED, NAMED, NEWEST
from outreach.search.queries import index_asked, kept_of, match_of, matches, runs_of, told_of
from outreach.search.rules import parts_of

RARE = 2_000
"""A term that no more rows than this may hold is rare."""
OFTEN = 3
"""Of these rows, so many hold what is common."""
COMMON = 40
"""Of the NEWEST, so many hold what is common."""


@dataclass(frozen=True)
class Share:
    """Of the newest rows of a table, the ids from `first` (below 1 where there are fewer) to `last`: how many hold the terms, and how many of these fit what else is asked (on PostgreSQL 0 where many hold them)."""

    held: int
    fit: int
    first: int
    last: int

    @property
    def is_common(self) -> bool:
        """Do so many hold the terms that a page is found by going through rows?"""
        return self.held >= COMMON

    def reach(self, wanted: int) -> int:
        """How many rows back there are about as many as `wanted`; 0 when none is known to tell."""
        return wanted * (self.last - self.first + 1) // self.fit if self.fit else 0

    def floor(self, wanted: int) -> int:
        """The id above which half as many again as `wanted` are to be expected; 0 for all rows, and where these are so few that it is not worth to ask twice."""
        if self.held * self.last <= RARE * (self.last - self.first + 1):
            return 0
        back = self.reach(wanted + wanted // 2)
        return max(self.last - back, 0) if back else 0


def share(
    table: str, terms: Sequence[str], key: str = "id", fits: Callable[[Any], sa.ColumnElement[bool]] | None = None
) -> sa.Select[int, int, int, int]:  # fmt: skip
    """One row, the columns of `Share`; `fits` is asked of the column `key` of a row."""
    rows = Base.metadata.tables[table]
    last = sa.select(sa.func.coalesce(sa.func.max(rows.c.id), 0)).scalar_subquery()
    first = last - (NEWEST - 1)
    if is_sqlite():
        index = sa.table(name_of(table), sa.column("rowid", sa.Integer()))
        every = parts_asked(parts_of(list(terms)))  # of so few rows no list is long
        some = sa.select(index.c.rowid).where(match_of(table, every), index.c.rowid >= first)
        some = some.order_by(index.c.rowid.desc()).limit(NEWEST)  # from the end: a third of the way
        near = some.subquery("near")
        held = sa.select(rows.c[key].label("key")).select_from(near.join(rows, rows.c.id == near.c.rowid))
    else:
        newest = sa.select(rows.c[key].label("key"), kept_of(table).label("text")).where(rows.c.id >= first)
        near = newest.order_by(rows.c.id.desc()).limit(NEWEST).subquery("near")
        held = sa.select(near.c.key).where(*(sa.func.strpos(near.c.text, term) > 0 for term in terms))
    those = held.cte(f"held_{table}")
    count = sa.select(sa.func.count()).select_from(those)
    many = count.scalar_subquery()
    if fits is None:
        return sa.select(many, many, first, last)
    fit: Any = count.where(fits(those.c.key)).scalar_subquery()
    if not is_sqlite():  # where a list of what is common and narrowed is gone through, whoever fits
        fit = sa.case((many >= COMMON, 0), else_=fit)
    return sa.select(many, fit, first, last)


def are_common(terms: Sequence[str], *tables: str) -> dict[str, bool]:
    """`{table: do more than RARE of its rows hold the terms, or can the index not tell?}`, with one statement."""
    if not tables or not parts_of(list(terms)):
        return dict.fromkeys(tables, True)
    counts = [_capped(table, terms).label(table) for table in tables]
    row = session().execute(sa.select(*counts)).one()
    return {table: row[place] > RARE for place, table in enumerate(tables)}


def how_often(terms: Sequence[str], table: str) -> int:
    """How common the terms are: 0 when they are rare; where PostgreSQL drew rows, how many of RUNS * RUN hold them; 1 when that is not known."""
    if not parts_of(list(terms)):
        return 1
    return max((session().scalar(sa.select(_capped(table, terms))) or 0) - RARE, 0)


def few(terms: Sequence[str], *tables: str) -> dict[str, list[int]] | None:
    """`{table: ids that the index names for the terms}`, looked up with one statement; None when of one of them there are more than `most_named`.

    On PostgreSQL each row holds the terms, on SQLite nearly each (`holds` tells).
    """
    if not parts_of(list(terms)):
        return None
    found = _asked(terms, dict.fromkeys(tables, most_named()), is_all=True)
    named = {table: ids for table, ids in found.items() if ids is not None}
    return named if len(named) == len(tables) else None


def known(terms: Sequence[str], tables: Mapping[str, int]) -> dict[str, list[int] | None]:
    """`{table: ids that the index names for the terms, as `few` says; None when there are more than its number}`, with one statement."""
    if not tables or not parts_of(list(terms)):
        return dict.fromkeys(tables)
    return _asked(terms, tables)


def _asked(
    terms: Sequence[str], tables: Mapping[str, int], *, is_all: bool = False
) -> dict[str, list[int] | None]:
    """`known`; `is_all`: when of one table there are too many, SQLite need not list those of the others."""
    if is_sqlite():
        query: Any = naming.ids_of(tables, terms, is_all=is_all)
    else:
        query = sa.select(*(_listed(table, terms, most).label(table) for table, most in tables.items()))
    row = session().execute(query).one()
    return {table: if_few(ids, most) for (table, most), ids in zip(tables.items(), row, strict=True)}


def listed(terms: Sequence[str], table: str, most: int) -> sa.ColumnElement[Any]:
    """The same of one table, as one value to ask `if_few` of: for a statement that asks more."""
    return _listed(table, terms, most) if parts_of(list(terms)) else sa.cast(sa.null(), sa.JSON())


def if_few(ids: list[int] | None, most: int) -> list[int] | None:
    """The ids, when they are no more than `most`."""
    return None if ids is None or len(ids) > most else ids


def most_named(*, are_shown: bool = False) -> int:
    """How many rows are looked up one by one sooner than to go through others: SQLite does so in a few microseconds each. `are_shown`: nothing else is found by them."""
    if not is_sqlite():
        return RARE
    return LISTED if are_shown else NAMED


def _listed(table: str, terms: Sequence[str], most: int) -> sa.ColumnElement[Any]:
    """The ids that the index names, `most` + 1 at most, as one value; NULL where it is known that there are more before it was asked."""
    rows = Base.metadata.tables[table]
    if is_sqlite():
        return naming.ids_of({table: most}, terms).scalar_subquery()
    drawn = runs_of(table, tuple(terms))
    some = index_asked(table, terms, drawn, rows.c.id).limit(most + 1).subquery()
    ids = sa.select(sa.func.coalesce(sa.func.json_agg(some.c[0]), sa.text("'[]'::json"))).scalar_subquery()
    return sa.type_coerce(sa.case((told_of(drawn.c.held) >= OFTEN, sa.null()), else_=ids), sa.JSON())


def commonness(terms: Sequence[str], table: str) -> sa.CTE:
    """One row of one column `table`: do more than RARE of its rows hold the terms? For a statement that goes one of two ways."""
    return sa.select((_capped(table, terms) > RARE).label(table)).cte(f"common_{table}")


def _capped(table: str, terms: Sequence[str]) -> sa.ScalarSelect[int]:
    """How many rows the index names, no further than RARE + 1; of what is common, RARE and as many more as hold it of those that were drawn."""
    if is_sqlite():
        return _counted(matches(table, terms))
    drawn = runs_of(table, tuple(terms))
    counted = _counted(index_asked(table, terms, drawn, Base.metadata.tables[table].c.id))
    held = told_of(drawn.c.held)
    return sa.select(sa.case((held >= OFTEN, RARE + held), else_=counted)).scalar_subquery()


def _counted(found: sa.Select[int]) -> sa.ScalarSelect[int]:
    return sa.select(sa.func.count()).select_from(found.limit(RARE + 1).subquery()).scalar_subquery()
