"""Links by words that many pages hold, the newest first: those of a narrow list are read for the words; of a wide one SQLite's index of words is gone through from its end.

PostgreSQL's index of words is in no order: words that not too many pages hold are looked for by both indexes, that of words and that of the rest.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from outreach.db import is_sqlite, session
from outreach.links.models import SINCE, PlacedLink
from outreach.search.queries import RUN, RUNS, candidate, in_order
from outreach.search.rules import parts_of
from outreach.web.pager import Cursor, beyond

NARROW = 1_001
"""So many links are read for the words sooner than to go through all that hold them."""


MET = RUNS * RUN // 10
"""PostgreSQL is asked for all links with words that no more of the drawn rows hold."""


def is_led(terms: Sequence[str]) -> bool:
    """Has SQLite's index something to lead by?"""
    return is_sqlite() and bool(parts_of(list(terms)))


def is_met(often: int) -> bool:
    """Do so few links hold common words (`search.commonness.how_often`) that PostgreSQL gathers them?"""
    return not is_sqlite() and 0 < often <= MET


def counting(ids: sa.Select[int]) -> sa.Select[int]:
    """How many these links are, counted no further than is asked of them by `are_few`."""
    return sa.select(sa.func.count()).select_from(ids.limit(NARROW).subquery())


def are_few(counted: sa.Select[int]) -> bool:
    """Are links so few that each is read? `counted` is `counting` of them."""
    return (session().scalar(counted) or 0) < NARROW


def newest(
    where: Sequence[sa.ColumnElement[bool]], terms: Sequence[str], *, cursor: Cursor | None, limit: int, is_aged: bool = False
) -> list[int]:  # fmt: skip
    """The ids of the newest links that fit and hold the terms, of those after the cursor; `is_aged`: by when they were first seen, on PostgreSQL only."""
    query = sa.select(PlacedLink.id).where(*where)
    if not is_sqlite():
        return _gathered(query, terms, cursor, limit, SINCE if is_aged else PlacedLink.id)
    before = cursor.id if cursor else None
    told = in_order(query, "placed_links", terms, before=before, limit=limit, is_common=True)
    return list(session().scalars(told))


def _gathered(query: sa.Select[int], terms: Sequence[str], cursor: Cursor | None, limit: int, by: Any) -> list[int]:  # fmt: skip
    """Sorted outside of a fence: PostgreSQL would sooner go through all links in their order."""
    query = query.add_columns(by.label("place")).where(*beyond(by, PlacedLink.id, cursor))
    some = query.where(candidate("placed_links", terms)).offset(0).subquery("held")
    return list(
        session().scalars(sa.select(some.c.id).order_by(some.c.place.desc(), some.c.id.desc()).limit(limit))
    )
