"""Files that people take with them, of any size: written to the disk first, then sent from there.

So no query is open while somebody's line is slow, an error still gets its page, and memory does not grow.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import IO

from flask import Response, request

from outreach.kit.tables import Cell, csv_parts, write_xlsx
from outreach.web.here import now

IN_MEMORY = 4 * 2**20
"""Bytes up to which nothing touches the disk."""
PIECE = 64 * 1024


XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def download(parts: Iterable[bytes], name: str, content_type: str) -> Response:
    """An answer that is saved as the file `name` (letters, digits, `-` and `.` only)."""
    file = _spool()
    for part in parts:
        file.write(part)
    return _answer(file, name, content_type)


def table_download(rows: Iterable[Sequence[Cell]], name: str, *, is_sheet: bool) -> Response:
    """Rows as `name.xlsx` or `name.csv`; what a spreadsheet would take for a formula is made harmless."""
    if not is_sheet:
        return download((part.encode() for part in csv_parts(rows)), f"{name}.csv", "text/csv; charset=utf-8")
    file = _spool()
    write_xlsx(file, rows, title=name)
    return _answer(file, f"{name}.xlsx", XLSX)


def list_download(head: Sequence[str], rows: Iterable[Sequence[Cell]], name: str) -> Response:
    """A list as the file that the form asks for: `format` is csv or xlsx; the day is in its name."""
    is_sheet = request.form.get("format") == "xlsx"
    return table_download(chain([head], rows), f"{name}-{now():%Y-%m-%d}", is_sheet=is_sheet)


def _spool() -> IO[bytes]:
    return tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)


def _answer(file: IO[bytes], name: str, content_type: str) -> Response:
    size = file.seek(0, 2)
    file.seek(0)
    answer = Response(_pieces(file), content_type=content_type)
    answer.headers["Content-Disposition"] = f"attachment; filename={name}"
    answer.headers["Content-Length"] = str(size)
    answer.call_on_close(file.close)
    return answer


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    while piece := file.read(PIECE):
        yield piece
