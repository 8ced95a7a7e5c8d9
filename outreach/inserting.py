"""Many rows at once: inserted past SQLAlchemy, whose care for each value costs more than the row. Within a `db.write`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from itertools import chain, repeat
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import Session

from outreach.db import Base, Row, session


def insert_new(kind: type[Row], rows: list[dict[str, Any]], *, unique: tuple[str, ...]) -> list[int]:
    """Insert those of `rows` whose `unique` columns nobody has yet; the ids of the new ones, in no order.

    Each names the same columns; column defaults of the model count. A row that another writer was first with is left alone.
    """
    if not rows:
        return []
    session().flush()
    return _put(kind, rows, f" ON CONFLICT ({', '.join(unique)}) DO NOTHING RETURNING id")


def insert_plainly(kind: type[Base], rows: list[dict[str, Any]]) -> None:
    """Insert many rows (each names the same columns) with one statement; column defaults of the model count. Nothing is flushed before."""
    if rows:
        _put(kind, rows)


def insert_numbered(kind: type[Any], rows: list[dict[str, Any]]) -> list[int]:
    """Insert many rows; their ids, in the order of the rows. Column defaults of the model count. Within a `write`.

    The ids are taken before, so that no row is asked for what it got. SQLite's one writer takes the next ones itself, none that was ever given (AUTOINCREMENT).
    """
    if not rows:
        return []
    here = session()
    here.flush()
    ids = _next_ids(here, kind, len(rows))
    insert_plainly(kind, [{"id": key, **row} for key, row in zip(ids, rows, strict=True)])
    return ids


def _next_ids(here: Session, kind: type[Any], many: int) -> list[int]:
    if here.get_bind().dialect.name != "sqlite":
        wanted = "SELECT nextval(pg_get_serial_sequence(:name, 'id')) FROM generate_series(1, :many)"
        return list(here.scalars(sa.text(wanted).bindparams(name=kind.__tablename__, many=many)))
    given = sa.text("SELECT seq FROM sqlite_sequence WHERE name = :name").bindparams(name=kind.__tablename__)
    last = max(here.scalar(given) or 0, here.scalar(sa.select(sa.func.max(kind.id))) or 0)
    return list(range(last + 1, last + 1 + many))


Cells = tuple[bool, list[Any]]
"""A column of many rows: whether all have the same, and what each has, as the driver takes it."""


AT_ONCE = 512
"""Rows of one statement on SQLite. A statement a row is three times as slow: each begins with writing down what the indexes of words hold
so far (`fts5SavepointMethod` of SQLite's fts5_main.c). Statements have room for a power of two, so that few are kept prepared."""


def _put(kind: type[Any], rows: list[dict[str, Any]], end: str = "") -> list[int]:
    """Insert many rows. `end` is what follows in SQL; the ids it returns."""
    here = session().connection()
    columns = _cells(kind.__table__, rows, here.dialect)
    into = f"INSERT INTO {kind.__tablename__} ({', '.join(map(here.dialect.identifier_preparer.quote, columns))})"
    if here.dialect.name != "sqlite":
        said, given = _of_arrays(kind.__table__, columns, here.dialect)
        return _returned(here.exec_driver_sql(f"{into} {said}{end}", given))
    made: list[int] = []
    one = f"({', '.join('?' * len(columns))})"
    every = list(zip(*(each for _, each in columns.values()), strict=True))
    for start in range(0, len(every), AT_ONCE):
        part = every[start : start + AT_ONCE]
        room = 1 << (len(part) - 1).bit_length()
        said = f"{into} SELECT * FROM (VALUES {', '.join([one] * room)}) WHERE true LIMIT ?{end}"
        values = chain(*part, repeat(None, (room - len(part)) * len(columns)), [len(part)])
        made += _returned(here.exec_driver_sql(said, tuple(values)))
    return made


def _returned(result: sa.CursorResult[Any]) -> list[int]:
    return list(result.scalars()) if result.returns_rows else []


def _cells(table: sa.Table, rows: list[dict[str, Any]], dialect: Dialect) -> dict[str, Cells]:
    """`{column: what the rows have in it}`, defaults of the model among them."""
    found = {name: _kept(table.c[name].type, [row[name] for row in rows], dialect) for name in rows[0]}
    for column in table.columns:
        default: Any = column.default
        if default is not None and column.name not in found:
            value = default.arg(None) if default.is_callable else default.arg
            found[column.name] = _kept(column.type, [value] * len(rows), dialect)
    return found


def _kept(type_: sa.types.TypeEngine[Any], values: list[Any], dialect: Dialect) -> Cells:
    is_same = len(set(map(id, values))) == 1
    process = (
        json.dumps if isinstance(type_, sa.JSON) else type_.dialect_impl(dialect).bind_processor(dialect)
    )
    if process is None:
        return is_same, values
    if is_same:
        return True, [process(values[0])] * len(values)
    return False, [process(value) for value in values]


def _of_arrays(table: sa.Table, columns: Mapping[str, Cells], dialect: Dialect) -> tuple[str, dict[str, Any]]:
    """(SELECT of the rows for PostgreSQL, its parameters): an array a column, and one value where all rows have the same."""
    quote = dialect.identifier_preparer.quote
    arrays, picked, given = ["%(rows_)s::integer[]"], [], dict[str, Any]()
    names = ["rows_"]
    for name, (is_same, values) in columns.items():
        type_ = table.c[name].type
        told = "TEXT" if isinstance(type_, sa.String | sa.JSON) else type_.compile(dialect)
        end = "::JSON" if isinstance(type_, sa.JSON) else ""
        given[name] = values[0] if is_same else values
        picked.append(f"%({name})s::{told}{end}" if is_same else f"given.{quote(name)}{end}")
        if not is_same:
            arrays.append(f"%({name})s::{told}[]")
            names.append(quote(name))
    given["rows_"] = list(range(len(next(iter(columns.values()))[1])))
    return (
        f"SELECT {', '.join(picked)} FROM unnest({', '.join(arrays)}) AS given({', '.join(names)}) ORDER BY rows_",
        given,
    )
