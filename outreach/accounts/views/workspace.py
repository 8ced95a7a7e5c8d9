"""The workspace, for admins."""

from __future__ import annotations

from typing import Any

from flask import abort, redirect, render_template, url_for
from werkzeug.wrappers import Response

from outreach.accounts import actions, queries
from outreach.accounts.forms import WorkspaceForm
from outreach.accounts.models import Workspace
from outreach.accounts.rules import ClaimLevel
from outreach.accounts.views.blueprint import bp
from outreach.web.access import allow
from outreach.web.here import me, now
from outreach.web.toasts import toast


@bp.get("/workspace")
@allow("admin")
def workspace() -> str:
    row = _row()
    form = WorkspaceForm(obj=row, workspace=row.name)
    form.allow_list.data = "\n".join(row.allow_list)
    return render_template("accounts/workspace.html", form=form)


@bp.post("/workspace")
@allow("admin")
def workspace_post() -> Response | tuple[str, int]:
    """Save it; 409 when another admin saved first, with what was typed kept."""
    form = WorkspaceForm()
    if not form.validate():
        return render_template("accounts/workspace.html", form=form), 422
    try:
        actions.save_workspace(_values(form), int(form.version.data or 0), by=me(), now=now())
    except (actions.Changed, ValueError):
        return render_template("accounts/workspace.html", form=form, changed=_row()), 409
    toast("The workspace is saved.")
    return redirect(url_for("accounts.workspace"))


def _values(form: WorkspaceForm) -> dict[str, Any]:
    return form.workspace_values() | {
        "is_mail_stopped": bool(form.is_mail_stopped.data),
        "is_dry_run": bool(form.is_dry_run.data),
        "allow_list": form.allowed(),
        "claim_level": ClaimLevel(form.claim_level.data),
        "is_postal_waived": bool(form.is_postal_waived.data),
    }


def _row() -> Workspace:
    return queries.workspace() or abort(404)
