"""Whose data is it, and where does it stand? Never changes a row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
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
    found: dict[str, list[int]] = field(default_factory=dict)
    """{table: ids of rows that are theirs}"""


def subject_of(person: Person, also: Iterable[str] = ()) -> Subject:
    """A person with all addresses of theirs, and the rows about them. `also` are more addresses that are theirs."""
    points = person.contact_points
    addresses = [point.value_norm for point in points if point.kind is ContactKind.EMAIL]
    named = [person.name] if len(person.name.split()) > 1 else []
    near = [point.value for point in points if point.kind in (ContactKind.PHONE, ContactKind.SOCIAL)]
    sites = session().scalars(sa.select(SitePerson.site_id).where(SitePerson.person_id == person.id))
    subject = Subject(
        person.id, person.name, tuple(dict.fromkeys([*_keys(addresses), *_keys(also)])),
        tuple([*named, *near]), tuple(sites),
    )  # fmt: skip
    return _with_rows(subject)


def subject_of_address(address: str) -> Subject:
    """An address that no person is known by. Raises BadAddress."""
    return _with_rows(Subject(None, "", (address_key(address),)))


def _keys(addresses: Iterable[str]) -> Iterator[str]:
    for address in addresses:
        try:
            yield address_key(address)
        except BadAddress:
            yield address.strip().lower()


def _with_rows(subject: Subject) -> Subject:
    for table in columns.tables():
        if ids := _rows_of(table, subject):
            subject.found[table.name] = ids
    return subject


def _rows_of(table: sa.Table, subject: Subject) -> list[int]:
    """Ids of the rows of one table that are somebody's; what these lean on has been asked before."""
    manner, wanted = manner_of(table.name), []
    if manner.fate is Fate.KEEP:
        return []
    if subject.person_id is not None:
        wanted += [key == subject.person_id for key in columns.keys_to(table, "people")]
        if table.name == "people":
            wanted.append(table.c.id == subject.person_id)
    wanted += [sa.func.lower(table.c[name]).in_(subject.addresses) for name in manner.addresses if subject.addresses]
    found = set(session().scalars(sa.select(table.c.id).where(sa.or_(*wanted)))) if wanted else set()
    if manner.of:
        found |= _children(table, manner.of, subject.found.get(manner.of, []))
    return sorted(found)


def _children(table: sa.Table, parent: str, ids: Sequence[int]) -> set[int]:
    return {
        row
        for key in columns.keys_to(table, parent)
        for part in parts(ids)
        for row in session().scalars(sa.select(table.c.id).where(key.in_(part)))
    }


def parts(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    """Few enough ids for one statement, again and again."""
    for start in range(0, len(ids), PART):
        yield ids[start : start + PART]


def other_addresses(person: Person) -> list[str]:
    """Addresses that letters of this person went to or came from, and that nobody else is known by."""
    known = {point.value_norm for point in person.contact_points}
    ours = sa.select(Message.to_address).where(Message.person_id == person.id, Message.direction == Direction.OUT)
    theirs = sa.select(Message.from_address).where(Message.person_id == person.id, Message.direction == Direction.IN)
    found = {address.lower() for address in session().scalars(sa.union(ours, theirs)) if address} - known
    elsewhere = sa.select(ContactPoint.value_norm).where(ContactPoint.value_norm.in_(found))
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
