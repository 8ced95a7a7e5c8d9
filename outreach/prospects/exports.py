"""The lists of people and prospects as files: what the list shows by its filters and columns, row by row in its order."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from flask import Response, request

from outreach.accounts.models import User
from outreach.db import session
from outreach.kit.tables import Cell
from outreach.kit.urls import show_host
from outreach.prospects import (
    asking,
    lists,
    metric_rules,
    narrowing,
    people_actions,
    people_list,
    people_queries,
    queries,
    queue_queries,
    rules,
)
from outreach.prospects.door import bp
from outreach.prospects.labels import queries as label_queries
from outreach.prospects.labels.queries import FieldSeen, Labels
from outreach.prospects.labels.rules import About, FieldKind
from outreach.prospects.lists import asked_sort
from outreach.prospects.models import Person, Prospect, SitePerson
from outreach.prospects.rules import LONGEST_NOTES, ContactKind
from outreach.prospects.sorting import in_order
from outreach.web import filters
from outreach.web.access import allow
from outreach.web.downloads import list_download
from outreach.web.forms import row_id
from outreach.web.here import me, now
from outreach.web.pager import Part, walk

PEOPLE = (
    "Name", "Site", "Role", "Email", "Other contact", "Kind", "Found on", "Found at", "What we know of it", "Person language", "Time zone",
    "To the law", "Never write", "Left the site", "Person number", "Person notes",
)  # fmt: skip
"""A row for each way to reach somebody, and for each further site; `Person number` tells which rows are one person; their notes stand in the first. An import
reads all of it, and gives the same people with all of theirs."""


@dataclass(frozen=True)
class Around:
    """What stands around some prospects: their people, tags, own fields and numbers of other tools."""

    names: Mapping[int, list[str]]
    labels: Labels
    numbers: Mapping[int, Any]


Told = Callable[[Prospect, Around], Cell]
PROSPECTS: dict[str, tuple[str, tuple[str, ...], Told]] = {
    "site": ("Site", (), lambda row, _: show_host(row.site.key)),
    "title": ("Title", (), lambda row, _: row.site.title),
    "address": ("Address", (), lambda row, _: row.site.url),
    "project": ("Project", ("project",), lambda row, _: row.project.name),
    "state": ("State", ("state",), lambda row, _: row.state.value),
    "reason": ("Why not", ("state",), lambda row, _: row.reject_reason),
    "owner": ("Owner", ("owner",), lambda row, _: row.owner.name if row.owner else ""),
    "language": ("Language", ("language",), lambda row, _: row.site.language),
    "added": ("Added", ("added",), lambda row, _: _at(row.created_at)),
    "updated": ("Changed", ("updated",), lambda row, _: _at(row.updated_at)),
    "person": ("People", ("person",), lambda row, around: ", ".join(around.names.get(row.site_id, ()))),
    "tags": ("Tags", ("tags",), lambda row, around: _tags(around.labels, row.site_id)),
}  # fmt: skip
"""What a file of prospects has: title, the columns of the list that it belongs to (none: always), and its cell."""


@bp.post("/people/export")
@allow("member")
def export_people() -> Response:
    """The people of the list (or those ticked), with all ways to reach them. `format` is csv or xlsx."""
    query = people_queries.people_listed(me(), asking.people(request.args))
    if ids := _ticked():
        query = query.where(Person.id.in_(ids))
    parts = in_order(
        query, About.PERSON, Person.id, Person.id, asked_sort(people_list.SORTS), people_list.SORTS, me()
    )
    people_actions.note_export("people", by=me(), now=now())
    fields = label_queries.fields(me(), About.PERSON)
    head = (*PEOPLE, "Tags", *(field.name for field in fields))
    return list_download(head, _people(me(), parts, fields), "people")


def _ticked() -> list[int]:
    return request.form.getlist("row", type=row_id)[:500]


def _people(user: User, parts: Sequence[Part], fields: Sequence[FieldSeen]) -> Iterator[Sequence[Cell]]:
    number = 0
    for found in walk(session(), parts, people_queries.people_of(user), Person.id):
        ids = [person.id for person in found]
        sites = people_queries.sites_of_people(user, ids)
        labels = label_queries.labels(user, About.PERSON, ids)
        for person in found:
            values = labels.values_of.get(person.id, {})
            own = (_tags(labels, person.id), *(_cell(field, values.get(field.id, "")) for field in fields))
            number += 1
            for place, row in enumerate(_rows_of(person, sites.get(person.id, []), number)):
                yield (*row, *(own if place == 0 else ("",) * len(own)))


def _tags(labels: Labels, key: int) -> str:
    return ", ".join(tag.name for tag in labels.tags_of.get(key, ()))


def _cell(field: FieldSeen, value: str) -> Cell:
    """A number as a number, so that a sheet can reckon with it."""
    return Decimal(value) if value and field.kind is FieldKind.NUMBER else value


def _rows_of(person: Person, places: Sequence[SitePerson], number: int) -> Iterator[Sequence[Cell]]:
    """At least one row; ways to reach them stand beside their first site."""
    points: list[Any] = list(person.contact_points)
    first = places[0] if places else None
    for at in range(max(len(points), 1)):
        yield (
            *_row(person, first, points[at] if points else None, number),
            "" if at else person.notes[:LONGEST_NOTES],
        )
    for place in places[1:]:
        yield (*_row(person, place, None, number), "")


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
def export_prospects() -> Response:
    """The prospects of the list (or those ticked), in the columns that it shows; all columns when none are chosen."""
    query = narrowing.listed(me(), asking.prospects(request.args))
    if ids := _ticked():
        query = query.where(Prospect.id.in_(ids))
    parts = in_order(
        query, About.SITE, Prospect.site_id, Prospect.id, asked_sort(lists.SORTS), lists.SORTS, me()
    )
    people_actions.note_export("prospects", by=me(), now=now())
    fields = label_queries.fields(me(), About.SITE)
    known = {
        *(name for _, names, _ in PROSPECTS.values() for name in names),
        *metric_rules.TITLES,
        *(field.column for field in fields),
    }
    shown = filters.columns(dict.fromkeys(known), tuple(known))
    told = [one for one in PROSPECTS.values() if not one[1] or set(one[1]) & set(shown)]
    numbers = [name for name in metric_rules.TITLES if name in shown]
    own = [field for field in fields if field.column in shown]
    head = [
        *(title for title, _, _ in told),
        *(metric_rules.TITLES[name] for name in numbers),
        *(field.name for field in own),
    ]
    cells = [tell for _, _, tell in told]
    return list_download(head, _prospects(me(), parts, cells, numbers, own), "prospects")


def _prospects(
    user: User,
    parts: Sequence[Part],
    cells: Sequence[Told],
    numbers: Sequence[str],
    own: Sequence[FieldSeen],
) -> Iterator[Sequence[Cell]]:
    listed = narrowing.with_rows(narrowing.listed(user, narrowing.Filters()))
    for rows in walk(session(), parts, listed, Prospect.id):
        ids = [row.site_id for row in rows]
        around = Around(
            queries.names_at(ids),
            label_queries.labels(user, About.SITE, ids),
            queue_queries.numbers_of(ids, list(numbers)),
        )
        for row in rows:
            values, counted = (
                around.labels.values_of.get(row.site_id, {}),
                around.numbers.get(row.site_id, {}),
            )
            yield (
                *(tell(row, around) for tell in cells), *(counted.get(name, "") for name in numbers),
                *(_cell(field, values.get(field.id, "")) for field in own),
            )  # fmt: skip


def _at(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")
