"""Today, the digest and the number beside "Today" are one query."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from outreach.accounts.models import User
from outreach.db import db, write
from outreach.desk import agenda, digest, jobs, rules
from outreach.desk.models import DigestLog
from outreach.desk.rules import Section
from outreach.kit import clock
from outreach.mail.models import Mailbox, Message
from outreach.mail.rules import Direction, LetterKind, MailboxKind, MessageState
from outreach.pitches.models import Pitch
from outreach.pitches.rules import NextKind
from outreach.reminders import moves as reminder_moves
from outreach.reminders.rules import ReminderKind
from tests.world import NOW, TODAY, World, log_in

BERLIN = ZoneInfo("Europe/Berlin")


def due(pitch: Pitch, kind: NextKind, on: date) -> None:
    with write():
        pitch.next_kind, pitch.next_on = kind, on


def remind(world: World, kind: ReminderKind, on: date, words: str = "Look") -> None:
    with write():
        reminder_moves.add(
            kind, words, on, world.ana.id, by=None, now=NOW, project_id=world.seed.id, site_id=world.site.id
        )


def full(counts: dict[Section, int]) -> dict[Section, int]:
    return {section: number for section, number in counts.items() if number}


def test_each_kind_of_work_stands_in_its_section(app: Flask, world: World) -> None:
    due(world.pitch, NextKind.ANSWER, TODAY)
    remind(world, ReminderKind.LINK_CHANGED, TODAY)
    remind(world, ReminderKind.PROMISE, TODAY - timedelta(days=3))
    remind(world, ReminderKind.PROMISE, TODAY)
    remind(world, ReminderKind.PROMISE, TODAY + timedelta(days=1))
    assert full(agenda.counts(world.ana, TODAY)) == {
        Section.REPLIES: 1, Section.CHANGED: 1, Section.OVERDUE: 1, Section.DUE: 1,
    }  # fmt: skip


def test_the_lines_are_as_many_as_the_counts_and_say_why(app: Flask, world: World) -> None:
    due(world.pitch, NextKind.FOLLOW_UP, TODAY - timedelta(days=2))
    remind(world, ReminderKind.PRODUCTION, TODAY, "Send the author bio")
    lines = agenda.lines(world.ana, TODAY, each=50)
    assert {section: len(rows) for section, rows in lines.items()} == agenda.counts(world.ana, TODAY)
    (late,) = lines[Section.OVERDUE]
    assert (late.name, late.tone) == ("wild.example", "bad")
    assert late.why == "No answer yet; 2 days late."


def test_what_is_anothers_or_in_a_hidden_project_does_not_show(app: Flask, world: World) -> None:
    due(world.pitch, NextKind.WRITE, TODAY)
    assert full(agenda.counts(world.otto, TODAY)) == {}
    with write():
        world.pitch.next_owner_id = world.otto.id
    assert full(agenda.counts(world.otto, TODAY)) == {}


def test_the_page_shows_the_number_of_the_query(app: Flask, world: World, client: FlaskClient) -> None:
    for number in range(30):
        remind(world, ReminderKind.PROMISE, clock.local_day(clock.now(), BERLIN), f"Promise {number}")
    log_in(client, world.ana)
    html = client.get("/today").text
    counts = agenda.counts(world.ana, clock.local_day(clock.now(), BERLIN))
    assert f'is-waiting">{sum(counts.values())}' in html
    assert f"Show {counts[Section.DUE] - 10} more" in html
    assert html.count('class="item ') == sum(min(number, 10) for number in counts.values())


def test_an_empty_today_says_what_will_stand_there(app: Flask, world: World, client: FlaskClient) -> None:
    log_in(client, world.vic)
    assert "Nothing waits for you today" in client.get("/").text


def test_a_letter_that_may_have_gone_out_waits_for_its_writer(app: Flask, world: World) -> None:
    with write() as session:
        session.add(
            Message(
                direction=Direction.OUT,
                kind=LetterKind.FIRST,
                state=MessageState.UNKNOWN,
                project_id=world.seed.id,
                pitch_id=world.pitch.id,
                author_id=world.ana.id,
                to_name="Bo Berg",
                to_address="bo@wild.example",
                subject="A trial?",
                created_at=NOW,
            )
        )
    (line,) = agenda.lines(world.ana, TODAY, each=5)[Section.UNKNOWN]
    assert (line.name, digest.path_of(line)) == ("Bo Berg", f"/letters/{line.id}")
    assert full(agenda.counts(world.max, TODAY)) == {}


# --- the digest -------------------------------------------------------------------------------------


@pytest.fixture
def system(world: World) -> Mailbox:
    with write() as session:
        box = Mailbox(
            kind=MailboxKind.CAPTURE,
            address="outreach@hazel.example",
            timezone="Europe/Berlin",
            is_system=True,
            created_at=NOW,
        )
        session.add(box)
    return box


def morning(user: User, day: date = TODAY, hour: int = 8) -> datetime:
    return datetime(day.year, day.month, day.day, hour, 1, tzinfo=ZoneInfo(user.timezone))


def digests() -> list[Message]:
    return list(
        db.session.scalars(sa.select(Message).where(Message.for_user_id.is_not(None)).order_by(Message.id))
    )


def test_the_digest_is_queued_once_however_often_the_sweep_runs(
    app: Flask, world: World, system: Mailbox
) -> None:
    remind(world, ReminderKind.PROMISE, TODAY)
    for minute in range(5):
        jobs.send_digests(morning(world.ana) + timedelta(minutes=minute))
    (letter,) = digests()
    assert (letter.to_address, letter.subject) == ("ana@hazel.example", "1 due today")
    assert "Why:" in letter.body
    assert "None" not in letter.body + letter.body_html


def test_nothing_is_sent_when_nothing_is_due(app: Flask, world: World, system: Mailbox) -> None:
    with write():
        world.pitch.next_on = TODAY + timedelta(days=9)
    jobs.send_digests(morning(world.ana))
    assert digests() == []
    assert jobs.count_digests_due(morning(world.ana)) == 0


def test_before_the_hour_and_on_a_free_weekend_nothing_is_due(app: Flask, world: World) -> None:
    assert jobs.count_digests_due(morning(world.ana, hour=7)) == 0
    assert jobs.count_digests_due(morning(world.ana, date(2026, 11, 28))) == 0


def test_two_workers_queue_one_digest(app: Flask, world: World, system: Mailbox) -> None:
    remind(world, ReminderKind.PROMISE, TODAY)
    now = morning(world.ana)
    assert digest.send(world.ana.id, TODAY, now=now) is True
    assert digest.send(world.ana.id, TODAY, now=now) is False
    assert len(digests()) == 1


def test_without_a_system_mailbox_the_day_is_kept_and_nothing_breaks(app: Flask, world: World) -> None:
    remind(world, ReminderKind.PROMISE, TODAY)
    assert digest.send(world.ana.id, TODAY, now=morning(world.ana)) is False
    log = db.session.scalar(sa.select(DigestLog).where(DigestLog.user_id == world.ana.id))
    assert (log.rows, log.message_id) == (1, None)


@pytest.mark.parametrize(
    "zone",
    ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "America/Sao_Paulo"],
)
@pytest.mark.parametrize("hour", [0, 2, 3, 8, 23])
def test_each_local_day_of_a_year_has_exactly_one_digest_moment(zone: str, hour: int) -> None:
    where = ZoneInfo(zone)
    moment = datetime(2026, 1, 1, tzinfo=where)
    days: list[date] = []
    while moment.year == 2026:
        day = rules.digest_day(moment.astimezone(ZoneInfo("UTC")), where, hour, is_weekdays_only=False)
        if day is not None and (not days or day != days[-1]):
            days.append(day)
        moment = (moment.astimezone(ZoneInfo("UTC")) + timedelta(minutes=30)).astimezone(where)
    assert days == [date(2026, 1, 1) + timedelta(days=number) for number in range(365)]


def test_the_headline_names_the_heaviest_first() -> None:
    assert (
        rules.headline({Section.DUE: 6, Section.REPLIES: 1, Section.CHANGED: 3, Section.OVERDUE: 2})
        == "1 reply waits, 3 links changed, 2 overdue"
    )
