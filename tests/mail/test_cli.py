import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from outreach.mail.cli import letters


@pytest.fixture
def run(tmp_path: Path) -> Any:
    def _run(template: str | bytes, data: Any, *options: str) -> Result:
        source, values = tmp_path / "letter.txt", tmp_path / "data.json"
        source.write_bytes(template if isinstance(template, bytes) else template.encode())
        values.write_text(data if isinstance(data, str) else json.dumps(data))
        return CliRunner().invoke(
            letters, ["render", "--template", str(source), "--data", str(values), *options]
        )

    return _run


def test_a_letter_is_printed(run: Any) -> None:
    done = run("Hi {{ person.first_name }},\n", {"person": {"first_name": "Bo"}})
    assert (done.exit_code, done.output) == (0, "Hi Bo,\n")


def test_a_refused_template_names_its_line_and_what_is_allowed(run: Any) -> None:
    done = run("Hi\n{% set a = 1 %}", {})
    assert done.exit_code == 1
    assert "Line 2: {% set %} is not allowed." in done.output
    assert "Allowed are fields" in done.output


def test_a_missing_field_is_named(run: Any) -> None:
    done = run("Hi {{ person.first_name }}", {"person": {}})
    assert done.exit_code == 1
    assert "No value for person.first_name" in done.output


@pytest.mark.parametrize("value", ["Hi\r\nBcc: v@evil.example", "Hi\nx", "a\0b"])
def test_a_line_break_in_a_value_is_refused(run: Any, value: str) -> None:
    assert run("{{ a }}", {"a": value}, "--subject").exit_code == 1


@pytest.mark.parametrize(
    ("template", "data"), [("x", "[1]"), ("x", "{"), (b"\xff\xfe", {}), ("x", "[" * 100_000)]
)
def test_files_that_cannot_be_read_are_told_in_words(run: Any, template: str | bytes, data: Any) -> None:
    done = run(template, data)
    assert done.exit_code == 1
    assert done.output.startswith("Error: ")


def test_html_escapes(run: Any) -> None:
    assert run("<b>{{ a }}</b>", {"a": "<i>"}, "--html").output == "<b>&lt;i&gt;</b>\n"


def test_wrong_usage_exits_2() -> None:
    assert CliRunner().invoke(letters, ["render", "--template", "/nowhere"]).exit_code == 2
