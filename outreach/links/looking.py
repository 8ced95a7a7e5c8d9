"""Looking at many links: fetched side by side, one request a host at a time, judged as they come. No database."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from outreach.engines.fetch.client import AGENT, Fetched, Job, fetch_many, user_agent
from outreach.engines.fetch.guard import Guard
from outreach.engines.fetch.pace import Pace
from outreach.links import judge
from outreach.links.judge import Get, Promise, Verdict
from outreach.links.looks import Look
from outreach.links.models import PlacedLink
from outreach.links.rules import ExpectedRel
from outreach.links.target import Target
from outreach.settings import Settings

ROBOTS_KEPT_S = 3600.0
ROBOTS_MOST = 5_000
PAGE_KEPT = 2 * 2**20
"""Bytes of a page that are kept as evidence; a longer one is kept by its hash alone."""

_pace = Pace(1.0)
_lock = threading.Lock()
"""Two sweeps may run side by side (a slow page must not hold up "check now"); the hosts are theirs together."""
_robots: dict[str, tuple[float, Fetched]] = {}


@dataclass(frozen=True)
class Wanted:
    """One link to look at, as plain values."""

    key: int
    page_url: str
    target: Target
    promise: Promise

    @classmethod
    def of(cls, link: PlacedLink) -> Wanted:
        """From a row whose project is loaded."""
        promise = Promise(
            rel=ExpectedRel(link.expected_rel),
            anchors=(link.expected_anchor,) if link.expected_anchor else (),
            own_hosts=tuple(own.host for own in link.project.hosts),
            is_social=link.is_social,
        )
        return cls(link.id, link.page_url, Target.url(link.target_url), promise)


def look_at(wanted: Sequence[Wanted], config: Settings, *, now: datetime) -> Iterator[tuple[int, Look]]:
    """(key, look) of each, as they come. Never raises for what a page or server does."""
    guard = guard_of(config)
    reach: dict[str, Any] = {
        "guard": guard, "resolve": config.fetch_resolve, "agent": agent_of(config),
        "ca_file": str(config.fetch_ca_file) if config.fetch_ca_file else None,
    }  # fmt: skip
    get = _remembering(judge.live(**reach))
    jobs = [Job(one.page_url, tag=one) for one in wanted]
    for job, got in fetch_many(jobs, hold=_hold, told=_told, **reach):
        one = job.tag
        assert isinstance(one, Wanted)
        verdict = judge.look(one.page_url, one.target, get, now=now, promise=one.promise, first=got)
        yield one.key, as_look(verdict)


def _hold(job: Job) -> float:
    with _lock:
        return _pace.job_hold(job)


def _told(job: Job, got: Fetched) -> None:
    with _lock:
        _pace.job_end(job, got)


def guard_of(config: Settings) -> Guard:
    """The guard with what this instance allows beyond the public network."""
    return Guard(allow_networks=config.allow_networks, allow_endpoints=config.allow_endpoints)


def agent_of(config: Settings) -> str:
    contact = config.fetch_contact or config.base_url
    return user_agent(contact) if contact else AGENT


def _remembering(get: Get) -> Get:
    """The same, with robots.txt asked for once an hour and host."""

    def remembered(url: str) -> Fetched:
        if not url.endswith("/robots.txt"):
            return get(url)
        kept = _robots.get(url)
        if kept is None or time.monotonic() - kept[0] > ROBOTS_KEPT_S:
            if len(_robots) >= ROBOTS_MOST:
                _robots.clear()
            kept = _robots[url] = (time.monotonic(), get(url))
        return kept[1]

    return remembered


def as_look(verdict: Verdict) -> Look:
    """What the room keeps of a verdict."""
    told = verdict.to_json()
    facts = (
        "title",
        "noindex",
        "page_nofollow",
        "canonical",
        "canonical_elsewhere",
        "indexable",
        "blockers",
        "notes",
        "outbound",
        "final_url",
    )
    found = tuple({**link, "hidden": link.get("hidden_by") or ""} for link in told["links"][:10])
    return Look(
        verdict.presence, verdict.value, verdict.sentence, str(verdict.page_state), verdict.confidence, verdict.advice,
        tuple(verdict.codes), verdict.status or None, tuple(told["hops"]), found, {name: told[name] for name in facts},
        verdict.body if len(verdict.body) <= PAGE_KEPT else b"", verdict.elapsed_ms, verdict.retry_after_s,
    )  # fmt: skip
