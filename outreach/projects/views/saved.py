"""Saved views: keeping a list under a name, renaming, sharing, opening with it, removing and taking back."""

from __future__ import annotations

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import BooleanField, HiddenField, StringField
from wtforms.validators import DataRequired, Length

from outreach.projects.saved import actions, queries, rules
from outreach.projects.saved.actions import Gone, NotKept, Wish
from outreach.projects.saved.models import SavedView
from outreach.projects.views.blueprint import bp
from outreach.web import filters
from outreach.web.access import allow
from outreach.web.forms import Form, IdField, row_id
from outreach.web.here import me, now
from outreach.web.toasts import toast

NO_VIEW = "There is no such view, or it is not yours to change."


class ViewForm(Form):
    """A name for a list, and who has it."""

    name = StringField(
        "Name",
        [
            DataRequired("Give it a name, such as “Mine to write to”."),
            Length(max=rules.LONGEST_NAME, message=f"A name has at most {rules.LONGEST_NAME} signs."),
        ],
    )
    project_id = IdField(
        "Who has it", empty="Only me", description="Shared: everybody in the project finds it above the list."
    )
    is_first = BooleanField("Open the list with it", description="For you alone.")
    query = HiddenField("Filters")

    def wish(self) -> Wish:
        """What is asked."""
        return Wish(
            self.name.data or "", self.project_id.data, bool(self.is_first.data), self.query.data or None
        )


@bp.route("/saved-views/new", methods=["GET", "POST"])
@allow("viewer")
def new_saved_view() -> ResponseReturnValue:
    """Keep the list that `list` and `query` name."""
    name = filters.one_of("list", tuple(rules.LISTS), "prospects")
    form = ViewForm(query=request.args.get("query", ""))
    form.project_id.offer(queries.may_share(me()))
    if form.validate_on_submit():
        try:
            view_id = actions.keep(name, form.wish(), by=me(), now=now())
        except NotKept as error:
            form.name.errors = [str(error)]
        else:
            toast(f"Kept as “{form.name.data}”.", url_for("projects.remove_saved_view", view_id=view_id))
            return redirect(_address(queries.get(me(), view_id)), 303)
    return _page(form, name)


@bp.route("/saved-views/<int:view_id>", methods=["GET", "POST"])
@allow("viewer")
def saved_view(view_id: int) -> ResponseReturnValue:
    """Rename or share a view; `query` (when it is given) replaces its filters."""
    view = queries.writable(me(), view_id) or abort(404, NO_VIEW)
    form = ViewForm(obj=view, query="", is_first=queries.is_first(me(), view_id))
    form.project_id.offer(queries.may_share(me()))
    if form.validate_on_submit():
        try:
            view = actions.change(view_id, form.wish(), by=me())
        except NotKept as error:
            form.name.errors = [str(error)]
        except Gone:
            abort(404, NO_VIEW)
        else:
            toast("Saved.")
            return redirect(_address(view), 303)
    return _page(form, view.list, view)


def _page(form: ViewForm, name: str, view: SavedView | None = None) -> ResponseReturnValue:
    endpoint, words = rules.LISTS[name]
    back = _address(view) if view else f"{url_for(endpoint)}?{rules.shown(form.query.data or '')}"
    return render_template(
        "projects/saved_view.html", form=form, view=view, words=words, back=back
    ), 422 if form.errors else 200


def _address(view: SavedView | None) -> str:
    """Where the list stands as the view shows it."""
    if view is None:
        return url_for("desk.home")
    path = url_for(rules.LISTS[view.list][0])
    return f"{path}?{view.query}&saved={view.id}" if view.query else f"{path}?saved={view.id}"


@bp.post("/saved-views/<int:view_id>/query")
@allow("viewer")
def save_query(view_id: int) -> ResponseReturnValue:
    """The view shows what `query` says from now on."""
    view = queries.writable(me(), view_id) or abort(404, NO_VIEW)
    before, name, shared = view.query, view.name, view.project_id
    wish = Wish(name, shared, queries.is_first(me(), view_id), request.values.get("query", ""))
    try:
        view = actions.change(view_id, wish, by=me())
    except NotKept as error:
        abort(400, str(error))
    except Gone:
        abort(404, NO_VIEW)
    toast(
        f"“{name}” shows this list now.",
        filters.asking(url_for("projects.save_query", view_id=view_id), {"query": before}),
    )
    return redirect(_address(view), 303)


@bp.post("/saved-views/first")
@allow("viewer")
def open_with() -> ResponseReturnValue:
    """The list opens with the view `view`, for the reader alone; `off` ends it."""
    try:
        view_id = request.form.get("view", 0, type=row_id)
        view = actions.open_with(view_id, "off" not in request.form, by=me())
    except Gone:
        abort(404, NO_VIEW)
    toast(
        f"The list opens with “{view.name}”."
        if "off" not in request.form
        else "The list opens with everything."
    )
    return redirect(_address(view), 303)


@bp.post("/saved-views/<int:view_id>/removal")
@allow("viewer")
def remove_saved_view(view_id: int) -> ResponseReturnValue:
    """Take a view off the list."""
    try:
        view = actions.remove(view_id, by=me(), now=now())
    except Gone:
        abort(404, NO_VIEW)
    toast(f"“{view.name}” removed.", url_for("projects.take_view_back", view_id=view_id), kind="info")
    return redirect(url_for(rules.LISTS[view.list][0], saved="all"), 303)


@bp.post("/saved-views/<int:view_id>/return")
@allow("viewer")
def take_view_back(view_id: int) -> ResponseReturnValue:
    """A removed view is there again."""
    try:
        view = actions.take_back(view_id, by=me())
    except Gone:
        abort(404, NO_VIEW)
    toast(f"“{view.name}” is back.", kind="info")
    return redirect(_address(view), 303)
