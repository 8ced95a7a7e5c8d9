"""`outreach people`: erasing and copying without a browser."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from flask import Flask

from outreach.care.cli import people
from outreach.consent.queries import is_erased
from outreach.db import session
from outreach.prospects.models import Person
from tests.world import World

BO = "bo@wild.example"


def run(app: Flask, *words: str) -> tuple[int, str]:
    session().rollback()
    done = CliRunner().invoke(people, list(words), obj=lambda: app)
    return done.exit_code, done.output


def test_it_says_first_what_would_go(app: Flask, world: World) -> None:
    code, told = run(app, "erase", BO, "--json")
    assert code == 0
    assert json.loads(told)["would_go"]["people"] == 1
    assert session().scalar(sa.select(sa.func.count(Person.id))) == 1


def test_it_erases_and_prints_the_receipt(app: Flask, world: World) -> None:
    code, told = run(app, "erase", "Bo@Wild.example", "--yes")
    assert code == 0
    assert "Receipt of erasure 1" in told
    assert "Nothing" not in told
    assert BO not in told
    assert session().scalar(sa.select(sa.func.count(Person.id))) == 0
    code, told = run(app, "erase", "jo@other.example", "--yes", "--json")
    assert json.loads(told)["state"] == "done"
    assert is_erased("jo@other.example")


def test_the_copy_is_a_file_of_its_owner_only(app: Flask, world: World, tmp_path: Path) -> None:
    file = tmp_path / "bo.zip"
    code, _ = run(app, "copy", BO, str(file))
    assert (code, file.stat().st_mode & 0o777) == (0, 0o600)
    assert zipfile.ZipFile(file).namelist()[:2] == ["READ ME.txt", "data.json"]


@pytest.mark.parametrize(
    ("words", "code"), [(("erase", "nobody"), 2), (("copy", "jo@other.example", "x.zip"), 1), (("erase",), 2)]
)
def test_what_is_no_address_or_nobodys_is_said(
    app: Flask, world: World, words: tuple[str, ...], code: int
) -> None:
    assert run(app, *words)[0] == code
