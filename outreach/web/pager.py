"""Keyset pages: a cursor is the sort value and id of the last row shown, so depth costs nothing."""

from __future__ import annotations

import base64
import json
from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Generic, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, Session

from outreach.db import one_if

Row = TypeVar("Row")

COUNT_CAP = 1_001
"""Lists are counted up to here and shown as "1,000+" (`web.words.counted`): to count a million rows costs more than to show fifty."""

FOUND_CAP = 51
"""The same for what words narrow, as far as a page goes: each row is read for them, and one who searches looks at the first."""


@dataclass(frozen=True)
class Cursor:
    """Where a page begins: after (or before) the row with this sort value and id."""

    value: Any
    id: int
    is_back: bool = False

    def pack(self) -> str:
        """The cursor as it stands in an address."""
        value = self.value.isoformat() if isinstance(self.value, (datetime, date)) else self.value
        raw = json.dumps([value, self.id, int(self.is_back)], separators=(",", ":")).encode()
        return base64.urlsafe_b64encode(raw).decode().rstrip("=")

    @classmethod
    def unpack(cls, text: str | None) -> Cursor | None:
        """The cursor in an address; None when there is none or it is broken (the first page is shown)."""
        if not text:
            return None
        try:
            value, key, back = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        except (ValueError, TypeError, RecursionError):
            return None
        if type(key) is not int or not 0 < key < 2**31 or not is_plain(value):
            return None
        return cls(value, key, bool(back))


def is_plain(value: Any) -> bool:
    """Is it text or a number that a database can compare with? Half of a surrogate pair is no text."""
    if isinstance(value, str):
        return "\x00" not in value and not any("\ud800" <= sign <= "\udfff" for sign in value)
    return value is None or type(value) in (int, float)


@dataclass(frozen=True)
class Page(Generic[Row]):
    """One page of rows and the cursors to its neighbours (None: there is no such page).

    `is_cut`: it looked at some rows only, and found less than it has room for; the next page goes on from the last that it looked at.
    """

    rows: list[Row]
    newer: str | None
    older: str | None
    is_cut: bool = False


def page_of(
    session: Session,
    query: sa.Select[*tuple[Any, ...]],
    *,
    by: sa.ColumnElement[Any] | InstrumentedAttribute[Any],
    key: sa.ColumnElement[int] | InstrumentedAttribute[int],
    cursor: Cursor | None,
    value_of: Any,
    is_descending: bool = True,
    size: int = 50,
    given: Mapping[str, Any] | None = None,
) -> Page[Any]:
    """One page of `query` sorted by (`by`, `key`), with one statement; `given` are its parameters that come with the execution.

    `value_of(row)` gives (sort value, id) of a row. Rows are the first column of the query when it has
    only one, whole result rows otherwise. Sort values must not be NULL (coalesce them).
    """
    forward = is_descending if not (cursor and cursor.is_back) else not is_descending
    past = beyond(by, key, cursor, is_descending=is_descending)
    query = query.where(*past)
    if not past:
        cursor = None
    order = (by.desc(), key.desc()) if forward else (by.asc(), key.asc())
    result = session.execute(query.order_by(*order).limit(size + 1), given or {})
    single = len(query.column_descriptions) == 1
    rows: list[Any] = list(result.scalars() if single else result.all())
    more = len(rows) > size
    rows = rows[:size]
    if cursor and cursor.is_back:
        rows.reverse()
        has_newer, has_older = more, True
    else:
        has_newer, has_older = cursor is not None, more
    newer = _at(value_of(rows[0]), True).pack() if rows and has_newer else None
    older = _at(value_of(rows[-1]), False).pack() if rows and has_older else None
    return Page(rows, newer, older)


def beyond(
    by: Any, key: Any, cursor: Cursor | None, *, is_descending: bool = True
) -> tuple[sa.ColumnElement[bool], ...]:
    """The rows on the cursor's side of its place, said twice, so that an index begins there; nothing for the first page, or a cursor of another order."""
    value = _typed(by, cursor.value) if cursor is not None else None
    if cursor is None or value is None:
        return ()
    if is_descending is not cursor.is_back:
        return sa.or_(by < value, sa.and_(by == value, key < cursor.id)), by <= value
    return sa.or_(by > value, sa.and_(by == value, key > cursor.id)), by >= value


@dataclass(frozen=True)
class Part:
    """A part of a list, sorted by `by`: columns of text and numbers, together without a double, as an index has them."""

    query: sa.Select[Any]
    by: tuple[Any, ...]
    is_descending: bool


@dataclass(frozen=True)
class Looked:
    """What no index says of a row is asked of no more than `most` rows of each part; `fits` makes the condition of the column with its id."""

    most: int
    fits: Callable[[Any], sa.ColumnElement[bool]]


def page_of_parts(
    session: Session,
    parts: list[Part],
    *,
    cursor: Cursor | None,
    size: int = 50,
    looked: Looked | None = None,
) -> Page[Any]:
    """One page of a list made of parts, one after the other: those that have a value, then those that have none.

    At most one statement a part. Rows are the first column of each query; with `looked`, the ids that the parts are sorted by last.
    """
    values = _values_of(cursor, parts)
    place = cursor.id - 1 if cursor and values is not None else 0
    is_back = cursor is not None and values is not None and cursor.is_back
    found: list[tuple[Any, str, int]] = []
    edge: Cursor | None = None
    for at in range(place, -1, -1) if is_back else range(place, len(parts)):
        within, room = _within(parts[at], values if at == place else None, is_back), size + 1 - len(found)
        if looked is not None:
            within = _looked_at(within, parts[at], is_back, looked, room)
        for row in session.execute(within.limit(room + 1) if looked else within.limit(room)):
            told = json.dumps(list(row[1 : len(parts[at].by) + 1]))
            if looked is not None and row.is_edge:
                edge = Cursor(told, at + 1, is_back)
            else:
                found.append((row[0], told, at + 1))
        if len(found) > size or edge is not None:
            break
    more, found = len(found) > size, found[:size]
    if is_back:
        found.reverse()
    has_newer, has_older = (more, True) if is_back else (values is not None, more)
    newer = Cursor(*found[0][1:], True).pack() if found and has_newer else None
    older = Cursor(*found[-1][1:]).pack() if found and has_older else None
    if edge is not None:
        newer, older = (edge.pack(), older) if is_back else (newer, edge.pack())
    return Page([row for row, _, _ in found], newer, older, edge is not None)


def _looked_at(within: sa.Select[Any], part: Part, is_back: bool, looked: Looked, room: int) -> Any:
    """(id, sort values, is_edge) of the rows that fit; when they are too few, the last one that was looked at comes, too."""
    named = [one.label(f"by_{number}") for number, one in enumerate(part.by)]
    some = within.with_only_columns(*named, maintain_column_froms=True).limit(looked.most)
    rows, all_rows = some.subquery("rows"), some.subquery("all_rows")
    columns = list(rows.c)
    order = [one.desc() if part.is_descending is not is_back else one.asc() for one in columns]
    fitting = sa.select(columns[-1].label("id"), *columns).where(looked.fits(columns[-1])).order_by(*order)
    page = fitting.limit(room).cte("page")
    too_few = sa.select(sa.func.count()).select_from(page).scalar_subquery() < room
    last = sa.select(*all_rows.c).offset(looked.most - 1).limit(one_if(too_few)).subquery("last")
    there = sa.select(*page.c, sa.literal(0).label("is_edge"))
    edge = sa.select(list(last.c)[-1], *last.c, sa.literal(1))
    return sa.union_all(there, edge)


def _within(part: Part, values: list[Any] | None, is_back: bool) -> sa.Select[Any]:
    query = part.query.add_columns(*part.by)
    is_down = part.is_descending is not is_back
    if values is not None:
        here = sa.tuple_(*part.by)
        there = sa.tuple_(*(sa.literal(value, one.type) for one, value in zip(part.by, values, strict=True)))
        query = query.where(here < there if is_down else here > there)
    return query.order_by(*(one.desc() if is_down else one.asc() for one in part.by))


def _values_of(cursor: Cursor | None, parts: list[Part]) -> list[Any] | None:
    """The sort values in a cursor; None when there is none or it is broken."""
    if cursor is None or not isinstance(cursor.value, str) or cursor.id > len(parts):
        return None
    try:
        values = json.loads(cursor.value)
    except (ValueError, RecursionError):
        return None
    by = parts[cursor.id - 1].by
    if not isinstance(values, list) or len(values) != len(by) or not all(map(is_plain, values)):
        return None
    fits = all(type(value) is one.type.python_type for value, one in zip(values, by, strict=True))
    small = all(abs(value) < 2**31 for value in values if type(value) is int)
    return values if fits and small else None


def _at(place: tuple[Any, int], is_back: bool) -> Cursor:
    return Cursor(place[0], place[1], is_back)


def placed(by: sa.ColumnElement[Any] | InstrumentedAttribute[Any], cursor: Cursor | None) -> Cursor | None:
    """The cursor with the sort value that `by` compares with; None when there is none or it does not fit."""
    value = _typed(by, cursor.value) if cursor else None
    return None if cursor is None or value is None else Cursor(value, cursor.id, cursor.is_back)


def _typed(column: sa.ColumnElement[Any] | InstrumentedAttribute[Any], value: Any) -> Any:
    """The cursor's value as the column's Python type, which it may be of already; None when it does not fit."""
    kind = column.type.python_type
    if isinstance(value, (datetime, date)):
        return value if type(value) is kind else None
    try:
        if kind is datetime:
            moment = value if isinstance(value, datetime) else datetime.fromisoformat(value)
            return moment.astimezone(UTC) if moment.tzinfo else None
        if kind is date:
            return date.fromisoformat(value)
        typed = value if isinstance(value, kind) else kind(value)
    except (ValueError, TypeError, OverflowError):
        return None
    if kind is int and abs(typed) >= 2**31:
        return None
    return None if kind is str and "\x00" in typed else typed


IDS = 10_000
"""Ids that are taken from the database at once."""


def walk(
    session: Session, parts: Sequence[Part], rows: sa.Select[Any], key: Any, size: int = 500
) -> Iterator[list[Any]]:
    """All rows of a list in its own order, some at a time: first their ids, of eight bytes each, then by these what `rows` loads.

    `rows` knows the rights, `parts` the filters, too. No statement stays open; who went in between is left out.
    """
    ids = array("q")
    for part in parts:
        ids.extend(_ids_of(session, part, key))
    for at in range(0, len(ids), size):
        some = ids[at : at + size].tolist()
        found = {row.id: row for row in session.scalars(rows.where(key.in_(some))).unique()}
        yield [found[one] for one in some if one in found]


def _ids_of(session: Session, part: Part, key: Any) -> Iterator[int]:
    order = (one.desc() if part.is_descending else one.asc() for one in part.by)
    query = part.query.with_only_columns(key, maintain_column_froms=True).order_by(None).order_by(*order)
    for some in session.scalars(query.execution_options(yield_per=IDS)).partitions():
        yield from some


def capped_count(session: Session, query: sa.Select[Any], cap: int = COUNT_CAP) -> int:
    """How many rows match, counted no further than `cap`."""
    limited = (
        query.with_only_columns(sa.literal(1), maintain_column_froms=True)
        .order_by(None)
        .limit(cap)
        .subquery()
    )
    return session.scalar(sa.select(sa.func.count()).select_from(limited)) or 0
