"""Whose data is it, and where does it stand? Never changes a row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from outreach.care import columns
from outreach.care.models import Erasure
from outreach.care.rules import ErasureState, Fate, manner_of
from outreach.db import session
from outreach.kit.address import BadAddress, address_key
from outreach.mail.models import Message
from outreach.mail.rules import Direction
from outreach.prospects.models import ContactPoint, Person, SitePerson
from outreach.prospects.rules import ContactKind

PART = 500
"""Ids in one statement."""


@dataclass(frozen=True)
class Subject:
    """Whose data it is: a person, or an address of nobody we know.

    `addresses` are keys (lower case); `near` are other words that tell who it is (the full name, a phone number, a
    profile): they are masked only in rows about the person, for elsewhere they may mean somebody else.
    """

    person_id: int | None
    name: str
    addresses: tuple[str, ...]
    near: tuple[str, ...] = ()
    site_ids: tuple[int, ...] = ()


def subject_of(person: Person, also: Iterable[str] = ()) -> Subject:
    """A person with all addresses of theirs. `also` are more of them."""
    points = person.contact_points
    addresses = [point.value_norm for point in points if point.kind is ContactKind.EMAIL]
    named = [person.name] if len(person.name.split()) > 1 else []
    near = [point.value for point in points if point.kind in (ContactKind.PHONE, ContactKind.SOCIAL)]
    sites = session().scalars(sa.select(SitePerson.site_id).where(SitePerson.person_id == person.id))
    return Subject(
        person.id,
        person.name,
        tuple(dict.fromkeys([*_keys(addresses), *_keys(also)])),
        (*named, *near),
        tuple(sites),
    )


def subject_of_address(address: str) -> Subject:
    """An address that no person is known by. Raises BadAddress."""
    return Subject(None, "", (address_key(address),))


def _keys(addresses: Iterable[str]) -> Iterator[str]:
    for address in addresses:
        try:
            yield address_key(address)
        except BadAddress:
            yield address.strip().lower()


def theirs(table: sa.Table, subject: Subject) -> sa.CompoundSelect[Any] | None:
    """The ids of the rows of one table that are somebody's, each once; None when none can be.

    Each way by itself, for each has an index (`ix_*_lower_*` for addresses); asked for together they would go through the table.
    """
    manner = manner_of(table.name)
    wanted: list[sa.ColumnElement[bool]] = []
    if manner.fate is Fate.KEEP:
        return None
    if subject.person_id is not None and table.name == "people":  # not who they named to us
        wanted.append(table.c.id == subject.person_id)
    elif subject.person_id is not None:
        wanted += [key == subject.person_id for key in columns.keys_to(table, "people")]
    if subject.addresses:
        wanted += [sa.func.lower(table.c[name]).in_(subject.addresses) for name in manner.addresses]
    if manner.of and (parent := theirs(columns.named(manner.of), subject)) is not None:
        wanted += [key.in_(parent) for key in columns.keys_to(table, manner.of)]
    return sa.union(*(sa.select(table.c.id).where(one) for one in wanted)) if wanted else None


def rows_of(subject: Subject) -> dict[str, list[int]]:
    """`{table: ids}` of all rows that are somebody's."""
    asked = ((table.name, theirs(table, subject)) for table in columns.tables())
    found = {name: sorted(session().scalars(query)) for name, query in asked if query is not None}
    return {name: ids for name, ids in found.items() if ids}


def counted(subject: Subject) -> dict[str, int]:
    """`{table: rows}` of the same, with one statement."""
    asked = [(table.name, theirs(table, subject)) for table in columns.tables()]
    counts = [
        sa.select(
            sa.literal(name), sa.select(sa.func.count()).select_from(query.subquery()).scalar_subquery()
        )
        for name, query in asked
        if query is not None
    ]
    rows = session().execute(sa.union_all(*counts)) if counts else ()
    return {name: count for name, count in rows if count}


def parts(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    """Few enough ids for one statement, again and again."""
    for start in range(0, len(ids), PART):
        yield ids[start : start + PART]


def other_addresses(person: Person) -> list[str]:
    """Addresses that letters of this person went to or came from, and that nobody else is known by."""
    known = {point.value_norm for point in person.contact_points}
    ours = sa.select(Message.to_address).where(
        Message.person_id == person.id, Message.direction == Direction.OUT
    )
    theirs = sa.select(Message.from_address).where(
        Message.person_id == person.id, Message.direction == Direction.IN
    )
    found = {address.lower() for address in session().scalars(sa.union(ours, theirs)) if address} - known
    elsewhere = sa.select(ContactPoint.value_norm).where(
        ContactPoint.kind.in_(tuple(ContactKind)), ContactPoint.value_norm.in_(found)
    )
    return sorted(found - set(session().scalars(elsewhere)))


def person_by_address(address: str) -> Person | None:
    """Who has this mail address. Raises BadAddress."""
    query = sa.select(Person).join(ContactPoint, ContactPoint.person_id == Person.id)
    return session().scalar(
        query.where(ContactPoint.kind == ContactKind.EMAIL, ContactPoint.value_norm == address_key(address))
    )


def erasures() -> sa.Select[Any]:
    """All receipts."""
    return sa.select(Erasure)


def running() -> sa.Select[Any]:
    """Erasures that are not at their end."""
    return sa.select(Erasure).where(Erasure.state == ErasureState.RUNNING)
