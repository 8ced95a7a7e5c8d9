"""Who holds some words in name, notes or an address, for a list of people: gathered by the index, newest first, and no more than MOST.

So what thousands hold costs no more than what a few do; beyond MOST, the list says that it is not all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from outreach.accounts.models import User
from outreach.db import session
from outreach.prospects import crowding, standings
from outreach.prospects.crowding import CROWD
from outreach.prospects.labels import queries as labels
from outreach.prospects.labels.rules import About
from outreach.prospects.models import ContactPoint, Person
from outreach.prospects.queries import PeopleFilters
from outreach.search import crowd
from outreach.search.queries import commonness, holds, in_order, newest_counts
from outreach.search.rules import parts_of, terms_for, terms_of

MOST, MOST_WITHIN = 250, 100
"""People who are found by their names or notes, and as many by their addresses: among all, and in a part of them, where each has to be asked whether they belong there."""
FEW = 400
"""Of no more people than this each is read: a small project, a rare tag."""


@dataclass(frozen=True)
class Found:
    """The ids of people, the newest ones; are there more?"""

    ids: tuple[int, ...]
    is_cut: bool


def gathered(user: User, by: PeopleFilters) -> Found | None:
    """Who fits, with two statements at most; None when the words are too short for the index: then nearly everybody holds them."""
    terms, ways = terms_of(by.q), terms_for("contact_points", by.q)
    wanted = crowding.cells(user, replace(by, q="", standing="", fields=()))
    if wanted is None:
        return None
    is_all = user.is_manager and replace(by, q="") == PeopleFilters()
    most = MOST if is_all else MOST_WITHIN
    if not is_all:
        few = _few(wanted)
        if len(few) <= FEW:
            return _of_few(few, terms, ways, _rest(user, by, Person.id))
    if not parts_of(terms) or not parts_of(ways):
        return None

    def fits(person_id: Any) -> sa.ColumnElement[bool]:
        return sa.and_(_is_in(wanted, by, person_id), *_rest(user, by, person_id))

    theirs = sa.select(ContactPoint.person_id).where(fits(ContactPoint.person_id))
    named = _ways("people", terms, sa.select(Person.id), most, fits)
    reached = _ways("contact_points", ways, theirs, most, is_rare=ways != terms)
    every = sa.union_all(*(sa.select(sa.literal(at), way) for at, some in enumerate((named, reached)) for way in some))  # fmt: skip
    found: tuple[list[int], list[int]] = ([], [])
    for at, key in session().execute(every):
        found[at].append(key)
    ids = dict.fromkeys((*found[0][:most], *found[1][:most]))
    return Found(tuple(ids), any(len(keys) > most for keys in found))


def _ways(
    table: str,
    words: list[str],
    query: sa.Select[Any],
    most: int,
    fits: Callable[[Any], sa.ColumnElement[bool]] | None = None,
    *,
    is_rare: bool = False,
) -> list[Any]:
    """The statements by which rows are found. On PostgreSQL there are two, of which it goes the one that suits: whether words are common is asked inside. A telephone number is rare."""

    def way(is_common: bool) -> Any:
        asked = in_order(query, table, words, before=None, limit=most + 1, is_common=is_common, fits=fits)
        return asked.subquery()

    if is_rare or not newest_counts():
        return [sa.select(way(False)).subquery()]
    is_common = sa.select(commonness(words, table).c[table]).scalar_subquery()
    return [sa.select(way(common)).where(is_common == common).subquery() for common in (True, False)]


def _is_in(wanted: sa.CTE, by: PeopleFilters, person_id: Any) -> sa.ColumnElement[bool]:
    place = CROWD.alias("place")
    mark = "" if by.tag is None else crowd.tag(by.tag)
    return sa.exists().where(place.c.id == person_id, place.c.mark == mark, place.c.cell.in_(sa.select(wanted.c.cell)))  # fmt: skip


def _rest(user: User, by: PeopleFilters, person_id: Any) -> Iterator[sa.ColumnElement[bool]]:
    """What places do not say."""
    if by.standing:
        yield standings.is_at(About.PERSON, person_id, by.standing)
    yield from labels.conditions(user, About.PERSON, person_id, by.fields)


def _few(wanted: sa.CTE) -> list[int]:
    """The ids of all in the cells, when they are few."""
    return list(dict.fromkeys(session().scalars(crowding.some(wanted, FEW + 1))))


def _of_few(ids: list[int], terms: list[str], ways: list[str], rest: Iterable[Any]) -> Found:
    address = sa.exists().where(ContactPoint.person_id == Person.id, holds("contact_points", ways))
    query = sa.select(Person.id).where(Person.id.in_(ids), sa.or_(holds("people", terms), address), *rest)
    return Found(tuple(session().scalars(query)), False)
