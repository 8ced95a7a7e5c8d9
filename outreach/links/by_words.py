"""Links by words that many pages hold, the newest first: those of a narrow list are read for the words; of a wide one SQLite's index of words is gone through from its end."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from outreach.db import session
from outreach.links.models import PlacedLink
from outreach.search.queries import in_order
from outreach.search.rules import parts_of

NARROW = 1_001
"""So many links are read for the words sooner than to go through all that hold them."""


def is_led(terms: Sequence[str]) -> bool:
    """Has SQLite's index something to lead by? PostgreSQL's is in no order."""
    return session().get_bind().dialect.name == "sqlite" and bool(parts_of(list(terms)))


def are_few(ids: sa.Select[int]) -> bool:
    """Are these links so few that each is read?"""
    some = ids.limit(NARROW).subquery()
    return (session().scalar(sa.select(sa.func.count()).select_from(some)) or 0) < NARROW


def newest(
    where: Sequence[sa.ColumnElement[bool]], terms: Sequence[str], *, before: int | None, limit: int
) -> list[int]:
    """The ids of the newest links that fit and hold the terms, those with an id below `before`."""
    query = sa.select(PlacedLink.id).where(*where)
    told = in_order(query, "placed_links", terms, before=before, limit=limit, is_common=True)
    return list(session().scalars(told))
