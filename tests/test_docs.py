"""What is written is so: settings, targets, commands, links; and nothing of the place where it was written."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import click
import pytest

from outreach.cli import DOORS, cli
from outreach.schedule import sweeps
from outreach.settings import Settings

CHECKOUT = Path(__file__).resolve().parent.parent
NOT_OURS = {".git", ".venv", ".tools", "node_modules", "instance", "dist", "build", "__pycache__"}
PAGES = [*sorted(CHECKOUT.glob("*.md")), *sorted((CHECKOUT / "docs").rglob("*.md"))]
OPERATING = (CHECKOUT / "docs/operating.md").read_text()

CODE = re.compile(r"```.*?```|(?:^(?: {4}|\t).*\n)+|`[^`\n]+`", re.MULTILINE | re.DOTALL)
"""Blocks and spans of code."""
ELSEWHERE = (
    r"/work/(?:main|shared)", r"/tmp/" + r"(?:wt|dev)\b", r"/root" + r"/", r"pypi\." + r"org", r"python" + r"hosted",
    r"npm" + r"js\.(?:org|com)", r"npm" + r"mirror",
)  # fmt: skip
"""Folders of somebody's machine, hosts of registries."""


def code_of(page: Path) -> str:
    return "\n".join(CODE.findall(page.read_text()))


def files() -> list[Path]:
    """The files that are committed, or would be."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=CHECKOUT,
        capture_output=True,
        check=True,
    ).stdout
    named = [CHECKOUT / os.fsdecode(name) for name in listed.split(b"\0") if name]
    return [file for file in named if file.is_file()]


def told_settings() -> dict[str, str]:
    """Name -> what it is unless set, as the table says."""
    rows = re.findall(r"^\| `([a-z_]+)` \| (\S+) \| .+ \|$", OPERATING.split("## Settings")[1], re.MULTILINE)
    return {name: told.strip("`") for name, told in rows}


def as_told(value: object) -> str:
    """A default as the table writes it."""
    if value == "":
        return "empty"
    return "none" if value in (None, []) else str(value).lower()


def test_every_setting_is_explained_with_its_default() -> None:
    settings = {name: field.default for name, field in Settings.model_fields.items() if name != "instance"}
    assert told_settings() == {name: as_told(default) for name, default in settings.items()}


def test_every_sweep_is_explained_with_its_pace() -> None:
    rows = re.findall(r"^\| `([a-z-]+)` \| (\d+) s \| (.+) \|$", OPERATING, re.MULTILINE)
    assert rows == [(sweep.name, str(sweep.every), sweep.says) for sweep in sweeps.SWEEPS]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_target_that_is_named_exists(page: Path) -> None:
    named = set(re.findall(r"\bmake ([a-z]+)", code_of(page)))
    made = set(re.findall(r"^([a-z]+):", (CHECKOUT / "Makefile").read_text(), re.MULTILINE))
    assert named <= made


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_that_is_named_exists(page: Path) -> None:
    for words in re.findall(r"\boutreach ((?:[a-z][a-z-]*)(?: [a-z][a-z-]*)?)", code_of(page)):
        name, _, part = words.partition(" ")
        assert name in DOORS, f"outreach {name}"
        found = cli.get_command(click.Context(cli), name)
        if isinstance(found, click.Group) and part:
            assert part in found.commands, f"outreach {words}"


def test_every_command_is_named_somewhere() -> None:
    written = "".join(map(code_of, PAGES))
    missing = [name for name in cli.list_commands(click.Context(cli)) if f"outreach {name}" not in written]
    assert [name for name in missing if not cli.get_command(click.Context(cli), name).hidden] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_relative_link_leads_to_a_file(page: Path) -> None:
    targets = re.findall(r"\]\((?!https?:|mailto:|#)([^)#\s]+)", re.sub(CODE, "", page.read_text()))
    assert [target for target in targets if not (page.parent / target).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_file_of_the_code_that_is_named_exists(page: Path) -> None:
    named = set(re.findall(r"`((?:outreach|tests|migrations|templates|scripts)/[\w./-]+)`", page.read_text()))
    assert [file for file in sorted(named) if not (CHECKOUT / file).exists()] == []


def test_no_file_names_somebodys_machine_or_a_registry() -> None:
    wrong = re.compile("|".join(ELSEWHERE).encode())
    found = {str(file.relative_to(CHECKOUT)): wrong.findall(file.read_bytes()) for file in files()}
    assert {name: hits for name, hits in found.items() if hits} == {}


def test_the_picture_is_small_enough_to_be_loaded_by_everybody() -> None:
    assert (CHECKOUT / "docs/board.png").stat().st_size < 250_000
