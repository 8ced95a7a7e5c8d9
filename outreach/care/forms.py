"""The forms of erasing."""

from __future__ import annotations

from typing import Any

from wtforms import HiddenField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, ValidationError

from outreach.care import rules
from outreach.kit.address import BadAddress, address_key
from outreach.web.forms import Form


class ErasePersonForm(Form):
    """The name typed once more, and more addresses that are theirs."""

    also = TextAreaField(
        "Other addresses of theirs", [Length(max=4000, message="That is too much; erase in two turns.")]
    )
    name = StringField("Type their name to go on", [DataRequired("Type the name as it stands above.")])

    def __init__(self, person_name: str = "", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.person_name = person_name

    def validate_name(self, field: Any) -> None:
        """The same name; capitals and spaces do not matter."""
        if rules.plain(field.data) != rules.plain(self.person_name):
            raise ValidationError(f"This is not the name. Type {self.person_name}.")

    def validate_also(self, field: Any) -> None:
        """Each line is a mail address."""
        for line in self.more():
            try:
                address_key(line)
            except BadAddress as error:
                raise ValidationError(f"{line[:80]}: {error}") from None

    def more(self) -> list[str]:
        """The other addresses, one a line."""
        return [line.strip() for line in (self.also.data or "").splitlines() if line.strip()]


class EraseAddressForm(Form):
    """An address that may be nobody's; typed twice before anything goes."""

    address = StringField("Mail address", [DataRequired("Enter the mail address.")])
    again = StringField("The same once more")
    step = HiddenField(default="look")

    def validate_address(self, field: Any) -> None:
        """One plain address."""
        try:
            address_key(field.data or "")
        except BadAddress as error:
            raise ValidationError(str(error)) from None

    def validate_again(self, field: Any) -> None:
        """Typed twice alike, before it is erased."""
        if self.step.data == "erase" and (field.data or "").lower() != (self.address.data or "").lower():
            raise ValidationError("The two addresses differ. Type the same one twice.")
