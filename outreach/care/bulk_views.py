"""Doing something to many rows: what, to how many, for sure; then how far it is, what was left alone, and the way back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue as Answer

from outreach.care import bulk_actions, bulk_queries, bulk_rules
from outreach.care.bulk_models import BulkRow, BulkRun
from outreach.care.bulk_rules import DEED_WORDS, DEEDS, FATE_WORDS, STATE_WORDS, BulkList, Deed
from outreach.care.door import bp
from outreach.db import session
from outreach.pitches.rules import TYPE_NAMES, PitchType
from outreach.projects.saved.rules import LISTS, shown
from outreach.prospects import asking, choices
from outreach.prospects import rules as prospect_rules
from outreach.prospects.labels import queries as label_queries
from outreach.prospects.labels import rules as label_rules
from outreach.prospects.labels.rules import About, BadLabel
from outreach.web import filters
from outreach.web.access import allow
from outreach.web.forms import row_id, stripped
from outreach.web.here import me, now
from outreach.web.pager import COUNT_CAP, FOUND_CAP, Cursor, page_of
from outreach.web.toasts import toast

ABOUT = {BulkList.PROSPECTS: About.SITE, BulkList.PEOPLE: About.PERSON}
NO_RUN = "There is no such work, or somebody else asked for it."


@bp.post("/bulk/rows")
@allow("member")
def pick_rows() -> Answer:
    """From the ticked rows of a list to the screen that asks what to do with them."""
    ids = request.form.getlist("row", type=row_id)[: bulk_rules.MOST_TICKED]
    if not ids:
        toast("Tick the rows first.", kind="info")
        return redirect(filters.back(url_for("prospects.index")), 303)
    asked = {"list": request.form.get("list", "prospects"), "rows": ",".join(map(str, ids))}
    if came := _came_from(asked["list"]):
        asked["from"] = came
    deed = request.form.get("deed", "")
    return redirect(filters.asking(url_for("care.new_bulk"), asked | ({"deed": deed} if deed else {})), 303)


def _came_from(of: str) -> str:
    """The filters of the list that was left, to go back to them; "" when it was another page."""
    left = urlsplit(filters.back(""))
    return shown(left.query) if of in tuple(BulkList) and left.path == url_for(LISTS[of][0]) else ""


@bp.route("/bulk/new", methods=["GET", "POST"])
@allow("member")
def new_bulk() -> Answer:
    """What to do with the rows `rows`, or with all that the filters `query` let through."""
    of = BulkList(filters.one_of("list", tuple(BulkList), "prospects"))
    query, ids = shown(request.args.get("query", "")), _ids(request.args.get("rows", ""))
    came = query or shown(request.args.get("from", ""))
    total = bulk_queries.count(of, query, ids, me(), cap=_cap(query))
    errors: dict[str, str] = {}
    if request.method == "POST":
        deed, params = _asked(of, errors)
        if total > bulk_rules.LARGE and "sure" not in request.form:
            errors["sure"] = (
                f"Say that all {'of them' if _counting(of, query, total) else f'{total:,}'} are meant."
            )
        if deed is not None and not errors and (more := _more(query, total)):
            errors["deed"] = (
                f"{total:,} rows fit by now, {more:,} more than you were told. Do it to all of them?"
            )
        if deed is not None and not errors:
            run_id = bulk_actions.ask(of, deed, query, ids, params, by=me(), now=now())
            return _after(run_id, of, came)
    chosen = request.form.get("deed") or request.args.get("deed", "")
    return render_template(
        "care/bulk_new.html", of=of, query=query, ids=ids, total=total, many=_many(total, query), errors=errors, deeds=[(deed.value, DEED_WORDS[deed]) for deed in DEEDS[of]],
        chosen=chosen, large=bulk_rules.LARGE, tags=label_queries.labels(me(), ABOUT[of]).tags, reasons=prospect_rules.REJECT_REASONS,
        colleagues=_colleagues(), types=TYPE_NAMES, back=_list(of, came), export=_export(of, query), list_words=LISTS[of.value][1], action=request.full_path.rstrip("?"),
        counting=_counting(of, query, total),
    ), 422 if errors else 200  # fmt: skip


def _cap(query: str) -> int | None:
    """How far the rows are counted before the page is there: where words narrow them each is read, as in the list."""
    if "counted" in request.args:
        return None
    by = asking.prospects(asking.of_query(query))
    return FOUND_CAP if request.method == "GET" and (by.q or by.fields) else COUNT_CAP


def _more(query: str, total: int) -> int:
    """How many rows came to what the filters let through since the page said how many there are."""
    seen = request.form.get("seen", "")
    is_told = query and seen.isascii() and seen.isdigit() and len(seen) < 10
    return max(0, total - int(seen)) if is_told else 0


def _many(total: int, query: str) -> str:
    """How many rows, as far as they were counted."""
    return f"more than {total - 1:,}" if total == _cap(query) else f"{total:,}"


def _counting(of: BulkList, query: str, total: int) -> str:
    """Where the rows are counted to the last, while the page is there already; "" when they are."""
    asked = {"list": of.value, "query": query}
    return filters.asking(url_for("care.count_bulk"), asked) if total == _cap(query) else ""


@bp.get("/bulk/count")
@allow("member")
def count_bulk() -> str:
    """How many rows all that the filters `query` let through are, for the page that asks what to do with them."""
    of = BulkList(filters.one_of("list", tuple(BulkList), "prospects"))
    total = bulk_queries.count(of, shown(request.args.get("query", "")), [], me())
    return render_template("care/_bulk_count.html", total=total)


def _ids(text: str) -> list[int]:
    parts = text.split(",")[: bulk_rules.MOST_TICKED]
    return [int(part) for part in parts if part.isascii() and part.isdigit() and 0 < len(part) < 10]


def _list(of: BulkList, query: str) -> str:
    path = url_for(LISTS[of.value][0])
    return f"{path}?{query}" if query else f"{path}?saved=all"


def _export(of: BulkList, query: str) -> str:
    path = url_for("prospects.export_prospects" if of is BulkList.PROSPECTS else "prospects.export_people")
    return f"{path}?{query}" if query else path


def _colleagues() -> list[tuple[int, str]]:
    projects = [one.id for one in choices.project_roles(me()) if one.is_writable]
    return choices.colleagues(projects) if projects else []


def _asked(of: BulkList, errors: dict[str, str]) -> tuple[Deed | None, dict[str, Any]]:
    """(deed, what it needs) of the form; what is missing goes into `errors` by field."""
    name = request.form.get("deed", "")
    if name not in DEEDS[of]:
        errors["deed"] = "Choose what to do with them."
        return None, {}
    deed = Deed(name)
    read = _PARAMS.get(deed)
    return deed, read(errors) if read else {}


def _tags(errors: dict[str, str]) -> dict[str, Any]:
    try:
        names = label_rules.tag_names(request.form.get("tags", ""))
    except BadLabel as error:
        errors["tags"] = str(error)
        return {}
    if not names:
        errors["tags"] = "Name at least one tag."
    return {"tags": names}


def _owner(errors: dict[str, str]) -> dict[str, Any]:
    owner = request.form.get("owner", "")
    if owner and owner not in {str(key) for key, _ in _colleagues()}:
        errors["owner"] = "Choose somebody who works in one of your projects."
        return {}
    return {"owner": int(owner) if owner else None}


def _reason(errors: dict[str, str]) -> dict[str, Any]:
    return {"reason": stripped(request.form.get("reason", ""))[:200]}


def _type(errors: dict[str, str]) -> dict[str, Any]:
    kind = request.form.get("type", "")
    if kind not in tuple(PitchType):
        errors["type"] = "Choose what is offered."
    return {"type": kind}


_PARAMS: dict[Deed, Callable[[dict[str, str]], dict[str, Any]]] = {
    Deed.TAG: _tags, Deed.UNTAG: _tags, Deed.GIVE: _owner, Deed.REJECT: _reason, Deed.START: _type,
}  # fmt: skip


def _after(run_id: int, of: BulkList, query: str) -> Answer:
    """Back to the list when all is done as asked, else to the run."""
    run = bulk_queries.get(me(), run_id) or abort(404, NO_RUN)
    if run.is_busy or run.left or run.problem:
        return redirect(url_for("care.show_bulk", bulk_id=run_id), 303)
    undo = None if run.deed in bulk_rules.NOT_UNDONE else url_for("care.undo_bulk", bulk_id=run_id)
    toast(f"{DEED_WORDS[run.deed]}: {run.done:,} done.", undo)
    return redirect(_list(of, query), 303)


@bp.get("/bulk")
@allow("member")
def bulk() -> Answer:
    """What was done to many rows, newest first: one's own; managers see all."""
    page = page_of(
        session(), bulk_queries.of(me()), by=BulkRun.id, key=BulkRun.id, cursor=Cursor.unpack(request.args.get("at")),
        value_of=lambda run: (run.id, run.id),
    )  # fmt: skip
    return render_template("care/bulk.html", page=page, states=STATE_WORDS, deeds=DEED_WORDS, lists=LISTS)


def _found(bulk_id: int) -> BulkRun:
    return bulk_queries.get(me(), bulk_id) or abort(404, NO_RUN)


@bp.get("/bulk/<int:bulk_id>")
@allow("member")
def show_bulk(bulk_id: int) -> Answer:
    """How far it is, and which rows were left alone."""
    return render_template("care/bulk_run.html", **_facts(_found(bulk_id)))


@bp.get("/bulk/<int:bulk_id>/progress")
@allow("member")
def bulk_progress(bulk_id: int) -> Answer:
    """The same without its frame, for the page that waits."""
    return render_template("care/_bulk_run.html", **_facts(_found(bulk_id)))


def _facts(run: BulkRun) -> dict[str, Any]:
    page = page_of(
        session(), bulk_queries.told(run), by=BulkRow.id, key=BulkRow.id, cursor=Cursor.unpack(request.args.get("after")),
        value_of=lambda row: (row[0].id, row[0].id), is_descending=False,
    )  # fmt: skip
    return {
        "run": run, "page": page, "deed": DEED_WORDS[run.deed], "states": STATE_WORDS, "fates": FATE_WORDS, "link": filters.address,
        "can_undo": run.deed not in bulk_rules.NOT_UNDONE, "list_words": LISTS[run.of.value][1], "back": _list(run.of, run.query),
        "gone": max(0, run.total - run.done - run.left) if not run.is_busy else 0,
    }  # fmt: skip


@bp.post("/bulk/<int:bulk_id>/cancel")
@allow("member")
def cancel_bulk(bulk_id: int) -> Answer:
    """Do no more of it."""
    return _told(bulk_id, lambda: bulk_actions.cancel(me(), bulk_id, now=now()))


@bp.post("/bulk/<int:bulk_id>/undo")
@allow("member")
def undo_bulk(bulk_id: int) -> Answer:
    """Take it back, where nobody changed the row since."""
    return _told(bulk_id, lambda: bulk_actions.undo(me(), bulk_id, now=now()))


def _told(bulk_id: int, do: Callable[[], None]) -> Answer:
    try:
        do()
    except bulk_actions.Gone:
        abort(404, NO_RUN)
    except bulk_actions.TooLate as late:
        toast(str(late), kind="warn")
    return redirect(url_for("care.show_bulk", bulk_id=bulk_id), 303)
