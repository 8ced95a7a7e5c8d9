"""Writing letters in a real browser: the preview that follows, fields, Undo, no scripts, and axe on every screen."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect

from outreach.accounts.models import User
from outreach.db import session
from outreach.kit import clock
from outreach.mail import actions as mail_actions
from outreach.mail.models import Mailbox, Message
from outreach.mail.rules import MessageState
from outreach.sending import jobs
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
from tests.sending.letters_world import company, mailbox, queue
from tests.world import World

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("kind", ["sqlite"], indirect=True)]

TEMPLATE = {
    "type": "guest_post", "kind": "first", "name": "Opening", "project_id": None, "subject": "A piece for {{ site.name }}",
    "body": "Hi {{ person.first_name|default('there') }},\n\nwould it suit you?\n",
}  # fmt: skip


@pytest.fixture
def box(app: Flask, world: World) -> Mailbox:
    company(world)
    mail_actions.save_template(None, TEMPLATE, by=world.ana, now=clock.now())
    return mailbox(world)


@pytest.fixture
def address(app: Flask, box: Mailbox) -> Iterator[str]:
    session().rollback()
    with served(app) as found:
        yield found


def logged_in(app: Flask, context: BrowserContext, address: str, who: User) -> Page:
    log_in(app, context, address, who)
    return context.new_page()


def letters() -> list[MessageState]:
    session().rollback()
    return list(session().scalars(sa.select(Message.state)))


def write(page: Page) -> None:
    page.get_by_label("What you read on their page").fill("Your piece on dry gardens made me plant again.")
    page.get_by_label("Its address").fill("https://wild.example/dry")


def test_the_letter_follows_while_one_writes_and_undo_takes_it_back(
    app: Flask, context: BrowserContext, address: str, world: World
) -> None:
    page = logged_in(app, context, address, world.ana)
    said = complaints(page)
    page.goto(f"{address}/pitches/{world.pitch.id}/letter")
    write(page)
    expect(page.locator("#preview")).to_contain_text("made me plant again.")
    expect(page.locator("#preview")).to_contain_text("Nothing stands against this letter.")
    page.get_by_role("button", name="Queue letter").click()
    expect(page.locator(".toast")).to_contain_text("The letter to Bo Berg is queued")
    assert letters() == [MessageState.QUEUED]
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_label("What you read on their page")).to_have_value(
        "Your piece on dry gardens made me plant again."
    )
    assert letters() == [MessageState.DRAFT]
    assert said == []


def test_a_field_goes_where_the_cursor_stands(
    app: Flask, context: BrowserContext, address: str, world: World
) -> None:
    page = logged_in(app, context, address, world.ana)
    page.goto(f"{address}/templates/1")
    body = page.get_by_role("textbox", name="Letter")
    body.fill("Hello ")
    page.get_by_text("Fields and what they hold").click()
    page.get_by_role("button", name="site.domain").click()
    expect(body).to_have_value("Hello {{ site.domain }}")
    page.get_by_label("as", exact=True).select_option(label="Bo Berg, wild.example")
    expect(page.locator("#preview")).to_contain_text("Hello wild.example")


def test_a_letter_is_written_and_queued_without_scripts(
    app: Flask, browser: Browser, address: str, world: World
) -> None:
    page = logged_in(app, browser.new_context(java_script_enabled=False), address, world.ana)
    page.goto(f"{address}/pitches/{world.pitch.id}/letter")
    write(page)
    page.get_by_role("button", name="Preview").click()
    expect(page.locator("#preview")).to_contain_text("Hi Bo,")
    page.get_by_role("button", name="Queue letter").click()
    assert letters() == [MessageState.QUEUED]


@pytest.mark.parametrize("look", ["light", "dark", "phone"])
def test_no_screen_of_letters_has_a_violation_or_is_too_wide(
    app: Flask, browser: Browser, address: str, world: World, box: Mailbox, look: str
) -> None:
    letter = queue(world, box, now=clock.now())
    jobs.send_due(clock.now())
    token, name = letter.opt_out_token, letter.opaque_id
    mail_actions.choose_system(box.id, by=world.ada, now=clock.now())
    session().rollback()
    context = browser.new_context(
        viewport=PHONE if look == "phone" else WIDE, color_scheme="dark" if look == "dark" else "light"  # type: ignore[arg-type]
    )  # fmt: skip
    page = logged_in(app, context, address, world.ada)
    said = complaints(page)
    for screen in (
        "/templates", "/templates/new", "/templates/1", "/mailboxes", "/mailboxes/new", f"/mailboxes/{box.id}", "/outbox",
        f"/letters/{letter.id}", f"/pitches/{world.pitch.id}/letter", "/captured", f"/captured/{name}", f"/u/{token}",
    ):  # fmt: skip
        answer = page.goto(address + screen)
        assert answer
        assert answer.status == 200, screen
        assert violations(page) == [], screen
        assert not is_wider_than_its_window(page), screen
        assert words_cut_off(page) == [], screen
        keep_picture(page, f"letters{screen.replace('/', '-')[:24]}-{look}")
    assert said == []
