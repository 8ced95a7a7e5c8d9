"""The sweep of the reports: days whose numbers changed are counted anew."""

from __future__ import annotations

from datetime import datetime

from outreach.db import write
from outreach.reports import kept


def recount(_now: datetime) -> int:
    """Count some days anew; how many."""
    if not kept.count_stale():
        return 0
    with write():
        return kept.recount()


def count_stale(_now: datetime) -> int:
    """How many days wait."""
    return kept.count_stale()
