"""The sweep that reads the first page of sites that come up in a queue: take, fetch and read without a transaction, keep each.

robots.txt is obeyed: nobody has named the page to us, it came in with a list.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import sqlalchemy as sa

from outreach.db import session, write
from outreach.engines.fetch import robots
from outreach.engines.fetch.answer import Fault, Fetched
from outreach.kit import clock
from outreach.links import looking
from outreach.links.glance import Glance
from outreach.links.looking import Tools
from outreach.links.reader import TooComplex
from outreach.links.seeking import AGENT_NAME
from outreach.prospects import look_moves
from outreach.prospects.models import SiteLook
from outreach.web.here import config

SITES = 8
"""Sites that are looked at side by side."""


def look_at_sites(now: datetime) -> int:
    """Look at the sites that are due, at most SITES; gives how many there were."""
    if not count_sites_due(now):
        return 0
    with write():
        taken = look_moves.take(SITES, now=now)
    tools = looking.tools_for(config())
    with ThreadPoolExecutor(SITES) as crowd:
        looks = crowd.map(lambda one: glance(one[1], tools), taken.values())
        for (key, (fence, _)), seen in zip(taken.items(), looks, strict=True):
            with write():
                if "wait_s" in seen:
                    look_moves.put_off(key, fence, seen["wait_s"], now=clock.now())
                else:
                    look_moves.keep(key, fence, seen, now=clock.now())
    return len(taken)


def count_sites_due(now: datetime) -> int:
    """How many sites wait to be looked at."""
    query = sa.select(sa.func.count()).select_from(SiteLook).where(*look_moves.is_due(now))
    found = session().scalar(query) or 0
    session().rollback()
    return found


def glance(url: str, tools: Tools) -> dict[str, Any]:
    """What a site's first page says, or why it cannot be read. Never raises for what a page or server does."""
    parts = urlsplit(url)
    rules_url = f"{parts.scheme}://{parts.netloc}/robots.txt"
    answer = tools.shelf.get(rules_url) or tools.shelf.put(rules_url, tools.fetcher.get(rules_url))
    rules = b"" if answer.fault else robots.verdict_of(answer.status, answer.body)
    if not robots.allowed(rules, AGENT_NAME, url):
        return {"page_state": "robots" if answer.status < 400 else "server_error"}
    got = tools.fetcher.get(url)
    if got.fault is Fault.POSTPONED:
        return {"wait_s": got.wait_s}
    if got.fault:
        return {"page_state": str(got.fault), "trouble": _trouble(got)}
    try:
        return {**tools.reader.ask(Glance(url, got)), "status": got.status}
    except TooComplex:
        return {"page_state": "too_complex", "status": got.status}


def _trouble(got: Fetched) -> str:
    """What is known beyond the state."""
    return got.fault_detail[:300] if got.fault is Fault.TLS_ERROR else ""
