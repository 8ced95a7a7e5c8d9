"""How the database behaves under our manners."""

import threading
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from flask import Flask

from outreach.accounts.models import User
from outreach.db import db, kept_statement, locked, session, write
from tests.world import World


def test_a_moment_comes_back_aware_and_in_utc(app: Flask, world: World) -> None:
    with write():
        world.ana.last_seen_at = datetime.fromisoformat("2026-11-24T10:00:00+02:00")
    assert db.session.get(User, world.ana.id).last_seen_at == datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
    assert world.ana.last_seen_at.tzinfo is UTC


def test_a_naive_moment_is_refused(app: Flask, world: World) -> None:
    with pytest.raises(sa.exc.StatementError, match="needs a zone"), write():
        world.ana.last_seen_at = datetime(2026, 11, 24)  # noqa: DTZ001


def test_postgresql_answers_within_one_process_and_compiles_nothing(app: Flask, kind: str) -> None:
    if kind == "postgres":
        names = ("jit", "max_parallel_workers_per_gather")
        told = [session().scalar(sa.text(f"SHOW {name}")) for name in names]
        session().rollback()
        assert told == ["off", "0"] == [session().scalar(sa.text(f"SHOW {name}")) for name in names]


def test_a_write_inside_a_write_is_refused(app: Flask, world: World) -> None:
    with pytest.raises(RuntimeError, match="write inside a write"), write(), write():
        pass


def test_a_failed_write_leaves_nothing(app: Flask, world: World) -> None:
    with pytest.raises(ValueError, match="stop"), write():
        world.ana.name = "Somebody else"
        raise ValueError("stop")
    assert world.ana.name == "Ana Hazel"


def test_no_read_modify_write_is_lost_between_threads(app: Flask, world: World) -> None:
    key = world.ana.id

    def count_up() -> None:
        with app.app_context():
            for _ in range(10):
                with write():
                    row = locked(User, key)
                    row.digest_hour = (row.digest_hour + 1) % 24

    threads = [threading.Thread(target=count_up) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.rollback()  # end our own read, which is a snapshot of before
    assert world.ana.digest_hour == (8 + 40) % 24


def test_a_statement_is_kept_by_what_it_is_made_from(app: Flask, world: World) -> None:
    made = []

    def statement(key: int) -> sa.Select[str]:
        def make() -> sa.Select[str]:
            made.append(key)
            return sa.select(User.name).where(User.id == key, User.name != sa.bindparam("not_called"))

        return kept_statement(make, world.ana.sight, "a test's", key)

    ada, ana = world.ada.id, world.ana.id
    for key, other, told in (
        (ana, "x", [world.ana.name]),
        (ada, "x", [world.ada.name]),
        (ana, "x", [world.ana.name]),
        (ana, world.ana.name, []),
    ):
        assert list(session().scalars(statement(key), {"not_called": other})) == told
    assert made == [ana, ada]
    assert world.ana.sight != world.ada.sight
    kept = world.ana.sight
    world.ana.own_project_ids = (world.ana.own_project_ids or (0,)) + (7,)
    assert world.ana.sight != kept, "what they may see is part of it"
