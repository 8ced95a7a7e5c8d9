"""The product itself, run as its users run it: commands, and both processes under their supervisor."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

from outreach.server import run


class Place(Protocol):
    """Where an instance lives (`tests.conftest.Place`)."""

    @property
    def instance(self) -> Path: ...
    @property
    def url(self) -> str: ...


def environment(place: Place, **more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("OUTREACH_")}
    return {**kept, "OUTREACH_INSTANCE": str(place.instance), "OUTREACH_DATABASE_URL": place.url, **more}


def outreach(place: Place, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "outreach.cli", *arguments], env=environment(place, **more),
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


@contextmanager
def served(place: Place, **more: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """`outreach serve` on a free port, with more settings in the environment; gives the process and its address."""
    process = subprocess.Popen(
        [sys.executable, "-m", "outreach.cli", "serve", "--port", "0"], env=environment(place, **more),
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        yield process, process.stdout.readline().split()[-1]
    finally:
        process.terminate()
        process.wait(30)


def eventually(what: Callable[[], Any], seconds: float = 60, why: Callable[[], str] = str) -> Any:
    """What `what` gives once it is true. Fails after `seconds` with what `why` says."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := what():
            return found
        time.sleep(0.1)
    raise AssertionError(f"it did not happen in time. {why()}")


def answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address + "healthz", timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def pids(place: Place) -> dict[str, int]:
    """What `outreach status` says, read from where it reads it."""
    return {name: pid for name in ("web", "worker") if (pid := run.pid_of(place.instance, name))}
