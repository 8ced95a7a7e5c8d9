"""The numbers of the side bar: one statement for all of them, none counted further than CAP.

The statement is long, and putting it together took a third of the time of a short page: it is kept for who asks again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from outreach.accounts.models import User
from outreach.db import kept_statement, session
from outreach.desk import agenda
from outreach.kit import clock
from outreach.links.models import PlacedLink
from outreach.mail.models import Message
from outreach.mail.rules import Direction, MessageState
from outreach.pitches.models import Pitch
from outreach.pitches.rules import Stage, column_of, is_open
from outreach.projects.queries import is_among
from outreach.prospects import crowding
from outreach.prospects.models import Person, Prospect, SitePerson
from outreach.prospects.rules import ProspectState
from outreach.reading import inbox
from outreach.web import words
from outreach.web.here import now
from outreach.web.pager import COUNT_CAP

WAITING: sa.BindParameter[Any] = sa.bindparam(
    "waiting",
    [MessageState.QUEUED, MessageState.TAKEN, MessageState.SENDING, MessageState.HELD, MessageState.UNKNOWN],
    expanding=True,
    literal_execute=True,
)
"""Spelled out in the statement: so SQLite sees that the index of what waits holds them all."""
OPEN = sorted({column_of(stage) for stage in Stage if is_open(stage)})
"""The columns of the board in which each pitch is open; in the others none is."""


def of(user: User, names: Iterable[str]) -> dict[str, int]:
    """`{name: how many}` of the asked for counts, each at most COUNT_CAP."""
    asked = [name for name in names if name in COUNTED]
    if not asked:
        return {}
    row = session().execute(_statement(user, asked)).one()
    return dict(zip(asked, row, strict=True))


def _statement(user: User, asked: list[str]) -> sa.Select[*tuple[Any, ...]]:
    """One column for each name. Nothing goes in but what it is kept by: who reads, what they may see, and the day."""
    today = clock.local_day(now(), ZoneInfo(user.timezone))

    def made() -> sa.Select[*tuple[Any, ...]]:
        return sa.select(*[_capped(COUNTED[name](user, today)).label(name) for name in asked])

    return kept_statement(made, user.sight, "counts", today, *asked)


def in_words(count: int) -> str:
    """ "" for none, "1,000+" from the cap on."""
    return words.counted(count) if count else ""


def _capped(queries: list[sa.Select[Any]]) -> sa.ColumnElement[int]:
    parts = [
        sa.select(sa.func.count()).select_from(query.limit(COUNT_CAP).subquery()).scalar_subquery()
        for query in queries
    ]
    return sum(parts[1:], start=parts[0])


def _today(user: User, today: date) -> list[sa.Select[Any]]:
    """The agenda itself: the number here, on the page and in the digest is one query."""
    return [sa.select(agenda.rows(user, today).c.id)]


def _pipeline(user: User, today: date) -> list[sa.Select[Any]]:
    if user.is_manager:
        return [sa.select(Pitch.id).where(Pitch.is_open, is_among(Pitch.project_id, user))]
    return [sa.select(Pitch.id).where(Pitch.board_column.in_(OPEN), is_among(Pitch.project_id, user))]


def _prospects(user: User, today: date) -> list[sa.Select[Any]]:
    return [
        sa.select(Prospect.id).where(
            is_among(Prospect.project_id, user), Prospect.state != ProspectState.REJECTED
        )
    ]


def _people(user: User, today: date) -> list[sa.Select[Any]]:
    """Everybody at a site that one of the reader's projects holds; for who sees all, everybody."""
    if user.is_manager:
        return [sa.select(Person.id)]
    if user.own_project_ids:
        heads = [sa.select(one.limit(COUNT_CAP).subquery().c.id) for one in crowding.each_once(user.own_project_ids)]  # fmt: skip
        return [sa.select(sa.union_all(*heads).subquery().c.id)]
    at = sa.select(SitePerson.person_id).join(Prospect, Prospect.site_id == SitePerson.site_id)
    return [at.where(is_among(Prospect.project_id, user)).distinct()]


def _links(user: User, today: date) -> list[sa.Select[Any]]:
    """What stands under "All" on Links: posts and mentions are counted apart, there."""
    return [
        sa.select(PlacedLink.id).where(is_among(PlacedLink.project_id, user), PlacedLink.is_social.is_(False))
    ]


def _inbox(user: User, today: date) -> list[sa.Select[Any]]:
    """The list of the Inbox itself: people whose mail waits, whenever it came."""
    return [inbox.listed(user, inbox.Tab.PEOPLE, now=datetime.combine(today, time(), UTC))]


def _outbox(user: User, today: date) -> list[sa.Select[Any]]:
    """Letters that have not left and are not drafts."""
    return [
        sa.select(Message.id).where(
            Message.state.in_(WAITING), Message.direction == Direction.OUT, is_among(Message.project_id, user)
        )
    ]


COUNTED: dict[str, Callable[[User, date], list[sa.Select[Any]]]] = {
    "today": _today,
    "pipeline": _pipeline,
    "prospects": _prospects,
    "people": _people,
    "links": _links,
    "outbox": _outbox,
    "inbox": _inbox,
}
