"""The relationship to a site or person: its stage and why, who knows them best, and the override."""

from __future__ import annotations

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue as Answer
from wtforms import SelectField, StringField
from wtforms.validators import Length

from outreach.desk import relationships
from outreach.desk.door import bp
from outreach.desk.relationship_rules import NAMES, TONES, Side, Standing
from outreach.desk.relationships import Whom
from outreach.prospects import people_queries, queries
from outreach.web import filters
from outreach.web.access import allow
from outreach.web.forms import Form
from outreach.web.here import me, now
from outreach.web.toasts import toast


class RelationshipForm(Form):
    """The stage as somebody sees it, with the reason."""

    standing = SelectField(
        "Stage",
        choices={"": "As it follows from what happened", **{key.value: name for key, name in NAMES.items()}},
    )
    reason = StringField(
        "Why",
        [Length(max=300, message="Use at most 300 signs.")],
        description="Read by everybody who sees them.",
    )


@bp.route("/sites/<int:site_id>/relationship", methods=["GET", "POST"])
@allow("viewer")
def site_relationship(site_id: int) -> Answer:
    """That to a site."""
    site = queries.get_site(me(), site_id) or abort(
        404, "There is no such site, or none of your projects holds it."
    )
    may_write = queries.writable_site(me(), site_id) is not None
    return _shown(
        Whom(site_id=site_id), site.title or site.key, url_for("desk.site", site_id=site_id), may_write
    )


@bp.route("/people/<int:person_id>/relationship", methods=["GET", "POST"])
@allow("viewer")
def person_relationship(person_id: int) -> Answer:
    """That to a person."""
    person = people_queries.get_person(me(), person_id) or abort(
        404, "There is no such person, or none of your projects knows them."
    )
    may_write = people_queries.writable_person(me(), person_id) is not None
    return _shown(
        Whom(person_id=person_id), person.name, url_for("desk.person", person_id=person_id), may_write
    )


def _shown(about: Whom, name: str, home: str, may_write: bool) -> Answer:
    form = RelationshipForm(request.values if request.method == "POST" else None)
    if request.method == "POST":
        if not may_write:
            abort(404)
        if form.validate() and _has_reason(form):
            return _set(about, form, home)
    found, _best = relationships.of(about, now=now())
    if request.method != "POST" and found.is_by_hand:
        form.standing.data, form.reason.data = found.standing.value, found.why.partition(": ")[2]
    is_stopped = found.side is Side.DO_NOT_CONTACT
    projects = relationships.by_project(about, me(), is_do_not_contact=is_stopped, now=now())
    page = render_template(
        "desk/relationship.html", projects=projects, form=form, found=found, name=name, home=home, may_write=may_write, names=NAMES, tones=TONES,
        stages=list(NAMES.values()), at=list(NAMES).index(found.standing) + 1, knowers=relationships.knowers(about),
    )  # fmt: skip
    return page, 422 if form.errors else 200


def _has_reason(form: RelationshipForm) -> bool:
    if form.standing.data and not form.reason.data:
        form.reason.errors = ["Say why you see it otherwise."]
        return False
    return True


def _set(about: Whom, form: RelationshipForm, home: str) -> Answer:
    standing = Standing(form.standing.data) if form.standing.data else None
    was, why = relationships.set_by_hand(about, standing, form.reason.data or "", by=me(), now=now())
    toast(
        f"Relationship: {NAMES[standing] if standing else 'as it follows from what happened'}",
        filters.asking(request.path, {"standing": was, "reason": why}),
    )
    return redirect(home, 303)
