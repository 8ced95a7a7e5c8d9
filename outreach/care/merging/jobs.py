"""What happens to duplicates by itself: old merges are forgotten, and what looks alike is found."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from outreach.care.merging import queries
from outreach.care.merging.models import Merge
from outreach.db import session, write

BATCH = 100


def forget_merges(now: datetime) -> int:
    """Of merges that are too old to be taken back only the numbers stay; gives how many."""
    with write() as here:
        due = sa.select(Merge.id).where(queries.too_old(now)).order_by(Merge.at).limit(BATCH)
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
    found = session().scalar(sa.select(sa.func.count()).select_from(Merge).where(queries.too_old(now))) or 0
    session().rollback()
    return found
