"""A backup taken while rows are written, put into an empty instance, gives the same rows and files."""

import io
import os
import stat
import tarfile
import threading
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from outreach import schema
from outreach.accounts.models import User
from outreach.app import create_app
from outreach.care import backup
from outreach.db import Base, db, write
from outreach.diary.moves import note
from tests.conftest import Place
from tests.servers.postgres import Cluster
from tests.servers.product import outreach
from tests.world import NOW, World


def rows() -> dict[str, list[tuple[object, ...]]]:
    found = {
        table.name: [tuple(row) for row in db.session.execute(sa.select(table).order_by(table.c.id))]
        for table in Base.metadata.sorted_tables
    }
    db.session.remove()
    return found


@pytest.fixture
def empty(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> Place:
    """A second instance with an empty database."""
    if kind == "sqlite":
        return Place(tmp_path / "second", f"sqlite:///{tmp_path}/second/outreach.db")
    cluster: Cluster = request.getfixturevalue("postgres")
    name = f"second{os.getpid()}{abs(hash(tmp_path))}"
    return Place(tmp_path / "second", cluster.create(name))


def test_restored_rows_and_files_are_those_backed_up(
    app: Flask, world: World, place: Place, empty: Place, tmp_path: Path
) -> None:
    (place.instance / "evidence").mkdir()
    (place.instance / "evidence" / "page.gz").write_bytes(b"\x1f\x8bpage")
    assert app.extensions["outreach"].key
    stop = threading.Event()

    def keep_writing() -> None:
        with app.app_context():
            while not stop.is_set():
                with write():
                    note("test.pair", by=None, now=NOW, half=1)
                    note("test.pair", by=None, now=NOW, half=2)

    writer = threading.Thread(target=keep_writing)
    writer.start()
    try:
        done = outreach(place, "backup", str(tmp_path / "all.tar.gz"))
    finally:
        stop.set()
        writer.join()
    assert done.returncode == 0, done.stderr
    assert stat.S_IMODE((tmp_path / "all.tar.gz").stat().st_mode) == 0o600
    before = rows()
    done = outreach(empty, "restore", str(tmp_path / "all.tar.gz"))
    assert done.returncode == 0, done.stderr
    second = create_app(empty.settings())
    with second.app_context():
        after = rows()
        db.engine.dispose()
    lines = [row for row in after.pop("diary") if "instance.restored" not in row]
    assert lines == before.pop("diary")[: len(lines)]
    assert len([row for row in lines if "test.pair" in row]) % 2 == 0
    assert after == before
    assert (empty.instance / "evidence" / "page.gz").read_bytes() == b"\x1f\x8bpage"
    assert (empty.instance / "key").read_bytes() == (place.instance / "key").read_bytes()


def test_an_instance_with_rows_is_never_overwritten(
    app: Flask, world: World, place: Place, tmp_path: Path
) -> None:
    assert outreach(place, "backup", str(tmp_path / "all.tar.gz")).returncode == 0
    done = outreach(place, "restore", str(tmp_path / "all.tar.gz"))
    assert (done.returncode, len(done.stderr.strip().splitlines())) == (1, 1)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(User)) == 5


def test_what_is_no_backup_is_refused_in_one_line(place: Place, empty: Place, tmp_path: Path) -> None:
    (tmp_path / "photo.tar.gz").write_bytes(b"no tar at all")
    done = outreach(empty, "restore", str(tmp_path / "photo.tar.gz"))
    assert (done.returncode, len(done.stderr.strip().splitlines())) == (1, 1)
    assert "is no backup" in done.stderr


def packed(file: Path, *members: tuple[str, bytes, str]) -> Path:
    """A tar like ours with these (name, content, link target) in it."""
    manifest = b'{"database": "sqlite", "made_at": "2026-11-24T09:00:00+00:00"}'
    with tarfile.open(file, "w:gz") as tar:
        for name, content, link in [("manifest.json", manifest, ""), *members]:
            member = tarfile.TarInfo(name)
            member.size = len(content)
            if link:
                member.type, member.linkname = tarfile.SYMTYPE, link
            tar.addfile(member, io.BytesIO(content))
    return file


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "members",
    [
        [("../../planted", b"x", "")],
        [("files/../../planted", b"x", "")],
        [("/planted", b"x", ""), ("../planted", b"x", "")],
        [("files/out", b"", "/"), ("files/out/planted", b"x", "")],
        [("files/out", b"", "../.."), ("files/out/planted", b"x", "")],
        [("database", b"\0" * 120_000_000, "")],
    ],
    ids=["up", "up from files", "absolute", "a link to the root", "a link up", "a bomb"],
)
def test_a_planted_backup_writes_nothing_outside_and_nothing_large(
    empty: Place, tmp_path: Path, members: list[tuple[str, bytes, str]]
) -> None:
    file = packed(tmp_path / "planted.tar.gz", *members)
    with pytest.raises(backup.BackupFailed):
        backup.unpack(empty.settings(), file)
    assert list(tmp_path.rglob("planted")) == []
    assert not Path("/planted").exists()
    assert [path.name for path in empty.instance.iterdir()] == []


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_half_a_backup_is_refused_in_one_line(empty: Place, tmp_path: Path) -> None:
    file = packed(tmp_path / "half.tar.gz", ("database", os.urandom(3_000_000), ""))
    file.write_bytes(file.read_bytes()[:2_000_000])
    with pytest.raises(backup.BackupFailed, match="damaged"):
        backup.unpack(empty.settings(), file)


def test_a_migration_makes_its_own_backup_first(app: Flask, world: World, place: Place) -> None:
    file = backup.before_migration(app, now=NOW)
    assert file.parent == place.instance / "backups"
    assert backup.read_manifest(file)["revision"] == schema.newest()
