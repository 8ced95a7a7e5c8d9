"""What is known of the demo's sites before anybody decides: numbers as other tools give them, and what their first page says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from random import Random
from typing import Any

import sqlalchemy as sa

from outreach.db import session, write
from outreach.prospects.look_rules import LookState
from outreach.prospects.metric_rules import Metric
from outreach.prospects.models import SiteLook, SiteMetric

BATCH = 2_000
SENTENCES = (
    "A magazine for people who grow things on a balcony, a roof or half a field.",
    "Notes from a small nursery: what came up, what did not, and why.",
    "We test tools, seeds and books, and say what we paid for them.",
    "Field trials, told by those who stood in the rain for them.",
    "Every Thursday a letter about soil, weather and what to sow next.",
    "Recipes for what the garden gives, in the week in which it gives it.",
    "Guest pieces are welcome when they rest on numbers of one's own.",
    "Portraits of gardeners who do things the long way round.",
    "Forty short guides for beginners, kept up to date by readers.",
    "The archive holds eleven years of frost dates for the whole valley.",
)
UNREAD = ("forbidden", "timeout", "blocked", "robots")


def learn(sites: Iterable[tuple[int, str]], *, seed: int, now: datetime) -> None:
    """Give most sites numbers, and all but a few a page that was read. `sites` are (id, title)."""
    metrics, looks = [], []
    for site_id, title in sites:
        chance = Random(f"{seed} {site_id}")
        metrics += list(_metrics(site_id, chance, now))
        looks.append(_look(site_id, title, chance, now))
    for kind, rows in ((SiteMetric, metrics), (SiteLook, looks)):
        for start in range(0, len(rows), BATCH):
            with write():
                session().execute(sa.insert(kind), rows[start : start + BATCH])


def _metrics(site_id: int, chance: Random, now: datetime) -> Iterator[dict[str, Any]]:
    strength, on = chance.triangular(4, 88, 24), (now - timedelta(days=chance.randrange(3, 40))).date()
    wanted = {
        Metric.AHREFS_DR: strength, Metric.AHREFS_TRAFFIC: strength**2 * chance.uniform(0.5, 9),
        Metric.SEMRUSH_AS: strength * chance.uniform(0.6, 1), Metric.MAJESTIC_TF: strength * chance.uniform(0.3, 0.8),
        Metric.MAJESTIC_CF: strength * chance.uniform(0.5, 1), Metric.MOZ_DA: strength * chance.uniform(0.7, 1.1),
    }  # fmt: skip
    for name, value in wanted.items():
        if chance.random() < 0.6:
            yield {
                "site_id": site_id,
                "name": name,
                "value": float(round(value)),
                "as_of": on,
                "batch_id": None,
            }


def _look(site_id: int, title: str, chance: Random, now: datetime) -> dict[str, Any]:
    is_read = chance.random() < 0.9
    return {
        "site_id": site_id, "state": LookState.READ if is_read else LookState.UNREAD,
        "page_state": "ok" if is_read else chance.choice(UNREAD), "status": 200, "title": f"{title}: growing, slowly" if is_read else "",
        "snippet": " ".join(chance.sample(SENTENCES, 4)) if is_read else "", "language": "en" if is_read else "", "trouble": "",
        "looked_at": now - timedelta(days=chance.randrange(1, 20)), "look_at": None, "taken_until": None, "fence": 1,
    }  # fmt: skip
