"""Many prospects at once, as one does it all day: tick with keys, tag the ticked, reject all that fit, and take both back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import BrowserContext, Page, expect

from outreach.db import session
from outreach.prospects.labels.models import Tag
from tests.browser.looks import complaints, log_in, served
from tests.care.test_bulk import fill, states
from tests.world import World

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("kind", ["sqlite"], indirect=True)]


@pytest.fixture
def page(app: Flask, context: BrowserContext, world: World) -> Iterator[Page]:
    fill(world, 60)
    with served(app) as address:
        log_in(app, context, address, world.ana)
        page = context.new_page()
        page.goto(f"{address}/prospects?state=new&sort=site")
        expect(page.locator("tbody tr")).to_have_count(50)
        yield page


def now_are(world: World) -> dict[str, int]:
    session().rollback()
    return states(world)


def test_the_ticked_are_tagged_by_keys_and_it_is_taken_back(page: Page, world: World) -> None:
    said = complaints(page)
    for key in ("x", "j", "x"):
        page.keyboard.press(key)
    expect(page.locator(".selection-bar")).to_contain_text("2 ticked")
    page.keyboard.press("#")
    expect(page.get_by_label("Put tags on")).to_be_checked()
    page.get_by_role("textbox", name="Tags").fill("Spring list")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".toast")).to_contain_text("Put tags on: 2 done")
    assert "state=new" in page.url, "the list is as it was left"
    expect(page.locator("tbody").get_by_text("Spring list")).to_have_count(2)
    page.keyboard.press("u")
    expect(page.locator("main")).to_contain_text("Taken back for 2 of 2")
    session().rollback()
    assert session().scalar(sa.select(sa.func.count()).where(Tag.name == "Spring list")) == 0
    assert said == []


def test_all_that_fit_are_rejected_though_one_page_shows_fifty(page: Page, world: World) -> None:
    before = now_are(world)
    page.get_by_label("Tick all", exact=False).first.check()
    page.locator(".selection-bar").get_by_role("link", name="that fit").click()
    expect(page.get_by_role("heading", name="60 rows at once")).to_be_visible()
    page.get_by_label("Reject", exact=True).check()
    page.get_by_role("button", name="Do it to 60").click()
    expect(page.locator(".toast")).to_contain_text("60 done")
    assert now_are(world)["rejected"] == before.get("rejected", 0) + 60
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("main")).to_contain_text("Taken back for 60 of 60")
    assert now_are(world) == before
