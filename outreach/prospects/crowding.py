"""A page of people by their places (`outreach.search.crowd`): what is asked for stands in order in a few runs of an index.

Of each run as many rows as a page has are read, and put together: somebody known to several projects comes in several.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from outreach.accounts.models import User
from outreach.db import is_sqlite, session
from outreach.projects.queries import visible_to
from outreach.prospects.models import Person
from outreach.prospects.people_queries import PeopleFilters
from outreach.search import crowd
from outreach.web.pager import Cursor

CROWD = sa.table(
    crowd.TABLE,
    sa.column("mark", sa.String()),
    sa.column("cell", sa.BigInteger()),
    sa.column("id", sa.Integer()),
    sa.column("updated_at", Person.updated_at.type),
    sa.column("name", sa.String()),
)


def cells(user: User, by: PeopleFilters) -> sa.CTE | None:
    """The cells, with their mark, of a list that is narrowed by project, address, who may be written to and a tag; None when by anything else."""
    if replace(by, project=None, contact="", closed="", tag=None) != PeopleFilters():
        return None
    mark = sa.literal("" if by.tag is None else crowd.tag(by.tag)).label("mark")
    if user.is_manager and by.project is None:
        among: Any = sa.select(sa.literal(0).label("project")).subquery("seen")
    else:
        among = visible_to(user).subquery("seen")
    project = sa.cast(among.c[0], sa.BigInteger)
    seen = sa.select(project.label("project"))
    if by.project is not None:
        seen = seen.where(project == by.project)
    held = seen.cte("held")
    every = [
        sa.select((held.c.project * (1 << crowd.PROJECT) + bits).label("cell"), mark) for bits in fitting(by)
    ]
    return sa.union_all(*every).cte("wanted")


def fitting(by: PeopleFilters) -> list[int]:
    """The lower bits of the cells of a list: who may be written to, and whether an address is known."""
    return [
        bits
        for bits in range(1 << crowd.PROJECT)
        if _fits(by.closed, bits & crowd.CLOSED) and _fits(by.contact, bits & crowd.REACHED)
    ]


def _fits(asked: str, bit: int) -> bool:
    return not asked or (asked == "yes") is bool(bit)


def counted(wanted: sa.CTE, cap: int) -> int:
    """How many people are in the cells, counted no further than `cap`; of each cell no more than that are read."""
    ids = some(wanted, cap).subquery()
    return min(session().scalar(sa.select(sa.func.count(sa.distinct(ids.c.id)))) or 0, cap)


def some(wanted: sa.CTE, cap: int) -> sa.Select[int]:
    """The ids of people in the cells: all, or at least `cap` of them; who is known to several projects comes several times."""
    rows = CROWD.alias("some_of")
    run = sa.select(rows.c.id).where(rows.c.mark == wanted.c.mark, rows.c.cell == wanted.c.cell)
    projects = sa.func.count(
        sa.distinct(wanted.c.cell.op(">>")(sa.literal(crowd.PROJECT, sa.Integer())))
    )  # in each, they have one cell
    most = sa.select(projects * cap).select_from(wanted).scalar_subquery()
    if is_sqlite():
        return run.select_from(wanted).limit(most)
    near = run.limit(cap).lateral("near")
    return sa.select(near.c.id).select_from(wanted).join(near, sa.true()).limit(most)


def each_once(project_ids: Sequence[int]) -> list[sa.Select[int]]:
    """The ids of all people of some projects, a query for each project; who is in several stands in the first."""
    return [sa.select(CROWD.c.id).where(_is_of(CROWD, key), *_in_none(project_ids[:at])) for at, key in enumerate(project_ids)]  # fmt: skip


def _in_none(project_ids: Sequence[int]) -> Iterator[sa.ColumnElement[bool]]:
    for key in project_ids:
        other = CROWD.alias("other")
        yield ~sa.exists().where(other.c.id == CROWD.c.id, _is_of(other, key)).correlate(CROWD)


def _is_of(rows: Any, project_id: int) -> sa.ColumnElement[bool]:
    first = project_id << crowd.PROJECT
    return sa.and_(rows.c.mark == "", rows.c.cell.between(first, first + (1 << crowd.PROJECT) - 1))


def found(wanted: sa.CTE, sort: str, cursor: Cursor | None, size: int = 50) -> sa.Subquery:
    """(id, at) of the people of a page and of one more, `at` being what they are sorted by: "name" or "updated", with a minus from the end."""
    name = {"name": "name", "updated": "updated_at"}[sort.lstrip("-")]
    is_down = sort.startswith("-") is not bool(cursor and cursor.is_back)
    rows = CROWD.alias("run")
    run = sa.select(rows.c.id, rows.c[name].label("at")).where(rows.c.mark == wanted.c.mark, rows.c.cell == wanted.c.cell)  # fmt: skip
    if cursor is not None:
        here = sa.tuple_(rows.c[name], rows.c.id)
        there = sa.tuple_(sa.literal(cursor.value, rows.c[name].type), cursor.id)
        run = run.where(here < there if is_down else here > there)
    run = run.order_by(*_order(rows.c[name], rows.c.id, is_down)).limit(size + 1)
    if is_sqlite():
        them = CROWD.alias("them")
        mine = sa.and_(them.c.mark == wanted.c.mark, them.c.cell == wanted.c.cell)
        ids = run.with_only_columns(rows.c.id).correlate(wanted)
        every = sa.select(them.c.id, them.c[name].label("at")).select_from(wanted).join(them, sa.and_(mine, them.c.id.in_(ids)))  # fmt: skip
    else:
        near = run.lateral("near")
        every = sa.select(near.c.id, near.c.at).select_from(wanted).join(near, sa.true())
    once = every.distinct().subquery("once")
    page = sa.select(once.c.id, once.c.at).order_by(*_order(once.c.at, once.c.id, is_down))
    return page.limit(size + 1).subquery("found")


def _order(at: Any, key: Any, is_down: bool) -> list[Any]:
    return [at.desc(), key.desc()] if is_down else [at.asc(), key.asc()]
