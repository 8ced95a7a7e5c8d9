"""What a table is here, and how large it may be."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass


class BadTable(ValueError):
    """A file that is no table, or too large; `str()` is a sentence for the person who brought it."""


class SeveralTables(BadTable):
    """A ZIP with more than one table in it; `names` are theirs."""

    def __init__(self, names: list[str]) -> None:
        shown = ", ".join(names[:5]) + (", …" if len(names) > 5 else "")
        super().__init__(
            f"This ZIP holds {len(names)} tables ({shown}). Unpack it and bring the one you mean."
        )
        self.names = names


@dataclass(frozen=True)
class Caps:
    """The most that is read. Bytes of a file are as unpacked; signs of a cell as in Excel's own limit."""

    rows: int = 250_000
    blank_rows: int = 2_000_000
    columns: int = 256
    cell: int = 32_767
    line: int = 1_000_000
    lines_in_a_row: int = 1_000
    bad_quotes: int = 100
    unpacked: int = 200 * 2**20
    ratio: int = 250
    ratio_counts_from: int = 2**20
    entries: int = 1_000
    tables: int = 40
    zip_index: int = 2**20
    strings: int = 32 * 2**20


CAPS = Caps()


@dataclass(frozen=True)
class Row:
    """One row: its number as a spreadsheet counts (from 1), its cells, and why it cannot be used ("" when it can).

    The cells of a row with a problem are what could be seen of it, for showing only.
    """

    number: int
    cells: tuple[str, ...]
    problem: str = ""

    @property
    def is_blank(self) -> bool:
        return not self.problem and not any(cell.strip(" \t\r\n\ufeff\xa0") for cell in self.cells)


@dataclass(frozen=True)
class Table:
    """A table that can be walked through. `notices` are sentences on how it was read."""

    format: str
    walk: Callable[[], Iterable[Row]]
    caps: Caps = CAPS
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    sheets: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()

    def rows(self) -> Iterator[Row]:
        """The rows with something in them, from the beginning. Raises BadTable, late when it must."""
        full = blank = 0
        for row in self.walk():
            if row.is_blank:
                blank += 1
            else:
                full += 1
                yield _within(row, self.caps)
            if full > self.caps.rows:
                raise BadTable(
                    f"The table has more than {self.caps.rows:,} rows. Split it and bring one part at a time."
                )
            if blank > self.caps.blank_rows:
                raise BadTable(f"The table has more than {self.caps.blank_rows:,} rows with nothing in them.")


def _within(row: Row, caps: Caps) -> Row:
    """The row, with a problem when it is wider or a cell longer than may be, or when it holds what no text has."""
    if row.problem:
        return row
    cells = row.cells
    if len(cells) > caps.columns:
        cells = _without_end(cells)
    if len(cells) > caps.columns:
        return _problem(row, f"It has {len(cells):,} columns; at most {caps.columns} can be read.")
    for place, cell in enumerate(cells, 1):
        if len(cell) > caps.cell:
            return _problem(row, f"Its cell in column {place} is longer than {caps.cell:,} signs.")
        if "\x00" in cell:
            return _problem(
                row, f"Its cell in column {place} holds a NUL byte, which no text has. Save the table anew."
            )
    return row if cells is row.cells else Row(row.number, cells)


def _without_end(cells: tuple[str, ...]) -> tuple[str, ...]:
    last = len(cells)
    while last and not cells[last - 1]:
        last -= 1
    return cells[:last]


def _problem(row: Row, words: str) -> Row:
    return Row(row.number, tuple(cell[:200].replace("\x00", "") for cell in row.cells[:20]), words)
