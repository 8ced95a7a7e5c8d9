"""The migrations give what the models say, up and down, on both databases."""

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask

from outreach import schema
from outreach.db import Base, db, write
from outreach.diary.moves import note
from tests.world import NOW


@pytest.mark.filterwarnings("ignore:.*expression-based index")
def test_the_migrated_schema_is_that_of_the_models(app: Flask) -> None:
    with db.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "include_object": schema.is_of_the_models}
        )
        assert compare_metadata(context, Base.metadata) == []


def test_each_index_of_the_models_is_there_after_all_migrations(app: Flask) -> None:
    """A table that SQLite makes anew loses those over an expression: they are not reflected, and not compared above."""
    names = (
        "SELECT name FROM sqlite_master"
        if "sqlite" in str(db.engine.url)
        else "SELECT indexname FROM pg_indexes"
    )
    with db.engine.connect() as connection:
        there = set(connection.scalars(sa.text(names)))
    assert {index.name for table in Base.metadata.tables.values() for index in table.indexes} <= there


def test_every_migration_goes_down_and_up_again(app: Flask) -> None:
    schema.downgrade("base")
    assert schema.tables() == ["alembic_version"]
    schema.upgrade()
    assert set(Base.metadata.tables) < set(schema.tables())
    assert schema.is_current()


@pytest.mark.parametrize("change", ["UPDATE diary SET kind = 'x'", "DELETE FROM diary"])
def test_the_diary_refuses_changes(app: Flask, change: str) -> None:
    with write():
        note("test.line", by=None, now=NOW)
    with pytest.raises(sa.exc.DatabaseError, match="append-only"), write() as session:
        session.execute(sa.text(change))


def test_an_open_pitch_needs_a_next_action(app: Flask, world) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(sa.exc.IntegrityError, match="open_has_next_action"), write():
        world.pitch.next_on = None
