"""The sweep that does things to many rows, and takes them back."""

from __future__ import annotations

from datetime import datetime

from outreach.care import bulk_actions, bulk_queries
from outreach.db import session
from outreach.kit import clock


def work_bulk(now: datetime) -> int:
    """Do what one run waits for; 1 when there was one."""
    if not count_bulk_due(now):
        return 0
    taken = bulk_actions.take(now=now)
    for key, fence in taken:
        while bulk_actions.step(key, fence, now=clock.now()):
            pass
        bulk_actions.put_down(key, fence)
    return len(taken)


def count_bulk_due(now: datetime) -> int:
    """How many runs wait for the worker."""
    found = bulk_queries.count_due(now)
    session().rollback()
    return found
