"""The sweeps of care: ending erasures which the screen could not end, and letting old backups go."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from outreach.care import backup, erasing, queries, retention
from outreach.care.bulk_jobs import count_bulk_due as count_bulk_due
from outreach.care.bulk_jobs import work_bulk as work_bulk
from outreach.care.import_jobs import count_imports_due as count_imports_due
from outreach.care.import_jobs import work_imports as work_imports
from outreach.care.merging.jobs import count_merges as count_merges
from outreach.care.merging.jobs import count_unlooked as count_unlooked
from outreach.care.merging.jobs import find_duplicates as find_duplicates
from outreach.care.merging.jobs import forget_merges as forget_merges
from outreach.db import session
from outreach.web.here import config


def go_on_erasing(now: datetime) -> int:
    """End one erasure that nobody is at; gives how many."""
    if not count_erasures(now):
        return 0
    taken = erasing.take(now)
    if taken is None:
        return 0
    erasing.go_on(*taken, config(), is_over=lambda: False)
    return 1


def count_erasures(now: datetime) -> int:
    """How many are not at their end."""
    found = session().scalar(sa.select(sa.func.count()).select_from(queries.running().subquery())) or 0
    session().rollback()
    return found


def drop_old_backups(now: datetime) -> int:
    """Remove the backups of migrations that are too old; gives how many."""
    return backup.drop_old(config(), now=now)


def count_old_backups(now: datetime) -> int:
    """How many are too old."""
    return len(backup.old_ones(config(), now=now))


def let_unwritten_go(now: datetime) -> int:
    """Forget a batch of people whom nobody has to do with; gives how many."""
    return retention.let_go(now, config().unwritten_days)


def count_unwritten(now: datetime) -> int:
    """How many would go."""
    return retention.count(now, config().unwritten_days)
