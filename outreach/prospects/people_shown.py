"""What a page of people shows of each, as plain columns.

A page draws fifty, and to load them whole, with all that hangs on them, costs more than to find them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from outreach.accounts.models import User
from outreach.db import is_in, session
from outreach.prospects import queries
from outreach.prospects.models import ContactPoint, Person, Site, SitePerson

PERSON = (
    Person.id,
    Person.name,
    Person.language,
    Person.is_do_not_contact,
    Person.created_at,
    Person.updated_at,
)
"""The columns of a row."""


def rows_of(ids: Sequence[int]) -> list[Any]:
    """The rows of people whom the caller found by the user's rights, in the order of `ids`."""
    found = {row.id: row for row in session().execute(sa.select(*PERSON).where(is_in(Person.id, ids)))}
    return [found[key] for key in ids]


def places_of(user: User, ids: Sequence[int]) -> dict[int, list[Any]]:
    """`{person id: where they are (site_id, key, role, is_former), former places last}`, of the sites that `user` may see."""
    query = (
        sa.select(SitePerson.person_id, SitePerson.site_id, SitePerson.role, SitePerson.is_former, Site.key)
        .join(Site, Site.id == SitePerson.site_id)
        .where(is_in(SitePerson.person_id, ids))
        .order_by(SitePerson.is_former, SitePerson.id)
    )
    if not user.is_manager:
        query = query.where(queries.reaches_site(user, SitePerson.site_id))
    return _by_person(session().execute(query))


def ways_of(ids: Sequence[int]) -> dict[int, list[Any]]:
    """`{person id: their addresses (value), the oldest first}`."""
    query = sa.select(ContactPoint.person_id, ContactPoint.value).where(is_in(ContactPoint.person_id, ids))
    return _by_person(session().execute(query.order_by(ContactPoint.id)))


def _by_person(rows: Any) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for row in rows:
        found.setdefault(row.person_id, []).append(row)
    return found
