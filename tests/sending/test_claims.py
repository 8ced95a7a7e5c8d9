"""One claim a site and project (B4): the second one sees it, before writing and once more when the letter leaves."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from outreach.accounts.models import User, Workspace
from outreach.accounts.rules import ClaimLevel
from outreach.db import db, session, write
from outreach.kit import clock
from outreach.mail.models import Message
from outreach.mail.rules import Direction, LetterKind, MessageState
from outreach.pitches import moves as pitch_moves
from outreach.pitches.rules import PitchType, Stage
from outreach.projects.models import Membership
from outreach.projects.rules import MemberRole
from outreach.prospects import actions as prospects
from outreach.prospects.models import Prospect
from outreach.sending import actions, jobs
from outreach.sending.actions import Queued
from tests.sending.letters_world import ADDRESS, GOOD, company, fresh, mailbox
from tests.world import NOW, TODAY, World, log_in


def give_to(world: World, who: int | None) -> None:
    with write() as here:
        here.get_one(Prospect, world.prospect.id).owner_id = who


def test_of_two_who_claim_a_site_at_once_the_second_sees_whose_it_is(
    app: Flask, world: World, client: FlaskClient
) -> None:
    give_to(world, None)
    with write() as here:
        here.add(Membership(project_id=world.seed.id, user_id=world.otto.id, role=MemberRole.MEMBER))
    gate, told = threading.Barrier(2), {}
    prospect, people = world.prospect.id, (world.ana.id, world.otto.id)

    def claim(who: int) -> None:
        with app.app_context():
            by = session().get_one(User, who)
            gate.wait()
            _, told[who] = prospects.give([prospect], who, by=by, now=clock.now())
            db.session.remove()

    threads = [threading.Thread(target=claim, args=(who,)) for who in people]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    session().rollback()
    owner = session().scalar(sa.select(Prospect.owner_id).where(Prospect.id == prospect))
    second = next(who for who in people if who != owner)
    assert (told[owner], told[second]) == ([], [owner])
    named = "Ana Hazel" if owner == world.ana.id else "Otto Hazel"
    log_in(client, world.otto if second == world.otto.id else world.ana)
    for page in (f"/sites/{world.site.id}", f"/pitches/new?project={world.seed.id}&site={world.site.id}"):
        assert f"{named} has claimed this site" in client.get(page).text


def test_who_else_is_at_them_is_told_before_a_word_is_written(world: World, client: FlaskClient) -> None:
    """A colleague's claim, and the letter of a project that the writer does not see: the fact and who, nothing else."""
    company(world)
    mailbox(world)
    give_to(world, world.max.id)
    with write() as here:
        here.add(Prospect(project_id=world.other.id, site_id=world.site.id, created_at=NOW, updated_at=NOW))
        theirs = pitch_moves.start(
            world.other, PitchType.INTERVIEW, world.site.id, by=world.otto, now=NOW, today=TODAY, person_id=world.bo.id, topic="Secret", stage=Stage.READY,
        )  # fmt: skip
        theirs.last_out_at = clock.now()
        here.add(Message(
            direction=Direction.OUT, kind=LetterKind.FIRST, state=MessageState.SENT, project_id=world.other.id, pitch_id=theirs.id,
            person_id=world.bo.id, to_address=ADDRESS, sent_at=NOW, queued_at=NOW, created_at=NOW,
        ))  # fmt: skip
    log_in(client, world.ana)
    letter = client.get(f"/pitches/{world.pitch.id}/letter").text
    assert "Max Hazel has claimed this site" in letter
    assert "They were written to on" in letter
    new = client.get(f"/pitches/new?project={world.seed.id}&site={world.site.id}").text
    assert "written to for another project (Otto Hazel’s pitch)" in new
    assert "Secret" not in letter + new
    with write() as here:
        here.get_one(Workspace, 1).claim_level = ClaimLevel.OFF
    give_to(world, None)
    assert "claimed this site" not in client.get(f"/pitches/{world.pitch.id}/letter").text


@pytest.mark.parametrize("level", list(ClaimLevel))
def test_a_colleagues_claim_counts_by_the_level_when_a_letter_is_queued(
    world: World, level: ClaimLevel
) -> None:
    company(world)
    box = mailbox(world)
    give_to(world, world.max.id)
    with write() as here:
        here.get_one(Workspace, 1).claim_level = level

    def queue(**more: object) -> object:
        given = {"by": world.ana, "now": clock.now(), "to_address": ADDRESS, "undo": timedelta(0)} | more
        return actions.queue(world.pitch.id, box.id, GOOD, **given)  # type: ignore[arg-type]

    assert isinstance(queue(), Queued) is (level is ClaimLevel.OFF)
    if level is not ClaimLevel.OFF:
        lifted = isinstance(queue(overruled={"claimed": "We spoke"}), Queued)
        assert lifted is (level is not ClaimLevel.HIGH)


def test_a_claim_made_while_a_letter_waits_holds_it(world: World) -> None:
    """The check runs again when the letter leaves, not only when it was written."""
    company(world)
    box = mailbox(world)
    done = actions.queue(
        world.pitch.id, box.id, GOOD, by=world.ana, now=clock.now(), to_address=ADDRESS, undo=timedelta(0)
    )
    assert isinstance(done, Queued)
    give_to(world, world.max.id)
    jobs.send_due(clock.now())
    row = fresh(done.message_id)
    assert (row.state, row.held_rule) == (MessageState.HELD, "claimed")
    assert row.state_reason.startswith("Max Hazel has claimed this site")
