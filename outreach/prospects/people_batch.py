"""Taking in many people at once, with a list: found again by their address or by their name at the site. Never commits.

A handful of statements, however many there are (at most a thousand). A blank erases nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from outreach.db import is_in, session
from outreach.diary.moves import note_many
from outreach.inserting import insert_numbered
from outreach.kit.address import address_key, is_role_address
from outreach.prospects.models import ContactPoint, Person, SitePerson
from outreach.prospects.name_order import as_met
from outreach.prospects.rules import ContactKind


@dataclass(frozen=True)
class Coming:
    """Somebody at a site, as a line of a list names them; `email` is clean, and may be written to."""

    line: int
    site_id: int
    name: str
    email: str
    role: str
    source_url: str


@dataclass
class _Round:
    """What is known, and what is to be made. A person who is not made yet is a number below zero: -1 is the first of `people`."""

    of_address: dict[str, int | None] = field(default_factory=dict)
    of_name: dict[tuple[int, str], int] = field(default_factory=dict)
    roles: set[tuple[int, int]] = field(default_factory=set)
    people: list[dict[str, Any]] = field(default_factory=list)
    places: list[dict[str, Any]] = field(default_factory=list)
    points: list[dict[str, Any]] = field(default_factory=list)

    def who(self, row: Coming, key: str) -> int | None:
        """By their address, else by their name at the site."""
        return self.of_address.get(key) or (
            self.of_name.get((row.site_id, as_met(row.name))) if row.name else None
        )


@dataclass(frozen=True)
class Came:
    """`of_line` is `{line: (person, what it made: ids of a person, a place, a contact point)}`, `lines` what the diary is to be told, by kind."""

    of_line: Mapping[int, tuple[int, dict[str, int]]]
    lines: Mapping[str, Sequence[Mapping[str, Any]]]


def bring(rows: Sequence[Coming], *, by: int, now: datetime) -> Came:
    """Take them in. `note` tells the diary, once their sites are where they belong: who reads it meets a site before who stands at it."""
    if not rows:
        return Came({}, {})
    round_ = _known(rows)
    wanted = {row.line: _plan(round_, row, by=by, now=now) for row in rows}
    people = insert_numbered(Person, round_.people)
    for one in (*round_.places, *round_.points):
        one["person_id"] = _id(one["person_id"], people)
    made = {
        "person": people,
        "contact": insert_numbered(ContactPoint, round_.points),
        "place": insert_numbered(
            SitePerson, round_.places
        ),  # last: it opens the lists for them, as they stand by then
    }
    of_line = {
        line: (_id(person, people), {what: made[what][at] for what, at in places.items()})
        for line, (person, places) in wanted.items()
    }
    return Came(of_line, _lines(round_, set(people)))


def note(came: Came, *, by: int, now: datetime) -> None:
    """Write it into the diary."""
    for kind, lines in came.lines.items():
        note_many(kind, lines, by=by, now=now)


def _known(rows: Sequence[Coming]) -> _Round:
    keys = {address_key(row.email) for row in rows if row.email}
    points = session().execute(
        sa.select(ContactPoint.value_norm, ContactPoint.person_id).where(
            ContactPoint.kind == ContactKind.EMAIL, is_in(ContactPoint.value_norm, keys)
        )
    )
    round_ = _Round(of_address={row.value_norm: row.person_id for row in points})
    there = session().execute(
        sa.select(SitePerson.site_id, SitePerson.person_id, Person.name)
        .join(Person, Person.id == SitePerson.person_id)
        .where(is_in(SitePerson.site_id, {row.site_id for row in rows}))
        .order_by(Person.id)
    )
    for site_id, person_id, name in there:
        round_.of_name.setdefault((site_id, as_met(name)), person_id)
        round_.roles.add((site_id, person_id))
    held = {person for person in round_.of_address.values() if person}
    more = sa.select(SitePerson.site_id, SitePerson.person_id).where(is_in(SitePerson.person_id, held))
    round_.roles.update((row.site_id, row.person_id) for row in session().execute(more))
    return round_


def _plan(round_: _Round, row: Coming, *, by: int, now: datetime) -> tuple[int, dict[str, int]]:
    """(person, what of the lists is theirs)."""
    key, made = address_key(row.email) if row.email else "", dict[str, int]()
    person = round_.who(row, key)
    if person is None:
        made["person"] = len(round_.people)
        name = row.name or row.email
        round_.people.append({"name": name, "created_at": now, "updated_at": now, "created_by_id": by})
        person = -len(round_.people)
        round_.of_name.setdefault((row.site_id, as_met(name)), person)
    if (row.site_id, person) not in round_.roles:
        made["place"] = len(round_.places)
        round_.roles.add((row.site_id, person))
        round_.places.append({"site_id": row.site_id, "person_id": person, "role": row.role})
    if key and key not in round_.of_address:
        made["contact"] = len(round_.points)
        round_.of_address[key] = person
        round_.points.append({
            "person_id": person, "site_id": None, "kind": ContactKind.EMAIL, "value": row.email, "value_norm": key,
            "source_url": row.source_url, "found_at": now, "found_by_id": by, "is_role": is_role_address(row.email),
        })  # fmt: skip
    return person, made


def _id(person: int, made: Sequence[int]) -> int:
    return person if person > 0 else made[-person - 1]


def _lines(round_: _Round, new: set[int]) -> dict[str, Sequence[Mapping[str, Any]]]:
    placed = [{name: one[name] for name in ("site_id", "person_id")} for one in round_.places]
    what = {"what": ContactKind.EMAIL.value}
    return {
        "person.added": [one for one in placed if one["person_id"] in new],
        "person.placed": [one for one in placed if one["person_id"] not in new],
        "contact.added": [{"person_id": one["person_id"], "data": what} for one in round_.points],
    }
