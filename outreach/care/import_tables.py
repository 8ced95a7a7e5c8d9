"""Which table of a ZIP or workbook is meant, when it holds several: the one that tells most of sites."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import IO, Any

from outreach.care import import_columns
from outreach.care.import_names import Field
from outreach.kit import tables
from outreach.kit.tables import BadTable, Row, Table, columns

FIRST_ROWS = 60
"""Rows that the guess of the columns rests on; ten of them are shown."""

WIDTH = 60


@dataclass(frozen=True)
class Chosen:
    """A table, its first rows, and `part`, by which it is read again ({} when the file holds but one); its `others` are what could be chosen instead."""

    table: Table
    first: list[Row]
    part: dict[str, Any]
    notices: tuple[str, ...] = ()


def choose(file: IO[bytes], wanted: str, hosts: Sequence[str]) -> Chosen:
    """The table that is called `wanted`, else the most useful one; of those alike, the first. `hosts` are our own. Raises BadTable."""
    places = tables.places(file)
    if wanted:
        places = [place for place in places if wanted in (_called(place), *place)]
        if not places:
            raise BadTable(f"There is no table “{wanted[:60]}” in it.")
    if len(places) <= 1 and not wanted:
        return _look(file, None)
    found, problem = [], None
    for place in places:
        try:
            found.append((place, _look(file, place)))
        except BadTable as error:
            problem = error
    if not found:
        raise problem or BadTable("There is no table in it.")
    best, chosen = max(found, key=lambda one: _worth(one[1], hosts))
    others = [_called(place) for place in tables.places(file) if place != best]
    part = {**chosen.part, "others": others} if others else chosen.part
    return Chosen(chosen.table, chosen.first, part, (*_of_texts(chosen.table), *_told(best, others)))


def _look(file: IO[bytes], place: tuple[str, str] | None) -> Chosen:
    entry, sheet = place or ("", "")
    part = {"entry": entry, "sheet": sheet} if place else {}
    table = tables.read(file, entry=entry, sheet=sheet)
    first = list(islice(table.rows(), FIRST_ROWS))
    if not first:
        raise BadTable("There is no row in it.")
    return Chosen(table, first, part, table.notices)


def _called(place: tuple[str, str]) -> str:
    """As people name it: the sheet, or the file of the ZIP."""
    entry, sheet = place
    return f"{entry}: {sheet}" if entry and sheet else entry or sheet


def _of_texts(table: Table) -> tuple[str, ...]:
    """How it was read; which sheet it is gets told with the others."""
    return () if table.sheets else table.notices


def _told(best: tuple[str, str], others: Sequence[str]) -> tuple[str, ...]:
    if not others:
        return ()
    names = ", ".join(f"“{name[-60:]}”" for name in others[:8]) + (", …" if len(others) > 8 else "")
    return (f"It holds {len(others) + 1} tables; this is “{_called(best)[-60:]}”. Left out: {names}.",)


def _worth(one: Chosen, hosts: Sequence[str]) -> tuple[bool, bool, bool, int]:
    """How much it tells: names sites or people, by a known name, as pages or addresses, in how many known columns."""
    rows = [row.cells[:WIDTH] for row in one.first if not row.problem]
    at = import_columns.header_at(rows)
    header, body = (rows[at], rows[at + 1 :]) if at is not None else ((), rows)
    where = import_columns.guess(header, body, hosts)
    site, mail = where.get(Field.SITE), where.get(Field.EMAIL)
    if (site is None and mail is None) or not body or import_columns.is_ours(site, body, hosts):
        return False, False, False, len(where)
    kinds = columns.kinds(body, WIDTH)
    is_named = site is not None and site < len(header) and import_columns.names_site(header[site])
    return True, is_named, mail is not None or (site is not None and kinds[site] == "url"), len(where)
