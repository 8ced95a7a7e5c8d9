"""Finding what was done to many rows, and the rows that are meant. Rights are in each query."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from outreach.accounts.models import User
from outreach.care.bulk_models import BulkRow, BulkRun
from outreach.care.bulk_rules import BulkList, Fate
from outreach.db import session
from outreach.projects.queries import writable_by
from outreach.prospects import asking, narrowing, people_queries, placing, walking
from outreach.prospects.models import Person, Prospect, Site

Rows = list[Prospect] | list[Person]

TOLD: sa.BindParameter[Any] = sa.bindparam(
    "told", [Fate.LEFT, Fate.STAYS], expanding=True, literal_execute=True
)
"""Spelled out in the statement: so SQLite sees that the index of what is told holds them all."""


def meant(run_list: BulkList, query: str, ids: Sequence[int], user: User) -> sa.Select[Any]:
    """The rows of a list that `user` may change, ticked or let through by the filters of `query`."""
    asked = asking.of_query(query)
    found: sa.Select[Any]
    if run_list is BulkList.PROSPECTS:
        found = narrowing.listed(user, asking.prospects(asked)).where(
            Prospect.project_id.in_(writable_by(user))
        )
    else:
        may = people_queries.people_of(user, writable_by).with_only_columns(Person.id)
        found = people_queries.people_listed(user, asking.people(asked)).where(Person.id.in_(may))
    return found.where(key_of(run_list).in_(list(ids))) if ids else found


def key_of(run_list: BulkList) -> Any:
    return Prospect.id if run_list is BulkList.PROSPECTS else Person.id


def count(run_list: BulkList, query: str, ids: Sequence[int], user: User, *, cap: int | None = None) -> int:
    """How many rows are meant; counted no further than `cap`, where there is one."""
    if run_list is BulkList.PROSPECTS and not ids:
        by = asking.prospects(asking.of_query(query))
        wanted = narrowing.in_cells(user, by, writable_by)
        if wanted is not None:
            return placing.counted(wanted, cap)
        if by.q and (few := walking.few_rows(user, by)) is not None:
            return _counted(few.where(Prospect.project_id.in_(writable_by(user))), cap)
    found = meant(run_list, query, ids, user).with_only_columns(key_of(run_list)).order_by(None)
    return _counted(found, cap)


def _counted(found: sa.Select[Any], cap: int | None) -> int:
    return session().scalar(sa.select(sa.func.count()).select_from(found.limit(cap).subquery())) or 0


def next_rows(run: BulkRun, user: User, limit: int) -> Rows:
    """The next rows of a run after its cursor, locked for the write that asks."""
    key = key_of(run.of)
    of = Prospect if run.of is BulkList.PROSPECTS else Person
    query = meant(run.of, run.query, run.ids, user).where(key > run.cursor).order_by(key).limit(limit)
    locked = query.with_for_update(of=of).execution_options(populate_existing=True)
    return list(session().scalars(locked).unique())


def get(user: User, run_id: int) -> BulkRun | None:
    """A run of the user's own; managers see all."""
    return session().scalar(of(user).where(BulkRun.id == run_id))


def of(user: User) -> sa.Select[BulkRun]:
    query = sa.select(BulkRun).options(joinedload(BulkRun.created_by))
    return query if user.is_manager else query.where(BulkRun.created_by_id == user.id)


def told(run: BulkRun) -> sa.Select[Any]:
    """(row, key of its site, title; or name) of the rows that were left alone or not taken back."""
    columns: list[Any] = [BulkRow, Site.id, Site.key, Person.name]
    query = sa.select(*columns).where(BulkRow.run_id == run.id, BulkRow.fate.in_(TOLD))
    return (
        query.outerjoin(Prospect, Prospect.id == BulkRow.prospect_id)
        .outerjoin(Site, Site.id == Prospect.site_id)
        .outerjoin(Person, Person.id == BulkRow.person_id)
    )


def done_after(run: BulkRun, row_id: int, limit: int) -> list[BulkRow]:
    """The next rows that were done, in their order."""
    return list(
        session().scalars(
            sa.select(BulkRow)
            .where(BulkRow.run_id == run.id, BulkRow.fate == Fate.DONE, BulkRow.id > row_id)
            .order_by(BulkRow.id)
            .limit(limit)
        )
    )


def is_due(now: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    return BulkRun.work_at <= now, sa.or_(BulkRun.taken_until.is_(None), BulkRun.taken_until <= now)


def count_due(now: datetime) -> int:
    return session().scalar(sa.select(sa.func.count()).select_from(BulkRun).where(*is_due(now))) or 0
