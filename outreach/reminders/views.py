"""The doors to reminders: set one, done, dropped, put off, and back again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, abort, current_app, redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from outreach.accounts.queries import working_days
from outreach.kit import urls
from outreach.pitches import choices
from outreach.pitches import queries as pitch_queries
from outreach.reminders import actions, queries
from outreach.reminders.actions import Gone
from outreach.reminders.forms import ReminderForm
from outreach.reminders.rules import KIND_NAMES, ReminderState
from outreach.web.access import allow
from outreach.web.addresses import local_path, page_before
from outreach.web.here import me, now, today
from outreach.web.snoozing import SnoozeForm, bad_snooze, is_too_far
from outreach.web.toasts import toast
from outreach.web.words import day_words

bp = Blueprint("reminders", __name__)

Answer = Response | str | tuple[str, int]


@bp.errorhandler(Gone)
def _gone(_error: Gone) -> Any:
    return current_app.handle_http_exception(NotFound())


@dataclass(frozen=True)
class About:
    """What a reminder is about, with the screen it belongs to."""

    name: str
    href: str
    project_id: int | None = None
    pitch_id: int | None = None
    site_id: int | None = None
    person_id: int | None = None


@bp.route("/reminders/new", methods=["GET", "POST"])
@allow("viewer")
def new() -> Answer:
    """Set a reminder about a pitch, site or person (`?pitch=`, `?site=`, `?person=`), or about nothing."""
    about = _about()
    form = ReminderForm(owner=me().id, due_on=today() + timedelta(days=1))
    form.owner.offer(_owners(about))
    if form.validate_on_submit():
        day = form.due_on.data
        if day >= today() and not is_too_far(day, today()):
            return _add(form, about)
        past = "This day is past; give today or a later one."
        form.due_on.errors = [past if day < today() else "Give a day within two years."]
    page = render_template("reminders/new.html", form=form, about=about, args=_about_args())
    return page, 422 if form.errors else 200


def _add(form: ReminderForm, about: About) -> Answer:
    actions.add(
        me(), form.kind.data, form.words.data, form.due_on.data, form.owner.data, now=now(),
        project_id=about.project_id, pitch_id=about.pitch_id, site_id=about.site_id, person_id=about.person_id,
    )  # fmt: skip
    toast(f"Reminder set for {day_words(form.due_on.data, today())}")
    return redirect(about.href, 303)


def _about() -> About:
    """What the address names; 404 when it is not there for this user."""
    args = _about_args()
    if "pitch" in args:
        pitch = pitch_queries.get_writable(me(), args["pitch"]) or abort(404)
        return About(
            pitch.topic or urls.show_host(pitch.site.key), url_for("desk.pitch", pitch_id=pitch.id),
            pitch.project_id, pitch.id, pitch.site_id, pitch.person_id,
        )  # fmt: skip
    if "site" in args:
        site = queries.sees_site(me(), args["site"]) or abort(404)
        return About(urls.show_host(site.key), _back(), site_id=site.id)
    if "person" in args:
        person = queries.sees_person(me(), args["person"]) or abort(404)
        return About(person.name, _back(), person_id=person.id)
    return About("", _back())


def _about_args() -> dict[str, int]:
    names = ("pitch", "site", "person")
    return {
        name: int(text)
        for name in names
        if (text := request.args.get(name, "")).isdecimal() and len(text) < 10
    }


def _owners(about: About) -> list[tuple[int, str]]:
    """Who may be reminded: whoever works in the pitch's project; only oneself where there is no project."""
    if about.project_id is None:
        return [(me().id, me().name)]
    return [(one.id, one.name) for one in choices.colleagues(about.project_id) if one.may_own]


@bp.post("/reminders/<int:reminder_id>/done")
@allow("viewer")
def done(reminder_id: int) -> Answer:
    """It is done."""
    return _settle(reminder_id, ReminderState.DONE, "Done")


@bp.post("/reminders/<int:reminder_id>/drop")
@allow("viewer")
def drop(reminder_id: int) -> Answer:
    """It is not needed any more."""
    return _settle(reminder_id, ReminderState.DROPPED, "Dropped")


def _settle(reminder_id: int, state: ReminderState, word: str) -> Answer:
    words = actions.settle(me(), reminder_id, state, now=now())
    toast(f"{word}: {words}", url_for("reminders.reopen", reminder_id=reminder_id))
    return _settled()


@bp.post("/reminders/<int:reminder_id>/reopen")
@allow("viewer")
def reopen(reminder_id: int) -> Answer:
    """The undo of done and dropped."""
    actions.settle(me(), reminder_id, ReminderState.OPEN, now=now())
    toast("Undone", kind="info")
    return redirect(_back(), 303)


@bp.route("/reminders/<int:reminder_id>/snooze", methods=["GET", "POST"])
@allow("viewer")
def snooze(reminder_id: int) -> Answer:
    """Put it off by days, or to a day."""
    reminder = queries.get_writable(me(), reminder_id) or abort(404)
    form = SnoozeForm()
    if request.method == "POST" and form.validate():
        day = form.on.data or working_days(reminder.owner_id).add(today() + timedelta(days=form.days.data), 0)
        if not (why := bad_snooze(day, today())):
            return _snooze(reminder_id, day)
        form.on.errors = [why]
    page = render_template(
        "reminders/snooze.html", reminder=reminder, form=form, back=_back(), kinds=KIND_NAMES
    )
    return page, 422 if request.method == "POST" else 200


def _snooze(reminder_id: int, day: date) -> Answer:
    before = actions.put_off(me(), reminder_id, day, now=now())
    undo = url_for("reminders.put_back", reminder_id=reminder_id, on=before.isoformat())
    toast(f"Put off until {day_words(day, today(), is_within=True)}", undo)
    return _settled()


@bp.post("/reminders/<int:reminder_id>/snooze/undo")
@allow("viewer")
def put_back(reminder_id: int) -> Answer:
    """The undo of putting off: the day it was due stands in the address."""
    if queries.get_writable(me(), reminder_id) is None:
        abort(404)
    try:
        day = date.fromisoformat(request.args.get("on", ""))
    except ValueError:
        abort(400, "This undo is broken; put the reminder off to the day you want.")
    actions.put_off(me(), reminder_id, day, now=now())
    toast("Undone", kind="info")
    return redirect(_back(), 303)


def _settled() -> Answer:
    """A row of a list goes by htmx; else back to where the button stood."""
    return (
        render_template("reminders/_settled.html")
        if "HX-Request" in request.headers
        else redirect(_back(), 303)
    )


def _back() -> str:
    """The local address in `back`, else the screen the button stood on, else the start."""
    if asked := local_path(request.values.get("back")):
        return asked
    came = page_before(request.referrer, request.host_url)
    return came if came and came.partition("?")[0] != request.path else "/"
