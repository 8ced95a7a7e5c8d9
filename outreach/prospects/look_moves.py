"""Asking for looks at sites, taking them, and keeping what was seen. Never commits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from outreach.consent.queries import without_erased
from outreach.db import locked, session, take_due
from outreach.inserting import insert_new
from outreach.prospects.look_rules import AGAIN_AFTER, FRESH_FOR, LookState
from outreach.prospects.models import Site, SiteLook

TAKEN_FOR = timedelta(minutes=3)


def ask(sites: Iterable[tuple[int, SiteLook | None]], *, now: datetime) -> int:
    """Make the looks due that are missing or old, given as (site id, look so far); how many."""
    sites = list(sites)
    new = [{"site_id": site_id, "look_at": now} for site_id, look in sites if look is None]
    insert_new(SiteLook, new, unique=("site_id",))
    old = [look for _, look in sites if look is not None and is_old(look, now)]
    for look in old:
        look.look_at = now
    return len(new) + len(old)


def is_old(look: SiteLook, now: datetime) -> bool:
    """Is it time to look again, where nobody has asked for it yet?"""
    if look.look_at is not None or look.looked_at is None:
        return False
    return now - look.looked_at > (FRESH_FOR if look.state is LookState.READ else AGAIN_AFTER)


def is_due(now: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    return SiteLook.look_at <= now, sa.or_(SiteLook.taken_until.is_(None), SiteLook.taken_until <= now)


def take(limit: int, *, now: datetime) -> dict[int, tuple[int, str]]:
    """Take looks that are due, what was asked for last first: `{id: (fence, address of the site)}`."""
    still = is_due(now)
    due = sa.select(SiteLook.id).where(*still).order_by(SiteLook.look_at.desc(), SiteLook.id).limit(limit)
    fences = dict(take_due(SiteLook, due, *still, until=now + TAKEN_FOR))
    wanted = (
        sa.select(SiteLook.id, Site.url)
        .join(Site, Site.id == SiteLook.site_id)
        .where(SiteLook.id.in_(fences))
    )
    return {row.id: (fences[row.id], row.url) for row in session().execute(wanted)}


def let_be(site_id: int) -> None:
    """Nobody waits for this look any more: when it was not begun, the page is not asked for."""
    session().execute(
        sa.delete(SiteLook)
        .where(SiteLook.site_id == site_id, SiteLook.looked_at.is_(None), SiteLook.taken_until.is_(None))
        .execution_options(synchronize_session="fetch")
    )


def keep(key: int, fence: int, seen: Mapping[str, Any], *, now: datetime) -> bool:
    """Write down what was seen; False when somebody else took the look since. Erased addresses are covered."""
    look = locked(SiteLook, key)
    if look is None or look.fence != fence:
        return False
    look.title, look.snippet = _covered(
        [str(seen.get("title", ""))[:300], str(seen.get("snippet", ""))[:600]]
    )
    look.language, look.trouble = str(seen.get("language", ""))[:16], str(seen.get("trouble", ""))[:300]
    look.page_state, look.status = str(seen.get("page_state", ""))[:32], seen.get("status")
    look.state = LookState.READ if look.page_state == "ok" else LookState.UNREAD
    look.looked_at, look.look_at, look.taken_until = now, None, None
    return True


def _covered(texts: Sequence[str]) -> list[str]:
    return without_erased([text.replace("\x00", "") for text in texts])


def put_off(key: int, fence: int, seconds: int, *, now: datetime) -> None:
    """The host wants to be left alone: look later."""
    look = locked(SiteLook, key)
    if look is not None and look.fence == fence:
        look.look_at, look.taken_until = now + timedelta(seconds=max(seconds, 1)), None
