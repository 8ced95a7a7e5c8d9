"""Who holds some words in name, notes or an address, for a list of people: gathered by the index, newest first, and no more than MOST.

So what thousands hold costs no more than what a few do; beyond MOST, the list says that it is not all of them. What else narrows the list, and
finds nobody else but those who hold common words, is gone through instead (`people_walk`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from outreach.accounts.models import User
from outreach.db import one_if, session
from outreach.prospects import crowding, people_walk, standings
from outreach.prospects.crowding import CROWD
from outreach.prospects.labels import queries as labels
from outreach.prospects.labels.rules import About
from outreach.prospects.models import ContactPoint, Person
from outreach.prospects.people_queries import PeopleFilters
from outreach.search import crowd
from outreach.search.commonness import Share, share
from outreach.search.queries import holds, newest_counts, newest_keys
from outreach.search.rules import parts_of, terms_for, terms_of

MOST = 100
"""People who are found by their names or notes, and when these are no more, as many by their addresses."""
FEW = 400
"""Of no more people than this each is read: a small project, a rare tag."""
_FEW, _PROJECT, _MANY = -1, -2, -3
"""What a row of `_look` tells: somebody of a small part, a project, that it is no small part; else the place of a share."""
PASSED = 6_000
"""Rows through which PostgreSQL goes sooner than to ask its index."""


@dataclass(frozen=True)
class Found:
    """The ids of people, the newest ones; are there more? `projects`, when so many hold the words, or they are so short, that the list is gone through in its own order (`people_walk`)."""

    ids: tuple[int, ...]
    is_cut: bool
    projects: tuple[int, ...] | None = None


@dataclass
class _Seen:
    """What is known before anything is looked for: all people of a small part (None: it is no small one), else how common the words are by table; of a member, the projects."""

    few: list[int] | None
    shares: dict[str, Share]
    projects: tuple[int, ...] = ()

    def is_common(self) -> bool:
        return any(one.is_common for one in self.shares.values())


def gathered(user: User, by: PeopleFilters, *, may_walk: bool = False) -> Found:
    """Who fits, with two statements at most. Words too short for the index are looked for in the list's own order."""
    terms, ways = terms_of(by.q), terms_for("contact_points", by.q)
    wanted = crowding.cells(user, replace(by, q="", standing="", fields=()))
    assert wanted is not None
    is_all = user.is_manager and replace(by, q="") == PeopleFilters()
    is_short = not parts_of(terms) or not parts_of(ways)

    def fits(person_id: Any) -> sa.ColumnElement[bool]:
        return sa.and_(_is_in(wanted, by, person_id), *_rest(user, by, person_id))

    seen = _Seen(None, {})
    if not is_all or (newest_counts() and not is_short):
        shares = {} if is_short else _shares(terms, ways, None if is_all else fits)
        seen = _look(user, None if is_all else wanted, shares)
        if seen.few is not None:
            return _of_few(seen.few, terms, ways, _rest(user, by, Person.id))
    if is_short:
        return Found((), False, seen.projects)
    if not is_all and seen.is_common():
        if may_walk:
            return Found((), False, seen.projects)
        if newest_counts() or not any(
            one.fit for one in seen.shares.values()
        ):  # SQLite finds by its index sooner
            return _last_changed(user, by, seen.projects)

    return _newest(terms, ways, None if is_all else fits, seen.shares)


def _newest(
    terms: list[str], ways: list[str], fits: Callable[[Any], sa.ColumnElement[bool]] | None, shares: dict[str, Share]
) -> Found:  # fmt: skip
    """The newest who hold the words in name or notes, and as many who do in an address, unless the first are more than are shown."""

    named = _ways("people", "id", terms, fits, shares)
    by_name = sa.union_all(*(sa.select(way.c[0].label("id")) for way in named)).cte("by_name")
    is_room = sa.select(sa.func.count()).select_from(by_name).scalar_subquery() <= MOST

    def who_fits(person_id: Any) -> sa.ColumnElement[bool]:
        fit = fits(person_id) if fits else person_id.is_not(None)
        return sa.and_(is_room, fit) if newest_counts() else fit

    reached = _ways("contact_points", "person_id", ways, who_fits, shares, room=is_room)
    every = sa.union_all(
        sa.select(sa.literal(0), by_name.c.id), *(sa.select(sa.literal(1), way) for way in reached)
    )
    found: tuple[list[int], list[int]] = ([], [])
    for at, key in session().execute(every):
        if key is not None:
            found[at].append(key)
    ids = dict.fromkeys((*found[0][:MOST], *found[1][:MOST]))
    return Found(tuple(ids), any(len(keys) > MOST for keys in found))


def _last_changed(user: User, by: PeopleFilters, projects: tuple[int, ...]) -> Found:
    """Of those who hold common words in a part of all: who changed last, as far as a page of that is gone through."""
    way = people_walk.walk(user, by, "-updated", None, seen=projects)
    ids, edge = people_walk.found(way, MOST)
    return Found(tuple(ids[:MOST]), edge is not None or len(ids) > MOST)


def _shares(terms: list[str], ways: list[str], fits: Callable[[Any], sa.ColumnElement[bool]] | None) -> dict[str, Any]:  # fmt: skip
    """How common the words are, a SELECT for each table; a telephone number is rare."""
    found = {"people": share("people", terms, "id", fits)}
    if ways == terms:
        found["contact_points"] = share("contact_points", ways, "person_id", fits)
    return found


def _look(user: User, wanted: sa.CTE | None, shares: dict[str, Any]) -> _Seen:
    """With one statement. How common the words are is asked only when more than FEW are in the cells, and who is there only when they are no more."""
    asked: list[Any] = []
    are_many: Any = sa.true()
    zero = sa.literal(0)
    if wanted is not None:
        few = crowding.some(wanted, FEW + 1).cte("few")
        are_many = sa.select(sa.func.count(sa.distinct(few.c.id))).scalar_subquery() > FEW
        asked.append(sa.select(sa.literal(_FEW), few.c.id, zero, zero, zero).where(~are_many))
        asked.append(sa.select(sa.literal(_MANY), zero, zero, zero, zero).where(are_many))
    for at, one in enumerate(shares.values()):
        asked.append(sa.select(sa.literal(at), *one.selected_columns).where(are_many))
    if wanted is not None and not user.is_manager:
        mine = people_walk.projects_of(user).subquery("mine")
        asked.append(sa.select(sa.literal(_PROJECT), mine.c[0], zero, zero, zero))
    told: dict[int, list[Any]] = {}
    for what, *row in session().execute(sa.union_all(*asked)):
        told.setdefault(what, []).append(row)
    is_small = wanted is not None and _MANY not in told
    few_ids = list(dict.fromkeys(row[0] for row in told.get(_FEW, ()))) if is_small else None
    known = {name: Share(*told[at][0]) for at, name in enumerate(shares) if at in told}
    return _Seen(few_ids, known, tuple(row[0] for row in told.get(_PROJECT, ())))


def _ways(
    table: str,
    person: str,
    words: list[str],
    fits: Callable[[Any], sa.ColumnElement[bool]] | None,
    shares: dict[str, Share],
    room: sa.ColumnElement[bool] | None = None,
) -> list[Any]:
    """The statements by which rows are found, on SQLite if there is `room`. PostgreSQL looks among as many of the newest rows as should be enough, by the rows themselves where
    these are few; and among all, by its index, when it found too few there: what was brought today is not everywhere. `person`: the column of who it is."""
    known = shares.get(table) if newest_counts() else None

    limit = MOST + 1 if room is None or newest_counts() else (MOST + 1) * one_if(room)

    def way(since: int = 0, *, is_common: bool = False) -> Any:
        return newest_keys(table, person, words, limit=limit, is_common=is_common, fits=fits, since=since)

    floor = known.floor(MOST + 1) if known is not None else 0
    is_near = known is not None and 0 < known.reach(MOST + 1) <= PASSED
    if not floor:
        return [way(is_common=is_near).subquery()]
    near = way(floor, is_common=is_near).cte(f"near_{table}")
    enough = sa.select(sa.func.count()).select_from(near).correlate(None).scalar_subquery() > MOST
    return [
        sa.select(near.c[0]).where(enough).subquery(),
        sa.select(way().subquery().c[0]).where(~enough).subquery(),
    ]


def _is_in(wanted: sa.CTE, by: PeopleFilters, person_id: Any) -> sa.ColumnElement[bool]:
    place = CROWD.alias("place")
    mark = "" if by.tag is None else crowd.tag(by.tag)
    cell = (
        place.c.cell if newest_counts() else place.c.cell + 0
    )  # SQLite would seek each cell of a person who has two
    here = sa.select(place.c.id).where(place.c.id == person_id, place.c.mark == mark, cell.in_(sa.select(wanted.c.cell)))  # fmt: skip
    return (
        here.offset(0) if newest_counts() else here
    ).exists()  # a fence: PostgreSQL would gather all who are there first


def _rest(user: User, by: PeopleFilters, person_id: Any) -> Iterator[sa.ColumnElement[bool]]:
    """What places do not say."""
    if by.standing:
        yield standings.is_at(About.PERSON, person_id, by.standing)
    yield from labels.conditions(user, About.PERSON, person_id, by.fields)


def few_of(user: User, by: PeopleFilters) -> list[int] | None:
    """The ids of all whom places let through, when they are few: of a small project, a rare tag, or of who sees little. One statement."""
    wanted = crowding.cells(user, replace(by, q="", standing="", fields=()))
    if wanted is None:
        return None
    ids = list(dict.fromkeys(session().scalars(crowding.some(wanted, FEW + 1))))
    return ids if len(ids) <= FEW else None


def _of_few(ids: list[int], terms: list[str], ways: list[str], rest: Iterable[Any]) -> Found:
    address = sa.exists().where(ContactPoint.person_id == Person.id, holds("contact_points", ways))
    query = sa.select(Person.id).where(Person.id.in_(ids), sa.or_(holds("people", terms), address), *rest)
    return Found(tuple(session().scalars(query)), False)
