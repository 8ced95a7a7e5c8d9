"""The next action of a pitch: set, done, put off."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from flask import abort, g, render_template, request

from outreach.accounts.queries import working_days
from outreach.kit.clock import local_day
from outreach.pitches import actions, choices, due_words, rules
from outreach.pitches.actions import Changed
from outreach.pitches.answers import (
    Answer,
    back_to,
    found,
    next_words,
    seen_version,
    tell_planned,
    tried_again,
    where_it_was,
)
from outreach.pitches.arrows import MoveRefused
from outreach.pitches.door import bp
from outreach.pitches.forms import NextForm
from outreach.pitches.models import Pitch
from outreach.pitches.rules import NextKind
from outreach.web.access import allow
from outreach.web.forms import row_id, stripped
from outreach.web.here import me, now, today
from outreach.web.snoozing import SnoozeForm, bad_snooze, is_too_far
from outreach.web.toasts import toast


@bp.route("/pitches/<int:pitch_id>/next", methods=["GET", "POST"])
@allow("member")
def plan(pitch_id: int) -> Answer:
    """Set the next action: what, in which words, on which day, by whom."""
    pitch = found(pitch_id)
    form = _next_form(pitch)
    if request.method == "POST" and _plans(form, pitch):
        try:
            actions.plan(
                me(), pitch_id, form.kind.data, form.on.data, form.owner.data, form.words.data or "",
                form.version_seen(), now=now(),
            )  # fmt: skip
        except Changed as changed:
            return _draw(form, tried_again(form, changed)), 409
        except MoveRefused as refused:
            form.kind.errors, pitch = [str(refused)], found(pitch_id)
        else:
            toast("Next action saved")
            return back_to(pitch_id)
    return _draw(form, {"pitch": pitch}), 422 if form.errors else 200


def _draw(form: NextForm, told: dict[str, Any]) -> str:
    return render_template(
        "pitches/next.html",
        form=form,
        owners=[(int(one.value), one.label) for one in form.owner.choices],
        next_words=list(rules.NEXT_WORDS.items()),
        why_day=_why_day(told["pitch"]),
        usual_days=due_words.usual_days,
        **({"rules": rules} | told),
    )


def _why_day(pitch: Pitch) -> str:
    """By which rule the next action stands on its day."""
    if pitch.next_kind is None or pitch.next_on is None:
        return ""
    return due_words.why_this_day(
        pitch.next_kind, pitch.stage, pitch.next_on, since=local_day(pitch.stage_since, g.zone),
        last_out_on=local_day(pitch.last_out_at, g.zone) if pitch.last_out_at else None,
        follow_up_days=pitch.project.follow_up_days, calendar=working_days(pitch.next_owner_id),
    )  # fmt: skip


def _next_form(pitch: Pitch) -> NextForm:
    """The form of the next action as it stands."""
    form = NextForm(
        version=str(pitch.version), kind=pitch.next_kind, words=pitch.next_note, on=pitch.next_on,
        owner=pitch.next_owner_id,
    )  # fmt: skip
    everybody = choices.colleagues(pitch.project_id)
    form.owner.offer((one.id, one.name) for one in everybody if one.may_own or one.id == pitch.next_owner_id)
    return form


def _plans(form: NextForm, pitch: Pitch) -> bool:
    if not form.validate():
        return False
    if form.on.data < today() and form.on.data != pitch.next_on:
        form.on.errors = ["This day is past; give today or a later one."]
        return False
    if is_too_far(form.on.data, today()) and form.on.data != pitch.next_on:
        form.on.errors = ["Give a day within two years."]
        return False
    return True


@bp.post("/pitches/<int:pitch_id>/next/done")
@allow("member")
def done(pitch_id: int) -> Answer:
    """The next action is done; the usual one after it takes its place, to be changed if need be."""
    try:
        was, planned = actions.done(
            me(), pitch_id, seen_version(request.form.get("version", "")), now=now(), today=today()
        )
    except MoveRefused as refused:
        toast(str(refused), kind="warn")
    else:
        tell_planned(pitch_id, f"Done. Next: {next_words(planned)}", was)
    return _settled(pitch_id)


@bp.route("/pitches/<int:pitch_id>/next/snooze", methods=["GET", "POST"])
@allow("member")
def snooze(pitch_id: int) -> Answer:
    """Put the next action off by days, or to a day."""
    pitch = found(pitch_id)
    form = SnoozeForm()
    if request.method == "POST" and form.validate():
        day = form.on.data or working_days(pitch.next_owner_id).add(
            today() + timedelta(days=form.days.data), 0
        )
        if why := bad_snooze(day, today()):
            form.on.errors = [why]
        else:
            return _snooze(pitch_id, day)
    page = render_template(
        "pitches/snooze.html", pitch=pitch, form=form, back=request.values.get("back", ""), rules=rules
    )
    return page, 422 if request.method == "POST" else 200


def _snooze(pitch_id: int, day: date) -> Answer:
    try:
        was, planned = actions.snooze(me(), pitch_id, day, now=now())
    except MoveRefused as refused:
        toast(str(refused), kind="warn")
    else:
        tell_planned(pitch_id, f"Put off: {next_words(planned)}", was)
    return _settled(pitch_id)


def _settled(pitch_id: int) -> Answer:
    return render_template("pitches/_settled.html") if "HX-Request" in request.headers else back_to(pitch_id)


@bp.post("/pitches/<int:pitch_id>/next/undo")
@allow("member")
def replan(pitch_id: int) -> Answer:
    """The undo of done and snooze: what it was stands in the address."""
    pitch = found(pitch_id)
    try:
        kind, day = NextKind(request.args["kind"]), date.fromisoformat(request.args["on"])
        owner_id = row_id(request.args["owner"])
    except ValueError:
        abort(400, "This undo is broken; set the next action on the pitch's page.")
    if owner_id not in {one.id for one in choices.colleagues(pitch.project_id) if one.may_own}:
        abort(400, "There is no such colleague.")
    try:
        actions.plan(
            me(), pitch_id, kind, day, owner_id, stripped(request.args.get("words", "")), None, now=now()
        )
    except MoveRefused as refused:
        toast(str(refused), kind="warn")
    else:
        toast("Undone", kind="info")
    return where_it_was(pitch_id)
