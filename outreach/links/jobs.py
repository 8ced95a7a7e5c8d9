"""The sweeps of links. Looking: take, fetch and read without a transaction, record each in a commit of its own. Alerts: one mail a user for what gathered."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from outreach.db import session
from outreach.kit import clock
from outreach.links import (
    actions,
    agreed,
    alerts,
    ends,
    look_queries,
    looking,
    queries,
    schedule_queries,
    scheduling,
    tidying,
)
from outreach.links.again import LastRead
from outreach.links.ground_jobs import count_grounds_due as count_grounds_due
from outreach.links.ground_jobs import look_at_grounds as look_at_grounds
from outreach.links.list_jobs import check_rows as check_rows
from outreach.links.list_jobs import count_lists_due as count_lists_due
from outreach.links.list_jobs import count_rows_due as count_rows_due
from outreach.links.list_jobs import work_lists as work_lists
from outreach.links.looking import Wanted
from outreach.links.looks import Look
from outreach.links.models import LinkCheck, PlacedLink
from outreach.links.publication_jobs import count_pages_due as count_pages_due
from outreach.links.publication_jobs import find_pages as find_pages
from outreach.links.rules import Presence
from outreach.links.site_looks import count_sites_due as count_sites_due
from outreach.links.site_looks import look_at_sites as look_at_sites
from outreach.web.here import config

BATCH = 50
TIDIED = 20
"""Links whose stored pages are judged in one round."""


def check_due(now: datetime) -> int:
    """Look at the links that are due, at most BATCH; gives how many were taken."""
    if not count_due(now):
        return 0
    taken = dict(actions.take(BATCH, now=now))
    wanted = _wanted(list(taken))
    for key, look in looking.look_at(wanted, config(), now=now):
        if look.is_postponed:
            actions.postpone(key, taken[key], look.retry_after_s or 60, now=clock.now())
        else:
            actions.record(key, taken[key], look, now=clock.now(), instance=config().instance)
    return len(taken)


def _wanted(keys: list[int]) -> list[Wanted]:
    """The taken links as plain values, with what may still stand of their last whole read."""
    query = sa.select(PlacedLink).where(PlacedLink.id.in_(keys)).options(joinedload(PlacedLink.project))
    links = session().scalars(query).all()
    looks = look_queries.last_looks(links)
    wanted = [Wanted.of(link, _last(link, looks.get(link.id))) for link in links]
    session().rollback()
    return wanted


def _last(link: PlacedLink, check: LinkCheck | None) -> LastRead | None:
    kept = link.last_read
    if check is None or check.presence is not Presence.FOUND:
        return None
    look = Look(
        check.presence, check.value, check.sentence, check.page_state, advice=check.advice, codes=tuple(check.codes), status=check.status,
        hops=tuple(check.hops), found=tuple(check.found), page=check.page,
    )  # fmt: skip
    return LastRead(
        datetime.fromisoformat(kept["at"]), kept["url"], kept["etag"], kept["modified"], kept["terms"], kept["content"], kept["robots"], look, check.id,
    )  # fmt: skip


def count_due(now: datetime) -> int:
    """How many links wait for a look."""
    found = (
        session().scalar(sa.select(sa.func.count()).select_from(schedule_queries.due(now).subquery())) or 0
    )
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


def warn_of_ends(now: datetime) -> int:
    """Warn of agreed times that end, and take down the warnings whose day is over; gives how many changed."""
    waiting, past = ends.due(now)[:BATCH], ends.over(now)[:BATCH]
    for one in waiting:
        ends.warn(one, now=now)
    for key in past:
        ends.take_down(key, now=now)
    return max(len(waiting), len(past))


def count_ends_due(now: datetime) -> int:
    """How many warnings wait to be set up or taken down."""
    return len(ends.due(now)) + len(ends.over(now))


def watch_agreed(now: datetime) -> int:
    """Watch the pages that were agreed and that nobody watches yet; gives how many were handled."""
    waiting = agreed.waiting(BATCH)
    for pitch_id in waiting:
        agreed.watch(pitch_id, now=now)
    return len(waiting)


def count_agreed_due(now: datetime) -> int:
    """How many agreed pages nobody watches yet."""
    return len(agreed.waiting(1000))


def tidy_evidence(now: datetime) -> int:
    """Remove stored pages that are older than their rule, those of a few links; gives how many links were judged."""
    before = tidying.before(now, config().evidence_days)
    if before is None:
        return 0
    waiting = tidying.due(TIDIED, before=before)
    for link_id in waiting:
        tidying.tidy(link_id, config().instance, before=before, now=now)
    return len(waiting)


def count_evidence_due(now: datetime) -> int:
    """How many links have stored pages that grew old; counted up to a thousand."""
    before = tidying.before(now, config().evidence_days)
    return len(tidying.due(1000, before=before)) if before else 0


def bring_schedule(now: datetime) -> int:
    """Bring another schedule to the links; gives how many were handled."""
    return scheduling.bring(now=now)


def count_off_schedule(now: datetime) -> int:
    """How many links an older schedule speaks of still; counted up to ten thousand."""
    query = schedule_queries.off_schedule(schedule_queries.schedule()[1], 10_000).order_by(None).subquery()
    found = session().scalar(sa.select(sa.func.count()).select_from(query)) or 0
    session().rollback()
    return found
