"""The list of prospects, and what is done with its rows."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from flask import abort, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from outreach.db import session
from outreach.projects.saved.shelf import opening, shelf_of
from outreach.prospects import (
    actions,
    asking,
    choices,
    field_walk,
    marking,
    metric_rules,
    narrowing,
    placing,
    queries,
    queue_queries,
    rules,
    standings,
    walking,
)
from outreach.prospects.door import bp
from outreach.prospects.labels import queries as label_queries
from outreach.prospects.labels.rules import About
from outreach.prospects.models import Prospect, Site
from outreach.prospects.rules import ProspectState
from outreach.prospects.sorting import field_of
from outreach.web import filters
from outreach.web.access import allow
from outreach.web.forms import row_id, stripped
from outreach.web.here import me, now
from outreach.web.pager import COUNT_CAP, Cursor, Page, capped_count, page_of, placed
from outreach.web.toasts import toast
from outreach.web.words import counted

SORTS = {"updated": Prospect.updated_at, "site": Site.key, "state": Prospect.state}
BY_SITE = ("site", "-site")
MOST_TICKED = 500
SIZE = 50
"""Rows of a page: what much narrows is counted no further."""


COLUMNS = {
    "project": "Project", "state": "State", "person": "Person", "tags": "Tags", "language": "Language", "added": "Added",
    "updated": "Changed", "owner": "Whose", **metric_rules.TITLES,
}  # fmt: skip
USUAL = ("project", "state", "person", "tags", "updated", "owner")


@bp.get("/prospects")
@allow("viewer")
def index() -> ResponseReturnValue:
    """One page of the prospects of all projects that the reader may see, or of one."""
    shelf = shelf_of(me(), "prospects")
    if first := opening(shelf):
        return redirect(first)
    by = asking.prospects(request.args)
    sort = asked_sort(SORTS)
    page, total = _shown(by, sort)
    site_ids = [row.site_id for row in page.rows]
    labels = label_queries.labels(me(), About.SITE, site_ids, only=asked_fields())
    columns = COLUMNS | {field.column: field.name for field in labels.fields}
    projects = choices.project_roles(me())
    g.projects_seen = [(one.id, one.name) for one in projects]
    writable = [one.id for one in projects if one.is_writable]
    return render_template(
        "prospects/index.html", page=page, columns=columns, shown=filters.columns(columns, USUAL), kept=filters.kept(),
        metrics=metric_rules.TITLES, numbers=queue_queries.numbers_of(site_ids, filters.columns(metric_rules.TITLES, ())),
        labels=labels, asks={ask.field_id: ask for ask in by.fields}, shelf=shelf, by=by, sort=sort, projects=projects, rules=rules,
        total=total, names=queries.names_at(site_ids),
        colleagues=choices.colleagues([one.id for one in projects]) if projects else [],
        can_write=bool(writable), site_path=url_for("desk.site", site_id=1)[:-1], link=filters.address, asking=filters.asking, standings=standings.NAMES,
    )  # fmt: skip


def asked_sort(known: dict[str, Any]) -> str:
    """By what the list is sorted: one of `known`, or an own field; with a minus from the end."""
    sort = request.args.get("sort", "")
    return sort if sort.removeprefix("-") in known or field_of(sort) else "-updated"


def asked_fields() -> set[int]:
    """The own fields whose values are wanted as columns."""
    names = [name for given in request.args.getlist("columns") for name in given.split(",")]
    return {field_id for name in names if (field_id := field_of(name)) is not None}


def _shown(by: narrowing.Filters, sort: str) -> tuple[Page[Any], str]:
    """The page, and how many rows there are in words."""
    asked = marking.asked(me(), by.fields) if by.fields else None
    if field_of(sort) is None:
        column = SORTS[sort.lstrip("-")]
        cursor = placed(column, Cursor.unpack(request.args.get("after")))
        if (wanted := narrowing.in_cells(me(), by, asked=asked)) is not None:
            query = narrowing.as_shown(narrowing.of_ids(placing.ids(wanted, sort, cursor)))
            return _page(query, sort, cursor), counted(placing.counted(wanted, COUNT_CAP), COUNT_CAP)
        if by != narrowing.Filters():
            return _walked(walking.way(me(), by, sort, asked), cursor)
        query = narrowing.as_shown(narrowing.listed(me(), by, by_site=sort in BY_SITE))
        return _page(query, sort, cursor), counted(
            capped_count(session(), narrowing.listed(me(), by), COUNT_CAP), COUNT_CAP
        )
    return _by_field(walking.way(me(), by, "-id", asked), sort)


def _by_field(way: walking.Way, sort: str) -> tuple[Page[Any], str]:
    """The page in the order of an own field."""
    cursor = Cursor.unpack(request.args.get("after"))
    page = field_walk.page(way, field_of(sort) or 0, sort.startswith("-"), cursor, SIZE)
    return page, _counted(page, cursor)


def _walked(way: walking.Way, cursor: Cursor | None) -> tuple[Page[Any], str]:
    """A page that looks at some rows only; where it found too few, it says where to go on."""
    if way.is_small:  # no more statements than there may be
        page = _page(
            narrowing.as_shown(narrowing.of_ids(walking.all_found(way, cursor, SIZE))), way.sort, cursor
        )
        return page, _counted(page, cursor)
    ids, edge = walking.found(way, cursor, SIZE)
    page = _page(narrowing.as_shown(narrowing.of_ids(ids)), way.sort, cursor)
    if edge is not None:
        page = replace(page, newer=edge.pack()) if edge.is_back else replace(page, older=edge.pack())
        page = replace(page, is_cut=True)
    return page, _counted(page, cursor)


def _counted(page: Page[Any], cursor: Cursor | None) -> str:
    """How many rows there are, in words: no more are counted than a page shows."""
    if page.rows and (page.is_cut or cursor is not None):
        return f"{len(page.rows)}+"
    return counted(SIZE + 1 if page.older else len(page.rows), SIZE + 1)


def _page(query: sa.Select[*tuple[Any, ...]], sort: str, cursor: Cursor | None) -> Page[Any]:
    column = SORTS[sort.lstrip("-")]
    return page_of(
        session(), query, by=column, key=Prospect.id, is_descending=sort.startswith("-"), cursor=cursor,
        value_of=lambda row: (getattr(row, column.key), row.id),
    )  # fmt: skip


@bp.post("/prospects/changes")
@allow("member")
def change() -> ResponseReturnValue:
    """Keep, reject, put off or give the ticked rows (`row`), or one row alone (`one` is "kept-12")."""
    ids, state, reason = _asked()
    if not ids:
        toast("Tick the sites first.", kind="info")
        return redirect(filters.back(url_for("prospects.index")), 303)
    if "owner" in request.form:
        return _give(ids)
    if state is None:
        abort(400, "Say what to do with the sites: keep, reject or put them off.")
    changed = actions.set_state(ids, state, reason, by=me(), now=now())
    _say(changed.id, len(changed.before), rules.DONE_WORDS[state])
    return redirect(filters.back(url_for("prospects.index")), 303)


def _asked() -> tuple[list[int], ProspectState | None, str]:
    """(rows, state, reason) of the form."""
    ids = request.form.getlist("row", type=row_id)[:MOST_TICKED]
    state, reason = request.form.get("state", ""), stripped(request.form.get("reason", ""))[:200]
    if one := request.form.get("one", ""):
        state, _, key = one.partition("-")
        ids = [int(key)] if key.isascii() and key.isdigit() and len(key) < 10 else []
    if reason:
        state = ProspectState.REJECTED
    return ids, ProspectState(state) if state in tuple(ProspectState) else None, reason


def _give(ids: list[int]) -> ResponseReturnValue:
    wanted = request.form["owner"]
    owner_id = me().id if wanted == "me" else request.form.get("owner", type=row_id)
    try:
        changed, held = actions.give(ids, owner_id, by=me(), now=now())
    except actions.NoColleague as error:
        abort(400, str(error))
    if held:
        toast(
            f"{_sites(len(held))} stayed with a colleague: only they or a manager can give them away.",
            kind="warn",
        )
    _say(
        changed.id,
        len(changed.before),
        "Given to you" if wanted == "me" else "Given to a colleague" if owner_id else "Let go",
    )
    return redirect(filters.back(url_for("prospects.index")), 303)


def _say(change_id: int, rows: int, done: str) -> None:
    if rows:
        toast(f"{done}: {_sites(rows)}.", url_for("prospects.undo_change", change_id=change_id))
    else:
        toast("Nothing changed: they stand so already, or are not yours to change.", kind="info")


def _sites(number: int) -> str:
    return "1 site" if number == 1 else f"{number:,} sites"


@bp.post("/prospects/changes/<int:change_id>/undo")
@allow("member")
def undo_change(change_id: int) -> ResponseReturnValue:
    """Take one's own change back, where nobody changed the row since."""
    rows = actions.undo_change(change_id, by=me(), now=now())
    if rows is None:
        abort(404, "There is nothing to take back.")
    toast(
        f"Taken back for {_sites(rows)}." if rows else "Somebody changed them since: nothing was taken back.",
        kind="info",
    )
    return redirect(filters.back(url_for("prospects.index")), 303)
