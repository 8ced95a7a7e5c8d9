"""Letters handed to a real Postfix: they arrive as they were written, and its refusals are understood."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from outreach.db import session
from outreach.kit import clock
from outreach.mail.models import Mailbox
from outreach.mail.rules import MailboxState, MessageState
from outreach.pitches.models import Pitch
from outreach.pitches.rules import NextKind
from outreach.prospects.models import ContactPoint
from outreach.prospects.rules import ContactStatus
from outreach.sending import jobs
from tests.conftest import Place
from tests.sending.letters_world import at_work, company, fresh, queue, smtp
from tests.sending.many import people, queue_to
from tests.servers.dovecot import Dovecot
from tests.servers.postfix import Postfix, running_postfix
from tests.servers.smtp_sink import SmtpSink
from tests.world import NOW, World

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("with_postfix")]
GONE = "error:5.1.1 there is nobody of this name here"
PATIENCE = 60


@pytest.fixture
def app(place: Place, tmp_path: Path) -> Iterator[Flask]:
    with at_work(place, tmp_path) as made:
        yield made


@pytest.fixture
def postfix(dovecot: Dovecot, sink: SmtpSink) -> Iterator[Postfix]:
    """It hands what is for wild.example to the sink, and knows that p7 is gone."""
    routes = {"p7@wild.example": GONE, "wild.example": sink.port, "gone.example": GONE}
    with running_postfix(dovecot, routes=routes) as running:
        yield running


def wait_until(what: Callable[[], bool], postfix: Postfix) -> None:
    end = time.monotonic() + PATIENCE
    while not what():
        assert time.monotonic() < end, postfix.log()[-3000:]
        time.sleep(0.05)


def test_a_letter_arrives_as_it_was_written(world: World, sink: SmtpSink, postfix: Postfix) -> None:
    company(world)
    letter = queue(world, smtp(world, postfix.port))
    assert jobs.send_due(clock.now()) == 1
    wait_until(lambda: bool(sink.received), postfix)
    [mail] = sink.received
    raw = fresh(letter.id).raw or b""
    assert fresh(letter.id).state is MessageState.SENT
    assert (mail.sender, mail.recipients) == ("ana@hazel.example", ["bo@wild.example"])
    assert mail.content.startswith(b"Received: ")
    assert mail.content.endswith(raw)


def test_an_address_that_does_not_exist_is_a_final_no_at_the_recipient(
    world: World, sink: SmtpSink, postfix: Postfix
) -> None:
    company(world)
    letter = queue(world, smtp(world, postfix.port), to_address="bo@gone.example")
    jobs.send_due(clock.now())
    found = fresh(letter.id)
    assert found.state is MessageState.FAILED
    assert "5.1.1" in found.state_reason
    assert "there is nobody of this name here" in found.state_reason
    assert session().get_one(Pitch, letter.pitch_id).next_kind is NextKind.FIND_CONTACT
    assert session().get_one(Mailbox, letter.mailbox_id).state is MailboxState.ACTIVE
    assert sink.received == []


def test_one_address_that_does_not_exist_does_not_stop_a_burst(
    world: World, sink: SmtpSink, postfix: Postfix
) -> None:
    box = smtp(world, postfix.port)
    queue_to(world, people(world, ["Europe/Berlin"], 20, NOW), [box.id], NOW)
    assert jobs.send_due(clock.now()) == 20
    wait_until(lambda: len(sink.received) >= 19, postfix)
    assert len({mail.recipients[0] for mail in sink.received}) == len(sink.received) == 19


def test_the_known_address_is_marked_as_dead(world: World, postfix: Postfix) -> None:
    company(world)
    point = session().scalars(sa.select(ContactPoint)).one()
    point.value = point.value_norm = "bo@gone.example"
    session().commit()
    queue(world, smtp(world, postfix.port), to_address="bo@gone.example")
    jobs.send_due(clock.now())
    session().rollback()
    assert session().scalars(sa.select(ContactPoint.status)).one() is ContactStatus.BOUNCED
