"""`outreach page contacts` tells what a saved page holds, without network and database."""

import json
from pathlib import Path

from click.testing import CliRunner

from outreach.cli import cli

PAGES = Path(__file__).parent.parent / "page" / "contacts" / "pages"


def run(*arguments: str):
    return CliRunner().invoke(cli, ["page", "contacts", *arguments])


def test_each_file_is_one_line_of_json():
    answer = run(str(PAGES / "json-ld-person.html"), str(PAGES / "no-pitches.html"), "--json")
    first, second = map(json.loads, answer.output.splitlines())
    assert answer.exit_code == 0 and first["addresses"] == ["rosa@borage.example", "office@borage.example"]
    assert (first["contacts"][0]["name"], first["contacts"][0]["role"], first["contacts"][0]["is_role"]) == (
        "Rosa Lind",
        "Bee correspondent",
        False,
    )
    assert second["refusal"] == "We do not accept guest posts or link requests of any kind."


def test_an_address_in_another_script_is_shown_as_people_write_it():
    answer = run(str(PAGES / "idn.html"))
    assert "laden@bücher.example" in answer.output


def test_nothing_found_is_one_and_a_missing_file_is_wrong_usage(tmp_path: Path):
    empty = tmp_path / "empty.html"
    empty.write_text("<p>Nothing")
    assert (run(str(empty)).exit_code, run(str(tmp_path / "none.html")).exit_code) == (1, 2)
