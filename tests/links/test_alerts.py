"""News of links by mail: what gathered in fifteen minutes is one mail, and never two."""

from __future__ import annotations

import os
from datetime import timedelta
from threading import Barrier, Thread

import pytest
import sqlalchemy as sa
from flask import Flask

from outreach.db import db, session, write
from outreach.links import jobs, look_moves, moves
from outreach.links.look_moves import GATHERED_FOR
from outreach.links.looks import Look
from outreach.links.models import LinkAlert, PlacedLink
from outreach.links.moves import Terms
from outreach.links.rules import Presence, Value
from outreach.mail.models import Mailbox, Message
from outreach.mail.rules import MailboxKind, MailboxState
from outreach.pitches.models import Pitch
from outreach.projects.models import Membership
from outreach.reminders import moves as reminder_moves
from tests.world import NOW, World

FOUND = Look(Presence.FOUND, Value.PASSES, "The link is there.", "ok", status=200)
NOINDEX = Look(Presence.FOUND, Value.WEAKENED, "Kept out of search.", "ok", codes=("META_NOINDEX",))
MISSING = Look(Presence.NOT_FOUND, Value.NONE, "It is not there.", "ok", codes=("LINK_MISSING",))
LOST_AT = NOW + timedelta(hours=48)
DUE_AT = LOST_AT + GATHERED_FOR


@pytest.fixture
def box(world: World) -> Mailbox:
    with write() as here:
        box = Mailbox(
            owner_id=world.ada.id, address="outreach@hazel.example", from_name="Outreach", kind=MailboxKind.CAPTURE,
            state=MailboxState.ACTIVE, is_system=True, timezone="UTC", created_at=NOW, secret="",
        )  # fmt: skip
        here.add(box)
        world.ana.is_alert_mail_on = True
    return box


def placed(world: World, path: str) -> PlacedLink:
    terms = Terms(f"https://wild.example/{path}", "https://hazel.example/seed-trial", rel="follow")
    with write():
        return moves.place(world.seed, world.site, terms, by=world.ana, now=NOW)


def look(world: World, link: PlacedLink, what: Look, hours: float) -> None:
    with write():
        look_moves.record(link, what, by=None, now=NOW + timedelta(hours=hours), owner=world.ana)


def lose(world: World, path: str, *, hours: float = 48) -> PlacedLink:
    link = placed(world, path)
    for what, after in ((FOUND, 0.0), (MISSING, 24.0), (MISSING, hours)):
        look(world, link, what, after)
    return link


def mails() -> list[Message]:
    db.session.expire_all()
    return list(
        session().scalars(sa.select(Message).where(Message.for_user_id.is_not(None)).order_by(Message.id))
    )


def test_what_gathers_in_fifteen_minutes_is_one_mail(world: World, box: Mailbox) -> None:
    first = lose(world, "one")
    lose(world, "two", hours=48.1)
    third = placed(world, "three")
    look(world, third, FOUND, 0)
    look(world, third, NOINDEX, 48.2)
    assert jobs.send_alerts(DUE_AT - timedelta(seconds=1)) == 0
    assert jobs.send_alerts(DUE_AT) == 1
    (mail,) = mails()
    assert mail.subject == "2 links lost, 1 link changed"
    for body in (mail.body, mail.body_html):
        assert "The link on wild.example/one is gone" in body
        assert "Search engines are told to leave wild.example/three out" in body
        assert f"https://outreach.example/links/{first.id}" in body
        assert f"https://outreach.example/pitches/{first.reclaim_pitch_id}" in body
        assert "None" not in body
    assert jobs.send_alerts(DUE_AT + timedelta(days=1)) == 0
    assert len(mails()) == 1


def test_nothing_to_say_is_no_mail(world: World, box: Mailbox) -> None:
    link = placed(world, "calm")
    look(world, link, FOUND, 0)
    look(world, link, MISSING, 24)
    assert (jobs.count_alerts_due(DUE_AT), jobs.send_alerts(DUE_AT), mails()) == (0, 0, [])


def test_a_link_that_is_back_in_time_is_not_told_of(world: World, box: Mailbox) -> None:
    link = lose(world, "one")
    look(world, link, FOUND, 48.1)
    jobs.send_alerts(DUE_AT)
    assert mails() == []


def test_what_was_dealt_with_on_today_is_not_mailed(world: World, box: Mailbox) -> None:
    link = lose(world, "one")
    with write():
        reminder_moves.settle_about("link", link.id, now=LOST_AT)
    jobs.send_alerts(DUE_AT)
    assert mails() == []


def test_who_wants_no_mail_gets_none_and_has_the_row(world: World, box: Mailbox) -> None:
    lose(world, "one")
    with write():
        world.ana.is_alert_mail_on = False
    jobs.send_alerts(DUE_AT)
    assert mails() == []
    assert session().scalar(sa.select(LinkAlert.due_at)) is None


def test_who_has_left_the_project_gets_none(world: World, box: Mailbox) -> None:
    lose(world, "one")
    with write() as here:
        here.execute(sa.delete(Membership).where(Membership.user_id == world.ana.id))
    jobs.send_alerts(DUE_AT)
    assert mails() == []


def test_news_of_yesterday_is_left_to_the_digest(world: World, box: Mailbox) -> None:
    lose(world, "one")
    jobs.send_alerts(LOST_AT + timedelta(days=2))
    assert mails() == []


def test_without_a_mailbox_of_the_system_the_row_is_settled(world: World) -> None:
    lose(world, "one")
    assert jobs.send_alerts(DUE_AT) == 1
    assert (jobs.count_alerts_due(DUE_AT), mails()) == (0, [])


def test_two_workers_send_one_mail(app: Flask, world: World, box: Mailbox) -> None:
    lose(world, "one")
    start = Barrier(2)

    def work() -> None:
        with app.app_context():
            start.wait()
            jobs.send_alerts(DUE_AT)
            db.session.remove()

    db.session.rollback()
    workers = [Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(mails()) == 1


def test_a_worker_killed_before_its_commit_leaves_one_mail_to_the_next(
    app: Flask, world: World, box: Mailbox
) -> None:
    lose(world, "one")
    db.session.remove()
    child = os.fork()
    if child == 0:
        db.engine.dispose(close=False)
        sa.event.listen(db.session, "before_commit", lambda _: os._exit(9))
        jobs.send_alerts(DUE_AT)
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
    assert mails() == []
    assert jobs.send_alerts(DUE_AT) == 1
    assert jobs.send_alerts(DUE_AT) == 0
    assert len(mails()) == 1


def test_a_hundred_looks_at_a_lost_link_are_one_row_one_pitch_and_one_mail(
    world: World, box: Mailbox
) -> None:
    link = lose(world, "one")
    for again in range(100):
        look(world, link, MISSING, 49 + again)
        jobs.send_alerts(NOW + timedelta(hours=49 + again))
    assert len(mails()) == 1
    repairs = sa.select(sa.func.count()).select_from(Pitch).where(Pitch.id == link.reclaim_pitch_id)
    every = sa.select(sa.func.count()).select_from(Pitch).where(Pitch.subject_page_url == link.page_url)
    assert (session().scalar(repairs), session().scalar(every)) == (1, 1)


def test_who_looked_alone_needs_no_mail(world: World, box: Mailbox) -> None:
    link = placed(world, "mine")
    look(world, link, FOUND, 0)
    with write():
        look_moves.record(link, NOINDEX, by=world.ana, now=LOST_AT, owner=world.ana)
    jobs.send_alerts(DUE_AT)
    assert mails() == []
