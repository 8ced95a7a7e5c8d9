"""Saying whether a page that was found is the one."""

from __future__ import annotations

from flask import abort, redirect, url_for
from flask.typing import ResponseReturnValue as Answer

from outreach.links import publications
from outreach.links.door import bp
from outreach.web.access import allow
from outreach.web.here import me, now
from outreach.web.toasts import toast

NOT_THERE = "There is no such page to decide on, or somebody has decided already."


@bp.post("/publications/<int:publication_id>/acceptance")
@allow("member")
def accept_publication(publication_id: int) -> Answer:
    """This is the page."""
    try:
        pitch_id = publications.accept(me(), publication_id, now=now())
    except publications.Gone:
        abort(404, NOT_THERE)
    toast("The page is the pitch's now, and its link is watched. The first look is under way.")
    return redirect(url_for("desk.pitch", pitch_id=pitch_id))


@bp.post("/publications/<int:publication_id>/dismissal")
@allow("member")
def dismiss_publication(publication_id: int) -> Answer:
    """It is another page."""
    try:
        pitch_id = publications.dismiss(me(), publication_id, now=now())
    except publications.Gone:
        abort(404, NOT_THERE)
    toast("It is not proposed again. We go on looking.")
    return redirect(url_for("desk.pitch", pitch_id=pitch_id))
