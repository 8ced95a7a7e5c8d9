import json
import tracemalloc
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.mail.language import FIELDS, check, fields, render, render_subject
from outreach.mail.refusals import (
    ALLOWED,
    MAX_OUTPUT,
    BadValue,
    LetterError,
    MissingField,
    TemplateRefused,
    TooLong,
    check_value,
)
from tests.effort import A_SECOND, turns

BO: dict[str, Any] = {
    "person": {"first_name": "Bo", "name": "Bo Berg"},
    "site": {"name": "The Bakery", "domain": "bakery.example"},
    "personal_line": "Your piece on rye.\nI baked it twice.",
    "links": [{"url": "https://a.example/"}, {"url": "https://b.example/"}],
    "nothing": None,
    "blank": "  ",
}


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("Hi {{ person.first_name }},", "Hi Bo,"),
        ("Hi {{ person.nick|default('there') }},", "Hi there,"),
        ("Hi {{ nothing|default('there') }},", "Hi there,"),
        ("Hi {{ blank|default('') }}!", "Hi !"),
        ("{{ person.first_name|default('there')|upper }}", "BO"),
        ("{{ person.nick|title|default('you') }}", "you"),
        ("{{ site.domain|trim|capitalize }}", "Bakery.example"),
        ("{{ site.name|truncate(5) }}", "The…"),
        ("{% if person.nick %}a{% elif site.name == 'The Bakery' %}b{% else %}c{% endif %}", "b"),
        ("{% if not person.nick and site.name != 'x' %}yes{% endif %}", "yes"),
        ("{% if person.nick or nothing %}yes{% endif %}no", "no"),
        ("{% for l in links %}{{ l.url }} {% endfor %}", "https://a.example/ https://b.example/ "),
        ("{% for l in nothing %}x{% else %}none{% endfor %}", "none"),
        ("{# a note #}ok", "ok"),
        ("a\n{% if site.name %}\nb\n{% endif %}\nc\n", "a\nb\nc\n"),
        ("{% raw %}{{ this }}{% endraw %}", "{{ this }}"),
        ("Zürich — 日本", "Zürich — 日本"),
    ],
)
def test_what_a_letter_may_say(source: str, text: str) -> None:
    assert render(source, BO) == text
    assert check(source) == []


ESCAPES = [
    "{{ ''.__class__.__mro__ }}",
    "{{ person.__class__ }}",
    "{{ self.__init__.__globals__ }}",
    "{{ person['first_name'] }}",
    "{{ person.first_name.upper() }}",
    "{{ person.company.owner.secret }}",
    "{{ person|attr('name') }}",
    "{{ links|map('upper')|list }}",
    "{{ '%s'|format(person) }}",
    "{% include 'x' %}",
    "{% extends 'x' %}",
    "{% import 'x' as y %}",
    "{% from 'x' import y %}",
    "{% set x = 1 %}{{ x }}",
    "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
    "{% block b %}x{% endblock %}",
    "{% call x() %}{% endcall %}",
    "{% filter upper %}x{% endfilter %}",
    "{% for a in range(9) %}x{% endfor %}",
    "{% for a in links %}{% for b in links %}x{% endfor %}{% endfor %}",
    "{% for a in links if a %}x{% endfor %}",
    "{% for a, b in links %}x{% endfor %}",
    "{% if person.name is defined %}x{% endif %}",
    "{% if 'B' in person.name %}x{% endif %}",
    "{% if person.name > 'a' %}x{% endif %}",
    "{{ 'a' * 1000000000 }}",
    "{{ 'a' ~ 'b' }}",
    "{{ 1.5 }}",
    "{{ true }}",
    "{{ [1, 2] }}",
    "{{ 'a' if person.name else 'b' }}",
    "{{ person.name|truncate(9999999) }}",
    "{{ person.name|truncate(length=3) }}",
    "{{ person.name|default(person) }}",
    "{{ person.name|upper('x') }}",
    "{{ cycler }}{{ cycler.__init__ }}",
    "{% debug %}",
    "{% do x %}",
    "{{ 'a'|wordwrap(0) }}",
    "{{ person",
    "{% if person.name %}",
    "{{ }}",
]


@pytest.mark.parametrize("source", ESCAPES)
def test_all_else_is_refused_with_its_line_and_what_is_allowed(source: str) -> None:
    problems = check(f"one\ntwo {source}")
    assert problems
    assert problems[0].line == 2
    with pytest.raises(TemplateRefused) as refused:
        render(f"one\ntwo {source}", BO)
    assert str(refused.value).startswith("Line 2: ")
    assert ALLOWED in str(refused.value)


@pytest.mark.parametrize(
    "name", ["config", "request", "g", "session", "get_flashed_messages", "lipsum", "dict"]
)
def test_nothing_but_the_data_has_a_name(name: str) -> None:
    with pytest.raises(MissingField):
        render(f"{{{{ {name} }}}}", BO)


@pytest.mark.parametrize(
    "source",
    [
        "{{ " + "(" * 5000 + "a" + ")" * 5000 + " }}",
        "{{ " + "not " * 5000 + "a }}",
        "{% if " + "a and " * 5000 + "a %}x{% endif %}",
        "{{ a" + "|trim" * 5000 + " }}",
        "{% if a %}" * 2000 + "{% endif %}" * 2000,
        "{{ " + "9" * 5000 + " }}",
        "{{ '" + "x" * 70_000 + "' }}",
        "{{ " + "a." * 5000 + "b }}",
    ],
)
def test_a_monstrous_text_is_refused_quickly(source: str) -> None:
    assert turns(lambda: check(source, FIELDS)) < A_SECOND
    tracemalloc.start()
    assert check(source, FIELDS)
    assert tracemalloc.get_traced_memory()[1] < 64 * 2**20
    tracemalloc.stop()


def test_a_letter_has_a_largest_size() -> None:
    with pytest.raises(TooLong):
        render("{% for l in links %}{{ l }}{% endfor %}", {"links": ["x" * 1000] * (MAX_OUTPUT // 1000 + 1)})


@pytest.mark.parametrize(
    "value", ["{{7*7}}", "{% debug %}", "#{7*7}", "{{config}}", "{{ person.name }}", "{# x #}"]
)
def test_a_value_is_never_read_as_a_template(value: str) -> None:
    assert render("Hi {{ person.first_name }}", {"person": {"first_name": value}}) == f"Hi {value}"


def test_all_missing_fields_are_named_at_once() -> None:
    with pytest.raises(MissingField) as missing:
        render("{{ person.nick }} {{ asset.url }} {{ person.nick }}", BO)
    assert missing.value.names == ["person.nick", "asset.url"]
    assert "person.nick, asset.url" in str(missing.value)


def test_a_field_that_is_not_shown_is_not_missing() -> None:
    assert render("{% if person.nick %}{{ person.nick }}{% endif %}ok", BO) == "ok"


@pytest.mark.parametrize("sign", ["\r", "\0", "\u2028", "\u2029", "\x85", "\x0b", "\x1b"])
def test_signs_that_end_a_line_are_refused_in_every_value(sign: str) -> None:
    for name in ("person", "personal_line"):
        data = {"person": {"first_name": f"Bo{sign}Bcc: x@evil.example"}, "personal_line": f"a{sign}b"}
        with pytest.raises(BadValue):
            render("{{ " + ("person.first_name" if name == "person" else name) + " }}", data)


def test_a_line_break_is_for_the_fields_that_have_many_lines() -> None:
    assert render("{{ personal_line }}", BO) == BO["personal_line"]
    with pytest.raises(BadValue, match="a line break"):
        render("{{ person.first_name }}", {"person": {"first_name": "Bo\nBcc: x@evil.example"}})


def test_a_subject_is_one_line() -> None:
    assert render_subject("{{ person.first_name }}, rye? ", BO) == "Bo, rye?"
    for source in ("{{ personal_line }}", "a\nb"):
        with pytest.raises(BadValue):
            render_subject(source, BO)


def test_a_value_is_checked_when_it_is_saved() -> None:
    check_value("name", "Bo Berg")
    check_value("line", "a\nb", many_lines=True)
    with pytest.raises(BadValue):
        check_value("name", "a\nb")


def test_objects_are_not_text() -> None:
    for value in ({"a": "b"}, ["x"], object(), True):
        with pytest.raises(TemplateRefused):
            render("{{ x }}", {"x": value})


def test_html_escapes_the_values_only() -> None:
    data = {"person": {"first_name": "<b>Bo & co</b>"}, "personal_line": "a\nb"}
    assert render("<p>{{ person.first_name }}</p>{{ personal_line }}", data, as_html=True) == (
        "<p>&lt;b&gt;Bo &amp; co&lt;/b&gt;</p>a<br>\nb"
    )


def test_fields_are_found_in_every_corner() -> None:
    source = (
        "{{ a }}{% if b.c == d %}{{ e|default('x') }}{% endif %}{% for l in links %}{{ l.url }}{% endfor %}"
    )
    assert fields(source) == {"a", "b.c", "d", "e", "links"}


def test_an_unknown_field_is_told_with_the_nearest_known() -> None:
    [problem] = check("Hi\n{{ person.frist_name }}", FIELDS)
    assert str(problem) == "Line 2: There is no field person.frist_name. Did you mean person.first_name?"


@pytest.mark.parametrize("name", list(FIELDS))
def test_every_listed_field_can_be_used(name: str) -> None:
    assert check("{{ " + name + " }}", FIELDS) == []


@given(st.text(max_size=200))
def test_any_text_is_rendered_or_refused_and_nothing_else(source: str) -> None:
    with suppress(LetterError):
        assert isinstance(render(source, BO), str)


JSON_TEXT = st.text(alphabet=st.characters(codec="utf-8"), max_size=40)


@given(JSON_TEXT)
def test_a_rendered_subject_never_holds_a_line_end(value: str) -> None:
    try:
        subject = render_subject("{{ v|default('-') }}", json.loads(json.dumps({"v": value})))
    except BadValue:
        return
    assert len(subject.splitlines()) <= 1


@pytest.mark.parametrize(
    "source",
    [
        "Hi {{ person.nick or 'you' }}",
        "{{ person.first_name and site.name }}",
        "{{ not person.nick }}",
        "{{ site.name == 'x' }}",
        "{{ (person.nick or 'you')|upper }}",
    ],
)
def test_a_question_is_not_printed(source: str) -> None:
    with pytest.raises(TemplateRefused, match=r"Line 1: A question belongs into"):
        render(source, BO)


@pytest.mark.parametrize("text", ["\\0", "\\r\\nBcc: v@bakery.example", "\\u2028", "\\x1b"])
def test_a_text_in_quotes_holds_no_control_sign(text: str) -> None:
    with pytest.raises(TemplateRefused, match="A text in quotes holds"):
        render("{{ person.nick|default('" + text + "') }}", BO)


def test_a_field_that_is_no_text_is_named_with_its_line() -> None:
    with pytest.raises(TemplateRefused, match="Line 3: person is not a text"):
        render("a\n\n{{ person }}", BO)
