"""What a page shows is escaped as Jinja does it, and is no object of its own."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import pytest
from jinja2 import Environment, select_autoescape
from markupsafe import Markup, escape

from outreach.web import drawing


class Odd(StrEnum):
    SIGN = "<&>"


class Drawn:
    def __html__(self) -> str:
        return "<hr>"


class Plain(str):
    """Text that is no `str` itself."""


VALUES = ["", "a < b & 'c' \"d\"", "Müller", Markup("<b>x</b>"), 12, 1.5, True, None, Odd.SIGN, Drawn(), Plain("<"), [1, "<"]]  # fmt: skip
PAGE = """{{ v }}{% macro m(x) %}<i>{{ x }}{{ caller() if caller }}</i>{% endmacro %}{{ m(v) }}{% call m(v) %}{{ v }}{% endcall %}
{% set block %}<u>{{ v }}</u>{% endset %}{{ block }}{{ v|string|upper }}{{ v ~ "<" }}{{ "<%s>"|format(v) }}{{ missing }}{{ v|safe }}
{% for one in [v, "<", 3] %}{{ one }}{{ loop.index }}{% endfor %}{% autoescape false %}{{ v }}{% endautoescape %}{{ "&" if v else "<" }}{% filter upper %}<p>{{ v }}{% endfilter %}"""


@pytest.mark.parametrize("value", VALUES, ids=lambda value: type(value).__name__)
def test_a_value_stands_in_a_page_as_it_does_with_jinja_alone(value: Any) -> None:
    ours, theirs = (Environment(autoescape=select_autoescape(default=True)) for _ in range(2))  # fmt: skip
    drawing.install(ours)
    assert drawing.shown(value) == escape(value)
    assert ours.from_string(PAGE).render(v=value) == theirs.from_string(PAGE).render(v=value)


def test_a_letter_in_plain_text_is_not_escaped() -> None:
    environment = Environment(autoescape=False)
    drawing.install(environment)
    assert environment.from_string("{{ v }}").render(v="a < b") == "a < b"


def test_plain_text_is_joined_as_plain_text() -> None:
    environment = Environment(autoescape=True)
    drawing.install(environment)
    pieces = list(environment.from_string("{{ v }}, {{ v }}").generate(v="<"))
    assert {type(piece) for piece in pieces} == {str}
