"""The sweep that looks for published pages: take, seek without a transaction, keep each in a commit of its own."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from outreach.db import session
from outreach.kit import clock
from outreach.links import looking, publication_queries, publications
from outreach.links.listing import Listing
from outreach.links.looking import Tools
from outreach.links.reader import TooComplex
from outreach.links.seeking import Outcome, Search, Seeker
from outreach.web.here import config

SITES = 8
"""Sites that are looked at side by side; each is asked for one page at a time."""


def find_pages(now: datetime) -> int:
    """Look at the sites that are due, at most SITES; gives how many there were."""
    if publication_queries.unwatched(1):
        publications.begin(200, now=now)
    session().rollback()
    if not count_pages_due(now):
        return 0
    taken = publications.take(SITES, now=now)
    wanted = publications.searches(list(taken))
    session().rollback()
    tools = looking.tools_for(config())
    with ThreadPoolExecutor(SITES) as crowd:
        outcomes = crowd.map(lambda one: _seek(one, tools), wanted.values())
        for key, outcome in zip(wanted, outcomes, strict=True):
            publications.record(key, taken[key], outcome, now=clock.now())
    return len(taken)


def _seek(search: Search, tools: Tools) -> Outcome:
    """One site. Never raises for what a page or server does."""

    def read(question: Listing) -> dict[str, Any]:
        try:
            return tools.reader.ask(question)
        except TooComplex:
            return {}

    return Seeker(search, tools.fetcher.get, read).run()


def count_pages_due(now: datetime) -> int:
    """How many sites wait to be looked at; those of new pitches are not counted before their watch is begun."""
    found = (
        session().scalar(sa.select(sa.func.count()).select_from(publication_queries.due(now).subquery())) or 0
    )
    session().rollback()
    return found
