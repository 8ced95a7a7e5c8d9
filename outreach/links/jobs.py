"""The sweeps of links. Looking: take, fetch and read without a transaction, record each in a commit of its own. Alerts: one mail a user for what gathered."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from outreach.db import session
from outreach.kit import clock
from outreach.links import actions, alerts, looking, queries
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


def send_alerts(now: datetime) -> int:
    """Queue the mails that are due, one a user; gives how many users were handled."""
    waiting = queries.alerted_users(now, BATCH)
    session().rollback()
    for user_id in waiting:
        alerts.send(user_id, now=now)
    return len(waiting)


def count_alerts_due(now: datetime) -> int:
    """How many users have alerts that gathered long enough."""
    waiting = len(queries.alerted_users(now, 1000))
    session().rollback()
    return waiting
