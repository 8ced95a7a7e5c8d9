"""Forms of a list of links: bringing it, and naming its columns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_wtf.file import FileField
from wtforms import BooleanField, RadioField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, ValidationError

from outreach.kit.urls import BadAddress, tidy
from outreach.links.list_rules import FIELD_WORDS, Field
from outreach.web.forms import Form, IdField

DAYS = [("yes", "Day first: 31/12/2026"), ("no", "Month first: 12/31/2026")]


class BringForm(Form):
    """A file, or what was pasted."""

    project_id = IdField("Project", [DataRequired("Choose the project that the links are for.")])
    file = FileField("File", description="CSV, TSV or XLSX; a ZIP with one of them.")
    text = TextAreaField(
        "Or paste it",
        description="Rows copied from a sheet, or one address a line. Used when no file is chosen.",
    )


class ColumnsForm(Form):
    """What the columns are. The selects of the columns themselves are `column-0`, `column-1`, …: as many as the list has."""

    has_header = BooleanField("The first row names the columns")
    target = StringField(
        "Where they lead when a row does not say", [Length(max=2048)], description="A page of ours.",
    )  # fmt: skip
    is_day_first = RadioField("Days written with numbers", choices=DAYS, default="yes")

    def validate_target(self, field: Any) -> None:
        """An address, or nothing."""
        if field.data:
            try:
                field.data = tidy(field.data)
            except BadAddress as error:
                raise ValidationError(str(error)) from None


def chosen_columns(values: Mapping[str, str], width: int) -> tuple[dict[Field, int], str]:
    """(`{field: column}` as it was chosen, what is wrong with it in words or "")."""
    found: dict[Field, int] = {}
    for at in range(width):
        name = values.get(f"column-{at}", "")
        if name not in set(Field):
            continue
        field = Field(name)
        if field in found:
            return found, f"Two columns are “{FIELD_WORDS[field]}”. Choose one of them."
        found[field] = at
    problem = "" if Field.PAGE in found else f"Say which column is “{FIELD_WORDS[Field.PAGE]}”."
    return found, problem
