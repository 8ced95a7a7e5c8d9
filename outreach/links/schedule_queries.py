"""Which links are to be looked at, and by which schedule."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from outreach.db import session
from outreach.links import ladder
from outreach.links.ladder import Ladder
from outreach.links.models import SINCE, LinkSchedule, PlacedLink


def due(now: datetime) -> sa.Select[int]:
    """The ids of links to look at: their moment has come and nobody holds them."""
    return sa.select(PlacedLink.id).where(
        PlacedLink.next_check_at <= now,
        sa.or_(PlacedLink.taken_until.is_(None), PlacedLink.taken_until <= now),
    )


A_SITE = 4
"""So many links of one site are taken at once; the rest waits, as a site is asked one thing at a time."""


def next_due(now: datetime, limit: int) -> sa.Select[int]:
    """The ids of the links to look at next: who was asked for first, few of a site, none of a site that somebody is at."""
    order = (PlacedLink.asked_at.is_(None), PlacedLink.next_check_at, PlacedLink.id)
    held = sa.select(PlacedLink.site_id).where(PlacedLink.taken_until > now)
    place = sa.func.row_number().over(partition_by=PlacedLink.site_id, order_by=order).label("place")
    ours = (
        due(now)
        .add_columns(place, PlacedLink.asked_at, PlacedLink.next_check_at)
        .where(PlacedLink.site_id.not_in(held))
        .subquery()
    )
    return (
        sa.select(ours.c.id)
        .where(ours.c.place <= A_SITE)
        .order_by(ours.c.asked_at.is_(None), ours.c.next_check_at, ours.c.id)
        .limit(limit)
    )


def schedule() -> tuple[Ladder, int]:
    """The ladder in force and its version; the product's own one is version 0."""
    row = session().get(LinkSchedule, 1)
    if row is None:
        return Ladder(), 0
    return ladder.of({name: getattr(row, name) for name in ladder.UNITS}), row.version


def off_schedule(version: int, limit: int) -> sa.Select[int]:
    """The ids of links whose next look an older schedule said; those that are just looked at take the new one by themselves."""
    return (
        sa.select(PlacedLink.id)
        .where(PlacedLink.schedule_version < version, PlacedLink.next_check_at.is_not(None))
        .order_by(PlacedLink.id)
        .limit(limit)
    )


MOST_TOLD = 10_001
"""Watched links of one age and importance are counted up to here."""


def ages(now: datetime, steps: Ladder) -> Sequence[tuple[int, int, int]]:
    """(rung, importance, how many, up to MOST_TOLD) of all watched links: rung 0 young, 1 grown, 2 old. One statement."""
    young, grown = now - steps.young_for, now - steps.grown_until
    rungs = ([young < SINCE], [young >= SINCE, grown < SINCE], [min(young, grown) >= SINCE])
    cells = [(rung, importance) for rung in range(len(rungs)) for importance in (1, 2, 3)]
    numbers = []
    for rung, importance in cells:
        watched = (PlacedLink.next_check_at.is_not(None), PlacedLink.importance == importance, *rungs[rung])
        some = sa.select(sa.literal(1)).select_from(PlacedLink).where(*watched)
        some = some.order_by(PlacedLink.importance, SINCE).limit(MOST_TOLD)  # or PostgreSQL reads the table
        numbers.append(sa.select(sa.func.count()).select_from(some.subquery()).scalar_subquery())
    row = session().execute(sa.select(*numbers)).one()
    return [(*cell, number) for cell, number in zip(cells, row, strict=True) if number]
