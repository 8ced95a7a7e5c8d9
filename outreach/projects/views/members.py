"""Who is in a project."""

from __future__ import annotations

from flask import abort, redirect, url_for
from werkzeug.wrappers import Response

from outreach.projects import actions, queries
from outreach.projects.forms import MemberForm, MemberRoleForm
from outreach.projects.models import Membership
from outreach.projects.rules import MemberRole
from outreach.projects.views.blueprint import bp, seen
from outreach.web.access import allow
from outreach.web.here import me, now
from outreach.web.toasts import toast


@bp.post("/projects/<int:project_id>/members")
@allow("manager")
def add_member(project_id: int) -> Response:
    project, form = seen(project_id), MemberForm()
    offered = queries.outsiders_of(project_id)
    form.user_id.offer(offered)
    if form.validate():
        try:
            actions.add_member(project, form.user_id.data, MemberRole(form.role.data), by=me(), now=now())
            toast(f"{dict(offered)[form.user_id.data].partition(',')[0]} is in the project.")
        except actions.Taken:
            toast("They are in the project already.", kind="info")
    else:
        toast("Choose who should come in, and as what. Nothing was changed.", kind="bad")
    return _back(project_id)


@bp.post("/projects/<int:project_id>/members/<int:membership_id>")
@allow("manager")
def save_member(project_id: int, membership_id: int) -> Response:
    """Another role in the project."""
    row, form = _row(project_id, membership_id), MemberRoleForm()
    if form.validate():
        actions.set_member_role(row, MemberRole(form.role.data), by=me(), now=now())
        toast(f"{row.user.name} is a {row.role.value} now.")
    else:
        toast("There is no such role. Nothing was changed.", kind="bad")
    return _back(project_id)


@bp.post("/projects/<int:project_id>/members/<int:membership_id>/removal")
@allow("manager")
def remove_member(project_id: int, membership_id: int) -> Response:
    row = _row(project_id, membership_id)
    name = row.user.name
    actions.remove_member(row, by=me(), now=now())
    toast(
        f"{name} is out of the project. Their open pitches there stay theirs until you give them to somebody."
    )
    return _back(project_id)


def _row(project_id: int, membership_id: int) -> Membership:
    seen(project_id)
    return queries.membership(project_id, membership_id) or abort(404, "There is no such member.")


def _back(project_id: int) -> Response:
    return redirect(url_for("projects.show", project_id=project_id, _anchor="members"))
