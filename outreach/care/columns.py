"""What the tables hold, read from the metadata: so that a new table is looked through without being told of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from outreach.care.rules import TABLES, Fate, manner_of
from outreach.db import Base

ADDRESS_WORDS = ("address", "email")
"""Parts of the name of a column that holds mail addresses."""


def tables() -> list[sa.Table]:
    """All tables, those that others lean on first."""
    return list(Base.metadata.sorted_tables)


def named(name: str) -> sa.Table:
    """The table of that name."""
    return Base.metadata.tables[name]


def texts(table: sa.Table) -> list[sa.Column[Any]]:
    """Columns of free text or JSON; not those of a few known values."""
    return [
        column
        for column in table.columns
        if isinstance(column.type, (sa.String, sa.JSON)) and not isinstance(column.type, sa.Enum)
    ]


def blobs(table: sa.Table) -> list[sa.Column[Any]]:
    """Columns of bytes."""
    return [column for column in table.columns if isinstance(column.type, sa.LargeBinary)]


def keys_to(table: sa.Table, other: str) -> list[sa.Column[Any]]:
    """Columns that point at a row of the table `other`."""
    return [key.parent for key in table.foreign_keys if key.column.table.name == other]


def leaning_on(name: str) -> list[sa.Column[Any]]:
    """Columns of any table that point at a row of the table `name`."""
    return [column for table in tables() for column in keys_to(table, name)]


def empty(column: sa.Column[Any]) -> Any:
    """What an emptied column holds."""
    if column.nullable:
        return None
    if isinstance(column.type, sa.JSON):
        default: Any = column.default
        return default.arg(None) if default is not None and default.is_callable else {}
    return b"" if isinstance(column.type, sa.LargeBinary) else ""


def unnamed() -> list[str]:
    """Tables with a key to a person or site, or a column of addresses, that `care.rules.TABLES` does not name."""
    return [table.name for table in tables() if table.name not in TABLES and _is_about_somebody(table)]


def _is_about_somebody(table: sa.Table) -> bool:
    keys = [*keys_to(table, "people"), *keys_to(table, "sites"), *keys_to(table, "contact_points")]
    return bool(keys) or any(word in column.name for column in texts(table) for word in ADDRESS_WORDS)


def to_mask() -> Sequence[sa.Table]:
    """Tables in whose text and bytes addresses are looked for."""
    return [
        table
        for table in tables()
        if manner_of(table.name).fate is not Fate.KEEP and (texts(table) or blobs(table))
    ]
