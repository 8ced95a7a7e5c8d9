"""Files of sites and people: bring one, name its columns, see what would become of it, bring it in, take it back."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import sqlalchemy as sa
from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue as Answer
from flask_wtf.file import FileField
from wtforms import TextAreaField
from wtforms.validators import DataRequired

from outreach.care import import_actions, import_fields, import_queries
from outreach.care.door import bp
from outreach.care.import_models import ImportFile
from outreach.care.import_moves import STAYED
from outreach.care.import_names import FIELD_WORDS, Field
from outreach.care.import_rules import STATE_WORDS, ImportState
from outreach.db import session
from outreach.kit import tables
from outreach.kit.tables import BadTable
from outreach.projects import queries as project_queries
from outreach.prospects import batch_queries
from outreach.prospects import queries as prospect_queries
from outreach.prospects.models import ImportBatch, ImportRow
from outreach.prospects.rules import OUTCOME_WORDS, Outcome
from outreach.prospects.sorting import field_of
from outreach.web import filters
from outreach.web.access import allow
from outreach.web.bringing import brought
from outreach.web.downloads import download
from outreach.web.forms import Form, IdField
from outreach.web.here import config, me, now
from outreach.web.pager import Cursor, page_of
from outreach.web.toasts import toast

SHOWN_COLUMNS = 60
WORDS = {**OUTCOME_WORDS, Outcome.REPEATED: "site met further up"}
TONES = {
    "new": "good",
    "joined": "good",
    "known": "info",
    "repeated": "",
    "own": "",
    "suppressed": "warn",
    "refused": "bad",
}


class BringForm(Form):
    """A file, or what was pasted."""

    project_id = IdField("Project", [DataRequired("Choose the project that the sites are for.")])
    file = FileField(
        "File",
        description="CSV, TSV or XLSX, as Search Console, Ahrefs, Semrush, Majestic, Moz, Bing and others give it; a ZIP or workbook with several is read from the one that tells most.",
    )
    text = TextAreaField("Or paste it", description="Rows copied from a sheet. Used when no file is chosen.")


@bp.get("/imports")
@allow("viewer")
def imports() -> Answer:
    """The files that were brought, newest first."""
    page = page_of(
        session(), import_queries.listed(me()), by=ImportFile.id, key=ImportFile.id, cursor=Cursor.unpack(request.args.get("at")),
        value_of=lambda one: (one.id, one.id),
    )  # fmt: skip
    return render_template("care/imports.html", page=page, states=STATE_WORDS)


@bp.route("/imports/new", methods=["GET", "POST"])
@allow("member")
def new_import() -> Answer:
    """A file or a paste; nothing comes in before its columns are named and its rows are counted."""
    form = BringForm(project_id=filters.number("project"))
    form.project_id.offer(project_queries.writable_choices(me()))
    if form.validate_on_submit() and (key := _bring(form)) is not None:
        return redirect(url_for("care.show_import", import_id=key), 303)
    return render_template(
        "care/import_new.html", form=form, most=config().max_upload_mb
    ), 422 if form.errors else 200


def _bring(form: BringForm) -> int | None:
    """Keep it; None when the form has a new error to show."""
    found = brought(form, "A file")
    if found is None:
        return None
    name, file, field = found
    try:
        return import_actions.bring(
            me(), form.project_id.data, name, file, now=now(), instance=config().instance
        )
    except BadTable as error:
        field.errors = [str(error)]
    except import_actions.Gone:
        form.project_id.errors = ["This project is not there, or not yours to change."]
    return None


def _found(import_id: int) -> ImportFile:
    found = import_queries.get(me(), import_id)
    if found is None:
        abort(404, "There is no such file, or it is not in one of your projects.")
    return found


@bp.get("/imports/<int:import_id>")
@allow("viewer")
def show_import(import_id: int) -> Answer:
    """The columns to be named, then what would become of the rows, at last what became of them."""
    found = _found(import_id)
    if found.state is ImportState.MAPPING:
        return _mapping(found, _guessed(found))
    return render_template("care/import.html", **_facts(found))


def _guessed(found: ImportFile) -> dict[int, str]:
    own = {int(at): f"f{key}" for key, at in found.own_columns.items()}
    return own | {int(at): name for name, at in found.columns.items()}


def _mapping(found: ImportFile, chosen: dict[int, str], problem: str = "") -> Answer:
    """`chosen` is `{column: value of its select}`."""
    width = min(max([len(found.header), *(len(row) for row in found.first)], default=0), SHOWN_COLUMNS)
    return render_template(
        "care/import_columns.html", found=found, width=width, chosen=chosen, problem=problem,
        others=found.part.get("others", ()),
        fields=[("", "not used"), *((field.value, words) for field, words in FIELD_WORDS.items()),
                *((f"f{field.id}", field.name) for field in import_fields.of_project(found.project_id))],
        may_write=prospect_queries.may_write(me(), found.project_id),
    ), 422 if problem else 200  # fmt: skip


def _facts(found: ImportFile) -> dict[str, object]:
    outcome = filters.one_of("outcome", (*Outcome, STAYED))
    page = None
    batch = session().get(ImportBatch, found.batch_id) if found.batch_id else None
    if batch is not None:
        page = page_of(
            session(), _rows(batch.id, outcome), by=ImportRow.number,
            key=ImportRow.id, cursor=Cursor.unpack(request.args.get("after")), is_descending=False,
            value_of=lambda row: (row[0].number, row[0].id),
        )  # fmt: skip
    counts = batch.counts if batch is not None else found.counts
    return {
        "found": found, "stayed": found.counts.get(STAYED) if found.state is ImportState.UNDONE else None, "batch": batch, "page": page, "counts": counts, "done": sum(counts.values()), "outcome": outcome, "words": WORDS,
        "tones": TONES, "may_write": prospect_queries.may_write(me(), found.project_id), "link": _address(found.id),
    }  # fmt: skip


def _rows(batch_id: int, outcome: str) -> sa.Select[ImportRow, str]:
    if outcome == STAYED:
        return batch_queries.rows_that_stay(batch_id)
    return batch_queries.batch_rows(batch_id, Outcome(outcome) if outcome else None)


def _address(import_id: int) -> Callable[..., str]:
    """Makes the address of these rows with other filters, whichever address was asked for."""

    def address(**change: str | None) -> str:
        wanted = {**{name: request.args.get(name) for name in ("outcome", "after")}, **change}
        kept = {name: value for name, value in wanted.items() if value}
        return filters.asking(url_for("care.show_import", import_id=import_id), kept)

    return address


@bp.get("/imports/<int:import_id>/progress")
@allow("viewer")
def import_progress(import_id: int) -> Answer:
    """The rows alone, for the page that waits."""
    return render_template("care/_import.html", **_facts(_found(import_id)))


@bp.post("/imports/<int:import_id>/counts")
@allow("member")
def count_import(import_id: int) -> Answer:
    """The columns are named: the worker counts what would become of each row."""
    found = import_queries.get_writable(me(), import_id)
    if found is None:
        abort(404, "There is no such file, or it is not in one of your projects.")
    where, problem = _chosen()
    if problem:
        typed = {at: request.form.get(f"column-{at}", "") for at in range(SHOWN_COLUMNS)}
        return _mapping(found, typed, problem)
    return _told(
        import_id, lambda: import_actions.count(me(), import_id, where, now=now(), own=_own_chosen())
    )


def _chosen() -> tuple[dict[Field, int], str]:
    """(`{field: column}` as it was chosen, what is wrong with it in words or "")."""
    found: dict[Field, int] = {}
    for at in range(SHOWN_COLUMNS):
        name = request.form.get(f"column-{at}", "")
        if name not in set(Field):
            continue
        if Field(name) in found:
            return found, f"Two columns are “{FIELD_WORDS[Field(name)]}”. Choose one of them."
        found[Field(name)] = at
    is_enough = Field.SITE in found or Field.EMAIL in found
    return (
        found,
        ""
        if is_enough
        else f"Say which column is “{FIELD_WORDS[Field.SITE]}” or “{FIELD_WORDS[Field.EMAIL]}”.",
    )


def _own_chosen() -> dict[int, int]:
    """`{field id: column}` of own fields; of two columns for one field the first counts."""
    found: dict[int, int] = {}
    for at in range(SHOWN_COLUMNS):
        if (field_id := field_of(request.form.get(f"column-{at}", ""))) is not None:
            found.setdefault(field_id, at)
    return found


@bp.post("/imports/<int:import_id>/table")
@allow("member")
def choose_table(import_id: int) -> Answer:
    """Another table of a ZIP or workbook."""
    found = import_queries.get_writable(me(), import_id)
    if found is None:
        abort(404, "There is no such file, or it is not in one of your projects.")
    wanted = request.form.get("table", "")
    try:
        return _told(
            import_id,
            lambda: import_actions.choose_table(
                me(), import_id, wanted, now=now(), instance=config().instance
            ),
        )
    except BadTable as error:
        return _mapping(_found(import_id), _guessed(_found(import_id)), str(error))


@bp.post("/imports/<int:import_id>/columns")
@allow("member")
def name_columns_again(import_id: int) -> Answer:
    """Back to the columns."""
    return _told(import_id, lambda: import_actions.name_again(me(), import_id, now=now()))


@bp.post("/imports/<int:import_id>/work")
@allow("member")
def work_import(import_id: int) -> Answer:
    """Bring it in; the worker begins within seconds."""
    return _told(import_id, lambda: import_actions.begin(me(), import_id, now=now()))


@bp.post("/imports/<int:import_id>/cancel")
@allow("member")
def cancel_import(import_id: int) -> Answer:
    """Do no more of it."""
    return _told(
        import_id, lambda: import_actions.cancel(me(), import_id, now=now(), instance=config().instance)
    )


@bp.post("/imports/<int:import_id>/undo")
@allow("member")
def undo_import(import_id: int) -> Answer:
    """Take out again what it brought in."""
    return _told(import_id, lambda: import_actions.undo(me(), import_id, now=now()))


def _told(import_id: int, do: Callable[[], None]) -> Answer:
    try:
        do()
    except import_actions.Gone:
        abort(404, "There is no such file, or it is not in one of your projects.")
    except import_actions.TooLate as late:
        toast(str(late), kind="warn")
    return redirect(url_for("care.show_import", import_id=import_id), 303)


@bp.get("/imports/<int:import_id>/report.csv")
@allow("viewer")
def import_report(import_id: int) -> Answer:
    """Every row with what became of it."""
    found = _found(import_id)
    parts = (text.encode() for text in tables.csv_parts(_lines(found.batch_id)))
    return download(parts, f"import-{found.id}.csv", "text/csv; charset=utf-8")


def _lines(batch_id: int | None) -> Iterator[Sequence[tables.Cell]]:
    yield ("Row", "In the file", "What became of it", "Why", "Site")
    for row, key in import_queries.report(batch_id) if batch_id else ():
        yield (row.number, row.typed, WORDS[row.outcome], row.reason, key or "")
