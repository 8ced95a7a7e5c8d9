"""Two people on one card at the same moment."""

from __future__ import annotations

import os
import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from outreach.accounts.models import User
from outreach.db import db, session
from outreach.pitches import actions
from outreach.pitches.actions import Changed
from outreach.pitches.arrows import ClaimTaken
from outreach.pitches.models import Pitch, StageChange
from outreach.pitches.rules import PitchType, Stage
from tests.pitches.stories import lines
from tests.world import NOW, TODAY, World

FULL = os.environ.get("OUTREACH_DRILLS") == "full"
ROUNDS = 200 if FULL else 15

pytestmark = [pytest.mark.drill, pytest.mark.timeout(1200 if FULL else 120)]


def both(app: Flask, *steps: object) -> list[object]:
    """Run the steps at once, each in a thread of its own; what each gave or raised."""
    gate, said = threading.Barrier(len(steps)), [None] * len(steps)

    def run(place: int) -> None:
        with app.app_context():
            gate.wait()
            try:
                said[place] = steps[place]()  # type: ignore[operator]
            except Exception as error:
                said[place] = error
            db.session.remove()

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(steps))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return list(said)


def test_one_of_two_moves_the_card_and_the_other_is_told(app: Flask, world: World) -> None:
    key, ana, boss = world.pitch.id, world.ana.id, world.max.id
    pairs = [(Stage.CONTACTED, Stage.TALKING), (Stage.QUALIFIED, Stage.IDEA)]
    db.session.remove()
    for n in range(ROUNDS):
        seen = session().scalar(sa.select(Pitch.version).where(Pitch.id == key)) or 0
        session().rollback()

        def mover(who: int, to: Stage, version: int = seen, at: int = n) -> object:
            def step() -> object:
                user = session().get_one(User, who)
                return actions.move(user, key, to, version, now=NOW + timedelta(minutes=at), today=TODAY)

            return step

        first, second = pairs[n % 2]
        said = both(app, mover(ana, first), mover(boss, second))
        assert [type(one) for one in said].count(Changed) == 1, said
        assert [type(one) for one in said].count(actions.Moved) == 1, said
    assert len(lines(key)) == ROUNDS + 1
    versions = session().scalars(sa.select(StageChange.version).where(StageChange.pitch_id == key)).all()
    assert sorted(versions) == list(range(1, ROUNDS + 2))


def test_one_of_two_takes_the_site(app: Flask, world: World) -> None:
    ana, boss, seed, site = world.ana.id, world.max.id, world.seed.id, world.site.id
    actions.move(world.ana, world.pitch.id, Stage.DECLINED, 1, now=NOW, today=TODAY)
    db.session.remove()

    def starter(who: int) -> object:
        def step() -> object:
            user = session().get_one(User, who)
            return actions.start(user, seed, site, now=NOW, today=TODAY, type=PitchType.INTERVIEW)

        return step

    said = both(app, starter(ana), starter(boss))
    assert sorted(type(one).__name__ for one in said) == ["ClaimTaken", "int"], said
    (taken,) = [one for one in said if isinstance(one, ClaimTaken)]
    assert taken.pitch_id in said
