"""One thread that fetches for everybody in this process, so that no host is ever asked twice at once.

    fetcher = Fetcher(Pace(1.0), guard=Guard())
    fetcher.submit(Job(url), told)       told(Fetched) is called in the fetcher's thread: keep it short
    fetcher.get(url)                     waits

Sweeps, robots.txt, frames, redirectors and targets all go through it, each hop in its host's turn.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from queue import SimpleQueue
from typing import Any

import structlog

from outreach.engines.fetch.answer import Fault, Fetched
from outreach.engines.fetch.client import Crowd, Job
from outreach.engines.fetch.pace import Pace

log = structlog.get_logger("outreach.fetch")

Told = Callable[[Fetched], None]
TICK_S = 0.05
"""How soon a new job is seen while others are under way."""


class Fetcher:
    """Begins with the first job.  `reach` is what `Crowd` takes: guard, resolve, agent, ca_file, limits, parallel."""

    def __init__(self, pace: Pace, **reach: Any) -> None:
        self.pace, self.reach = pace, reach
        self._new: list[tuple[Job, Told]] = []
        self._change = threading.Condition()
        self._thread: threading.Thread | None = None
        self._closed = False

    def submit(self, job: Job, told: Told) -> None:
        """Fetch it when its host's turn has come.  Raises RuntimeError when closed."""
        with self._change:
            if self._closed:
                raise RuntimeError("this fetcher is closed")
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="fetcher", daemon=True)
                self._thread.start()
            self._new.append((job, told))
            self._change.notify()

    def get(self, url: str) -> Fetched:
        """One page, waited for."""
        answers: SimpleQueue[Fetched] = SimpleQueue()
        self.submit(Job(url), answers.put)
        return answers.get()

    def close(self) -> None:
        """Stop; what is under way ends as a connection error."""
        with self._change:
            self._closed = True
            self._change.notify()
        if self._thread is not None:
            self._thread.join(10)

    def _run(self) -> None:
        crowd, left = self._crowd(), dict[int, tuple[Job, Told]]()
        while not self._closed:
            self._take(crowd, left)
            try:
                for job, got in crowd.wait(TICK_S):
                    left.pop(id(job))[1](got)
            except Exception as error:  # no answer of a stranger may end this thread
                log.error("fetching begins anew", exc_info=error)
                self._give_up(left)
                crowd = self._crowd()
        with self._change:
            left |= {id(job): (job, told) for job, told in self._new}
        self._give_up(left)
        crowd.close()

    def _crowd(self) -> Crowd:
        return Crowd(turns=self.pace, **self.reach)

    def _take(self, crowd: Crowd, left: dict[int, tuple[Job, Told]]) -> None:
        with self._change:
            while not (self._new or self._closed or crowd.has_work):
                self._change.wait()
            new, self._new = self._new, []
        for job, told in new:
            left[id(job)] = job, told
            crowd.add(job)

    def _give_up(self, left: dict[int, tuple[Job, Told]]) -> None:
        for job, told in left.values():
            told(
                Fetched(
                    job.url, job.url, fault=Fault.CONNECTION_ERROR, fault_detail="The look was broken off."
                )
            )
        left.clear()
        self.pace.let_go()
