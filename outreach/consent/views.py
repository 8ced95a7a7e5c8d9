"""The suppression list: managers see it, members add to it, an admin takes somebody off with a reason."""

from __future__ import annotations

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from outreach.consent import actions, queries, rules
from outreach.consent.forms import LiftForm, SuppressForm
from outreach.consent.models import Suppression
from outreach.consent.rules import LiftReason, SuppressionKind, SuppressionReason
from outreach.db import session
from outreach.web import filters
from outreach.web.access import allow
from outreach.web.here import me, now
from outreach.web.pager import Cursor, capped_count, page_of
from outreach.web.toasts import toast

bp = Blueprint("consent", __name__)


@bp.get("/suppressions")
@allow("manager")
def index() -> ResponseReturnValue:
    """One page of the list, newest first."""
    kind = filters.one_of("kind", tuple(SuppressionKind))
    reason = filters.one_of("reason", tuple(SuppressionReason))
    words = filters.words("q")
    query = queries.listed(
        words=words,
        kind=SuppressionKind(kind) if kind else None,
        reason=SuppressionReason(reason) if reason else None,
    )
    page = page_of(
        session(), query, by=Suppression.created_at, key=Suppression.id, cursor=Cursor.unpack(request.args.get("after")),
        value_of=lambda row: (row.created_at, row.id),
    )  # fmt: skip
    return render_template(
        "consent/index.html", page=page, total=capped_count(session(), query), rules=rules, q=words, kind=kind,
        reason=reason, link=filters.address, is_admin=me().is_admin,
        names=queries.names_of({row.created_by_id for row in page.rows if row.created_by_id}),
    )  # fmt: skip


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
