"""Rules that every template keeps. They are read as text and as syntax trees, without drawing them."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import jinja2
import pytest
from jinja2 import nodes

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "templates"
HTML = sorted(path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*.html"))
SCREENS = [name for name in HTML if not name.startswith("emails/")]
OWN_MARKUP = [name for name in SCREENS if name.startswith("macros/") or "/_" in f"/{name}"]
ENV = jinja2.Environment(loader=jinja2.FileSystemLoader(FOLDER), autoescape=True)


def source(name: str) -> str:
    return (FOLDER / name).read_text()


@pytest.mark.parametrize("name", HTML)
def test_it_parses(name: str) -> None:
    ENV.parse(source(name))


@pytest.mark.parametrize("name", SCREENS)
def test_it_carries_no_style_or_script_of_its_own(name: str) -> None:
    text = re.sub(r"\{#.*?#\}", "", source(name), flags=re.DOTALL)

    assert not re.search(r"\sstyle\s*=", text)
    assert not re.search(r"<style\b", text)
    assert not re.search(r"<script\b(?![^>]*\bsrc=)", text)
    assert not re.search(r"\son[a-z]+\s*=\s*[\"']", text)
    assert "javascript:" not in text


@pytest.mark.parametrize("name", [name for name in SCREENS if name not in OWN_MARKUP])
def test_htmx_stays_in_macros_and_partials(name: str) -> None:
    assert not re.search(r"\shx-[a-z]", source(name))


@pytest.mark.parametrize("name", SCREENS)
def test_nothing_is_marked_as_safe(name: str) -> None:
    assert not re.search(r"\|\s*safe\b|autoescape false", source(name))


@pytest.mark.parametrize("name", SCREENS)
def test_every_form_that_posts_carries_the_token(name: str) -> None:
    for form in re.findall(
        r"<form\b[^>]*method=\"post\".*?</form>", source(name), flags=re.DOTALL | re.IGNORECASE
    ):
        assert re.search(r"csrf\(\)|csrf_token|hidden_tag\(\)", form), form[:120]


def macro_icons() -> dict[str, dict[str, int]]:
    """Macro name -> the places of its arguments that name an icon."""
    found = {}
    for path in (FOLDER / "macros").glob("*.html"):
        for macro in ENV.parse(path.read_text()).find_all(nodes.Macro):
            names = [argument.name for argument in macro.args]
            found[macro.name] = {n: names.index(n) for n in names if n in ("mark", "sign")}
    return found


def icons_of(name: str, macros: dict[str, dict[str, int]]) -> Iterator[str]:
    """Every icon that is named by a constant in a call of `icon` or of one of our macros."""
    for call in ENV.parse(source(name)).find_all(nodes.Call):
        called = call.node.attr if isinstance(call.node, nodes.Getattr) else getattr(call.node, "name", "")
        places = {"name": 0} if called == "icon" else macros.get(called, {})
        given = {k.key: k.value for k in call.kwargs}
        for word, place in places.items():
            value = given.get(word) or (call.args[place] if place < len(call.args) else None)
            if isinstance(value, nodes.Const) and isinstance(value.value, str) and value.value:
                yield value.value


def test_every_icon_that_a_template_names_is_in_the_sprite() -> None:
    drawn = set(json.loads((ROOT / "outreach/static/dist/manifest.json").read_text())["icons"])
    macros = macro_icons()
    missing = {(name, icon) for name in SCREENS for icon in icons_of(name, macros) if icon not in drawn}

    assert not missing, (
        f"not in the sprite (a wrong name, or `make setup` was not run since): {sorted(missing)}"
    )


@pytest.mark.parametrize("name", SCREENS)
def test_no_form_stands_in_a_form(name: str) -> None:
    inside = False
    for tag in re.findall(
        r"<form\b|</form>|forms\.search\(|(?<!hx-)post=|menu_post\(|snooze\(", source(name)
    ):
        assert not (inside and tag != "</form>"), f"{tag} inside a form"
        inside = tag == "<form" if tag in ("<form", "</form>") else inside
