"""The list of people."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from outreach.db import is_in, session
from outreach.projects.saved.shelf import opening, shelf_of
from outreach.prospects import (
    asking,
    choices,
    crowding,
    finding_people,
    people_queries,
    people_shown,
    people_walk,
    rules,
    standings,
)
from outreach.prospects.door import bp
from outreach.prospects.labels import queries as label_queries
from outreach.prospects.labels.rules import About
from outreach.prospects.lists import asked_fields, asked_sort
from outreach.prospects.models import Person
from outreach.prospects.people_queries import PeopleFilters
from outreach.prospects.sorting import by_field, field_of
from outreach.web import filters
from outreach.web.access import allow
from outreach.web.here import me
from outreach.web.pager import (
    COUNT_CAP,
    Cursor,
    Page,
    capped_count,
    page_of,
    page_of_parts,
    placed,
)
from outreach.web.words import counted

SORTS = {"name": Person.name, "updated": Person.updated_at}


COLUMNS = {
    "where": "Where",
    "reach": "How to reach them",
    "tags": "Tags",
    "language": "Language",
    "added": "Added",
    "updated": "Changed",
}
USUAL = ("where", "reach", "tags", "updated")
SIZE = 50
"""Rows of a page."""


@bp.get("/people")
@allow("viewer")
def people() -> ResponseReturnValue:
    """One page of the people whom the reader may see."""
    shelf = shelf_of(me(), "people")
    if first := opening(shelf):
        return redirect(first)
    by = asking.people(request.args)
    sort = asked_sort(SORTS)
    page, total, is_cut = _found(by, sort)
    projects = choices.project_roles(me())
    ids = [row.id for row in page.rows]
    labels = label_queries.labels(me(), About.PERSON, ids, only=asked_fields())
    columns = COLUMNS | {field.column: field.name for field in labels.fields}
    return render_template(
        "prospects/people.html", page=page, columns=columns, usual_columns=COLUMNS, shown=filters.columns(columns, USUAL), kept=filters.kept(),
        labels=labels, asks={ask.field_id: ask for ask in by.fields}, shelf=shelf, by=by, sort=sort, projects=projects, rules=rules, link=filters.address,
        total=total, is_cut=is_cut, sites=people_shown.places_of(me(), ids), ways=people_shown.ways_of(ids),
        site_path=url_for("desk.site", site_id=1)[:-1], person_path=url_for("desk.person", person_id=1)[:-1], can_write=any(one.is_writable for one in projects), asking=filters.asking, standings=standings.NAMES,
    )  # fmt: skip


def _found(by: PeopleFilters, sort: str) -> tuple[Page[Any], str, bool]:
    """The page, how many people there are in words, and whether more hold the words than were gathered."""
    if (wanted := crowding.cells(me(), by)) is not None and field_of(sort) is None:
        cursor = placed(SORTS[sort.lstrip("-")], Cursor.unpack(request.args.get("after")))
        found = crowding.found(wanted, sort, cursor)
        query = sa.select(Person).join(found, found.c.id == Person.id)
        page = _sorted(query, found.c.at, found.c.id, sort, cursor)
        return page, counted(crowding.counted(wanted, COUNT_CAP), COUNT_CAP), False
    may_walk = sort == "-updated" or bool(
        by.standing and field_of(sort) is None
    )  # by name, those with one name stand together, and far away
    if by.q:
        fitting = finding_people.gathered(me(), by, may_walk=may_walk)
        if fitting.projects is not None:
            return *_walked(by, sort, fitting.projects), False
        page = _page(sa.select(Person).where(is_in(Person.id, fitting.ids)), sort)
        return page, f"{len(fitting.ids):,}{'+' if fitting.is_cut else ''}", fitting.is_cut
    if by.standing:
        return *_walked(by, sort), False
    query = people_queries.people_listed(me(), by)
    return _page(query, sort), counted(capped_count(session(), query, COUNT_CAP), COUNT_CAP), False


def _walked(by: PeopleFilters, sort: str, seen: tuple[int, ...] | None = None) -> tuple[Page[Any], str]:
    """A page that looks at some people only; where it found too few, it says where to go on. No more are counted than it shows."""
    if field_of(sort) is not None:
        after = Cursor.unpack(request.args.get("after"))
        if seen is None and (few := finding_people.few_of(me(), by)) is not None:
            page = _page(people_queries.people_listed(me(), by).where(Person.id.in_(few)), sort)
            return page, _shown(page, after)
        found = people_walk.found_by_field(me(), by, sort, after, SIZE)
        told = replace(found, rows=people_shown.rows_of(found.rows))
        return told, _shown(told, after)
    cursor = placed(SORTS[sort.lstrip("-")], Cursor.unpack(request.args.get("after")))
    ids, edge = people_walk.found(people_walk.walk(me(), by, sort, cursor, seen=seen), SIZE)
    page = _sorted(
        sa.select(Person).where(is_in(Person.id, ids)), SORTS[sort.lstrip("-")], Person.id, sort, cursor
    )
    if edge is not None:
        page = replace(page, newer=edge.pack()) if edge.is_back else replace(page, older=edge.pack())
        page = replace(page, is_cut=True)
    return page, _shown(page, cursor)


def _shown(page: Page[Any], cursor: Cursor | None) -> str:
    """How many there are, in words."""
    if page.is_cut or cursor is not None:
        return f"{len(page.rows)}+"
    return counted(SIZE + 1 if page.older else len(page.rows), SIZE + 1)


def _page(query: sa.Select[Person], sort: str) -> Page[Any]:
    cursor = Cursor.unpack(request.args.get("after"))
    if field_of(sort) is not None:
        parts = by_field(query.with_only_columns(Person.id), About.PERSON, Person.id, Person.id, sort, me())
        page = page_of_parts(session(), parts, cursor=cursor)
        return replace(page, rows=people_shown.rows_of(page.rows))
    return _sorted(query, SORTS[sort.lstrip("-")], Person.id, sort, cursor)


def _sorted(query: sa.Select[Person], by: Any, key: Any, sort: str, cursor: Cursor | None) -> Page[Any]:
    name = SORTS[sort.lstrip("-")].key
    rows = query.with_only_columns(*people_shown.PERSON, maintain_column_froms=True)
    return page_of(
        session(), rows, by=by, key=key, is_descending=sort.startswith("-"), cursor=cursor, value_of=lambda row: (getattr(row, name), row.id)
    )  # fmt: skip
