"""The sweeps of lists of links: one works on lists, one looks at rows."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from outreach.db import session
from outreach.kit import clock
from outreach.kit.urls import BadAddress
from outreach.links import list_actions, list_moves, list_queries, looking
from outreach.links.judge import Promise
from outreach.links.list_models import LinkList, LinkListRow
from outreach.links.list_rules import Unusable, Wish
from outreach.links.looking import Wanted
from outreach.links.target import Target
from outreach.projects.models import Project
from outreach.web.here import config

ROWS = 50
LONGEST_WAIT_S = 900
MOST_TAKES = 4
"""A site that asks us to wait is obeyed so long and so often; then its rows say that it could not be read."""
STEPS = 25
"""Parts of a list a round, so that a list of a hundred thousand rows lets others in between."""


def work_lists(now: datetime) -> int:
    """Read, watch or take back some of a list; 1 when there was one."""
    if not count_lists_due(now):
        list_actions.tidy(instance=config().instance)
        return 0
    taken = list_actions.take(1, now=now)
    for key, fence in taken:
        for _ in range(STEPS):
            if not list_actions.step(key, fence, now=clock.now(), instance=config().instance):
                break
        list_actions.put_down(key, fence)
    return len(taken)


def count_lists_due(now: datetime) -> int:
    """How many lists wait for the worker."""
    found = list_queries.count_due(now)
    session().rollback()
    return found


def check_rows(now: datetime) -> int:
    """Look at rows that wait, at most ROWS; gives how many were taken."""
    if not count_rows_due(now):
        return 0
    taken = dict(list_actions.take_rows(ROWS, now=now))
    wanted, wishes, lists = _wanted(taken)
    for key, look in looking.look_at(wanted, config(), now=now):
        wait_s = look.retry_after_s or 60
        if look.is_postponed and wait_s <= LONGEST_WAIT_S and taken[key] < MOST_TAKES:
            list_actions.put_off(key, taken[key], wait_s, now=clock.now())
        else:
            list_actions.record(key, taken[key], wishes[key], look, now=clock.now())
    list_actions.finish_checked(lists, now=clock.now())
    return len(taken)


def _wanted(taken: dict[int, int]) -> tuple[list[Wanted], dict[int, Wish], set[int]]:
    """What to look at, as plain values; rows that cannot be looked at are refused."""
    rows = session().scalars(sa.select(LinkListRow).where(LinkListRow.id.in_(taken))).all()
    lists = _lists({row.list_id for row in rows})
    wanted: list[Wanted] = []
    wishes: dict[int, Wish] = {}
    refused: dict[int, str] = {}
    for row in rows:
        try:
            wishes[row.id] = list_moves.wish_of(lists[row.list_id], row)
            wanted.append(_as_wanted(row.id, wishes[row.id], lists[row.list_id]))
        except (Unusable, BadAddress) as error:
            refused[row.id] = str(error)
    session().rollback()
    for key, reason in refused.items():
        list_actions.refuse(key, taken[key], reason)
    return wanted, wishes, set(lists)


def _lists(ids: set[int]) -> dict[int, LinkList]:
    query = sa.select(LinkList).where(LinkList.id.in_(ids))
    found = session().scalars(query.options(joinedload(LinkList.project).selectinload(Project.hosts)))
    return {one.id: one for one in found.unique()}


def _as_wanted(key: int, wish: Wish, of: LinkList) -> Wanted:
    """Any page of the project's first host counts for a row that names no target."""
    hosts = tuple(own.host for own in of.project.hosts)
    if not wish.target_url and not hosts:
        raise Unusable("It does not say where the link leads, and the project has no host of its own.")
    target = Target.url(wish.target_url) if wish.target_url else Target.domain(hosts[0])
    anchors = (wish.anchor,) if wish.anchor else ()
    return Wanted(key, wish.page_url, target, Promise(rel=wish.rel, anchors=anchors, own_hosts=hosts))


def count_rows_due(now: datetime) -> int:
    """How many rows wait for a look."""
    found = list_queries.count_rows_due(now)
    session().rollback()
    return found
