"""kill -9 of the worker while a list is read, watched and taken back: each row once, nothing left over.

A few kills in `make test`; the full counts in `make drills`.
"""

from __future__ import annotations

import io
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from outreach.db import session
from outreach.links import list_actions
from outreach.links.list_models import LinkList
from outreach.links.list_rules import Field, ListState, Purpose, RowState
from outreach.links.models import PlacedLink
from tests.conftest import Place
from tests.links.test_lists import counts, snapshot
from tests.servers.product import environment
from tests.world import NOW, World

FULL = os.environ.get("OUTREACH_DRILLS") == "full"
KILLS, ROWS = (12, 20_000) if FULL else (3, 1_500)
TARGET = "https://hazel.example/seed-trial"
ROOT = Path(__file__).parents[2]

pytestmark = [pytest.mark.drill, pytest.mark.timeout(3600 if FULL else 240)]


@pytest.fixture(params=["sqlite", "postgres"] if FULL else ["sqlite"])
def kind(request: pytest.FixtureRequest) -> str:
    """The quick round is on one database, the full one on both."""
    return str(request.param)


class Drill:
    """A worker that is killed, and the time at which it runs: each kill leaves a lease that has to end."""

    def __init__(self, place: Place) -> None:
        self.place, self.at = place, NOW
        self.later()

    def later(self) -> None:
        self.at += timedelta(minutes=6)
        fresh = self.place.instance / "clock.new"
        fresh.write_text(self.at.isoformat())
        fresh.replace(self.place.instance / "clock")

    def start(self) -> subprocess.Popen[bytes]:
        more = {
            "OUTREACH_TESTING": "true",
            "OUTREACH_CLOCK_FILE": str(self.place.instance / "clock"),
            "OUTREACH_LOG_LEVEL": "error",
        }
        command = [sys.executable, "-c", _UNTIL_DONE]
        return subprocess.Popen(command, env=environment(self.place, **more), cwd=ROOT)

    def kill_until(self, done: Callable[[], bool], kills: int) -> int:
        """Kill it at moments of chance, then let it finish; how many kills met it at work."""
        chance, met = random.Random(11), 0
        for _ in range(kills):
            process = self.start()
            time.sleep(1.5 + chance.random() * 2.5)
            met += process.poll() is None
            process.kill()
            process.wait()
            self.later()
            if done():
                break
        for _ in range(200):
            if done():
                return met
            self.start().wait()
            self.later()
        raise AssertionError("the list is not done")


_UNTIL_DONE = """
from outreach import settings
from outreach.app import create_app
from outreach.kit import clock
from outreach.links import list_jobs
with create_app(settings.load(settings.instance_folder())).app_context():
    while list_jobs.work_lists(clock.now()):
        pass
"""


@pytest.fixture
def drill(place: Place, world: World) -> Drill:
    return Drill(place)


def state_of(key: int) -> ListState:
    session().rollback()
    return session().scalars(sa.select(LinkList.state).where(LinkList.id == key)).one()


def brought(world: World, drill: Drill, now: datetime) -> int:
    lines = [
        f"https://site{n % 997}.example/{n},{TARGET},Editor {n % 997},editor{n % 997}@site{n % 997}.example"
        for n in range(ROWS)
    ]
    file = io.BytesIO("\n".join(["page,target,contact,email", *lines]).encode())
    key = list_actions.bring(
        world.ana, world.seed.id, "links.csv", file, now=now, instance=drill.place.instance
    )
    columns = {Field.PAGE: 0, Field.TARGET: 1, Field.PERSON: 2, Field.EMAIL: 3}
    list_actions.begin(
        world.ana, key, Purpose.WATCH, columns, has_header=True, target="", is_day_first=True, now=now
    )
    return key


def test_a_list_survives_a_worker_that_is_killed_again_and_again(
    app: Flask, world: World, drill: Drill
) -> None:
    before = snapshot()
    key = brought(world, drill, NOW)
    drill.kill_until(lambda: state_of(key) is ListState.DONE, KILLS)
    assert counts(session().get_one(LinkList, key)) == {RowState.WATCHED: ROWS}
    assert session().scalar(sa.select(sa.func.count()).select_from(PlacedLink)) == ROWS
    assert list((drill.place.instance / "uploads").iterdir()) == []

    list_actions.undo(world.ana, key, now=drill.at)
    drill.kill_until(lambda: state_of(key) is ListState.UNDONE, KILLS)
    assert snapshot() == before
