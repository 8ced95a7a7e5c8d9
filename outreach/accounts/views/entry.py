"""In and out."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from outreach.accounts import actions, queries, rules, sessions
from outreach.accounts.forms import LogInForm
from outreach.accounts.views.blueprint import bp
from outreach.web.access import allow
from outreach.web.addresses import local_path
from outreach.web.here import me, now

Answer = Response | str | tuple[str, int]


@bp.get("/login")
@allow("public")
def log_in() -> Answer:
    """The log-in page; whoever is in goes on to where they wanted."""
    if not queries.is_set_up():
        return redirect(url_for("accounts.setup"))
    target = local_path(request.args.get("next"))
    if current_user.is_authenticated:
        return redirect(target or "/")
    return _page(LogInForm(formdata=None, next=target or ""))


@bp.post("/login")
@allow("public")
def log_in_post() -> Answer:
    """Begin a session. 422 when address and password do not match, 429 after too many tries."""
    form = LogInForm()
    if not form.validate():
        return _page(form), 422
    try:
        email = rules.clean_email(form.email.data or "")
    except rules.BadEmail as error:
        form.email.errors = [str(error)]
        return _page(form), 422
    try:
        user = actions.log_in(email, form.password.data or "", sessions.place(), now=now())
    except actions.Refused as error:
        form.password.errors = [_no_match(error.left)]
        return _page(form), 422
    except actions.Limited as error:
        return _page(form, minutes=error.minutes), 429
    sessions.begin(user, stay=bool(form.stay.data))
    return sessions.mark_device(redirect(local_path(form.next.data) or "/"), user)


def _no_match(left: int) -> str:
    tries = "One try is left." if left == 1 else f"{left} tries left." if left else "No try is left for now."
    return f"Address and password do not match. {tries}"


def _page(form: LogInForm, minutes: int = 0) -> str:
    workspace = queries.workspace()
    return render_template(
        "accounts/login.html", form=form, minutes=minutes, name=workspace.name if workspace else "Outreach"
    )


@bp.post("/log-out")
@allow("viewer")
def log_out() -> Response:
    """End this session."""
    actions.log_out(me(), now=now())
    sessions.end()
    return redirect(url_for("accounts.log_in"))
