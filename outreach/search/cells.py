"""Indexes of the pitches by all that the board and its table are narrowed to, each in one order of theirs.

`cell` is one number for project, owner, type and column. Rows of one cell stand in the order of the list in an index, so that any narrowing
is a few runs of an index, whatever the number of rows. The number is reckoned from the row's own columns: no trigger, nothing to keep.

    cell = project << 32 | owner (0: nobody) << 8 | type << 3 | column
"""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.engine import Connection

VERSION = 1
"""Counted up when the number changes: the indexes are made anew then."""
PROJECT, OWNER, TYPE = 32, 8, 3
"""By how many bits each is moved to the left."""
TYPES = (
    "guest_post", "interview", "co_created", "resource_link", "broken_link", "unlinked_mention", "link_reclaim", "link_correction", "link_removal",
)  # fmt: skip
COLUMNS = ("to_do", "contacted", "talking", "agreed", "production", "published", "won", "closed")
ORDERS = ("next_on", "updated_at", "stage_since")


def cell_of(row: str = "") -> str:
    """SQL of the cell of a row of `pitches`; `row` is what its columns are named by."""
    dot = f"{row}." if row else ""
    kinds = " ".join(f"WHEN '{name}' THEN {place}" for place, name in enumerate(TYPES))
    columns = " ".join(f"WHEN '{name}' THEN {place}" for place, name in enumerate(COLUMNS))
    return (
        f"(CAST({dot}project_id AS BIGINT) * {1 << PROJECT} + coalesce({dot}owner_id, 0) * {1 << OWNER} + "
        f"(CASE {dot}type {kinds} END) * {1 << TYPE} + (CASE {dot}board_column {columns} END))"
    )


def ensure(connection: Connection) -> bool:
    """Make the indexes that are missing, and take those of another version away; was there something to make?"""
    there, wanted = _there(connection), {f"search_cells_{order}_{VERSION}": order for order in ORDERS}
    for name in there - set(wanted):
        connection.exec_driver_sql(f"DROP INDEX {name}")
    for name in set(wanted) - there:
        connection.exec_driver_sql(f"CREATE INDEX {name} ON pitches ({cell_of()}, {wanted[name]}, id)")
    is_changed = there != set(wanted)
    if is_changed and connection.dialect.name != "sqlite":
        connection.exec_driver_sql("ANALYZE pitches")
    return is_changed


def drop(connection: Connection) -> None:
    """Take them away, for a schema that goes down."""
    for name in _there(connection):
        connection.exec_driver_sql(f"DROP INDEX {name}")


def _there(connection: Connection) -> set[str]:
    query = (
        "SELECT name FROM sqlite_master WHERE type = 'index' AND name LIKE 'search_cells%'"
        if connection.dialect.name == "sqlite"
        else "SELECT indexname FROM pg_indexes WHERE schemaname = current_schema() AND indexname LIKE 'search_cells%'"
    )
    return set(connection.scalars(sa.text(query)))
