"""The database: one `Base`, column types that are the same on SQLite and PostgreSQL, and how a write begins.

Reads begin deferred. Writes go through `write()`, which begins IMMEDIATE on SQLite: the driver's own
default let two read-modify-writes of one row overwrite each other. Nothing here reaches the network.
"""

from __future__ import annotations

import enum
import json
import re
from collections.abc import Callable, Hashable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, TypeVar, cast

import sqlalchemy as sa
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import event
from sqlalchemy.engine import Connection, Dialect, Engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from sqlalchemy.types import TypeDecorator
from sqlalchemy.util import LRUCache

from outreach.kit.folding import indexed
from outreach.kit.parts import rare
from outreach.kit.signatures import kept

Row = TypeVar("Row", bound="Base")
Statement = TypeVar("Statement", bound="sa.Executable")

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


class Moment(TypeDecorator[datetime]):
    """An aware moment. Refuses naive ones, gives UTC back on both databases."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    @property
    def python_type(self) -> type[datetime]:
        return datetime

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a zone; a naive datetime is refused")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """A row. `type_annotation_map` makes every datetime a Moment and every dict or list JSON."""

    metadata = sa.MetaData(naming_convention=NAMING)
    type_annotation_map = {
        datetime: Moment(),
        dict[str, Any]: sa.JSON(),
        list[str]: sa.JSON(),
        list[Any]: sa.JSON(),
    }

    id: Mapped[int] = mapped_column(primary_key=True)


def one_of(kind: type[enum.StrEnum]) -> sa.Enum:
    """A column of the values of `kind`, held by a CHECK; no native enum, which is hard to extend."""
    name = re.sub(r"(?<!^)(?=[A-Z])", "_", kind.__name__).lower()
    return sa.Enum(
        kind,
        name=name,
        native_enum=False,
        create_constraint=True,
        length=32,
        values_callable=lambda members: [member.value for member in members],
    )


db: SQLAlchemy = SQLAlchemy(metadata=Base.metadata)


def session() -> Session:
    """The session of this request or job."""
    return db.session()


def is_sqlite() -> bool:
    """Is it SQLite that this request or job asks?"""
    return session().get_bind().dialect.name == "sqlite"


_STATEMENTS: LRUCache[tuple[Hashable, ...], Any] = LRUCache(64)
"""By all that they are made from; 100 to 200 kB each."""


def kept_statement(make: Callable[[], Statement], *made_of: Hashable) -> Statement:
    """A long statement, which takes as long to put together as to answer: kept for who asks the same again.

    `made_of` is all that `make` takes, who reads and what they may see first (`User.sight`); what is typed belongs into its parameters.
    """
    key = (session().get_bind().dialect.name, *made_of)
    if (known := _STATEMENTS.get(key)) is not None:
        return cast("Statement", known)
    _STATEMENTS[key] = made = make()
    return made


@contextmanager
def write() -> Iterator[Session]:
    """One writing transaction: committed once at its end, rolled back on any error.

    What was loaded before is read again inside, so that a decision never rests on an old row.
    Nesting is refused: an action is one commit.
    """
    here = session()
    if here.info.get("writing"):
        raise RuntimeError("a write inside a write: moves never commit, only one action does")
    here.rollback()
    here.expire_all()
    here.info["writing"] = True
    try:
        here.connection(execution_options={"outreach_write": True})
        yield here
        here.commit()
    except BaseException:
        here.rollback()
        raise
    finally:
        here.info["writing"] = False


def locked(kind: type[Row], key: int) -> Row | None:
    """The row, read fresh and locked until the write ends (on SQLite the write itself is the lock)."""
    return session().get(kind, key, with_for_update={"of": kind}, populate_existing=True)


def install(app: Flask, url: str, mapped_mb: int = 0) -> None:
    """Bind the app to the database at `url` and set how connections behave; `mapped_mb` of an SQLite file are mapped (MiB)."""
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    options: dict[str, Any] = {"pool_pre_ping": True, "hide_parameters": True}
    if url.startswith("sqlite"):
        options = {"hide_parameters": True, "connect_args": {"timeout": 30, "check_same_thread": False}}
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = options
    db.init_app(app)
    with app.app_context():
        prepare(db.engine)
        if mapped_mb and db.engine.dialect.name == "sqlite":
            map_file(db.engine, mapped_mb)


def prepare(engine: Engine) -> None:
    """Set SQLite's manners: WAL, foreign keys, erased bytes overwritten, our own BEGIN, and how words are folded for search; and PostgreSQL's."""
    if engine.dialect.name != "sqlite":
        if not event.contains(engine, "connect", _postgres_connect):
            event.listen(engine, "connect", _postgres_connect)
        return
    if event.contains(engine, "connect", _sqlite_connect):
        return
    event.listen(engine, "connect", _sqlite_connect)
    event.listen(engine, "begin", _sqlite_begin)


def _postgres_connect(connection: Any, _record: object) -> None:
    """A page wants few rows: to compile its statement, or to start processes for it, costs more than to answer it.

    PostgreSQL takes both for worth it sooner where a statement folds text, which it knows to be dear.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET jit = off")
        cursor.execute("SET max_parallel_workers_per_gather = 0")
    connection.commit()


CACHE = 8_000
"""Kibibytes of a file that each connection to SQLite keeps, four times what it does by itself: one search goes through more than that."""


def map_file(engine: Engine, megabytes: int) -> None:
    """Let connections read so many MiB of an SQLite file where the machine keeps it, instead of copies (0: copies only).

    A list over a million rows goes through some thousand pages, far more than `CACHE`; to copy each of them again took
    up to a third of its time. Nothing is written this way, and SQLite lets go of what it mapped once somebody else has
    written, so that a file may shrink (https://www.sqlite.org/mmap.html names the risks).
    """
    event.listen(
        engine, "connect", lambda connection, _: connection.execute(f"PRAGMA mmap_size={megabytes * 2**20}")
    )


_indexed = lru_cache(maxsize=8)(indexed)
"""A row is asked for each of several words."""


def _sqlite_connect(connection: Any, _record: object) -> None:
    connection.isolation_level = None
    for pragma in (
        "journal_mode=WAL",
        "foreign_keys=ON",
        "synchronous=FULL",
        "secure_delete=ON",
        "busy_timeout=30000",
        f"cache_size=-{CACHE}",
    ):
        connection.execute(f"PRAGMA {pragma}")
    connection.create_function("search_fold", 1, _indexed, deterministic=True)
    connection.create_function("search_sign", 2, kept, deterministic=True)
    connection.create_function("search_rare", 2, rare, deterministic=True)


def _sqlite_begin(connection: Connection) -> None:
    writing = connection.get_execution_options().get("outreach_write")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN DEFERRED")


def take_due(
    kind: type[Any], due: sa.Select[int], *still: sa.ColumnElement[bool], until: datetime
) -> list[tuple[int, int]]:
    """Take the rows of `due` that still are: (id, fence) of each, held until `until`. The due row is the job.

    Who asks second gets others or nothing: SQLite has one writer at a time, PostgreSQL passes over what another one
    takes just now, and `still` is asked again in the update. `kind` has `taken_until` and `fence`.
    """
    here = session()
    if here.get_bind().dialect.name == "postgresql":
        due = due.with_for_update(skip_locked=True, of=kind)
    taken = here.execute(
        sa.update(kind)
        .where(kind.id.in_(due), *still)
        .values(taken_until=until, fence=kind.fence + 1)
        .returning(kind.id, kind.fence)
        .execution_options(synchronize_session=False)
    )
    return [(row.id, row.fence) for row in taken]


def one_if(test: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    """A LIMIT: 1 when the test holds, else 0. SQLite goes all the way to the first row of a query before it looks at its conditions, and not one step where its limit is 0."""
    return sa.case((test, 1), else_=0)


class Ids(sa.types.UserDefinedType[Iterable[int]]):
    """PostgreSQL's INTEGER[] of a parameter, as PostgreSQL writes it: of a list psycopg takes more than a microsecond for each number, five times as much."""

    cache_ok = True
    render_bind_cast = True

    def get_col_spec(self, **_given: Any) -> str:
        return "INTEGER[]"

    def bind_processor(self, dialect: Dialect) -> Any:
        return lambda ids: "{" + ",".join(map(str, ids)) + "}"


def is_in(column: Any, values: Iterable[str | int]) -> sa.ColumnElement[bool]:
    """`column IN values` as one parameter: `in_` costs 2 µs a value, more than the database needs to find it. No NULL."""
    given = list(values)
    if is_sqlite():
        told = sa.bindparam("given", json.dumps(given), sa.Text(), unique=True)
        return sa.and_(column.in_(sa.text("SELECT value FROM json_each(:given)").bindparams(told)))
    is_plain = isinstance(column.type, sa.Integer) and not isinstance(column.type, sa.BigInteger)
    kind: Any = Ids() if is_plain else sa.ARRAY(column.type)
    return sa.and_(column == sa.any_(sa.literal(given, kind)))
