"""The forms of the suppression list."""

from __future__ import annotations

from typing import Any

from wtforms import FileField, HiddenField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, ValidationError

from outreach.consent import rules
from outreach.consent.rules import LIFT_WORDS, SuppressionKind
from outreach.kit.address import MAIL_ADDRESS, BadAddress
from outreach.web.forms import Form


class SuppressForm(Form):
    """An address or a domain that gets no mail from us again."""

    kind = RadioField(
        "What", choices=[SelectChoice(SuppressionKind.EMAIL.value, "One mail address"), SelectChoice(SuppressionKind.DOMAIN.value, "A whole domain")],
        default=SuppressionKind.EMAIL.value,
    )  # fmt: skip
    value = StringField("Address or domain", [DataRequired("Enter a mail address or a domain.")])

    def validate_value(self, field: Any) -> None:
        """An address, or a domain that is somebody's own."""
        if self.kind.data not in tuple(SuppressionKind):
            return
        try:
            rules.key_of(SuppressionKind(self.kind.data), field.data)
        except BadAddress as error:
            raise ValidationError(str(error)) from None


class ListForm(Form):
    """A list of those who said no, from somewhere else. `step`: first it is only looked at."""

    lines = TextAreaField("Addresses and domains", description="One a line, or the columns of a table.")
    file = FileField("Or a file", description="CSV, XLSX, or a ZIP with one of them.")
    source = StringField(
        "Where it comes from", [DataRequired("Say where it comes from, for those who come after you."), Length(max=120, message="Keep it under 120 signs.")],
        description="Such as: unsubscribed in our newsletter tool, November 2026. No address of a person.",
    )  # fmt: skip
    step = HiddenField(default="look")

    def validate_lines(self, field: Any) -> None:
        """One of the two."""
        if not field.data and not (self.file.data and self.file.data.filename):
            raise ValidationError("Paste some lines, or choose a file.")

    def validate_source(self, field: Any) -> None:
        """It stands on every line of the list."""
        if MAIL_ADDRESS.search(field.data or ""):
            raise ValidationError("Leave mail addresses out here: they would stay when a person is erased.")


class LiftForm(Form):
    """Why somebody comes off the list again."""

    why = RadioField(
        "Why", [DataRequired("Choose the reason.")],
        choices=[SelectChoice(reason.value, words) for reason, words in LIFT_WORDS.items()],
    )  # fmt: skip
