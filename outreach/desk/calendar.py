"""`/calendar`: the reader's secret calendar address, and the feed behind it."""

from __future__ import annotations

from flask import abort, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from outreach.accounts import queries as account_queries
from outreach.desk import feed
from outreach.desk.door import bp
from outreach.web.access import allow
from outreach.web.here import me, now


@bp.get("/calendar")
@allow("viewer")
def calendar() -> str:
    """Whether there is an address, and what it is for."""
    return render_template("desk/calendar.html", feed=feed.of(me()), address="")


@bp.post("/calendar")
@allow("viewer")
def make_calendar() -> ResponseReturnValue:
    """A new address, shown this once; the old one ends."""
    secret = feed.make_link(me(), now=now())
    address = _base() + url_for("desk.calendar_feed", token=secret)
    return render_template("desk/calendar.html", feed=feed.of(me()), address=address)


@bp.post("/calendar/end")
@allow("viewer")
def end_calendar() -> ResponseReturnValue:
    """The address ends."""
    feed.end_link(me(), now=now())
    return render_template("desk/calendar.html", feed=None, address="")


@bp.get("/calendar/<token>.ics")
@allow("public")
def calendar_feed(token: str) -> Response:
    """The feed, for whoever holds the secret; a wrong one finds nothing."""
    reader = feed.reader_of(token) or abort(404)
    body = feed.calendar(reader, host=account_queries.calendar_host(request.host), base=_base(), now=now())
    return Response(body, mimetype="text/calendar", headers={"Cache-Control": "private, no-store"})


def _base() -> str:
    """How the outside reaches this server: as the workspace says, else as it was reached now."""
    workspace = account_queries.workspace()
    said = workspace.base_url if workspace else ""
    return said or current_app.extensions["outreach"].base_url or request.host_url.rstrip("/")
