"""From ready to won in a browser, for the three types with the longest way: by the page of the pitch and its check list."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect

from outreach.db import session, write
from outreach.pitches import fact_moves, moves, rules
from outreach.pitches.agreement import Agreement
from outreach.pitches.production import queries
from outreach.pitches.rules import PitchType, Stage
from tests.browser.looks import complaints, log_in, served, violations
from tests.world import NOW, TODAY, World

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("kind", ["sqlite"], indirect=True)]

LONG_WAYS = [PitchType.GUEST_POST, PitchType.INTERVIEW, PitchType.CO_CREATED]


@pytest.fixture
def address(app: Flask, world: World) -> Iterator[str]:
    """The address of the app over the named world."""
    with served(app) as found:
        yield found


def stage_now(world: World) -> Stage:
    session().rollback()
    return world.pitch.stage


def go_on_to(page: Page, world: World, stage: Stage) -> None:
    """Press "Mark ..." until the pitch stands there."""
    path = rules.PATHS[world.pitch.type]
    while stage_now(world) is not stage:
        after = path[path.index(world.pitch.stage) + 1]
        page.get_by_role("button", name=f"Mark “{rules.stage_name(after)}”").click()
        expect(page.locator(".toast").last).to_contain_text(f"moved to “{rules.stage_name(after)}”")


def agree(page: Page, then: str, **fields: str) -> None:
    page.get_by_role("link", name=f"Mark “{then}”").click()
    for label, text in fields.items():
        page.get_by_label(label.replace("_", " ")).fill(text)
    if then == "Agreed":
        page.get_by_label("Expected rel").select_option("follow")
    page.get_by_role("button", name=f"Save and mark “{then}”").click()
    expect(page.locator(".toast").last).to_contain_text(f"moved to “{then}”")


def see_it(page: Page, address: str, world: World, page_url: str) -> None:
    """Watch a link of the pitch, and say that it was seen."""
    page.goto(f"{address}/links/new?pitch_id={world.pitch.id}")
    page.get_by_label("Page", exact=True).fill(page_url)
    page.get_by_label("Leads to").fill(world.page.url)
    page.get_by_role("button", name="Watch this link").click()
    page.locator("#looked").get_by_role("radio").first.check()
    page.get_by_role("button", name="Keep what I saw").click()
    expect(page.locator(".toast").last).to_be_visible()


@pytest.mark.parametrize("kind_of_pitch", LONG_WAYS)
def test_a_pitch_is_taken_from_ready_to_won(
    app: Flask, context: BrowserContext, address: str, world: World, kind_of_pitch: PitchType
) -> None:
    with write():
        world.pitch.type = kind_of_pitch
    log_in(app, context, address, world.ana)
    page = context.new_page()
    said = complaints(page)
    home = f"{address}/pitches/{world.pitch.id}"
    page.goto(home)
    go_on_to(page, world, Stage.TALKING)
    agree(page, "Agreed")
    _by_the_list(page, world)
    assert violations(page) == []
    if kind_of_pitch is PitchType.CO_CREATED:
        _contributors(page, address, world)
    page.goto(home)
    agree(page, "Published", Published_page="https://wild.example/the-piece")
    see_it(page, address, world, "https://wild.example/the-piece")
    if kind_of_pitch is PitchType.CO_CREATED:
        assert stage_now(world) is Stage.PUBLISHED_CLAIMED
        see_it(page, address, world, "https://cleo.example/with-us")
    assert stage_now(world) is Stage.WON
    page.goto(home)
    expect(
        page.get_by_text("1 of 1 linked" if kind_of_pitch is PitchType.CO_CREATED else "Won").first
    ).to_be_visible()
    assert said == []


def _by_the_list(page: Page, world: World) -> None:
    """Tick every line of the check list; those that stand for a stage take the pitch along."""
    assert stage_now(world) is Stage.AGREED
    for step in [step.words for step in queries.steps_of(world.pitch.id)]:
        tick = page.get_by_role("button", name=f"Done: {step}")
        if tick.count():
            tick.click()
            expect(page.get_by_role("button", name=f"Open again: {step}")).to_be_visible()
    path = rules.PATHS[world.pitch.type]
    assert stage_now(world) is path[path.index(Stage.PUBLISHED_CLAIMED) - 1]


def _contributors(page: Page, address: str, world: World) -> None:
    page.goto(f"{address}/pitches/{world.pitch.id}/production")
    page.get_by_label("Who is asked").fill("Cleo")
    page.get_by_role("button", name="Add contributors").click()
    page.get_by_role("link", name="Cleo").click()
    page.get_by_label("How far", exact=True).select_option("contributed")
    page.get_by_label("Page where they will link").fill("https://cleo.example/with-us")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("https://cleo.example/with-us")).to_be_visible()


def test_the_list_is_worked_without_scripts_and_a_tick_is_taken_back(
    app: Flask, browser: Browser, address: str, world: World
) -> None:
    with write():
        terms = Agreement(target_url=world.page.url, expected_rel="follow")
        fact_moves.agree(world.pitch, terms, by=world.ana, now=NOW)
        moves.move(world.pitch, Stage.AGREED, by=world.ana, now=NOW, today=TODAY)
    context = browser.new_context(java_script_enabled=False)
    log_in(app, context, address, world.ana)
    page = context.new_page()
    page.goto(f"{address}/pitches/{world.pitch.id}")
    page.get_by_role("button", name="Done: Outline sent").click()
    assert stage_now(world) is Stage.OUTLINE_SENT
    page.get_by_role("button", name="Undo").click()
    assert stage_now(world) is Stage.AGREED
    context.close()
