"""The lists of people and prospects as files: what the list shows by its filters, row by row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import chain
from typing import Any

import sqlalchemy as sa
from flask import request
from flask.typing import ResponseReturnValue

from outreach.accounts.models import User
from outreach.db import session
from outreach.kit.tables import Cell
from outreach.kit.urls import show_host
from outreach.prospects import asking, people_actions, queries, rules
from outreach.prospects.door import bp
from outreach.prospects.models import Person, Prospect, SitePerson
from outreach.prospects.rules import ContactKind
from outreach.web.access import allow
from outreach.web.downloads import table_download
from outreach.web.here import me, now

PEOPLE = (
    "Name", "Site", "Role", "Email", "Other contact", "Kind", "Found on", "Found at", "What we know of it", "Person language", "Time zone",
    "To the law", "Never write", "Left the site", "Person number",
)  # fmt: skip
"""A row for each way to reach somebody, and for each further site; `Person number` tells which rows are one person. An import
reads all of it, and gives the same people with all of theirs."""
PROSPECTS = (
    "Site",
    "Title",
    "Address",
    "Project",
    "State",
    "Why not",
    "Owner",
    "Language",
    "Added",
    "Changed",
)
AT_ONCE = 500


@bp.post("/people/export")
@allow("member")
def export_people() -> ResponseReturnValue:
    """The people of the list, with all ways to reach them. `format` is csv or xlsx."""
    people_actions.note_export("people", by=me(), now=now())
    rows = chain([PEOPLE], _people(me(), queries.people_listed(me(), asking.people(request.args))))
    return table_download(rows, f"people-{now():%Y-%m-%d}", is_sheet=request.form.get("format") == "xlsx")


def _people(user: User, query: sa.Select[Person]) -> Iterator[Sequence[Cell]]:
    ids = session().scalars(query.with_only_columns(Person.id).order_by(Person.id)).all()
    number = 0
    for start in range(0, len(ids), AT_ONCE):
        part = ids[start : start + AT_ONCE]
        found = session().scalars(sa.select(Person).where(Person.id.in_(part)).order_by(Person.id)).all()
        sites = queries.sites_of_people(user, part)
        for person in found:
            number += 1
            yield from _rows_of(person, sites.get(person.id, []), number)


def _rows_of(person: Person, places: Sequence[SitePerson], number: int) -> Iterator[Sequence[Cell]]:
    """At least one row; ways to reach them stand beside their first site."""
    points: list[Any] = list(person.contact_points)
    first = places[0] if places else None
    for at in range(max(len(points), 1)):
        yield _row(person, first, points[at] if points else None, number)
    for place in places[1:]:
        yield _row(person, place, None, number)


def _row(person: Person, place: SitePerson | None, point: Any, number: int) -> Sequence[Cell]:
    is_mail = point is not None and point.kind is ContactKind.EMAIL
    return (
        person.name, show_host(place.site.key) if place else "", place.role if place else "",
        point.value if is_mail else "", point.value if point and not is_mail else "", rules.KIND_WORDS[point.kind] if point else "",
        point.source_url if point else "", point.found_at if point else "", rules.STATUS_WORDS[point.status] if point else "",
        person.language, person.timezone, rules.SUBSCRIBER_WORDS[person.subscriber_type], person.is_do_not_contact,
        bool(place and place.is_former), number,
    )  # fmt: skip


@bp.post("/prospects/export")
@allow("member")
def export_prospects() -> ResponseReturnValue:
    """The prospects of the list. `format` is csv or xlsx."""
    people_actions.note_export("prospects", by=me(), now=now())
    rows = chain([PROSPECTS], _prospects(queries.listed(me(), asking.prospects(request.args))))
    return table_download(rows, f"prospects-{now():%Y-%m-%d}", is_sheet=request.form.get("format") == "xlsx")


def _prospects(query: sa.Select[Prospect]) -> Iterator[Sequence[Cell]]:
    last = 0
    while (
        rows := session()
        .scalars(queries.with_rows(query).where(Prospect.id > last).order_by(Prospect.id).limit(AT_ONCE))
        .all()
    ):
        for row in rows:
            yield (
                show_host(row.site.key), row.site.title, row.site.url, row.project.name, row.state.value, row.reject_reason,
                row.owner.name if row.owner else "", row.site.language, _at(row.created_at), _at(row.updated_at),
            )  # fmt: skip
        last = rows[-1].id


def _at(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")
