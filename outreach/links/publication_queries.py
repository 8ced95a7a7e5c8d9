"""Finding pitches whose piece may be published, and what was found for them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload

from outreach.accounts.models import User
from outreach.db import session
from outreach.links.models import PlacedLink
from outreach.links.publication_models import Finding, Publication, PublicationWatch
from outreach.pitches.models import Pitch
from outreach.pitches.production.models import Production
from outreach.pitches.rules import PATHS, Stage
from outreach.projects.models import Project
from outreach.projects.queries import writable_by

FROM = (Stage.DRAFT_SENT, Stage.ACCEPTED, Stage.SCHEDULED, Stage.EDITOR_EDITING, Stage.RELEASED)


def _stages() -> frozenset[Stage]:
    found: set[Stage] = set()
    for path in PATHS.values():
        first = next((at for at, stage in enumerate(path) if stage in FROM), None)
        if first is not None and Stage.PUBLISHED_CLAIMED in path and Stage.AGREED in path:
            found.update(path[first : path.index(Stage.PUBLISHED_CLAIMED)])
    return frozenset(found)


WAITS = _stages()
"""From when the piece is out of our hands until its address is known."""


def _waits() -> list[sa.ColumnElement[bool]]:
    return [Pitch.is_open.is_(True), Pitch.stage.in_(WAITS), Pitch.page_url == ""]


def unwatched(limit: int) -> Sequence[int]:
    """Pitches that wait for their page and have no watch yet."""
    has_one = sa.select(PublicationWatch.id).where(PublicationWatch.pitch_id == Pitch.id)
    return session().scalars(sa.select(Pitch.id).where(*_waits(), ~has_one.exists()).limit(limit)).all()


def due(now: datetime) -> sa.Select[int]:
    """The ids of watches whose moment has come, that nobody holds, and whose pitch still waits."""
    return (
        sa.select(PublicationWatch.id)
        .join(Pitch, Pitch.id == PublicationWatch.pitch_id)
        .where(
            PublicationWatch.next_at <= now,
            sa.or_(PublicationWatch.taken_until.is_(None), PublicationWatch.taken_until <= now),
            *_waits(),
        )
    )


def loaded(keys: Sequence[int]) -> Sequence[PublicationWatch]:
    """Watches with their pitch, its site, project, hosts and people."""
    return (
        session()
        .scalars(
            sa.select(PublicationWatch)
            .where(PublicationWatch.id.in_(keys))
            .join(PublicationWatch.pitch)
            .options(
                contains_eager(PublicationWatch.pitch).options(
                    joinedload(Pitch.site), joinedload(Pitch.project).selectinload(Project.hosts), joinedload(Pitch.owner)
                )
            )
        )
        .all()
    )  # fmt: skip


def bylines(keys: Sequence[int]) -> dict[int, str]:
    """{watch: the name that is to stand over the piece}, where it is written down."""
    query = (
        sa.select(PublicationWatch.id, Production.facts)
        .join(Production, Production.pitch_id == PublicationWatch.pitch_id)
        .where(PublicationWatch.id.in_(keys))
    )
    return {key: str(facts.get("byline") or "") for key, facts in session().execute(query)}


def known_pages(pitch: Pitch) -> frozenset[str]:
    """Normalised addresses at the pitch's site that are watched, or were found for the pitch, already."""
    watched = sa.select(PlacedLink.page_url_norm).where(
        PlacedLink.project_id == pitch.project_id, PlacedLink.site_id == pitch.site_id
    )
    found = sa.select(Publication.page_url_norm).where(Publication.pitch_id == pitch.id)
    return frozenset(session().scalars(sa.union(watched, found)))


def beside(links: sa.Select[Any]) -> sa.Select[Any]:
    """A query from `Pitch` with the pitch's watch (while it waits) and its open findings added as columns."""
    waits = sa.and_(PublicationWatch.pitch_id == Pitch.id, *_waits())
    is_open = sa.and_(Publication.pitch_id == PublicationWatch.pitch_id, Publication.state == Finding.OPEN)
    return (
        links.outerjoin(PublicationWatch, waits)
        .outerjoin(Publication, is_open)
        .add_columns(PublicationWatch, Publication)
    )


def get_writable(user: User, key: int) -> Publication | None:
    """The finding, for a user who may change its pitch."""
    return session().scalar(
        sa.select(Publication)
        .join(Publication.pitch)
        .where(Publication.id == key, Pitch.project_id.in_(writable_by(user)))
        .options(contains_eager(Publication.pitch).joinedload(Pitch.project).selectinload(Project.hosts))
    )
