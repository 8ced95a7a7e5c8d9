"""Adding addresses to a project, and what became of each of them."""

from __future__ import annotations

from itertools import islice

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from outreach.db import session
from outreach.projects.queries import writable_by
from outreach.prospects import actions, alike, batch_queries, choices, rules
from outreach.prospects.door import bp
from outreach.prospects.forms import AddressesForm
from outreach.prospects.models import ImportRow
from outreach.prospects.rules import BatchSource, Outcome
from outreach.web import filters
from outreach.web.access import allow
from outreach.web.here import me, now
from outreach.web.pager import Cursor, page_of
from outreach.web.toasts import toast

FEW = 20
"""So many addresses are compared with what we hold while they are added."""


@bp.route("/prospects/new", methods=["GET", "POST"])
@allow("member")
def add() -> ResponseReturnValue:
    """One form for one address and for thousands."""
    form = AddressesForm(project_id=filters.number("project"))
    form.project_id.offer(choices.project_names(me(), writable_by))
    if form.validate_on_submit():
        if looks := _alike(form.addresses.data or ""):
            return render_template("prospects/add.html", form=form, looks=looks, reasons=alike.REASONS), 422
        batch_id = actions.add_addresses(form.project_id.data, form.addresses.data, by=me(), now=now())
        _say(batch_id)
        return redirect(url_for("prospects.batch", batch_id=batch_id), 303)
    return render_template("prospects/add.html", form=form), 422 if form.errors else 200


def _alike(text: str) -> dict[str, list[alike.Alike]]:
    """`{address: sites that may be the same}` of a few addresses; of a long list the finder says it later."""
    lines = list(islice(rules.lines_of(text), FEW + 1))
    if len(lines) > FEW or request.form.get("anyway") == "1":
        return {}
    read = [rules.read_line(number, typed) for number, typed in lines]
    return alike.sites(me(), [line.key for line in read if line.key])


def _say(batch_id: int) -> None:
    batch = batch_queries.batch_of(me(), batch_id)
    came_in = batch.came_in if batch else 0
    if came_in:
        text = f"{came_in:,} {'site' if came_in == 1 else 'sites'} added."
        toast(text, url_for("prospects.undo_batch", batch_id=batch_id))


@bp.get("/prospects/batches/<int:batch_id>")
@allow("viewer")
def batch(batch_id: int) -> ResponseReturnValue:
    """What became of each line: counts that open their rows, fifty rows a page."""
    found = batch_queries.batch_of(me(), batch_id)
    if found is None:
        abort(404, "There is no such list of added addresses, or it is not in one of your projects.")
    outcome = filters.one_of("outcome", tuple(Outcome))
    page = page_of(
        session(), batch_queries.batch_rows(batch_id, Outcome(outcome) if outcome else None), by=ImportRow.number,
        key=ImportRow.id, cursor=Cursor.unpack(request.args.get("after")), is_descending=False,
        value_of=lambda row: (row[0].number, row[0].id),
    )  # fmt: skip
    return render_template(
        "prospects/batch.html", batch=found, page=page, outcome=outcome, rules=rules, link=filters.address,
        can_undo=not found.undone_at and found.source is BatchSource.PASTE and batch_queries.batch_of(me(), batch_id, writable_by) is not None,
    )  # fmt: skip


@bp.post("/prospects/batches/<int:batch_id>/undo")
@allow("member")
def undo_batch(batch_id: int) -> ResponseReturnValue:
    """Take out again what this batch brought in and nobody touched since."""
    done = actions.undo_batch(batch_id, by=me(), now=now())
    if done is None:
        abort(404, "There is nothing to take back.")
    removed, kept = done
    stays = f" {kept:,} stay: somebody worked on them since." if kept else ""
    toast(f"{removed:,} taken out again.{stays}", kind="info")
    return redirect(url_for("prospects.batch", batch_id=batch_id), 303)
