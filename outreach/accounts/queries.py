"""Who there is. Nothing here changes a row."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlsplit

import sqlalchemy as sa

from outreach.accounts.calendars import holidays_of
from outreach.accounts.models import Key, Leave, User, Workspace
from outreach.accounts.rules import UserRole
from outreach.db import session
from outreach.kit import days, ids
from outreach.kit.days import WorkingDays

MOST_LEAVES = 50
"""Stretches of leave that are looked at, the latest first."""


def workspace() -> Workspace | None:
    """The workspace; None before the set-up."""
    return session().get(Workspace, 1)


def calendar_host(reached: str) -> str:
    """The name behind the @ of calendar entries: the workspace's own, so that it is the same whichever way the server was `reached`."""
    space = workspace()
    return urlsplit(space.base_url if space and space.base_url else f"//{reached}").hostname or "outreach"


def is_set_up() -> bool:
    return session().scalar(sa.select(Workspace.id)) is not None


def user_of(email: str) -> User | None:
    """The user with this (clean) address, active or not."""
    return session().scalar(sa.select(User).where(User.email == email))


def users() -> Sequence[User]:
    """All users by name; those switched off last."""
    return session().scalars(sa.select(User).order_by(User.is_active.desc(), User.name, User.id)).all()


def names() -> dict[int, str]:
    """`{user id: name}` of everybody who ever was here, for timelines."""
    return {row.id: row.name for row in session().execute(sa.select(User.id, User.name))}


def active_admins() -> int:
    """How many could still manage the workspace."""
    query = sa.select(sa.func.count()).where(User.role == UserRole.ADMIN, User.is_active)
    return session().scalar(query) or 0


def open_invitations(now: datetime) -> Sequence[Key]:
    """Invitations that can still be taken up, the newest first."""
    return session().scalars(
        sa.select(Key)
        .where(Key.purpose == "invitation", Key.used_at.is_(None), Key.expires_at > now)
        .order_by(Key.id.desc())
    ).all()  # fmt: skip


def key_of(token: str, purpose: str, now: datetime) -> Key | None:
    """The unused key behind a link; None when there is none, or it is too old, or it is for something else."""
    return session().scalar(
        sa.select(Key).where(
            Key.token_hash == ids.digest(token), Key.purpose == purpose, Key.used_at.is_(None), Key.expires_at > now
        )
    )  # fmt: skip


def working_days(user_id: int | None) -> WorkingDays:
    """Somebody's calendar: their weekends, public holidays and leave. One statement; Monday to Friday for nobody."""
    if user_id is None:
        return days.PLAIN
    query = (
        sa.select(User.holidays_of, Leave.first_on, Leave.last_on)
        .outerjoin(Leave, Leave.user_id == User.id)
        .where(User.id == user_id)
        .order_by(Leave.last_on.desc())
    )
    with session().no_autoflush:  # a row in the middle of a change is not written for this
        rows = session().execute(query.limit(MOST_LEAVES)).all()
    country = rows[0].holidays_of if rows else ""
    leave = tuple((row.first_on, row.last_on) for row in rows if row.first_on)
    return WorkingDays(holidays_of(country), leave) if country else WorkingDays(leave=leave)


def leaves_of(user_id: int) -> Sequence[Leave]:
    """Somebody's leave, the latest first."""
    query = sa.select(Leave).where(Leave.user_id == user_id).order_by(Leave.first_on.desc(), Leave.id.desc())
    return session().scalars(query.limit(MOST_LEAVES)).all()
