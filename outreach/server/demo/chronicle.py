"""The diary is append-only, and the demo tells its stories one after another: their lines wait, and are written by their days."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from outreach.db import session, write
from outreach.diary.models import Entry


@contextmanager
def in_order() -> Iterator[None]:
    """Hold back what the diary is told inside, and write it at the end, oldest first."""
    held: list[Entry] = []

    def hold(here: Session, _context: Any, _instances: Any) -> None:
        for row in [row for row in here.new if isinstance(row, Entry)]:
            here.expunge(row)
            held.append(row)

    listened = session()
    sa.event.listen(listened, "before_flush", hold)
    try:
        yield
    finally:
        sa.event.remove(listened, "before_flush", hold)
    held.sort(key=lambda line: line.at)
    with write() as here:
        here.add_all(held)
