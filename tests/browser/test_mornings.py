"""The morning and the chasers, with every action counted: from the mail to the first thing done, and twenty follow-ups by keys."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import BrowserContext, Page, expect

from outreach.accounts.models import Workspace
from outreach.app import create_app
from outreach.db import db, session, write
from outreach.desk import agenda
from outreach.desk import jobs as desk_jobs
from outreach.kit import clock
from outreach.mail.models import Mailbox, Message
from outreach.mail.rules import Direction, LetterKind, MailboxKind, MessageState
from outreach.pitches import moves as pitch_moves
from outreach.pitches.models import Pitch
from outreach.pitches.rules import NextKind, PitchType, Stage
from outreach.prospects.rules import SubscriberType
from outreach.reminders import moves as reminder_moves
from outreach.reminders.rules import ReminderKind
from outreach.sending import actions, jobs
from outreach.sending.actions import Queued
from outreach.sending.follow_ups import jobs as chasing
from tests.browser.looks import complaints, log_in, served, violations
from tests.conftest import Place
from tests.sending.letters_world import GOOD, company, mailbox
from tests.world import NOW, TODAY, World, address, person, prospect, site

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("kind", ["sqlite"], indirect=True)]
MORNING = NOW + timedelta(days=6)
DAY = MORNING.date()


@pytest.fixture
def at(tmp_path: Path) -> Path:
    file = tmp_path / "clock"
    file.write_text(NOW.isoformat())
    return file


@pytest.fixture
def app(place: Place, at: Path) -> Iterator[Flask]:
    made = create_app(place.settings(clock_file=at, mail_undo_seconds=1))
    with made.app_context():
        yield made
        db.session.remove()
        db.engine.dispose()
    clock.use_file(None)


@pytest.fixture
def base(app: Flask, world: World) -> Iterator[str]:
    with served(app) as found:
        with write() as here:
            here.get_one(Workspace, 1).base_url = found
        yield found


def go_on(at: Path, moment: datetime) -> None:
    at.write_text(moment.isoformat())
    session().rollback()


@dataclass
class Counted:
    """A page whose clicks and keys are counted."""

    page: Page
    actions: int = 0

    def click(self, words: str, role: str = "link") -> None:
        self.actions += 1
        self.page.get_by_role(role, name=words).locator("visible=true").first.click()  # type: ignore[arg-type]
        self.page.wait_for_load_state()

    def key(self, key: str) -> None:
        """Press a key, and wait for the screen that follows."""
        self.actions += 1
        with self.page.expect_navigation():
            self.page.keyboard.press(key)


def test_from_the_mail_to_the_first_finished_action_in_three_clicks(
    app: Flask, context: BrowserContext, base: str, world: World, at: Path
) -> None:
    with write() as here:
        here.execute(sa.update(Pitch).values(next_kind=NextKind.ANSWER, next_on=DAY))
        here.add(
            Mailbox(kind=MailboxKind.CAPTURE, address="outreach@hazel.example", timezone="UTC", is_system=True, created_at=NOW)
        )  # fmt: skip
        for number in range(14):
            reminder_moves.add(
                (ReminderKind.PROMISE, ReminderKind.LINK_CHANGED)[number % 2], f"Look {number}", DAY - timedelta(days=number % 3),
                world.ana.id, by=None, now=NOW, project_id=world.seed.id, site_id=world.site.id,
            )  # fmt: skip
    go_on(at, MORNING)
    assert desk_jobs.send_digests(MORNING) >= 1
    mail = session().scalars(sa.select(Message).where(Message.for_user_id == world.ana.id)).one()
    assert mail.subject.startswith("1 reply waits")
    total = sum(agenda.counts(world.ana, DAY).values())
    assert f"{total} things for today" in mail.body_html
    log_in(app, context, base, world.ana)
    said = complaints(page := context.new_page())
    page.set_content(mail.body_html)
    hand = Counted(page)
    hand.click("Open Today")
    expect(page.locator(".is-waiting").first).to_have_text(f"{total} waiting")
    assert page.locator("main .item").count() == total
    expect(page.locator("main .item").first).to_contain_text("They wrote")
    hand.key("d")
    expect(page.locator(".is-waiting").first).to_have_text(f"{total - 1} waiting")
    assert hand.actions <= 3
    assert violations(page) == []
    mail_again = context.new_page()
    mail_again.set_content(mail.body_html)
    mail_again.get_by_role("link", name="Done").first.click()
    expect(mail_again.get_by_role("heading", level=1)).to_have_text("Nothing to do here any more")
    other = context.new_page()
    other.set_content(mail.body_html)
    other.get_by_role("link", name="Done").nth(1).click()
    expect(other.get_by_role("button", name="Yes, it is done")).to_be_visible()
    assert violations(other) == []
    (hand := Counted(other, actions=1)).click("Yes, it is done", "button")
    expect(other.locator("main")).to_contain_text("Done.")
    assert hand.actions <= 3
    session().rollback()
    assert sum(agenda.counts(world.ana, DAY).values()) == total - 2
    assert said == []


def written(world: World, box: Mailbox, number: int) -> None:
    """A pitch of Ana's whose first letter leaves."""
    with write() as here:
        place, who = site(f"paper{number:02}.example"), person(f"Reader {number:02}")
        who.subscriber_type = SubscriberType.CORPORATE
        here.add_all([place, who])
        here.flush()
        here.add_all([prospect(world.seed, place, world.ana), address(who, f"reader@{place.key}", world.ana)])
        pitch = pitch_moves.start(
            world.seed, PitchType.GUEST_POST, place.id, by=world.ana, now=NOW, today=TODAY, person_id=who.id,
            own_page_id=world.page.id, topic=f"Idea {number}", stage=Stage.READY,
        )  # fmt: skip
    done = actions.queue(
        pitch.id, box.id, GOOD, by=world.ana, now=NOW, to_address=f"reader@{place.key}", undo=timedelta(0)
    )
    assert isinstance(done, Queued)


def sent_to(kind: LetterKind) -> list[str]:
    session().rollback()
    query = sa.select(Message.to_address).where(
        Message.direction == Direction.OUT, Message.kind == kind, Message.state == MessageState.SENT
    )
    return sorted(session().scalars(query))


def test_twenty_follow_ups_by_keys_and_the_stopped_ones_never_leave(
    app: Flask, context: BrowserContext, base: str, world: World, at: Path
) -> None:
    company(world)
    box = mailbox(world)
    for number in range(20):
        written(world, box, number)
    jobs.send_due(clock.now())
    assert len(sent_to(LetterKind.FIRST)) == 20
    with write():
        world.pitch.next_on = DAY + timedelta(days=90)
    go_on(at, MORNING)
    assert chasing.write_due(MORNING) == 20
    log_in(app, context, base, world.ana)
    said = complaints(page := context.new_page())
    page.goto(f"{base}/today")
    hand = Counted(page)
    hand.key("f")
    expect(page.get_by_role("heading", level=1)).to_contain_text("20 follow-ups due")
    assert violations(page) == []
    fates: dict[str, str] = {}
    for key in "ssxsskxsssesxssksssx":
        to = re.findall(r"reader@paper\d\d\.example", page.locator("#letter").inner_text())[0]
        fates[to] = key
        hand.key(key)
        if key == "e":
            page.locator("#body").fill("Hi,\n\ndid this reach you?\n")
            hand.key("Control+Enter")
            page.goto(f"{base}/follow-ups")
    expect(page.get_by_role("heading", level=1)).to_contain_text("0 follow-ups due")
    assert hand.actions <= 22, "one key each, one more to open the list, one more to leave the editor"
    sends = sorted(to for to, key in fates.items() if key in "se")
    stopped = {to for to, key in fates.items() if key == "x"}
    go_on(at, MORNING + timedelta(minutes=5))
    jobs.send_due(clock.now())
    assert sent_to(LetterKind.FOLLOW_UP) == sends
    for days in range(1, 40):
        go_on(at, MORNING + timedelta(days=days))
        for sweep in (chasing.write_due, jobs.send_due, chasing.close_unanswered):
            sweep(clock.now())
    assert sent_to(LetterKind.FOLLOW_UP) == sends, "nothing leaves that nobody sends"
    drafts = session().scalars(sa.select(Message.to_address).where(Message.state == MessageState.DRAFT))
    assert not stopped & set(drafts)
    ended = session().execute(
        sa.select(Message.to_address, Pitch.stage).join(Pitch, Pitch.id == Message.pitch_id).where(Message.to_address.in_(stopped))
    )  # fmt: skip
    assert {stage for _, stage in ended} == {Stage.NO_RESPONSE}
    assert said == []
