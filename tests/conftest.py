"""What the tests share: an app on a fresh database of each kind, and a small named world.

`app` runs every test that asks for it twice, on SQLite and on PostgreSQL. A migrated database is made
once a test process and copied for each test.
"""

from __future__ import annotations

import itertools
import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from flask import Flask, g, has_app_context
from flask.testing import FlaskClient
from jinja2 import FileSystemBytecodeCache
from sqlalchemy.engine import Engine
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from outreach import db as outreach_db
from outreach import schema, settings
from outreach.app import create_app
from outreach.db import db
from outreach.kit import clock
from outreach.links import looking
from outreach.settings import Settings
from tests.servers.postgres import Cluster, roomy_memory
from tests.world import World

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

    def settings(self, **more: object) -> Settings:
        return settings.load(
            self.instance, **{"database_url": self.url, "testing": True, "log_level": "error", **more}
        )


def _migrate(instance: Path, url: str) -> None:
    app = create_app(settings.load(instance, database_url=url, testing=True, log_level="error"))
    with app.app_context():
        schema.upgrade()
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy."""
    folder = tmp_path_factory.mktemp("template")
    file = folder / "outreach.db"
    _migrate(folder, f"sqlite:///{file}")
    return file


@pytest.fixture(scope="session")
def migrated_postgres(postgres: Cluster, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The name of a migrated PostgreSQL database to copy."""
    name = "migrated"
    _migrate(tmp_path_factory.mktemp("template-pg"), postgres.create(name))
    return name


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
    """A fresh instance folder with a migrated, empty database."""
    if kind == "sqlite":
        file = instance / "outreach.db"
        shutil.copy(request.getfixturevalue("migrated_sqlite"), file)
        yield Place(instance, f"sqlite:///{file}")
        return
    cluster: Cluster = request.getfixturevalue("postgres")
    name = f"t{next(_numbers)}"
    yield Place(instance, cluster.create(name, template=request.getfixturevalue("migrated_postgres")))
    cluster.drop(name)


@pytest.fixture(scope="session")
def compiled_templates(tmp_path_factory: pytest.TempPathFactory) -> FileSystemBytecodeCache:
    """Each template is compiled once a test process, not once a test."""
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))


@pytest.fixture(scope="session", autouse=True)
def short_pause() -> Iterator[None]:
    """Between two questions to the tests' own page server nobody needs a second's rest."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(looking, "PAUSE_S", 0.01)
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

    def install(app: Flask, url: str) -> None:
        installing(app, url)
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
def app(place: Place, compiled_templates: FileSystemBytecodeCache) -> Iterator[Flask]:
    """The app on a fresh database, its context pushed; ends with its connections closed."""
    made = create_app(place.settings())
    made.jinja_env.bytecode_cache = compiled_templates
    made.test_client_class = Browser
    with made.app_context():
        yield made
        db.session.remove()
        db.engine.dispose()
    clock.use_file(None)


@pytest.fixture
def world(app: Flask) -> World:
    """A workspace with Ada (admin), Max (manager), Ana (member) and Vic (viewer) of Seed trial, Otto (member of Other), Bo of wild.example."""
    return World.build()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without cookies; `tests.world.log_in(client, user)` gives it a session."""
    app.config["WTF_CSRF_ENABLED"] = False
    return app.test_client()
