"""Finding placed links, and the alerts about them. Rights are in each query."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload, lazyload

from outreach.accounts.models import User
from outreach.db import session
from outreach.links.models import LinkAlert, PlacedLink
from outreach.pitches.models import Pitch
from outreach.projects.models import Project
from outreach.projects.queries import visible_to, writable_by
from outreach.prospects.models import Site
from outreach.reminders.models import Reminder
from outreach.reminders.rules import ReminderState


def get(user: User, key: int) -> PlacedLink | None:
    """The link with its project, site, pitch and owner, or None; one statement."""
    return _one(key, visible_to(user))


def get_writable(user: User, key: int) -> PlacedLink | None:
    """The same, for a user who may change it."""
    return _one(key, writable_by(user))


def _one(key: int, projects: sa.Select[int]) -> PlacedLink | None:
    return session().scalar(
        sa.select(PlacedLink)
        .where(PlacedLink.id == key, PlacedLink.project_id.in_(projects))
        .options(*shown())
    )


def shown() -> tuple[Any, ...]:
    """Loader options: what a screen names of a link's neighbours."""
    return (
        joinedload(PlacedLink.project).options(lazyload(Project.hosts)),
        joinedload(PlacedLink.site),
        joinedload(PlacedLink.owner),
        joinedload(PlacedLink.person).lazyload("*"),
        joinedload(PlacedLink.reclaim),
        joinedload(PlacedLink.pitch).options(joinedload(Pitch.person).lazyload("*")),
    )


def of_pitch(pitch_id: int) -> Sequence[PlacedLink]:
    """The links of one pitch, which was loaded by its own rights."""
    return (
        session()
        .scalars(sa.select(PlacedLink).where(PlacedLink.pitch_id == pitch_id).order_by(PlacedLink.id))
        .all()
    )


def pitches_of(user: User, project_id: int, site_id: int | None = None) -> Sequence[tuple[int, str, str]]:
    """(id, site, topic) of pitches that a new link may belong to, newest first."""
    query = (
        sa.select(Pitch.id, Site.key, Pitch.topic)
        .join(Site, Site.id == Pitch.site_id)
        .where(Pitch.project_id == project_id, Pitch.project_id.in_(writable_by(user)))
    )
    if site_id is not None:
        query = query.where(Pitch.site_id == site_id)
    newest = query.order_by(Pitch.updated_at.desc()).limit(200)
    return [(id_, site, topic) for id_, site, topic in session().execute(newest)]


def same(project_id: int, page_norm: str, target_url: str) -> int | None:
    """The id of the link that stands for this page and target already."""
    return session().scalar(
        sa.select(PlacedLink.id).where(
            PlacedLink.project_id == project_id,
            PlacedLink.page_url_norm == page_norm,
            PlacedLink.target_url == target_url,
        )
    )


def alerted_users(now: datetime, limit: int) -> Sequence[int]:
    """Whose alerts have been gathered long enough."""
    return (
        session()
        .scalars(
            sa.select(LinkAlert.user_id)
            .where(LinkAlert.due_at <= now)
            .group_by(LinkAlert.user_id)
            .order_by(sa.func.min(LinkAlert.due_at))
            .limit(limit)
        )
        .all()
    )


def still_news(user: User, keys: Sequence[int], *, since: datetime) -> Sequence[LinkAlert]:
    """Of these alerts those that the user may see, has not dealt with, and that came after `since`; the worst first."""
    return (
        session()
        .scalars(
            sa.select(LinkAlert)
            .join(LinkAlert.link)
            .join(LinkAlert.reminder)
            .where(
                LinkAlert.id.in_(keys), LinkAlert.at > since, Reminder.state == ReminderState.OPEN,
                Reminder.owner_id == user.id, PlacedLink.project_id.in_(visible_to(user)),
            )
            .options(contains_eager(LinkAlert.link).options(*shown()), contains_eager(LinkAlert.reminder).lazyload("*"))
            .order_by(LinkAlert.code != "LINK_MISSING", LinkAlert.id)
        )
        .all()
    )  # fmt: skip
