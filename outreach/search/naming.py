"""Which rows SQLite's index names for some terms, as one value for each table.

The statements are written out: to put one together of its parts takes as long as to ask it. The index goes through the list of each
part of a word that it is asked for, so of several words it is asked for as few parts as tell the rows apart.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

import sqlalchemy as sa

from outreach.kit.parts import asked as parts_asked
from outreach.search.index import name_of
from outreach.search.queries import asked_for, drawn_of
from outreach.search.rules import parts_of

NAMED = 8_000
"""No more rows than this are looked up one by one."""
LISTED = 400
"""The same where nothing but they themselves is shown: few rows are named sooner from the beginning of the index, and the newest of many from its end."""
NEWEST = 2_000
"""Of so many rows that came last it is counted how many hold the terms."""

_DRAWN, _BRIEF = "drawn", "brief"


def ids_of(tables: Mapping[str, int], terms: Sequence[str], *, is_all: bool = False) -> sa.TextualSelect:
    """A row with a column for each table: the ids that the index names for the terms, no more than one above its number.

    NULL where it is known that there are more, before it was asked; `is_all`: where that is known of one of the tables. Nearly each of
    the rows holds the terms (`queries.holds` tells).
    """
    whole, is_drawn = asked_for(terms)
    brief = parts_asked([of[0] for of in (parts_of([term]) for term in terms) if of])
    way = ""
    if is_drawn:
        way = _DRAWN
    elif len(terms) > 1 and brief != whole and max(tables.values()) > LISTED:
        way = _BRIEF
    given = {"whole": whole, **({"brief": brief} if way == _BRIEF else {})}
    asked = [sa.bindparam(name, value, sa.Text(), unique=True) for name, value in given.items()]
    told = sa.text(_statement(tuple(tables.items()), way, is_all)).bindparams(*asked)
    return told.columns(*(sa.column(table, sa.JSON()) for table in tables))


@cache
def _statement(tables: tuple[tuple[str, int], ...], way: str, is_all: bool) -> str:
    """SQL of `ids_of`. `way`: "drawn" where rows tell which parts are rare; "brief" where the first part of each word is asked for, if it names as many of the newest rows."""
    asked, ends, many, columns = [], [], {}, []
    questions = {table: f"(SELECT {table} FROM asked)" if way == _DRAWN else ":whole" for table, _ in tables}
    if way == _DRAWN:  # asked twice, and rows are read for it
        asked = [f"search_rare(:whole, {drawn_of(table)}) AS {table}" for table, _ in tables]
    for table, most in tables:
        ends.append(f"{_at_end(table, questions[table], most)} AS {table}")
        many[table] = f"(SELECT {table} FROM ends) > {_most_at_end(table, most)}"
    for table, most in tables:
        is_many = " OR ".join(many.values()) if is_all else many[table]
        brief = ""
        if way == _BRIEF and most > LISTED:
            ends.append(f"{_at_end(table, ':brief', most)} AS {table}_brief")
            brief = f"WHEN (SELECT {table} = {table}_brief FROM ends) THEN {_listed(table, ':brief', most)} "
        columns.append(f"CASE WHEN {is_many} THEN NULL {brief}ELSE {_listed(table, questions[table], most)} END AS {table}")  # fmt: skip
    return f"{_with(asked=asked, ends=ends)}SELECT {', '.join(columns)}"


def _with(**rows: list[str]) -> str:
    given = ", ".join(f"{name} AS (SELECT {', '.join(of)})" for name, of in rows.items() if of)
    return f"WITH {given} "


def _listed(table: str, question: str, most: int) -> str:
    index = name_of(table)
    return f"(SELECT json_group_array(rowid) FROM (SELECT rowid FROM {index} WHERE {index} MATCH {question} LIMIT {most + 1}))"


def _at_end(table: str, question: str, most: int) -> str:
    """How many of the newest rows the index names, no further than one more than `_most_at_end`."""
    index, near = name_of(table), f"rowid > (SELECT max(id) FROM {table}) - {NEWEST}"
    some = f"SELECT rowid FROM {index} WHERE {index} MATCH {question} AND {near}"
    # from the end: it is half as far
    return f"(SELECT count(*) FROM ({some} ORDER BY rowid DESC LIMIT {_most_at_end(table, most)} + 1))"


def _most_at_end(table: str, most: int) -> str:
    """What names more of the newest rows names more than `most` of all."""
    return f"{most * NEWEST} / (SELECT coalesce(max(id), 1) FROM {table})"
