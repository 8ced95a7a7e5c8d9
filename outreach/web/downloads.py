"""Files that people take with them, of any size: written to the disk first, then sent from there.

So no query is open while somebody's line is slow, an error still gets its page, and memory does not grow.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from typing import IO

from flask import Response

IN_MEMORY = 4 * 2**20
"""Bytes up to which nothing touches the disk."""
PIECE = 64 * 1024


def download(parts: Iterable[bytes], name: str, content_type: str) -> Response:
    """An answer that is saved as the file `name` (letters, digits, `-` and `.` only)."""
    file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115  (closed with the answer)
    for part in parts:
        file.write(part)
    size = file.tell()
    file.seek(0)
    answer = Response(_pieces(file), content_type=content_type)
    answer.headers["Content-Disposition"] = f"attachment; filename={name}"
    answer.headers["Content-Length"] = str(size)
    answer.call_on_close(file.close)
    return answer


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    while piece := file.read(PIECE):
        yield piece
