"""Pitches by words: which rows are read for them."""

from __future__ import annotations

from outreach.db import db, session
from outreach.pitches import filtering
from outreach.search.queries import given, ids_given, shape_of
from tests.world import World


def test_only_people_who_have_a_pitch_are_read_for_words(world: World) -> None:
    if db.engine.dialect.name != "sqlite":
        return  # whose index has read them
    terms, ids = ["bo"], {"people": [world.bo.id]}
    told = filtering._all_held(tuple(ids), shape_of(terms)).compile(db.engine)
    values = told.construct_params(given(terms) | ids_given(ids))
    asked = f"EXPLAIN QUERY PLAN {told}", tuple(values[name] for name in told.positiontup or ())
    plan = [row.detail for row in session().connection().exec_driver_sql(*asked)]
    pitches, people = (next(at for at, step in enumerate(plan) if f"SEARCH {name} " in step) for name in ("pitches", "people"))  # fmt: skip
    assert pitches < people
