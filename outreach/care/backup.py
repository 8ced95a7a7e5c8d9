"""A whole instance in one file: the database, the files that its rows name, the key.

The file is a gzipped tar, readable by its owner only, for it holds the key:

    manifest.json   {"version", "revision", "database": "sqlite"|"postgresql", "made_at", "erased": [keyed hashes]}
    database        SQLite's backup API, or pg_dump's custom format: a consistent moment, while others write
    files/...       everything else of the instance folder but logs, run files and older backups

The database is copied before the files, so that every file a copied row names is there.
"""

from __future__ import annotations

import gzip
import json
import os
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
import zlib
from collections.abc import Sequence
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask

import outreach
from outreach.db import db
from outreach.settings import Settings

NOT_COPIED = {"run", "log", "logs", "backups"}
KEPT = 10
"""Backups made before migrations that are kept; older ones go."""
LARGEST_SWELL = 200
"""How many times its packed size a backup may be unpacked: ours are below 30, and a bomb is at 1,000."""
MOST_FILES = 5_000_000
PG_LINE = "PostgreSQL's own client is not installed: apt-get install -y postgresql-client"


class BackupFailed(Exception):
    """The backup or restore cannot be done; one line, and nothing was changed."""


def make(
    config: Settings, revision: str | None, file: Path, *, now: datetime, erased: Sequence[str] = ()
) -> None:
    """Write the whole instance to `file`, while it is being written to. Raises BackupFailed; leaves no half file.

    `erased` are the keyed hashes of people who were erased so far, so that an older backup can be erased again.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=file.parent, prefix=".backup-") as folder:
        dump, half = Path(folder) / "database", Path(folder) / "half"
        _dump(config, dump)
        manifest = {
            "version": outreach.__version__, "revision": revision,
            "database": "sqlite" if config.is_sqlite else "postgresql", "made_at": now.isoformat(), "erased": list(erased),
        }  # fmt: skip
        (Path(folder) / "manifest.json").write_text(json.dumps(manifest))
        half.touch(mode=0o600)
        with tarfile.open(half, "w:gz", compresslevel=6) as tar:
            tar.add(Path(folder) / "manifest.json", "manifest.json")
            tar.add(dump, "database")
            for name in _names(config):
                _add(tar, config.instance / name, f"files/{name}")
        os.replace(half, file)


def _add(tar: tarfile.TarFile, path: Path, name: str) -> None:
    """Add a file or folder; a file that goes away meanwhile is left out."""
    if path.is_dir():
        for inside in sorted(path.iterdir()):
            _add(tar, inside, f"{name}/{inside.name}")
        return
    try:
        tar.add(path, name, recursive=False)
    except FileNotFoundError:
        return


def _names(config: Settings) -> list[str]:
    """What of the instance folder belongs into a backup, by name."""
    database = sa.make_url(config.database).database or ""
    own = {Path(database).name + end for end in ("", "-wal", "-shm")} if config.is_sqlite else set()
    return sorted(
        path.name
        for path in config.instance.iterdir()
        if path.name not in NOT_COPIED | own and not path.name.startswith(".") and path.suffix != ".gz"
    )


def _dump(config: Settings, dump: Path) -> None:
    if config.is_sqlite:
        source = sa.make_url(config.database).database
        with (
            closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as old,
            closing(sqlite3.connect(dump)) as new,
        ):
            old.backup(new)
        return
    _postgres("pg_dump", config, "--format=custom", "--no-owner", f"--file={dump}")


def _postgres(program: str, config: Settings, *arguments: str) -> None:
    url = sa.make_url(config.database)
    environment = {**os.environ, **({"PGPASSWORD": str(url.password)} if url.password else {})}
    found = shutil.which(program)
    if found is None:
        raise BackupFailed(PG_LINE)
    place = url.set(drivername="postgresql", password=None).render_as_string()
    done = subprocess.run(
        [found, f"--dbname={place}", *arguments], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise BackupFailed(
            f"{program} failed: {done.stderr.strip().splitlines()[-1] if done.stderr.strip() else done.returncode}"
        )


def read_manifest(file: Path) -> dict[str, Any]:
    """What the backup says of itself. Raises BackupFailed when it is none."""
    try:
        with tarfile.open(file, "r:gz") as tar:
            first = tar.next()  # not by name: that would read all of a large file
            member = tar.extractfile(first) if first and first.name == "manifest.json" else None
            found: dict[str, Any] = json.loads(member.read(2**26)) if member else {}
    except (OSError, tarfile.TarError, KeyError, ValueError, EOFError, zlib.error):
        raise BackupFailed(f"{file} is no backup made by `outreach backup`.") from None
    if found.get("database") not in ("sqlite", "postgresql"):
        raise BackupFailed(f"{file} is no backup made by `outreach backup`.")
    return found


def unpack(config: Settings, file: Path) -> dict[str, Any]:
    """Put a backup into an empty instance; gives its manifest. Raises BackupFailed, and then nothing has changed.

    The caller checks that the database is empty.
    """
    manifest = read_manifest(file)
    kind = "sqlite" if config.is_sqlite else "postgresql"
    if manifest["database"] != kind:
        raise BackupFailed(
            f"This backup is of {manifest['database']}, the instance is set to {kind}. Set database_url to a {manifest['database']} database first."
        )
    if config.key_file.exists() and _rows_wanted(config):
        raise BackupFailed(
            f"{config.instance} is not empty. Restore into an empty folder: OUTREACH_INSTANCE=/new/folder outreach restore {file}"
        )
    config.instance.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=config.instance, prefix=".restore-") as folder:
        _unpack_tar(file, folder)
        _load(config, Path(folder) / "database")
        for path in sorted((Path(folder) / "files").glob("*")):
            target = config.instance / path.name
            if target.is_dir():
                shutil.rmtree(target)
            os.replace(path, target)
    return manifest


def _unpack_tar(file: Path, folder: str) -> None:
    """Unpack into `folder` and nowhere else. Raises BackupFailed for a broken file and for one that swells."""
    left = [LARGEST_SWELL * file.stat().st_size + 2**26, MOST_FILES]

    def checked(member: tarfile.TarInfo, path: str) -> tarfile.TarInfo | None:
        left[0] -= member.size
        left[1] -= 1
        if min(left) < 0:
            raise BackupFailed(f"{file} swells like no backup of ours; it is left alone.")
        return tarfile.data_filter(member, path)

    try:
        with tarfile.open(file, "r:gz") as tar:
            tar.extractall(folder, filter=checked)
    except (tarfile.TarError, EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise BackupFailed(f"{file} is damaged or no backup of ours: {error}.") from None


def _rows_wanted(config: Settings) -> bool:
    """Does the instance hold a database with a workspace already?"""
    if not config.is_sqlite:
        return False
    path = Path(sa.make_url(config.database).database or "")
    return path.exists() and path.stat().st_size > 0


def _load(config: Settings, dump: Path) -> None:
    if not config.is_sqlite:
        _postgres(
            "pg_restore",
            config,
            "--no-owner",
            "--no-comments",
            "--exit-on-error",
            "--single-transaction",
            str(dump),
        )
        return
    target = Path(sa.make_url(config.database).database or "")
    target.parent.mkdir(parents=True, exist_ok=True)
    for end in ("-wal", "-shm"):
        target.with_name(target.name + end).unlink(missing_ok=True)
    shutil.copyfile(dump, target)


def drop_old(config: Settings, *, now: datetime) -> int:
    """Remove backups made before migrations once they are `backup_days` old; how many."""
    old = old_ones(config, now=now)
    for file in old:
        file.unlink(missing_ok=True)
    return len(old)


def old_ones(config: Settings, *, now: datetime) -> list[Path]:
    """Backups made before migrations that are older than backups are kept; their name says when they were made."""
    edge = f"before-migration-{now - timedelta(days=config.backup_days):%Y%m%dT%H%M%SZ}.tar.gz"
    return sorted(
        file for file in (config.instance / "backups").glob("before-migration-*.tar.gz") if file.name < edge
    )


def before_migration(app: Flask, *, now: datetime) -> Path:
    """The backup that each migration of an instance with rows makes by itself; gives its file."""
    config: Settings = app.extensions["outreach"]
    folder = config.instance / "backups"
    file = folder / f"before-migration-{now:%Y%m%dT%H%M%SZ}.tar.gz"
    with db.engine.connect() as connection:
        revision = connection.scalar(sa.text("SELECT version_num FROM alembic_version"))
    make(config, revision, file, now=now)
    for old in sorted(folder.glob("before-migration-*.tar.gz"))[:-KEPT]:
        old.unlink()
    return file
