"""What the tests share: an app on a fresh database of each kind, and a small named world.

`app` runs every test that asks for it twice, on SQLite and on PostgreSQL. A migrated database, and one in which
the small world stands, are made once a test process and copied for each test.
"""

from __future__ import annotations

import gc
import itertools
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import hypothesis
import pytest
from argon2 import PasswordHasher
from flask import Flask, g, has_app_context
from flask.testing import FlaskClient
from jinja2.bccache import Bucket, BytecodeCache
from sqlalchemy.engine import Engine
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from outreach import db as outreach_db
from outreach import schema, settings
from outreach.accounts import passwords
from outreach.app import create_app
from outreach.db import db
from outreach.kit import clock
from outreach.links import looking
from outreach.settings import Settings
from outreach.web import jinja
from tests.servers.postgres import Cluster, roomy_memory
from tests.world import Keys, World

# An example may take as long as a busy machine needs: no test depends on speed. A run tries the same examples as the one before,
# so that it says something about what changed; `make check`, which one runs all day, draws new ones each time.
hypothesis.settings.register_profile(
    "house",
    deadline=None,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
    derandomize=os.environ.get("OUTREACH_EXAMPLES") != "new",
)
hypothesis.settings.load_profile("house")

_numbers = itertools.count(1)

LONG = {"slow", "drill", "browser"}


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Each process begins with a share of the files that take long, so that none is left to run alone at the end.

    xdist gives each of them an equal part of the list as it stands, and the rest of who is behind to who is ready.
    """
    processes = getattr(config, "workerinput", {}).get("workercount", 1)
    if processes == 1:
        return
    long = list(
        dict.fromkeys(item.path for item in items if LONG & {mark.name for mark in item.iter_markers()})
    )
    is_long = set(long).__contains__
    rest = [item for item in items if not is_long(item.path)]
    short, dealt = iter(rest), list[pytest.Item]()
    for at in range(processes):
        share = set(long[at::processes])
        first = [item for item in items if item.path in share]
        size = (len(items) - len(dealt)) // (processes - at)
        dealt += [*first, *itertools.islice(short, max(0, size - len(first)))]
    items[:] = [*dealt, *short]


def pytest_collection_finish() -> None:
    """What ten thousand tests are made of stays: the garbage collector need not walk it again and again.

    Nor need it come as often as in a process that is to stay small: it took a seventh of the time of a test.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


class Browser(FlaskClient):
    """A client whose every request begins as on a server, with an empty `g` and nothing read yet.

    The tests' own app context outlives their requests, and with it who is logged in and what was read.
    """

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        if has_app_context():
            for name in list(g):
                g.pop(name)
            db.session.rollback()
        return super().open(*args, **kwargs)


@dataclass(frozen=True)
class Place:
    """Where a test's instance lives: its folder and the address of its own migrated database."""

    instance: Path
    url: str
    keys: Keys | None = None
    """Of the small world's rows, where its database was copied with them."""

    def settings(self, **more: object) -> Settings:
        return settings.load(
            self.instance, **{"database_url": self.url, "testing": True, "log_level": "error", **more}
        )


T = TypeVar("T")


def _in_database(instance: Path, url: str, work: Callable[[], T]) -> T:
    """What `work` gives in an app on the database at `url`, whose connections are closed at the end."""
    app = create_app(settings.load(instance, database_url=url, testing=True, log_level="error"))
    with app.app_context():
        done = work()
        db.session.remove()
        db.engine.dispose()
    return done


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy."""
    folder = tmp_path_factory.mktemp("template")
    file = folder / "outreach.db"
    _in_database(folder, f"sqlite:///{file}", schema.upgrade)
    return file


@pytest.fixture(scope="session")
def peopled_sqlite(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Keys]:
    """An SQLite file to copy in which the small world stands, and the keys of its rows."""
    folder = tmp_path_factory.mktemp("peopled")
    file = folder / "outreach.db"
    shutil.copy(migrated_sqlite, file)
    return file, _in_database(folder, f"sqlite:///{file}", lambda: World.build().keys())


@pytest.fixture(scope="session")
def migrated_postgres(postgres: Cluster, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The name of a migrated PostgreSQL database to copy."""
    name = "migrated"
    _in_database(tmp_path_factory.mktemp("template-pg"), postgres.create(name), schema.upgrade)
    return name


@pytest.fixture(scope="session")
def peopled_postgres(
    postgres: Cluster, migrated_postgres: str, tmp_path_factory: pytest.TempPathFactory
) -> tuple[str, Keys]:
    """The name of a PostgreSQL database to copy in which the small world stands, and the keys of its rows."""
    name, folder = "peopled", tmp_path_factory.mktemp("peopled-pg")
    url = postgres.create(name, template=migrated_postgres)
    return name, _in_database(folder, url, lambda: World.build().keys())


@pytest.fixture(params=["sqlite", "postgres"])
def kind(request: pytest.FixtureRequest) -> str:
    """Which database this run of the test is on."""
    return str(request.param)


@pytest.fixture
def instance() -> Iterator[Path]:
    """An empty instance folder, in memory where there is room: each commit waits for the disk otherwise."""
    with tempfile.TemporaryDirectory(
        prefix="outreach-", dir=roomy_memory(), ignore_cleanup_errors=True
    ) as name:
        yield Path(name)


@pytest.fixture
def place(kind: str, request: pytest.FixtureRequest, instance: Path) -> Iterator[Place]:
    """A fresh instance folder with a migrated database: empty, or with the small world where the test asks for it."""
    copied, keys = request.getfixturevalue(f"migrated_{kind}"), None
    if "world" in request.fixturenames:
        copied, keys = request.getfixturevalue(f"peopled_{kind}")
    if kind == "sqlite":
        file = instance / "outreach.db"
        shutil.copy(copied, file)
        yield Place(instance, f"sqlite:///{file}", keys)
        return
    cluster: Cluster = request.getfixturevalue("postgres")
    name = f"t{next(_numbers)}"
    yield Place(instance, cluster.create(name, template=copied), keys)
    cluster.drop(name)


class Compiled(BytecodeCache):
    """What Jinja made of the house's templates, by name and text."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], Any] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self.kept.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.kept[bucket.key, bucket.checksum] = bucket.code


@pytest.fixture(scope="session", autouse=True)
def compiled_templates() -> Iterator[None]:
    """Each template is compiled once a test process, whichever app of the house asks for it."""
    compiled, installing = Compiled(), jinja.install

    def install(app: Flask) -> None:
        installing(app)
        app.jinja_env.bytecode_cache = compiled

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(jinja, "install", install)
        yield


@pytest.fixture(scope="session", autouse=True)
def short_pause() -> Iterator[None]:
    """Between two questions to the tests' own page server nobody needs a second's rest."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(looking, "PAUSE_S", 0.01)
        yield


@pytest.fixture(scope="session", autouse=True)
def quick_passwords() -> Iterator[None]:
    """A hash costs a tenth of a second on purpose; tests/accounts/test_passwords.py makes those of the product."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        yield


@pytest.fixture(scope="session", autouse=True)
def compiled_routes() -> Iterator[None]:
    """Each route is read, and what builds its address compiled, once a test process: it was two thirds of what an app costs.

    Both hang on the route's own words alone: every app of the house has the same converters, and none of them asks its map.
    """
    compiled: dict[tuple[object, ...], Any] = {}
    compiling, parsing = Rule._compile_builder, Rule._parse_rule
    read: dict[str, tuple[list[Any], list[Any], dict[str, Any]]] = {}

    def parts(rule: Rule, words: str) -> list[Any]:
        if words not in read:
            begun = len(rule._trace)
            read[words] = list(parsing(rule, words)), rule._trace[begun:], dict(rule._converters)
            return read[words][0]
        found, trace, converters = read[words]
        rule._trace.extend(trace)
        rule._converters.update(converters)
        rule.arguments.update(converters)
        return found

    def once(rule: Rule, append_unknown: bool = True) -> Any:
        words = (append_unknown, tuple(rule._trace), rule.rule, str(rule.defaults))
        if words not in compiled:
            compiled[words] = compiling(rule, append_unknown)
        return compiled[words]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Rule, "_compile_builder", once)
        patch.setattr(Rule, "_parse_rule", parts)
        yield


@pytest.fixture(scope="session", autouse=True)
def compiled_statements() -> Iterator[None]:
    """What an engine compiled is there for the next one of its kind.

    SQLAlchemy keeps it with the engine and the mapper, by dialect. Each test has an engine of its own, and compiled all
    of its statements anew: half of what a test cost.
    """
    first: dict[str, Engine] = {}
    installing = outreach_db.install

    def install(app: Flask, url: str, mapped_mb: int = 0) -> None:
        installing(app, url, mapped_mb)
        with app.app_context():
            engine = db.engine
        lender = first.get(engine.name)
        if lender is None or not getattr(lender.dialect, "server_version_info", None):
            first[engine.name] = engine  # a dialect knows its server once it has been connected
            return
        engine.dialect = engine.pool._dialect = lender.dialect
        engine._compiled_cache = lender._compiled_cache

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(outreach_db, "install", install)
        yield


@pytest.fixture
def app(place: Place) -> Iterator[Flask]:
    """The app on a fresh database, its context pushed; ends with its connections closed."""
    made = create_app(place.settings())
    made.test_client_class = Browser
    with made.app_context():
        yield made
        db.session.remove()
        db.engine.dispose()
    clock.use_file(None)


@pytest.fixture
def world(app: Flask, place: Place) -> World:
    """A workspace with Ada (admin), Max (manager), Ana (member) and Vic (viewer) of Seed trial, Otto (member of Other), Bo of wild.example."""
    return World.of(place.keys) if place.keys else World.build()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without cookies; `tests.world.log_in(client, user)` gives it a session."""
    app.config["WTF_CSRF_ENABLED"] = False
    return app.test_client()
