"""What a pitch is about, whose it is, and what was agreed."""

from __future__ import annotations

from typing import Any

from flask import abort, render_template, request

from outreach.kit import urls
from outreach.pitches import actions, arrows, choices, rules
from outreach.pitches.actions import Changed
from outreach.pitches.agreement import why_sponsored
from outreach.pitches.answers import Answer, back_to, found, said_of, tell_moved, tried_again
from outreach.pitches.arrows import MoveRefused
from outreach.pitches.door import bp
from outreach.pitches.forms import AgreementForm, FactsForm, OwnerForm, page_name
from outreach.pitches.models import Pitch
from outreach.pitches.rules import Stage
from outreach.web.access import allow
from outreach.web.here import me, now, today
from outreach.web.toasts import toast


@bp.route("/pitches/<int:pitch_id>/agreement", methods=["GET", "POST"])
@allow("member")
def agree(pitch_id: int) -> Answer:
    """Write the agreement down, and move on with it (`then`)."""
    pitch = found(pitch_id)
    pages = choices.own_pages(pitch.project_id)
    form = _agreement_form(pitch, pages)
    name = urls.show_host(pitch.site.key)
    said: str = ""
    told: dict[str, Any] = {"pitch": pitch}
    status = 200
    if request.method == "POST" and form.validate():
        terms = form.terms({page.id: page.url for page in pages})
        try:
            moved = actions.agree(
                me(), pitch_id, terms, form.version_seen(), now=now(), today=today(), then=_then(pitch)
            )
        except Changed as changed:
            told, status = tried_again(form, changed), 409
        except MoveRefused as refused:
            said, told = str(refused), {"pitch": found(pitch_id)}
        else:
            _tell_agreed(name, moved, why_sponsored(terms))
            return back_to(pitch_id)
    page = render_template(
        "pitches/agreement.html", form=form, said=said, onward=_onward(told["pitch"]),
        then=request.values.get("then", ""), forced=why_sponsored(told["pitch"].agreement),
        **({"rules": rules} | told),
    )  # fmt: skip
    return page, 422 if said or form.errors else status


def _agreement_form(pitch: Pitch, pages: Any) -> AgreementForm:
    terms = pitch.agreement
    ours = next((page.id for page in pages if urls.same_address(page.url, terms.target_url)), None)
    if not terms.target_url:
        ours = pitch.own_page_id
    values = {name: getattr(terms, name) for name in terms.__dataclass_fields__}
    values["target_url"] = "" if ours else terms.target_url
    form = AgreementForm(version=str(pitch.version), target_page=ours, **values)
    form.own_hosts = tuple(choices.hosts_of(pitch.project_id))
    form.target_page.offer((page.id, page_name(page)) for page in pages)
    return form


def _onward(pitch: Pitch) -> list[Stage]:
    """The stages that the agreement opens: what its form may move on to."""
    standing = arrows.targets(pitch.standing())
    path = rules.PATHS[pitch.type]
    here = path.index(pitch.stage) if pitch.stage in path else len(path)
    return [
        stage
        for stage in (Stage.AGREED, Stage.PUBLISHED_CLAIMED)
        if stage in standing and path.index(stage) > here
    ]


def _then(pitch: Pitch) -> Stage | None:
    asked = request.form.get("then", "")
    return next((stage for stage in _onward(pitch) if stage.value == asked), None)


def _tell_agreed(name: str, moved: actions.Moved | None, why: str) -> None:
    if moved:
        tell_moved(moved, name)
    else:
        toast("Agreement saved")
    if why:
        toast(why, kind="info")


@bp.route("/pitches/<int:pitch_id>/edit", methods=["GET", "POST"])
@allow("member")
def edit(pitch_id: int) -> Answer:
    """Change what the pitch is about."""
    pitch = found(pitch_id)
    form = FactsForm(
        version=str(pitch.version), type=pitch.type, topic=pitch.topic, person=pitch.person_id,
        own_page=pitch.own_page_id, subject_page_url=pitch.subject_page_url, notes=pitch.notes,
    )  # fmt: skip
    form.offer(_people(pitch), choices.own_pages(pitch.project_id))
    form.name_subject_page(pitch.type)
    if request.method == "POST" and form.validate():
        try:
            actions.edit(me(), pitch_id, form.version_seen(), now=now(), **form.facts())
        except Changed as changed:
            return render_template("pitches/edit.html", form=form, **tried_again(form, changed)), 409
        except MoveRefused as refused:
            form.type.errors, pitch = [said_of(refused)], found(pitch_id)
        else:
            toast("Pitch saved")
            return back_to(pitch_id)
    page = render_template("pitches/edit.html", pitch=pitch, form=form, rules=rules)
    return page, 422 if form.errors else 200


def _people(pitch: Pitch) -> list[tuple[int, str, str]]:
    people = choices.people_of(pitch.site_id)
    if pitch.person and pitch.person_id not in {key for key, _name, _role in people}:
        people.insert(0, (pitch.person.id, pitch.person.name, "no longer at the site"))
    return people


@bp.post("/pitches/<int:pitch_id>/owner")
@allow("member")
def reassign(pitch_id: int) -> Answer:
    """Give the pitch to somebody."""
    pitch = found(pitch_id)
    form = OwnerForm()
    form.owner.offer((one.id, one.name) for one in choices.colleagues(pitch.project_id) if one.may_own)
    if not form.validate():
        abort(400, "Choose somebody who works in this project.")
    actions.reassign(me(), pitch_id, form.owner.data, form.version_seen(), now=now())
    toast(f"{dict(form.owner.choices)[form.owner.data]} owns this pitch now")
    return back_to(pitch_id)
