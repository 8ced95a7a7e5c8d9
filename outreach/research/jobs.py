"""The sweep that looks through sites: take, fetch and read without a transaction, keep each page in a commit of its own."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from queue import SimpleQueue
from typing import Any

import sqlalchemy as sa

from outreach.db import session
from outreach.engines.dns import lookup_with
from outreach.engines.fetch.answer import Fetched, Known
from outreach.engines.fetch.client import Job
from outreach.kit import clock
from outreach.letter.domain.answers import Lookup
from outreach.links import looking
from outreach.links.looking import Tools
from outreach.links.reader import TooComplex
from outreach.prospects.models import Site
from outreach.research import actions, exchangers, moves, queries
from outreach.research.asking import WhoIsThere
from outreach.research.exploring import Explorer, Looked
from outreach.research.models import SiteSearch
from outreach.web.here import config

SITES = 4
"""Sites that are looked through side by side; each is asked for one page at a time."""
DOMAINS_MOST = 20
"""Domains of one site whose mail exchangers are looked for."""

Told = SimpleQueue[tuple[int, Looked | None]]


def search_sites(now: datetime, look_up: Lookup | None = None) -> int:
    """Look through the sites that are due, at most SITES; gives how many there were."""
    if not count_searches_due(now):
        return 0
    taken = actions.take(SITES, now=now)
    tools, told = looking.tools_for(config()), Told()
    stops = {key: threading.Event() for key in taken}
    explorers = _explorers(taken, tools)
    with ThreadPoolExecutor(SITES) as crowd:
        for key, explorer in explorers.items():
            crowd.submit(_explore, key, explorer, told, stops[key])
        _keep(taken, told, stops, len(explorers), look_up)
    return len(taken)


def _explorers(taken: dict[int, int], tools: Tools) -> dict[int, Explorer]:
    rows = session().execute(
        sa.select(SiteSearch.id, SiteSearch.memory, Site.url)
        .join(Site, Site.id == SiteSearch.site_id)
        .where(SiteSearch.id.in_(taken))
    )
    found = {row.id: Explorer(row.url, _getter(tools), _reader(tools), row.memory) for row in rows}
    session().rollback()
    return found


def _getter(tools: Tools) -> Any:
    def get(url: str, known: Known | None) -> Fetched:
        answers: SimpleQueue[Fetched] = SimpleQueue()
        tools.fetcher.submit(Job(url, known=known), answers.put)
        return answers.get()

    return get


def _reader(tools: Tools) -> Any:
    def read(question: WhoIsThere) -> dict[str, Any]:
        try:
            return tools.reader.ask(question)
        except TooComplex:
            return {"state": "too_complex"}

    return read


def _explore(key: int, explorer: Explorer, told: Told, stop: threading.Event) -> None:
    """In a thread of its own: each page goes to who keeps it. Never raises for what a page or server does."""
    try:
        for looked in explorer.run():
            told.put((key, looked))
            if stop.is_set():
                return
    finally:
        told.put((key, None))


def _keep(
    taken: dict[int, int], told: Told, stops: dict[int, threading.Event], running: int, look_up: Lookup | None
) -> None:
    """Keep pages as they come, until all are done. A search that was cancelled is told to stop."""
    first: dict[int, Looked] = {}
    while running:
        key, looked = told.get()
        if looked is None:
            running -= 1
            if not stops[key].is_set():
                _ask_exchangers(key, look_up)
                home = first.get(key, Looked("", "home", "The site could not be looked through."))
                actions.finish(key, taken[key], None if home.told else home, now=clock.now())
            continue
        first.setdefault(key, looked)
        if not stops[key].is_set() and not actions.record(key, taken[key], looked, now=clock.now()):
            stops[key].set()


def _ask_exchangers(key: int, look_up: Lookup | None) -> None:
    """Whether the domains of the addresses take mail, once each."""
    site_id = session().scalar(sa.select(SiteSearch.site_id).where(SiteSearch.id == key))
    domains = queries.untried(site_id) if site_id is not None else {}
    session().rollback()
    asked = look_up or (lookup_with() if domains else None)
    for domain, ids in list(domains.items())[:DOMAINS_MOST]:
        assert asked is not None
        actions.set_status(ids, exchangers.status_of(domain, asked))


def count_searches_due(now: datetime) -> int:
    """How many searches wait for the worker."""
    found = queries.count_due(now)
    session().rollback()
    return found


def forget_proposals(now: datetime) -> int:
    """Proposals on which nobody decided in 30 days go."""
    return actions.forget_old(now) if count_old_proposals(now) else 0


def count_old_proposals(now: datetime) -> int:
    found = moves.count_old(now)
    session().rollback()
    return found
