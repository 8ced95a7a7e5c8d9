"""Conditions by which a query asks the index for rows that hold some terms. Rights stand in the query that uses them.

Two ways lead to the rows. A rare term: the index names the rows, the query sorts them. A common one: the query goes through its
own order and reads each row, for the first page of what thousands hold is found at once so. `outreach.search.commonness` says which.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Hashable, Mapping, Sequence
from functools import cache, lru_cache
from typing import Any, cast

import sqlalchemy as sa

from outreach.db import Base, Ids, is_in, is_sqlite, kept_statement, session
from outreach.kit.folding import CODED
from outreach.kit.parts import asked as parts_asked
from outreach.search.index import KEPT, columns_of, name_of, plain_of, text_of
from outreach.search.rules import parts_of

RUNS, RUN = 32, 8
"""PostgreSQL draws so many runs of so many rows that lie side by side: 250 rows that lie apart are 250 pages to be read."""
STRIDE = 7_919
"""By what the rows of a sample lie unevenly: what comes again every so many rows is met as often as it is there."""
SELDOM = 4
"""What more than one of so many rows holds is not asked of PostgreSQL's index, when something rarer is."""

FEW_PARTS = 4
"""The index is asked for no more parts than this as they are; of more, for the rare ones."""
DRAWN, LONGEST_DRAWN = 32, 1_000
"""So many rows tell which parts are rare, by so many signs of their text."""

Shape = tuple[int, bool]
"""How many terms there are, and whether there is a space in one of them."""

_UNPLAIN = ("''''", "'`'", "char(13)", f"'{CODED}'")
"""What folding leaves out or reads otherwise, of ASCII: of a text without them SQLite itself makes small letters, in a tenth of the time."""
_BLANKS = ("char(9)", "char(10)")
"""What folding makes a space of."""


def holds(table: str, terms: Sequence[str]) -> sa.ColumnElement[bool]:
    """Does the text of a row hold all terms? Reads the row; the index is left alone."""
    if not is_sqlite():
        return sa.and_(sa.true(), *(sa.func.strpos(kept_of(table), term) > 0 for term in terms))
    asked = [sa.bindparam(f"term_{at}", term, sa.Text(), unique=True) for at, term in enumerate(terms)]
    told = sa.text(_holding(table, shape_of(terms)))
    return cast("sa.ColumnElement[bool]", told.bindparams(*asked))


def shape_of(terms: Sequence[str]) -> Shape:
    """All of the terms that a condition on their text depends on."""
    return len(terms), any(" " in term for term in terms)


def holds_given(table: str, shape: Shape) -> sa.ColumnElement[bool]:
    """`holds` for terms of this shape that come with the execution, as `given` names them: for a statement that is kept."""
    if not is_sqlite():
        asked = [sa.bindparam(f"term_{at}", type_=sa.Text()) for at in range(shape[0])]
        return sa.and_(sa.true(), *(sa.func.strpos(kept_of(table), term) > 0 for term in asked))
    return cast("sa.ColumnElement[bool]", sa.text(_holding(table, shape)))


def given(terms: Sequence[str]) -> dict[str, str]:
    """The parameters of `holds_given`."""
    return {f"term_{at}": term for at, term in enumerate(terms)}


@cache
def _holding(table: str, shape: Shape) -> str:
    """SQLite's condition of `holds` for terms of this shape, written out: to put it together of its parts would take longer than to ask it of a page's rows.

    Each column is asked by itself whether it is plain: to put them together takes as long as all the rest.
    """
    (count, is_spaced), told, folded = shape, plain_of(table, table), text_of(table, table)
    plainly, all_told = (
        " AND ".join(f"instr({text}, :term_{at}) > 0" for at in range(count)) or "1"
        for text in (f"lower({told})", folded)
    )
    signs = (*_UNPLAIN, *_BLANKS) if is_spaced else _UNPLAIN
    is_plain = " AND ".join(
        f"length({column}) = length(CAST({column} AS BLOB))"  # ASCII, and no NUL, at which the first one ends
        + "".join(f" AND instr({column}, {sign}) = 0" for sign in signs)
        for column in columns_of(table, table)
    )
    return f"(CASE WHEN {is_plain} THEN {plainly} ELSE {all_told} END)"


def named(table: str, terms: Sequence[str]) -> sa.Select[int]:
    """The ids of the rows that the index names, each of which holds all terms."""
    rows = Base.metadata.tables[table]
    if is_sqlite():
        return sa.select(rows.c.id).where(rows.c.id.in_(matches(table, terms)), holds(table, terms))
    return (
        sa.select(rows.c.id).where(*_likes(table, terms)).offset(0)
    )  # a fence: the planner keeps to the index


def newest_of(
    query: sa.Select[*tuple[Any, ...]], table: str, terms: Sequence[str], ids: Sequence[int], *, before: int | None, limit: int
) -> list[Any]:  # fmt: skip
    """The newest rows of `query` that hold the terms, of these ids that the index names, those with an id below `before`."""
    key = Base.metadata.tables[table].c.id
    wanted = [one for one in ids if before is None or one < before]
    if is_sqlite():
        query = query.where(is_in(key, wanted), holds(table, terms))
        return list(session().execute(query.order_by(key.desc()).limit(limit)))
    each = sa.func.unnest(sa.literal(wanted, Ids())).table_valued(sa.column("id", sa.Integer())).render_derived()  # fmt: skip
    query, last = from_last(query, key, sa.select(each.c.id))  # which stops when there are enough
    return list(session().execute(query.order_by(last.desc()).limit(limit)))


def from_last(query: sa.Select[*tuple[Any, ...]], key: Any, ids: Any) -> tuple[sa.Select[*tuple[Any, ...]], Any]:  # fmt: skip
    """`query` led by these ids of its rows, and the ids that it is in order of: PostgreSQL sorts them first."""
    every = ids.subquery("every")
    some = sa.select(every.c.id).order_by(every.c.id.desc()).offset(0).subquery("newest")
    return query.join(some, some.c.id == key), some.c.id


def is_in_given(column: Any, table: str) -> sa.ColumnElement[bool]:
    """`db.is_in` on SQLite for ids of a table that come with the execution, as `ids_given` names them."""
    listed = sa.bindparam(f"ids_{table}", type_=sa.Text())
    return sa.and_(column.in_(sa.text(f"SELECT value FROM json_each(:ids_{table})").bindparams(listed)))


def ids_given(ids: Mapping[str, Sequence[int]]) -> dict[str, str]:
    """The parameters of `is_in_given`."""
    return {f"ids_{table}": json.dumps(list(keys)) for table, keys in ids.items()}


def among(table: str, terms: Sequence[str], is_common: bool) -> sa.ColumnElement[bool]:
    """A condition on a row of `table`: it holds all terms."""
    if is_common:
        return holds(table, terms)
    return Base.metadata.tables[table].c.id.in_(named(table, terms))


def candidates(table: str, terms: Sequence[str]) -> sa.Select[int]:
    """The ids that the index names for the terms: on PostgreSQL each holds them, on SQLite nearly each (`holds` tells)."""
    return matches(table, terms) if is_sqlite() else named(table, terms)


def candidate(table: str, terms: Sequence[str]) -> sa.ColumnElement[bool]:
    """A condition on a row of `table`: it is one of `candidates`; for a query that the index shall lead."""
    if is_sqlite():
        return Base.metadata.tables[table].c.id.in_(matches(table, terms))
    return sa.and_(*_likes(table, terms))


def newest_counts() -> bool:
    """Does `newest` ask whether the terms are common? SQLite finds the way by itself."""
    return not is_sqlite()


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
    if is_led_by_index(terms):
        query, key = _by_index(query, table, question_of(table, terms), holds(table, terms), fits)
    else:
        query = query.where(fits(key)) if fits else query
        query, key = _led(query, table, terms, is_common, since)
    if before is not None:
        query = query.where(key < before)
    return query.order_by(key.desc()).limit(limit)


def is_led_by_index(terms: Sequence[str]) -> bool:
    """Does `newest` go through the index itself? SQLite's is in order of the ids; it tells nothing of terms that are too short for it."""
    return is_sqlite() and bool(parts_of(list(terms)))


def first_newest(
    make: Callable[[], sa.Select[*tuple[Any, ...]]], table: str, terms: Sequence[str], limit: int, *made_of: Hashable
) -> list[Any]:  # fmt: skip
    """`newest` from the first row on where it `is_led_by_index`: the query is made, and the statement put together, once for all that are asked alike.

    `made_of`: all that `make` takes (`db.kept_statement`).
    """
    shape, (question, is_drawn) = shape_of(terms), asked_for(terms)

    def made() -> sa.Select[*tuple[Any, ...]]:
        asked = sa.bindparam("question", type_=sa.Text())
        question = _rare(table, asked) if is_drawn else asked
        query, key = _by_index(make(), table, question, holds_given(table, shape))
        return query.order_by(key.desc()).limit(limit)

    query = kept_statement(made, *made_of, "newest", table, shape, is_drawn, limit)
    return list(session().execute(query, {**given(terms), "question": question}))


def _by_index(
    query: sa.Select[*tuple[Any, ...]], table: str, question: Any, held: sa.ColumnElement[bool],
    fits: Callable[[Any], sa.ColumnElement[bool]] | None = None,
) -> tuple[sa.Select[*tuple[Any, ...]], sa.ColumnElement[int]]:  # fmt: skip
    """`query` led by SQLite's index, and the ids that it is in order of."""
    index = sa.table(name_of(table), sa.column("rowid", sa.Integer()))
    key = index.c.rowid
    query = query.join(index, key == Base.metadata.tables[table].c.id).where(match_of(table, question))
    return query.where(*([fits(key)] if fits else []), held), key


def newest_keys(
    table: str, key: str, terms: Sequence[str], *, limit: int | sa.ColumnElement[int], is_common: bool, fits: Callable[[Any], sa.ColumnElement[bool]] | None, since: int = 0
) -> sa.Select[Any]:  # fmt: skip
    """The column `key` of the newest rows that hold all terms and fit, as `in_order` finds them; PostgreSQL reads each row that its index names once."""
    rows = Base.metadata.tables[table]
    if is_common or is_sqlite():
        column = rows.c[key]
        query = sa.select(column) if fits is None or key == "id" else sa.select(column).where(fits(column))
        return in_order(query, table, terms, before=None, limit=limit, is_common=is_common, fits=fits if key == "id" else None, since=since)  # fmt: skip
    columns = (rows.c.id.label("at"), rows.c[key].label("key"))
    near = _since(sa.select(*columns).where(*_likes(table, terms)), rows.c.id, since)
    some = near if since else index_asked(table, terms, runs_of(table, tuple(terms)), *columns)
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
    if is_common or is_sqlite():
        query = query.where(key > since) if since else query
        return query.where(among(table, terms, is_common)), key
    return from_last(query, key, _since(named(table, terms), key, since))


@lru_cache(maxsize=64)
def runs_of(table: str, terms: tuple[str, ...]) -> sa.CTE:
    """One row that tells of the rows of RUNS, from all over the table: how many hold all terms, and for each term what PostgreSQL's index is asked.

    PostgreSQL reads each row that its index names: so it is spared what is common. And a term that many rows hold is not asked for beside one
    that few do: its lists are as long as the table. Of a term, three signs are asked for where they tell as much as all of it: a list of the index
    and not one for each three. Each run lies somewhere in a part of the table of its own. Kept, for a statement that asks twice has to name one and the same.
    """
    rows = Base.metadata.tables[table]
    ends = sa.select(sa.func.max(rows.c.id).label("last")).subquery("ends")
    numbers = sa.func.generate_series(0, RUNS - 1).table_valued(sa.column("number", sa.Integer())).render_derived()  # fmt: skip
    number, wide = numbers.c.number, ends.c.last // RUNS + 1
    run = sa.func.least(RUN, wide)
    place = ends.c.last - number * wide - number * number * STRIDE % (wide - run + 1)
    each = sa.select(kept_of(table).label("text")).where(rows.c.id <= place, rows.c.id > place - run)
    text = each.order_by(rows.c.id.desc()).limit(RUN).lateral("each_run").c.text
    holding = [sa.func.strpos(text, term) > 0 for term in terms]
    often = [sa.func.count().filter(one) * SELDOM > sa.func.count() for one in holding]
    asked = [
        sa.case(
            (sa.and_(many, sa.not_(sa.and_(*often))), "%"),
            (_is_told_by(_start_of(term), text, held), _like(_start_of(term))),
            else_=_like(term),
        )
        for many, held, term in zip(often, holding, terms, strict=True)
    ]
    told = sa.select(
        sa.func.count().filter(*holding).label("held"),
        *(one.label(f"asked_{at}") for at, one in enumerate(asked)),
    )
    return told.select_from(ends.join(numbers, sa.true()).join(text.table, sa.true())).cte(f"drawn_{table}")


def _start_of(term: str) -> str:
    """The first three letters or digits that stand together, of which the index keeps a list; the term itself, where there are none."""
    found = re.search("[a-z0-9]{3}", term)
    return found[0] if found else term


def _is_told_by(start: str, text: Any, held: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    """Of the rows that were drawn, do some hold the term, and those alone these letters of it?"""
    starting, holding = (sa.func.count().filter(one) for one in (sa.func.strpos(text, start) > 0, held))
    return sa.and_(holding > 0, starting == holding)


def told_of(column: Any) -> sa.ScalarSelect[Any]:
    """What `runs_of` tells in one of its columns."""
    return sa.select(column).scalar_subquery()


def index_asked(table: str, terms: Sequence[str], drawn: sa.CTE, *columns: Any) -> sa.Select[Any]:
    """These columns of the rows that PostgreSQL's index names for what `drawn` says is asked; each row holds all terms."""
    if len(terms) == 1:
        return sa.select(*columns).where(*_likes(table, terms))
    likes = [kept_of(table).like(told_of(drawn.c[f"asked_{at}"]), escape="/") for at in range(len(terms))]
    return sa.select(*columns).where(*likes, *(sa.func.strpos(kept_of(table), term) > 0 for term in terms))


def matches(table: str, terms: Sequence[str]) -> sa.Select[int]:
    """The ids that SQLite's index names for the terms."""
    index = sa.table(name_of(table), sa.column("rowid", sa.Integer()))
    return sa.select(index.c.rowid).where(match_of(table, question_of(table, terms)))


def match_of(table: str, question: Any) -> sa.ColumnElement[bool]:
    """A condition of SQLite's index, in its own language of questions."""
    index: sa.ColumnElement[bool] = sa.literal_column(name_of(table))
    asked = sa.literal(question, sa.Text()) if isinstance(question, str) else question
    return index.op("MATCH", is_comparison=True)(asked)


def question_of(table: str, terms: Sequence[str]) -> Any:
    """What SQLite's index is asked for the terms; of many parts, those that are rare among a sample of the rows."""
    question, is_drawn = asked_for(terms)
    return _rare(table, sa.literal(question, sa.Text())) if is_drawn else question


def _rare(table: str, parts: sa.ColumnElement[str]) -> sa.ColumnElement[str]:
    """What SQLite's index is asked of many parts: those that are rare among a sample of the rows."""
    return sa.func.search_rare(parts, sa.literal_column(drawn_of(table), sa.Text()))


def asked_for(terms: Sequence[str]) -> tuple[str, bool]:
    """What SQLite's index is asked for the terms; or, of many parts, all of them as JSON, for rows to tell which are rare (`search_rare`)."""
    parts = parts_of(list(terms))
    is_drawn = len(parts) > FEW_PARTS
    return (json.dumps(parts) if is_drawn else parts_asked(parts)), is_drawn


@cache
def drawn_of(table: str) -> str:
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
    return [kept_of(table).like(_like(term), escape="/") for term in terms]


def _like(term: str) -> str:
    """The pattern of what holds a term; signs that mean something in one are taken as they are."""
    return "%" + re.sub("[/%_]", r"/\g<0>", term) + "%"


def kept_of(table: str) -> sa.ColumnElement[str]:
    """The folded text of a row, as PostgreSQL keeps it."""
    return sa.literal_column(f"{table}.{KEPT}", sa.Text())
