"""A million sites and people cost a page no more than a thousand: as many statements, and hardly more work, on both databases.

In `make test` three thousand rows, and the statements of what is searched alone (those of every screen are counted elsewhere);
in `make drills` a thousand and a million, and the work of the process and of its database, told in work of the same page over few rows.
"""

from __future__ import annotations

import itertools
import os
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from jinja2 import FileSystemBytecodeCache

from benchmarks.screens import rows
from benchmarks.screens.pages import Cost, cost, log_in, pages
from outreach.accounts.models import User
from outreach.app import create_app
from outreach.db import db, session
from tests.conftest import Browser, Place
from tests.servers.postgres import Cluster

FULL = os.environ.get("OUTREACH_DRILLS") == "full"
pytestmark = [pytest.mark.drill, pytest.mark.timeout(3600 if FULL else 240)]

FEW, MANY = 1_000, 1_000_000 if FULL else 3_000
MOST = 12
GROWTH = 1.5
NOISE = 0.004
"""Seconds of CPU that a page may differ by on a machine that does other things, too."""
GROW = {
    "board, search": "a member's: shows five times as many cards",
    "board, two words": "shows forty cards instead of one",
    "people by two words": "PostgreSQL reads each row that its index names; a page of 50 is shown instead of two people",
    "search two words": "PostgreSQL reads each row that its index names; twice as much is shown",
    "palette": "a member of large projects, on PostgreSQL: close to the bound, for rare words are looked up in each table",
}
"""Pages that are known to grow, and why."""

_numbers = itertools.count(1)


@pytest.fixture
def places(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[list[Place]]:
    """Two instances with a migrated, empty database each."""
    made: list[Place] = []
    cluster: Cluster | None = request.getfixturevalue("postgres") if kind == "postgres" else None
    for name in ("few", "many"):
        folder = tmp_path / name
        folder.mkdir()
        if cluster is None:
            shutil.copy(request.getfixturevalue("migrated_sqlite"), folder / "outreach.db")
            made.append(Place(folder, f"sqlite:///{folder}/outreach.db"))
        else:
            template = request.getfixturevalue("migrated_postgres")
            made.append(Place(folder, cluster.create(f"rows{next(_numbers)}", template=template)))
    yield made
    if cluster is not None:
        for place in made:
            cluster.drop(place.url.rpartition("/")[2])


def measured(place: Place, size: int, who: int, templates: FileSystemBytecodeCache) -> dict[str, Cost]:
    """What each page costs over so many rows, for the manager (0), the member of two projects (1) or of two small ones (2)."""
    app = create_app(place.settings())
    app.jinja_env.bytecode_cache = templates
    app.test_client_class = Browser
    with app.app_context():
        if session().get(User, 1) is None:
            rows.build(size)
        client = app.test_client()
        log_in(client, session().get_one(User, who + 1))
        db.session.remove()
    spent = time.process_time if "sqlite" in place.url else _with_database(app)
    found = {
        name: cost(app, client, path, rounds=9 if FULL else 0, spent=spent)
        for name, path in pages(size).items()
        if FULL or "search" in name
    }
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    return found


def _with_database(app: Flask) -> Callable[[], float]:
    """CPU seconds of this process and of the database's process that answers it."""
    with app.app_context(), db.engine.connect() as connection:
        pid = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar()
    counted = Path(f"/proc/{pid}/schedstat")
    return lambda: time.process_time() + int(counted.read_text().split()[0]) / 1e9


@pytest.mark.parametrize(
    "who", [0, 1, 2] if FULL else [0], ids=["manager", "member", "newcomer"][: 3 if FULL else 1]
)
def test_pages_over_many_rows_cost_what_they_cost_over_few(
    places: list[Place], who: int, compiled_templates: FileSystemBytecodeCache
) -> None:
    many = measured(places[1], MANY, who, compiled_templates)
    assert {name: one.status for name, one in many.items() if one.status != 200} == {}
    assert {name: one.statements for name, one in many.items() if one.statements > MOST} == {}
    if FULL:
        few = measured(places[0], FEW, who, compiled_templates)
        for name, one in many.items():
            share = one.cpu / few[name].cpu
            print(f"{name:28}{few[name].cpu * 1000:8.1f}{one.cpu * 1000:8.1f} ms  x{share:.2f}")
        grown = {name: one.cpu for name, one in many.items() if one.cpu > few[name].cpu * GROWTH + NOISE}
        assert {name: cpu for name, cpu in grown.items() if name not in GROW} == {}
