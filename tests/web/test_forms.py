"""What the base of every form adds to WTForms."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from wtforms import Form as Plain
from wtforms import RadioField, SelectField, SelectMultipleField
from wtforms.fields.choices import SelectChoice
from wtforms.widgets import Select

from outreach.web.forms import Form, Options

CHOICES = [
    SelectChoice("", "Nobody"),
    SelectChoice("a&b", "<b>Ana</b> & Bo"),
    SelectChoice('"quoted"', 'it\'s "quoted"'),
    SelectChoice("Europe/Berlin", "Europe/Berlin"),
    SelectChoice("wordless"),
    SelectChoice("off", "Off", render_kw={"disabled": True, "data_why": "no right"}),
]
GROUPS = [SelectChoice("a&b", "Ana", optgroup="Here & now"), SelectChoice("bo", "Bo", optgroup="There")]
LISTS: list[Any] = [CHOICES, GROUPS, [(1, "One"), (True, "Yes")], []]


@pytest.mark.parametrize("choices", LISTS, ids=["plain", "groups", "numbers", "none"])
@pytest.mark.parametrize("data", ["a&b", "Europe/Berlin", 1, None])
def test_a_select_is_written_as_wtforms_writes_it(choices: Any, data: object) -> None:
    class Asked(Plain):
        ours = SelectField(choices=choices, widget=Options(), name="who", validate_choice=False)
        stock = SelectField(choices=choices, widget=Select(), name="who", validate_choice=False)

    form = Asked(data={"ours": data, "stock": data})
    assert form.ours(id="x", class_="wide") == form.stock(id="x", class_="wide")


def test_every_select_of_a_form_is_written_so_and_nothing_else() -> None:
    class Asked(Form):
        one = SelectField(choices=CHOICES)
        many = SelectMultipleField(choices=CHOICES)
        radio = RadioField(choices=CHOICES)
        own = SelectField(choices=CHOICES, widget=Select())

    app = Flask("bare")
    app.secret_key = "for this test only"
    with app.test_request_context():
        form = Asked(formdata=None)
    assert [type(field.widget) for field in (form.one, form.own)] == [Options, Select]
    assert isinstance(form.many.widget, Options)
    assert form.many.widget.multiple
    assert not isinstance(form.radio.widget, Select)
