"""The looks at a link that are kept, and what they say together."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from outreach.db import session
from outreach.links import news
from outreach.links.codes import Severity, meaning
from outreach.links.models import LinkCheck, PlacedLink
from outreach.links.rules import MISS_APART, Confidence, LinkState, Presence, Value

GONE = (LinkState.LOST, LinkState.RECLAIMING)
ASKED_ABOUT = (Severity.CRITICAL, Severity.HIGH, Severity.MEDIUM)
"""What is wrong with a link that is so severe may be written about."""


def checks(link: PlacedLink, limit: int = 60, *, before: int | None = None) -> Sequence[LinkCheck]:
    """The last looks at a link (or those before the look `before`), newest first."""
    query = sa.select(LinkCheck).where(LinkCheck.link_id == link.id).options(joinedload(LinkCheck.by))
    if before is not None:
        query = query.where(LinkCheck.id < before)
    return session().scalars(query.order_by(LinkCheck.id.desc()).limit(limit)).all()


def last_found(link: PlacedLink, before: int) -> LinkCheck | None:
    """The last look before the look `before` that found the link."""
    found = (LinkCheck.link_id == link.id, LinkCheck.id < before, LinkCheck.presence == Presence.FOUND)
    return session().scalar(sa.select(LinkCheck).where(*found).order_by(LinkCheck.id.desc()).limit(1))


def last_good(link: PlacedLink) -> LinkCheck | None:
    """The last look that saw the link as agreed."""
    good = (
        LinkCheck.link_id == link.id,
        LinkCheck.presence == Presence.FOUND,
        LinkCheck.value != Value.WEAKENED,
    )
    return session().scalar(sa.select(LinkCheck).where(*good).order_by(LinkCheck.id.desc()).limit(1))


def is_wrong_twice(link: PlacedLink) -> bool:
    """Is it lost, or did two looks at least `MISS_APART` apart, and all between, find the same wrong with it? What a person saw needs no second look."""
    if link.state in GONE:
        return True
    columns = (LinkCheck.at, LinkCheck.codes, LinkCheck.value, LinkCheck.confidence)
    found = (LinkCheck.link_id == link.id, LinkCheck.presence != Presence.UNREADABLE)
    looks = session().execute(sa.select(*columns).where(*found).order_by(LinkCheck.id.desc()).limit(60)).all()
    same: frozenset[str] | None = None
    for look in looks:
        wrong = _wrong(look.codes, look.value)
        same = wrong if same is None else same & wrong
        if not same:
            return False
        if look.confidence is Confidence.HUMAN or looks[0].at - look.at >= MISS_APART:
            return True
    return False


def _wrong(codes: Collection[str], value: Value) -> frozenset[str]:
    """The codes that one may ask the editor about; a weakened link without any has one of its own."""
    told = frozenset(code for code in codes if meaning(code).severity in ASKED_ABOUT)
    return told or (frozenset([news.BY_EYE]) if value is Value.WEAKENED else told)


def check_count(link: PlacedLink) -> int:
    return (
        session().scalar(
            sa.select(sa.func.count()).select_from(LinkCheck).where(LinkCheck.link_id == link.id)
        )
        or 0
    )


def last_looks(links: Sequence[PlacedLink]) -> dict[int, LinkCheck]:
    """By link: the look of its last whole read, where it may still stand."""
    wanted = {
        int(link.last_read["check"]): link.id
        for link in links
        if link.last_read.get("check") and link.asked_at is None
    }
    rows = session().scalars(sa.select(LinkCheck).where(LinkCheck.id.in_(wanted))) if wanted else ()
    return {wanted[row.id]: row for row in rows}


def last_told(link: PlacedLink) -> frozenset[str] | None:
    """The telling codes of the last look that found the link, None when none did."""
    last = (
        session()
        .execute(
            sa.select(LinkCheck.codes, LinkCheck.value, LinkCheck.confidence)
            .where(LinkCheck.link_id == link.id, LinkCheck.presence == Presence.FOUND)
            .order_by(LinkCheck.id.desc())
            .limit(1)
        )
        .first()
    )
    if last is None:
        return None
    return news.telling(last.codes, last.value, by_person=last.confidence is Confidence.HUMAN)
