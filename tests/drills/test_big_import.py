"""Fifty thousand rows of another tool: they add up, and taken back they leave nothing. A few thousand in `make test`."""

from __future__ import annotations

import io
import os
import random
import resource
import time
from collections.abc import Callable

import pytest
from flask import Flask

from outreach.care import import_actions
from outreach.care.import_models import ImportFile
from outreach.care.import_names import Field
from outreach.care.import_rules import ImportState
from outreach.db import session
from outreach.kit import clock
from outreach.prospects.models import ImportBatch
from tests.care import exports
from tests.care.test_imports import snapshot
from tests.conftest import Place
from tests.world import World

FULL = os.environ.get("OUTREACH_DRILLS") == "full"
ROWS = 50_000 if FULL else 2_000

pytestmark = [pytest.mark.drill, pytest.mark.timeout(1800 if FULL else 120)]


@pytest.fixture(params=["sqlite", "postgres"] if FULL else ["sqlite"])
def kind(request: pytest.FixtureRequest) -> str:
    """The quick round is on one database, the full one on both."""
    return str(request.param)


def export(chance: random.Random) -> bytes:
    """UTF-16, tabs; two pages a site, and one row in a hundred that names none."""
    sites = (chance.randrange(ROWS // 2) for _ in range(ROWS))
    return exports.ahrefs(
        tuple(
            f"https://site{site}.example/p/{at}" if at % 100 else "no address"
            for at, site in enumerate(sites)
        )
    )


def worked(place: Place, what: str, begin: Callable[[], None]) -> None:
    """Do what the worker does, and say what it took."""
    began, wall = time.process_time(), time.monotonic()
    begin()
    for key, fence in import_actions.take(now=clock.now()):
        import_actions.work(key, fence, now=clock.now(), instance=place.instance)
        import_actions.put_down(key, fence)
    held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(
        f"{what} {ROWS:,} rows: {time.process_time() - began:.1f} s CPU, {time.monotonic() - wall:.1f} s, {held} MB at most"
    )


def test_all_rows_are_told_and_nothing_is_left_when_they_are_taken_back(
    app: Flask, world: World, place: Place
) -> None:
    before, by = snapshot(), world.ana
    file = io.BytesIO(export(random.Random(3)))
    key = import_actions.bring(by, world.seed.id, "a.csv", file, now=clock.now(), instance=place.instance)
    where = {Field(name): int(at) for name, at in session().get_one(ImportFile, key).columns.items()}
    assert {Field.SITE, Field.AHREFS_DR} <= set(where)
    worked(place, "counting", lambda: import_actions.count(by, key, where, now=clock.now()))
    found = session().get_one(ImportFile, key, populate_existing=True)
    told = dict(found.counts)
    assert (sum(told.values()), found.total, told["refused"]) == (ROWS, ROWS, ROWS // 100)
    assert snapshot() == before
    worked(place, "bringing in", lambda: import_actions.begin(by, key, now=clock.now()))
    found = session().get_one(ImportFile, key, populate_existing=True)
    assert found.state is ImportState.DONE
    assert session().get_one(ImportBatch, found.batch_id).counts == told
    assert snapshot() != before
    worked(place, "taking back", lambda: import_actions.undo(by, key, now=clock.now()))
    assert session().get_one(ImportFile, key, populate_existing=True).state is ImportState.UNDONE
    assert snapshot() == before
