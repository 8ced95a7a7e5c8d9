"""Letters in a real browser: a batch of 25 by keys alone, and a formatted letter with a file that arrives as it was shown."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import BrowserContext, Page, expect

from outreach.app import create_app
from outreach.db import db, session, write
from outreach.kit import clock
from outreach.mail import actions as mail_actions
from outreach.mail.models import Mailbox, Message
from outreach.mail.rules import MessageState
from outreach.sending import jobs
from tests.browser.looks import complaints, log_in, served
from tests.conftest import Place
from tests.sending.letters_world import company, mailbox, smtp
from tests.sending.test_batches import TEMPLATE, people
from tests.servers.smtp_sink import SmtpSink
from tests.world import World

pytestmark = [
    pytest.mark.browser,
    pytest.mark.timeout(600),
    pytest.mark.parametrize("kind", ["sqlite"], indirect=True),
]

MANY = 25
SLOW = 30_000
"""Milliseconds that a page may take on a busy machine."""
LINE = "Your piece on dry gardens made me plant again."


@pytest.fixture
def app(place: Place) -> Iterator[Flask]:
    made = create_app(place.settings(smtp_plain_hosts=["127.0.0.1"]))
    with made.app_context():
        yield made
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def box(app: Flask, world: World) -> Mailbox:
    company(world)
    mail_actions.save_template(None, TEMPLATE, by=world.ana, now=clock.now())
    return mailbox(world)


def opened(app: Flask, context: BrowserContext, address: str, world: World) -> Page:
    log_in(app, context, address, world.ana)
    return context.new_page()


def states() -> list[MessageState]:
    session().rollback()
    return list(session().scalars(sa.select(Message.state).order_by(Message.id)))


def test_a_batch_of_25_is_written_queued_and_taken_back_by_keys_alone(
    app: Flask, context: BrowserContext, world: World, box: Mailbox
) -> None:
    people(world, MANY)
    session().rollback()
    with served(app) as address:
        page = opened(app, context, address, world)
        said = complaints(page)
        page.goto(f"{address}/pitches?view=table&column=to_do")
        page.get_by_role("checkbox", name="Tick all rows").press("Space")
        page.get_by_role("checkbox", name="Tick wild.example").press("Space")
        page.keyboard.press("w")
        expect(page.get_by_role("heading", level=1)).to_contain_text(f"{MANY} first letters")
        page.get_by_label("From").press("Control+Enter")
        for number in range(1, MANY + 1):
            expect(page.locator(".tag", has_text=f"{number} of {MANY}")).to_be_visible(timeout=SLOW)
            expect(page.get_by_label("What you read on their page")).to_be_focused(timeout=SLOW)
            page.keyboard.type(f"Read {number}.")
            page.keyboard.press("Tab")
            page.keyboard.type(f"https://p{number}.test/a")
            page.keyboard.press("Control+Enter")
        expect(page.locator("#main")).to_contain_text(f"{MANY} ready, 0 to write", timeout=SLOW)
        page.keyboard.press("q")
        expect(page.locator(".toast")).to_contain_text(f"{MANY} letters are queued", timeout=SLOW)
        assert states() == [MessageState.QUEUED] * MANY
        page.keyboard.press("u")
        expect(page.locator(".toast")).to_contain_text(f"{MANY} letters were taken back", timeout=SLOW)
        assert states() == [MessageState.DRAFT] * MANY
        assert said == []


def test_skip_later_and_back_are_keys_too(
    app: Flask, context: BrowserContext, world: World, box: Mailbox
) -> None:
    ids = people(world, 3)
    session().rollback()
    with served(app) as address:
        page = opened(app, context, address, world)
        page.goto(f"{address}/batches/new?" + "&".join(f"row={key}" for key in ids))
        page.get_by_label("From").press("Control+Enter")
        line = page.get_by_label("What you read on their page")

        def leave_line(number: int) -> None:
            expect(page.locator(".tag", has_text=f"{number} of 3")).to_be_visible()
            expect(line).to_be_focused()  # a browser gives the focus after the page is drawn
            page.keyboard.press("Escape")

        expect(line).to_be_focused()
        page.keyboard.type("Half a li")
        leave_line(1)
        page.keyboard.press("l")
        leave_line(2)
        page.keyboard.press("s")
        leave_line(3)
        page.keyboard.press("p")
        leave_line(2)
        page.keyboard.press("p")
        expect(line).to_have_value("Half a li")
        expect(page.locator("#preview")).to_contain_text("Half a li")
        page.reload()
        expect(line).to_have_value("Half a li")


def test_a_formatted_letter_with_a_file_arrives_as_it_was_shown(
    app: Flask, context: BrowserContext, world: World, tmp_path: Path
) -> None:
    company(world)
    pdf = tmp_path / "Brötchen für Bo.pdf"
    pdf.write_bytes(b"%PDF-1.7\n" + bytes(range(256)) * 8)
    with SmtpSink() as sink:
        smtp(world, sink.port)
        session().rollback()
        with served(app) as address:
            page = opened(app, context, address, world)
            said = complaints(page)
            page.goto(f"{address}/pitches/{world.pitch.id}/letter")
            page.get_by_label("What you read on their page").fill(LINE)
            page.get_by_label("Its address").fill("https://wild.example/dry")
            page.get_by_label("Subject").fill("Seeds")
            page.get_by_role("textbox", name="Letter", exact=True).fill(
                "Hi Bo,\n\nwe tried {{ asset.title }}: {{ asset.url }}"
            )
            page.get_by_text("Formatted text (HTML), if you like").click()
            page.get_by_role("button", name="Make it from the text").click()
            page.get_by_label("Files").set_input_files(pdf)
            expect(page.get_by_role("link", name=pdf.name).first).to_be_visible()
            with page.expect_response("**/letter/preview"):
                page.get_by_label("Send it all the same").fill("Bo asked for it")
            frame = page.frame_locator("iframe[title='The formatted letter']")
            expect(frame.locator("body")).to_contain_text(LINE)
            shown = frame.locator("body").inner_html()
            page.get_by_text("The bytes on the wire").click()
            raw = page.locator("#preview pre.source")
            expect(raw).to_be_visible()
            page.get_by_label("Subject").fill("Many seeds")
            expect(raw).to_contain_text("Subject: Many seeds")
            expect(raw).to_be_visible()  # the preview came anew, and stays unfolded
            source = raw.inner_text()
            page.get_by_role("button", name="Queue letter").click()
            expect(page.locator(".toast")).to_contain_text("is queued")
            assert [text for text in said if "sandbox" not in text.lower()] == []
        with write() as here:
            here.execute(sa.update(Message).values(due_at=clock.now()))
        jobs.send_due(clock.now())
        [received] = sink.received
    sent = received.content.decode().replace("\r\n", "\n")
    assert _free(source) == _free(sent)
    assert "We tried".lower() in shown.lower()


def _free(source: str) -> list[str]:
    """The lines of a letter, without Date and Message-ID and what a screen does to white space."""
    lines = [line.rstrip() for line in source.replace("\xa0", " ").split("\n")]
    return [line for line in lines if line and not re.match(r"(Date|Message-ID): ", line)]
