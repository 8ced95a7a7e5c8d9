"""Our own style: small, and with every colour in one file; and what the build wrote."""

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CSS = sorted((ROOT / "assets/css").rglob("*.css"))
DIST = ROOT / "outreach/static/dist"
COLOUR = re.compile(r"#[0-9a-f]{3,8}\b|\b(?:rgb|hsl|oklch|lab|lch|hwb)a?\(", re.IGNORECASE)


def test_the_style_stays_small() -> None:
    assert sum(len(path.read_bytes()) for path in CSS) < 60_000


@pytest.mark.parametrize("path", [p for p in CSS if p.name != "tokens.css"], ids=lambda p: p.name)
def test_colours_are_named_in_one_file_only(path: Path) -> None:
    rules = re.sub(r"/\*.*?\*/|url\([^)]*\)", "", path.read_text(), flags=re.DOTALL)

    assert COLOUR.findall(rules) == []


@pytest.mark.parametrize("path", CSS, ids=lambda p: p.name)
def test_every_token_that_is_used_exists(path: Path) -> None:
    defined = {name for sheet in CSS for name in re.findall(r"(--[a-z0-9-]+)\s*:", sheet.read_text())}

    assert set(re.findall(r"var\((--[a-z0-9-]+)\)", path.read_text())) <= defined


def test_the_lock_file_names_no_registry() -> None:
    packages = json.loads((ROOT / "assets/package-lock.json").read_text())["packages"]

    assert not [name for name, package in packages.items() if "resolved" in package]
    assert all("integrity" in package for name, package in packages.items() if name)


def test_packages_are_pinned_exactly() -> None:
    package = json.loads((ROOT / "assets/package.json").read_text())

    assert all(v[0].isdigit() for part in ("dependencies", "devDependencies") for v in package[part].values())


def test_the_build_wrote_what_the_frame_asks_for() -> None:
    files = json.loads((DIST / "manifest.json").read_text())["files"]

    for name in ("app.css", "app.js", "board.js", "theme.js", "icons.svg", "mark.svg"):
        assert len(files[name]) == 10
        assert (DIST / name).is_file()


@pytest.mark.parametrize("name", ["app.js", "board.js", "theme.js", "app.css"])
def test_nothing_is_loaded_from_elsewhere(name: str) -> None:
    text = (DIST / name).read_text()

    assert re.findall(r"(?:import|from|url)\s*\(?[\"']?https?://", text) == []
