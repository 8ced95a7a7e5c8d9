"""The follow-ups that are due, one after the other: send, edit, skip, stop."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import abort, g, redirect, render_template, request, url_for

from outreach.mail import queries as mail_queries
from outreach.pitches import queries as pitch_queries
from outreach.pitches import rules as pitch_rules
from outreach.pitches.models import Pitch
from outreach.sending import listing
from outreach.sending.actions import NotPossible, Queued
from outreach.sending.door import Answer, bp
from outreach.sending.follow_ups import actions, queries
from outreach.sending.follow_ups.actions import Gone
from outreach.web import filters
from outreach.web.access import allow
from outreach.web.addresses import local_path
from outreach.web.here import config, me, now, today
from outreach.web.toasts import toast

SHOWN = 50


@bp.get("/follow-ups")
@allow("viewer")
def follow_ups() -> Answer:
    """The user's follow-ups that are due; one of them open (`at`: a pitch), with its letter as it would leave."""
    found = queries.listed(me(), today(), limit=SHOWN)
    at = filters.number("at")
    one = next((each for each in found if each.pitch.id == at), found[0] if found else None)
    letter = one.letter if one else None
    reads = listing.as_drafts_read([letter] if letter else [])
    return render_template(
        "sending/follow_ups.html", found=found, text=reads[letter.id][1] if letter and letter.id in reads else "", one=one, total=queries.count(me(), today()), day=today(), why=_why,
        types=pitch_rules.TYPE_NAMES, talk=mail_queries.conversation(one.pitch.id) if one else [],
        here=url_for("sending.follow_ups"),
    )  # fmt: skip


def _why(pitch: Pitch) -> str:
    return pitch_queries.why_due(pitch, today(), g.zone)


@bp.post("/pitches/<int:pitch_id>/follow-up")
@allow("member")
def send_follow_up(pitch_id: int) -> Answer:
    """Send the letter that was written, after the time to take it back; what stands against it is said."""
    undo = timedelta(seconds=config().mail_undo_seconds)
    try:
        done = actions.send(pitch_id, _number("letter"), by=me(), now=now(), undo=undo)
    except Gone:
        abort(404)
    except NotPossible as error:
        toast(str(error), kind="warn")
        return redirect(_back())
    if isinstance(done, Queued):
        toast(
            "The follow-up is queued", url_for("sending.take_back", message_id=done.message_id, back=_back())
        )
        return redirect(_back())
    against = [finding.words for finding in done.findings] or done.written.problems
    toast(f"Not sent: {against[0] if against else 'something is missing.'}", kind="warn")
    return redirect(url_for("sending.compose", pitch_id=pitch_id))


@bp.post("/pitches/<int:pitch_id>/follow-up/stop")
@allow("member")
def stop_follow_ups(pitch_id: int) -> Answer:
    """No more follow-ups to the person, or (`site`) to everybody at the site."""
    try:
        row = actions.stop(pitch_id, site=request.form.get("site") == "1", by=me(), now=now(), today=today())
    except Gone:
        abort(404)
    number = len(row.effects["pitches"])
    more = f" in {number} pitches" if number > 1 else ""
    toast(f"Follow-ups stopped{more}; nothing that was written leaves", _undo(row.id))
    return redirect(_back())


def _undo(stop_id: int) -> str:
    return url_for("sending.allow_follow_ups", stop_id=stop_id, back=_back())


@bp.post("/follow-ups/stops/<int:stop_id>/lift")
@allow("member")
def allow_follow_ups(stop_id: int) -> Answer:
    """The undo of a stop, also long after."""
    try:
        actions.lift(stop_id, by=me(), now=now())
    except Gone:
        abort(404)
    except NotPossible as error:
        toast(str(error), kind="warn")
    else:
        toast("Follow-ups are allowed again", kind="info")
    return redirect(_back())


def _back() -> str:
    return local_path(request.values.get("back")) or url_for("sending.follow_ups")


def _number(name: str) -> int | None:
    text = request.form.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 10 else None


__all__: list[Any] = ["bp"]
