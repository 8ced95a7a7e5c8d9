"""The frame of every screen: keys, palette, menus, toasts, theme, phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.looks import PHONE, complaints, violations
from tests.browser.small_app import Shelf

pytestmark = pytest.mark.browser


@pytest.fixture(autouse=True)
def today(page: Page, small: str) -> None:
    page.goto(f"{small}/today")


def test_the_chosen_theme_stays_and_stands_from_the_first_paint(page: Page) -> None:
    page.get_by_role("button", name="Dark theme").click()
    page.reload(wait_until="commit")
    page.wait_for_selector("body", state="attached")

    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    expect(page.get_by_role("button", name="Dark theme")).to_have_attribute("aria-pressed", "true")


def test_j_and_k_walk_and_enter_opens(page: Page, small: str) -> None:
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    expect(page.locator(".item.is-selected")).to_contain_text("moss.example")

    page.keyboard.press("Enter")

    page.wait_for_url(f"{small}/sites/moss.example")


def test_enter_opens_the_first_row_at_once(page: Page, small: str) -> None:
    page.keyboard.press("Enter")

    page.wait_for_url(f"{small}/sites/wild.example")


def test_a_key_acts_on_the_selected_row_and_u_undoes_it(page: Page, shelf: Shelf) -> None:
    page.keyboard.press("j")
    page.keyboard.press("d")
    expect(page.locator(".toast[data-watched]")).to_contain_text("moss.example is done")

    page.keyboard.press("u")
    expect(page.locator(".item").first).to_contain_text("moss.example")

    assert shelf.posted == ["done moss.example", "undo moss.example"]


def test_keys_of_another_keyboard_count_by_their_place(page: Page, shelf: Shelf) -> None:
    """Cyrillic letters, and digits that ask for Shift as in France; a letter that is another place's own stays itself."""
    press = "([key, code, ctrlKey]) => document.activeElement.dispatchEvent(new KeyboardEvent('keydown', {key, code, ctrlKey, bubbles: true, cancelable: true}))"
    page.evaluate(press, ["о", "KeyJ", False])
    page.evaluate(press, ["y", "KeyZ", False])
    expect(page.locator(".item .menu[open]")).to_have_count(0)
    page.evaluate(press, ["я", "KeyZ", False])
    with page.expect_navigation():
        page.evaluate(press, ['"', "Digit3", False])
    assert shelf.posted == ["snooze moss.example 3"]

    page.evaluate(press, ["л", "KeyK", True])
    expect(page.locator("dialog.palette")).to_be_visible()


def test_snooze_opens_a_menu_whose_keys_count_days(page: Page, shelf: Shelf) -> None:
    page.keyboard.press("z")
    with page.expect_navigation():
        page.keyboard.press("3")

    assert shelf.posted == ["snooze wild.example 3"]


def test_the_keys_of_a_menu_rest_while_it_is_closed(page: Page, shelf: Shelf) -> None:
    page.keyboard.press("3")
    page.keyboard.press("z")
    page.keyboard.press("Escape")
    page.keyboard.press("1")
    page.wait_for_timeout(200)

    assert shelf.posted == []


def test_a_menu_closes_by_escape_and_gives_the_focus_back(page: Page) -> None:
    snooze = page.locator(".item .menu").first
    snooze.locator("summary").click()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("button", name="Until tomorrow").first).to_be_focused()

    page.keyboard.press("Escape")

    expect(snooze.locator(".menu-list")).to_be_hidden()
    expect(snooze.locator("summary")).to_be_focused()


def test_the_readers_menu_opens_upward_and_whole(page: Page) -> None:
    page.locator(".shell .me").click()

    log_out = page.get_by_role("button", name="Log out")
    expect(log_out).to_be_in_viewport(ratio=1)
    box, name = (
        page.locator(".shell .menu.is-up .menu-list").bounding_box(),
        page.locator(".shell .me").bounding_box(),
    )
    assert box
    assert name
    assert box["height"] > 100
    assert box["y"] + box["height"] <= name["y"]


def test_keys_are_letters_while_one_writes(page: Page, shelf: Shelf) -> None:
    page.get_by_label("Note").click()
    page.keyboard.type("jdzu?")

    expect(page.get_by_label("Note")).to_have_value("jdzu?")
    assert shelf.posted == []


def test_control_enter_sends_what_one_writes(page: Page, shelf: Shelf) -> None:
    page.get_by_label("Note").fill("call her")
    with page.expect_navigation():
        page.keyboard.press("Control+Enter")

    assert shelf.posted == ["note call her"]


def test_a_double_press_posts_once(page: Page, shelf: Shelf) -> None:
    page.get_by_label("Note").fill("once")
    page.get_by_role("button", name="Save").dblclick()
    page.wait_for_load_state("networkidle")

    assert shelf.posted == ["note once"]


def test_the_sheet_lists_the_keys_of_the_screen(page: Page) -> None:
    page.keyboard.press("?")

    sheet = page.get_by_role("dialog", name="Keys")
    expect(sheet).to_be_visible()
    expect(sheet.locator("#keys-here")).to_contain_text("Done")
    expect(sheet.locator("#keys-here")).to_contain_text("Snooze")
    words = sheet.locator("#keys-here dd").all_inner_texts()
    assert all(words) and not any(one[-1].isdigit() for one in words), words
    assert violations(page) == []


def test_g_and_a_letter_go_to_a_part(page: Page, small: str) -> None:
    page.keyboard.press("g")
    page.keyboard.press("p")

    page.wait_for_url(f"{small}/pipeline")


def test_the_palette_finds_a_command_by_a_part_of_it(page: Page, small: str) -> None:
    page.keyboard.press("Control+k")
    page.keyboard.type("prosp")
    expect(page.get_by_role("option", selected=True)).to_contain_text("Add prospects")
    assert violations(page) == []

    page.keyboard.press("Enter")

    page.wait_for_url(f"{small}/styleguide")


def test_the_palette_shows_what_the_server_finds(page: Page, small: str) -> None:
    page.keyboard.press("Control+k")
    page.keyboard.type("wild")
    expect(page.get_by_role("option", name="wild.example")).to_be_visible()

    page.keyboard.press("Enter")

    page.wait_for_url(f"{small}/sites/wild.example")


def test_the_palette_says_when_there_is_nothing(page: Page) -> None:
    page.keyboard.press("Control+k")
    page.keyboard.type("zzzz")

    expect(page.get_by_text("Nothing found.")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Command palette")).to_be_hidden()


def test_a_toast_leaves_after_eight_seconds_but_not_while_it_is_held(page: Page, small: str) -> None:
    page.clock.install()
    page.goto(f"{small}/today")
    page.keyboard.press("d")
    toast = page.locator(".toast[data-watched]")
    expect(toast).to_be_visible()
    toast.get_by_role("button", name="Undo").focus()
    page.clock.run_for(9000)
    expect(toast).to_be_visible()

    page.evaluate("document.activeElement.blur()")
    page.clock.run_for(9000)

    expect(toast).to_have_count(0)


def test_without_scripts_the_toast_is_a_line_of_the_page_that_undoes(
    browser: Browser, small: str, shelf: Shelf
) -> None:
    page = browser.new_page(java_script_enabled=False)
    page.goto(f"{small}/today")
    page.locator(".item", has_text="wild.example").locator(".row-button:not(summary)").click()
    assert page.locator(".toast").is_visible()

    page.get_by_role("button", name="Undo").click()

    assert shelf.posted == ["done wild.example", "undo wild.example"]
    page.close()


def test_a_phone_reaches_everything_through_more(browser: Browser, small: str) -> None:
    page = browser.new_page(viewport=PHONE)
    said = complaints(page)
    page.goto(f"{small}/today")
    page.get_by_role("button", name="More").click()

    everything = page.get_by_role("navigation", name="Main", exact=True)
    expect(everything.get_by_role("link", name="Settings")).to_be_visible()
    assert violations(page) == []
    everything.get_by_role("link", name="Pipeline").click()
    page.wait_for_url(f"{small}/pipeline")
    assert said == []
    page.close()
