"""A digest a local day, in five zones over changes of the clocks: never two, none missed by a worker that runs.

Three weeks around a change in `make test`; a year in `make drills`.
"""

from __future__ import annotations

import os
import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from flask import Flask

from outreach.accounts.models import User
from outreach.app import create_app
from outreach.db import db, session, write
from outreach.desk import agenda, jobs
from outreach.desk.models import DigestLog
from outreach.kit import clock
from outreach.mail.models import Mailbox, Message
from outreach.mail.rules import MailboxKind
from outreach.reminders import moves as reminder_moves
from outreach.reminders.rules import ReminderKind
from tests.conftest import Place
from tests.world import World, log_in

FULL = os.environ.get("OUTREACH_DRILLS") == "full"
pytestmark = [pytest.mark.drill, pytest.mark.timeout(3600 if FULL else 240)]

ZONES = {
    "Europe/Berlin": (8, True), "America/New_York": (0, False), "Australia/Lord_Howe": (2, False),
    "America/Santiago": (23, False), "Asia/Kathmandu": (7, True),
}  # fmt: skip
"""Zone: (hour of the digest, only on workdays). Hours that a change skips or repeats are among them."""

START = datetime(2026, 9, 1, tzinfo=UTC) if FULL else datetime(2026, 10, 20, tzinfo=UTC)
DAYS = 365 if FULL else 21
DOWN_FROM, DOWN_DAYS = timedelta(days=9, hours=5), 3
BACK_AT, BACK_BY = timedelta(days=15, hours=13), timedelta(hours=26)
STEP = timedelta(minutes=30)


@pytest.fixture
def app(place: Place, tmp_path: Path) -> Iterator[Flask]:
    """The app whose time the test tells."""
    made = create_app(place.settings(clock_file=tmp_path / "clock"))
    with made.app_context():
        yield made
        db.session.remove()
        db.engine.dispose()
    clock.use_file(None)


def readers(world: World) -> dict[int, tuple[ZoneInfo, int, bool]]:
    """The users of the world, one in each zone, with something that is always due."""
    with write() as here:
        here.add(Mailbox(
            kind=MailboxKind.CAPTURE, address="system@hazel.example", is_system=True, timezone="UTC", created_at=START
        ))  # fmt: skip
        users = [world.ada, world.max, world.ana, world.vic, world.otto]
        for user, (zone, (hour, weekdays)) in zip(users, ZONES.items(), strict=True):
            user.timezone, user.digest_hour, user.is_weekdays_only = zone, hour, weekdays
            reminder_moves.add(ReminderKind.OTHER, "Look", date(2026, 8, 30), user.id, by=None, now=START)
    return {user.id: (ZoneInfo(zone), *when) for user, (zone, when) in zip(users, ZONES.items(), strict=True)}


def moments() -> Iterator[datetime]:
    """When the worker looks: every half hour, but not while it is down; once its clock is set back."""
    at, was_set_back = START, False
    while at < START + timedelta(days=DAYS):
        since = at - START
        if not DOWN_FROM <= since < DOWN_FROM + timedelta(days=DOWN_DAYS):
            yield at
        if since >= BACK_AT and not was_set_back:
            at, was_set_back = at - BACK_BY, True
        at += STEP


def test_each_reader_has_one_digest_a_local_day(app: Flask, world: World, tmp_path: Path) -> None:
    who = readers(world)
    wanted: dict[int, set[date]] = defaultdict(set)
    for at in moments():
        for key, (zone, hour, weekdays) in who.items():
            local = at.astimezone(zone)
            if local.hour >= hour and not (weekdays and local.weekday() >= 5):
                wanted[key].add(local.date())
        jobs.send_digests(at)
        assert jobs.count_digests_due(at) == 0
    session().rollback()
    rows = session().execute(sa.select(DigestLog.user_id, DigestLog.local_on, DigestLog.message_id)).all()
    assert len(rows) == len({(row.user_id, row.local_on) for row in rows})
    found: dict[int, set[date]] = defaultdict(set)
    for row in rows:
        found[row.user_id].add(row.local_on)
    assert found == wanted
    assert all(row.message_id for row in rows)
    assert all(len(days) > DAYS * 0.6 for days in found.values())
    _say_nothing_false()


def _say_nothing_false() -> None:
    """No empty value in words, and no age but the real one: what is due since 30 August."""
    for message in session().scalars(sa.select(Message).order_by(Message.id)):
        assert not re.search(r"\b(null|None|nan|-\d+ days?)\b", message.subject + message.body)
        log = session().query(DigestLog).filter_by(message_id=message.id).one()
        late = (log.local_on - date(2026, 8, 30)).days
        assert f"{late} days late" in message.body or late == 1


def test_page_mail_and_side_bar_say_the_same_number(app: Flask, world: World, tmp_path: Path) -> None:
    readers(world)
    client = app.test_client()
    for at in (START + timedelta(days=5, hours=hour) for hour in range(0, 24, 6)):
        (tmp_path / "clock").write_text(at.isoformat())
        for user in (world.ada, world.ana, world.otto):
            with app.test_request_context():
                day = at.astimezone(ZoneInfo(user.timezone)).date()
            waits = sum(agenda.counts(session().get_one(User, user.id), day).values())
            log_in(client, user)
            page = client.get("/today").text
            assert f'sidebar-count is-waiting">{waits}<' in page
            assert page.count('<li class="item') == waits
    jobs.send_digests(START + timedelta(days=5, hours=23, minutes=30))
    for log in session().scalars(sa.select(DigestLog)):
        user = session().get_one(User, log.user_id)
        assert log.rows == sum(agenda.counts(user, log.local_on).values())
