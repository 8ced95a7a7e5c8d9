"""The form of the schedule: each number with its unit, its bounds and what it is unless changed."""

from __future__ import annotations

from typing import Any

from wtforms import HiddenField, IntegerField
from wtforms.validators import InputRequired, NumberRange

from outreach.links import ladder
from outreach.links.ladder import BOUNDS, UNITS, Ladder
from outreach.web.forms import Form

_USUAL = ladder.numbers(Ladder())


def _number(name: str, label: str) -> IntegerField:
    unit = "hours" if UNITS[name] == ladder.HOUR else "days"
    least, most = BOUNDS[name]
    wrong = f"A whole number of {unit}, from {least} to {most:,}."
    return IntegerField(
        f"{label} ({unit})", [InputRequired(wrong), NumberRange(least, most, wrong)],
        description=f"{least} to {most:,}; usually {_USUAL[name]}.",
    )  # fmt: skip


class ScheduleForm(Form):
    """The steps of the ladder. `version` is that of the schedule it was drawn from."""

    version = HiddenField()
    young = _number("young", "A young link, every")
    young_for = _number("young_for", "It is young for its first")
    grown = _number("grown", "Then every")
    grown_until = _number("grown_until", "Until it is this old")
    old = _number("old", "After that every")
    important = _number("important", "An important link, at least every")
    vital = _number("vital", "A vital link, at least every")

    def process_errors(self) -> None:
        """Say what no number is in our words."""
        for name in UNITS:
            field = self[name]
            if field.process_errors:
                least, most = BOUNDS[name]
                field.process_errors = [f"A whole number, from {least} to {most:,}."]

    def numbers(self) -> dict[str, int]:
        return {name: int(self[name].data) for name in UNITS}

    def validate(self, extra_validators: Any = None) -> bool:
        """Also that an older link is not looked at oftener."""
        self.process_errors()
        is_fine: bool = super().validate(extra_validators)
        if not is_fine:
            return False
        wrong = ladder.problems(self.numbers())
        for name, words in wrong.items():
            self[name].errors = [words]
        return not wrong
