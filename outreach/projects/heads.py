"""The rows at the head of each project's run of an index: what a long list shows to somebody who does not see every project."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from outreach.accounts.models import User
from outreach.db import is_sqlite
from outreach.projects.models import Project
from outreach.projects.queries import visible_to


@dataclass(frozen=True)
class Run:
    """What an index has one after the other: the project, perhaps one of some values of a column, then the order of the list.

    Without a project it is a column's value alone that rows have in common: for who sees all projects.
    """

    key: Any
    project_id: Any | None
    by: tuple[Any, ...]
    is_down: bool
    size: int
    """Rows that are wanted of each run."""
    column: Any = None
    values: Sequence[Any] = ()
    of: Any = None
    """The id that `key` names, where it is of another table."""
    is_sole: bool = False
    """Does no index without these columns have the rows in this order? Then PostgreSQL finds the one that does."""


def among_heads(
    user: User, run: Run, where: Sequence[sa.ColumnElement[bool]], project: int | None = None
) -> sa.ColumnElement[bool]:
    """A condition on a row with the id `run.key`: it is at the head of a run of what `where` lets through.

    Only projects that the user may see are looked into, or that one of them.
    """
    return is_one_of(run.key if run.of is None else run.of, head_ids(user, run, where, project))


def is_one_of(key: Any, ids: Any) -> sa.ColumnElement[bool]:
    """A condition: the id is one of few; PostgreSQL would take them for many."""
    is_it = key.in_(ids) if is_sqlite() else key == sa.any_(sa.func.array(ids.scalar_subquery()))
    return sa.and_(is_it)


def head_ids(
    user: User, run: Run, where: Sequence[sa.ColumnElement[bool]], project: int | None = None
) -> sa.Select[int]:
    """The ids at the head of each run."""
    rows, pairs = _runs(user, run, project)
    # PostgreSQL takes all runs for equally long: told as a range, it keeps to the index that begins with them. One is enough: what an
    # index has behind a range is looked for in all of it
    ranged = [] if is_sqlite() or run.is_sole else pairs[-1:]
    is_of = [here == there for here, there in pairs[: len(pairs) - len(ranged)]]
    is_of += [test for here, there in ranged for test in (here >= there, here <= there)]
    order = (*(here for here, _ in ranged), *run.by)
    query = sa.select(run.key).where(*is_of, *where).limit(run.size).correlate(rows)
    query = query.order_by(*(one.desc() if run.is_down else one.asc() for one in order))
    if is_sqlite():
        them = sa.table(
            (run.key if run.of is None else run.of).class_.__tablename__, sa.column("id", sa.Integer())
        ).alias("them")
        return sa.select(them.c.id).select_from(rows).join(them, them.c.id.in_(query))
    near = query.lateral("near")
    return sa.select(near.c.id).select_from(rows).join(near, sa.true())


def _runs(user: User, run: Run, project: int | None) -> tuple[Any, list[tuple[Any, Any]]]:
    """A row for each run, and (column, its value in the row) of what the rows of a run have in common."""
    seen = sa.select(Project.id).where(Project.id.in_(visible_to(user)))
    if project is not None:
        seen = seen.where(Project.id == project)
    if run.column is None:
        rows = seen.subquery("seen")
        return rows, [(run.project_id, rows.c.id)]
    values = sa.union_all(*(sa.select(sa.literal(one, run.column.type).label("value")) for one in run.values))
    some = values.subquery("some")
    if run.project_id is None:
        return some, [(run.column, some.c.value)]
    rows = seen.add_columns(some.c.value).join(some, sa.true()).subquery("seen")
    return rows, [(run.project_id, rows.c.id), (run.column, rows.c.value)]
