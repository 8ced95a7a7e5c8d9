"""Answers that many looks ask for, kept for an hour: robots.txt, and the pages that links lead to.

Bounded in bytes, so that ten thousand hosts with long files take no more memory than a few.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace

from outreach.engines.fetch.answer import Fetched
from outreach.engines.fetch.robots import LONGEST
from outreach.page.headers import Headers

KEPT_S = 3600.0
BYTES_MOST = 8 * 2**20
ROW_BYTES = 1_000
"""What an answer weighs beside its body."""


class Shelf:
    """Safe to share between threads; the oldest goes first."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic, bytes_most: int = BYTES_MOST) -> None:
        self.clock, self.bytes_most = clock, bytes_most
        self.kept: OrderedDict[str, tuple[float, Fetched]] = OrderedDict()
        self.bytes = 0
        self._lock = threading.Lock()

    def get(self, url: str) -> Fetched | None:
        with self._lock:
            found = self.kept.get(url)
            if found is None or self.clock() - found[0] > KEPT_S:
                return None
            return found[1]

    def put(self, url: str, got: Fetched) -> Fetched:
        """Keep it; gives it back as it is kept: a body that robots.txt readers read no further, few headers."""
        body = got.body[:LONGEST] if url.endswith("/robots.txt") else got.body[:20_000]
        small = replace(got, body=body, headers=Headers(got.headers.pairs[:40]))
        with self._lock:
            self._drop(url)
            self.kept[url] = self.clock(), small
            self.bytes += _weight(small)
            while self.bytes > self.bytes_most and len(self.kept) > 1:
                self._drop(next(iter(self.kept)))
        return small

    def _drop(self, url: str) -> None:
        found = self.kept.pop(url, None)
        if found is not None:
            self.bytes -= _weight(found[1])


def _weight(got: Fetched) -> int:
    return len(got.body) + ROW_BYTES
