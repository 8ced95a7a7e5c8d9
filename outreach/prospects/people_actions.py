"""What the screens of sites and people do: gather, decide, call moves, commit once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from outreach.accounts.models import User
from outreach.consent.rules import LiftReason
from outreach.db import locked, write
from outreach.diary.moves import note
from outreach.prospects import people_moves, people_queries, queries
from outreach.prospects.models import ContactPoint, Person, Site, SitePerson
from outreach.prospects.rules import ContactKind, ContactStatus


class Gone(LookupError):
    """The row is not there any more, or no longer theirs to change."""


@dataclass
class Taken(Exception):
    """Somebody has this address already. `person_id` and `site_id` are None where the asker may not see them."""

    person_id: int | None
    person: str
    site_id: int | None
    site: str


class Overtaken(Exception):
    """Somebody else changed the row since the form was drawn."""


@dataclass(frozen=True)
class Reach:
    """A contact point as a form gives it; `norm` is what it is compared by."""

    kind: ContactKind
    value: str
    norm: str
    source_url: str = ""


def edit(
    kind: type[Site] | type[Person],
    key: int,
    version: int,
    values: Mapping[str, Any],
    *,
    by: User,
    now: datetime,
) -> list[str]:
    """Change facts of a site or person. Raises Gone, and Overtaken when `version` is not the row's any more."""
    with write():
        row = _found(kind, key, by)
        if row.version != version:
            raise Overtaken
        return people_moves.change(row, values, by=by.id, now=now)


def _found(kind: type[Site] | type[Person], key: int, by: User) -> Site | Person:
    find = queries.writable_site if kind is Site else people_queries.writable_person
    if find(by, key) is None:
        raise Gone
    row = locked(kind, key)
    if row is None:
        raise Gone
    return row


def stop(kind: type[Site] | type[Person], key: int, reason: str, *, by: User, now: datetime) -> None:
    """Never write to them again. Raises Gone."""
    with write():
        people_moves.stop(_found(kind, key, by), reason, by=by.id, now=now)


def allow_again(
    kind: type[Site] | type[Person], key: int, why: LiftReason, *, by: User, now: datetime
) -> None:
    """Let them be written to again; admins only. Raises Gone."""
    with write():
        people_moves.allow_again(_found(kind, key, by), why, by=by.id, now=now)


def add_note(
    project_id: int,
    text: str,
    *,
    by: User,
    now: datetime,
    site_id: int | None = None,
    person_id: int | None = None,
) -> None:
    """Add a note to what the project holds. Raises Gone when the project is not theirs or does not hold it."""
    with write():
        is_held = queries.is_held_by(project_id, site_id=site_id, person_id=person_id)
        if not (is_held and queries.may_write(by, project_id)):
            raise Gone
        try:
            people_moves.add_note(project_id, text, by=by.id, now=now, site_id=site_id, person_id=person_id)
        except sa.exc.IntegrityError:  # merged or erased while this was typed
            raise Gone from None


def add_person(
    site_id: int, values: Mapping[str, Any], role: str, reach: Reach | None, *, by: User, now: datetime
) -> int:
    """A new person at a site, with one way to reach them when there is one; their id.

    An address that the site itself had becomes the person's. Raises Gone, and Taken when somebody else has it.
    """
    with write():
        _found(Site, site_id, by)
        point = people_queries.contact_point(reach.kind, reach.norm) if reach else None
        if point and (point.person_id or point.site_id != site_id):
            raise _taken(point, by)
        person = people_moves.add_person(values, by=by.id, now=now)
        people_moves.place(site_id, person.id, role, by=by.id, now=now, is_new=True)
        if point:
            people_moves.adopt_contact(point, person.id, by=by.id, now=now)
        elif reach:
            _add(reach, by=by, now=now, person_id=person.id)
        return person.id


def place_known(site_id: int, kind: ContactKind, norm: str, role: str, *, by: User, now: datetime) -> int:
    """Put the person who has this address at a site, too; their id. Raises Gone when nobody has it.

    Knowing the address is what lets somebody of another project do it: nobody is found by a number.
    """
    with write():
        _found(Site, site_id, by)
        point = people_queries.contact_point(kind, norm)
        if point is None or point.person_id is None:
            raise Gone
        _place(site_id, point.person_id, role, by=by, now=now)
        return point.person_id


def place(site_id: int, person_id: int, role: str, *, by: User, now: datetime) -> None:
    """Put a person that `by` may change at one more site of theirs. Raises Gone."""
    with write():
        _found(Site, site_id, by)
        _found(Person, person_id, by)
        _place(site_id, person_id, role, by=by, now=now)


def _place(site_id: int, person_id: int, role: str, *, by: User, now: datetime) -> None:
    row = people_queries.role_at(site_id, person_id)
    if row is None:
        people_moves.place(site_id, person_id, role, by=by.id, now=now)
    else:
        people_moves.set_role(row, role or row.role, False, by=by.id, now=now)


def set_role(row_id: int, role: str, is_former: bool, *, by: User, now: datetime) -> SitePerson:
    """What a person does at a site, or that they left it. Raises Gone."""
    with write():
        row = locked(SitePerson, row_id)
        if row is None:
            raise Gone
        _found(Site, row.site_id, by)
        people_moves.set_role(row, role, is_former, by=by.id, now=now)
        return row


def add_contact(
    reach: Reach, *, by: User, now: datetime, person_id: int | None = None, site_id: int | None = None
) -> None:
    """One more way to reach a person or site. Raises Gone, and Taken when somebody has it already."""
    with write():
        _found(Person if person_id else Site, person_id or site_id or 0, by)
        point = people_queries.contact_point(reach.kind, reach.norm)
        if point:
            raise _taken(point, by)
        _add(reach, by=by, now=now, person_id=person_id, site_id=site_id)


def _add(
    reach: Reach, *, by: User, now: datetime, person_id: int | None = None, site_id: int | None = None
) -> None:
    try:
        people_moves.add_contact(
            reach.kind, reach.value, reach.norm, source_url=reach.source_url, by=by.id, now=now,
            person_id=person_id, site_id=site_id,
        )  # fmt: skip
    except sa.exc.IntegrityError:  # another writer was first with this address
        raise Taken(None, "", None, "") from None


def edit_contact(
    point_id: int, reach: Reach, status: ContactStatus, *, by: User, now: datetime
) -> ContactPoint:
    """Correct a contact point. Raises Gone, and Taken when somebody else has the new address."""
    with write():
        point = _point(point_id, by)
        other = people_queries.contact_point(reach.kind, reach.norm)
        if other and other.id != point.id:
            raise _taken(other, by)
        values = {
            "kind": reach.kind,
            "value": reach.value,
            "value_norm": reach.norm,
            "source_url": reach.source_url,
        }
        people_moves.change_contact(point, values, status, by=by.id, now=now)
        return point


def remove_contact(point_id: int, *, by: User, now: datetime) -> tuple[int | None, int | None]:
    """Forget a contact point; (person id, site id) that it was of. Raises Gone."""
    with write():
        point = _point(point_id, by)
        whose = point.person_id, point.site_id
        people_moves.remove_contact(point, by=by.id, now=now)
        return whose


def _point(point_id: int, by: User) -> ContactPoint:
    point = people_queries.writable_contact(by, point_id)
    if point is None:
        raise Gone
    return point


def _taken(point: ContactPoint, by: User) -> Taken:
    """Who has it, as far as `by` may know."""
    person = people_queries.get_person(by, point.person_id) if point.person_id else None
    site = queries.get_site(by, point.site_id) if point.site_id else None
    return Taken(
        person.id if person else None,
        person.name if person else "",
        site.id if site else None,
        site.key if site else "",
    )


def note_export(what: str, *, by: User, now: datetime) -> None:
    """Remember that somebody took a list with them."""
    with write():
        note(f"{what}.exported", by=by.id, now=now)
