"""Users and their places in projects: inviting, joining, roles, switching off. Each action is one commit."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.exc import IntegrityError

from outreach.accounts import moves as account_moves
from outreach.accounts import passwords
from outreach.accounts import queries as account_queries
from outreach.accounts.models import Key, User
from outreach.accounts.rules import UserRole
from outreach.db import locked, session, write
from outreach.projects import moves
from outreach.projects.models import Project
from outreach.projects.rules import Grant


def invite(email: str, role: UserRole, grants: list[Grant], *, by: User, now: datetime) -> tuple[Key, str]:
    """An invitation and the token of its link. Raises accounts.moves.EmailTaken."""
    with write():
        return account_moves.invite(email, role, [grant.pack() for grant in grants], by=by, now=now)


def withdraw(key: Key, *, by: User, now: datetime) -> None:
    with write():
        row = locked(Key, key.id)
        if row is not None and row.used_at is None:
            account_moves.withdraw(row, by=by, now=now)


def join(token: str, name: str, password: str, timezone: str, *, now: datetime) -> User | None:
    """Take an invitation up with its places in projects; None when it was used or withdrawn meanwhile."""
    hashed = passwords.hashed(password)
    try:
        with write():
            found = account_queries.key_of(token, "invitation", now)
            key = locked(Key, found.id) if found else None
            if key is None or key.used_at is not None:
                return None
            user = account_moves.join(key, name, hashed, timezone, now=now)
            _grant(user, key, now)
    except (IntegrityError, account_moves.EmailTaken):
        return None
    return user


def _grant(user: User, key: Key, now: datetime) -> None:
    for grant in map(Grant.unpack, key.grants):
        if session().get(Project, grant.project_id) is not None:
            moves.add_member(grant.project_id, user.id, grant.role, by=key.created_by_id, now=now)


def set_role(user: User, role: UserRole, *, by: User, now: datetime) -> None:
    """Raises accounts.moves.LastAdmin."""
    with write():
        row = session().get(User, user.id)
        if row is not None:
            account_moves.set_role(row, role, by=by, now=now)


def set_active(user: User, is_active: bool, *, by: User, now: datetime) -> None:
    """Raises accounts.moves.LastAdmin."""
    with write():
        row = session().get(User, user.id)
        if row is not None:
            account_moves.set_active(row, is_active, by=by, now=now)


def make_password_link(user: User, *, by: User, now: datetime) -> str:
    """The token of a link that sets a new password once."""
    with write():
        return account_moves.make_password_link(user, by=by.id, now=now)
