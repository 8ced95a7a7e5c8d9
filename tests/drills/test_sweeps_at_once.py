"""Many sweeps at once over the same links: a lost link has one reclaim, a look has one row."""

from __future__ import annotations

import os
import threading
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from outreach.db import db, session, write
from outreach.links import actions, look_moves, moves
from outreach.links.looks import Look
from outreach.links.models import LinkCheck, PlacedLink
from outreach.links.moves import Terms
from outreach.links.rules import LinkState, Presence, Value
from outreach.pitches.models import Pitch
from outreach.pitches.rules import PitchType
from outreach.reminders.models import Reminder
from outreach.reminders.rules import ReminderState
from tests.world import NOW, World, site

FULL = os.environ.get("OUTREACH_DRILLS") == "full"
SWEEPS, WORKERS, LINKS = (100, 8, 20) if FULL else (12, 4, 6)
pytestmark = [pytest.mark.drill, pytest.mark.timeout(1800 if FULL else 120)]

FOUND = Look(Presence.FOUND, Value.PASSES, "The link is there.", "ok", status=200)
MISSING = Look(Presence.NOT_FOUND, Value.NONE, "It is not there.", "ok", codes=("LINK_MISSING",), status=200)
DAY = timedelta(days=1)


@pytest.fixture
def links(app: Flask, world: World) -> list[int]:
    """Links on a site each, found yesterday."""
    with write() as here:
        places = [site(f"s{n}.example") for n in range(LINKS)]
        here.add_all(places)
        here.flush()
        made = [
            moves.place(world.seed, place, Terms(f"https://{place.key}/post", "https://hazel.example/x"), by=world.ana, now=NOW)
            for place in places
        ]  # fmt: skip
        for link in made:
            look_moves.record(link, FOUND, by=None, now=NOW, owner=world.ana)
        return [link.id for link in made]


def sweep(app: Flask, look: Look, day: int, instance: Path) -> None:
    """Every worker takes what is due and records what it saw, all at the same moment."""
    with write() as here:
        here.execute(sa.update(PlacedLink).values(next_check_at=NOW + day * DAY, taken_until=None))
    start, troubles = threading.Barrier(WORKERS), list[BaseException]()

    def work() -> None:
        with app.app_context():
            try:
                start.wait(30)
                while taken := actions.take(3, now=NOW + day * DAY):
                    for key, fence in taken:
                        actions.record(key, fence, look, now=NOW + day * DAY, instance=instance)
            except BaseException as error:
                troubles.append(error)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=work) for _ in range(WORKERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert troubles == []


def repairs(state: bool) -> int:
    session().rollback()
    pitches = session().scalars(sa.select(Pitch).where(Pitch.type == PitchType.LINK_RECLAIM)).all()
    return sum(pitch.is_open is state for pitch in pitches)


def test_a_lost_link_has_one_reclaim_whoever_sweeps_and_how_often(
    app: Flask, links: list[int], tmp_path: Path
) -> None:
    for day in range(1, SWEEPS + 1):
        sweep(app, MISSING, day, tmp_path)
    session().rollback()
    assert repairs(True) == LINKS
    checks = (
        session().execute(sa.select(LinkCheck.link_id, sa.func.count()).group_by(LinkCheck.link_id)).all()
    )
    assert {row[1] for row in checks} == {SWEEPS + 1}, "each sweep saw each link once"
    told = sa.select(sa.func.count()).where(
        Reminder.about_kind == "link", Reminder.state == ReminderState.OPEN
    )
    assert session().scalar(told) == LINKS
    sweep(app, FOUND, SWEEPS + 1, tmp_path)
    assert (repairs(True), repairs(False)) == (0, LINKS), "a link that is back closes its reclaim"
    assert set(session().scalars(sa.select(PlacedLink.state))) == {LinkState.LIVE}
    assert session().scalar(told) == 0
