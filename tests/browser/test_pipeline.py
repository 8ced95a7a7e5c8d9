"""The real pipeline: cards dragged over real rows, two people at once, keys alone, and no scripts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from outreach.accounts.models import User
from outreach.db import session, write
from outreach.pitches import moves
from outreach.pitches.rules import Stage
from tests.browser.looks import complaints, log_in, served, violations
from tests.pitches.stories import lines
from tests.pitches.test_moving_many import others
from tests.pitches.test_pipeline import many
from tests.world import NOW, TODAY, World

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("kind", ["sqlite"], indirect=True)]


@pytest.fixture
def address(app: Flask, world: World) -> Iterator[str]:
    """The address of the app over the named world."""
    with served(app) as found:
        yield found


def logged_in(app: Flask, context: BrowserContext, address: str, who: User) -> Page:
    """A page whose cookie says that `who` logged in."""
    log_in(app, context, address, who)
    return context.new_page()


def column(page: Page, key: str) -> Locator:
    return page.locator(f'.board-list[data-column="{key}"]')


def stage_now(world: World) -> Stage:
    session().rollback()
    return world.pitch.stage


def test_a_card_is_dragged_and_the_move_undone(
    app: Flask, context: BrowserContext, address: str, world: World
) -> None:
    page = logged_in(app, context, address, world.ana)
    said = complaints(page)
    page.goto(f"{address}/pitches")
    page.locator(".board-card", has_text="wild.example").drag_to(column(page, "talking"))
    expect(page.locator(".toast")).to_contain_text("wild.example: moved to “Talking”")
    expect(page.get_by_role("region", name="Talking").locator("[data-count]")).to_have_text("1")
    assert stage_now(world) is Stage.TALKING
    page.get_by_role("button", name="Undo").click()
    expect(column(page, "to_do").locator(".board-card")).to_contain_text("wild.example")
    assert stage_now(world) is Stage.READY
    assert lines(world.pitch.id) == ["pitch.started", "pitch.stage", "pitch.undone"]
    assert said == []


def test_the_second_of_two_is_told_what_the_first_did(
    app: Flask, context: BrowserContext, address: str, world: World
) -> None:
    page = logged_in(app, context, address, world.ana)
    page.goto(f"{address}/pitches")
    with write():
        moves.move(world.pitch, Stage.CONTACTED, by=world.max, now=NOW, today=TODAY)
    page.locator(".board-card", has_text="wild.example").drag_to(column(page, "talking"))
    expect(page.get_by_role("dialog")).to_contain_text("Max Hazel moved it from “Ready” to “Contacted”")
    expect(column(page, "contacted").locator(".board-card")).to_contain_text("wild.example")
    assert violations(page) == []
    assert stage_now(world) is Stage.CONTACTED


def test_a_refused_drop_leads_to_the_agreement_and_on(
    app: Flask, context: BrowserContext, address: str, world: World
) -> None:
    page = logged_in(app, context, address, world.ana)
    page.goto(f"{address}/pitches")
    page.locator(".board-card", has_text="wild.example").drag_to(column(page, "agreed"))
    expect(page.get_by_role("dialog")).to_contain_text("First save the agreement")
    expect(column(page, "to_do").locator(".board-card")).to_contain_text("wild.example")
    page.get_by_role("link", name="Write the agreement down").click()
    page.get_by_label("Expected rel").select_option("follow")
    page.get_by_role("button", name="Save and mark “Agreed”").click()
    expect(page.locator(".toast")).to_contain_text("moved to “Agreed”")
    assert stage_now(world) is Stage.AGREED


def test_a_drop_on_closed_asks_how_it_ended(
    app: Flask, context: BrowserContext, address: str, world: World
) -> None:
    page = logged_in(app, context, address, world.ana)
    page.set_viewport_size({"width": 2200, "height": 900})
    page.goto(f"{address}/pitches")
    page.locator(".board-card", has_text="wild.example").drag_to(column(page, "closed"))
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Move to").select_option("declined")
    dialog.get_by_label("Why").fill("No guest posts this year")
    dialog.get_by_role("button", name="Move wild.example").click()
    expect(page.get_by_text("No guest posts this year").first).to_be_visible()
    assert stage_now(world) is Stage.DECLINED


def test_a_card_is_moved_by_keys_alone(
    app: Flask, context: BrowserContext, address: str, world: World
) -> None:
    page = logged_in(app, context, address, world.ana)
    page.goto(f"{address}/pitches")
    page.get_by_label("Move wild.example").focus()
    page.keyboard.press("Enter")
    button = page.locator(".board-card").get_by_role("button", name="Contacted", exact=True)
    while not button.evaluate("it => it === document.activeElement"):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(column(page, "contacted").locator(".board-card")).to_contain_text("wild.example")
    assert stage_now(world) is Stage.CONTACTED


def test_a_pitch_is_worked_without_scripts(app: Flask, browser: Browser, address: str, world: World) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = logged_in(app, context, address, world.ana)
    page.goto(f"{address}/pitches")
    page.get_by_label("Move wild.example").click()
    page.locator(".board-card").get_by_role("button", name="Talking", exact=True).click()
    expect(column(page, "talking").locator(".board-card")).to_contain_text("wild.example")
    page.get_by_role("link", name="wild.example").click()
    page.get_by_label("In your words, if you like").fill("Answer Bo about the photos")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("body")).to_contain_text("Next action saved")
    page.get_by_role("button", name="Done D").click()
    expect(page.locator("body")).to_contain_text("Done. Next: Follow up")
    assert stage_now(world) is Stage.TALKING
    context.close()


SCREENS = (
    "/pitches", "/pitches?view=table", "/pitches/1", "/pitches/1/agreement", "/pitches/1/edit", "/pitches/1/next",
    "/pitches/1/next/snooze", "/pitches/1/stage?to=closed", "/pitches/new", "/pitches/new?site=wild.example", "/reminders/new?pitch=1",
)  # fmt: skip


def test_every_screen_is_sound_and_no_wider_than_its_window(
    app: Flask, browser: Browser, address: str, world: World
) -> None:
    for width, scheme in ((1280, "light"), (390, "dark")):
        context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)  # type: ignore[arg-type]
        page = logged_in(app, context, address, world.ana)
        said = complaints(page)
        for screen in SCREENS:
            page.goto(f"{address}{screen}")
            assert violations(page) == [], screen
            assert page.evaluate("document.documentElement.scrollWidth") <= width, screen
        assert said == []
        context.close()


def test_what_a_colleague_moves_appears_without_a_reload(
    app: Flask, context: BrowserContext, address: str, world: World
) -> None:
    page = logged_in(app, context, address, world.ana)
    said = complaints(page)
    page.goto(f"{address}/pitches")
    expect(column(page, "to_do").locator(".board-card")).to_contain_text("wild.example")
    with write():
        moves.move(world.pitch, Stage.TALKING, by=world.max, now=NOW + timedelta(minutes=1), today=TODAY)
    expect(column(page, "talking").locator(".board-card")).to_contain_text("wild.example", timeout=15_000)
    expect(page.get_by_role("region", name="Talking").locator("[data-count]")).to_have_text("1")
    assert said == []


def test_the_rest_of_a_column_comes_as_one_looks_down(
    app: Flask, context: BrowserContext, address: str, world: World
) -> None:
    many(world, 350)
    page = logged_in(app, context, address, world.ana)
    page.goto(f"{address}/pitches")
    cards = column(page, "talking").locator(".board-card")
    for _ in range(20):
        cards.last.scroll_into_view_if_needed()
        column(page, "talking").evaluate("list => list.scrollTo(0, list.scrollHeight)")
        if cards.count() == 50:
            break
        page.wait_for_timeout(300)
    expect(cards).to_have_count(50)
    expect(column(page, "talking").locator(".board-more")).to_have_count(0)
    assert violations(page) == []


def test_cards_are_ticked_by_keys_and_moved_together(
    app: Flask, context: BrowserContext, address: str, world: World
) -> None:
    others(world, 3)
    page = logged_in(app, context, address, world.ana)
    said = complaints(page)
    page.goto(f"{address}/pitches")
    page.keyboard.press("x")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("Shift+X")
    expect(page.locator("[data-selection-count]")).to_have_text("3 ticked")
    page.locator(".board-card", has_text="garden0.example").hover()
    page.get_by_label("Tick garden0.example").uncheck()
    page.get_by_label("Tick garden0.example").check()
    page.get_by_label("Move to", exact=True).select_option("column-contacted")
    assert violations(page) == []
    page.get_by_role("button", name="Move", exact=True).click()
    expect(page.locator(".toast")).to_contain_text("3 cards moved to “Contacted”")
    expect(column(page, "contacted").locator(".board-card")).to_have_count(3)
    page.get_by_role("button", name="Undo").click()
    expect(column(page, "to_do").locator(".board-card")).to_have_count(4)
    assert said == []
