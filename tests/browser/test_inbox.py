"""The Inbox in a real browser: journey 5 in three actions, by keys alone, without scripts, and strangers' HTML in its frame."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect

from outreach.accounts.models import User
from outreach.db import session
from outreach.mail import keeping
from outreach.mail.models import Mailbox, Message
from outreach.mail.rules import Placing
from outreach.pitches.models import Pitch
from outreach.pitches.rules import Stage
from outreach.settings import Settings
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
from tests.reading.inbox_world import again, answer, box_of, letter, stray
from tests.sending.letters_world import company
from tests.world import World

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("kind", ["sqlite"], indirect=True)]
CASES: list[str] = json.loads(Path("tests/letter/foreign_html.json").read_text())


@pytest.fixture
def box(app: Flask, world: World) -> Mailbox:
    company(world)
    return box_of(world)


@pytest.fixture
def mail(app: Flask, world: World, box: Mailbox) -> Message:
    config: Settings = app.extensions["outreach"]
    return answer(world, letter(world, box), instance=config.instance)


@pytest.fixture
def address(app: Flask, mail: Message) -> Iterator[str]:
    session().rollback()
    with served(app) as found:
        yield found


def logged_in(app: Flask, context: BrowserContext, address: str, who: User) -> Page:
    log_in(app, context, address, who)
    return context.new_page()


def pitch_of(world: World) -> Pitch:
    found: Pitch = again(world.pitch)
    return found


def test_from_an_open_mail_to_agreed_due_12_may_in_three_actions(
    app: Flask, context: BrowserContext, address: str, world: World, mail: Message
) -> None:
    page = logged_in(app, context, address, world.ana)
    said = complaints(page)
    page.goto(f"{address}/inbox/{mail.id}")
    actions = 0
    page.get_by_label("Stage", exact=True).select_option("Agreed")
    actions += 1
    page.get_by_label("Live by").fill("2027-05-12")
    actions += 1
    page.get_by_role("button", name="Send and file").click()
    actions += 1
    expect(page.locator(".toast")).to_contain_text("Bo Berg: filed under “Agreed”")
    assert actions <= 3
    pitch = pitch_of(world)
    assert (pitch.stage, pitch.due_on) == (Stage.AGREED, date(2027, 5, 12))
    assert (pitch.target_url, pitch.expected_rel) == (world.page.url, "follow")
    assert pitch.next_kind is not None
    assert pitch.next_on is not None
    assert again(mail).handled_at is not None
    assert said == []


def test_the_whole_way_by_keys_alone(
    app: Flask, context: BrowserContext, address: str, world: World, mail: Message
) -> None:
    page = logged_in(app, context, address, world.ana)
    page.goto(f"{address}/today")
    page.keyboard.press("g")
    page.keyboard.press("i")
    page.wait_for_url("**/inbox")
    expect(page.locator(".item.is-selected")).to_contain_text("Bo Berg")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/inbox/{mail.id}")
    page.keyboard.press("r")
    expect(page.get_by_label("Your answer")).to_be_focused()
    page.keyboard.type("Thank you! The chart is on its way.")
    page.keyboard.press("Escape")
    page.keyboard.press("s")
    page.keyboard.type("Agreed")
    page.keyboard.press("Tab")
    page.keyboard.type("05122027")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".toast")).to_contain_text("The answer to Bo Berg is queued, filed under “Agreed”")
    assert pitch_of(world).stage is Stage.AGREED
    page.keyboard.press("u")
    expect(page.locator(".toast")).to_contain_text("taken back")


def test_done_and_its_undo_by_keys(
    app: Flask, context: BrowserContext, address: str, world: World, mail: Message
) -> None:
    page = logged_in(app, context, address, world.ana)
    page.goto(f"{address}/inbox")
    page.keyboard.press("e")
    expect(page.locator(".toast[data-watched]")).to_contain_text(
        "Done with this mail"
    )  # the page listens to keys
    assert again(mail).handled_at is not None
    page.keyboard.press("u")
    expect(page.locator(".toast")).to_contain_text("It waits in the Inbox again")
    assert again(mail).handled_at is None


def test_j_and_k_walk_from_mail_to_mail(
    app: Flask, context: BrowserContext, address: str, world: World, box: Mailbox, mail: Message
) -> None:
    sent = session().get_one(Message, mail.about_id)
    older = answer(
        world,
        sent,
        message_id="<older@wild.example>",
        subject="Re: older",
        received_at=sent.sent_at,
        from_name="Bo",
    )
    page = logged_in(app, context, address, world.ana)
    page.goto(f"{address}/inbox/{mail.id}")
    page.keyboard.press("j")
    page.wait_for_url(f"**/inbox/{older.id}")
    page.keyboard.press("k")
    page.wait_for_url(f"**/inbox/{mail.id}")


def test_it_works_without_scripts(
    app: Flask, browser: Browser, address: str, world: World, mail: Message
) -> None:
    page = logged_in(app, browser.new_context(java_script_enabled=False), address, world.ana)
    page.goto(f"{address}/inbox")
    page.get_by_role("link", name="Bo Berg").first.click()
    page.get_by_text("What they quote").click()
    page.get_by_label("Your answer").fill("Thank you!")
    page.get_by_label("Stage", exact=True).select_option("Agreed")
    page.get_by_role("button", name="Send and file").click()
    assert pitch_of(world).stage is Stage.AGREED


def test_a_strangers_html_neither_runs_nor_asks_in_its_frame(
    app: Flask, context: BrowserContext, address: str, world: World, mail: Message
) -> None:
    config: Settings = app.extensions["outreach"]
    file = config.instance / keeping.FOLDER / mail.raw_file
    page = logged_in(app, context, address, world.ana)
    asked: list[str] = []
    ran: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("dialog", lambda dialog: (ran.append(dialog.message), dialog.dismiss()))
    page.goto(f"{address}/inbox/{mail.id}?html=1")
    for source in CASES:
        head = b"From: bo@wild.example\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
        file.write_bytes(gzip.compress(head + source.encode("utf-8", "surrogatepass")))
        with page.expect_response("**/html*") as shown:
            page.evaluate(
                "() => { const f = document.querySelector('iframe'); f.src = f.src.split('?')[0] + '?n=' + Math.random(); }"
            )
        assert shown.value.status == 200, source
        assert "sandbox" in shown.value.headers["content-security-policy"]
    page.wait_for_timeout(300)
    assert ran == []
    assert [url for url in asked if not url.startswith(address)] == []
    own = {url.split("?")[0] for url in asked}
    assert not [url for url in own if "/static/" not in url and "/inbox/" not in url]


@pytest.mark.parametrize("look", ["light", "dark", "phone"])
def test_no_screen_of_the_inbox_has_a_violation_or_is_too_wide(
    app: Flask, browser: Browser, address: str, world: World, box: Mailbox, mail: Message, look: str
) -> None:
    lone = stray(box)
    may_be = stray(
        box,
        placing=Placing.PROPOSED,
        about_id=mail.about_id,
        match_reason="It has the subject of our letter.",
    )
    session().rollback()
    context = browser.new_context(
        viewport=PHONE if look == "phone" else WIDE, color_scheme="dark" if look == "dark" else "light"  # type: ignore[arg-type]
    )  # fmt: skip
    page = logged_in(app, context, address, world.ana)
    said = complaints(page)
    for screen in (
        "/inbox", "/inbox?tab=automatic", "/inbox?tab=unmatched", f"/inbox/{mail.id}", f"/inbox/{mail.id}?html=1",
        f"/inbox/{lone.id}", f"/inbox/{lone.id}?q=forty", f"/inbox/{may_be.id}",
    ):  # fmt: skip
        found = page.goto(address + screen)
        assert found
        assert found.status == 200, screen
        assert violations(page) == [], screen
        assert not is_wider_than_its_window(page), screen
        assert words_cut_off(page) == [], screen
        keep_picture(page, f"inbox{screen.replace('/', '-').replace('?', '-')[:24]}-{look}")
    assert said == []
