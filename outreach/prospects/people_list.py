"""The list of people."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue

from outreach.db import session
from outreach.prospects import queries, rules
from outreach.prospects.door import bp
from outreach.prospects.models import Person
from outreach.web import filters
from outreach.web.access import allow
from outreach.web.here import me
from outreach.web.pager import Cursor, capped_count, page_of

SORTS = {"name": Person.name, "updated": Person.updated_at}


def asked_people() -> queries.PeopleFilters:
    """What the address narrows the list to."""
    return queries.PeopleFilters(
        q=filters.words("q"), project=filters.number("project"), contact=filters.one_of("contact", ("yes", "no")),
        closed=filters.one_of("closed", ("yes", "no")),
    )  # fmt: skip


@bp.get("/people")
@allow("viewer")
def people() -> ResponseReturnValue:
    """One page of the people whom the reader may see."""
    by = asked_people()
    sort = filters.one_of("sort", ("name", "-name", "updated", "-updated"), "-updated")
    column = SORTS[sort.lstrip("-")]
    query = queries.people_listed(me(), by)
    page = page_of(
        session(), query, by=column, key=Person.id, is_descending=sort.startswith("-"),
        cursor=Cursor.unpack(request.args.get("after")), value_of=lambda row: (getattr(row, column.key), row.id),
    )  # fmt: skip
    projects = queries.project_roles(me())
    return render_template(
        "prospects/people.html", page=page, by=by, sort=sort, projects=projects, rules=rules, link=filters.address,
        total=capped_count(session(), query), sites=queries.sites_of_people(me(), [row.id for row in page.rows]),
        can_write=any(one.is_writable for one in projects), asking=filters.asking,
    )  # fmt: skip
