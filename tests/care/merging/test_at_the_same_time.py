"""A merge while letters leave, mail comes in and colleagues type."""

from __future__ import annotations

import threading
from datetime import timedelta

import sqlalchemy as sa
from flask import Flask

from outreach.care.merging import actions
from outreach.care.merging.rules import Kind
from outreach.db import db, session, write
from outreach.engines.smtp import Sent
from outreach.kit import clock
from outreach.mail.rules import MessageState
from outreach.pitches.models import Pitch
from outreach.prospects import people_actions
from outreach.prospects.models import ContactPoint, Note, Person, SitePerson
from outreach.prospects.people_actions import Reach
from outreach.prospects.rules import ContactKind
from outreach.sending import delivering
from tests.sending.letters_world import company, fresh, mailbox, queue
from tests.world import World, person


def second(world: World, **more: object) -> int:
    with write() as here:
        row = person("Bo Bergh")
        for name, value in more.items():
            setattr(row, name, value)
        here.add(row)
        here.flush()
        here.add(SitePerson(site_id=world.site.id, person_id=row.id))
        return row.id


def versions(*ids: int) -> tuple[int, ...]:
    session().rollback()
    return tuple(session().get_one(Person, key).version for key in ids)


def test_a_letter_that_is_being_sent_goes_on_with_the_one_that_stays(world: World) -> None:
    """Merged between the taking of the letter and its text: the gate is asked again about the one that stays."""
    bo, now = world.bo.id, clock.now()
    company(world)
    double, box = second(world), mailbox(world)
    letter = queue(world, box, now=now).id
    fence = delivering.take_mailbox(box.id, now=now)
    assert delivering.take_next(box.id, fence, now=now, on_dry_run=lambda *_: None) == letter
    key = actions.merge(Kind.PERSON, double, bo, {}, versions(double, bo), by=world.max, now=now)
    assert delivering.begin(letter, fence, b"the letter", now=now)
    assert delivering.settle(letter, fence, Sent(250, "ok"), now=now)
    assert (fresh(letter).state, fresh(letter).person_id) == (MessageState.SENT, double)
    actions.undo(key, by=world.max, now=now + timedelta(minutes=1))
    assert fresh(letter).person_id == bo
    assert session().get_one(Pitch, world.pitch.id).person_id == bo


def test_a_no_of_the_one_that_stays_stops_a_letter_under_way(world: World) -> None:
    bo, now = world.bo.id, clock.now()
    company(world)
    double, box = second(world, is_do_not_contact=True, do_not_contact_reason="They asked us"), mailbox(world)
    letter = queue(world, box, now=now).id
    fence = delivering.take_mailbox(box.id, now=now)
    assert delivering.take_next(box.id, fence, now=now, on_dry_run=lambda *_: None) == letter
    actions.merge(Kind.PERSON, double, bo, {}, versions(double, bo), by=world.max, now=now)
    assert not delivering.begin(letter, fence, b"the letter", now=now)
    assert fresh(letter).state is MessageState.HELD


def test_what_colleagues_add_while_two_are_merged_is_nowhere_lost(world: World, app: Flask) -> None:
    """Four writers add addresses and notes to the one that goes: what was taken in names the one that stays."""
    bo, ana, project = world.bo.id, world.ana.id, world.seed.id
    double = second(world)
    kept: list[str] = []
    start = threading.Barrier(5)

    def work(writer: int) -> None:
        with app.app_context():
            by = session().get_one(type(world.ana), ana)
            start.wait()
            for number in range(6):
                mail = f"bo{writer}{number}@wild.example"
                try:
                    people_actions.add_contact(
                        Reach(ContactKind.EMAIL, mail, mail), by=by, now=clock.now(), person_id=bo
                    )
                    people_actions.add_note(project, mail, by=by, now=clock.now(), person_id=bo)
                    kept.append(mail)
                except people_actions.Gone:
                    break
            db.session.remove()

    threads = [threading.Thread(target=work, args=(writer,)) for writer in range(4)]
    for one in threads:
        one.start()
    start.wait()
    asked = versions(double, bo)
    actions.merge(Kind.PERSON, double, bo, {}, (asked[0], asked[1]), by=world.max, now=clock.now())
    for one in threads:
        one.join()
    session().rollback()
    mails = set(session().scalars(sa.select(ContactPoint.value_norm).where(ContactPoint.person_id == double)))
    notes = set(session().scalars(sa.select(Note.text).where(Note.person_id == double)))
    assert set(kept) <= mails and set(kept) <= notes
    assert session().scalar(sa.select(sa.func.count()).where(ContactPoint.person_id == bo)) == 0
