"""Which follow-ups were stopped: of a pitch, to its person, or to its site."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from outreach.accounts.models import User
from outreach.db import session
from outreach.pitches.models import Pitch
from outreach.projects.queries import writable_by
from outreach.sending.models import FollowUpStop


def stopped_at(pitch: Pitch) -> datetime | None:
    """Since when no follow-up of this pitch may leave: somebody stopped it, all to its person, or all to its site."""
    return session().scalar(sa.select(sa.func.max(FollowUpStop.at)).where(holds_for(pitch)))


def holds_for(pitch: Pitch) -> sa.ColumnElement[bool]:
    """The stops that hold for a pitch: its own, those of its person, those of its site."""
    whose = [FollowUpStop.pitch_id == pitch.id, FollowUpStop.site_id == pitch.site_id]
    if pitch.person_id is not None:
        whose.append(FollowUpStop.person_id == pitch.person_id)
    return sa.and_(FollowUpStop.lifted_at.is_(None), sa.or_(*whose))


def stop_columns(pitch: Pitch, reader: User) -> list[sa.Label[Any]]:
    """The newest stop that holds for a pitch, as columns of its page's statement: id, day, who said so, whether it is the reader's to lift."""
    said = aliased(Pitch)
    newest = (
        sa.select(
            FollowUpStop.id, FollowUpStop.at, FollowUpStop.site_id, User.name, said.project_id.in_(writable_by(reader)).label("may_lift")
        )
        .join(said, said.id == FollowUpStop.pitch_id)
        .outerjoin(User, User.id == FollowUpStop.by_id)
        .where(holds_for(pitch))
        .order_by(FollowUpStop.id.desc())
        .limit(1)
        .subquery()
    )  # fmt: skip
    return [sa.select(column).scalar_subquery().label(f"stop_{column.name}") for column in newest.c]
