"""The base of every form, and fields that many rooms need."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from zoneinfo import available_timezones

from flask_wtf import FlaskForm
from markupsafe import escape
from wtforms import DateField, PasswordField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError
from wtforms.widgets import Select

LARGEST_ID = 2**31 - 1
"""Of an INTEGER column on PostgreSQL, which answers a larger number with an error instead of no rows."""


def stripped(value: Any) -> Any:
    """Text without white space at its ends; NUL never reaches the database."""
    return value.replace("\x00", "").strip() if isinstance(value, str) else value


def row_id(value: Any) -> int:
    """A row's id out of a form or an address. Raises ValueError for what no column of ids can hold."""
    number = int(value)
    if not 0 < number <= LARGEST_ID:
        raise ValueError("no row has such an id")
    return number


class Options(Select):
    """A select written as WTForms writes it, without its way for attributes of any name: that was two thirds of a page with all time zones."""

    @classmethod
    def render_option(cls, choice: Any, **more: Any) -> str:
        """One option; an unusual one goes the long way."""
        if more or choice.render_kw or not isinstance(choice.value, str):
            return str(super().render_option(choice, **more))
        chosen = "selected " if choice.selected else ""
        return (
            f'<option {chosen}value="{escape(choice.value)}">{escape(choice.label or choice.value)}</option>'
        )


class Form(FlaskForm):
    """A form with CSRF protection whose text fields come stripped."""

    class Meta:
        def bind_field(self, form: Any, unbound_field: Any, options: dict[str, Any]) -> Any:
            filters = unbound_field.kwargs.get("filters", [])
            kind = unbound_field.field_class
            if (
                issubclass(kind, StringField)
                and not issubclass(kind, PasswordField)
                and stripped not in filters
            ):
                unbound_field.kwargs["filters"] = [stripped, *filters]
            if type(kind.widget) is Select:
                unbound_field.kwargs.setdefault("widget", Options(multiple=kind.widget.multiple))
            return unbound_field.bind(form=form, **options)

    def problems(self) -> list[tuple[str, str]]:
        """(field id, sentence) of every error, for the summary above the form."""
        return [(self[name].id, str(text)) for name, texts in self.errors.items() if name for text in texts]


class IdField(SelectField):
    """A choice of one row by its id; the empty choice is None."""

    def __init__(
        self, label: str = "", validators: Any = None, *, empty: str | None = None, **kwargs: Any
    ) -> None:
        super().__init__(
            label,
            validators,
            coerce=lambda value: row_id(value) if value not in (None, "", "None") else None,
            **kwargs,
        )
        self.empty = empty

    def offer(self, rows: Iterable[tuple[int, str]]) -> None:
        """Set what can be chosen: (id, words) pairs."""
        first = [SelectChoice("", self.empty)] if self.empty is not None else []
        self.choices = [*first, *(SelectChoice(str(key), words) for key, words in rows)]


def known_zone(_form: Any, field: Any) -> None:
    """A validator: an IANA time zone."""
    if field.data not in available_timezones():
        raise ValidationError("This is no time zone; choose one as Europe/Berlin.")


A_DAY = "Give a day, as 2026-12-31."


class DayField(DateField):
    """A day; what is typed wrongly stays in the field and is told in our words."""

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(A_DAY) from None
