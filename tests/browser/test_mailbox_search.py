"""Setting a mailbox up in a real browser: one field, what was found, both tried; with and without scripts, and axe."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect

from outreach.db import session, write
from outreach.kit import clock
from outreach.mail.models import MailboxSearch
from outreach.mail.rules import SearchState
from outreach.mail.search import actions
from tests.browser.looks import (
    PHONE,
    WIDE,
    complaints,
    is_wider_than_its_window,
    keep_picture,
    log_in,
    served,
    violations,
    words_cut_off,
)
from tests.world import World

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("kind", ["sqlite"], indirect=True)]
SERVERS = {
    "smtp": {"host": "smtp.hazel.example", "port": 465, "security": "tls", "username": "ana@hazel.example"},
    "imap": {"host": "imap.hazel.example", "port": 993, "security": "tls", "username": "ana@hazel.example"},
}


@pytest.fixture
def address(app: Flask, world: World) -> Iterator[str]:
    session().rollback()
    with served(app) as found:
        yield found


def logged_in(app: Flask, context: BrowserContext, address: str, world: World) -> Page:
    log_in(app, context, address, world.ana)
    return context.new_page()


def worker_finds() -> int:
    session().rollback()
    [(search_id, _)] = actions.take(clock.now())
    actions.found(search_id, SERVERS, "The domain says so itself, in its SRV records.")
    return search_id


def test_the_page_follows_what_the_worker_finds_and_tries(
    app: Flask, context: BrowserContext, address: str, world: World
) -> None:
    page = logged_in(app, context, address, world)
    said = complaints(page)
    page.goto(f"{address}/mailboxes/find")
    page.get_by_label("Mail address").fill("ana@hazel.example")
    page.get_by_role("button", name="Find its servers").click()
    expect(page.get_by_text("The domain is asked")).to_be_visible()
    search_id = worker_finds()
    expect(page.get_by_label("Server for incoming mail")).to_have_value("imap.hazel.example")
    page.get_by_label("Password").fill("pw")
    page.get_by_label("Your name, as readers see it").fill("Ana of the Trial")
    page.get_by_role("button", name="Try both").click()
    expect(page.get_by_text("with your user name and password")).to_be_visible()
    actions.tried(search_id, {"smtp": "", "imap": "imap.hazel.example refused the log-in."})
    expect(page.get_by_text("Reading does not work yet.")).to_be_visible()
    expect(page.get_by_label("Your name, as readers see it")).to_have_value("Ana of the Trial")
    assert said == []


def test_it_goes_without_scripts(app: Flask, browser: Browser, address: str, world: World) -> None:
    page = logged_in(app, browser.new_context(java_script_enabled=False), address, world)
    page.goto(f"{address}/mailboxes/find")
    page.get_by_label("Mail address").fill("ana@hazel.example")
    page.get_by_role("button", name="Find its servers").click()
    worker_finds()
    page.get_by_role("link", name="Look again").click()
    expect(page.get_by_label("Server for outgoing mail")).to_have_value("smtp.hazel.example")


@pytest.mark.parametrize("look", ["light", "dark", "phone"])
def test_no_step_has_a_violation_or_is_too_wide(
    app: Flask, browser: Browser, address: str, world: World, look: str
) -> None:
    search_id = actions.begin("ana@hazel.example", by=world.ana, now=clock.now())
    session().rollback()
    context = browser.new_context(
        viewport=PHONE if look == "phone" else WIDE, color_scheme="dark" if look == "dark" else "light"  # type: ignore[arg-type]
    )  # fmt: skip
    page = logged_in(app, context, address, world)
    said = complaints(page)
    steps = (SearchState.LOOKING, SearchState.FOUND, SearchState.TRYING, SearchState.TRIED)
    for step in ("", *steps):
        if step:
            with write() as here:
                row = here.get_one(MailboxSearch, search_id)
                row.state, row.servers, row.why = (
                    step,
                    SERVERS,
                    "The domain says so itself, in its SRV records.",
                )
                row.results = {
                    "smtp": "",
                    "imap": "imap.hazel.example refused the log-in as ana@hazel.example.",
                }
        page.goto(f"{address}/mailboxes/find{f'/{search_id}' if step else ''}")
        assert violations(page) == [], step
        assert not is_wider_than_its_window(page), step
        assert words_cut_off(page) == [], step
        keep_picture(page, f"search-{step or 'begin'}-{look}")
    assert said == []
