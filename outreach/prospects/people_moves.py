"""Changing sites and people: facts, contact points, roles, notes. Never commits; each change writes its diary line."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from outreach.consent.queries import is_erased
from outreach.consent.rules import ErasedAddress, LiftReason
from outreach.db import session
from outreach.diary.moves import note
from outreach.kit.address import is_role_address
from outreach.prospects.models import ContactPoint, Note, Person, Site, SitePerson
from outreach.prospects.rules import ContactKind, ContactStatus

KIND = {Site: "site", Person: "person"}


def change(row: Site | Person, values: Mapping[str, Any], *, by: int, now: datetime) -> list[str]:
    """Set facts of a site or person; the names of those that changed. Counts `version` up when any did."""
    fields = [name for name, value in values.items() if getattr(row, name) != value]
    for name in fields:
        setattr(row, name, values[name])
    if fields:
        _touch(row, now)
        note(
            f"{KIND[type(row)]}.changed",
            by=by,
            now=now,
            **_about(row),
            fields=[_plain(name) for name in fields],
        )
    return fields


def _plain(field: str) -> str:
    return field.removeprefix("is_")


def _about(row: Site | Person) -> dict[str, Any]:
    return {f"{KIND[type(row)]}_id": row.id}


def _touch(row: Site | Person, now: datetime) -> None:
    row.version += 1
    row.updated_at = now


def stop(row: Site | Person, reason: str, *, by: int, now: datetime) -> None:
    """Never write to them again, whatever the project."""
    row.is_do_not_contact, row.do_not_contact_reason = True, reason
    _touch(row, now)
    note(f"{KIND[type(row)]}.stopped", by=by, now=now, **_about(row))


def allow_again(row: Site | Person, why: LiftReason, *, by: int, now: datetime) -> None:
    """They may be written to again; who may say so is for the view's rule (admins, `product.md` 2.5)."""
    row.is_do_not_contact, row.do_not_contact_reason = False, ""
    _touch(row, now)
    note(f"{KIND[type(row)]}.allowed", by=by, now=now, **_about(row), why=why.value)


def add_note(
    project_id: int,
    text: str,
    *,
    by: int,
    now: datetime,
    site_id: int | None = None,
    person_id: int | None = None,
) -> Note:
    """Write something down about a site or person, for one project; the diary has its id only."""
    row = Note(
        project_id=project_id,
        site_id=site_id,
        person_id=person_id,
        text=text,
        created_at=now,
        created_by_id=by,
    )
    session().add(row)
    session().flush()
    note(
        "note.added",
        by=by,
        now=now,
        project_id=project_id,
        site_id=site_id,
        person_id=person_id,
        subject=("note", row.id),
    )
    return row


def add_person(values: Mapping[str, Any], *, by: int, now: datetime) -> Person:
    """A new person; belongs at a site at once (`place`), so that somebody may see them."""
    person = Person(**values, created_at=now, updated_at=now, created_by_id=by)
    session().add(person)
    session().flush()
    return person


def place(
    site_id: int, person_id: int, role: str, *, by: int, now: datetime, is_new: bool = False
) -> SitePerson:
    """A person's role at a site."""
    row = SitePerson(site_id=site_id, person_id=person_id, role=role)
    session().add(row)
    session().flush()
    kind = "person.added" if is_new else "person.placed"
    note(kind, by=by, now=now, site_id=site_id, person_id=person_id)
    return row


def set_role(row: SitePerson, role: str, is_former: bool, *, by: int, now: datetime) -> None:
    """What they do there, and whether they still do."""
    if (row.role, row.is_former) == (role, is_former):
        return
    kind = "person.left" if is_former and not row.is_former else "person.role"
    row.role, row.is_former = role, is_former
    note(kind, by=by, now=now, site_id=row.site_id, person_id=row.person_id)


def add_contact(
    kind: ContactKind, value: str, value_norm: str, *, source_url: str, by: int, now: datetime,
    person_id: int | None = None, site_id: int | None = None,
) -> ContactPoint:  # fmt: skip
    """A way to reach a person or site, with where and when it was found (GDPR Art. 14).

    Raises consent.rules.ErasedAddress for one whose owner asked us to forget it.
    """
    _refuse_erased(kind, value)
    point = ContactPoint(
        person_id=person_id, site_id=site_id, kind=kind, value=value, value_norm=value_norm, source_url=source_url,
        found_at=now, found_by_id=by, is_role=kind is ContactKind.EMAIL and is_role_address(value),
    )  # fmt: skip
    session().add(point)
    session().flush()
    note("contact.added", by=by, now=now, site_id=site_id, person_id=person_id, what=kind.value)
    return point


def _refuse_erased(kind: ContactKind, value: str) -> None:
    if kind is ContactKind.EMAIL and is_erased(value):
        raise ErasedAddress


def adopt_contact(point: ContactPoint, person_id: int, *, by: int, now: datetime) -> None:
    """An address of a site turns out to be a person's."""
    point.person_id = person_id
    note("contact.adopted", by=by, now=now, site_id=point.site_id, person_id=person_id, what=point.kind.value)


def change_contact(
    point: ContactPoint, values: Mapping[str, Any], status: ContactStatus, *, by: int, now: datetime
) -> None:
    """Correct a contact point. A new address has not been tried; an old one keeps what is known of it.

    Raises consent.rules.ErasedAddress as `add_contact` does.
    """
    _refuse_erased(values.get("kind", point.kind), values.get("value", point.value))
    before = {name: getattr(point, name) for name in (*values, "status")}
    for name, value in values.items():
        setattr(point, name, value)
    point.status = ContactStatus.UNVERIFIED if point.value_norm != before.get("value_norm") else status
    point.is_role = point.kind is ContactKind.EMAIL and is_role_address(point.value)
    fields = [
        name for name, value in before.items() if getattr(point, name) != value and name != "value_norm"
    ]
    if fields:
        note(
            "contact.changed", by=by, now=now, site_id=point.site_id, person_id=point.person_id, fields=fields
        )


def remove_contact(point: ContactPoint, *, by: int, now: datetime) -> None:
    """Forget an address for good: an undo would have to keep what was to be forgotten."""
    note(
        "contact.removed",
        by=by,
        now=now,
        site_id=point.site_id,
        person_id=point.person_id,
        what=point.kind.value,
    )
    session().delete(point)
