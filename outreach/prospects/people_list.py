"""The list of people."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from outreach.db import session
from outreach.projects.saved.shelf import opening, shelf_of
from outreach.prospects import asking, queries, rules
from outreach.prospects.door import bp
from outreach.prospects.labels import queries as label_queries
from outreach.prospects.labels.rules import About
from outreach.prospects.models import Person
from outreach.web import filters
from outreach.web.access import allow
from outreach.web.here import me
from outreach.web.pager import COUNT_CAP, FOUND_CAP, Cursor, capped_count, page_of
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


@bp.get("/people")
@allow("viewer")
def people() -> ResponseReturnValue:
    """One page of the people whom the reader may see."""
    if first := opening(me(), "people"):
        return redirect(first)
    by = asking.people(request.args)
    sort = filters.one_of("sort", ("name", "-name", "updated", "-updated"), "-updated")
    column = SORTS[sort.lstrip("-")]
    query = queries.people_listed(me(), by)
    page = page_of(
        session(), query, by=column, key=Person.id, is_descending=sort.startswith("-"),
        cursor=Cursor.unpack(request.args.get("after")), value_of=lambda row: (getattr(row, column.key), row.id),
    )  # fmt: skip
    cap = FOUND_CAP if by.q else COUNT_CAP
    projects = queries.project_roles(me())
    ids = [row.id for row in page.rows]
    return render_template(
        "prospects/people.html", page=page, columns=COLUMNS, shown=filters.columns(COLUMNS, USUAL), kept=filters.kept(),
        tags=label_queries.tags(About.PERSON, ids), shelf=shelf_of(me(), "people"), by=by, sort=sort, projects=projects, rules=rules, link=filters.address,
        total=counted(capped_count(session(), query, cap), cap), sites=queries.sites_of_people(me(), ids),
        site_path=url_for("desk.site", site_id=1)[:-1], person_path=url_for("desk.person", person_id=1)[:-1], can_write=any(one.is_writable for one in projects), asking=filters.asking,
    )  # fmt: skip
