"""The sweep that puts SQLite's index of words together, whose parts become many in a long import."""

from __future__ import annotations

from datetime import datetime

from outreach.db import db
from outreach.search import index


def put_together(now: datetime) -> int:
    """Put the indexes together that lie in parts; gives of how many tables."""
    tables = _scattered()
    index.tidy(tables)
    return len(tables)


def count_scattered(now: datetime) -> int:
    """Of how many tables the index lies in parts."""
    return len(_scattered())


def _scattered() -> list[str]:
    with db.engine.connect() as connection:
        return index.scattered(connection)
