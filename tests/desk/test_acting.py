"""The digest's addresses act only by a person's press: scanners change nothing, twice is once, a changed one opens nothing."""

from __future__ import annotations

import re
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from outreach.accounts.models import User, Workspace
from outreach.db import session, write
from outreach.desk import acting, agenda, digest, tickets
from outreach.desk.rules import Section
from outreach.desk.tickets import Ticket, Verb
from outreach.diary.models import Entry
from outreach.kit import clock
from outreach.letter.kinds import Kind
from outreach.mail.models import Mailbox, Message
from outreach.mail.rules import Direction, MailboxKind, MessageState, Placing, without_one_time_links
from outreach.pitches.models import Pitch
from outreach.pitches.rules import NextKind
from outreach.reminders import moves as reminder_moves
from outreach.reminders.models import Reminder
from outreach.reminders.rules import ReminderKind, ReminderState
from tests.world import NOW, World, log_in

KEY = b"key"
TICKET = Ticket(1, "pitch", 2, Verb.DONE, "0a0b0c0d", tickets.minute(NOW))


def test_a_ticket_is_good_as_it_was_made_and_not_a_minute_longer() -> None:
    token = tickets.seal(TICKET, KEY, "session")
    opened = tickets.opened(token)
    assert opened is not None
    assert opened[0] == TICKET
    assert tickets.is_genuine(*opened, KEY, "session", now=NOW)
    assert not tickets.is_genuine(*opened, KEY, "session", now=NOW + timedelta(minutes=1))
    assert not tickets.is_genuine(*opened, KEY, "new password", now=NOW)
    assert not tickets.is_genuine(*opened, b"other", "session", now=NOW)


@pytest.mark.parametrize("number", range(0, 60, 7))
def test_no_sign_of_it_can_be_another(number: int) -> None:
    token = tickets.seal(TICKET, KEY, "session")
    sign = token[number % len(token)]
    other = token[: number % len(token)] + ("1" if sign != "1" else "2") + token[number % len(token) + 1 :]
    opened = tickets.opened(other)
    assert opened is None or not tickets.is_genuine(*opened, KEY, "session", now=NOW)


@pytest.fixture
def pitch(app: Flask, world: World) -> Pitch:
    with write() as here:
        here.execute(sa.update(Pitch).values(next_kind=NextKind.WRITE, next_on=day()))
    return world.pitch


def day() -> date:
    """Ana's day."""
    return clock.local_day(clock.now(), ZoneInfo("Europe/Berlin"))


def addresses(world: World) -> dict[str, str]:
    (line,) = [line for rows in agenda.lines(world.ana, day(), each=9).values() for line in rows]
    return acting.addresses(world.ana, line, now=clock.now())


def state() -> tuple[object, ...]:
    session().rollback()
    pitches = session().execute(sa.select(Pitch.next_kind, Pitch.next_on, Pitch.version)).all()
    reminders = session().execute(sa.select(Reminder.state, Reminder.due_on)).all()
    return (*pitches, *reminders, session().scalar(sa.select(sa.func.count(Entry.id))))


def test_looking_two_hundred_times_changes_nothing_and_a_press_does_it_once(
    world: World, pitch: Pitch, client: FlaskClient
) -> None:
    paths = addresses(world)
    before = state()
    for path in (paths["done"], paths["later"]) * 50:
        assert client.get(path).status_code == 200
        assert client.head(path).status_code == 200
    assert state() == before
    assert "Is this done?" in client.get(paths["done"]).text
    assert "Follow up" in client.post(paths["done"]).text
    after = state()
    assert after != before
    for path in (paths["done"], paths["later"], paths["done"]):
        assert "Nothing to do here any more" in client.post(path).text
    assert state() == after


@pytest.mark.parametrize("days", ["1", "7", "400", "x"])
def test_later_is_a_working_day_that_the_page_offered(
    world: World, pitch: Pitch, client: FlaskClient, days: str
) -> None:
    assert "Put off until" in client.post(addresses(world)["later"], data={"days": days}).text
    session().refresh(pitch)
    assert pitch.next_on is not None
    assert pitch.next_on.weekday() < 5
    assert (pitch.next_on - day()).days <= 9


def test_what_was_changed_is_too_old_or_of_somebody_who_left_is_not_known(
    world: World, pitch: Pitch, client: FlaskClient
) -> None:
    path = addresses(world)["done"]
    before = state()
    for wrong in (
        path[:-1] + ("A" if path[-1] != "A" else "B"),
        path.replace(".done.", ".later."),
        "/act/x",
        path + "x",
    ):
        assert client.get(wrong).status_code == client.post(wrong).status_code == 404
    with write() as here:
        here.execute(sa.update(User).where(User.id == world.ana.id).values(is_active=False))
    assert client.post(path).status_code == 404
    assert state() == before


def test_a_row_given_away_or_put_off_meanwhile_stays_as_it_is(
    world: World, pitch: Pitch, client: FlaskClient
) -> None:
    path = addresses(world)["done"]
    with write() as here:
        here.execute(sa.update(Pitch).values(next_owner_id=world.max.id))
    before = state()
    assert "Nothing to do here any more" in client.post(path).text
    assert state() == before


def test_the_mail_holds_the_addresses_and_forgets_them_once_it_has_left(world: World, pitch: Pitch) -> None:
    counts = agenda.counts(world.ana, day())
    letter = digest.compose(world.ana, day(), counts, now=clock.now())
    found = re.findall(r"https://outreach\.example/act/[\w.-]+", letter.text)
    assert len(found) == 2
    assert all(address in letter.html for address in found)
    assert "/act/1" not in without_one_time_links(letter.text)
    missing = (
        "There are no links here: the address of this server is not set. An admin sets it under Workspace"
    )
    assert missing not in letter.text + letter.html
    with write() as here:
        here.execute(sa.update(Workspace).values(base_url=""))
    letter = digest.compose(world.ana, day(), counts, now=clock.now())
    assert missing in letter.text and missing in letter.html and "http" not in letter.text


def test_alerts_and_mails_that_nobody_knows_stand_on_today_and_in_all_three_numbers(
    app: Flask, world: World, pitch: Pitch, client: FlaskClient
) -> None:
    with write() as here:
        box = Mailbox(
            owner_id=world.ana.id,
            kind=MailboxKind.CAPTURE,
            address="ana@hazel.example",
            timezone="UTC",
            created_at=NOW,
        )
        here.add(box)
        here.flush()
        here.add(
            Message(
                direction=Direction.IN, state=MessageState.RECEIVED, mailbox_id=box.id, from_address="mia@lawn.example",
                subject="Your table", body="May I?", what=Kind.HUMAN, placing=Placing.UNMATCHED, received_at=NOW, created_at=NOW,
                effects={},
            )
        )  # fmt: skip
        reminder_moves.add(
            ReminderKind.MAILBOX, "The mailbox is stopped", day(), world.ana.id, by=None, now=NOW
        )
        reminder_moves.add(
            ReminderKind.PROMISE, "Send it", day(), world.ana.id, by=None, now=NOW, project_id=world.seed.id
        )
    counts = agenda.counts(world.ana, day())
    assert {part: number for part, number in counts.items() if number} == {
        Section.ALERTS: 1, Section.UNMATCHED: 1, Section.DUE: 2,
    }  # fmt: skip
    log_in(client, world.ana)
    html = client.get("/today").text
    assert f'is-waiting">{sum(counts.values())}<' in html
    assert html.count('class="item ') == sum(counts.values())
    letter = digest.compose(world.ana, day(), counts, now=clock.now())
    assert f"{sum(counts.values())} things for today" in letter.text
    assert letter.text.count("  Why: ") == sum(counts.values())


def test_a_row_is_given_to_a_colleague_and_back(
    app: Flask, world: World, pitch: Pitch, client: FlaskClient
) -> None:
    with write():
        reminder = reminder_moves.add(
            ReminderKind.PROMISE, "Send it", day(), world.ana.id, by=None, now=NOW, project_id=world.seed.id
        )  # fmt: skip
    log_in(client, world.ana)
    page = f"/today/pitches/{pitch.id}/owner"
    assert "Ana Hazel" in client.get(page).text
    assert client.post(page, data={"owner": world.otto.id}).status_code == 400
    for address, row, name in (
        (page, pitch, "next_owner_id"), (f"/today/reminders/{reminder.id}/owner", reminder, "owner_id")
    ):  # fmt: skip
        assert client.post(address, data={"owner": world.max.id}).status_code == 303
        session().refresh(row)
        assert getattr(row, name) == world.max.id
    client.post(f"{page}?owner={world.ana.id}&undo=1")
    session().refresh(pitch)
    assert pitch.next_owner_id == world.ana.id
    assert reminder.state is ReminderState.OPEN
