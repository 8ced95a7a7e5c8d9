"""Changing users, the workspace and one-time links. Never commits; each change writes its diary line."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from outreach.accounts import passwords, queries, rules
from outreach.accounts.models import Key, Leave, TryCount, User, Workspace
from outreach.accounts.rules import Bucket, UserRole
from outreach.db import is_sqlite, session
from outreach.diary.moves import note
from outreach.kit import ids


class TooManyLeaves(Exception):
    """There is no room for another stretch of leave."""


class LastAdmin(Exception):
    """The workspace would be left without an active admin."""


class EmailTaken(Exception):
    """Somebody has this address already."""


def add_workspace(
    *, name: str, legal_name: str, postal_address: str, base_url: str, timezone: str, now: datetime
) -> Workspace:
    """The one workspace, with a fresh key for the hashes that outlive an erasure."""
    row = Workspace(
        id=1, name=name, legal_name=legal_name, postal_address=postal_address, base_url=base_url.rstrip("/"),
        timezone=timezone, hash_key=ids.token(256), created_at=now,
    )  # fmt: skip
    session().add(row)
    session().flush()
    return row


def add_user(
    email: str,
    name: str,
    role: UserRole,
    password: str,
    *,
    timezone: str,
    now: datetime,
    is_hashed: bool = False,
) -> User:
    """A user with a fresh session token. `email` is clean (rules.clean_email). Raises EmailTaken."""
    if queries.user_of(email):
        raise EmailTaken(email)
    row = User(
        email=email, name=name, role=role, password_hash=password if is_hashed else passwords.hashed(password),
        session_token=ids.token(256), timezone=timezone, created_at=now, last_seen_at=now,
    )  # fmt: skip
    session().add(row)
    session().flush()
    return row


def set_password(user: User, password_hash: str, *, by: int | None, now: datetime) -> None:
    """A new password; the new token ends every session there is."""
    user.password_hash = password_hash
    user.session_token = ids.token(256)
    note("user.password", by=by, now=now, subject=("user", user.id))


def set_role(user: User, role: UserRole, *, by: User, now: datetime) -> None:
    """Raises LastAdmin."""
    if user.role is role:
        return
    if user.is_admin:
        _keep_one_admin(user)
    note("user.role", by=by.id, now=now, subject=("user", user.id), before=user.role.value, after=role.value)
    user.role = role


def set_active(user: User, is_active: bool, *, by: User, now: datetime) -> None:
    """Switch an account on or off; off ends its sessions and its open links. Raises LastAdmin."""
    if user.is_active == is_active:
        return
    if not is_active:
        _keep_one_admin(user)
        user.session_token = ids.token(256)
        _use_up(Key.user_id == user.id, now)
    user.is_active = is_active
    note("user.activated" if is_active else "user.deactivated", by=by.id, now=now, subject=("user", user.id))


def add_leave(user: User, first_on: date, last_on: date, *, now: datetime) -> None:
    """Days away, both included. Raises TooManyLeaves."""
    if len(queries.leaves_of(user.id)) >= queries.MOST_LEAVES:
        raise TooManyLeaves
    session().add(Leave(user_id=user.id, first_on=first_on, last_on=last_on, created_at=now))
    note(
        "user.leave",
        by=user.id,
        now=now,
        subject=("user", user.id),
        first=first_on.isoformat(),
        last=last_on.isoformat(),
    )


def remove_leave(user: User, key: int, *, now: datetime) -> bool:
    """There after all. False when there is no such leave of theirs."""
    leave = session().get(Leave, key)
    if leave is None or leave.user_id != user.id:
        return False
    session().delete(leave)
    note("user.leave_off", by=user.id, now=now, subject=("user", user.id))
    return True


def _keep_one_admin(user: User) -> None:
    """Locks all admins in one order, so that two who remove each other at once leave one."""
    admins = session().scalars(
        sa.select(User)
        .where(User.role == UserRole.ADMIN, User.is_active)
        .order_by(User.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()  # fmt: skip
    if user in admins and len(admins) == 1:
        raise LastAdmin


def invite(email: str, role: UserRole, grants: list[str], *, by: User, now: datetime) -> tuple[Key, str]:
    """An invitation and the token of its link. An older one to the same address ends. Raises EmailTaken.

    `grants` are what the rooms above read when it is taken up; accounts does not look into them.
    """
    if queries.user_of(email):
        raise EmailTaken(email)
    _use_up(sa.and_(Key.email == email, Key.purpose == "invitation"), now)
    token = ids.token(192)
    key = Key(
        token_hash=ids.digest(token), purpose="invitation", email=email, role=role, grants=grants,
        created_by_id=by.id, created_at=now, expires_at=now + timedelta(days=rules.INVITATION_DAYS),
    )  # fmt: skip
    session().add(key)
    session().flush()
    note("user.invited", by=by.id, now=now, subject=("invitation", key.id), role=role.value)
    return key, token


def withdraw(key: Key, *, by: User, now: datetime) -> None:
    """The link of an invitation works no more."""
    key.used_at = now
    note("user.invitation_withdrawn", by=by.id, now=now, subject=("invitation", key.id))


def join(key: Key, name: str, password_hash: str, timezone: str, *, now: datetime) -> User:
    """Take an invitation up. Raises EmailTaken."""
    user = add_user(
        key.email, name, key.role or UserRole.USER, password_hash, timezone=timezone, now=now, is_hashed=True
    )
    key.used_at, key.user_id = now, user.id
    note("user.joined", by=user.id, now=now, subject=("user", user.id))
    return user


def make_password_link(user: User, *, by: int | None, now: datetime) -> str:
    """The token of a link that sets a new password once; older links of the user end."""
    _use_up(sa.and_(Key.user_id == user.id, Key.purpose == "reset"), now)
    token = ids.token(192)
    session().add(
        Key(
            token_hash=ids.digest(token), purpose="reset", email=user.email, user_id=user.id, created_by_id=by,
            created_at=now, expires_at=now + timedelta(hours=rules.RESET_HOURS),
        )
    )  # fmt: skip
    note("user.link_made", by=by, now=now, subject=("user", user.id))
    return token


def _use_up(which: sa.ColumnElement[bool], now: datetime) -> None:
    session().execute(sa.update(Key).where(which, Key.used_at.is_(None)).values(used_at=now))


def count_try(bucket: Bucket, now: datetime) -> TryCount:
    """Count one try, atomically; a counter whose window has passed starts anew."""
    insert = sqlite.insert if is_sqlite() else postgresql.insert
    is_over = TryCount.since <= now - rules.TRY_WINDOW
    statement = insert(TryCount).values(key_hash=ids.digest(bucket.key), count=1, since=now)
    upsert = statement.on_conflict_do_update(
        index_elements=[TryCount.key_hash],
        set_={
            "count": sa.case((is_over, 1), else_=TryCount.count + 1),
            "since": sa.case((is_over, sa.literal(now, TryCount.since.type)), else_=TryCount.since),
        },
    ).returning(TryCount)
    return session().scalars(upsert, execution_options={"populate_existing": True}).one()


def forget_tries(who: Bucket, others: Iterable[Bucket], now: datetime) -> None:
    """After a right password: the account starts anew, its place is not charged, old counters go."""
    gone = sa.or_(TryCount.key_hash == ids.digest(who.key), TryCount.since < now - timedelta(days=1))
    session().execute(sa.delete(TryCount).where(gone))
    keys = [ids.digest(bucket.key) for bucket in others]
    session().execute(
        sa.update(TryCount)
        .where(TryCount.key_hash.in_(keys), TryCount.count > 0)
        .values(count=TryCount.count - 1)
    )
