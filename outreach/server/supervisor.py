"""`outreach serve`: two processes, watched. Either dies and comes back; SIGTERM ends both cleanly."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field

import structlog

from outreach.settings import Settings

log = structlog.get_logger("outreach.server")

GRACE = 15.0
"""Seconds that a child has to end after SIGTERM before it is killed."""
QUICK_DEATH = 5.0
"""A child that lived less than this many seconds waits longer before it is started again."""


@dataclass
class Child:
    """One watched process; `failures` counts quick deaths in a row, `not_before` is monotonic seconds."""

    name: str
    arguments: list[str]
    descriptors: tuple[int, ...] = ()
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    failures: int = 0
    not_before: float = 0.0


@dataclass
class Supervisor:
    """Starts the children of one instance and keeps them alive until told to stop."""

    settings: Settings
    children: list[Child]
    stopping: bool = field(default=False)

    def run(self) -> None:
        """Watch until SIGTERM or SIGINT; then end every child and return."""
        for number in (signal.SIGTERM, signal.SIGINT):
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
        if child.process is not None and child.process.poll() is None:
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
        log.error("process ended", process=child.name, code=child.process.returncode, again_in_s=wait)
        child.process, child.not_before = None, time.monotonic() + wait

    def _start(self, child: Child) -> None:
        environment = {**os.environ, "OUTREACH_INSTANCE": str(self.settings.instance)}
        command = [
            sys.executable,
            "-m",
            "outreach.cli",
            child.name,
            "--parent",
            str(os.getpid()),
            *child.arguments,
        ]
        child.process = subprocess.Popen(
            command, env=environment, pass_fds=child.descriptors, stdin=subprocess.DEVNULL
        )
        child.started = time.monotonic()

    def _end_all(self) -> None:
        running = [child.process for child in self.children if child.process and child.process.poll() is None]
        for process in running:
            process.terminate()
        end = time.monotonic() + GRACE
        for process in running:
            try:
                process.wait(max(0.1, end - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
