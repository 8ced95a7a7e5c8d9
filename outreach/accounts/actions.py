"""What a door of accounts can do. Each action is one commit; `log_in` counts the try in a commit of its own before it looks."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy.exc import IntegrityError

from outreach.accounts import moves, passwords, queries, rules
from outreach.accounts.models import User, Workspace
from outreach.accounts.rules import Bucket, Place, UserRole
from outreach.db import locked, write
from outreach.diary.moves import note


class AlreadySetUp(Exception):
    """There is a workspace: the set-up happens once."""


class Refused(Exception):
    """Address and password do not match; `left` tries remain."""

    def __init__(self, left: int) -> None:
        super().__init__(left)
        self.left = left


class Limited(Exception):
    """Too many tries; the next one counts in `minutes`."""

    def __init__(self, minutes: int) -> None:
        super().__init__(minutes)
        self.minutes = minutes


class Changed(Exception):
    """Somebody else saved first."""


def set_up(workspace: dict[str, str], name: str, email: str, password: str, *, now: datetime) -> User:
    """The workspace and its first admin. Raises AlreadySetUp, also when two people send the form at once."""
    hashed = passwords.hashed(password)
    try:
        with write():
            if queries.is_set_up():
                raise AlreadySetUp
            moves.add_workspace(**workspace, now=now)
            user = moves.add_user(
                email, name, UserRole.ADMIN, hashed, timezone=workspace["timezone"], now=now, is_hashed=True
            )
            note("workspace.set_up", by=user.id, now=now)
    except IntegrityError:
        raise AlreadySetUp from None
    return user


def log_in(email: str, password: str, place: Place, *, now: datetime) -> User:
    """The user. Raises Refused or Limited, in the same words and time whether the account exists or not.

    The try is counted before the password is looked at, so that tries made at the same time count too.
    """
    found = queries.user_of(email)
    device = place.device if found and found.id == place.device_user_id else None
    counted = rules.buckets(email, place.address, device)
    left = _count(counted, now)
    kept = found.password_hash if found and found.is_active else None
    if not passwords.is_right(kept, password):
        _refuse(found, left, now)
    assert found is not None
    return _let_in(found, password, counted, now)


def _count(counted: list[Bucket], now: datetime) -> int:
    """Count a try and tell how many are left; raises Limited and then counts nothing."""
    with write():
        rows = [(moves.count_try(bucket, now), bucket.limit) for bucket in counted]
        over = [row for row, limit in rows if row.count > limit]
        if over:
            raise Limited(max(rules.minutes_left(row.since, now) for row in over))
        return min(limit - row.count for row, limit in rows)


def _refuse(found: User | None, left: int, now: datetime) -> None:
    about = ("user", found.id) if found else None
    with write():
        note("user.refused" if found else "user.unknown_refused", by=None, now=now, subject=about)
    raise Refused(left)


def _let_in(user: User, password: str, counted: list[Bucket], now: datetime) -> User:
    better = passwords.hashed(password) if passwords.is_old(user.password_hash) else None
    with write():
        moves.forget_tries(counted[0], counted[1:], now)
        user.last_seen_at = now
        user.password_hash = better or user.password_hash
        note("user.logged_in", by=user.id, now=now)
    return user


def log_out(user: User, *, now: datetime) -> None:
    with write():
        note("user.logged_out", by=user.id, now=now)


def change_password(user: User, old: str, new: str, *, now: datetime) -> bool:
    """Set a new password when the old one is right; ends every session, so that the caller starts a new one."""
    if not passwords.is_right(user.password_hash, old):
        return False
    hashed = passwords.hashed(new)
    with write():
        moves.set_password(user, hashed, by=user.id, now=now)
    return True


def use_password_link(token: str, password: str, *, now: datetime) -> User | None:
    """Set a new password by a link; None when the link has been used meanwhile. Tries start anew."""
    hashed = passwords.hashed(password)
    with write():
        key = queries.key_of(token, "reset", now)
        user = locked(User, key.user_id) if key and key.user_id else None
        if key is None or user is None or not user.is_active or key.used_at:
            return None
        key.used_at = now
        moves.set_password(user, hashed, by=user.id, now=now)
        moves.forget_tries(Bucket(f"account:{user.email}", 0), [], now)
    return user


def make_password_link(user: User, *, by: int | None, now: datetime) -> str:
    with write():
        return moves.make_password_link(user, by=by, now=now)


def save_profile(user: User, values: dict[str, Any], *, now: datetime) -> None:
    with write():
        changed = _set(user, values)
        if changed:
            note("user.profile", by=user.id, now=now, subject=("user", user.id), fields=changed)


def add_leave(user: User, first_on: date, last_on: date, *, now: datetime) -> None:
    """Days away; one's own only. Raises moves.TooManyLeaves."""
    with write():
        moves.add_leave(user, first_on, last_on, now=now)


def remove_leave(user: User, key: int, *, now: datetime) -> bool:
    """There after all. False when there is no such leave of theirs."""
    with write():
        return moves.remove_leave(user, key, now=now)


def save_workspace(values: dict[str, Any], version: int, *, by: User, now: datetime) -> None:
    """Raises Changed when the form was drawn from an older row."""
    with write():
        row = locked(Workspace, 1)
        if row is None or row.version != version:
            raise Changed
        changed = _set(row, values)
        if changed:
            row.version += 1
            note("workspace.changed", by=by.id, now=now, fields=changed)


def _set(row: User | Workspace, values: dict[str, Any]) -> list[str]:
    """Set what differs; the names of it."""
    changed = [name for name, value in values.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, values[name])
    return changed
