"""From the yes to the page (journey 7 of product.md, section 3), with each press of a person counted.

Outline, draft, edits, scheduled; a missed day shows the next morning; the page is found by the worker through the site's
feed, and the link is verified; an interview's slot goes along as a calendar file.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from icalendar import Calendar
from playwright.sync_api import BrowserContext, Locator, Page, expect

from outreach.app import create_app
from outreach.db import db, session, write
from outreach.kit import clock
from outreach.links import jobs
from outreach.pitches import fact_moves, moves
from outreach.pitches.agreement import Agreement
from outreach.pitches.production import queries
from outreach.pitches.rules import PitchType, Stage
from tests.browser.looks import complaints, log_in, served
from tests.conftest import Browser, Place
from tests.links.test_publications import feed, page, post
from tests.servers.pages import PageServer
from tests.world import NOW, TODAY, World

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("kind", ["sqlite"], indirect=True)]

TARGET = "https://hazel.example/seed-trial"


@pytest.fixture
def clock_file(tmp_path: Path) -> Path:
    file = tmp_path / "clock"
    file.write_text(NOW.isoformat())
    return file


@pytest.fixture
def app(place: Place, pages: PageServer, clock_file: Path) -> Iterator[Flask]:
    """An app whose worker reaches the test's own site, at a time of the test's choosing."""
    made = create_app(
        place.settings(
            fetch_allow_endpoints=[f"127.0.0.1:{pages.port}"], clock_file=clock_file, pitch_file_mb=2
        )
    )
    made.test_client_class = Browser
    with made.app_context():
        yield made
        db.session.remove()
        db.engine.dispose()
    clock.use_file(None)


@dataclass
class Person:
    """Somebody at the screen; counts what they do."""

    page: Page
    done: int = 0

    def press(self, what: Locator) -> None:
        self.done += 1
        what.click()

    def tick(self, words: str) -> None:
        """Tick a line of the check list."""
        self.press(self.page.get_by_role("button", name=f"Done: {words}"))
        expect(self.page.get_by_role("button", name=f"Open again: {words}")).to_be_visible()

    def sees(self, words: str) -> None:
        expect(self.page.get_by_text(words).first).to_be_visible()


def stage_now(world: World) -> Stage:
    session().rollback()
    return world.pitch.stage


def agreed(world: World, kind: PitchType) -> None:
    with write():
        world.pitch.type = kind
        fact_moves.agree(
            world.pitch, Agreement(target_url=TARGET, expected_rel="follow"), by=world.ana, now=NOW
        )
        moves.move(world.pitch, Stage.AGREED, by=world.ana, now=NOW, today=TODAY)


def test_a_yes_is_taken_to_the_page(
    app: Flask, context: BrowserContext, world: World, pages: PageServer, clock_file: Path
) -> None:
    agreed(world, PitchType.GUEST_POST)
    pages.routes = {
        "/": page("Wild", "Seeds.", '<link rel="alternate" type="application/rss+xml" href="/feed">')
    }
    pages.routes["/feed"] = feed(pages)
    with write():
        world.site.url = pages.url("/")
    with served(app) as address:
        log_in(app, context, address, world.ana)
        ana = Person(context.new_page())
        said = complaints(ana.page)
        home = f"{address}/pitches/{world.pitch.id}"
        ana.page.goto(home)
        _up_to_accepted(ana, world)
        _missed_and_scheduled(ana, world, address, clock_file)
        by_hand = ana.done
        _found_without_a_human(ana, world, home, pages)
        assert said == []
    assert by_hand <= 9, "outline, draft with its file, edits, accepted, scheduled"
    assert ana.done == by_hand + 1, "all that a person does for the publication is to say yes"


def _up_to_accepted(ana: Person, world: World) -> None:
    ana.tick("Outline sent")
    ana.press(ana.page.get_by_role("link", name="Drafts and files"))
    draft = {"name": "draft.md", "mimeType": "text/markdown", "buffer": b"# Forty mixes\n\nThe whole text.\n"}
    ana.done += 1
    ana.page.get_by_label("File", exact=True).set_input_files([draft])
    ana.press(ana.page.get_by_role("button", name="Keep it"))
    ana.press(
        ana.page.get_by_role("button", name="Sent: Draft, version 1")
        .or_(ana.page.get_by_role("button", name="Sent"))
        .first
    )
    ana.sees("moved to “Draft sent”")
    assert stage_now(world) is Stage.DRAFT_SENT
    ana.press(ana.page.get_by_role("link", name="wild.example /"))
    ana.tick("Their edits worked in")
    ana.tick("Draft accepted")
    assert stage_now(world) is Stage.ACCEPTED


def _missed_and_scheduled(ana: Person, world: World, address: str, clock_file: Path) -> None:
    """The day on which the day of publication was to be known goes by; the next morning says so, and is settled there."""
    step = next(step for step in queries.steps_of(world.pitch.id) if step.code == "scheduled")
    assert step.due_on
    morning = datetime.combine(step.due_on + timedelta(days=1), time(8), tzinfo=UTC)
    clock_file.write_text(morning.isoformat())
    session().rollback()
    ana.page.goto(f"{address}/today")
    row = ana.page.locator(".item", has_text="Day of publication known").first
    expect(row).to_contain_text("1 day late")
    ana.press(row.get_by_role("button", name="Done"))
    ana.sees("moved to “Scheduled”")
    assert stage_now(world) is Stage.SCHEDULED


def _found_without_a_human(ana: Person, world: World, home: str, pages: PageServer) -> None:
    """One cycle of the worker; then a person says that it is the page, and the next look at it wins the pitch."""
    pages.routes |= {"/feed": feed(pages, "/new", at=clock.now()), "/new": post()}
    assert jobs.find_pages(clock.now()) == 1
    ana.page.goto(home)
    ana.sees("Looks published")
    ana.press(ana.page.get_by_role("button", name="Yes, this is it"))
    ana.sees("The page is the pitch's now")
    assert stage_now(world) is Stage.PUBLISHED_CLAIMED
    assert jobs.check_due(clock.now()) == 1
    assert stage_now(world) is Stage.WON


def test_the_slot_of_an_interview_is_a_calendar_file(
    app: Flask, context: BrowserContext, world: World
) -> None:
    agreed(world, PitchType.INTERVIEW)
    with served(app) as address:
        log_in(app, context, address, world.ana)
        ana = Person(context.new_page())
        ana.page.goto(f"{address}/pitches/{world.pitch.id}")
        ana.press(ana.page.get_by_role("link", name="What belongs to it"))
        for label, text in (("Day and hour", "2026-12-07T15:00"), ("Where", "https://calls.example/bo")):
            ana.done += 1
            ana.page.get_by_label(label).fill(text)
        ana.press(ana.page.get_by_role("button", name="Save"))
        with ana.page.expect_download() as download:
            ana.press(ana.page.get_by_role("link", name="Invitation").first)
        event = Calendar.from_ical(download.value.path().read_bytes()).walk("VEVENT")[0]
    at = event.decoded("dtstart").astimezone(ZoneInfo(world.ana.timezone))
    assert (f"{at:%Y-%m-%d %H:%M}", event["location"]) == ("2026-12-07 15:00", "https://calls.example/bo")
    assert ana.done <= 5


def test_a_large_file_shows_its_way_and_one_that_is_too_large_is_not_sent(
    app: Flask, context: BrowserContext, world: World
) -> None:
    agreed(world, PitchType.GUEST_POST)
    with served(app) as address:
        log_in(app, context, address, world.ana)
        page_ = context.new_page()
        said = complaints(page_)
        page_.goto(f"{address}/pitches/{world.pitch.id}/files")
        for size, words in ((3, "larger than 2 MB. Nothing was sent"), (1.5, "Draft, version 1 kept")):
            whole = {
                "name": "draft.txt",
                "mimeType": "text/plain",
                "buffer": b"seed " * int(size * 2**20 / 5),
            }
            page_.get_by_label("File", exact=True).set_input_files([whole])
            page_.get_by_role("button", name="Keep it").click()
            expect(page_.get_by_text(words).first).to_be_visible()
            page_.wait_for_timeout(4_100)  # so long a form is not sent again
        assert page_.url.endswith("/files")
        expect(page_.get_by_text("1.6 MB").first).to_be_visible()
    assert said == []
