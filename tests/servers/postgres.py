"""A private, throw-away PostgreSQL on a free port of 127.0.0.1.

    with running_cluster() as cluster:      # about 1.5 s
        cluster.create("ana")
        cluster.url("ana")                  # postgresql+psycopg://outreach@127.0.0.1:PORT/ana

The fixture `postgres` is one cluster per test
process (so each xdist worker has its own), started by the first test that asks. PostgreSQL refuses to
run as root, so root hands it to the unprivileged user `postgres` or `nobody`. Nothing is synced to disk.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

APT = "apt-get install -y --no-install-recommends postgresql"
DEBIAN = Path("/usr/lib/postgresql")
MEMORY = Path("/dev/shm")
USER = "outreach"
START_SECONDS = 30
FAST = (
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "wal_level=minimal",
    "max_wal_senders=0",
)
# A million rows are measured with the buffers that PostgreSQL has by itself (128 MB): a quarter of them is for small tests.
IS_FULL = os.environ.get("OUTREACH_DRILLS") == "full"
SMALL = (
    *(() if IS_FULL else ("shared_buffers=32MB",)),
    "max_connections=60",
    "autovacuum_naptime=10min",
)
PR_SET_PDEATHSIG = 1


class NoPostgres(Exception):
    """No server is installed, or it did not start; the message says the line that helps, or its log."""


@dataclass(frozen=True)
class Cluster:
    """A running server. Every database of it belongs to the tests; `link` makes and drops them."""

    port: int
    link: psycopg.Connection[tuple[Any, ...]]
    host: str = "127.0.0.1"

    def url(self, database: str) -> str:
        """The SQLAlchemy address of `database`."""
        return f"postgresql+psycopg://{USER}@{self.host}:{self.port}/{database}"

    def create(self, database: str, template: str = "template0") -> str:
        """Make an empty database, or a copy of `template` (to which nobody may be connected); gives its address.

        Copying files takes 20 ms where they lie in memory; PostgreSQL's own choice since 15 takes 50.
        """
        by_files = " STRATEGY file_copy" if self.link.info.server_version >= 150000 else ""
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}" + by_files)
        self.link.execute(statement.format(sql.Identifier(database), sql.Identifier(template)))
        return self.url(database)

    def drop(self, database: str) -> None:
        """Drop the database, whoever is still connected to it."""
        self.link.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database)))


def server_folder(debian: Path = DEBIAN) -> Path:
    """Where `initdb` and `postgres` are: the newest of Debian's, else what is on the path. Raises NoPostgres."""
    versions = sorted(debian.glob("*/bin/initdb"), key=lambda found: float(found.parts[-3]))
    if found := versions[-1] if versions else shutil.which("initdb"):
        return Path(found).resolve().parent
    raise NoPostgres(f"PostgreSQL is not installed. As root: {APT}")


@contextlib.contextmanager
def running_cluster() -> Iterator[Cluster]:
    """Make and start a cluster, stop it at the end by its pid and remove its files. Raises NoPostgres."""
    programs = server_folder()
    folder = Path(tempfile.mkdtemp(prefix="outreach-pg-", dir=roomy_memory()))
    try:
        _make(programs, folder)
        server, port = _start(programs, folder)
        try:
            with psycopg.connect(
                f"host=127.0.0.1 port={port} user={USER} dbname=postgres", autocommit=True
            ) as link:
                yield Cluster(port, link)
        finally:
            _stop(server)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    """One private cluster for this test process. Without PostgreSQL the tests fail, they are not skipped."""
    try:
        with running_cluster() as cluster:
            yield cluster
    except NoPostgres as error:
        pytest.fail(str(error), pytrace=False)


def _make(programs: Path, folder: Path) -> None:
    who = _unprivileged()
    if who:
        os.chown(folder, who["user"], who["group"])
    done = subprocess.run(
        [
            programs / "initdb",
            "-D",
            folder / "data",
            "-U",
            USER,
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
            "--no-sync",
        ],
        cwd="/",
        env=_environment(folder),
        capture_output=True,
        text=True,
        check=False,
        **who,
    )
    if done.returncode:
        raise NoPostgres(f"initdb failed:\n{done.stdout}{done.stderr}")


def _start(programs: Path, folder: Path) -> tuple[subprocess.Popen[bytes], int]:
    """Start on a free port; another port when somebody took it in between."""
    for _ in range(3):
        port = _free_port()
        options = [f"port={port}", "listen_addresses=127.0.0.1", "unix_socket_directories=", *FAST, *SMALL]
        with (folder / "log").open("ab") as log:
            server = subprocess.Popen(
                [
                    programs / "postgres",
                    "-D",
                    folder / "data",
                    *(part for option in options for part in ("-c", option)),
                ],
                cwd="/",
                env=_environment(folder),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                preexec_fn=_die_with_parent,
                **_unprivileged(),
            )
        if _answers(server, port):
            return server, port
        _stop(server)
    raise NoPostgres("PostgreSQL did not start:\n" + (folder / "log").read_text()[-3000:])


def _answers(server: subprocess.Popen[bytes], port: int) -> bool:
    end = time.monotonic() + START_SECONDS
    while server.poll() is None and time.monotonic() < end:
        with contextlib.suppress(psycopg.OperationalError):
            psycopg.connect(
                f"host=127.0.0.1 port={port} user={USER} dbname=postgres", connect_timeout=5
            ).close()
            return True
        time.sleep(0.05)
    return False


def _stop(server: subprocess.Popen[bytes]) -> None:
    """SIGINT is PostgreSQL's fast shutdown: sessions are ended, nothing is waited for."""
    if server.poll() is None:
        server.send_signal(signal.SIGINT)
    try:
        server.wait(20)
    except subprocess.TimeoutExpired:
        server.send_signal(signal.SIGQUIT)
        server.wait(20)


def roomy_memory() -> Path | None:
    """A file system in memory with a gigabyte free, where there is one: ten times faster than a disk."""
    roomy = MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > 2**30
    return MEMORY if roomy else None


def _unprivileged() -> dict[str, Any]:
    """Arguments for subprocess that drop root; empty for anybody else."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            entry = pwd.getpwnam(name)
            return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    raise NoPostgres("PostgreSQL does not run as root, and there is no user `postgres` or `nobody`")


def _environment(folder: Path) -> dict[str, str]:
    """A bare one: no PG* setting of the caller may reach the server."""
    return {"PATH": os.environ.get("PATH", os.defpath), "HOME": str(folder), "LANG": "C.UTF-8"}


def _die_with_parent() -> None:
    """Where Linux can: the server is told to stop when the test process is killed."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGQUIT)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
