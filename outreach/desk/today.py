"""`/today`: what waits for the reader, with the reason and the keys to deal with it."""

from __future__ import annotations

from typing import Any

from flask import current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue

from outreach.desk import agenda, digest
from outreach.desk.door import bp
from outreach.desk.rules import ICONS, TITLES, Line, Section
from outreach.sending.follow_ups import queries as follow_ups
from outreach.web.access import allow
from outreach.web.here import me, today

EACH = 10
"""Lines a section; "Show n more" opens the section alone."""
ALONE = 200


@bp.get("/")
@allow("viewer")
def home() -> ResponseReturnValue:
    """The way in."""
    return show_today()


@bp.get("/today")
@allow("viewer")
def show_today() -> ResponseReturnValue:
    """Today, or one section of it alone (`?section=due`)."""
    asked = request.args.get("section", "")
    only = Section(asked) if asked in set(Section) else None
    counts = agenda.counts(me(), today())
    lines = agenda.lines(me(), today(), each=ALONE if only else EACH, only=only)
    return render_template(
        "desk/today.html", counts=counts, lines=lines, titles=TITLES, icons=ICONS, only=only, total=sum(counts.values()),
        day=today(), address_of=_address, offers=_offers, follow_ups=follow_ups.count(me(), today()),
    )  # fmt: skip


def _address(line: Line) -> str:
    """Where a line leads."""
    return digest.path_of(line)


def _offers(line: Line) -> dict[str, str]:
    """The addresses that a line's buttons post to; those whose room is there."""
    wanted: dict[str, tuple[str, dict[str, Any]]] = {}
    if line.source in ("pitch", "reminder", "step"):
        wanted["give"] = ("desk.give", {f"{line.source}_id": line.id, "back": request.full_path.rstrip("?")})
    if line.source == "pitch":
        this: dict[str, Any] = {"pitch_id": line.id}
        wanted |= {
            "done": ("pitches.done", this),
            "snooze": ("pitches.snooze", this),
            "write": ("sending.compose", this),
        }
        if line.is_follow_up:
            wanted["stop"] = ("sending.stop_follow_ups", this)
        if line.letter_id:
            wanted["send"] = ("sending.send_follow_up", this)
            wanted["write"] = ("sending.compose", this | {"draft": line.letter_id})
    elif line.source == "reminder":
        this = {"reminder_id": line.id}
        wanted |= {"done": ("reminders.done", this), "snooze": ("reminders.snooze", this)}
    elif line.source == "step":
        this = {"step_id": line.id}
        wanted |= {"done": ("pitches.tick_step", this), "snooze": ("pitches.snooze_step", this)}
    if line.about and line.about[0] == "mail":
        wanted["write"] = (
            "reading.mail",
            {"mail_id": line.about[1], "_anchor": "answer"}
            if line.source != "mail"
            else {"mail_id": line.id},
        )
    return {
        verb: url_for(endpoint, **values)
        for verb, (endpoint, values) in wanted.items()
        if endpoint in current_app.view_functions
    }
