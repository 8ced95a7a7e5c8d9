"""Who runs: pid files in `run/` of the instance, held by a lock, so that a stale one never lies."""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import os
import signal
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

_PR_SET_NAME = 15
"""Of prctl(2): how lists of processes call the one that asks."""


class AlreadyRuns(Exception):
    """Another process of that name runs on this instance; the message names its pid."""


class PortTaken(Exception):
    """Somebody else listens there."""


@contextlib.contextmanager
def as_process(instance: Path, name: str, *, alone: bool = True) -> Iterator[IO[str]]:
    """Write `run/<name>.pid` and hold it while inside; a copy of the process closes what it is given, or holds it, too.

    Raises AlreadyRuns when it is held and `alone` is asked.
    """
    folder = instance / "run"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f"{name}.pid").open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            if alone:
                file.seek(0)
                raise AlreadyRuns(
                    f"`outreach {name}` runs already on {instance} (pid {file.read().strip()})."
                ) from None
            yield file
            return
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield file
        file.truncate(0)


def pid_of(instance: Path, name: str) -> int | None:
    """The pid of a running process, None when nobody holds its file."""
    file = instance / "run" / f"{name}.pid"
    if not file.exists():
        return None
    with file.open("r+") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except OSError:
            text = held.read().strip()
            return int(text) if text.isdigit() else None
    return None


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 takes a free one. Raises PortTaken in one line."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((host, port))
    except OSError as error:
        sock.close()
        raise PortTaken(
            f"Cannot listen on {host}:{port}: {error.strerror}. Is Outreach running already? Choose another with --port."
        ) from None
    sock.listen(128)
    return sock


def call_yourself(name: str) -> None:
    """Let `ps` and `top` tell this process from the one that it is a copy of (Linux; at most 15 signs)."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_PR_SET_NAME, name.encode(), 0, 0, 0)


def die_with_parent(parent: int) -> None:
    """End this process soon after its supervisor has gone, however it went."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(0.5)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, daemon=True, name="watch-parent").start()
