"""The admin's audit: the whole diary, filtered by room, person and day."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from flask import g, render_template, request, url_for

from outreach.accounts import queries as account_queries
from outreach.desk.door import bp
from outreach.diary import queries, rules
from outreach.diary.models import Entry
from outreach.kit.clock import start_of_day
from outreach.projects import queries as project_queries
from outreach.web.access import allow
from outreach.web.forms import row_id
from outreach.web.pager import Cursor

bp.add_app_template_global(queries.told, "told")

ABOUT = (
    ("pitch_id", "pitch", "/pitches"),
    ("link_id", "link", "/links"),
    ("person_id", "person", "/people"),
    ("site_id", "site", "/sites"),
)
"""Column, word and screens of what a line may be about; the first that it has is shown."""


@bp.get("/diary")
@allow("admin")
def diary() -> str:
    """One page of the log. A filter that makes no sense is as if it were not there."""
    room = request.args.get("room", "")
    by_id = request.args.get("by", type=row_id)
    on = _day(request.args.get("on", ""))
    since, until = _span(on)
    page = queries.audit(
        room=room if room in rules.rooms() else "", by_id=by_id, since=since, until=until,
        cursor=Cursor.unpack(request.args.get("at")),
    )  # fmt: skip
    names = account_queries.names()
    return render_template(
        "diary/audit.html", page=page, names=names, projects=project_queries.names(), about=_about, address=_address,
        rooms=[(one, one.capitalize()) for one in rules.rooms()], room=room,
        people=sorted(names.items(), key=lambda pair: pair[1]), by_id=by_id, on=on,
    )  # fmt: skip


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _span(on: date | None) -> tuple[datetime | None, datetime | None]:
    """The reader's day as moments."""
    if on is None or not date.min < on < date.max:
        return None, None
    return start_of_day(on, g.zone), start_of_day(on + timedelta(days=1), g.zone)


def _about(entry: Entry) -> tuple[str, str]:
    """(words, address) of what a line is about; both empty when it is about nothing that has a screen."""
    for column, word, screens in ABOUT:
        key = getattr(entry, column)
        if key is not None:
            return f"{word} {key}", f"{screens}/{key}"
    return "", ""


def _address(**changed: Any) -> str:
    """This screen with other filters; without a cursor unless it is given."""
    kept = {name: value for name, value in request.args.items() if name in ("room", "by", "on")}
    return url_for("desk.diary", **{**kept, **changed})
