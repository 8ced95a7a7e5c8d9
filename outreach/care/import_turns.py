"""How a long work shares the database: many short writes, and between two of them room for everybody else."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic, sleep

from sqlalchemy.orm import Session

from outreach.db import is_sqlite, write

HELD = 0.25
"""Seconds that one write should hold SQLite's only writer's lock at most."""
FREE = 0.12
"""Seconds that it is left free: who waits for it looks every 100 ms (`sqliteDefaultBusyCallback` of SQLite's main.c)."""
FIRST = 200
LEAST = 20


SELDOM = (20_000, 20, 20)
"""Of the many short-lived rows of a file none is in a circle: looking for circles (`gc.set_threshold`) took a tenth of the work."""


@contextmanager
def seldom_collected() -> Iterator[None]:
    """While many rows come and go."""
    before = gc.get_threshold()
    gc.set_threshold(*SELDOM)
    try:
        yield
    finally:
        gc.set_threshold(*before)


class Turns:
    """The writes of one work; `rows` says how many rows the next one should take, at most `most`."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.rows = min(FIRST, most)
        self._ended = monotonic() - FREE

    @contextmanager
    def one(self) -> Iterator[Session]:
        """One write (see `db.write`), after others had time for theirs."""
        self._wait()
        try:
            with write() as here:
                began = monotonic()
                yield here
            self._suit(monotonic() - began)
        finally:
            self._ended = monotonic()

    def _wait(self) -> None:
        """What was done without the lock counts; PostgreSQL's writers do not wait for each other."""
        left = self._ended + FREE - monotonic()
        if left > 0 and is_sqlite():
            sleep(left)

    def _suit(self, held: float) -> None:
        """Fewer rows at once when they took long, at most twice as many when they did not."""
        fitting = int(self.rows * min(2.0, HELD / max(held, 0.001)))
        self.rows = min(self.most, max(LEAST, fitting))
