"""Letting go of people whom nobody ever wrote to: kept in case, and no longer needed (GDPR Art. 5(1)(e)).

Whoever is named by anything but their own ways to be reached and their sites (a mail, a pitch, a note, a reminder, a
part in a piece) is of use to somebody and stays. They did not say no: nothing is kept of them, and they may be found again.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from outreach.care import columns
from outreach.db import session, write
from outreach.diary.moves import note_many
from outreach.prospects.models import ContactPoint, Person

THEIR_OWN = {"contact_points", "site_people"}
"""Tables that say who somebody is, not that anybody has to do with them."""
BATCH = 200


def due(now: datetime, days: int) -> sa.Select[Any]:
    """Ids of people older than `days` whom nobody has to do with; never written to, and not changed since."""
    edge = now - timedelta(days=days)
    used = [
        sa.exists().where(sa.alias(key.table).c[key.name] == Person.id)
        for key in columns.leaning_on("people")
        if key.table.name not in THEIR_OWN
    ]
    fresh = sa.exists().where(ContactPoint.person_id == Person.id, ContactPoint.found_at > edge)
    never = sa.and_(
        Person.created_at <= edge,
        Person.updated_at <= edge,
        ~Person.is_do_not_contact,
        ~fresh,
        *(~one for one in used),
    )
    return sa.select(Person.id).where(never)


def count(now: datetime, days: int) -> int:
    """How many would go; none without a rule."""
    found = session().scalar(sa.select(sa.func.count()).select_from(due(now, days).subquery())) if days else 0
    session().rollback()
    return found or 0


def let_go(now: datetime, days: int) -> int:
    """Forget the oldest of them, a batch; how many went."""
    if not days:
        return 0
    with write() as here:
        ids = list(here.scalars(due(now, days).order_by(Person.id).limit(BATCH)))
        _forget(ids, now=now)
        return len(ids)


def _forget(ids: Sequence[int], *, now: datetime) -> None:
    note_many("person.let_go", [{"person_id": key} for key in ids], by=None, now=now)
    session().execute(
        sa.delete(ContactPoint).where(ContactPoint.person_id.in_(ids), ContactPoint.site_id.is_(None))
    )
    session().execute(sa.update(ContactPoint).where(ContactPoint.person_id.in_(ids)).values(person_id=None))
    session().execute(sa.delete(Person).where(Person.id.in_(ids)))
    session().expire_all()
