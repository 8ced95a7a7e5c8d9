"""Manners towards other people's servers: one request at a time per host, a pause between, back-off.

    pace = Pace()
    wait = pace.hold("a.example")        # seconds; 0 means go, and the host is taken
    pace.end("a.example", status=429, retry_after_s=60)

In memory and of one thread (`outreach.engines.fetch.fetcher`); the sweep's lease in the database keeps two
workers apart.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

LONGEST_BACK_OFF = 6 * 3600.0
FIRST_BACK_OFF = 60.0
HOSTS_MOST = 10_000
"""So many hosts are remembered before those with nothing to remember are dropped."""


@dataclass(slots=True)
class _Host:
    busy: bool = False
    not_before: float = 0.0
    refusals: int = 0


class Pace:
    """Who may be asked when.  `clock` gives seconds that never go back."""

    def __init__(self, delay_s: float = 1.0, *, clock: Callable[[], float] = time.monotonic) -> None:
        self.delay_s, self.clock = delay_s, clock
        self.hosts: dict[str, _Host] = {}

    def hold(self, host: str) -> float:
        """Seconds to wait yet.  0 takes the host: nobody else gets it before `end`."""
        place = self.hosts.setdefault(host, _Host())
        if place.busy:
            return max(self.delay_s, 0.05)
        wait = place.not_before - self.clock()
        if wait > 0:
            return wait
        place.busy = True
        return 0.0

    def end(self, host: str, *, status: int = 200, retry_after_s: int | None = None) -> None:
        """The request is over.  429 and 503 double the wait each time, or obey Retry-After."""
        place = self.hosts.setdefault(host, _Host())
        place.busy = False
        place.refusals = place.refusals + 1 if status in (429, 503) else 0
        wait = self.delay_s
        if place.refusals:
            wait = max(wait, float(retry_after_s or 0), FIRST_BACK_OFF * 2 ** (place.refusals - 1))
        place.not_before = self.clock() + min(wait, LONGEST_BACK_OFF)
        if len(self.hosts) > HOSTS_MOST:
            self.forget()

    def let_go(self) -> None:
        """Nothing is under way any more; who asked us to wait is remembered."""
        for place in self.hosts.values():
            place.busy = False

    def forget(self) -> None:
        """Drop hosts that have nothing to remember, so that memory stays flat."""
        now = self.clock()
        self.hosts = {h: p for h, p in self.hosts.items() if p.busy or p.refusals or p.not_before > now}
