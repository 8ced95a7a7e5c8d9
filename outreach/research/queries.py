"""Searches of sites and what they found. Never changes a row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from outreach.accounts.models import User
from outreach.consent.queries import suppressed_among
from outreach.db import session
from outreach.projects.queries import writable_by
from outreach.prospects.models import ContactPoint, Person, Site
from outreach.prospects.people_queries import reaches_person
from outreach.prospects.queries import reaches_site, sites_of
from outreach.prospects.rules import ContactKind, ContactStatus
from outreach.research.models import FoundContact, SiteSearch
from outreach.research.rules import BUSY, FindState


def is_due(now: datetime) -> list[sa.ColumnElement[bool]]:
    """A search that has work and that nobody holds."""
    return [
        SiteSearch.work_at.is_not(None), SiteSearch.work_at <= now, SiteSearch.state.in_(BUSY),
        sa.or_(SiteSearch.taken_until.is_(None), SiteSearch.taken_until <= now),
    ]  # fmt: skip


def count_due(now: datetime) -> int:
    """How many searches wait for the worker."""
    return session().scalar(sa.select(sa.func.count()).select_from(SiteSearch).where(*is_due(now))) or 0


def of_site(site_id: int) -> SiteSearch | None:
    """The last search of a site that the caller loaded by its own rights."""
    return session().scalar(
        sa.select(SiteSearch).options(joinedload(SiteSearch.asked_by)).where(SiteSearch.site_id == site_id)
    )


def seen_site(user: User, site_id: int) -> tuple[Site, bool, SiteSearch | None] | None:
    """(site, whether `user` may change it, its last search) in one statement; None when they may not see it."""
    writable = reaches_site(user, Site.id, writable_by)
    row = session().execute(
        sites_of(user).add_columns(writable.label("is_writable"), SiteSearch)
        .outerjoin(SiteSearch, SiteSearch.site_id == Site.id).options(joinedload(SiteSearch.asked_by)).where(Site.id == site_id)
    ).first()  # fmt: skip
    return None if row is None else (row[0], bool(row.is_writable), row[2])


@dataclass(frozen=True)
class Proposal:
    """A find as one user sees it: `person` is who has it already, `is_taken` that a person or site has it whom
    they may not see (a person can be put here all the same: who knows the address may do that)."""

    find: FoundContact
    person: Person | None = None
    is_here: bool = False
    is_taken: bool = False
    may_take: bool = True
    why_no_mail: str = ""


def proposals(user: User, site_id: int, *states: FindState) -> list[Proposal]:
    """What was found at a site that the caller loaded by its own rights: people before desks, those who are known last; four statements."""
    query = sa.select(FoundContact).where(
        FoundContact.site_id == site_id, FoundContact.state.in_(states or tuple(FindState))
    )
    finds = list(session().scalars(query.order_by(FoundContact.id)))
    finds.sort(key=lambda one: (_ORDER[one.kind], one.is_role, not one.name, one.id))
    known = _known(user, finds)
    blocked = suppressed_among(find.value for find in finds if find.kind is ContactKind.EMAIL)
    shown = [
        Proposal(find, *_owner(known.get((find.kind, find.value_norm)), site_id), blocked[find.value].reason.value if find.value in blocked else "")
        for find in finds
    ]  # fmt: skip
    return sorted(shown, key=lambda one: one.person is not None or one.is_here)


_ORDER = {ContactKind.EMAIL: 0, ContactKind.FORM: 1, ContactKind.SOCIAL: 2, ContactKind.PHONE: 3}


def _known(user: User, finds: Sequence[FoundContact]) -> dict[tuple[ContactKind, str], Any]:
    """{(kind, value): (contact point, its person when `user` may see them)}."""
    if not finds:
        return {}
    seen = reaches_person(user, Person.id)
    rows = session().execute(
        sa.select(ContactPoint, Person)
        .outerjoin(Person, sa.and_(Person.id == ContactPoint.person_id, seen))
        .options(sa.orm.lazyload(Person.contact_points))
        .where(
            ContactPoint.kind.in_({find.kind for find in finds}),  # the index begins with it
            ContactPoint.value_norm.in_({find.value_norm for find in finds}),
        )
    )
    return {(row[0].kind, row[0].value_norm): (row[0], row[1]) for row in rows}


def _owner(known: Any, site_id: int) -> tuple[Person | None, bool, bool, bool]:
    if known is None:
        return None, False, False, True
    point, person = known
    is_here = point.person_id is None and point.site_id == site_id
    return person, is_here, person is None and not is_here, point.person_id is not None or is_here


def writable_find(user: User, find_id: int) -> FoundContact | None:
    """The find when `user` may change its site."""
    may = reaches_site(user, FoundContact.site_id, writable_by)
    return session().scalar(sa.select(FoundContact).where(FoundContact.id == find_id, may))


def same_person(find: FoundContact) -> list[FoundContact]:
    """Further open finds of the site that name the same person."""
    if not find.name:
        return []
    query = sa.select(FoundContact).where(
        FoundContact.site_id == find.site_id, FoundContact.state == FindState.OPEN, FoundContact.id != find.id,
        sa.func.lower(FoundContact.name) == find.name.lower(), FoundContact.is_role.is_(False),
    )  # fmt: skip
    return list(session().scalars(query.order_by(FoundContact.id)))


def untried(site_id: int) -> dict[str, list[int]]:
    """{domain: ids of open mail addresses there} of which nobody knows whether the domain takes mail."""
    query = sa.select(FoundContact.id, FoundContact.value).where(
        FoundContact.site_id == site_id, FoundContact.kind == ContactKind.EMAIL, FoundContact.state == FindState.OPEN,
        FoundContact.status == ContactStatus.UNVERIFIED,
    )  # fmt: skip
    found: dict[str, list[int]] = {}
    for key, value in session().execute(query):
        found.setdefault(value.rpartition("@")[2], []).append(key)
    return found
