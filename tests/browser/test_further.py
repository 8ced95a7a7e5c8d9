"""A list that looks at some rows at a time goes on by itself; without scripts by a link."""

from __future__ import annotations

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from outreach.db import session, write
from outreach.prospects import walking
from tests.browser.looks import complaints, log_in, served
from tests.world import World, prospect, site

pytestmark = pytest.mark.browser


@pytest.fixture
def kind() -> str:
    return "sqlite"


@pytest.fixture
def long(world: World, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Thirty sites, of which every tenth holds the word; a page looks at eight. The names of those that hold it."""
    monkeypatch.setattr(walking, "RARE", -1)
    monkeypatch.setattr(walking, "LOOKED_ALL", 8)
    names = [f"a{number:02}{'fern' if number % 10 == 9 else 'oak'}.example" for number in range(30)]
    with write() as here:
        places = [site(name) for name in names]
        here.add_all(places)
        here.flush()
        here.add_all([prospect(world.seed, place, world.ana) for place in places])
    session().rollback()
    return [name for name in names if "fern" in name]


def listed(page: Page) -> list[str]:
    return [one.strip() for one in page.locator("#listed th a:not([href*=after])").all_inner_texts()]


def test_a_list_that_looks_at_some_rows_goes_on_by_itself_and_by_a_link_without_scripts(
    app: Flask, browser: Browser, world: World, long: list[str]
) -> None:
    with served(app) as address:
        for is_scripted in (True, False):
            context = browser.new_context(java_script_enabled=is_scripted)
            log_in(app, context, address, world.max)
            page, further = context.new_page(), "Look further"
            said = complaints(page)
            page.goto(f"{address}/prospects?q=fern&sort=site")
            found: list[str] = []
            for name in long if not is_scripted else ():
                while name not in found:
                    expect(page.get_by_role("heading", level=1)).to_contain_text("Prospects")
                    found += [one for one in listed(page) if one not in found]
                    before = page.url
                    if name not in found:
                        page.get_by_role("link", name=further).click()
                        expect(page).not_to_have_url(before)
            if is_scripted:
                expect(page.get_by_role("link", name=long[-1])).to_be_visible()
                expect(page.get_by_role("link", name=further)).to_have_count(0)
                found = listed(page)
            assert found == long
            assert said == []
            context.close()
