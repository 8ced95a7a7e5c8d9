"""What the doors of this room take."""

from __future__ import annotations

from typing import Any

from wtforms import DateField, IntegerField, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from outreach.reminders.rules import BY_HAND, KIND_NAMES, ReminderKind
from outreach.web.forms import Form, IdField

A_DAY = "Give a day, as 2026-12-31."


class DayField(DateField):
    """A day; what is typed wrongly stays in the field and is told in our words."""

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(A_DAY) from None


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


class SnoozeForm(Form):
    """Put off by days from today, or to a day."""

    days = IntegerField("Days", [Optional(), NumberRange(1, 365, "Between 1 and 365 days.")])
    on = DayField("Until", [Optional()])

    def validate(self, extra_validators: Any = None) -> bool:
        """Also that one of both was given."""
        is_fine: bool = super().validate(extra_validators)
        if is_fine and self.days.data is None and self.on.data is None:
            self.on.errors = ["Say until when."]
            return False
        return is_fine
