"""What the team wrote on a site or person: its tags and own fields, changed on one small page."""

from __future__ import annotations

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import HiddenField, StringField
from wtforms.validators import ValidationError

from outreach.projects.queries import writable_by
from outreach.prospects import people_queries, queries
from outreach.prospects.door import bp
from outreach.prospects.labels import actions
from outreach.prospects.labels import queries as label_queries
from outreach.prospects.labels import rules as label_rules
from outreach.prospects.labels.actions import Gone
from outreach.prospects.labels.queries import FieldSeen
from outreach.prospects.labels.rules import About, BadLabel
from outreach.web.access import allow
from outreach.web.forms import Form
from outreach.web.here import me, now
from outreach.web.toasts import toast


class TagsForm(Form):
    """The tags of a site or person; `had` are those that stood there when the form was drawn."""

    tags = StringField("Tags", description="Separated by commas, such as: press, gardening.")
    had = HiddenField()

    def validate_tags(self, field: StringField) -> None:
        """Names that can be kept."""
        try:
            self.names = label_rules.tag_names(field.data or "")
        except BadLabel as error:
            raise ValidationError(str(error)) from None

    names: dict[str, str] = {}


@bp.route("/sites/<int:site_id>/labels", methods=["GET", "POST"])
@allow("member")
def site_labels(site_id: int) -> ResponseReturnValue:
    """The tags and own fields of a site."""
    site = queries.writable_site(me(), site_id) or abort(
        404, "There is no such site, or it is not yours to change."
    )
    return _labels(About.SITE, site.id, site.key, url_for("desk.site", site_id=site_id))


@bp.route("/people/<int:person_id>/labels", methods=["GET", "POST"])
@allow("member")
def person_labels(person_id: int) -> ResponseReturnValue:
    """The tags and own fields of a person."""
    person = people_queries.writable_person(me(), person_id) or abort(
        404, "There is no such person, or they are not yours to change."
    )
    return _labels(About.PERSON, person.id, person.name, url_for("desk.person", person_id=person_id))


def _labels(about: About, key: int, name: str, back: str) -> ResponseReturnValue:
    seen = label_queries.labels(me(), about, [key])
    fields = label_queries.fields(me(), about, writable_by)
    here = ", ".join(tag.name for tag in seen.tags_of.get(key, []))
    form = TagsForm(tags=here, had=here)
    held = {field.id: seen.values_of.get(key, {}).get(field.id, "") for field in fields}
    errors: dict[int, str] = {}
    if request.method == "POST":
        typed = {field.id: request.form.get(f"field-{field.id}", held[field.id]) for field in fields}
        values = _clean(fields, typed, held, errors)
        if form.validate() and not errors:
            try:
                had = label_rules.tag_names(form.had.data or "")
                actions.label(about, key, form.names, had, values, by=me(), now=now())
            except BadLabel as error:
                form.tags.errors = [str(error)]
            except Gone:
                abort(404, "It is not there any more, or no longer yours to change.")
            else:
                toast("Saved.")
                return redirect(back, 303)
        held = typed
    return render_template(
        "prospects/labels.html", form=form, name=name, back=back, tags=seen.tags, action=request.path, fields=fields, held=held, errors=errors,
        section="Prospects" if about is About.SITE else "People",
    ), 422 if form.errors or errors else 200  # fmt: skip


def _clean(
    fields: list[FieldSeen], typed: dict[int, str], held: dict[int, str], errors: dict[int, str]
) -> dict[int, tuple[str, str]]:
    """`{field id: (value, sort)}` of what was changed; what cannot be kept goes into `errors`."""
    values: dict[int, tuple[str, str]] = {}
    for field in fields:
        if typed[field.id].strip() == held[field.id]:
            continue
        try:
            values[field.id] = label_rules.clean(field.kind, field.choices, typed[field.id])
        except BadLabel as error:
            errors[field.id] = str(error)
    return values
