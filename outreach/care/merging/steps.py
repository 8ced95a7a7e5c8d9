"""The steps of a merge as they are kept, so that each can be taken back: plain JSON, in the order they were done.

["moved", "threads.person_id", from, to, [ids]]
["changed", "people", id, {column: [before, after]}]
["removed", "site_people", {column: value}, id of the row it was folded into, or None]
["added", "site_aliases", id]
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

import sqlalchemy as sa

Step = list[Any]


def frozen(value: Any) -> Any:
    """A value of a row as JSON keeps it."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def thawed(column: sa.Column[Any], value: Any) -> Any:
    """The same as the column takes it."""
    if value is None:
        return None
    if isinstance(column.type, sa.Enum) and column.type.enum_class is not None:
        return column.type.enum_class(value)
    kind = column.type.python_type
    if kind in (datetime, date):
        return kind.fromisoformat(value)
    return Decimal(value) if kind is Decimal else value


def frozen_row(row: Mapping[Any, Any]) -> dict[str, Any]:
    """A whole row."""
    return {name: frozen(value) for name, value in row.items()}


def thawed_row(table: sa.Table, kept: Mapping[str, Any]) -> dict[str, Any]:
    """A whole row again; a column that is no more is left out."""
    return {name: thawed(table.c[name], value) for name, value in kept.items() if name in table.c}
