"""Tags and own fields of the workspace: made, renamed, put away."""

from __future__ import annotations

from typing import Any

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, ValidationError

from outreach.db import session
from outreach.prospects import choices
from outreach.prospects.door import bp
from outreach.prospects.labels import actions
from outreach.prospects.labels import queries as label_queries
from outreach.prospects.labels.actions import Gone
from outreach.prospects.labels.models import OwnField, Tag
from outreach.prospects.labels.rules import (
    ABOUT_WORDS,
    KIND_WORDS,
    LONGEST_FIELD,
    LONGEST_TAG,
    About,
    BadLabel,
    FieldKind,
    choices_of,
    key_of,
    tidy,
)
from outreach.web.access import allow
from outreach.web.forms import Form, IdField
from outreach.web.here import me, now
from outreach.web.toasts import toast

NO_TAG, NO_FIELD = "There is no such tag.", "There is no such field."


class RenameForm(Form):
    """Another name for a tag."""

    name = StringField(
        "Name", [DataRequired("A tag needs a name."), Length(max=LONGEST_TAG, message=f"A tag has at most {LONGEST_TAG} signs.")]
    )  # fmt: skip


class FieldForm(Form):
    """A field of one's own. What it is about and of which kind stays for ever, so that no value is lost."""

    name = StringField(
        "Name", [DataRequired("A field needs a name."), Length(max=LONGEST_FIELD, message=f"A name has at most {LONGEST_FIELD} signs.")]
    )  # fmt: skip
    about = SelectField(
        "Of", choices=[SelectChoice(about.value, words) for about, words in ABOUT_WORDS.items()]
    )
    kind = SelectField(
        "Kind", choices=[SelectChoice(kind.value, words) for kind, words in KIND_WORDS.items()]
    )
    project_id = IdField(
        "Project",
        empty="Of the whole workspace",
        description="A project’s field is seen by that project alone.",
    )
    choices = TextAreaField("What may be chosen", description="For a list: one a line.")

    def validate_choices(self, field: Any) -> None:
        """At least one, when it is a list."""
        if self.kind.data == FieldKind.LIST:
            try:
                self.named = choices_of(field.data or "")
            except BadLabel as error:
                raise ValidationError(str(error)) from None

    named: list[str] = []


@bp.get("/labels")
@allow("manager")
def label_settings() -> ResponseReturnValue:
    """All tags and own fields, with how many carry them."""
    return render_template(
        "prospects/label_settings.html", tags=label_queries.tag_sizes(), fields=label_queries.all_fields(), sizes=label_queries.field_sizes(),
        kinds=KIND_WORDS, abouts=ABOUT_WORDS, projects=dict(choices.project_names(me())),
    )  # fmt: skip


@bp.route("/labels/tags/<int:tag_id>", methods=["GET", "POST"])
@allow("manager")
def rename_tag(tag_id: int) -> ResponseReturnValue:
    """Another name for a tag, wherever it is."""
    tag = session().get(Tag, tag_id) or abort(404, NO_TAG)
    form = RenameForm(obj=tag)
    if form.validate_on_submit():
        try:
            name = tidy(form.name.data or "")
            actions.rename_tag(tag_id, name, key_of(name), by=me(), now=now())
        except BadLabel as error:
            form.name.errors = [str(error)]
        except Gone:
            abort(404, NO_TAG)
        else:
            toast("Renamed.")
            return redirect(url_for("prospects.label_settings"), 303)
    return render_template("prospects/tag.html", form=form, tag=tag), 422 if form.errors else 200


@bp.post("/labels/tags/<int:tag_id>/removal")
@allow("manager")
def remove_tag(tag_id: int) -> ResponseReturnValue:
    """Take a tag off everything."""
    try:
        name = actions.remove_tag(tag_id, by=me(), now=now())
    except Gone:
        abort(404, NO_TAG)
    toast(f"“{name}” is taken off everything.", kind="info")
    return redirect(url_for("prospects.label_settings"), 303)


@bp.route("/labels/fields/new", methods=["GET", "POST"])
@allow("manager")
def new_field() -> ResponseReturnValue:
    """A new own field."""
    form = FieldForm()
    form.project_id.offer(choices.project_names(me()))
    if form.validate_on_submit():
        try:
            about, kind, name = About(form.about.data), FieldKind(form.kind.data), tidy(form.name.data or "")
            actions.make_field(about, kind, name, form.named, form.project_id.data, by=me(), now=now())
        except BadLabel as error:
            form.name.errors = [str(error)]
        else:
            toast(f"“{name}” can be filled in now.")
            return redirect(url_for("prospects.label_settings"), 303)
    return render_template("prospects/field.html", form=form, field=None), 422 if form.errors else 200


@bp.route("/labels/fields/<int:field_id>", methods=["GET", "POST"])
@allow("manager")
def edit_field(field_id: int) -> ResponseReturnValue:
    """Another name or other choices for an own field."""
    field = session().get(OwnField, field_id) or abort(404, NO_FIELD)
    form = FieldForm(
        request.form if request.method == "POST" else None,
        name=field.name,
        choices="\n".join(field.choices),
        kind=field.kind.value,
    )
    form.project_id.offer(choices.project_names(me()))
    form.kind.data, form.about.data, form.project_id.data = field.kind.value, field.about.value, None
    if form.validate_on_submit():
        try:
            actions.change_field(field_id, tidy(form.name.data or ""), form.named, by=me(), now=now())
        except BadLabel as error:
            form.name.errors = [str(error)]
        except Gone:
            abort(404, NO_FIELD)
        else:
            toast("Saved.")
            return redirect(url_for("prospects.label_settings"), 303)
    return render_template("prospects/field.html", form=form, field=field, kinds=KIND_WORDS, abouts=ABOUT_WORDS), 422 if form.errors else 200  # fmt: skip


@bp.post("/labels/fields/<int:field_id>/archive")
@allow("manager")
def put_field_away(field_id: int) -> ResponseReturnValue:
    """Put a field away with all that stands in it; `back` takes it up again."""
    is_away = "again" not in request.values
    try:
        name = actions.put_field_away(field_id, is_away, by=me(), now=now())
    except Gone:
        abort(404, NO_FIELD)
    except BadLabel as error:
        toast(str(error), kind="warn")
        return redirect(url_for("prospects.label_settings"), 303)
    undo = url_for("prospects.put_field_away", field_id=field_id, again=1) if is_away else None
    toast(f"“{name}” is put away; what stands in it is kept." if is_away else f"“{name}” is back.", undo)
    return redirect(url_for("prospects.label_settings"), 303)
