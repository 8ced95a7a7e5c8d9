"""kill -9 while letters are sent: none goes twice, none is lost without a word.

A few rounds in `make test`; the full counts in `make drills`.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from multiprocessing.process import BaseProcess

import pytest
import sqlalchemy as sa
from flask import Flask

from outreach.db import session, write
from outreach.mail.models import Mailbox, Message
from outreach.mail.rules import MessageState
from tests.conftest import Place
from tests.drills import sender
from tests.sending.letters_world import smtp
from tests.servers.smtp_sink import Fault, SmtpSink
from tests.world import NOW, World

FULL = os.environ.get("OUTREACH_DRILLS") == "full"
KILLS, LETTERS = (20, 1_000) if FULL else (4, 40)
ROUNDS = 20 if FULL else 1
FORKS = multiprocessing.get_context("forkserver")
"""Each sender is a process of its own, forked from one that has read the house: thirty that read it took a minute of a processor."""
FORKS.set_forkserver_preload(["tests.drills.warm"])

pytestmark = [pytest.mark.drill, pytest.mark.timeout(3600 if FULL else 180)]

LATER_ROUNDS = NOW + timedelta(days=30)
"""When letters are due that another round is about."""
ON_THE_WAY = (MessageState.QUEUED, MessageState.TAKEN, MessageState.SENDING)


@pytest.fixture(params=["sqlite", "postgres"] if FULL else ["sqlite"])
def kind(request: pytest.FixtureRequest) -> str:
    """The quick rounds are on one database, the full ones on both."""
    return str(request.param)


@pytest.fixture
def sink() -> Iterator[SmtpSink]:
    with SmtpSink() as running:
        yield running


class Drill:
    """Letters in the queue, and the process that sends them."""

    def __init__(self, place: Place, world: World, boxes: list[Mailbox], number: int) -> None:
        self.place, self.at = place, NOW
        self.tell_time(NOW)
        ids = [box.id for box in boxes]
        with write() as here:
            here.add_all(
                Message(
                    direction="out", kind="answer", state="queued", mailbox_id=ids[n % len(ids)], project_id=world.seed.id,
                    message_id=f"<{n}@hazel.example>", opaque_id=f"drill-{n}", from_address="ana@hazel.example",
                    to_address=f"p{n}@wild.example", subject=f"Letter {n}", body="Hello\n", due_at=NOW, queued_at=NOW,
                    created_at=NOW, overruled={}, references=[],
                )
                for n in range(number)
            )  # fmt: skip

    def tell_time(self, at: datetime) -> None:
        fresh = self.place.instance / "clock.new"
        fresh.write_text(at.isoformat())
        fresh.replace(self.place.instance / "clock")

    def later(self) -> None:
        """So long that every lease of a dead sender is over."""
        self.at += timedelta(minutes=10)
        self.tell_time(self.at)

    def start(self, point: str = "") -> BaseProcess:
        hears, says = FORKS.Pipe(duplex=False)
        process = FORKS.Process(target=sender.main, args=(self.place.instance, self.place.url, point, says))
        process.start()
        says.close()
        with hears:
            assert hears.poll(60)
            assert hears.recv() == "ready"
        return process

    def states(self) -> Counter[MessageState]:
        session().rollback()
        rows = session().execute(sa.select(Message.state, sa.func.count()).group_by(Message.state))
        return Counter({row[0]: row[1] for row in rows})

    def on_the_way(self) -> int:
        """How many letters of this round still have their way before them."""
        session().rollback()
        waiting = sa.select(sa.func.count()).where(
            Message.state.in_(ON_THE_WAY), Message.due_at < LATER_ROUNDS
        )
        return session().scalar(waiting) or 0

    def finish(self) -> None:
        """Let a sender run until nothing waits. It is killed too, so its own lease must end before the next."""
        self.later()
        process = self.start()
        try:
            wait_until(lambda: self.on_the_way() == 0)
        finally:
            end(process)
        self.later()

    def judge(self, sink: SmtpSink, *, at_most_unknown: int) -> None:
        """0 doubles, 0 silent losses: what is not delivered is not called sent."""
        arrived = Counter(mail.recipients[0] for mail in sink.received)
        session().rollback()
        rows = session().execute(sa.select(Message.to_address, Message.state)).all()
        assert max(arrived.values(), default=0) <= 1
        assert {row.state for row in rows} <= {MessageState.SENT, MessageState.UNKNOWN}
        assert all(arrived[row.to_address] == 1 for row in rows if row.state is MessageState.SENT)
        assert sum(row.state is MessageState.UNKNOWN for row in rows) <= at_most_unknown


def end(process: BaseProcess) -> None:
    process.kill()
    process.join(10)


def wait_until(what: Callable[[], bool], seconds: float = 1_800 if FULL else 60) -> None:
    deadline = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.1)


def test_killed_at_random_points_no_letter_goes_twice_and_none_is_lost(
    app: Flask, place: Place, world: World, sink: SmtpSink
) -> None:
    chance = random.Random(20261124)
    sink.rules += [Fault("data", "sleep", seconds=0.01), Fault("rcpt", "sleep", seconds=0.005)]
    drill = Drill(
        place, world, [smtp(world, sink.port, address=f"b{n}@hazel.example") for n in range(2)], LETTERS
    )
    for _ in range(KILLS):
        process = drill.start()
        time.sleep(chance.uniform(0.0, 0.35))
        end(process)
        drill.later()
    drill.finish()
    drill.judge(sink, at_most_unknown=KILLS)


EXPECTED = {
    "mailbox taken": (1, MessageState.SENT),
    "letter taken": (1, MessageState.SENT),
    "before sending": (1, MessageState.SENT),
    "after sending": (0, MessageState.UNKNOWN),
    "in the text": (0, MessageState.UNKNOWN),
    "after the final dot": (1, MessageState.UNKNOWN),
    "before settling": (1, MessageState.UNKNOWN),
    "after settling": (1, MessageState.SENT),
}


@pytest.mark.parametrize("point", EXPECTED)
def test_each_window_of_a_crash_leaves_what_the_table_says(
    app: Flask, place: Place, world: World, sink: SmtpSink, point: str
) -> None:
    arrived, state = EXPECTED[point]
    drill = Drill(place, world, [smtp(world, sink.port)], ROUNDS)
    senders: list[BaseProcess] = []
    if point == "after the final dot":
        sink.rules.append(Fault("data", "accept_then", count=ROUNDS, callback=lambda: senders[-1].kill()))
        point = ""
    for number in range(ROUNDS):
        only(number)
        senders.append(drill.start(point))
        senders[-1].join(60)
        assert senders[-1].exitcode == -9
        end(senders[-1])
        drill.later()
    all_are_due()
    drill.finish()
    assert len(sink.received) == arrived * ROUNDS
    assert drill.states() == {state: ROUNDS}
    drill.judge(sink, at_most_unknown=ROUNDS)


def test_accepted_and_then_the_line_dies_leaves_each_letter_unknown(
    app: Flask, place: Place, world: World, sink: SmtpSink
) -> None:
    drill = Drill(place, world, [smtp(world, sink.port)], ROUNDS)
    sink.rules.append(Fault("data", "accept_drop"))
    drill.finish()
    drill.finish()
    assert len(sink.received) == ROUNDS
    assert drill.states() == {MessageState.UNKNOWN: ROUNDS}


def test_two_senders_at_once_send_each_letter_once(
    app: Flask, place: Place, world: World, sink: SmtpSink
) -> None:
    boxes = [smtp(world, sink.port, address=f"b{n}@hazel.example") for n in range(3)]
    drill = Drill(place, world, boxes, LETTERS)
    senders = [drill.start(), drill.start()]
    try:
        wait_until(lambda: drill.on_the_way() == 0)
    finally:
        for process in senders:
            end(process)
    drill.judge(sink, at_most_unknown=0)
    assert len(sink.received) == LETTERS


def only(number: int) -> None:
    """This round is about one letter: those after it wait."""
    with write() as here:
        here.execute(sa.update(Message).where(Message.opaque_id > "").values(due_at=LATER_ROUNDS))
        here.execute(sa.update(Message).where(Message.opaque_id == f"drill-{number}").values(due_at=NOW))


def all_are_due() -> None:
    with write() as here:
        here.execute(sa.update(Message).values(due_at=NOW))
