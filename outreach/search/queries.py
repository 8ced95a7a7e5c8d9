"""Conditions by which a query asks the index for rows that hold some terms. Rights stand in the query that uses them.

Two ways lead to the rows. A rare term: the index names the rows, the query sorts them. A common one: the query goes through its
own order and reads each row, for the first page of what thousands hold is found at once so. `are_common` says which.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, cast

import sqlalchemy as sa

from outreach.db import Base, session
from outreach.kit.folding import CODED
from outreach.kit.parts import asked as parts_asked
from outreach.search.index import KEPT, name_of, plain_of, text_of
from outreach.search.rules import parts_of

RARE = 2_000
"""A term that no more rows than this may hold is rare."""
NAMED = 8_000
"""The same where SQLite looks them up."""
LISTED = 400
"""The same where nothing but they themselves is shown: SQLite names few rows sooner from the beginning of its index, and the newest of many from its end."""
RUNS, RUN = 32, 8
"""PostgreSQL draws so many runs of so many rows that lie side by side: 250 rows that lie apart are 250 pages to be read."""
OFTEN = 3
"""Of these rows, so many hold what is common."""
STRIDE = 7_919
"""By what the rows of a sample lie unevenly: what comes again every so many rows is met as often as it is there."""
NEWEST = 2_000
"""Of so many rows that came last it is counted how many hold the terms."""
SELDOM = 4
"""What more than one of so many rows holds is not asked of PostgreSQL's index, when something rarer is."""
COMMON = 40
"""Of these, so many hold what is common."""

FEW_PARTS = 4
"""The index is asked for no more parts than this as they are; of more, for the rare ones."""
DRAWN, LONGEST_DRAWN = 32, 1_000
"""So many rows tell which parts are rare, by so many signs of their text."""

_UNPLAIN = "*[^ -&(-_a-~]*"
"""What holds other than ASCII that is only made small when it is folded: SQLite does that itself, in a tenth of the time."""


@dataclass(frozen=True)
class Share:
    """Of the newest rows of a table, the ids from `first` to `last`: how many hold the terms, and how many of these fit what else is asked."""

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
        """The id above which half as many again as `wanted` are to be expected; 0 for all rows."""
        back = self.reach(wanted + wanted // 2)
        return max(self.last - back, 0) if back else 0


def share(
    table: str, terms: Sequence[str], key: str = "id", fits: Callable[[Any], sa.ColumnElement[bool]] | None = None
) -> sa.Select[int, int, int, int]:  # fmt: skip
    """One row, the columns of `Share`; `fits` is asked of the column `key` of a row."""
    rows = Base.metadata.tables[table]
    last = sa.select(sa.func.coalesce(sa.func.max(rows.c.id), 0)).scalar_subquery()
    if _is_sqlite():
        first: Any = last - (NEWEST - 1)
        index = sa.table(name_of(table), sa.column("rowid", sa.Integer()))
        every = parts_asked(parts_of(list(terms)))  # of so few rows no list is long
        some = sa.select(index.c.rowid).where(_match(table, every), index.c.rowid >= first)
        some = some.order_by(index.c.rowid.desc()).limit(NEWEST)  # from the end: a third of the way
        near = some.subquery("near")
        held = sa.select(rows.c[key].label("key")).select_from(near.join(rows, rows.c.id == near.c.rowid))
    else:
        newest = sa.select(rows.c[key].label("key"), _kept(table).label("text"))
        near = newest.order_by(rows.c.id.desc()).limit(NEWEST).subquery("near")
        held = sa.select(near.c.key).where(*(sa.func.strpos(near.c.text, term) > 0 for term in terms))
        ids = sa.select(rows.c.id).order_by(rows.c.id.desc()).limit(NEWEST).subquery("near_ids")
        first = sa.select(sa.func.coalesce(sa.func.min(ids.c.id), 0)).scalar_subquery()
    those = held.cte(f"held_{table}")
    count = sa.select(sa.func.count()).select_from(those)
    fit = count.where(fits(those.c.key)) if fits else count
    return sa.select(count.scalar_subquery(), fit.scalar_subquery(), first, last)


def holds(table: str, terms: Sequence[str]) -> sa.ColumnElement[bool]:
    """Does the text of a row hold all terms? Reads the row; the index is left alone."""
    if not _is_sqlite():
        return sa.and_(sa.true(), *(sa.func.strpos(_kept(table), term) > 0 for term in terms))
    asked = [sa.bindparam(f"term_{at}", term, sa.Text(), unique=True) for at, term in enumerate(terms)]
    return cast("sa.ColumnElement[bool]", sa.text(_holding(table, len(terms))).bindparams(*asked))


def holds_given(table: str, count: int) -> sa.ColumnElement[bool]:
    """`holds` for so many terms that come with the execution, as `given` names them: for a statement that is kept."""
    if not _is_sqlite():
        asked = [sa.bindparam(f"term_{at}", type_=sa.Text()) for at in range(count)]
        return sa.and_(sa.true(), *(sa.func.strpos(_kept(table), term) > 0 for term in asked))
    return cast("sa.ColumnElement[bool]", sa.text(_holding(table, count)))


def given(terms: Sequence[str]) -> dict[str, str]:
    """The parameters of `holds_given`."""
    return {f"term_{at}": term for at, term in enumerate(terms)}


@cache
def _holding(table: str, count: int) -> str:
    """SQLite's condition of `holds` for so many terms, written out: to put it together of its parts would take longer than to ask it of a page's rows."""
    told, folded = plain_of(table, table), text_of(table, table)
    plainly, all_told = (
        " AND ".join(f"instr({text}, :term_{at}) > 0" for at in range(count)) or "1"
        for text in (f"lower({told})", folded)
    )
    is_plain = f"{told} NOT GLOB '{_UNPLAIN}' AND instr({told}, '{CODED}') = 0"
    return f"(CASE WHEN {is_plain} THEN {plainly} ELSE {all_told} END)"


def named(table: str, terms: Sequence[str]) -> sa.Select[int]:
    """The ids of the rows that the index names, each of which holds all terms."""
    rows = Base.metadata.tables[table]
    if _is_sqlite():
        return sa.select(rows.c.id).where(rows.c.id.in_(_matches(table, terms)), holds(table, terms))
    return (
        sa.select(rows.c.id).where(*_likes(table, terms)).offset(0)
    )  # a fence: the planner keeps to the index


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
    found = known(terms, dict.fromkeys(tables, most_named()))
    named = {table: ids for table, ids in found.items() if ids is not None}
    return named if len(named) == len(tables) else None


def known(terms: Sequence[str], tables: Mapping[str, int]) -> dict[str, list[int] | None]:
    """`{table: ids that the index names for the terms, as `few` says; None when there are more than its number}`, with one statement."""
    if not tables or not parts_of(list(terms)):
        return dict.fromkeys(tables)
    asked = (_listed(table, terms, most).label(table) for table, most in tables.items())
    row = session().execute(sa.select(*asked)).one()
    return {table: if_few(ids, most) for (table, most), ids in zip(tables.items(), row, strict=True)}


def listed(terms: Sequence[str], table: str, most: int) -> sa.ColumnElement[Any]:
    """The same of one table, as one value to ask `if_few` of: for a statement that asks more."""
    return _listed(table, terms, most) if parts_of(list(terms)) else sa.cast(sa.null(), sa.JSON())


def if_few(ids: list[int] | None, most: int) -> list[int] | None:
    """The ids, when they are no more than `most`."""
    return None if ids is None or len(ids) > most else ids


def most_named(*, are_shown: bool = False) -> int:
    """How many rows are looked up one by one sooner than to go through others: SQLite does so in a few microseconds each. `are_shown`: nothing else is found by them."""
    if not _is_sqlite():
        return RARE
    return LISTED if are_shown else NAMED


def newest_of(
    query: sa.Select[*tuple[Any, ...]], table: str, terms: Sequence[str], ids: Sequence[int], *, before: int | None, limit: int
) -> list[Any]:  # fmt: skip
    """The newest rows of `query` that hold the terms, of these ids that the index names, those with an id below `before`."""
    key = Base.metadata.tables[table].c.id
    wanted = [one for one in ids if before is None or one < before]
    if _is_sqlite():
        query = query.where(one_of(key, wanted), holds(table, terms))
        return list(session().execute(query.order_by(key.desc()).limit(limit)))
    each = sa.func.unnest(sa.literal(wanted, sa.ARRAY(sa.Integer()))).table_valued(sa.column("id", sa.Integer())).render_derived()  # fmt: skip
    query, last = from_last(query, key, sa.select(each.c.id))  # which stops when there are enough
    return list(session().execute(query.order_by(last.desc()).limit(limit)))


def from_last(query: sa.Select[*tuple[Any, ...]], key: Any, ids: Any) -> tuple[sa.Select[*tuple[Any, ...]], Any]:  # fmt: skip
    """`query` led by these ids of its rows, and the ids that it is in order of: PostgreSQL sorts them first."""
    every = ids.subquery("every")
    some = sa.select(every.c.id).order_by(every.c.id.desc()).offset(0).subquery("newest")
    return query.join(some, some.c.id == key), some.c.id


def _listed(table: str, terms: Sequence[str], most: int) -> sa.ColumnElement[Any]:
    """The ids that the index names, `most` + 1 at most, as one value; NULL where it is known that there are more before it was asked."""
    rows = Base.metadata.tables[table]
    if _is_sqlite():
        question = _question(table, terms)
        if not isinstance(question, str):  # asked twice, and rows are read for it
            question = sa.select(question.label("question")).cte(f"asked_{table}")
            question = sa.select(question.c.question).scalar_subquery()
        index = sa.table(name_of(table), sa.column("rowid", sa.Integer()))
        some = sa.select(index.c.rowid).where(_match(table, question)).limit(most + 1).subquery()
        listed: Any = sa.select(sa.func.json_group_array(some.c[0])).scalar_subquery()
        if most > LISTED:
            listed = sa.case((_are_many(table, question), sa.null()), else_=listed)
        return sa.type_coerce(listed, sa.JSON())
    drawn = _runs(table, tuple(terms))
    some = _asked(table, terms, drawn, rows.c.id).limit(most + 1).subquery()
    ids = sa.select(sa.func.coalesce(sa.func.json_agg(some.c[0]), sa.text("'[]'::json"))).scalar_subquery()
    return sa.type_coerce(sa.case((_told(drawn.c.held) >= OFTEN, sa.null()), else_=ids), sa.JSON())


def _are_many(table: str, question: Any) -> sa.ColumnElement[bool]:
    """Does the end of SQLite's index tell that it names more than NAMED of all rows?"""
    last = f"(SELECT max(id) FROM {table})"
    most = sa.literal_column(f"{NAMED * NEWEST} / {last}", sa.Integer())
    rowid = sa.column("rowid", sa.Integer())
    near = sa.select(rowid).select_from(sa.table(name_of(table)))
    near = near.where(_match(table, question), sa.text(f"rowid > {last} - {NEWEST}"))
    some = near.order_by(rowid.desc()).limit(most + 1).subquery()  # from the end: it is half as far
    return sa.select(sa.func.count()).select_from(some).scalar_subquery() > most


def one_of(column: Any, ids: Sequence[int]) -> sa.ColumnElement[bool]:
    """Is the value of `column` one of `ids`? As one value: a statement may name no more than some thousands."""
    if _is_sqlite():
        listed = sa.bindparam("ids", json.dumps(list(ids)), sa.Text(), unique=True)
        return sa.and_(column.in_(sa.text("SELECT value FROM json_each(:ids)").bindparams(listed)))
    return sa.and_(column == sa.any_(sa.literal(list(ids), sa.ARRAY(sa.Integer()))))


def commonness(terms: Sequence[str], table: str) -> sa.CTE:
    """One row of one column `table`: do more than RARE of its rows hold the terms? For a statement that goes one of two ways."""
    return sa.select((_capped(table, terms) > RARE).label(table)).cte(f"common_{table}")


def among(table: str, terms: Sequence[str], is_common: bool) -> sa.ColumnElement[bool]:
    """A condition on a row of `table`: it holds all terms."""
    if is_common:
        return holds(table, terms)
    return Base.metadata.tables[table].c.id.in_(named(table, terms))


def candidates(table: str, terms: Sequence[str]) -> sa.Select[int]:
    """The ids that the index names for the terms: on PostgreSQL each holds them, on SQLite nearly each (`holds` tells)."""
    return _matches(table, terms) if _is_sqlite() else named(table, terms)


def candidate(table: str, terms: Sequence[str]) -> sa.ColumnElement[bool]:
    """A condition on a row of `table`: it is one of `candidates`; for a query that the index shall lead."""
    if _is_sqlite():
        return Base.metadata.tables[table].c.id.in_(_matches(table, terms))
    return sa.and_(*_likes(table, terms))


def newest_counts() -> bool:
    """Does `newest` ask whether the terms are common? SQLite finds the way by itself."""
    return not _is_sqlite()


def newest(
    query: sa.Select[*tuple[Any, ...]],
    table: str,
    terms: Sequence[str],
    *,
    before: int | None,
    limit: int | sa.ColumnElement[int],
    is_common: bool,
) -> list[Any]:
    """The rows of `in_order`."""
    told = in_order(query, table, terms, before=before, limit=limit, is_common=is_common)
    return list(session().execute(told).all())


def in_order(
    query: sa.Select[*tuple[Any, ...]],
    table: str,
    terms: Sequence[str],
    *,
    before: int | None,
    limit: int | sa.ColumnElement[int],
    is_common: bool,
    fits: Callable[[Any], sa.ColumnElement[bool]] | None = None,
    since: int = 0,
) -> sa.Select[*tuple[Any, ...]]:
    """`query`, for its newest rows that hold all terms, those with an id below `before`; `query` selects from `table`.

    `fits`: what else is asked of the id of a row, before the row itself is read. `since`: PostgreSQL reads no row of a lower id.
    SQLite goes through the index itself from its end, and stops when there are enough.
    """
    rows = Base.metadata.tables[table]
    key: sa.ColumnElement[int] = rows.c.id
    if _is_sqlite() and parts_of(list(terms)):
        index = sa.table(name_of(table), sa.column("rowid", sa.Integer()))
        key = index.c.rowid
        query = query.join(index, index.c.rowid == rows.c.id).where(_match(table, _question(table, terms)))
        query = query.where(*([fits(key)] if fits else []), holds(table, terms))
    else:
        query = query.where(fits(key)) if fits else query
        query, key = _led(query, table, terms, is_common, since)
    if before is not None:
        query = query.where(key < before)
    return query.order_by(key.desc()).limit(limit)


def newest_keys(
    table: str, key: str, terms: Sequence[str], *, limit: int | sa.ColumnElement[int], is_common: bool, fits: Callable[[Any], sa.ColumnElement[bool]] | None, since: int = 0
) -> sa.Select[Any]:  # fmt: skip
    """The column `key` of the newest rows that hold all terms and fit, as `in_order` finds them; PostgreSQL reads each row that its index names once."""
    rows = Base.metadata.tables[table]
    if is_common or _is_sqlite():
        column = rows.c[key]
        query = sa.select(column) if fits is None or key == "id" else sa.select(column).where(fits(column))
        return in_order(query, table, terms, before=None, limit=limit, is_common=is_common, fits=fits if key == "id" else None, since=since)  # fmt: skip
    columns = (rows.c.id.label("at"), rows.c[key].label("key"))
    near = _since(sa.select(*columns).where(*_likes(table, terms)), rows.c.id, since)
    some = near if since else _asked(table, terms, _runs(table, tuple(terms)), *columns)
    every = some.offset(0).subquery("every")
    last = sa.select(every).order_by(every.c.at.desc()).offset(0).subquery("newest")
    found = sa.select(last.c.key) if fits is None else sa.select(last.c.key).where(fits(last.c.key))
    return found.order_by(last.c.at.desc()).limit(limit)


def _since(some: sa.Select[Any], key: sa.ColumnElement[int], since: int) -> sa.Select[Any]:
    """Said outright, so that the planner knows how few are left: it puts both indexes together."""
    return some.where(key > sa.literal_column(str(since))) if since else some


def _led(
    query: sa.Select[*tuple[Any, ...]], table: str, terms: Sequence[str], is_common: bool, since: int
) -> tuple[sa.Select[*tuple[Any, ...]], sa.ColumnElement[int]]:
    """`query` with the condition of `among`, and the ids it is in order of.

    PostgreSQL sorts the few that hold the terms first, and asks only so many for the rest as there is room for.
    """
    key = Base.metadata.tables[table].c.id
    if is_common or _is_sqlite():
        query = query.where(key > since) if since else query
        return query.where(among(table, terms, is_common)), key
    return from_last(query, key, _since(named(table, terms), key, since))


def _capped(table: str, terms: Sequence[str]) -> sa.ScalarSelect[int]:
    """How many rows the index names, no further than RARE + 1; of what is common, RARE and as many more as hold it of those that were drawn."""
    if _is_sqlite():
        return _counted(_matches(table, terms))
    drawn = _runs(table, tuple(terms))
    counted = _counted(_asked(table, terms, drawn, Base.metadata.tables[table].c.id))
    held = _told(drawn.c.held)
    return sa.select(sa.case((held >= OFTEN, RARE + held), else_=counted)).scalar_subquery()


def _counted(found: sa.Select[int]) -> sa.ScalarSelect[int]:
    return sa.select(sa.func.count()).select_from(found.limit(RARE + 1).subquery()).scalar_subquery()


@lru_cache(maxsize=64)
def _runs(table: str, terms: tuple[str, ...]) -> sa.CTE:
    """One row that tells of the rows of RUNS, from all over the table: how many hold all terms, and for each term what PostgreSQL's index is asked.

    PostgreSQL reads each row that its index names: so it is spared what is common. And a term that many rows hold is not asked for beside one
    that few do: its lists are as long as the table. Each run lies somewhere in a part of the table of its own. Kept, for a statement that
    asks twice has to name one and the same.
    """
    rows = Base.metadata.tables[table]
    ends = sa.select(sa.func.max(rows.c.id).label("last")).subquery("ends")
    numbers = sa.func.generate_series(0, RUNS - 1).table_valued(sa.column("number", sa.Integer())).render_derived()  # fmt: skip
    number, wide = numbers.c.number, ends.c.last // RUNS + 1
    run = sa.func.least(RUN, wide)
    place = ends.c.last - number * wide - number * number * STRIDE % (wide - run + 1)
    each = sa.select(_kept(table).label("text")).where(rows.c.id <= place, rows.c.id > place - run)
    text = each.order_by(rows.c.id.desc()).limit(RUN).lateral("each_run").c.text
    holding = [sa.func.strpos(text, term) > 0 for term in terms]
    often = [sa.func.count().filter(one) * SELDOM > sa.func.count() for one in holding]
    asked = [sa.case((sa.and_(many, sa.not_(sa.and_(*often))), "%"), else_=_like(term)) for many, term in zip(often, terms, strict=True)]  # fmt: skip
    told = sa.select(
        sa.func.count().filter(*holding).label("held"),
        *(one.label(f"asked_{at}") for at, one in enumerate(asked)),
    )
    return told.select_from(ends.join(numbers, sa.true()).join(text.table, sa.true())).cte(f"drawn_{table}")


def _told(column: Any) -> sa.ScalarSelect[Any]:
    return sa.select(column).scalar_subquery()


def _asked(table: str, terms: Sequence[str], drawn: sa.CTE, *columns: Any) -> sa.Select[Any]:
    """These columns of the rows that PostgreSQL's index names for what `drawn` says is asked; each row holds all terms."""
    if len(terms) == 1:
        return sa.select(*columns).where(*_likes(table, terms))
    likes = [_kept(table).like(_told(drawn.c[f"asked_{at}"]), escape="/") for at in range(len(terms))]
    return sa.select(*columns).where(*likes, *(sa.func.strpos(_kept(table), term) > 0 for term in terms))


def _matches(table: str, terms: Sequence[str]) -> sa.Select[int]:
    index = sa.table(name_of(table), sa.column("rowid", sa.Integer()))
    return sa.select(index.c.rowid).where(_match(table, _question(table, terms)))


def _match(table: str, question: Any) -> sa.ColumnElement[bool]:
    """A condition of SQLite's index, in its own language of questions."""
    index: sa.ColumnElement[bool] = sa.literal_column(name_of(table))
    asked = sa.literal(question, sa.Text()) if isinstance(question, str) else question
    return index.op("MATCH", is_comparison=True)(asked)


def _question(table: str, terms: Sequence[str]) -> Any:
    """What SQLite's index is asked for the terms; of many parts, those that are rare among a sample of the rows."""
    parts = parts_of(list(terms))
    if len(parts) <= FEW_PARTS:
        return parts_asked(parts)
    drawn = sa.literal_column(_drawn(table), sa.Text())
    return sa.func.search_rare(sa.literal(json.dumps(parts), sa.Text()), drawn)


@cache
def _drawn(table: str) -> str:
    """SQL of the texts of some rows from all over the table, as JSON."""
    wide = f"(SELECT max(id) / {DRAWN} + 1 FROM {table})"
    number = "numbers.value"
    place = f"(SELECT max(id) FROM {table}) - {number} * {wide} - {number} * {number} * {STRIDE} % {wide}"
    text = f"substr({plain_of(table, 'drawn')}, 1, {LONGEST_DRAWN})"
    numbers = f"json_each('{list(range(DRAWN))}') AS numbers"
    return (
        f"(SELECT json_group_array({text}) FROM {numbers} CROSS JOIN {table} AS drawn ON drawn.id = {place})"
    )


def _likes(table: str, terms: Sequence[str]) -> list[sa.ColumnElement[bool]]:
    return [_kept(table).like(_like(term), escape="/") for term in terms]


def _like(term: str) -> str:
    """The pattern of what holds a term; signs that mean something in one are taken as they are."""
    return "%" + re.sub("[/%_]", r"/\g<0>", term) + "%"


def _kept(table: str) -> sa.ColumnElement[str]:
    """The folded text of a row, as PostgreSQL keeps it."""
    return sa.literal_column(f"{table}.{KEPT}", sa.Text())


def _is_sqlite() -> bool:
    return session().get_bind().dialect.name == "sqlite"
