"""The doors of production: the check list, what belongs to the type, the contributors, the slot as a calendar file."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from flask import abort, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from outreach.accounts.queries import calendar_host, working_days
from outreach.pitches import choices
from outreach.pitches import queries as pitch_queries
from outreach.pitches import rules as pitch_rules
from outreach.pitches.actions import Changed
from outreach.pitches.answers import Answer, back_to, found, tried_again, where_it_was
from outreach.pitches.door import bp
from outreach.pitches.models import Pitch
from outreach.pitches.production import actions, queries, rules, slots
from outreach.pitches.production.forms import (
    ContributorForm,
    ContributorsForm,
    ProductionForm,
    StepForm,
    form_of,
)
from outreach.pitches.production.models import Contributor, Production, ProductionStep
from outreach.pitches.production.moves import TooMany
from outreach.web.access import allow
from outreach.web.addresses import local_path
from outreach.web.here import me, now, today
from outreach.web.snoozing import SnoozeForm, bad_snooze
from outreach.web.toasts import toast


@bp.route("/pitches/<int:pitch_id>/production", methods=["GET", "POST"])
@allow("member")
def production(pitch_id: int) -> Answer:
    """What belongs to a pitch of this type, and who contributes."""
    pitch = found(pitch_id)
    row = queries.of(pitch_id)
    form = _facts_form(pitch, row)
    told: dict[str, Any] = {"pitch": pitch}
    status = 200
    if request.method == "POST" and form.validate() and _slot_fits(form, row):
        try:
            actions.write_facts(
                me(), pitch_id, form.version_seen(), form.facts(), form.slot(g.zone), now=now()
            )
        except Changed as changed:
            told, status = tried_again(form, changed), 409
        else:
            toast("Production saved")
            return back_to(pitch_id)
    return _draw(form, ContributorsForm(formdata=None), told), 422 if form.errors else status


def _facts_form(pitch: Pitch, row: Production | None) -> ProductionForm:
    values: dict[str, Any] = {f"fact_{name}": value for name, value in (row.facts if row else {}).items()}
    if row is not None:
        values |= {
            "slot_minutes": row.slot_minutes,
            "slot_place": row.slot_place,
            "links_needed": row.links_needed,
        }
        values["slot_at"] = row.slot_at.astimezone(g.zone) if row.slot_at else None
    return form_of(pitch.type)(version=str(pitch.version), **values)


def _slot_fits(form: ProductionForm, row: Production | None) -> bool:
    """Can they meet at the hour that was typed?"""
    typed = form["slot_at"].data if form.kind in rules.HAS_SLOT else None
    why = slots.problem(typed, g.zone, row.slot_at if row else None, now=now()) if typed else ""
    if why:
        form["slot_at"].errors = [why]
    return not why


def _draw(form: ProductionForm, asking: ContributorsForm, told: dict[str, Any]) -> str:
    pitch: Pitch = told["pitch"]
    has_contributors = pitch.type in rules.HAS_CONTRIBUTORS
    return render_template(
        "pitches/production.html", form=form, asking=asking, has_slot=pitch.type in rules.HAS_SLOT,
        fields=[fact.name for fact in rules.FACTS[pitch.type]], has_contributors=has_contributors,
        contributors=queries.contributors_of(pitch.id) if has_contributors else [], states=rules.STATE_NAMES,
        slot_is_set=bool(form["slot_at"].data) if pitch.type in rules.HAS_SLOT else False,
        **({"rules": pitch_rules} | told),
    )  # fmt: skip


@bp.get("/pitches/<int:pitch_id>/slot.ics")
@allow("viewer")
def slot(pitch_id: int) -> Response:
    """The interview as an invitation, or its end: a calendar file to take along or to attach to a letter."""
    pitch = pitch_queries.get(me(), pitch_id) or abort(404)
    row = queries.of(pitch_id)
    if row is None or not (row.slot_at or row.slot_sequence):
        abort(404, "No day and hour are set for this interview.")
    body = slots.as_ics(pitch, row, host=calendar_host(request.host), now=now())
    method = "REQUEST" if row.slot_at else "CANCEL"
    return Response(
        body, content_type=f"text/calendar; charset=utf-8; method={method}",
        headers={"Content-Disposition": f'attachment; filename="interview-{pitch_id}.ics"'},
    )  # fmt: skip


# ------------------------------------------------------------------ the check list


def _step(step_id: int) -> ProductionStep:
    return queries.writable_step(me(), step_id) or abort(404)


def _owners(form: StepForm, pitch: Pitch) -> None:
    everybody = choices.colleagues(pitch.project_id)
    form.owner.offer((one.id, one.name) for one in everybody if one.may_own)


@bp.post("/pitches/<int:pitch_id>/steps/list")
@allow("member")
def lay_out(pitch_id: int) -> Answer:
    """Lay the check list out by hand."""
    actions.lay_out(me(), pitch_id, now=now(), today=today())
    return back_to(pitch_id)


@bp.post("/pitches/<int:pitch_id>/steps/days")
@allow("member")
def propose_days(pitch_id: int) -> Answer:
    """Fresh days for what is not done yet."""
    count = actions.propose_days(me(), pitch_id, now=now(), today=today())
    toast(
        f"{count} days changed" if count else "The days are as they would be proposed",
        kind="good" if count else "info",
    )
    return back_to(pitch_id)


@bp.route("/pitches/<int:pitch_id>/steps/new", methods=["GET", "POST"])
@allow("member")
def add_step(pitch_id: int) -> Answer:
    """A line of one's own."""
    pitch = found(pitch_id)
    form = StepForm()
    _owners(form, pitch)
    if request.method == "POST" and form.validate():
        try:
            actions.add_step(me(), pitch_id, form.words.data, form.due_on.data, form.owner.data, now=now())
        except TooMany as full:
            form.words.errors = [str(full)]
        else:
            toast("Step added")
            return back_to(pitch_id)
    page = render_template("pitches/step.html", pitch=pitch, form=form, step=None)
    return page, 422 if form.errors else 200


@bp.route("/steps/<int:step_id>", methods=["GET", "POST"])
@allow("member")
def change_step(step_id: int) -> Answer:
    """Other words, day or owner."""
    step = _step(step_id)
    pitch_id, pitch = step.pitch_id, found(step.pitch_id)
    form = StepForm(words=step.words, due_on=step.due_on, owner=step.owner_id)
    _owners(form, pitch)
    if request.method == "POST" and form.validate():
        actions.change_step(
            me(), pitch_id, step_id, now=now(), words=form.words.data, due_on=form.due_on.data, owner_id=form.owner.data
        )  # fmt: skip
        toast("Step saved")
        return back_to(pitch_id)
    page = render_template("pitches/step.html", pitch=pitch, form=form, step=step)
    return page, 422 if form.errors else 200


@bp.post("/steps/<int:step_id>/done")
@allow("member")
def tick_step(step_id: int) -> Answer:
    """Tick it (`done=no`: not done after all); the pitch moves along when that is what the step means."""
    pitch_id = _step(step_id).pitch_id
    is_done = request.form.get("done") != "no"
    ticked = actions.tick(me(), pitch_id, step_id, is_done, now=now(), today=today())
    if ticked.refused:
        toast(f"Ticked. The pitch stays where it is: {ticked.refused}", kind="warn")
    elif ticked.stage and ticked.change_id:
        undo = url_for("pitches.undo", pitch_id=pitch_id, change_id=ticked.change_id)
        toast(f"{ticked.words}: done, moved to “{pitch_rules.stage_name(ticked.stage)}”", undo)
    elif is_done:
        toast(f"{ticked.words}: done", url_for("pitches.untick_step", step_id=step_id))
    return _back(pitch_id)


@bp.post("/steps/<int:step_id>/undone")
@allow("member")
def untick_step(step_id: int) -> Answer:
    """The undo of a tick."""
    pitch_id = _step(step_id).pitch_id
    actions.tick(me(), pitch_id, step_id, False, now=now(), today=today())
    toast("Undone", kind="info")
    return where_it_was(pitch_id)


@bp.route("/steps/<int:step_id>/snooze", methods=["GET", "POST"])
@allow("member")
def snooze_step(step_id: int) -> Answer:
    """Put a step off by days, or to a day."""
    step = _step(step_id)
    pitch_id, pitch = step.pitch_id, found(step.pitch_id)
    form = SnoozeForm()
    if request.method == "POST" and form.validate():
        day = form.on.data or working_days(step.owner_id or pitch.owner_id).add(
            today() + timedelta(days=form.days.data), 0
        )
        if why := bad_snooze(day, today()):
            form.on.errors = [why]
        else:
            was = step.due_on
            words = actions.put_off(me(), pitch_id, step_id, day, now=now())
            before = url_for("pitches.redate_step", step_id=step_id, on=was.isoformat()) if was else ""
            toast(f"{words}: put off to {day.day} {day:%B}", before)
            return _back(pitch_id)
    page = render_template("pitches/step_snooze.html", pitch=pitch, step=step, form=form, back=_asked_back())
    return page, 422 if request.method == "POST" else 200


@bp.post("/steps/<int:step_id>/day")
@allow("member")
def redate_step(step_id: int) -> Answer:
    """The undo of a snooze: the day it was due on stands in the address."""
    pitch_id = _step(step_id).pitch_id
    try:
        day = date.fromisoformat(request.args["on"])
    except ValueError:
        abort(400, "This undo is broken; set the day on the pitch’s page.")
    actions.put_off(me(), pitch_id, step_id, day, now=now())
    toast("Undone", kind="info")
    return where_it_was(pitch_id)


@bp.post("/steps/<int:step_id>/remove")
@allow("member")
def remove_step(step_id: int) -> Answer:
    """Not needed for this pitch."""
    pitch_id = _step(step_id).pitch_id
    toast(f"{actions.remove_step(me(), pitch_id, step_id, now=now())}: taken out")
    return back_to(pitch_id)


def _asked_back() -> str:
    return request.values.get("back", "")


def _back(pitch_id: int) -> Response:
    asked = local_path(request.values.get("back"))
    return redirect(asked or url_for("desk.pitch", pitch_id=pitch_id) + "#production", 303)


# ------------------------------------------------------------------ contributors


@bp.post("/pitches/<int:pitch_id>/contributors")
@allow("member")
def ask(pitch_id: int) -> Answer:
    """More contributors, one name a line."""
    pitch = found(pitch_id)
    form = ContributorsForm()
    if pitch.type not in rules.HAS_CONTRIBUTORS:
        abort(404)
    if form.validate():
        try:
            count = actions.ask(me(), pitch_id, form.listed(), now=now())
        except TooMany as full:
            form.names.errors = [str(full)]
        else:
            toast(
                f"{count} added" if count else "They are on the list already",
                kind="good" if count else "info",
            )
            return redirect(url_for("pitches.production", pitch_id=pitch_id), 303)
    facts = _facts_form(pitch, queries.of(pitch_id))
    return _draw(facts, form, {"pitch": pitch}), 422


def _contributor(contributor_id: int) -> Contributor:
    return queries.writable_contributor(me(), contributor_id) or abort(404)


@bp.route("/contributors/<int:contributor_id>", methods=["GET", "POST"])
@allow("member")
def contributor(contributor_id: int) -> Answer:
    """How far one of them is, and where their link will stand."""
    one = _contributor(contributor_id)
    pitch_id, pitch = one.pitch_id, found(one.pitch_id)
    form = ContributorForm(state=one.state, page_url=one.page_url)
    if request.method == "POST" and form.validate():
        name = actions.set_contributor(
            me(), pitch_id, contributor_id, form.state.data, form.page_url.data or "", now=now()
        )
        toast(f"{name}: {rules.STATE_NAMES[form.state.data].lower()}")
        return redirect(url_for("pitches.production", pitch_id=pitch_id), 303)
    page = render_template("pitches/contributor.html", pitch=pitch, one=one, form=form)
    return page, 422 if form.errors else 200


@bp.post("/contributors/<int:contributor_id>/remove")
@allow("member")
def remove_contributor(contributor_id: int) -> Answer:
    """Asked by mistake."""
    pitch_id = _contributor(contributor_id).pitch_id
    toast(f"{actions.remove_contributor(me(), pitch_id, contributor_id, now=now())} was taken off the list")
    return redirect(url_for("pitches.production", pitch_id=pitch_id), 303)
