"""The first page of a fresh instance."""

from __future__ import annotations

from flask import abort, redirect, render_template, request
from werkzeug.wrappers import Response

from outreach.accounts import actions, queries, sessions
from outreach.accounts.forms import SetUpForm
from outreach.accounts.views.blueprint import bp
from outreach.web.access import allow
from outreach.web.here import config, now
from outreach.web.toasts import toast


@bp.get("/setup")
@allow("public")
def setup() -> str:
    """Only while there is no workspace."""
    if queries.is_set_up():
        abort(404)
    form = SetUpForm(timezone="UTC", base_url=config().base_url or request.host_url.rstrip("/"))
    return render_template("accounts/setup.html", form=form)


@bp.post("/setup")
@allow("public")
def setup_post() -> Response | tuple[str, int]:
    """Make the workspace and its first admin, and log them in."""
    if queries.is_set_up():
        abort(404)
    form = SetUpForm()
    if not form.validate():
        return render_template("accounts/setup.html", form=form), 422
    try:
        user = actions.set_up(
            form.workspace_values(), form.name.data or "", form.email.data or "", form.password.data or "", now=now()
        )  # fmt: skip
    except actions.AlreadySetUp:
        abort(404)
    sessions.begin(user, stay=False)
    toast(f"{form.workspace.data} is set up. Start a project next: what do you promote?")
    return sessions.mark_device(redirect("/"), user)
