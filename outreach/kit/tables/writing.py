"""Writing tables: a CSV in parts, and a sheet."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import IO, Any

from outreach.kit.patterns import late
from outreach.kit.tables.caps import CAPS
from outreach.kit.tables.safety import safe

Cell = str | int | float | Decimal | bool | date | datetime | None
"""What a cell may be: numbers stay numbers, days and moments are ISO 8601, yes or no is `true` or `false`."""

_PART = 64 * 1024
_NO_TEXT = late(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""Signs that XML 1.0 and text files have no place for; they are left out."""
_TO_ESCAPE = late(r"\r|_(?=x[0-9A-Fa-f]{4}_)")
"""What a sheet's reader would take for another sign: XML makes a line feed of a carriage return (XML 1.0, 2.11), and an
underscore before `xHHHH_` begins an escape (ECMA-376 22.9.2.19)."""


def csv_parts(rows: Iterable[Sequence[Cell]]) -> Iterator[str]:
    """The rows as RFC 4180 text, some 64 kB at a time; the first sign is a byte order mark, so that Excel reads UTF-8.

    Every text is quoted, so that a spreadsheet of another country, which splits at semicolons, splits none of them.
    """
    held = io.StringIO()
    held.write("\ufeff")
    writer = csv.writer(held, lineterminator="\r\n", quoting=csv.QUOTE_NONNUMERIC)
    for row in rows:
        writer.writerow([_text(cell) for cell in row])
        if held.tell() >= _PART:
            yield held.getvalue()
            held.seek(0)
            held.truncate()
    yield held.getvalue()


def _text(cell: Cell) -> Cell:
    if isinstance(cell, str):
        return safe(_NO_TEXT.sub("", cell))
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return cell.isoformat() if isinstance(cell, date) else cell


def write_xlsx(file: IO[bytes], rows: Iterable[Sequence[Cell]], *, title: str = "Sheet1") -> None:
    """The rows as one sheet; the memory it needs does not grow with them. A text is typed as text and never a formula."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell

    book = Workbook(write_only=True)
    sheet = book.create_sheet(re.sub(r"[\[\]:*?/\\]", " ", title)[:31])

    def typed(cell: Cell) -> Any:
        if isinstance(cell, str):
            made = WriteOnlyCell(sheet, value=_escaped(_NO_TEXT.sub("", cell)[: CAPS.cell]))
            made.data_type = "s"  # it was taken for a formula when it began with =
            return made
        return cell.isoformat() if isinstance(cell, datetime) else cell

    for row in rows:
        sheet.append([typed(cell) for cell in row])
    book.save(file)


def _escaped(text: str) -> str:
    return _TO_ESCAPE.sub(lambda match: f"_x{ord(match[0]):04X}_", text)
