"""The suppression list: managers see it, members add to it, an admin takes somebody off with a reason."""

from __future__ import annotations

import sqlalchemy as sa
from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from outreach.consent import actions, lists, queries, rules
from outreach.consent.forms import LiftForm, ListForm, SuppressForm
from outreach.consent.lists import Fate, Line
from outreach.consent.models import Suppression, SuppressionBatch
from outreach.consent.rules import LiftReason, SuppressionKind, SuppressionReason
from outreach.db import session
from outreach.kit import tables
from outreach.kit.tables import BadTable
from outreach.web import filters
from outreach.web.access import allow
from outreach.web.downloads import list_download
from outreach.web.here import me, now
from outreach.web.pager import Cursor, capped_count, page_of
from outreach.web.toasts import toast

bp = Blueprint("consent", __name__)

SHOWN = 50
"""Refused lines that are shown before a list is taken."""
EXPORTED = ("kind", "value", "fingerprint", "reason", "source", "since")
"""The columns of the export."""


@bp.get("/suppressions")
@allow("manager")
def index() -> ResponseReturnValue:
    """One page of the list, newest first."""
    query = _asked()
    page = page_of(
        session(), query, by=Suppression.created_at, key=Suppression.id, cursor=Cursor.unpack(request.args.get("after")),
        value_of=lambda row: (row.created_at, row.id),
    )  # fmt: skip
    return render_template(
        "consent/index.html", page=page, total=capped_count(session(), query), rules=rules, q=filters.words("q"), kind=filters.one_of("kind", tuple(SuppressionKind)),
        reason=filters.one_of("reason", tuple(SuppressionReason)), batch_id=filters.number("batch"), link=filters.address, is_admin=me().is_admin,
        names=queries.names_of({row.created_by_id for row in page.rows if row.created_by_id}),
    )  # fmt: skip


def _asked() -> sa.Select[Suppression]:
    """The rows that the filters in the address let through."""
    kind = filters.one_of("kind", tuple(SuppressionKind))
    reason = filters.one_of("reason", tuple(SuppressionReason))
    return queries.listed(
        words=filters.words("q"),
        kind=SuppressionKind(kind) if kind else None,
        reason=SuppressionReason(reason) if reason else None,
        batch_id=filters.number("batch"),
    )


@bp.route("/suppressions/new", methods=["GET", "POST"])
@allow("member")
def add() -> ResponseReturnValue:
    """Put an address or domain on the list."""
    form = SuppressForm(value=filters.words("value", 254))
    if form.validate_on_submit():
        is_new = actions.suppress(form.value.data or "", SuppressionKind(form.kind.data), by=me(), now=now())
        toast(
            "It gets no mail from now on." if is_new else "It stood on the list already.",
            kind="good" if is_new else "info",
        )
        return redirect(url_for("consent.index" if me().is_manager else "consent.add"), 303)
    return render_template("consent/add.html", form=form), 422 if form.errors else 200


@bp.route("/suppressions/import", methods=["GET", "POST"])
@allow("manager")
def bring() -> ResponseReturnValue:
    """Bring a list: first what would become of each line, then for good. Between the two the page itself holds the lines."""
    form = ListForm()
    lines: list[Line] = []
    if form.validate_on_submit():
        try:
            lines = actions.look_through(_table(form).rows())
        except BadTable as error:
            form.lines.errors = [str(error)]
        else:
            if form.step.data == "bring" and not _has_file(form):
                key = actions.bring(lines, form.source.data or "", by=me(), now=now())
                return redirect(url_for("consent.batch", batch_id=key), 303)
            form.step.data = "bring"
            form.lines.data = "\n".join(line.value if line.kind else line.typed for line in lines)
    refused = [line for line in lines if line.fate is Fate.REFUSED]
    return render_template(
        "consent/import.html", form=form, lines=lines, counts=lists.counts(lines), refused=refused[:SHOWN], more=max(0, len(refused) - SHOWN),
        words=lists.FATE_WORDS,
    ), 422 if form.errors else 200  # fmt: skip


def _has_file(form: ListForm) -> bool:
    return bool(form.file.data and form.file.data.filename)


def _table(form: ListForm) -> tables.Table:
    """The file, when there is one, else the paste. Raises BadTable."""
    return tables.read(form.file.data.stream) if _has_file(form) else tables.pasted(form.lines.data or "")


@bp.get("/suppressions/imports/<int:batch_id>")
@allow("manager")
def batch(batch_id: int) -> ResponseReturnValue:
    """What became of a list that was brought."""
    row = session().get(SuppressionBatch, batch_id)
    if row is None:
        abort(404, "There is no such import.")
    may_undo = row.undone_at is None and (me().is_admin or row.created_by_id == me().id)
    return render_template(
        "consent/batch.html",
        row=row,
        words=lists.FATE_WORDS,
        may_undo=may_undo,
        names=queries.names_of([row.created_by_id or 0]),
    )


@bp.post("/suppressions/imports/<int:batch_id>/undo")
@allow("manager")
def undo_batch(batch_id: int) -> ResponseReturnValue:
    """Take what it brought off the list again."""
    removed = actions.undo_batch(batch_id, by=me(), now=now())
    if removed is None:
        abort(404, "There is no such import, or it is not yours to undo, or it was undone already.")
    toast(f"{removed:,} taken off the list again.", kind="info")
    return redirect(url_for("consent.batch", batch_id=batch_id), 303)


@bp.post("/suppressions/export")
@allow("manager")
def export() -> ResponseReturnValue:
    """The list, as it is filtered, as a CSV or XLSX (`format`); erased ones as their fingerprint only."""
    actions.note_export(by=me(), now=now())
    return list_download(EXPORTED, queries.for_export(_asked()), "suppressions")


@bp.route("/suppressions/<int:suppression_id>/removal", methods=["GET", "POST"])
@allow("admin")
def lift(suppression_id: int) -> ResponseReturnValue:
    """Take somebody off the list, with the reason that is chosen."""
    row = session().get(Suppression, suppression_id)
    if row is None or row.value is None:
        abort(404, "It is not on the list, or it was erased: then nobody knows any more who it was.")
    form = LiftForm()
    if form.validate_on_submit():
        if not actions.lift(suppression_id, LiftReason(form.why.data), by=me(), now=now()):
            abort(404, "It is not on the list any more.")
        toast("Taken off the list.", kind="info")
        return redirect(url_for("consent.index"), 303)
    return render_template("consent/lift.html", form=form, row=row, rules=rules), 422 if form.errors else 200
