"""Chains of merges of people and of the sites where they stand, taken back in any order: every row as it was."""

from __future__ import annotations

import os
import random
from datetime import timedelta

import pytest
import sqlalchemy as sa

from outreach.care.merging import actions, queries
from outreach.care.merging.models import Merge
from outreach.care.merging.rules import Kind
from outreach.db import session, write
from outreach.kit import clock
from outreach.prospects.models import ContactPoint, Person, SitePerson
from tests.care.merging.dense import Dense
from tests.care.merging.snapshots import all_rows, differences
from tests.care.merging.test_merging import NOW, merge, now_of, second
from tests.world import World

SEEDS = range(1000, 1500) if os.environ.get("OUTREACH_DRILLS") == "full" else (4, 17, 30)
NEWS = ("messages", "threads", "placed_links")


def chain(world: World, seed: int) -> list[str]:
    """Two to five merges and their undoing, in some order; what is not as it was before."""
    rng = random.Random(seed)
    dense = Dense.draw(world, rng, seed)
    before, done = all_rows(), list[int]()
    for at in range(rng.randint(2, 5)):
        done += some_merge(dense, rng)
        if rng.random() < 0.5:
            dense.news(at)
        if done and rng.random() < 0.25:
            undo_some(world, done, rng)
    while done:
        undo_some(world, done, rng)
    lines = differences(before, all_rows())
    return [line for line in lines if not (line.endswith("new") and line.split()[0] in NEWS)] + dense.strays()


def some_merge(dense: Dense, rng: random.Random) -> list[int]:
    kind = rng.choice(list(Kind))
    every = dense.people if kind is Kind.PERSON else dense.sites
    there = [key for key in every if session().get(queries.MODELS[kind], key)]
    if len(there) < 2:
        return []
    choices = {
        name: rng.choice(["stays", "goes"]) for name in ("name", "notes", "title") if rng.random() < 0.3
    }
    return [merge(kind, *rng.sample(there, 2), dense.world.max, now=clock.now(), **choices)]


def undo_some(world: World, done: list[int], rng: random.Random) -> None:
    """One that may be taken back: whose survivor was not merged away since."""
    able = [key for key in done if not actions.why_not(session().get_one(Merge, key), now=clock.now())]
    session().rollback()
    key = rng.choice(able)
    assert actions.undo(key, by=world.max, now=clock.now()) == {}
    done.remove(key)


@pytest.mark.timeout(3600)
def test_chains_of_merges_are_taken_back_in_any_order_row_by_row(world: World) -> None:
    wrong = {seed: lines for seed in SEEDS if (lines := chain(world, seed))}
    assert wrong == {}


def test_what_was_changed_and_removed_since_stays_so_when_an_earlier_merge_is_taken_back(
    world: World,
) -> None:
    """The later merge is taken back and done again under it: what people did in between is theirs."""
    bo_id = world.bo.id
    b, c = second(world, notes="From B."), second(world, "Bo B.", "bo@moss.example", notes="From C.")
    first = merge(Kind.PERSON, bo_id, b, world.max)
    then = merge(Kind.PERSON, bo_id, c, world.max, name="goes")
    with write() as here:
        bo = here.get_one(Person, bo_id)
        assert bo.name == "Bo B."
        bo.notes, bo.version = "By hand.", bo.version + 1
        here.execute(sa.delete(SitePerson).where(SitePerson.person_id == bo_id))
        here.execute(sa.delete(ContactPoint).where(ContactPoint.value_norm == "bo@moss.example"))
    version = now_of(Person, bo_id).version
    assert actions.undo(first, by=world.max, now=NOW + timedelta(days=1)) == {"people": 1}
    bo = now_of(Person, bo_id)
    assert (bo.notes, bo.name, bo.version) == ("By hand.", "Bo B.", version)
    assert now_of(Person, b).notes == "From B."
    roles = session().scalars(sa.select(SitePerson.person_id).where(SitePerson.site_id == world.site.id))
    assert list(roles) == [b], "the role at the one who stays was removed by hand"
    assert actions.undo(then, by=world.max, now=NOW + timedelta(days=1)) == {"people": 1}
    assert (now_of(Person, bo_id).notes, now_of(Person, bo_id).name) == ("By hand.", "Bo Berg")
    assert now_of(Merge, then).left == [["people", 1], ["contact_points", 1, "gone"]]
