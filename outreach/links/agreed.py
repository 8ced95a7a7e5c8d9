"""Watching the page that a pitch agreed on, from the day it is due (F4). One commit each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from outreach.accounts.models import User
from outreach.db import locked, session, write
from outreach.kit import urls
from outreach.links import moves
from outreach.links.models import PlacedLink
from outreach.links.moves import SameLink, Terms
from outreach.links.rules import NOT_YET_SEEN
from outreach.pitches.models import Pitch
from outreach.pitches.rules import MAINTENANCE, PATHS, Stage
from outreach.projects.models import OwnHost, Project
from outreach.prospects import moves as prospect_moves
from outreach.prospects.models import Site

AGREED = frozenset(
    stage for path in PATHS.values() if Stage.AGREED in path for stage in path[path.index(Stage.AGREED) :]
)
"""From the yes on. A reclaim or correction asks for a link that is watched already."""


def waiting(limit: int) -> Sequence[int]:
    """The open pitches whose agreed page is known and not watched for them."""
    here = session()
    query = sa.select(Pitch.id, Pitch.project_id, Pitch.page_url).where(
        Pitch.is_open, Pitch.stage.in_(AGREED), Pitch.type.not_in(MAINTENANCE), Pitch.page_url != "",
        Pitch.target_url != "", ~_watched().exists(),
    )  # fmt: skip
    found = here.execute(query.order_by(Pitch.id).limit(1000)).all()
    hosts = _own_hosts({row.project_id for row in found})
    theirs = [
        row for row in found if not any(urls.is_on_host(row.page_url, host) for host in hosts[row.project_id])
    ]
    norms = {urls.normalise(row.page_url) for row in theirs}
    taken = here.execute(
        sa.select(PlacedLink.project_id, PlacedLink.page_url_norm).where(
            PlacedLink.page_url_norm.in_(norms), PlacedLink.pitch_id.is_not(None)
        )
    )
    others = {tuple(row) for row in taken}
    here.rollback()
    return [row.id for row in theirs if (row.project_id, urls.normalise(row.page_url)) not in others][:limit]


def _watched() -> sa.Select[int]:
    """The link that stands for a pitch's agreed page already."""
    return sa.select(PlacedLink.id).where(
        PlacedLink.project_id == Pitch.project_id, PlacedLink.page_url == Pitch.page_url,
        PlacedLink.target_url == Pitch.target_url, PlacedLink.pitch_id.is_not(None),
    )  # fmt: skip


def _own_hosts(projects: set[int]) -> dict[int, list[str]]:
    hosts: dict[int, list[str]] = {key: [] for key in projects}
    for project_id, host in session().execute(
        sa.select(OwnHost.project_id, OwnHost.host).where(OwnHost.project_id.in_(projects))
    ):
        hosts[project_id].append(host)
    return hosts


def watch(pitch_id: int, *, now: datetime) -> int | None:
    """Watch the agreed page; gives the link, None when there is nothing to watch (any more)."""
    with write():
        pitch = locked(Pitch, pitch_id)
        return place(pitch, now=now) if pitch is not None and pitch.is_open else None


def place(pitch: Pitch, *, now: datetime) -> int | None:
    """The same inside a commit of the caller's, for a pitch that is locked.

    Where another address of the same pitch is awaited still, that link is led to the new address.
    """
    here = session()
    if not pitch.page_url or not pitch.target_url:
        return None
    project = here.get_one(Project, pitch.project_id)
    owner = here.get_one(User, pitch.owner_id or pitch.next_owner_id or pitch.created_by_id)
    awaited = here.scalar(
        sa.select(PlacedLink)
        .where(PlacedLink.pitch_id == pitch.id, PlacedLink.state.in_(NOT_YET_SEEN))
        .order_by(PlacedLink.id)
        .limit(1)
    )
    try:
        if awaited is not None:
            moves.change(awaited, _terms(pitch, awaited.importance), by=owner, now=now)
            return awaited.id
        site = _site(pitch, owner, now)
        return moves.place(project, site, _terms(pitch, 1), by=owner, now=now, pitch=pitch).id
    except SameLink as same:
        return _join(here.get_one(PlacedLink, same.key), pitch, now=now)


def _join(link: PlacedLink, pitch: Pitch, *, now: datetime) -> int | None:
    """A link that is watched on its own becomes the pitch's, and the next look may win it. One of another pitch stays that."""
    if link.pitch_id is not None:
        return None
    link.pitch_id, link.next_check_at, link.next_check_why = pitch.id, now, "it was joined to a pitch"
    return link.id


def _terms(pitch: Pitch, importance: int) -> Terms:
    """What was agreed. A page that is said to be there is looked at now, whatever day was planned."""
    there = pitch.stage is Stage.PUBLISHED_CLAIMED
    return Terms(
        pitch.page_url, pitch.target_url, pitch.anchor, pitch.expected_rel or "any", importance,
        None if there else pitch.due_on,
    )  # fmt: skip


def _site(pitch: Pitch, owner: User, now: datetime) -> Site:
    """The site of the page: the pitch's own, or the one that publishes it."""
    key = urls.site_key(pitch.page_url)
    ids, _, _ = prospect_moves.hold_sites(pitch.project_id, {key: pitch.page_url}, by=owner.id, now=now)
    return session().get_one(Site, ids[key])
