"""Finding lists of links. Rights are in each query."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from outreach.accounts.models import User
from outreach.db import session
from outreach.links import list_moves
from outreach.links.list_models import LinkList, LinkListRow
from outreach.links.list_rules import RowState
from outreach.projects.models import Project
from outreach.projects.queries import visible_to, writable_by

PART = 1_000


def listed(user: User) -> sa.Select[LinkList]:
    """The lists that `user` may see, unsorted, with project and who brought them."""
    return _with_names(sa.select(LinkList).where(LinkList.project_id.in_(visible_to(user))))


def get(user: User, key: int) -> LinkList | None:
    """The list when `user` may see it."""
    return _one(key, visible_to(user))


def get_writable(user: User, key: int) -> LinkList | None:
    """The list when `user` may change things in its project."""
    return _one(key, writable_by(user))


def _one(key: int, projects: sa.Select[int]) -> LinkList | None:
    query = sa.select(LinkList).where(LinkList.id == key, LinkList.project_id.in_(projects))
    return session().scalar(_with_names(query))


def _with_names(query: sa.Select[LinkList]) -> sa.Select[LinkList]:
    return query.options(
        joinedload(LinkList.project).lazyload(Project.hosts), joinedload(LinkList.created_by)
    )


def counts(lists: Sequence[LinkList]) -> dict[int, dict[RowState, int]]:
    """`{list: {state: rows}}`; one statement when some are still worked on."""
    told = {
        one.id: {RowState(state): number for state, number in one.tally.items()}
        for one in lists
        if one.tally is not None
    }
    at_work = [one.id for one in lists if one.tally is None]
    return told | (list_moves.counted(at_work) if at_work else {})


def rows_of(found: LinkList, state: RowState | None) -> sa.Select[LinkListRow]:
    """The rows of a list that was loaded by its own rights, unsorted."""
    query = sa.select(LinkListRow).where(LinkListRow.list_id == found.id)
    return query.where(LinkListRow.state == state) if state else query


def rows_after(list_id: int, number: int, limit: int) -> list[LinkListRow]:
    """The next rows of a list, in their order."""
    return list(
        session().scalars(
            sa.select(LinkListRow)
            .where(LinkListRow.list_id == list_id, LinkListRow.number > number)
            .order_by(LinkListRow.number)
            .limit(limit)
        )
    )


def last_number(list_id: int) -> int:
    """The number of the last row that was read; 0 when none was."""
    return (
        session().scalar(sa.select(sa.func.max(LinkListRow.number)).where(LinkListRow.list_id == list_id))
        or 0
    )


def all_rows(found: LinkList, *states: RowState) -> Iterator[LinkListRow]:
    """Every row (of these states), a thousand a statement, for a download."""
    number = 0
    while True:
        query = (
            rows_of(found, None).where(LinkListRow.number > number).order_by(LinkListRow.number).limit(PART)
        )
        part = session().scalars(query.where(LinkListRow.state.in_(states)) if states else query).all()
        yield from part
        if len(part) < PART:
            return
        number = part[-1].number
        session().expunge_all()


def are_waiting(list_id: int) -> bool:
    """Are there rows that were not worked on yet?"""
    where = LinkListRow.list_id == list_id, LinkListRow.state == RowState.WAITING
    return session().scalar(sa.select(LinkListRow.id).where(*where).limit(1)) is not None


def count_due(now: datetime) -> int:
    return _count(LinkList, list_moves.is_due(now))


def count_rows_due(now: datetime) -> int:
    return _count(LinkListRow, list_moves.is_row_due(now))


def _count(kind: type[LinkList | LinkListRow], where: tuple[sa.ColumnElement[bool], ...]) -> int:
    return session().scalar(sa.select(sa.func.count()).select_from(kind).where(*where)) or 0


def stored_names() -> set[str]:
    """The files under `instance/uploads/` that a list still needs."""
    return set(session().scalars(sa.select(LinkList.stored).where(LinkList.stored != "")))
