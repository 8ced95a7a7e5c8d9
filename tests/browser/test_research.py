"""Research a site and find the person (journey 3 of product.md, section 3), with each press of a person counted."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import BrowserContext, Page, expect

from outreach.app import create_app
from outreach.db import db, session, write
from outreach.kit import clock
from outreach.links import looking
from outreach.prospects.models import ContactPoint, Site
from outreach.research import jobs
from tests.browser.looks import complaints, log_in, served, violations
from tests.conftest import Browser, Place
from tests.research.test_search import CONTACT, HOME, TEAM, exchangers
from tests.servers.pages import PageServer, answer
from tests.world import World

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("kind", ["sqlite"], indirect=True)]


@pytest.fixture
def app(place: Place, pages: PageServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """An app whose worker reaches the test's own site."""
    monkeypatch.setattr(looking, "PAUSE_S", 0.01)
    made = create_app(place.settings(fetch_allow_endpoints=[f"127.0.0.1:{pages.port}"]))
    made.test_client_class = Browser
    with made.app_context():
        yield made
        db.session.remove()
        db.engine.dispose()
    clock.use_file(None)


def worker() -> None:
    """What the worker does by itself within seconds."""
    session().rollback()
    assert jobs.search_sites(clock.now() + timedelta(seconds=1), exchangers) == 1


def keys(page: Page, *pressed: str) -> int:
    """Press keys; how many these were."""
    page.wait_for_load_state("load")
    for key in pressed:
        page.keyboard.press(key)
        page.wait_for_load_state()
    return len(pressed)


def test_a_person_with_their_source_is_four_actions_away_and_a_site_without_pitches_stops_there(
    app: Flask, context: BrowserContext, world: World, pages: PageServer
) -> None:
    pages.routes |= {
        "/": answer(HOME),
        "/contact": answer("<title>Contact</title><p>Nothing here.</p>"),
        "/team": answer(TEAM),
    }
    with write():
        world.site.url = pages.url("/")
    with served(app) as address:
        log_in(app, context, address, world.ana)
        page = context.new_page()
        said = complaints(page)
        page.goto(f"{address}/prospects")
        page.get_by_role("link", name="wild.example").first.click()
        page.wait_for_url("**/sites/*")
        done = 1 + keys(page, "f")
        expect(page.get_by_text("Waiting for the worker")).to_be_visible()
        page.reload()  # what is under way stands in a row, not on the screen
        worker()
        expect(page.get_by_text("cleo@wild.example", exact=True)).to_be_visible(timeout=15_000)
        assert violations(page) == []
        done += keys(page, "a")
        expect(page.get_by_text("Cleo Marsh added, with where it was found").first).to_be_visible()
        assert done <= 4

        session().rollback()
        point = (
            session().scalars(sa.select(ContactPoint).where(ContactPoint.value == "cleo@wild.example")).one()
        )
        assert point.person is not None and point.person.name == "Cleo Marsh"
        assert (point.source_url, point.found_by_id) == (pages.url("/team"), world.ana.id)
        _stops_there(page, address, world, pages)
        assert said == []


def _stops_there(page: Page, address: str, world: World, pages: PageServer) -> None:
    """Their own page asks for no pitches: its sentence is shown, one key agrees, and nobody is taken over any more."""
    pages.routes["/contact"] = answer(CONTACT)
    page.goto(f"{address}/sites/{world.site.id}/contacts")
    keys(page, "f")
    expect(page.get_by_text("Waiting for the worker")).to_be_visible()
    worker()
    expect(page.get_by_text("we do not accept guest posts from agencies").first).to_be_visible(timeout=15_000)
    keys(page, "n")
    expect(page.get_by_text("They take no pitches. No letter leaves").first).to_be_visible()
    page.goto(f"{address}/sites/{world.site.id}/contacts")
    expect(page.get_by_text("desk@wild.example", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Add person")).to_have_count(0)
    expect(page.get_by_role("button", name="Keep for the site")).to_have_count(0)
    session().rollback()
    assert session().get_one(Site, world.site.id).is_no_pitch
