"""Every component in every state: readable by all, in both themes, on a phone, under the real headers."""

from __future__ import annotations

from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.looks import (
    PHONE,
    WIDE,
    complaints,
    is_wider_than_its_window,
    keep_picture,
    violations,
    words_cut_off,
)

pytestmark = pytest.mark.browser
LOOKS: list[tuple[str, Literal["light", "dark"], Any]] = [
    ("light", "light", WIDE),
    ("dark", "dark", WIDE),
    ("phone", "light", PHONE),
    ("phone-dark", "dark", PHONE),
]


@pytest.mark.parametrize(("name", "scheme", "size"), LOOKS, ids=[look[0] for look in LOOKS])
def test_everybody_can_read_it(
    browser: Browser, small: str, name: str, scheme: Literal["light", "dark"], size: Any
) -> None:
    page = browser.new_page(viewport=size, color_scheme=scheme)
    said = complaints(page)

    page.goto(f"{small}/styleguide")
    page.wait_for_load_state("networkidle")
    keep_picture(page, f"styleguide-{name}")

    assert violations(page) == []
    assert not is_wider_than_its_window(page)
    assert words_cut_off(page) == []
    assert said == []
    page.close()


def test_it_needs_no_scripts_to_be_read(browser: Browser, small: str) -> None:
    page = browser.new_page(viewport=WIDE, java_script_enabled=False)

    page.goto(f"{small}/styleguide")

    assert page.get_by_role("heading", name="Style guide").is_visible()
    assert page.get_by_role("button", name="Search or jump to").is_hidden()
    page.get_by_label("Move citybloom.example").click()
    assert page.get_by_role("button", name="Agreed").first.is_visible()
    page.close()


def test_the_page_for_nothing_can_be_read_by_all(page: Page, small: str) -> None:
    page.goto(f"{small}/nothing-here")

    assert page.get_by_role("heading", name="There is nothing at this address").is_visible()
    assert violations(page) == []
