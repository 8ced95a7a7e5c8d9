"""The team, for admins: roles, switching off, password links."""

from __future__ import annotations

from flask import abort, redirect, render_template, url_for
from werkzeug.wrappers import Response

from outreach.accounts import moves as account_moves
from outreach.accounts import post
from outreach.accounts import queries as account_queries
from outreach.accounts.models import User
from outreach.accounts.rules import UserRole
from outreach.db import session
from outreach.projects import queries, team
from outreach.projects.forms import ActiveForm, RoleForm
from outreach.projects.views.blueprint import bp
from outreach.web.access import allow
from outreach.web.here import me, now
from outreach.web.toasts import toast

LAST_ADMIN = "The workspace needs an active admin. Make somebody else an admin first."


@bp.get("/users")
@allow("admin")
def users() -> str:
    return render_users()


def render_users(link: str = "", whose: str = "", is_mailed: bool = False) -> str:
    """The list; with `link` the one-time address that was just made for `whose`."""
    return render_template(
        "projects/users.html", users=account_queries.users(), places=queries.places(), link=link, whose=whose, is_mailed=is_mailed,
        invitations=account_queries.open_invitations(now()), roles=[(role.value, role.value.capitalize()) for role in UserRole],
    )  # fmt: skip


def link_to(endpoint: str, token: str) -> str:
    """A one-time address under the workspace's own name, whatever host the request says it came by."""
    workspace = account_queries.workspace()
    return (workspace.base_url if workspace else "") + url_for(endpoint, token=token)


@bp.post("/users/<int:user_id>/role")
@allow("admin")
def set_role(user_id: int) -> Response:
    user, form = _user(user_id), RoleForm()
    if not form.validate():
        toast("There is no such role. Nothing was changed.", kind="bad")
        return redirect(url_for("projects.users"))
    try:
        team.set_role(user, UserRole(form.role.data), by=me(), now=now())
        toast(f"{user.name} is {_as(user.role)} now.")
    except account_moves.LastAdmin:
        toast(LAST_ADMIN, kind="warn")
    return redirect(url_for("projects.users"))


def _as(role: UserRole) -> str:
    return f"an {role.value}" if role is UserRole.ADMIN else f"a {role.value}"


@bp.post("/users/<int:user_id>/active")
@allow("admin")
def set_active(user_id: int) -> Response:
    """Switch an account off (its sessions end at once) or on."""
    user, form = _user(user_id), ActiveForm()
    if not form.validate():
        abort(400)
    is_active = form.is_active.data == "1"
    try:
        team.set_active(user, is_active, by=me(), now=now())
        words = "can log in again" if is_active else "is switched off and logged out everywhere"
        toast(f"{user.name} {words}.")
    except account_moves.LastAdmin:
        toast(LAST_ADMIN, kind="warn")
    return redirect(url_for("projects.users"))


@bp.post("/users/<int:user_id>/password-link")
@allow("admin")
def password_link(user_id: int) -> str | Response:
    """Make a link that sets a new password once, and show it to the admin."""
    user = _user(user_id)
    if not user.is_active:
        toast(f"{user.name} is switched off. Switch the account on first.", kind="warn")
        return redirect(url_for("projects.users"))
    token = team.make_password_link(user, by=me(), now=now())
    link, name, address = link_to("accounts.new_password", token), user.name, user.email
    return render_users(link, name, post.send(address, "password", who=me().name, link=link))


def _user(user_id: int) -> User:
    return session().get(User, user_id) or abort(404, "There is no such user.")
