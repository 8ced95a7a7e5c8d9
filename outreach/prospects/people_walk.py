"""A page of people by how far a relationship has come, which no index says, or by words that many hold: the list is gone through in its own order.

The runs of its cells (`outreach.search.crowd`) are merged and each person is asked, by row; a page looks at no more than LOOKED of them. When it found
less than it has room for, it says where to go on, as `prospects.walking` does of sites.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from outreach.accounts.models import User
from outreach.db import is_sqlite, one_if, session
from outreach.projects.queries import visible_to
from outreach.prospects import crowding, people_queries, standings
from outreach.prospects.crowding import CROWD
from outreach.prospects.labels import queries as labels
from outreach.prospects.labels.rules import About
from outreach.prospects.models import ContactPoint, Person
from outreach.prospects.people_queries import PeopleFilters
from outreach.prospects.sorting import by_field
from outreach.search import crowd
from outreach.search.queries import holds
from outreach.search.rules import parts_of, terms_for, terms_of
from outreach.web.pager import Cursor, Looked, Page, page_of_parts

LOOKED = 1_000
"""People that one page goes through."""
LOOKED_INTO = 600
"""The same for words that are too short for the index: each is read for them."""
MOST_PROJECTS = 16
"""Of who sees more, all people are gone through, and each is asked whether they are in one of the projects."""
COLUMNS = {"name": "name", "updated": "updated_at"}


@dataclass(frozen=True)
class Walk:
    """A list, sorted by "name" or "updated" (with a minus from the end); `projects` whose runs are merged, (0,) for all people; is it asked of each whether they may be seen?"""

    user: User
    by: PeopleFilters
    sort: str
    cursor: Cursor | None
    projects: tuple[int, ...]
    is_asked: bool

    @property
    def is_down(self) -> bool:
        return self.sort.startswith("-") is not bool(self.cursor and self.cursor.is_back)

    @property
    def looked(self) -> int:
        return looked_at(self.by)

    @property
    def mark(self) -> str:
        return "" if self.by.tag is None else crowd.tag(self.by.tag)


def looked_at(by: PeopleFilters) -> int:
    """How many people one page goes through."""
    return min(LOOKED, LOOKED_INTO) if by.q and not parts_of(terms_of(by.q)) else LOOKED


def walk(
    user: User, by: PeopleFilters, sort: str, cursor: Cursor | None, *, seen: tuple[int, ...] | None = None
) -> Walk:
    """How a page is come by; who is no manager costs a statement, unless it was looked up which projects they see (`projects_of`)."""
    if user.is_manager:
        return Walk(user, by, sort, cursor, (by.project or 0,), False)
    if seen is None:
        seen = tuple(session().scalars(projects_of(user)))
    is_asked = len(seen) > MOST_PROJECTS and by.project is None
    if by.project is not None:
        return Walk(user, by, sort, cursor, (by.project,) if by.project in seen else (), False)
    return Walk(user, by, sort, cursor, (0,) if is_asked else seen, is_asked)


def projects_of(user: User) -> sa.Select[int]:
    """Which projects somebody sees who is no manager."""
    return visible_to(user)


def found(way: Walk, size: int = 50) -> tuple[list[int], Cursor | None]:
    """The ids of the people of a page, and of one more; when too few were found, the last who was looked at, if more may fit behind them. One statement."""
    rows, last = _gone_through(way), _gone_through(way)
    fits = sa.select(rows.c.id, rows.c.at).where(*_conditions(way, rows.c.id))
    if not is_sqlite():  # which else keeps the order inside, and sorts what is inside again
        fits = fits.order_by(*(one.desc() if way.is_down else one.asc() for one in (rows.c.at, rows.c.id)))
    page = fits.limit(size + 1).cte("page")
    too_few = sa.select(sa.func.count()).select_from(page).scalar_subquery() <= size
    edge = sa.select(last.c.id, last.c.at).offset(way.looked - 1).limit(one_if(too_few)).subquery("edge")
    query = sa.select(page.c.id, page.c.at, sa.literal(0).label("is_edge")).union_all(
        sa.select(edge.c.id, edge.c.at, sa.literal(1))
    )
    told = session().execute(query).all()
    is_back = bool(way.cursor and way.cursor.is_back)
    ends = [Cursor(row.at, row.id, is_back) for row in told if row.is_edge]
    return [row.id for row in told if not row.is_edge], ends[0] if ends else None


def found_by_field(
    user: User, by: PeopleFilters, sort: str, cursor: Cursor | None, size: int = 50
) -> Page[int]:
    """The same of a list that is sorted by an own field: of those who have a value, and of those who have none, no more than LOOKED are asked."""
    listed = people_queries.people_listed(user, replace(by, standing="", q="")).with_only_columns(Person.id)
    parts = by_field(listed, About.PERSON, Person.id, Person.id, sort, user)
    looked = Looked(looked_at(by), lambda key: sa.and_(sa.true(), *_by_row(by, key)))
    return page_of_parts(session(), parts, cursor=cursor, size=size, looked=looked)


def _conditions(way: Walk, person_id: Any) -> Iterator[sa.ColumnElement[bool]]:
    by = way.by
    if way.is_asked:
        wanted = crowding.cells(way.user, replace(by, q="", standing="", fields=()))
        assert wanted is not None
        place = CROWD.alias("place")
        here = (place.c.id == person_id, place.c.mark == way.mark, place.c.cell.in_(sa.select(wanted.c.cell)))
        yield sa.exists().where(*here)
    yield from labels.conditions(way.user, About.PERSON, person_id, by.fields, by_row=True)
    yield from _by_row(by, person_id)


def _by_row(by: PeopleFilters, person_id: Any) -> Iterator[sa.ColumnElement[bool]]:
    """What no index says of a person."""
    if by.standing:
        yield standings.is_at(About.PERSON, person_id, by.standing)
    if by.q:  # last: texts are read of those who fit otherwise
        yield _holds(by.q, person_id)


def _holds(q: str, person_id: Any) -> sa.ColumnElement[bool]:
    """Does the person's name, notes or an address hold the words? Each as a value of the row: nobody else's are looked at."""
    named = sa.select(Person.id).where(Person.id == person_id, holds("people", terms_of(q)))
    way = sa.select(ContactPoint.id).where(
        ContactPoint.person_id == person_id, holds("contact_points", terms_for("contact_points", q))
    )
    return sa.or_(*(one.limit(1).scalar_subquery().is_not(None) for one in (named, way)))


def _gone_through(way: Walk) -> sa.Subquery:
    """(id, at) in the order of the list, from the cursor on, at most LOOKED.

    Written by hand: both databases merge runs that are each in order only when they are said so. Somebody known to several projects comes once.
    """
    name = COLUMNS[way.sort.lstrip("-")]
    kind = CROWD.c[name].type
    binds: list[Any] = [sa.bindparam("mark", way.mark), sa.bindparam("looked", way.looked)]
    after = ""
    if way.cursor is not None:
        binds += [sa.bindparam("at", way.cursor.value, kind), sa.bindparam("id", way.cursor.id)]
        after = f" AND ({name}, id) {'<' if way.is_down else '>'} (:at, :id)"
    runs = [
        f"SELECT id, {name} AS at FROM {crowd.TABLE} WHERE mark = :mark AND cell = {cell}{after}"
        for cell in _cells(way)
    ]
    if not runs:
        runs, binds = [f"SELECT id, {name} AS at FROM {crowd.TABLE} WHERE 1 = 0"], binds[1:2]
    text = sa.text(_merged(runs, way.is_down, len(way.projects))).bindparams(*binds)
    return text.columns(id=sa.Integer(), at=kind).subquery()


def _cells(way: Walk) -> list[int]:
    bits = crowding.fitting(way.by)
    return [project << crowd.PROJECT | some for project in way.projects for some in bits]


def _merged(runs: list[str], is_down: bool, projects: int) -> str:
    """Of several projects, one who is known to all of them stands in as many runs: of so many more rows the first LOOKED people are among them.

    PostgreSQL is told so, for it would gather all that is in the runs, and sort that, to leave out who comes twice.
    """
    is_once = projects > 1
    order = f"ORDER BY {', '.join(f'{name} DESC' if is_down else name for name in ('at', 'id'))}"
    if len(runs) == 1 or is_sqlite():  # which merges by the order of the whole, PostgreSQL by that of each
        return f"{(' UNION ' if is_once else ' UNION ALL ').join(runs)} {order} LIMIT :looked"
    each = " UNION ALL ".join(f"({run} {order})" for run in runs)
    merged = f"SELECT id, at FROM ({each}) AS each_run {order} LIMIT :looked"
    if not is_once:
        return merged
    return f"SELECT DISTINCT id, at FROM ({merged} * {projects}) AS merged {order} LIMIT :looked"
