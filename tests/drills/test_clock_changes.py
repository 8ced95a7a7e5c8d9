"""Letters queued over a change of the clocks, four workers side by side, at times that are told to them.

Some letters in `make test`; a thousand in `make drills`.
"""

from __future__ import annotations

import os
from collections import Counter, defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, time, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from flask import Flask

from outreach.app import create_app
from outreach.db import db, session
from outreach.kit import clock
from outreach.mail.models import Mailbox, Message
from outreach.mail.rules import MessageState
from outreach.prospects.models import Person
from outreach.sending import jobs, moments
from tests.conftest import Place
from tests.sending.letters_world import smtp
from tests.sending.many import people, queue_to
from tests.servers.smtp_sink import SmtpSink
from tests.world import World

FULL = os.environ.get("OUTREACH_DRILLS") == "full"
LETTERS = 1_000 if FULL else 60
BOXES, WORKERS = 5, 4
GAP, HOURLY, DAILY = timedelta(seconds=60), 15, 50 if FULL else 8
HOUR = timedelta(hours=1)

pytestmark = [pytest.mark.drill, pytest.mark.timeout(3600 if FULL else 180)]

CHANGES = {
    "autumn in Europe": ("2026-10-23T12:00+00:00", ["Europe/Berlin", "Europe/Lisbon", "Africa/Casablanca", ""]),
    "spring in Europe": ("2027-03-26T12:00+00:00", ["Europe/Berlin", "Europe/Lisbon", "Europe/Athens", ""]),
    "half an hour in spring": ("2026-10-02T12:00+00:00", ["Australia/Lord_Howe", "Australia/Sydney", ""]),
    "half an hour in autumn": ("2027-04-02T12:00+00:00", ["Australia/Lord_Howe", "America/Santiago", ""]),
    "New York": ("2026-10-30T12:00+00:00", ["America/New_York", "America/Phoenix", ""]),
}  # fmt: skip


@pytest.fixture
def app(place: Place, tmp_path: Path) -> Iterator[Flask]:
    """The app whose time the test tells."""
    made = create_app(place.settings(clock_file=tmp_path / "clock", smtp_plain_hosts=["127.0.0.1"]))
    with made.app_context():
        yield made
        db.session.remove()
        db.engine.dispose()
    clock.use_file(None)


def tell_time(folder: Path, at: datetime) -> None:
    fresh = folder / "clock.new"
    fresh.write_text(at.isoformat())
    fresh.replace(folder / "clock")


def work(app: Flask) -> int:
    """One turn of one worker."""
    with app.app_context():
        return jobs.send_due(clock.now())


def next_turn(now: datetime) -> datetime | None:
    """When the next letter may leave that is known of; None when none waits."""
    session().rollback()
    waiting = (
        sa.select(Message.mailbox_id, sa.func.min(Message.due_at))
        .where(Message.state == MessageState.QUEUED)
        .group_by(Message.mailbox_id)
    )
    turns = [
        max(due_at, moments.gap_ends(session().get_one(Mailbox, box), moments.sent_moments(box, now=now), now=now))
        for box, due_at in session().execute(waiting).all()
    ]  # fmt: skip
    return max(min(turns), now + timedelta(seconds=1)) if turns else None


def run_until_empty(app: Flask, folder: Path, now: datetime) -> None:
    with ThreadPoolExecutor(WORKERS) as workers:
        at: datetime | None = now
        while at is not None:
            tell_time(folder, at)
            list(workers.map(work, [app] * WORKERS))
            at = next_turn(clock.now())


DAY, NIGHT = (time(8), time(18)), (time(1, 15), time(4, 45))
NIGHTS = ["autumn in Europe", "half an hour in spring"]
"""Changes for which the window is open while the clocks are changed."""


@pytest.mark.parametrize(
    ("change", "window"),
    [(name, NIGHT if name in NIGHTS else DAY) for name in CHANGES]
    if FULL
    else [(name, (time(1, 15), time(9))) for name in NIGHTS],
)
def test_no_letter_leaves_outside_its_window_over_gap_or_cap(
    app: Flask, world: World, tmp_path: Path, change: str, window: tuple[time, time]
) -> None:  # fmt: skip
    start, zones = datetime.fromisoformat(CHANGES[change][0]), CHANGES[change][1]
    own_zone = zones[0]
    with SmtpSink() as sink:
        boxes = [
            smtp(
                world, sink.port, address=f"b{n}@hazel.example", timezone=own_zone, gap_min=60, gap_max=240,
                hourly_cap=HOURLY, daily_cap=DAILY, window_from=window[0], window_to=window[1],
            ).id
            for n in range(BOXES)
        ]  # fmt: skip
        tell_time(tmp_path, start)
        queue_to(world, people(world, zones, LETTERS, start), boxes, start)
        run_until_empty(app, tmp_path, start)
        arrived = Counter(mail.recipients[0] for mail in sink.received)
    assert len(arrived) == LETTERS
    assert set(arrived.values()) == {1}
    judge_windows(own_zone, window)
    judge_pace(ZoneInfo(own_zone))


def judge_windows(own_zone: str, window: tuple[time, time]) -> None:
    """By the clock on the reader's wall, or the mailbox's when theirs is not known."""
    session().rollback()
    rows = session().execute(
        sa.select(Message.sent_at, Person.timezone).join(Person, Person.id == Message.person_id)
    )
    walls = [row[0].astimezone(ZoneInfo(row[1] or own_zone)).time() for row in rows]
    assert len(walls) == LETTERS
    assert [wall for wall in walls if not window[0] <= wall < window[1]] == []


def judge_pace(zone: ZoneInfo) -> None:
    moments: dict[int, list[datetime]] = defaultdict(list)
    for box, at in session().execute(
        sa.select(Message.mailbox_id, Message.sent_at).order_by(Message.sent_at)
    ):
        moments[box].append(at)
    assert len(moments) == BOXES
    for sent in moments.values():
        assert min(later - earlier for earlier, later in pairwise(sent)) >= GAP
        assert max(sum(at - HOUR < other <= at for other in sent) for at in sent) <= HOURLY
        assert max(Counter(at.astimezone(zone).date() for at in sent).values()) <= DAILY
