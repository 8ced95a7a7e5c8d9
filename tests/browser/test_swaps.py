"""What htmx swaps, under the real Content-Security-Policy."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.looks import complaints

pytestmark = pytest.mark.browser


def test_long_work_shows_how_far_it_is_and_ends_by_itself(page: Page, small: str) -> None:
    said = complaints(page)
    page.goto(f"{small}/letter")

    expect(page.locator("#work")).to_have_text("All 3 are done", timeout=8000)
    assert page.locator("#work").get_attribute("hx-get") is None
    assert said == []


def test_a_preview_follows_what_one_writes_and_shows_it_as_text(page: Page, small: str) -> None:
    said = complaints(page)
    page.goto(f"{small}/letter")

    page.get_by_label("Words").fill("<b onclick=alert(1)>hello</b>")

    expect(page.locator("#preview")).to_have_text("Dear Bo, <b onclick=alert(1)>hello</b>")
    assert said == []
