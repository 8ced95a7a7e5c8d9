"""A million sites and people cost a page no more than a thousand: as many statements, and hardly more work, on both databases.

In `make test` three thousand rows, and the statements of what is searched alone (those of every screen are counted elsewhere);
in `make drills` a thousand and a million, and the work of the process and of its database, told in work of the same page over few rows.
"""

from __future__ import annotations

import fcntl
import gc
import itertools
import os
import shutil
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask

from benchmarks.screens import rows
from benchmarks.screens.pages import Cost, cost, log_in, once, pages
from outreach.accounts.models import User
from outreach.app import create_app
from outreach.db import db, session
from tests.conftest import Browser, Place
from tests.servers.postgres import Cluster

FULL = os.environ.get("OUTREACH_DRILLS") == "full"
pytestmark = [pytest.mark.drill, pytest.mark.timeout(5400 if FULL else 240)]

FEW, MANY = 1_000, 1_000_000 if FULL else 3_000
MOST = 12
ROUNDS = 9
USERS = ("manager", "member", "newcomer")
GROWTH = 1.5
NOISE = 0.004
"""Seconds of CPU that a page may differ by on a machine that does other things, too."""
NEAR = 1.2
"""A page that costs as much less or more than it may is asked so often again that the machine does not decide."""
AGAIN = 24

_numbers = itertools.count(1)


@pytest.fixture
def others(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file that whoever does other work beside a measurement holds."""
    return tmp_path_factory.getbasetemp().parent / "many_rows"


@contextmanager
def held(file: Path, how: int) -> Iterator[None]:
    """In `make drills` rows are made together, and pages measured by one at a time: where two processors both work, a page takes half as long again."""
    with file.open("w") as lock:
        if FULL:
            fcntl.flock(lock, how)
        yield


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


@dataclass(frozen=True)
class Side:
    """An instance of some size, looked at by one user: each page's cost, and how its CPU is told."""

    client: Browser
    pages: dict[str, str]
    costs: dict[str, Cost]
    spent: Callable[[], float]

    def once(self, name: str) -> float:
        return once(self.client, self.pages[name], self.spent)


def opened(place: Place, size: int) -> Flask:
    """The app over so many rows, which are made."""
    app = create_app(place.settings())
    app.test_client_class = Browser
    with app.app_context():
        rows.build(size)
        db.session.remove()
    return app


def side_of(app: Flask, size: int, who: int) -> Side:
    """What the manager (0), the member of two projects (1) or of two small ones (2) sees."""
    with app.app_context():
        client = app.test_client()
        log_in(client, session().get_one(User, who + 1))
        db.session.remove()
        spent = time.process_time if db.engine.dialect.name == "sqlite" else _with_database(app)
    named = {name: path for name, path in pages(size).items() if FULL or "search" in name}
    costs = {name: cost(app, client, path, rounds=0) for name, path in named.items()}
    return Side(client, named, costs, spent)


def _with_database(app: Flask) -> Callable[[], float]:
    """CPU seconds of this process and of the database's process that answers it."""
    with app.app_context(), db.engine.connect() as connection:
        pid = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar()
    counted = Path(f"/proc/{pid}/schedstat")
    return lambda: time.process_time() + int(counted.read_text().split()[0]) / 1e9


def grown(few: Side, many: Side) -> dict[str, float]:
    """{page: CPU seconds over many rows} of those that cost more than they may; both sizes are asked in turns, so that other work burdens both.

    On both sides of the bound a page that is near to it is asked more often: what counts is the median of all its rounds.
    """
    found = {}
    gc.collect()
    gc.freeze()  # what is there stays: to go through it again for each page took longer than the pages
    for name in many.pages:
        if many.costs[name].status != 200:
            continue
        gc.collect()
        pairs = [(few.once(name), many.once(name)) for _ in range(ROUNDS)]
        if 1 / NEAR < _share(pairs) < NEAR:
            pairs += [(few.once(name), many.once(name)) for _ in range(AGAIN)]
        less, more = _medians(pairs)
        is_over = _share(pairs) > 1
        sizes = f"{few.costs[name].size // 1000:5} {many.costs[name].size // 1000:4} kB"
        print(
            f"{'over' if is_over else '':5}{name:38}{less * 1000:8.1f}{more * 1000:8.1f} ms  x{more / less:.2f}{sizes}"
        )
        if is_over:
            found[name] = more
    gc.unfreeze()
    return found


def _medians(pairs: list[tuple[float, float]]) -> tuple[float, float]:
    """Seconds over few rows and over many."""
    less, more = zip(*pairs, strict=True)
    return statistics.median(less), statistics.median(more)


def _share(pairs: list[tuple[float, float]]) -> float:
    """What a page costs over many rows, in what it may cost there."""
    less, more = _medians(pairs)
    return more / (less * GROWTH + NOISE)


def test_pages_over_many_rows_cost_what_they_cost_over_few(others: Path, places: list[Place]) -> None:
    with held(others, fcntl.LOCK_SH):
        over_few, over_many = (opened(place, size) for place, size in zip(places, (FEW, MANY), strict=True))
    with held(others, fcntl.LOCK_EX):
        over = over_by_user(over_few, over_many)
    for app in (over_few, over_many):
        with app.app_context():
            db.session.remove()
            db.engine.dispose()
    assert over == {user: {} for user in over}


def over_by_user(over_few: Flask, over_many: Flask) -> dict[str, dict[str, float]]:
    """`grown` by who looks; told at once are pages of too many statements, and what should not be shut."""
    over: dict[str, dict[str, float]] = {}
    for who, user in enumerate(USERS if FULL else USERS[:1]):
        many = side_of(over_many, MANY, who)
        odd = {name: one.status for name, one in many.costs.items() if one.status != 200}
        if user == "manager":
            assert odd == {}
        assert set(odd.values()) <= {403, 404}, "who may not see a page is told so"
        assert {name: one.statements for name, one in many.costs.items() if one.statements > MOST} == {}
        if FULL:
            print(user)
            over[user] = grown(side_of(over_few, FEW, who), many)
    return over
