"""Runs the migrations on the app's own engine, with SQLite's foreign keys off: a batch rebuild would delete children by cascade."""

from __future__ import annotations

from alembic import context
from flask import current_app

target = current_app.extensions["migrate"]
engine = target.db.engine


def run() -> None:
    with engine.connect() as plain:
        connection = plain.execution_options(outreach_write=True)
        raw = connection.connection.dbapi_connection
        if engine.dialect.name == "sqlite":
            raw.execute("PRAGMA foreign_keys=OFF")
        try:
            context.configure(
                connection=connection, target_metadata=target.db.metadata, **target.configure_args
            )
            with context.begin_transaction():
                context.run_migrations()
            connection.commit()
        finally:
            if engine.dialect.name == "sqlite":
                connection.rollback()
                raw.execute("PRAGMA foreign_keys=ON")


run()
