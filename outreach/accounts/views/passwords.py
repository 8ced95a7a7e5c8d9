"""The page behind a password link, made by an admin or by `outreach user link`."""

from __future__ import annotations

from flask import abort, redirect, render_template
from werkzeug.wrappers import Response

from outreach.accounts import actions, queries, sessions
from outreach.accounts.forms import NewPasswordForm
from outreach.accounts.models import Key
from outreach.accounts.views.blueprint import bp
from outreach.web.access import allow
from outreach.web.here import now
from outreach.web.toasts import toast


@bp.get("/passwords/<token>")
@allow("public")
def new_password(token: str) -> str:
    """Changes nothing: mail scanners open links too."""
    return _page(NewPasswordForm(), _key(token))


@bp.post("/passwords/<token>")
@allow("public")
def new_password_post(token: str) -> Response | tuple[str, int]:
    """Set the password, end all sessions, log in."""
    key = _key(token)
    form = NewPasswordForm()
    form.of_email = key.email
    if not form.validate():
        return _page(form, key), 422
    user = actions.use_password_link(token, form.password.data or "", now=now())
    if user is None:
        abort(404)
    sessions.begin(user, stay=False)
    toast("Your new password is set. Everywhere else you are logged out.")
    return sessions.mark_device(redirect("/"), user)


def _key(token: str) -> Key:
    key = queries.key_of(token, "reset", now())
    if key is None or key.user is None or not key.user.is_active:
        abort(404)
    return key


def _page(form: NewPasswordForm, key: Key) -> str:
    return render_template("accounts/new_password.html", form=form, email=key.email)
