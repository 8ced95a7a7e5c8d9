"""Yesterday's backup, restored: what left since then is settled against Sent before anything is sent."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa
from flask import Flask

from outreach import schema
from outreach.app import create_app
from outreach.care import actions, backup
from outreach.db import db, session, write
from outreach.kit import clock
from outreach.mail.models import Mailbox, Message
from outreach.mail.rules import Direction, MailboxState, MessageState
from outreach.pitches import moves as pitch_moves
from outreach.pitches.models import Pitch
from outreach.pitches.rules import PitchType, Stage
from outreach.projects.models import Project
from outreach.prospects.rules import SubscriberType
from outreach.reading import jobs as reading_jobs
from outreach.sending import actions as sending_actions
from outreach.sending import jobs as sending_jobs
from tests.conftest import Place
from tests.reading.post import Post
from tests.sending.letters_world import GOOD, fresh, queue
from tests.server.test_backup import empty  # noqa: F401
from tests.servers.certificates import Authority
from tests.world import address, person, site

KIM = "kim@moss.example"


def test_yesterdays_backup_is_settled_against_sent_before_anything_is_sent(
    app: Flask, post: Post, place: Place, empty: Place, authority: Authority, tmp_path: Path  # noqa: F811
) -> None:  # fmt: skip
    pitch = _second_pitch(post)
    waiting, pitch_id, box_id = queue(post.world, post.mailbox, now=clock.now()).id, pitch.id, post.box.id
    file, made_at = tmp_path / "yesterday.tar.gz", clock.now()
    session().rollback()
    backup.make(place.settings(), schema.present(), file, now=made_at)
    assert sending_jobs.send_due(clock.now()) == 1
    _letter_to_kim(post, pitch)
    for received in post.sink.received:
        post.put(post.dovecot.sent, received.content)
    sent = len(post.sink.received)
    key = (place.instance / "key").read_bytes()
    db.session.remove()
    db.engine.dispose()

    config = empty.settings(smtp_plain_hosts=["127.0.0.1"], smtp_ca_file=authority.cafile)
    backup.unpack(config, file)
    assert (empty.instance / "key").read_bytes() == key
    restored = create_app(config)
    with restored.app_context():
        assert actions.hold_mailboxes(made_at, now=clock.now()) == 1
        assert fresh(waiting).state is MessageState.QUEUED
        _resume_too_early(box_id)
        assert sending_jobs.send_due(clock.now()) == 0
        reading_jobs.read_due(clock.now())
        mailbox = session().get_one(Mailbox, box_id)
        assert (mailbox.state, mailbox.settle_from) == (MailboxState.ACTIVE, None)
        assert fresh(waiting).state is MessageState.SENT
        found = session().scalars(sa.select(Message).where(Message.direction == Direction.OUT)).all()
        assert [letter.to_address for letter in found if letter.is_elsewhere] == [KIM]
        assert session().get_one(Pitch, pitch_id).stage is Stage.CONTACTED
        assert sending_jobs.send_due(clock.now() + timedelta(hours=1)) == 0
        assert len(post.sink.received) == sent
        db.session.remove()
        db.engine.dispose()


def test_a_mailbox_that_is_not_read_waits_for_its_owner(post: Post) -> None:
    with write() as here:
        here.get_one(Mailbox, post.box.id).imap_host = ""
    actions.hold_mailboxes(clock.now(), now=clock.now())
    mailbox = post.mailbox
    assert (mailbox.state, mailbox.settle_from) == (MailboxState.PAUSED, None)
    assert mailbox.state_reason.endswith("Compare the outbox with the Sent folder, then resume.")


def _second_pitch(post: Post) -> Pitch:
    """Kim of another site, whom the backup knows and nobody has written to."""
    world = post.world
    with write() as here:
        place, kim = site("moss.example"), person("Kim Ko")
        kim.subscriber_type = SubscriberType.CORPORATE
        here.add_all([place, kim])
        here.flush()
        here.add(address(kim, KIM, world.ana))
        return pitch_moves.start(
            here.get_one(Project, world.seed.id), PitchType.GUEST_POST, place.id, by=world.ana, now=clock.now(),
            today=clock.now().date(), person_id=kim.id, own_page_id=world.page.id, topic="Moss", stage=Stage.READY,
        )  # fmt: skip


def _letter_to_kim(post: Post, pitch: Pitch) -> Message:
    """Written and sent after the backup, which therefore does not know of it."""
    done = sending_actions.queue(
        pitch.id, post.box.id, GOOD, by=post.world.ana, now=clock.now(), to_address=KIM, undo=timedelta(0)
    )
    assert isinstance(done, sending_actions.Queued), done
    assert sending_jobs.send_due(clock.now()) == 1
    return fresh(done.message_id)


def _resume_too_early(mailbox_id: int) -> None:
    with write() as here:
        here.get_one(Mailbox, mailbox_id).state = MailboxState.ACTIVE
