"""The database's schema: Alembic's migrations, run through Flask-Migrate."""

from __future__ import annotations

import logging
import re
from pathlib import Path

import sqlalchemy as sa
from flask import Flask, current_app

import outreach
from outreach.db import db
from outreach.search import cells, codes, crowd, days, index, places

_REVISION = re.compile(r"^(down_revision|revision)\b[^=\n]*=\s*[\"']([^\"']+)[\"']", re.MULTILINE)


def install(app: Flask) -> None:
    """Tell Flask-Migrate where the migrations lie.

    It is loaded when something is migrated only: it would be a tenth of the memory of every process.
    """
    import flask_migrate

    flask_migrate.Migrate(
        app,
        db,
        directory=str(folder()),
        render_as_batch=True,
        compare_type=True,
        include_object=is_of_the_models,
    )


def is_of_the_models(_object: object, name: str | None, kind: str, _reflected: bool, _other: object) -> bool:
    """Is it the models' to say? The index of the search is not: `outreach.search.index` makes it."""
    return not (kind in ("table", "index", "column") and (name or "").startswith("search_"))


def folder() -> Path:
    """`migrations/` of the checkout, else of the wheel."""
    checkout = Path(outreach.__file__).resolve().parent.parent / "migrations"
    return checkout if checkout.is_dir() else Path(outreach.__file__).parent / "migrations"


def present() -> str | None:
    """The revision the database stands at; None when it is empty."""
    with db.engine.connect() as connection:
        if not sa.inspect(connection).has_table("alembic_version"):
            return None
        found: str | None = connection.scalar(sa.text("SELECT version_num FROM alembic_version"))
        return found


def newest() -> str | None:
    """The revision this version of the product wants."""
    told = [
        match.groups()
        for file in (folder() / "versions").glob("*.py")
        for match in _REVISION.finditer(file.read_text())
    ]
    before = {name for kind, name in told if kind == "down_revision"}
    return next((name for kind, name in told if kind == "revision" and name not in before), None)


def is_current() -> bool:
    return present() == newest()


def upgrade(revision: str = "head") -> None:
    """Bring the schema to `revision`, and what the search keeps to the schema. Needs an app context."""
    logging.getLogger("alembic").setLevel(logging.WARNING)
    db.session.remove()
    import flask_migrate

    install(current_app)
    flask_migrate.upgrade(revision=revision)
    with db.engine.connect() as connection:
        index.ensure(connection.execution_options(outreach_write=True))
        places.ensure(connection)
        crowd.ensure(connection)
        cells.ensure(connection)
        days.ensure(connection)
        codes.ensure(connection)
        connection.commit()


def downgrade(revision: str) -> None:
    """Take the schema back to `revision`; what the search keeps is gone until the next `upgrade`."""
    logging.getLogger("alembic").setLevel(logging.WARNING)
    db.session.remove()
    import flask_migrate

    install(current_app)
    with db.engine.connect() as connection:
        index.drop(connection.execution_options(outreach_write=True))
        places.drop(connection)
        crowd.drop(connection)
        cells.drop(connection)
        days.drop(connection)
        codes.drop(connection)
        connection.commit()
    flask_migrate.downgrade(revision=revision)


def tables() -> list[str]:
    """The tables that are there, by name."""
    return sorted(sa.inspect(db.engine).get_table_names())
