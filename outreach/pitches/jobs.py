"""What pitches do by themselves: those at rest come back on their day, where their owner lives."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa
import structlog

from outreach.db import session
from outreach.kit.clock import local_day
from outreach.pitches import actions, queries
from outreach.pitches.production.jobs import count_files_due as count_files_due
from outreach.pitches.production.jobs import tidy_files as tidy_files

BATCH = 50
log = structlog.get_logger("outreach.pitches")


def wake_resting(now: datetime) -> int:
    """Bring back the resting pitches whose day has come, at most BATCH; how many were handled.

    Each is one commit that looks again under the row's lock, so that two workers wake it once.
    """
    ripe = _ripe(now)[:BATCH]
    for key, today in ripe:
        actions.wake(key, now=now, today=today)
    return len(ripe)


def count_resting_due(now: datetime) -> int:
    """How many wait to come back."""
    return len(_ripe(now))


def step_over_leave(now: datetime) -> int:
    """What falls on somebody's new days of leave is due when they are back, at most BATCH; how many were handled."""
    found = session().scalars(_away(now).limit(BATCH)).all()
    session().rollback()
    for key in found:
        actions.step_over_leave(key, now=now)
    return len(found)


def count_on_leave(now: datetime) -> int:
    """How many are planned for a day of leave."""
    found = (
        session().scalar(sa.select(sa.func.count()).select_from(_away(now).order_by(None).subquery())) or 0
    )
    session().rollback()
    return found


def _away(now: datetime) -> sa.Select[int]:
    return queries.on_leave(now.date() + timedelta(days=1))  # not what stands on anybody's Today already


def look_for_orphans(now: datetime) -> int:
    """The nightly look for open pitches without a next action (E1). The database refuses them, so each is a fault to be told."""
    found = count_orphans(now)
    if found:
        log.error("pitches without a next action", count=found)
    return 0


def count_orphans(_now: datetime) -> int:
    """How many open pitches have no next action; never one."""
    found = queries.without_next_action()
    session().rollback()
    return found


def _ripe(now: datetime) -> list[tuple[int, date]]:
    """(id, its owner's day) of those whose day has come in the zone of their owner."""
    latest = now.date() + timedelta(days=1)  # nowhere is it later than UTC's tomorrow
    rows = session().execute(queries.resting_until(latest)).all()
    session().rollback()
    days = [(row.id, row.revisit_on, local_day(now, ZoneInfo(row.timezone or "UTC"))) for row in rows]
    return [(key, today) for key, revisit_on, today in days if revisit_on <= today]
