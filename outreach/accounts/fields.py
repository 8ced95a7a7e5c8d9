"""Fields that forms about users share, here and in the rooms above."""

from __future__ import annotations

from typing import Any
from zoneinfo import available_timezones

from wtforms import PasswordField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, ValidationError

from outreach.accounts import rules
from outreach.web.forms import known_zone

ZONES = [
    "UTC",
    *sorted(name for name in available_timezones() if "/" in name and not name.startswith("Etc/")),
]


def needed(words: str) -> DataRequired:
    """A validator: something was typed; white space is nothing."""
    return DataRequired(words)


def user_email(_form: Any, field: Any) -> None:
    """A validator: an address a user may have; the field then holds its one spelling."""
    try:
        field.data = rules.clean_email(field.data or "")
    except rules.BadEmail as error:
        raise ValidationError(str(error)) from None


def good_password(form: Any, field: Any) -> None:
    """A validator; looks at the form's `email` too."""
    email = form.email.data if "email" in form and form.email.data else getattr(form, "of_email", "")
    problem = rules.password_problem(field.data or "", email)
    if problem:
        raise ValidationError(problem)


def one_line(_form: Any, field: Any) -> None:
    """A validator: what goes into a header has no line breaks."""
    if any(ord(sign) < 32 or sign in "\x7f\u2028\u2029" for sign in field.data or ""):
        raise ValidationError("Write it in one line.")


def name_field(label: str, words: str, longest: int = 120, **more: Any) -> StringField:
    return StringField(
        label, [needed(words), Length(max=longest, message=f"Use at most {longest} signs."), one_line], **more
    )


def zone_field(label: str = "Time zone", **more: Any) -> SelectField:
    choices = [SelectChoice(zone, zone.replace("_", " ")) for zone in ZONES]
    return SelectField(label, [known_zone], choices=choices, validate_choice=False, **more)


def new_password_field(label: str = "Password") -> PasswordField:
    return PasswordField(
        label, [good_password], description=f"At least {rules.SHORTEST_PASSWORD} signs. A short sentence is easy to keep in mind."
    )  # fmt: skip
