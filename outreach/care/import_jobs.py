"""The sweep that counts files of sites and people, brings them in, and takes them back."""

from __future__ import annotations

from datetime import datetime

from outreach.care import import_actions, import_queries
from outreach.db import session
from outreach.kit import clock
from outreach.web.here import config


def work_imports(now: datetime) -> int:
    """Do what one file waits for; 1 when there was one."""
    if not count_imports_due(now):
        import_actions.tidy(instance=config().instance)
        return 0
    taken = import_actions.take(now=now)
    for key, fence in taken:
        import_actions.work(key, fence, now=clock.now(), instance=config().instance)
        import_actions.put_down(key, fence)
    return len(taken)


def count_imports_due(now: datetime) -> int:
    """How many files wait for the worker."""
    found = import_queries.count_due(now)
    session().rollback()
    return found
