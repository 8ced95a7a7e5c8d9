"""How the database behaves under our manners."""

import threading
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from flask import Flask

from outreach.accounts.models import User
from outreach.db import db, insert_numbered, locked, session, write
from outreach.kit import clock
from outreach.prospects.models import Person
from tests.world import World


def test_a_moment_comes_back_aware_and_in_utc(app: Flask, world: World) -> None:
    with write():
        world.ana.last_seen_at = datetime.fromisoformat("2026-11-24T10:00:00+02:00")
    assert db.session.get(User, world.ana.id).last_seen_at == datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
    assert world.ana.last_seen_at.tzinfo is UTC


def test_a_naive_moment_is_refused(app: Flask, world: World) -> None:
    with pytest.raises(sa.exc.StatementError, match="needs a zone"), write():
        world.ana.last_seen_at = datetime(2026, 11, 24)  # noqa: DTZ001


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


def test_many_rows_get_ids_in_their_order_that_no_row_ever_had(app: Flask, world: World) -> None:
    now = clock.now()
    rows = [{"name": f"Bo {number}", "created_at": now, "updated_at": now} for number in range(3)]
    with write():
        first = insert_numbered(Person, rows)
    names = dict(session().execute(sa.select(Person.id, Person.name).where(Person.id.in_(first))).all())
    assert [names[key] for key in first] == ["Bo 0", "Bo 1", "Bo 2"]
    with write() as here:
        here.execute(sa.delete(Person).where(Person.id.in_(first)))
        again = insert_numbered(Person, rows)
        here.add(Person(name="Cy", created_at=now, updated_at=now))
    last = session().scalar(sa.select(sa.func.max(Person.id)))
    assert min(again) > max(first)
    assert last is not None
    assert last > max(again)
    assert insert_numbered(Person, []) == []
