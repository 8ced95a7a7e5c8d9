"""What a list of prospects or people shows: its columns, and filters by own fields. The answer is the list's own address."""

from __future__ import annotations

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from outreach.projects.saved.rules import LISTS, pairs_of
from outreach.prospects import lists, people_list
from outreach.prospects.door import bp
from outreach.prospects.labels import queries as label_queries
from outreach.prospects.labels.rules import About, asks_of
from outreach.web import filters
from outreach.web.access import allow
from outreach.web.here import me

SHOWN = {
    "prospects": (About.SITE, lists.COLUMNS, lists.USUAL),
    "people": (About.PERSON, people_list.COLUMNS, people_list.USUAL),
}


@bp.get("/lists/setup")
@allow("viewer")
def list_setup() -> ResponseReturnValue:
    """The choice of columns and fields for the list `list`, whose address at hand is `query`."""
    name = filters.one_of("list", SHOWN, "prospects")
    about, columns, usual = SHOWN[name]
    asked = pairs_of(request.args.get("query", ""))
    fields = label_queries.fields(me(), about)
    known = columns | {field.column: field.name for field in fields}
    chosen = {one for key, value in asked if key == "columns" for one in value.split(",")} & set(known)
    mine = {f"{field.column}{end}" for field in fields for end in ("", "-from", "-to")}
    return render_template(
        "prospects/list_setup.html", known=known, shown=chosen or set(usual), fields=fields, action=url_for(LISTS[name][0]), words=LISTS[name][1],
        asks={ask.field_id: ask for ask in asks_of(dict(asked))}, kept=[pair for pair in asked if pair[0] != "columns" and pair[0] not in mine],
        back=filters.asking(url_for(LISTS[name][0]), MultiDict(asked)),
    )  # fmt: skip
