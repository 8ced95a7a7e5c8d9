"""The sweep that looks at placed links: take, fetch and read without a transaction, record each in a commit of its own."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from outreach.db import session
from outreach.kit import clock
from outreach.links import actions, looking, queries
from outreach.links.models import PlacedLink
from outreach.web.here import config

BATCH = 50


def check_due(now: datetime) -> int:
    """Look at the links that are due, at most BATCH; gives how many were taken."""
    if not count_due(now):
        return 0
    taken = dict(actions.take(BATCH, now=now))
    rows = session().scalars(
        sa.select(PlacedLink).where(PlacedLink.id.in_(taken)).options(joinedload(PlacedLink.project))
    )
    wanted = [looking.Wanted.of(link) for link in rows]
    session().rollback()
    for key, look in looking.look_at(wanted, config(), now=now):
        actions.record(key, taken[key], look, now=clock.now(), instance=config().instance)
    return len(taken)


def count_due(now: datetime) -> int:
    """How many links wait for a look."""
    found = session().scalar(sa.select(sa.func.count()).select_from(queries.due(now).subquery())) or 0
    session().rollback()
    return found
