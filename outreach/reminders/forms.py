"""What the doors of this room take."""

from __future__ import annotations

from wtforms import SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length

from outreach.reminders.rules import BY_HAND, KIND_NAMES, ReminderKind
from outreach.web.forms import A_DAY, DayField, Form, IdField


class ReminderForm(Form):
    """A new reminder."""

    words = StringField(
        "What", [DataRequired("Say what to think of."), Length(max=300, message="Use at most 300 signs.")]
    )
    kind = SelectField(
        "Kind",
        choices={kind.value: KIND_NAMES[kind] for kind in BY_HAND},
        coerce=ReminderKind,
        default=ReminderKind.OTHER,
    )
    due_on = DayField("On", [InputRequired(A_DAY)])
    owner = IdField("For")
