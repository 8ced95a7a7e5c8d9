"""How the database behaves under our manners."""

import subprocess
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from outreach.accounts.models import User
from outreach.db import db, kept_statement, locked, map_file, prepare, session, write
from outreach.server.worker import share_pages
from outreach.settings import MAPPED
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


def _engine(file: Path, mapped: int = MAPPED) -> sa.Engine:
    engine = sa.create_engine(f"sqlite:///{file}")
    prepare(engine)
    map_file(engine, mapped)
    return engine


READER = """
import sys
import sqlalchemy as sa
from tests.test_db import Path, _engine
with _engine(Path(sys.argv[1])).connect() as connection:
    for _ in sys.stdin:
        print(*connection.execute(sa.text("SELECT count(*), total(length(hex(what))) FROM blobs")).one(), flush=True)
        connection.rollback()
"""


def test_a_file_may_shrink_and_grow_under_a_process_that_reads_it_mapped(tmp_path: Path) -> None:
    """As when somebody is erased while others read: the file is written anew and cut."""
    file = tmp_path / "it.db"
    many = (
        "WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 3000)"
        " INSERT INTO blobs (what) SELECT randomblob(4000) FROM n"
    )
    with _engine(file).connect() as link:
        link.exec_driver_sql("CREATE TABLE blobs (id INTEGER PRIMARY KEY, what BLOB)")
        link.exec_driver_sql(many)
        link.commit()
        with subprocess.Popen(
            [sys.executable, "-c", READER, str(file)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        ) as reader:
            assert reader.stdin and reader.stdout

            def told() -> list[float]:
                reader.stdin.write("?\n")
                reader.stdin.flush()
                return [float(word) for word in reader.stdout.readline().split()]

            raw = link.connection.driver_connection
            raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            assert told() == [3000, 3000 * 8000]
            before = file.stat().st_size
            for _ in range(3):
                raw.execute("DELETE FROM blobs WHERE id > 10")
                raw.execute("VACUUM")
                raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                assert file.stat().st_size < before / 50
                assert told() == [10, 10 * 8000]
                raw.execute(many)
                raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                assert told() == [3010, 3010 * 8000]
            reader.stdin.close()
            assert reader.wait() == 0


def test_a_file_is_mapped_in_the_web_process_and_not_in_a_worker(
    app: Flask, kind: str, tmp_path: Path
) -> None:
    asked = sa.text("PRAGMA mmap_size")
    if kind == "sqlite":
        assert session().scalar(asked) == MAPPED * 2**20
        session().rollback()
    engine = _engine(tmp_path / "it.db")
    share_pages(engine)
    with engine.connect() as link:
        assert link.scalar(asked) == 0


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
