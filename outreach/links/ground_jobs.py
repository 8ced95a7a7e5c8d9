"""The sweep that looks whether broken links are dead, and whether losses are confirmed."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from outreach.db import session
from outreach.kit import clock
from outreach.kit.urls import BadAddress
from outreach.links import grounds, looking
from outreach.links.looking import Wanted
from outreach.links.rules import ExpectedRel
from outreach.links.target import Target
from outreach.links.verdict import Promise
from outreach.web.here import config

BATCH = 20


def look_at_grounds(now: datetime) -> int:
    """Look at what pitches rest on, at most BATCH; gives how many were handled."""
    if grounds.unwatched(1):
        grounds.begin(200, now=now)
    session().rollback()
    if not count_grounds_due(now):
        return 0
    taken = grounds.take(BATCH, now=now)
    addresses = grounds.addresses(list(taken))
    session().rollback()
    wanted = [one for key, url in addresses.items() if (one := _wanted(key, url))]
    pages = {one.key for one in wanted}
    for key in taken:
        if key not in pages:
            grounds.record(key, taken[key], "", now=clock.now())
    for key, look in looking.look_at(wanted, config(), now=now, with_targets=False):
        grounds.record(key, taken[key], look.page_state, now=clock.now())
    return len(taken)


def _wanted(key: int, url: str) -> Wanted | None:
    """The address as a page to be read; which link stands there is of no matter."""
    try:
        return Wanted(key, url, Target.url(url), Promise(rel=ExpectedRel.ANY)) if url else None
    except BadAddress:
        return None


def count_grounds_due(now: datetime) -> int:
    """How many looks wait; those of new pitches are not counted before they are begun."""
    found = session().scalar(sa.select(sa.func.count()).select_from(grounds.due(now).subquery())) or 0
    session().rollback()
    return found
