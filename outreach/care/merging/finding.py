"""Finding what looks alike, a batch at a time: rows that changed are compared with those that share a key with them.

Nothing is compared with everything: people with those at the same sites and those whose mail address begins the same, sites
with those of the same name or title. A key that many share says nothing and is passed over.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime, timedelta
from itertools import combinations
from typing import Any

import sqlalchemy as sa

from outreach.care.merging.models import Look, Pair
from outreach.care.merging.rules import Kind, PairState
from outreach.db import session
from outreach.inserting import insert_new
from outreach.kit import urls
from outreach.links.models import LinkCheck, PlacedLink
from outreach.prospects import alike, likeness
from outreach.prospects.likeness import Likeness
from outreach.prospects.models import AlikeKey, ContactPoint, Person, Site, SitePerson
from outreach.prospects.rules import ContactKind

BATCH = 100
"""Rows of a stream in one commit."""
LATE = timedelta(minutes=1)
"""What another writer began earlier may be written down later: the last minute is looked through once more."""
PLACES = 20
"""Sites of one person that are looked through."""

Found = dict[tuple[int, int], set[str]]
"""{(lower id, higher id): reasons}"""


# --- streams ----------------------------------------------------------------------------------------


def _by_change(kind: type[Person] | type[Site]) -> Callable[[Look, datetime], list[tuple[Any, int, int]]]:
    def due(look: Look, now: datetime) -> list[tuple[Any, int, int]]:
        query = sa.select(kind.updated_at, kind.id).where(kind.updated_at <= now)
        if (at := look.reached_at) is not None:
            query = query.where(
                sa.or_(kind.updated_at > at, sa.and_(kind.updated_at == at, kind.id > look.reached_id))
            )
        rows = session().execute(query.order_by(kind.updated_at, kind.id).limit(BATCH))
        return [(row.updated_at, row.id, row.id) for row in rows]

    return due


def _by_number(key: Any, whose: Any, *where: Any) -> Callable[[Look, datetime], list[tuple[Any, int, int]]]:
    def due(look: Look, now: datetime) -> list[tuple[Any, int, int]]:
        query = sa.select(key, whose).where(key > look.reached_id, *where).order_by(key).limit(BATCH)
        return [(None, row[0], row[1]) for row in session().execute(query)]

    return due


STREAMS: dict[
    str, tuple[Callable[[Look, datetime], list[tuple[Any, int, int]]], Callable[[list[int], datetime], int]]
] = {
    "people": (_by_change(Person), lambda ids, now: look_at_people(ids, now=now)),
    "places": (
        _by_number(SitePerson.id, SitePerson.person_id),
        lambda ids, now: look_at_people(ids, now=now),
    ),
    "contacts": (
        _by_number(ContactPoint.id, ContactPoint.person_id, ContactPoint.person_id.is_not(None)),
        lambda ids, now: look_at_people(ids, now=now),
    ),
    "sites": (_by_change(Site), lambda ids, now: look_at_sites(ids, now=now)),
    "checks": (_by_number(LinkCheck.id, LinkCheck.id), lambda ids, now: look_at_checks(ids, now=now)),
}
"""Which rows are looked through: {name: (the next ones as (moment, number, what to look at), what looks at them)}."""


def go_through(look: Look, now: datetime) -> int:
    """Look at the next rows of a stream; how many they were. The row says how far it is."""
    due, see = STREAMS[look.stream]
    rows = due(look, now)
    if not rows:
        return 0
    see(sorted({row[2] for row in rows}), now)
    look.reached_at, look.reached_id = rows[-1][0], rows[-1][1]
    if look.reached_at is not None and len(rows) < BATCH and look.reached_at > now - LATE:
        look.reached_at, look.reached_id = now - LATE, 0
    return len(rows)


# --- people -----------------------------------------------------------------------------------------


def look_at_people(ids: Collection[int], *, now: datetime) -> int:
    """Write down the keys of these people anew, and the pairs that they make; how many pairs are new."""
    names = _names(ids)
    _forget_people(ids)
    boxes = _boxes(ids)
    _write_keys("person_id", ids, {key: {alike.box_key(box) for box in held} for key, held in boxes.items()})
    found: Found = defaultdict(set)
    for mates in _at_sites(ids).values():
        _compare(names, mates, "name", found)
    sharing = _sharing("person_id", [alike.box_key(box) for held in boxes.values() for box in held])
    others = _names({key for keys in sharing.values() for key in keys} - set(names))
    for keys in sharing.values():
        known = {key: (names | others)[key] for key in keys if key in names or key in others}
        _compare(names, known, "mailbox", found)
    return write_pairs(Kind.PERSON, found, now=now)


def _compare(wanted: dict[int, str], mates: dict[int, str], what: str, found: Found) -> None:
    for one, other in combinations(sorted(mates), 2):
        if one in wanted or other in wanted:
            likeness_of = likeness.liken(mates[one], mates[other])
            if likeness_of is not Likeness.NO:
                found[one, other].add(f"{likeness_of.value}_{what}")


def _names(ids: Collection[int]) -> dict[int, str]:
    rows = session().execute(sa.select(Person.id, Person.name).where(Person.id.in_(list(ids))))
    return {row.id: row.name for row in rows}


def _boxes(ids: Collection[int]) -> dict[int, set[str]]:
    query = sa.select(ContactPoint.person_id, ContactPoint.value_norm).where(
        ContactPoint.person_id.in_(list(ids)), ContactPoint.kind == ContactKind.EMAIL
    )
    found: dict[int, set[str]] = defaultdict(set)
    for row in session().execute(query):
        if box := likeness.mailbox_of(row.value_norm):
            found[row.person_id].add(box)
    return found


def _at_sites(ids: Collection[int]) -> dict[int, dict[int, str]]:
    """`{site id: {person id: name}}` of the sites of these people, so many of each as may be compared."""
    place = (
        sa.func.row_number().over(partition_by=SitePerson.person_id, order_by=SitePerson.id).label("place")
    )
    mine = sa.select(SitePerson.site_id, place).where(SitePerson.person_id.in_(list(ids))).subquery()
    sites = sa.select(mine.c.site_id).where(mine.c.place <= PLACES)
    place = (
        sa.func.row_number()
        .over(partition_by=SitePerson.site_id, order_by=SitePerson.id.desc())
        .label("place")
    )
    there = (
        sa.select(SitePerson.site_id, SitePerson.person_id, place)
        .where(SitePerson.site_id.in_(sites))
        .subquery()
    )
    query = (
        sa.select(there.c.site_id, Person.id, Person.name)
        .join(Person, Person.id == there.c.person_id)
        .where(there.c.place <= alike.AT_SITE)
    )
    found: dict[int, dict[int, str]] = defaultdict(dict)
    for site_id, person_id, name in session().execute(query):
        found[site_id][person_id] = name
    return found


# --- sites ------------------------------------------------------------------------------------------


def look_at_sites(ids: Collection[int], *, now: datetime) -> int:
    """The same for sites."""
    rows = _sites(ids)
    _forget_sites(ids)
    _write_keys("site_id", ids, {key: _keys_of(row) for key, row in rows.items()})
    keys = {key for row in rows.values() for key in _keys_of(row)}
    sharing = _sharing("site_id", keys)
    known = rows | _sites({key for held in sharing.values() for key in held} - set(rows))
    found: Found = defaultdict(set)
    for key, held in sharing.items():
        for one, other in combinations(sorted(held & set(known)), 2):
            if one in rows or other in rows:
                title = key.startswith("title:")
                found[one, other].add("same_title" if title else alike.ending(known[one][0], known[other][0]))
    return write_pairs(Kind.SITE, found, now=now)


def _sites(ids: Collection[int]) -> dict[int, tuple[str, str]]:
    rows = session().execute(sa.select(Site.id, Site.key, Site.title).where(Site.id.in_(list(ids))))
    return {row.id: (row.key, row.title) for row in rows}


def _keys_of(row: tuple[str, str]) -> set[str]:
    key, title = row
    titles = {f"title:{likeness.title_of(title)}"} if likeness.title_of(title) else set()
    return {alike.label_key(word)[:200] for word in likeness.spellings_of(key)} | titles


def look_at_checks(ids: Collection[int], *, now: datetime) -> int:
    """Looks at links that were sent on to another site that we hold."""
    query = sa.select(PlacedLink.site_id, LinkCheck.hops).join(PlacedLink, PlacedLink.id == LinkCheck.link_id)
    went: dict[int, set[str]] = defaultdict(set)
    for site_id, hops in session().execute(query.where(LinkCheck.id.in_(list(ids)))):
        if len(hops) > 1 and (key := _key_of(hops[-1])):
            went[site_id].add(key)
    keys = {key for held in went.values() for key in held}
    known = {
        row.key: row.id for row in session().execute(sa.select(Site.id, Site.key).where(Site.key.in_(keys)))
    }
    found: Found = defaultdict(set)
    for site_id, held in went.items():
        for key in held & set(known):
            if known[key] != site_id:
                found[min(site_id, known[key]), max(site_id, known[key])].add("redirect")
    return write_pairs(Kind.SITE, found, now=now)


def _key_of(hop: Any) -> str:
    try:
        return urls.site_key(hop["url"])
    except (urls.BadAddress, KeyError, TypeError):
        return ""


# --- keys and pairs ---------------------------------------------------------------------------------


def _write_keys(column: str, ids: Collection[int], keys: dict[int, set[str]]) -> None:
    table: Any = AlikeKey.__table__
    session().execute(sa.delete(table).where(table.c[column].in_(list(ids))))
    rows = [{column: whose, "key": key} for whose, held in sorted(keys.items()) for key in sorted(held)]
    if rows:
        session().execute(sa.insert(table), rows)


def _sharing(column: str, keys: Iterable[str]) -> dict[str, set[int]]:
    """`{key: who has it}` of the keys that few enough share."""
    table: Any = AlikeKey.__table__
    whose = table.c[column]
    place = sa.func.row_number().over(partition_by=table.c.key, order_by=table.c.id).label("place")
    rows = (
        sa.select(table.c.key, whose, place).where(table.c.key.in_(list(keys)), whose.is_not(None)).subquery()
    )
    found: dict[str, set[int]] = defaultdict(set)
    for key, who, _ in session().execute(sa.select(rows).where(rows.c.place <= alike.MOST + 1)):
        found[key].add(who)
    return {key: held for key, held in found.items() if 1 < len(held) <= alike.MOST}


def _open_pairs(kind: Kind, ids: Collection[int]) -> Sequence[Pair]:
    first, second = (Pair.first_person_id, Pair.second_person_id) if kind is Kind.PERSON else (Pair.first_site_id, Pair.second_site_id)  # fmt: skip
    query = sa.select(Pair).where(
        Pair.kind == kind, Pair.state == PairState.OPEN, sa.or_(first.in_(list(ids)), second.in_(list(ids)))
    )
    return session().scalars(query).all()


def _forget_people(ids: Collection[int]) -> None:
    """Pairs whose names are no longer alike: somebody wrote one of them otherwise since."""
    pairs = _open_pairs(Kind.PERSON, ids)
    names = _names({key for pair in pairs for key in (pair.first_person_id, pair.second_person_id) if key})
    for pair in pairs:
        one, other = names.get(pair.first_person_id or 0, ""), names.get(pair.second_person_id or 0, "")
        if likeness.liken(one, other) is Likeness.NO:
            session().delete(pair)


def _forget_sites(ids: Collection[int]) -> None:
    """Titles that are no longer the same are no reason; a pair without another one goes. Names of sites never change."""
    pairs = [pair for pair in _open_pairs(Kind.SITE, ids) if "same_title" in pair.reasons]
    rows = _sites({key for pair in pairs for key in (pair.first_site_id, pair.second_site_id) if key})
    for pair in pairs:
        one, other = rows.get(pair.first_site_id or 0), rows.get(pair.second_site_id or 0)
        if one and other and likeness.title_of(one[1]) == likeness.title_of(other[1]):
            continue
        pair.reasons = [reason for reason in pair.reasons if reason != "same_title"]
        if not pair.reasons:
            session().delete(pair)


def write_pairs(kind: Kind, found: Found, *, now: datetime) -> int:
    """Keep new pairs, and new reasons of open ones; what was called different stays so. How many are new."""
    ends = (
        ("first_person_id", "second_person_id")
        if kind is Kind.PERSON
        else ("first_site_id", "second_site_id")
    )
    rows = [
        {"kind": kind, "state": PairState.OPEN, "reasons": sorted(reasons), "found_at": now, ends[0]: one, ends[1]: other}
        for (one, other), reasons in sorted(found.items())
    ]  # fmt: skip
    if not rows:
        return 0
    new = insert_new(Pair, rows, unique=ends)
    first, second = (getattr(Pair, name) for name in ends)
    known = session().scalars(
        sa.select(Pair).where(
            first.in_([one for one, _ in found]), second.in_([other for _, other in found]), Pair.state == PairState.OPEN
        )
    )  # fmt: skip
    for pair in known:
        more = found.get((getattr(pair, ends[0]), getattr(pair, ends[1])), set()) - set(pair.reasons)
        if more:
            pair.reasons = sorted({*pair.reasons, *more})
    return len(new)
