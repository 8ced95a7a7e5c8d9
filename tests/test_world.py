"""The small world that tests begin with is copied with its database; it is the one that would be built."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from outreach.db import session
from tests.conftest import Place
from tests.links.test_lists import rows_of_all_tables
from tests.world import World


def test_a_copied_world_has_the_rows_of_one_that_is_built(
    app: Flask, kind: str, request: pytest.FixtureRequest
) -> None:
    copied, keys = request.getfixturevalue(f"peopled_{kind}")
    url = (
        f"sqlite:///{copied}" if isinstance(copied, Path) else request.getfixturevalue("postgres").url(copied)
    )
    built = World.build()
    engine = sa.create_engine(url)
    with engine.connect() as connection:
        assert rows_of_all_tables(connection) == rows_of_all_tables(session().connection())
        lines = sa.text("SELECT kind, at, by_id, pitch_id FROM diary ORDER BY id")
        assert connection.execute(lines).all() == session().execute(lines).all()
    engine.dispose()
    assert built.keys() == keys


def test_its_rows_are_read_when_they_are_looked_at(place: Place, world: World) -> None:
    assert place.keys
    assert sa.inspect(world.ana).persistent
    assert (world.ana.email, world.seed.hosts[0].host) == ("ana@hazel.example", "hazel.example")
    assert world.pitch.person_id == world.bo.id
