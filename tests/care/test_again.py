"""A backup that is restored brings nobody back who was erased after it was made."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from outreach import schema
from outreach.care import again, backup, erasing, jobs
from outreach.consent.queries import hash_of, is_erased
from outreach.db import session, write
from outreach.prospects.models import ContactPoint, Note, Person
from outreach.settings import Settings
from tests.world import NOW, World

BO = "bo@wild.example"


def made(config: Settings, file: Path, *, after: int, erased: list[str]) -> Path:
    backup.make(config, schema.present(), file, now=NOW + timedelta(hours=after), erased=erased)
    return file


def test_who_was_erased_since_is_told_by_newer_backups_and_by_the_instance(
    app: Flask, world: World, tmp_path: Path
) -> None:
    config: Settings = app.extensions["outreach"]
    folder = tmp_path / "kept"
    old = made(config, folder / "old.tar.gz", after=0, erased=[])
    assert again.hashes_after(old) == set()
    made(config, folder / "new.tar.gz", after=2, erased=["a" * 64])
    (folder / "other.gz").write_bytes(b"no backup")
    assert again.hashes_after(old) == {"a" * 64}
    erasing.remember(config, ["b" * 64], now=NOW)
    with (config.instance / erasing.REMEMBERED).open("a") as file:
        file.write('{"at": "cut o')
    assert again.hashes_after(old, [config.instance / erasing.REMEMBERED]) == {"a" * 64, "b" * 64}
    own = made(config, config.instance / "backups" / "x.tar.gz", after=0, erased=[])
    assert again.hashes_after(own) == {"b" * 64}


def test_whoever_has_such_a_hash_is_erased_again(app: Flask, world: World) -> None:
    config: Settings = app.extensions["outreach"]
    with write() as here:
        here.add(
            Note(project_id=world.seed.id, site_id=world.site.id, text="Ask Jo@other.example", created_at=NOW)
        )
    found = again.erase_again({hash_of(BO), hash_of("jo@other.example"), "f" * 64}, config, now=NOW)
    assert found == 2
    assert session().scalar(sa.select(sa.func.count(Person.id))) == 0
    assert session().scalar(sa.select(Note.text)) == "Ask [erased]"
    assert is_erased(BO)
    assert is_erased("jo@other.example")
    session().rollback()
    assert again.erase_again({hash_of(BO)}, config, now=NOW) == 0


def test_a_restored_backup_does_not_bring_them_back(
    app: Flask, world: World, tmp_path: Path, kind: str
) -> None:
    if kind != "sqlite":
        pytest.skip("the file is copied here; restoring of PostgreSQL has its own test")
    config: Settings = app.extensions["outreach"]
    old = made(config, tmp_path / "old.tar.gz", after=0, erased=[])
    erasing.erase(world.bo.id, [], config, by=world.max, now=NOW, is_over=lambda: False)
    assert (config.instance / erasing.REMEMBERED).is_file()
    shutil.copy(config.instance / erasing.REMEMBERED, tmp_path / "erasures.jsonl")
    hashes = again.hashes_after(old, [tmp_path / "erasures.jsonl"])
    session().rollback()
    session().get_bind().dispose()  # type: ignore[union-attr]
    shutil.rmtree(config.instance)
    backup.unpack(config, old)
    assert session().scalar(sa.select(ContactPoint.value)) == BO
    session().rollback()
    again.erase_again(hashes, config, now=NOW)
    assert session().scalar(sa.select(ContactPoint.value)) is None
    session().rollback()
    assert all(BO.encode() not in file.read_bytes() for file in config.instance.iterdir() if file.is_file())


def test_backups_of_migrations_go_when_they_are_too_old(app: Flask) -> None:
    config: Settings = app.extensions["outreach"]
    folder = config.instance / "backups"
    folder.mkdir()
    for day in ("20261001T000000Z", "20261024T085959Z", "20261025T090001Z"):
        (folder / f"before-migration-{day}.tar.gz").touch()
    (folder / "mine.tar.gz").touch()
    assert jobs.count_old_backups(NOW) == 2
    assert jobs.drop_old_backups(NOW) == 2
    assert sorted(file.name for file in folder.iterdir()) == [
        "before-migration-20261025T090001Z.tar.gz",
        "mine.tar.gz",
    ]
