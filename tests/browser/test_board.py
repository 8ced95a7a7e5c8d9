"""Cards are moved by dragging, by a menu, and never over a colleague's move."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.looks import complaints, violations
from tests.browser.small_app import Shelf

pytestmark = pytest.mark.browser


def column(page: Page, key: str) -> Locator:
    return page.locator(f'.board-list[data-column="{key}"]')


def drag(page: Page, domain: str, key: str) -> None:
    page.locator(".board-card", has_text=domain).drag_to(column(page, key))


def test_a_card_is_dragged_to_another_column(page: Page, small: str, shelf: Shelf) -> None:
    said = complaints(page)
    page.goto(f"{small}/pipeline")

    drag(page, "wild.example", "agreed")

    expect(page.locator(".toast")).to_contain_text("wild.example moved")
    expect(column(page, "agreed").locator(".board-card")).to_have_attribute("data-version", "2")
    expect(page.get_by_role("region", name="Talking").locator("[data-count]")).to_have_text("1")
    assert shelf.posted == ["wild.example to agreed"]
    assert said == []


def test_who_comes_second_is_told_what_the_other_did(page: Page, small: str, shelf: Shelf) -> None:
    page.goto(f"{small}/pipeline")
    shelf.pitches[0].version += 1
    shelf.pitches[0].column = "agreed"

    drag(page, "wild.example", "agreed")

    expect(page.get_by_role("dialog")).to_contain_text("Max has moved wild.example to Agreed.")
    expect(column(page, "agreed").locator(".board-card")).to_contain_text("wild.example")
    assert violations(page) == []
    assert shelf.posted == []


def test_the_menu_of_a_card_moves_it_without_scripts(browser: Browser, small: str, shelf: Shelf) -> None:
    page = browser.new_page(java_script_enabled=False)
    page.goto(f"{small}/pipeline")

    page.get_by_label("Move moss.example").click()
    page.locator(".board-card", has_text="moss.example").get_by_role("button", name="Agreed").click()

    assert shelf.posted == ["moss.example to agreed"]
    page.close()


def test_a_card_is_moved_by_keys_alone(page: Page, small: str, shelf: Shelf) -> None:
    page.goto(f"{small}/pipeline")

    page.get_by_label("Move wild.example").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    with page.expect_navigation():
        page.keyboard.press("Enter")

    assert shelf.posted == ["wild.example to agreed"]


def test_a_server_that_is_gone_leaves_the_card_where_it_was(page: Page, small: str, shelf: Shelf) -> None:
    page.goto(f"{small}/pipeline")
    page.route("**/column", lambda route: route.abort())

    drag(page, "wild.example", "agreed")

    expect(page.get_by_role("dialog")).to_contain_text("The server did not answer.")
    expect(column(page, "talking").locator(".board-card").first).to_contain_text("wild.example")
    assert shelf.posted == []


def test_a_card_is_moved_by_a_finger(browser: Browser, small: str, shelf: Shelf) -> None:
    context = browser.new_context(viewport={"width": 1000, "height": 900}, has_touch=True)
    page = context.new_page()
    page.goto(f"{small}/pipeline")
    card = page.locator(".board-card", has_text="wild.example").bounding_box()
    goal = column(page, "agreed").bounding_box()
    assert card
    assert goal
    finger = context.new_cdp_session(page)

    def touch(kind: str, x: float, y: float) -> None:
        points = [] if kind == "touchEnd" else [{"x": x, "y": y}]
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    touch("touchStart", card["x"] + 40, card["y"] + 20)
    page.wait_for_timeout(300)
    for step in range(1, 11):
        touch(
            "touchMove", card["x"] + 40 + (goal["x"] + 60 - card["x"]) * step / 10, card["y"] + 20 + step * 4
        )
        page.wait_for_timeout(20)
    touch("touchEnd", 0, 0)

    expect(page.locator(".toast")).to_contain_text("wild.example moved")
    assert shelf.posted == ["wild.example to agreed"]
    context.close()
