"""The sheet that a team has already: 800 links become watched ones in a few actions, and are taken back as if nothing had been."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser

from outreach.kit import tables
from tests.browser.hands import Hands
from tests.browser.test_chain import add_project, set_up
from tests.conftest import Place
from tests.links.test_lists import rows_of_all_tables
from tests.servers.every_host import answering
from tests.servers.product import answers, eventually, served

LINKS = 800
TARGET = "https://hazel.example/seed-trial"
WORDS = "It rained for eleven days, then not at all for seven weeks. " * 10
PAGE = f'<!doctype html><html lang="en"><title>Seeds</title><body><main><article><h1>Seeds</h1><p>{WORDS}<a href="{TARGET}">seed mix trial</a></p></article></main></body></html>'


def answer(host: str, path: str) -> tuple[int, str]:
    """Every page of every site carries the link."""
    return (404, "") if path == "/robots.txt" else (200, PAGE)


@pytest.fixture
def port() -> Iterator[int]:
    with answering(answer) as port:
        yield port


@pytest.fixture
def kind() -> str:
    return "sqlite"


def sheet(file: Path, port: int) -> None:
    """What marketers keep: one row a link, with its price, its day and whom they know there."""
    head = [
        "Live URL",
        "Target URL",
        "Anchor text",
        "Link type",
        "Price",
        "Live date",
        "Contact",
        "Contact email",
    ]
    lines: list[list[tables.Cell]] = [
        [f"http://site{n % 400}.localhost:{port}/post-{n}", TARGET, "seed mix trial", "dofollow" if n % 5 else "sponsored",
         None if n % 5 else "120 EUR", f"2026-0{1 + n % 9}-15", f"Editor {n % 400}" if n % 2 else "", f"editor{n % 400}@site{n % 400}.example" if n % 2 else ""]
        for n in range(LINKS)
    ]  # fmt: skip
    with file.open("wb") as into:
        tables.write_xlsx(into, [head, *lines])


class Counted(Hands):
    """Counts what its owner does: each press, choice and field is one action."""

    actions = 0

    def go(self, path: str) -> None:
        self.actions += 1
        super().go(path)

    def press(self, words: str, role: str = "button") -> None:
        self.actions += 1
        super().press(words, role)

    def give(self, field: str, file: Path) -> None:
        self.actions += 1
        self.page.set_input_files(f"#{field}", file)


def everything(place: Place) -> dict[str, list[tuple[Any, ...]]]:
    engine = sa.create_engine(place.url)
    try:
        with engine.connect() as connection:
            return rows_of_all_tables(connection)
    finally:
        engine.dispose()


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_sheet_of_800_links_is_watched_in_under_ten_actions_and_taken_back(
    place: Place, browser: Browser, port: int, tmp_path: Path
) -> None:
    sheet(tmp_path / "links we have.xlsx", port)
    with served(place, OUTREACH_FETCH_ALLOW_ENDPOINTS=f"127.0.0.1:{port}") as (_, base):
        eventually(lambda: answers(base))
        page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
        hands = Counted(page, base.rstrip("/"))
        set_up(hands)
        add_project(hands)
        before = everything(place)

        hands.actions = 0
        hands.go("/links")
        hands.press("Check or watch a list", "link")
        hands.give("file", tmp_path / "links we have.xlsx")
        hands.press("Show its columns")
        hands.must_see("Anchor text")
        hands.press("Watch these")
        page.get_by_text("Done: the links are watched").wait_for(timeout=60_000)
        assert hands.actions < 10

        listed = page.url
        found = everything(place)
        assert len(found["placed_links"]) == LINKS
        assert len(found["sites"]) == len(before["sites"]) + 400
        assert len(found["people"]) == len(before["people"]) + 200
        page.goto(base + "links")
        assert f"{LINKS}" in page.get_by_role("heading", level=1).inner_text()

        page.goto(listed)
        page.reload()
        hands.press("Undo all")
        page.get_by_text("Taken back.").wait_for(timeout=60_000)
        after = everything(place)
        assert {name: len(rows) for name, rows in after.items()} == {
            name: len(rows) for name, rows in before.items()
        }
        assert after == before
