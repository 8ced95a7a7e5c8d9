"""How many cards a column of a project's board should hold: it is shown and warned of, and never blocks."""

from __future__ import annotations

from flask import abort, redirect, render_template, url_for
from wtforms import IntegerField
from wtforms.validators import NumberRange, Optional

from outreach.pitches import actions
from outreach.pitches.answers import Answer
from outreach.pitches.door import bp
from outreach.pitches.moving_many import COLUMNS
from outreach.pitches.rules import COLUMN_NAMES
from outreach.projects import queries as project_queries
from outreach.web.access import allow
from outreach.web.forms import Form
from outreach.web.here import me, now
from outreach.web.toasts import toast


class LimitsForm(Form):
    """A number for each column that work stands in."""

    def numbers(self) -> dict[str, int]:
        """{column: most cards} of those that have a limit."""
        return {column.value: self[column.value].data for column in COLUMNS if self[column.value].data}


for _column in COLUMNS:
    setattr(
        LimitsForm, _column.value,
        IntegerField(COLUMN_NAMES[_column], [Optional(), NumberRange(1, 10_000, "Between 1 and 10,000.")]),
    )  # fmt: skip


@bp.route("/projects/<int:project_id>/limits", methods=["GET", "POST"])
@allow("manager")
def limits(project_id: int) -> Answer:
    """The limits of one project's board."""
    project = project_queries.get_visible(me(), project_id) or abort(404, "There is no such project.")
    form = LimitsForm(data=project.column_limits)
    if form.validate_on_submit():
        actions.set_limits(project_id, form.numbers(), by=me(), now=now())
        toast("The limits are saved")
        return redirect(url_for("pitches.board", project=project_id), 303)
    page = render_template(
        "pitches/limits.html", form=form, project=project, columns=[column.value for column in COLUMNS]
    )
    return page, 422 if form.errors else 200
