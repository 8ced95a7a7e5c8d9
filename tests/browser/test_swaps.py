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


def test_an_error_page_never_lands_inside_a_screen(page: Page, small: str) -> None:
    page.goto(f"{small}/letter")

    page.get_by_label("Words").fill("break it")

    expect(page.locator(".toast")).to_contain_text("The server could not do this.")
    expect(page.locator("#preview")).to_have_text("Nothing yet")
    expect(page.get_by_label("Words")).to_have_value("break it")


def test_a_session_that_has_ended_leads_to_the_log_in(page: Page, small: str) -> None:
    page.goto(f"{small}/letter")
    page.route("**/letter/preview", lambda route: route.fulfill(status=302, headers={"Location": "/today"}))

    with page.expect_navigation(url="**/letter"):
        page.get_by_label("Words").fill("hello")
