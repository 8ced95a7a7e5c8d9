"""What happens to duplicates by itself: old merges are forgotten, and what looks alike is found."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from outreach.care.merging import finding, past_merges
from outreach.care.merging.models import Look, Merge
from outreach.db import is_sqlite, session, write
from outreach.inserting import insert_new

BATCH = 100
REST = timedelta(minutes=1)
"""How long a stream rests that was looked through to its end."""
LEASE = timedelta(minutes=5)


def find_duplicates(now: datetime) -> int:
    """Look at the next rows of one stream that is due; gives how many."""
    if not _is_due(now):
        return 0
    with write():
        insert_new(
            Look, [{"stream": name, "reached_id": 0, "due_at": now, "fence": 0} for name in finding.STREAMS], unique=("stream",)
        )  # fmt: skip
        taken = _take(now)
    if taken is None:
        return 0
    key, fence = taken
    with write() as here:
        look = here.get_one(Look, key, with_for_update=True)
        if look.fence != fence:
            return 0
        rows = finding.go_through(look, now)
        look.taken_until = None
        look.due_at = now if rows == finding.BATCH else now + REST
    return rows


def _is_due(now: datetime) -> bool:
    """Asked without a write, for mostly there is nothing."""
    rows = session().execute(sa.select(sa.func.count(), sa.func.min(Look.due_at))).one()
    session().rollback()
    return rows[0] < len(finding.STREAMS) or rows[1] <= now


def _take(now: datetime) -> tuple[int, int] | None:
    free = sa.or_(Look.taken_until.is_(None), Look.taken_until <= now)
    due = sa.select(Look.id).where(Look.due_at <= now, free).order_by(Look.due_at, Look.id).limit(1)
    if not is_sqlite():
        due = due.with_for_update(skip_locked=True)
    row = session().execute(
        sa.update(Look)
        .where(Look.id.in_(due), free)
        .values(taken_until=now + LEASE, fence=Look.fence + 1)
        .returning(Look.id, Look.fence)
        .execution_options(synchronize_session=False)
    ).first()  # fmt: skip
    return (row[0], row[1]) if row else None


def count_unlooked(now: datetime) -> int:
    """How many streams are due."""
    due = sa.select(sa.func.count()).select_from(Look).where(Look.due_at <= now)
    found = session().scalar(due) or 0
    session().rollback()
    return found


def forget_merges(now: datetime) -> int:
    """Of merges that are too old to be taken back only the numbers stay; gives how many."""
    with write() as here:
        due = sa.select(Merge.id).where(past_merges.too_old(now)).order_by(Merge.at).limit(BATCH)
        gone = here.execute(
            sa.update(Merge)
            .where(Merge.id.in_(due), Merge.purged_at.is_(None))
            .values(steps=[], left=[], former_name="", purged_at=now)
            .returning(Merge.id)
            .execution_options(synchronize_session=False)
        )
        return len(gone.all())


def count_merges(now: datetime) -> int:
    """How many are too old."""
    found = (
        session().scalar(sa.select(sa.func.count()).select_from(Merge).where(past_merges.too_old(now))) or 0
    )
    session().rollback()
    return found
