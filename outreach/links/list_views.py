"""Lists of links: bring one, name its columns, see what becomes of each row, take it back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue as Answer

from outreach.db import session
from outreach.kit import tables
from outreach.kit.tables import BadTable
from outreach.links import list_actions, list_queries
from outreach.links.door import bp
from outreach.links.list_forms import BringForm, ColumnsForm, chosen_columns
from outreach.links.list_models import LinkList, LinkListRow
from outreach.links.list_rules import FIELD_WORDS, ROW_TONES, ROW_WORDS, Field, ListState, Purpose, RowState
from outreach.pitches import queries as pitch_queries
from outreach.projects import queries as project_queries
from outreach.web import filters
from outreach.web.access import allow
from outreach.web.bringing import brought
from outreach.web.downloads import download
from outreach.web.here import config, me, now
from outreach.web.pager import Cursor, page_of
from outreach.web.toasts import toast

SHOWN_COLUMNS = 40
BAD = (RowState.REFUSED, RowState.KNOWN, RowState.REPEATED, RowState.SKIPPED, RowState.KEPT)


@bp.get("/links/lists")
@allow("viewer")
def lists() -> Answer:
    """The lists that were brought, newest first."""
    page = page_of(
        session(), list_queries.listed(me()), by=LinkList.id, key=LinkList.id,
        cursor=Cursor.unpack(request.args.get("at")), value_of=lambda one: (one.id, one.id),
    )  # fmt: skip
    counts = list_queries.counts(page.rows)
    return render_template("links/lists.html", page=page, counts=counts, words=ROW_WORDS)


@bp.route("/links/lists/new", methods=["GET", "POST"])
@allow("member")
def new_list() -> Answer:
    """A file or a paste; nothing happens with it before its columns are named."""
    form = BringForm(project_id=filters.number("project"))
    form.project_id.offer(project_queries.writable_choices(me()))
    if form.validate_on_submit() and (key := _bring(form)) is not None:
        return redirect(url_for("links.show_list", list_id=key), 303)
    return render_template(
        "links/list_new.html", form=form, most=config().max_upload_mb
    ), 422 if form.errors else 200


def _bring(form: BringForm) -> int | None:
    """Keep it; None when the form has a new error to show."""
    found = brought(form, "A list")
    if found is None:
        return None
    name, file, field = found
    try:
        return list_actions.bring(
            me(), form.project_id.data, name, file, now=now(), instance=config().instance
        )
    except BadTable as error:
        field.errors = [str(error)]
    except list_actions.Gone:
        form.project_id.errors = ["This project is not there, or not yours to change."]
    return None


def _found(list_id: int) -> LinkList:
    found = list_queries.get(me(), list_id)
    if found is None:
        abort(404, "There is no such list, or it is not in one of your projects.")
    return found


@bp.get("/links/lists/<int:list_id>")
@allow("viewer")
def show_list(list_id: int) -> Answer:
    """The columns to be named, later what became of the rows."""
    found = _found(list_id)
    if found.state is ListState.MAPPING:
        form = ColumnsForm(
            formdata=None, has_header=found.has_header, target=found.target, is_day_first="yes" if found.is_day_first else "no"
        )  # fmt: skip
        return _mapping(found, form, {Field(name): int(at) for name, at in found.columns.items()})
    return render_template("links/list.html", **_facts(found))


def _mapping(found: LinkList, form: ColumnsForm, chosen: dict[Field, int], problem: str = "") -> Answer:
    width = min(max((len(row) for row in found.first), default=0), SHOWN_COLUMNS)
    by_column = {at: field.value for field, at in chosen.items()}
    shown = found.first[1:11] if form.has_header.data else found.first[:10]
    return render_template(
        "links/list_columns.html", found=found, form=form, width=width, chosen=by_column, problem=problem, shown=shown,
        names=found.first[0] if found.first else [], fields=[("", "not used"), *((field.value, words) for field, words in FIELD_WORDS.items())],
        may_write=pitch_queries.may_write(me(), found.project_id),
    ), 422 if problem or form.errors else 200  # fmt: skip


def _facts(found: LinkList) -> dict[str, Any]:
    state = filters.one_of("state", tuple(RowState))
    page = page_of(
        session(), list_queries.rows_of(found, RowState(state) if state else None), by=LinkListRow.number, key=LinkListRow.id,
        cursor=Cursor.unpack(request.args.get("after")), is_descending=False, value_of=lambda row: (row.number, row.id),
    )  # fmt: skip
    counts = list_queries.counts([found])[found.id]
    return {
        "found": found, "page": page, "counts": counts, "state": state, "words": ROW_WORDS, "tones": ROW_TONES,
        "done": sum(counts.values()) - counts.get(RowState.WAITING, 0), "link": _address(found.id), "bad": sum(counts.get(one, 0) for one in BAD),
        "may_write": pitch_queries.may_write(me(), found.project_id), "is_first": not request.args.get("after"),
    }  # fmt: skip


def _address(list_id: int) -> Any:
    """Makes the address of these rows with other filters, whichever address was asked for."""

    def address(**change: str | None) -> str:
        wanted = {**{name: request.args.get(name) for name in ("state", "after")}, **change}
        kept = {name: value for name, value in wanted.items() if value}
        return filters.asking(url_for("links.show_list", list_id=list_id), kept)

    return address


@bp.get("/links/lists/<int:list_id>/progress")
@allow("viewer")
def list_progress(list_id: int) -> Answer:
    """The rows alone, for the page that waits."""
    return render_template("links/_list.html", **_facts(_found(list_id)))


@bp.post("/links/lists/<int:list_id>/work")
@allow("member")
def work_list(list_id: int) -> Answer:
    """ "Check these" or "watch these": the worker begins within seconds."""
    found = list_queries.get_writable(me(), list_id)
    if found is None:
        abort(404, "There is no such list, or it is not in one of your projects.")
    form = ColumnsForm()
    where, problem = chosen_columns(request.form, SHOWN_COLUMNS)
    purpose = Purpose.WATCH if request.form.get("do") == Purpose.WATCH else Purpose.CHECK
    if not problem and purpose is Purpose.WATCH and Field.TARGET not in where and not form.target.data:
        form.target.errors = ["Say where the links lead: name a column, or give one address for all."]
        return _mapping(found, form, where)
    if problem or not form.validate():
        return _mapping(found, form, where, problem)
    try:
        list_actions.begin(
            me(), list_id, purpose, where, has_header=form.has_header.data, target=form.target.data or "",
            is_day_first=form.is_day_first.data != "no", now=now(),
        )  # fmt: skip
    except list_actions.TooLate as late:
        toast(str(late), kind="warn")
    return redirect(url_for("links.show_list", list_id=list_id), 303)


@bp.post("/links/lists/<int:list_id>/cancel")
@allow("member")
def cancel_list(list_id: int) -> Answer:
    """Do no more of it."""
    return _told(list_id, lambda: list_actions.cancel(me(), list_id, now=now(), instance=config().instance))


@bp.post("/links/lists/<int:list_id>/undo")
@allow("member")
def undo_list(list_id: int) -> Answer:
    """Take out again what a watched list brought in."""
    return _told(list_id, lambda: list_actions.undo(me(), list_id, now=now()))


def _told(list_id: int, do: Any) -> Answer:
    try:
        do()
    except list_actions.Gone:
        abort(404, "There is no such list, or it is not in one of your projects.")
    except list_actions.TooLate as late:
        toast(str(late), kind="warn")
    return redirect(url_for("links.show_list", list_id=list_id), 303)


@bp.get("/links/lists/<int:list_id>/rows.csv")
@allow("viewer")
def list_csv(list_id: int) -> Answer:
    """Every row with what became of it; `part=bad` those that nothing came of, as they were brought."""
    found = _found(list_id)
    is_bad = request.args.get("part") == "bad"
    rows = _bad_lines(found) if is_bad else _lines(found)
    name = f"links-{found.id}-{'not-used' if is_bad else 'all'}.csv"
    return download((text.encode() for text in tables.csv_parts(rows)), name, "text/csv; charset=utf-8")


def _lines(found: LinkList) -> Iterator[Sequence[tables.Cell]]:
    yield (
        "Row", "Page", "Leads to", "Result", "What was seen", "Advice", "Codes", "Words of the link", "rel", "Status", "Looked at", "Link",
    )  # fmt: skip
    for row in list_queries.all_rows(found):
        look = row.look
        yield (
            row.number, row.page_url or (row.cells[0] if row.cells else ""), row.target_url, ROW_WORDS[row.state], row.reason,
            look.get("advice", ""), " ".join(look.get("codes", ())), look.get("anchor", ""), " ".join(look.get("rel", ())),
            look.get("status"), row.looked_at, row.link_id,
        )  # fmt: skip


def _bad_lines(found: LinkList) -> Iterator[Sequence[tables.Cell]]:
    width = max([len(found.header), *(len(row) for row in found.first)], default=0)
    yield ("Row", "Result", "Why", *(found.header or [f"Column {at + 1}" for at in range(width)]))
    for row in list_queries.all_rows(found, *BAD):
        yield (row.number, ROW_WORDS[row.state], row.reason, *row.cells)
