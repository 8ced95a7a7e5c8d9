"""Who there is. Nothing here changes a row."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from outreach.accounts.models import Key, User, Workspace
from outreach.accounts.rules import UserRole
from outreach.db import session
from outreach.kit import ids


def workspace() -> Workspace | None:
    """The workspace; None before the set-up."""
    return session().get(Workspace, 1)


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
