"""Which rows SQLite's index names for some terms, as one value of a statement.

The statements are written out: to put one together of its parts takes as long as to ask it. The index goes through the list of each
part of a word that it is asked for, so of several words it is asked for as few parts as tell the rows apart.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from typing import Any

import sqlalchemy as sa

from outreach.kit.parts import asked as parts_asked
from outreach.search.index import name_of
from outreach.search.queries import FEW_PARTS, drawn_of
from outreach.search.rules import parts_of

NAMED = 8_000
"""No more rows than this are looked up one by one."""
LISTED = 400
"""The same where nothing but they themselves is shown: few rows are named sooner from the beginning of the index, and the newest of many from its end."""
NEWEST = 2_000
"""Of so many rows that came last it is counted how many hold the terms."""

_DRAWN, _BRIEF = "drawn", "brief"


def ids_of(
    table: str, terms: Sequence[str], most: int, *, beside: Sequence[str] = ()
) -> sa.ColumnElement[Any]:
    """The ids of `table` that the index names for the terms, `most` + 1 at most; NULL where it is known that there are more, of it or of a table of `beside`, before it was asked.

    Nearly each of these rows holds the terms (`queries.holds` tells).
    """
    parts = parts_of(list(terms))
    whole = parts_asked(parts)
    brief = parts_asked([of[0] for of in (parts_of([term]) for term in terms) if of])
    way = ""
    if len(parts) > FEW_PARTS:
        way, whole = _DRAWN, json.dumps(parts)
    elif len(terms) > 1 and brief != whole and most > LISTED:
        way = _BRIEF
    given = {"whole": whole, **({"brief": brief} if way == _BRIEF else {})}
    asked = [sa.bindparam(name, value, sa.Text(), unique=True) for name, value in given.items()]
    others = tuple(one for one in beside if one != table) if way != _DRAWN else ()
    told = sa.text(_statement(table, most, way, others)).bindparams(*asked)
    return told.columns(sa.column("ids", sa.JSON())).scalar_subquery()


@cache
def _statement(table: str, most: int, way: str, beside: tuple[str, ...]) -> str:
    """SQL of `ids_of`. `way`: "drawn" where rows tell which parts are rare; "brief" where the first part of each word is asked for, if it names as many of the newest rows."""
    asked, question = "", ":whole"
    if way == _DRAWN:  # asked twice, and rows are read for it
        asked, question = (
            f"asked AS (SELECT search_rare(:whole, {drawn_of(table)}) AS question)",
            "(SELECT question FROM asked)",
        )
    ends, brief = f"ends AS (SELECT {_at_end(table, question, most)} AS whole)", ""
    if way == _BRIEF:
        ends = f"ends AS (SELECT {_at_end(table, question, most)} AS whole, {_at_end(table, ':brief', most)} AS brief)"
        brief = "WHEN (SELECT whole = brief FROM ends) THEN " + _listed(table, ":brief", most)
    is_many = f"(SELECT whole FROM ends) > {_most_at_end(table, most)}" + "".join(
        f" OR {_at_end(other, question, most)} > {_most_at_end(other, most)}" for other in beside
    )
    return f"{_with(asked, ends)}SELECT CASE WHEN {is_many} THEN NULL {brief} ELSE {_listed(table, question, most)} END AS ids"


def _with(*tables: str) -> str:
    given = ", ".join(filter(None, tables))
    return f"WITH {given} " if given else ""


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
