"""`outreach serve`: two processes, watched. Either dies and comes back; SIGTERM ends both cleanly.

On Linux a process is a copy of the one that watches, which has read the house already: it starts at once, and what was read
is in memory once. Elsewhere, where system libraries do not bear to be copied, each is a command of its own.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import NoReturn

import structlog

log = structlog.get_logger("outreach.server")

ENDS = (signal.SIGTERM, signal.SIGINT)
GRACE = 15.0
"""Seconds that a child has to end after SIGTERM before it is killed."""
QUICK_DEATH = 5.0
"""A child that lived less than this many seconds waits longer before it is started again."""


@dataclass
class Child:
    """One watched process and what it does; `failures` counts quick deaths in a row, `not_before` is monotonic seconds."""

    name: str
    work: Callable[[], object]
    process: BaseProcess | None = None
    started: float = 0.0
    failures: int = 0
    not_before: float = 0.0


@dataclass
class Supervisor:
    """Starts the children of one instance and keeps them alive until told to stop. No thread runs beside it, and no connection is open."""

    children: list[Child]
    stopping: bool = field(default=False)

    def run(self) -> None:
        """Watch until SIGTERM or SIGINT; then end every child and return."""
        for number in ENDS:
            signal.signal(number, self._stop)
        try:
            while not self.stopping:
                for child in self.children:
                    self._tend(child)
                time.sleep(0.1)
        finally:
            self._end_all()

    def _stop(self, _number: int, _frame: object) -> None:
        self.stopping = True

    def _tend(self, child: Child) -> None:
        if child.process is not None and child.process.is_alive():
            return
        if child.process is not None:
            self._mourn(child)
        if child.process is None and time.monotonic() >= child.not_before:
            self._start(child)

    def _mourn(self, child: Child) -> None:
        assert child.process is not None
        quick = time.monotonic() - child.started < QUICK_DEATH
        child.failures = child.failures + 1 if quick else 0
        wait = min(10.0, 0.2 * 2**child.failures) if quick else 0.0
        log.error("process ended", process=child.name, code=child.process.exitcode, again_in_s=wait)
        child.process, child.not_before = None, time.monotonic() + wait

    def _start(self, child: Child) -> None:
        child.process = multiprocessing.get_context("fork").Process(target=_begin, args=(child.work,))
        signal.pthread_sigmask(signal.SIG_BLOCK, ENDS)  # until it knows what they mean
        child.process.start()
        signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDS)
        child.started = time.monotonic()

    def _end_all(self) -> None:
        running = [child.process for child in self.children if child.process and child.process.is_alive()]
        for process in running:
            process.terminate()
        end = time.monotonic() + GRACE
        for process in running:
            process.join(max(0.1, end - time.monotonic()))
            if process.is_alive():
                process.kill()
                process.join()


def _begin(work: Callable[[], object]) -> None:
    """In the new process: SIGTERM means again what it means to any, and Ctrl C, which all hear, is for the one that watches."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDS)
    work()


def command(instance: Path, name: str, *arguments: str) -> Callable[[], NoReturn]:
    """What a process does that becomes a command of its own, which ends with the one that watches it."""
    parent = str(os.getpid())

    def become() -> NoReturn:
        environment = {**os.environ, "OUTREACH_INSTANCE": str(instance)}
        os.set_inheritable(0, True)  # the empty one that a copy is given
        line = [sys.executable, "-m", "outreach.cli", name, "--parent", parent, *arguments]
        os.execve(sys.executable, line, environment)

    return become
