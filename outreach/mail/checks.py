"""Validators for fields whose text goes into a letter."""

from __future__ import annotations

from typing import Any

from wtforms.validators import ValidationError

from outreach.kit.address import BadAddress, clean_address
from outreach.mail import language, refusals


def in_the_language(form: Any, field: Any) -> None:
    """A validator: a text in the language of letters, naming only fields that exist."""
    problems = language.check(field.data or "", language.FIELDS)
    if problems:
        raise ValidationError(" ".join([*map(str, problems), refusals.ALLOWED]))


def one_line(form: Any, field: Any) -> None:
    """A validator: nothing that ends a line."""
    try:
        refusals.check_value("This", field.data or "")
    except refusals.BadValue as error:
        raise ValidationError(str(error)) from error


def mail_address(form: Any, field: Any) -> None:
    """A validator: one plain mail address; it is left in the form it is stored in."""
    try:
        field.data = clean_address(field.data or "")
    except BadAddress as error:
        raise ValidationError(str(error)) from error
