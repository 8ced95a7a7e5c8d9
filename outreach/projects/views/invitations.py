"""Inviting, and the page behind an invitation."""

from __future__ import annotations

from flask import abort, redirect, render_template, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from outreach.accounts import moves as account_moves
from outreach.accounts import post, sessions
from outreach.accounts import queries as account_queries
from outreach.accounts.models import Key
from outreach.accounts.rules import UserRole
from outreach.db import session
from outreach.projects import queries, team
from outreach.projects.forms import InviteForm, JoinForm
from outreach.projects.views.blueprint import bp
from outreach.projects.views.users import link_to, render_users
from outreach.web.access import allow
from outreach.web.here import me, now
from outreach.web.toasts import toast

WORN_OUT = "This invitation was used, taken back, or is older than a week. Ask for a new one."


@bp.get("/invitations/new")
@allow("admin")
def invite() -> str:
    form = InviteForm(formdata=None)
    form.offer(queries.choices(me()))
    return render_template("projects/invite.html", form=form)


@bp.post("/invitations")
@allow("admin")
def create_invitation() -> str | tuple[str, int]:
    """Make the invitation and show its link."""
    form = InviteForm()
    form.offer(queries.choices(me()))
    if form.validate():
        try:
            key, token = team.invite(
                form.email.data or "", UserRole(form.role.data), form.grants(), by=me(), now=now()
            )  # fmt: skip
        except account_moves.EmailTaken:
            form.email.errors = ["Somebody has an account with this address."]
        else:
            link, address = link_to("projects.invitation", token), key.email
            return render_users(link, address, post.send(address, "invitation", who=me().name, link=link))
    return render_template("projects/invite.html", form=form), 422


@bp.post("/invitations/<int:key_id>/removal")
@allow("admin")
def withdraw_invitation(key_id: int) -> Response:
    key = session().get(Key, key_id)
    if key is None or key.purpose != "invitation":
        abort(404, "There is no such invitation.")
    team.withdraw(key, by=me(), now=now())
    toast(f"The link for {key.email} works no more.")
    return redirect(url_for("projects.users"))


@bp.get("/invitations/<token>")
@allow("public")
def invitation(token: str) -> str:
    """Changes nothing: mail scanners open links too."""
    key = _key(token)
    workspace = account_queries.workspace()
    form = JoinForm(formdata=None, timezone=workspace.timezone if workspace else "UTC")
    return _page(form, key)


@bp.post("/invitations/<token>")
@allow("public")
def join(token: str) -> Response | tuple[str, int]:
    """Join, and log in. Whoever else is logged in on this device is not any more."""
    key, form = _key(token), JoinForm()
    form.of_email = key.email
    if not form.validate():
        return _page(form, key), 422
    user = team.join(
        token, form.name.data or "", form.password.data or "", form.timezone.data or "UTC", now=now()
    )
    if user is None:
        abort(404, WORN_OUT)
    sessions.begin(user, stay=False)
    toast(f"Welcome, {user.name}.")
    return sessions.mark_device(redirect("/"), user)


def _key(token: str) -> Key:
    return account_queries.key_of(token, "invitation", now()) or abort(404, WORN_OUT)


def _page(form: JoinForm, key: Key) -> str:
    workspace = account_queries.workspace()
    return render_template(
        "projects/join.html", form=form, key=key, name=workspace.name if workspace else "", other=current_user.is_authenticated
    )  # fmt: skip
