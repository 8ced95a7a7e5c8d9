"""Moving a pitch: by the form, by the board, and back again."""

from __future__ import annotations

from flask import abort, redirect, render_template, request, url_for
from markupsafe import Markup

from outreach.kit import urls
from outreach.pitches import actions, arrows, rules
from outreach.pitches.actions import StageNeeded
from outreach.pitches.answers import (
    Answer,
    back_to,
    by_script,
    found,
    said_of,
    seen_version,
    tell_moved,
    where_it_was,
)
from outreach.pitches.arrows import MoveRefused
from outreach.pitches.door import bp
from outreach.pitches.forms import StageForm
from outreach.pitches.models import Pitch
from outreach.pitches.rules import Column, Stage
from outreach.web.access import allow
from outreach.web.here import me, now, today
from outreach.web.toasts import toast


@bp.get("/pitches/<int:pitch_id>/stage")
@allow("member")
def move_form(pitch_id: int) -> Answer:
    """Where it may go, and what is asked before (`?to=` a stage; `ended`: all exits; `closed`: those and rest)."""
    return _ask_stage(found(pitch_id), request.args.get("to", ""))


@bp.post("/pitches/<int:pitch_id>/stage")
@allow("member")
def move(pitch_id: int) -> Answer:
    """Move to a stage; asks for what is missing."""
    pitch = found(pitch_id)
    name = urls.show_host(pitch.site.key)
    form = StageForm()
    form.offer(Stage)
    if not form.validate():
        return _ask_stage(pitch, str(form.stage.data or ""), form)
    try:
        moved = actions.move(
            me(), pitch_id, form.stage.data, form.version_seen(), now=now(), today=today(),
            reason=form.reason.data or "", revisit_on=form.revisit_on.data,
        )  # fmt: skip
    except MoveRefused as refused:
        return _ask_stage(found(pitch_id), form.stage.data.value, form, said_of(refused))
    tell_moved(moved, name)
    return back_to(pitch_id)


def _ask_stage(pitch: Pitch, to: str, form: StageForm | None = None, said: str | Markup = "") -> Answer:
    standing = pitch.standing()
    stages = arrows.targets(standing)
    exits = [stage for stage in stages if stage in rules.CLOSED]
    rest = [stage for stage in stages if stage is Stage.NURTURE]
    wanted = {"ended": exits, "closed": [*rest, *exits]}.get(to, stages)
    chosen = next((stage for stage in stages if stage.value == to), None)
    if form is None:
        form = StageForm(formdata=None, version=str(pitch.version), stage=chosen)
    form.offer([chosen] if chosen and arrows.asks(pitch.stage, chosen) else wanted)
    page = render_template(
        "pitches/_move.html" if by_script() else "pitches/move.html", pitch=pitch, form=form, said=said, rules=rules,
        chosen=chosen, needs_reason=arrows.needs_reason, asks=_asks(pitch, chosen, wanted), back=request.values.get("back", ""),
    )  # fmt: skip
    return page, 422 if said or form.errors else 200


def _asks(pitch: Pitch, chosen: Stage | None, wanted: list[Stage]) -> set[str]:
    return set().union(*(arrows.asks(pitch.stage, stage) for stage in ([chosen] if chosen else wanted)))


@bp.post("/pitches/<int:pitch_id>/column")
@allow("member")
def drop(pitch_id: int) -> Answer:
    """A card was dropped on a column of the board."""
    name = urls.show_host(found(pitch_id).site.key)
    column = _column(request.form.get("column", "")) or abort(400, "There is no such column.")
    try:
        moved = actions.drop(
            me(),
            pitch_id,
            column,
            seen_version(request.form.get("version", "-")) or 0,
            now=now(),
            today=today(),
        )
    except StageNeeded as refused:
        return _ask_stage(found(pitch_id), "closed", said=str(refused))
    except MoveRefused as refused:
        return _refused_drop(found(pitch_id), column, refused)
    if moved:
        tell_moved(moved, name)
    return ("", 204) if by_script() else redirect(url_for("pitches.board"), 303)


def _refused_drop(pitch: Pitch, column: Column, refused: MoveRefused) -> Answer:
    landing = arrows.landing(pitch.standing(), column)
    if landing and arrows.asks(pitch.stage, landing):
        return _ask_stage(pitch, landing.value, said=said_of(refused))
    template = "pitches/_refused.html" if by_script() else "pitches/refused.html"
    return render_template(template, pitch=pitch, said=said_of(refused), landing=landing, rules=rules), 422


def _column(text: str) -> Column | None:
    return Column(text) if text in set(Column) else None


@bp.post("/pitches/<int:pitch_id>/changes/<int:change_id>/undo")
@allow("member")
def undo(pitch_id: int, change_id: int) -> Answer:
    """Take a move back."""
    try:
        stage = actions.undo(me(), pitch_id, change_id, now=now())
    except MoveRefused as refused:
        toast(str(refused), kind="warn")
    else:
        toast(f"Undone: it stands at “{rules.stage_name(stage)}” again", kind="info")
    return where_it_was(pitch_id)
