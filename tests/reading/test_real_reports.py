"""Delivery reports of a real Postfix: the words, codes and parts that a mail server writes, not those we would write."""

from __future__ import annotations

import time

import pytest
import sqlalchemy as sa

from outreach.consent.queries import is_suppressed
from outreach.db import session, write
from outreach.kit import clock
from outreach.letter.kinds import Kind
from outreach.letter.severity import Severity
from outreach.mail.models import Mailbox, Message
from outreach.mail.rules import MatchedBy, MessageState
from outreach.pitches.models import Pitch
from outreach.pitches.rules import Stage
from outreach.prospects.models import ContactPoint
from outreach.prospects.rules import ContactStatus
from tests.reading.post import BO, Post
from tests.sending.letters_world import fresh
from tests.servers.postfix import Postfix, running_postfix
from tests.servers.smtp_sink import Fault, SmtpSink

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("with_postfix")]


def through(post: Post, postfix: Postfix) -> None:
    """From now on Ana's letters leave by this Postfix."""
    with write() as here:
        here.get_one(Mailbox, post.box.id).smtp_port = postfix.port


def wait_for(post: Post, count: int, postfix: Postfix) -> list[Message]:
    """Read until so many mails have come."""
    end = time.monotonic() + 60
    while len(post.came_in) < count and time.monotonic() < end:
        post.read()
        time.sleep(0.2)
    assert len(post.came_in) >= count, postfix.log()[-3000:]
    return post.came_in


def test_a_real_report_of_an_unknown_user_suppresses(post: Post, sink: SmtpSink) -> None:
    sink.rules.append(Fault("rcpt", match="^bo@", text="550 5.1.1 <bo@wild.example>: no such user here"))
    with running_postfix(post.dovecot, routes={"wild.example": sink.port}) as postfix:
        through(post, postfix)
        letter = post.send()
        second = post.step_two()
        [came] = wait_for(post, 1, postfix)
    point = session().scalars(sa.select(ContactPoint).where(ContactPoint.value_norm == BO)).one()
    assert (came.what, came.severity, came.matched_by) == (Kind.BOUNCE, Severity.HARD, MatchedBy.ORIGINAL)
    assert came.about_id == letter.id and came.report[0]["address"] == BO
    assert is_suppressed(BO) and point.status is ContactStatus.BOUNCED
    assert fresh(second.id).state is MessageState.CANCELLED


def test_a_real_delay_changes_nothing_and_its_end_is_soft(post: Post, sink: SmtpSink) -> None:
    sink.rules.append(Fault("rcpt", match="^bo@", text="451 4.3.0 <bo@wild.example>: come back later"))
    routes = {"wild.example": sink.port}
    with running_postfix(post.dovecot, routes=routes, lifetime=6, delay_warning=1) as postfix:
        through(post, postfix)
        post.send()
        second = post.step_two()
        [delay] = wait_for(post, 1, postfix)
        assert (delay.what, delay.severity) == (Kind.DELAYED, None)
        assert session().get_one(Pitch, post.world.pitch.id).stage is Stage.CONTACTED
        _, end = wait_for(post, 2, postfix)
    assert (end.what, end.severity) == (Kind.BOUNCE, Severity.SOFT)
    assert is_suppressed(BO) is None and fresh(second.id).state is MessageState.QUEUED
    assert end.handled_at and end.handled_at <= clock.now()
