"""Giving a row of Today to somebody else of its project, with an undo."""

from __future__ import annotations

from typing import Any

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from outreach.desk import dealing
from outreach.desk.door import bp
from outreach.pitches import choices
from outreach.web.access import allow
from outreach.web.addresses import local_path
from outreach.web.forms import row_id
from outreach.web.here import me, now
from outreach.web.toasts import toast

NAMES = {"pitch_id": "pitch", "reminder_id": "reminder", "step_id": "step"}


@bp.route("/today/pitches/<int:pitch_id>/owner", methods=["GET", "POST"])
@bp.route("/today/reminders/<int:reminder_id>/owner", methods=["GET", "POST"])
@bp.route("/today/steps/<int:step_id>/owner", methods=["GET", "POST"])
@allow("member")
def give(**keys: Any) -> ResponseReturnValue:
    """Whose it is: those who may have it to choose from."""
    ((name, key),) = keys.items()
    source = NAMES[name]
    row = dealing.find(me(), source, key) or abort(404)
    owned = dealing.owned(row)
    owners = _owners(owned.project_id)
    if request.method == "POST":
        return _give(source, key, owners, {name: key})
    return render_template(
        "desk/give.html", owned=owned, owners=owners, back=_back(), action=url_for("desk.give", **keys)
    )


def _owners(project_id: int | None) -> list[tuple[int, str]]:
    """Nobody but oneself has what belongs to no project."""
    if project_id is None:
        return [(me().id, me().name)]
    return [(one.id, one.name) for one in choices.colleagues(project_id) if one.may_own]


def _give(source: str, key: int, owners: list[tuple[int, str]], keys: dict[str, Any]) -> ResponseReturnValue:
    try:
        owner_id = row_id(request.values.get("owner", ""))
        before = dealing.give(me(), source, key, owner_id, now=now())
    except (dealing.NotTheirs, ValueError):
        abort(400, "Choose somebody who works in this project.")
    except dealing.Gone:
        abort(404)
    is_undo = request.args.get("undo") == "1"
    undo = url_for("desk.give", **keys, owner=before, back=_back(), undo=1) if before and not is_undo else ""
    toast("Undone" if is_undo else f"{dict(owners)[owner_id]} has it now", undo)
    return redirect(_back(), 303)


def _back() -> str:
    return local_path(request.values.get("back")) or url_for("desk.show_today")
