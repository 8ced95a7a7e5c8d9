"""Putting off what is due: by days, or to a day."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from wtforms import IntegerField
from wtforms.validators import NumberRange, Optional

from outreach.web.forms import DayField, Form

SNOOZE_MOST = timedelta(days=731)
"""Two years: what is put off for longer is forgotten, or mistyped."""


def bad_snooze(day: date, today: date) -> str:
    """Why nothing is put off until this day; "" when it may be."""
    if day <= today:
        return "Give a day after today."
    if is_too_far(day, today):
        return "Give a day within two years; for later, drop it or let it rest."
    return ""


def is_too_far(day: date, today: date) -> bool:
    """Does nobody plan for this day?"""
    return day - today > SNOOZE_MOST


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
