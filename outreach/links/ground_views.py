"""Asking for a look at what a pitch rests on."""

from __future__ import annotations

from flask import abort, redirect, url_for
from flask.typing import ResponseReturnValue as Answer

from outreach.links import grounds
from outreach.links.door import bp
from outreach.web.access import allow
from outreach.web.here import me, now
from outreach.web.toasts import toast


@bp.post("/pitches/<int:pitch_id>/ground")
@allow("member")
def look_at_ground(pitch_id: int) -> Answer:
    """Look now whether the link is dead, or the loss confirmed."""
    try:
        grounds.ask(me(), pitch_id, now=now())
    except grounds.Gone:
        abort(404, "There is no such pitch to look for.")
    except grounds.NoAddress as missing:
        toast(str(missing), kind="warn")
        return redirect(url_for("pitches.production", pitch_id=pitch_id), 303)
    toast("The worker looks at it now; what it saw stands here in a moment.", kind="info")
    return redirect(url_for("desk.pitch", pitch_id=pitch_id) + "#ground", 303)
