"""Setting a mailbox up, one commit each: a person asks, the worker looks and tries, the mailbox is added."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from outreach.accounts.models import User
from outreach.db import locked, session, write
from outreach.mail import vault
from outreach.mail.actions import Gone
from outreach.mail.models import MailboxSearch
from outreach.mail.rules import SearchState

LEASE = timedelta(minutes=3)
KEPT = timedelta(days=1)
AT_ONCE = 5
WAITING = (SearchState.LOOKING, SearchState.TRYING)


def begin(address: str, *, by: User, now: datetime) -> int:
    """Look for the servers of this address; the id of the search."""
    with write() as here:
        row = MailboxSearch(
            user_id=by.id, mailbox_name=address, state=SearchState.LOOKING, due_at=now, created_at=now,
            servers={}, results={}, why="", secret="",
        )  # fmt: skip
        here.add(row)
        here.flush()
        return row.id


def of(user: User, search_id: int) -> MailboxSearch | None:
    """A search of the user's; an admin sees all."""
    query = sa.select(MailboxSearch).where(MailboxSearch.id == search_id)
    return session().scalar(query if user.is_admin else query.where(MailboxSearch.user_id == user.id))


def ask_to_try(
    search_id: int, servers: dict[str, Any], password: str, *, key: bytes, by: User, now: datetime
) -> None:
    """Try these servers. An empty password keeps the one that was typed before, for the same servers. Raises Gone."""
    with write():
        row = _own(search_id, by)
        is_same = all(
            row.servers.get(kind, {}).get(name) == way.get(name)
            for kind, way in servers.items()
            for name in ("host", "port", "username")
        )
        row.secret = vault.seal(password, key) if password else row.secret if is_same else ""
        row.servers, row.results = servers, {}
        row.state, row.due_at = SearchState.TRYING, now


def done(search_id: int, *, by: User) -> None:
    """The mailbox is added; what was typed for it is forgotten here. Raises Gone."""
    with write() as here:
        here.delete(_own(search_id, by))


def _own(search_id: int, by: User) -> MailboxSearch:
    row = locked(MailboxSearch, search_id)
    if row is None or not (by.is_admin or row.user_id == by.id):
        raise Gone
    return row


# The worker's part


def take(now: datetime) -> list[tuple[int, SearchState]]:
    """Searches that wait for the worker, leased; those older than a day are forgotten."""
    with write() as here:
        here.execute(sa.delete(MailboxSearch).where(MailboxSearch.created_at < now - KEPT))
        due = (
            sa.select(MailboxSearch.id)
            .where(MailboxSearch.due_at <= now)
            .order_by(MailboxSearch.due_at)
            .limit(AT_ONCE)
        )
        taken = here.execute(
            sa.update(MailboxSearch)
            .where(MailboxSearch.id.in_(due), MailboxSearch.due_at <= now)
            .values(due_at=now + LEASE)
            .returning(MailboxSearch.id, MailboxSearch.state)
            .execution_options(synchronize_session=False)
        )
        return [(row.id, row.state) for row in taken]


def found(search_id: int, servers: dict[str, Any], why: str) -> None:
    """What was found, for a person to look at."""
    with write():
        row = locked(MailboxSearch, search_id)
        if row is not None and row.state is SearchState.LOOKING:
            row.servers, row.why, row.state, row.due_at = servers, why[:500], SearchState.FOUND, None


def tried(search_id: int, results: dict[str, Any]) -> None:
    """What came of the try; the words of each server, empty where it went well."""
    with write():
        row = locked(MailboxSearch, search_id)
        if row is not None and row.state is SearchState.TRYING:
            row.results, row.state, row.due_at = results, SearchState.TRIED, None


def count_due(now: datetime) -> int:
    """How many wait."""
    return session().scalar(sa.select(sa.func.count()).where(MailboxSearch.due_at <= now)) or 0
