"""All rows of all tables, to be compared row by row."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from outreach.care import columns
from outreach.db import session

GROWS = {"diary", "merges", "sweep_runs"}
"""What remembers that something happened: it is not taken back."""

Rows = dict[str, dict[int, dict[str, Any]]]


def all_rows() -> Rows:
    """`{table: {id: row}}`."""
    session().rollback()
    found = {}
    for table in columns.tables():
        if table.name not in GROWS:
            rows = session().execute(sa.select(table)).mappings()
            found[table.name] = {row["id"]: dict(row) for row in rows}
    session().rollback()
    return found


def differences(before: Rows, after: Rows) -> list[str]:
    """What is not as it was, one line a row."""
    wrong = []
    for name, rows in before.items():
        for key in sorted(set(rows) | set(after[name])):
            old, new = rows.get(key), after[name].get(key)
            if old is None or new is None:
                wrong.append(f"{name} {key}: {'new' if old is None else 'gone'}")
            elif old != new:
                changed = {column: (old[column], new[column]) for column in old if old[column] != new[column]}
                wrong.append(f"{name} {key}: {changed}")
    return wrong
