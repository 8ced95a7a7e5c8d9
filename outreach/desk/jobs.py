"""The desk's sweep: whose morning it is gets the digest."""

from __future__ import annotations

from datetime import datetime

from outreach.desk import digest

BATCH = 50


def send_digests(now: datetime) -> int:
    """Queue the digests that are due; gives how many users were handled."""
    waiting = digest.due(now)[:BATCH]
    for user_id, day in waiting:
        digest.send(user_id, day, now=now)
    return len(waiting)


def count_digests_due(now: datetime) -> int:
    """How many users wait for theirs."""
    return len(digest.due(now))
