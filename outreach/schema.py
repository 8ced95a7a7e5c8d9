"""The database's schema: Alembic's migrations, run through Flask-Migrate."""

from __future__ import annotations

import logging
from pathlib import Path

import flask_migrate
import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask

import outreach
from outreach.db import db


def install(app: Flask) -> None:
    """Tell Flask-Migrate where the migrations lie."""
    flask_migrate.Migrate(app, db, directory=str(folder()), render_as_batch=True, compare_type=True)


def folder() -> Path:
    """`migrations/` of the checkout, else of the wheel."""
    checkout = Path(outreach.__file__).resolve().parent.parent / "migrations"
    return checkout if checkout.is_dir() else Path(outreach.__file__).parent / "migrations"


def present() -> str | None:
    """The revision the database stands at; None when it is empty."""
    with db.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def newest() -> str | None:
    """The revision this version of the product wants."""
    return ScriptDirectory(str(folder())).get_current_head()


def is_current() -> bool:
    return present() == newest()


def upgrade(revision: str = "head") -> None:
    """Bring the schema to `revision`. Needs an app context."""
    logging.getLogger("alembic").setLevel(logging.WARNING)
    db.session.remove()
    flask_migrate.upgrade(revision=revision)


def downgrade(revision: str) -> None:
    """Take the schema back to `revision`."""
    logging.getLogger("alembic").setLevel(logging.WARNING)
    db.session.remove()
    flask_migrate.downgrade(revision=revision)


def tables() -> list[str]:
    """The tables that are there, by name."""
    return sorted(sa.inspect(db.engine).get_table_names())
