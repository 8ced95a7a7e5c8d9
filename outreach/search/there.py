"""Is what triggers keep in a table there, whole and of this version?"""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa
from sqlalchemy.engine import Connection


def is_there(
    connection: Connection, table: str, version: str, *, made: Mapping[str, str], triggers: int
) -> bool:
    """SQLite keeps how each table and trigger was `made` (`{name: statement}`); on PostgreSQL the table's comment says its version, and so many `triggers` begin with its name."""
    if connection.dialect.name == "sqlite":
        query = sa.text("SELECT name, sql FROM sqlite_master WHERE name IN :names").bindparams(
            sa.bindparam("names", list(made), expanding=True)
        )
        return {row.name: row.sql for row in connection.execute(query)} == made
    many = sa.text(
        "SELECT count(*) FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid "
        f"WHERE tgname LIKE '{table}%' AND relnamespace = current_schema()::regnamespace"
    )
    told = sa.text(f"SELECT obj_description(to_regclass('{table}'), 'pg_class')")
    return bool(connection.scalar(told) == version and connection.scalar(many) == triggers)
