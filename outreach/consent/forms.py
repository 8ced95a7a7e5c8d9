"""The forms of the suppression list."""

from __future__ import annotations

from typing import Any

from wtforms import RadioField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, ValidationError

from outreach.consent import rules
from outreach.consent.rules import LIFT_WORDS, SuppressionKind
from outreach.kit.address import BadAddress
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


class LiftForm(Form):
    """Why somebody comes off the list again."""

    why = RadioField(
        "Why", [DataRequired("Choose the reason.")],
        choices=[SelectChoice(reason.value, words) for reason, words in LIFT_WORDS.items()],
    )  # fmt: skip
