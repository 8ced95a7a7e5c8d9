"""A list of another tool comes in, a hundred of its sites are decided by keys alone, and the rest is taken back."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, Page, expect

from tests.browser.hands import Hands
from tests.browser.looks import complaints, is_wider_than_its_window, violations
from tests.browser.test_chain import add_project, set_up
from tests.care.exports import ahrefs
from tests.conftest import Place
from tests.servers.every_host import answering
from tests.servers.product import answers, eventually, served

SITES, DECIDED = 104, 100
WORDS = "Forty mixes stood in the field, and we counted what came up after the rain. " * 20
ORDER = sorted(f"site{number}.localhost" for number in range(SITES))
"""Sites that came in together come up by their names."""
ANSWERS = ("k", "k", "r1", "l", "r3", "k", "r0", "k", "r9", "l")
"""What is pressed, in turns; the last digit after r is the reason, 9 one's own."""


def answer(host: str, path: str) -> tuple[int, str]:
    """Every site's first page."""
    name = host.partition(".")[0]
    page = f'<!doctype html><html lang="en"><title>Garden {name}</title><body><main><p>{WORDS}</p></main></body></html>'
    return (404, "") if path == "/robots.txt" else (200, page)


@pytest.fixture
def port() -> Iterator[int]:
    with answering(answer) as port:
        yield port


@pytest.fixture
def kind() -> str:
    return "sqlite"


def export(file: Path, port: int) -> None:
    """As Ahrefs gives it: UTF-16, tabs, all quoted; each site twice, a page of ours, and a row that names no site."""
    pages = [
        f"http://site{number}.localhost:{port}/post-{turn}" for turn in (1, 2) for number in range(SITES)
    ]
    pages += ["https://hazel.example/", "http://10.0.0.1/"]
    file.write_bytes(ahrefs(pages, [number % 90 for number in range(len(pages))]))


def bring_in(hands: Hands, file: Path) -> str:
    """The file as it comes, its columns as they are guessed; gives the address of the import."""
    page = hands.page
    hands.go("/imports/new")
    page.set_input_files("#file", file)
    hands.press("Show its columns")
    hands.must_see("DR (Ahrefs)")
    hands.press("See what it would do")
    page.get_by_text("This is what would become of 210 rows").wait_for(timeout=30_000)
    said = page.get_by_text("This is what would become of").inner_text()
    assert [int(number) for number in re.findall(r"(\d+) (?:new|site|our|refused)", said)] == [104, 104, 1, 1]
    hands.must_see("An address of numbers names no site")
    hands.press("Bring it in")
    page.get_by_text("Done: 210 rows").wait_for(timeout=30_000)
    return page.url


def decide(page: Page, keys: Sequence[str]) -> str:
    """Answer by keys and wait for the next site; gives the site that was decided."""
    bar = page.locator(".selection-bar")
    here = str(bar.get_attribute("aria-label"))
    for key in keys:
        page.keyboard.press(key)
    if keys == "r9":
        page.keyboard.type("Sells lamps")
        page.keyboard.press("Enter")
    expect(bar).not_to_have_attribute("aria-label", here)
    return here.removeprefix("Decide on ")


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_hundred_sites_are_decided_by_keys_alone(
    place: Place, browser: Browser, port: int, tmp_path: Path
) -> None:
    export(tmp_path / "hazel.example-backlinks.csv", port)
    with served(place, OUTREACH_FETCH_ALLOW_ENDPOINTS=f"127.0.0.1:{port}") as (_, base):
        eventually(lambda: answers(base))
        page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
        hands = Hands(page, base.rstrip("/"))
        set_up(hands)
        add_project(hands)
        address = bring_in(hands, tmp_path / "hazel.example-backlinks.csv")

        for keys, where in (("gr", "**/prospects"), ("q", "**/prospects/qualify")):
            page.keyboard.type(keys)
            page.wait_for_url(where)
        expect(page.get_by_text("1 of 104")).to_be_visible()
        expect(page.get_by_text("Garden site0")).to_be_visible(timeout=30_000)
        expect(page.get_by_text("Ahrefs, today", exact=False)).to_be_visible()
        assert violations(page) == []
        said = complaints(page)
        page.evaluate("window.stays = document.timeline")
        decided = [decide(page, ANSWERS[number % len(ANSWERS)]) for number in range(DECIDED)]
        assert decided == ORDER[:DECIDED]
        expect(page.get_by_text("101 of 104")).to_be_visible()
        expect(page.get_by_text(f"Garden {ORDER[100].partition('.')[0]}")).to_be_visible(timeout=30_000)
        assert decide(page, "u") == ORDER[100]
        expect(page.get_by_text(f"Taken back: {ORDER[99]}")).to_be_visible()
        later = page.get_by_role("button", name="Later")
        later.focus()
        assert decide(page, ["Enter"]) == ORDER[99]
        expect(later).to_be_focused()
        assert page.evaluate("window.stays === document.timeline"), "the page was never loaded anew"
        assert said == []
        assert states(place) == {"kept": 40, "rejected": 40, "later": 20, "new": 4}

        page.set_viewport_size({"width": 390, "height": 844})
        assert not is_wider_than_its_window(page)
        page.goto(address)
        hands.press("Undo all")
        page.get_by_text("Taken back, but for 100 rows").wait_for(timeout=30_000)
        expect(page.get_by_text("It stays: somebody worked on it since.").first).to_be_visible()
        assert states(place) == {"kept": 40, "rejected": 40, "later": 20}


def states(place: Place) -> dict[str, int]:
    """How many sites of the project stand how."""
    engine = sa.create_engine(place.url)
    try:
        with engine.connect() as connection:
            rows = connection.execute(sa.text("SELECT state, count(*) FROM prospects GROUP BY state"))
            return {row[0]: row[1] for row in rows}
    finally:
        engine.dispose()
