"""Running a sweep, and remembering that it ran."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
import structlog

from outreach.db import session, write
from outreach.kit import clock
from outreach.kit.address import MAIL_ADDRESS
from outreach.schedule.models import SweepRun
from outreach.schedule.sweeps import Sweep

log = structlog.get_logger("outreach.worker")
REMEMBER_EVERY = timedelta(seconds=10)
"""An idle sweep writes its row this often at most, so that nothing to do costs no writes."""


def run(sweep: Sweep, *, rounds: int = 200) -> int:
    """Run until nothing is due, at most `rounds` batches; gives how many rows were handled.

    An error ends the sweep and is remembered and logged; it never ends the worker.
    """
    total = 0
    try:
        for _ in range(rounds):
            count = sweep.run(clock.now())
            total += count
            if count < sweep.batch:
                break
    except Exception as error:
        session().rollback()
        log.error("sweep failed", sweep=sweep.name, exc_info=error)
        remember(
            sweep.name,
            total,
            now=clock.now(),
            error=MAIL_ADDRESS.sub("[address]", f"{type(error).__name__}: {error}"),
        )
        raise
    remember(sweep.name, total, now=clock.now())
    return total


def remember(name: str, count: int, *, now: datetime, error: str = "") -> None:
    """Write when the sweep ran, unless it was idle and wrote a moment ago."""
    found = (
        session()
        .execute(sa.select(SweepRun.last_at, SweepRun.last_error).where(SweepRun.name == name))
        .first()
    )
    session().rollback()
    if (
        found
        and not count
        and not error
        and not found.last_error
        and timedelta(0) <= now - found.last_at < REMEMBER_EVERY
    ):
        return
    values = {"last_at": now, "last_count": count, "last_error": error[:500]}
    with write() as here:
        known = sa.update(SweepRun).where(SweepRun.name == name).values(**values).returning(SweepRun.name)
        if here.scalar(known) is None:
            here.add(SweepRun(name=name, **values))
