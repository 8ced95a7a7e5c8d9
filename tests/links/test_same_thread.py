"""A reclaim goes on in the conversation in which the link was agreed, with the evidence and a letter drafted (F7)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from outreach.db import session, write
from outreach.links import look_moves, moves
from outreach.links.looks import Look
from outreach.links.moves import Terms
from outreach.links.rules import Presence, Value
from outreach.mail import queries
from outreach.mail.merge import Draft
from outreach.mail.models import Mailbox, Message, Thread
from outreach.mail.rules import MessageState
from outreach.pitches import moves as pitch_moves
from outreach.pitches.models import Pitch
from outreach.pitches.rules import PitchType
from outreach.sending import actions
from outreach.sending.actions import Queued
from outreach.sending.rules import Rule
from outreach.sending.writing import Looked
from tests.sending import letters_world as letters
from tests.world import NOW, TODAY, World, log_in

FOUND = Look(
    Presence.FOUND, Value.PASSES, "There.", "ok", status=200, found=({"context": "Forty seed mixes in one dry August.", "anchor": "seed mixes"},)
)  # fmt: skip
MISSING = Look(
    Presence.NOT_FOUND, Value.NONE, "No link to the agreed address is on it.", "ok", codes=("LINK_MISSING",)
)
LATER = NOW + timedelta(days=200)


@pytest.fixture
def lost(app: Flask, world: World) -> tuple[Pitch, Message, Mailbox]:
    """The reclaim of a lost link, the letter that began the conversation, and the mailbox that wrote it."""
    letters.company(world)
    box = letters.mailbox(world)
    first = letters.queue(world, box)
    with write():
        first.state, first.sent_at = MessageState.SENT, NOW - timedelta(days=150)
        link = moves.place(
            world.seed, world.site, Terms("https://wild.example/post", world.page.url, rel="follow"), by=world.ana, now=NOW, pitch=world.pitch
        )  # fmt: skip
        for look, days in ((FOUND, 1), (MISSING, 198), (MISSING, 199)):
            look_moves.record(link, look, by=None, now=NOW + timedelta(days=days), owner=world.ana)
    assert link.reclaim_pitch_id is not None
    return session().get_one(Pitch, link.reclaim_pitch_id), first, box


def test_the_letter_is_an_answer_in_the_old_thread(
    lost: tuple[Pitch, Message, Mailbox], world: World
) -> None:
    reclaim, first, box = lost
    draft = Draft(
        subject="never seen",
        body="Hi {{ person.first_name }},\n\nwas that meant?\n",
        personal_line="",
        personal_url="",
    )
    done = actions.queue(
        reclaim.id, box.id, draft, by=world.ana, now=LATER, to_address=letters.ADDRESS, undo=timedelta(0)
    )  # fmt: skip
    assert isinstance(done, Queued), done.findings if isinstance(done, Looked) else done
    letter = letters.fresh(done.message_id)
    assert (letter.pitch_id, letter.thread_id, letter.in_reply_to) == (
        reclaim.id,
        first.thread_id,
        first.message_id,
    )
    assert letter.references == [first.message_id]
    assert letter.subject == f"Re: {first.subject}"
    thread = session().get_one(Thread, first.thread_id)
    assert (thread.pitch_id, thread.subject) == (world.pitch.id, first.subject)


def test_a_loss_within_the_cool_down_is_written_about_in_its_own_conversation(
    lost: tuple[Pitch, Message, Mailbox], world: World
) -> None:
    reclaim, first, box = lost
    draft = Draft(subject="", body="Was that meant?", personal_line="", personal_url="")

    def ask() -> Queued | Looked:
        return actions.queue(
            reclaim.id, box.id, draft, by=world.ana, now=LATER, to_address=letters.ADDRESS, undo=timedelta(0)
        )  # fmt: skip

    with write() as here:
        first.sent_at = LATER - timedelta(days=3)
        other = pitch_moves.start(
            world.seed, PitchType.LINK_REMOVAL, world.site.id, by=world.ana, now=NOW, today=TODAY, person_id=world.bo.id
        )  # fmt: skip
        elsewhere = Message(
            direction=first.direction, kind=first.kind, state=MessageState.SENT, sent_at=LATER - timedelta(days=3), pitch_id=other.id,
            project_id=other.project_id, person_id=first.person_id, to_address=first.to_address, created_at=NOW,
        )  # fmt: skip
        here.add(elsewhere)
    held = ask()
    assert isinstance(held, Looked)
    assert [one.rule for one in held.findings] == [Rule.COOL_DOWN]
    with write():
        elsewhere.sent_at = LATER - timedelta(days=40)
    assert isinstance(ask(), Queued)


def test_the_pitch_holds_the_evidence(lost: tuple[Pitch, Message, Mailbox]) -> None:
    reclaim, _, _ = lost
    assert "No link to the agreed address is on it." in reclaim.notes
    assert "As agreed until 25 November 2026" in reclaim.notes
    assert "Forty seed mixes in one dry August." in reclaim.notes


def test_its_page_and_its_letter_show_what_was_said_before(
    lost: tuple[Pitch, Message, Mailbox], world: World, client: FlaskClient
) -> None:
    reclaim, first, box = lost
    log_in(client, world.ana)
    assert first.subject in client.get(f"/pitches/{reclaim.id}").text
    compose = client.get(f"/pitches/{reclaim.id}/letter").text
    assert "Before this" in compose
    assert "It is no longer on your page" in compose
    assert 'name="subject"' not in compose
    typed = {"mailbox": box.id, "to_address": letters.ADDRESS, "body": "Was that meant?", "do": "queue"}
    assert client.post(f"/pitches/{reclaim.id}/letter", data=typed).status_code == 302
    asked = session().query(Message).filter_by(pitch_id=reclaim.id).one()
    assert (asked.state, asked.thread_id) == (MessageState.QUEUED, first.thread_id)


def test_another_kind_of_pitch_begins_its_own_conversation(
    lost: tuple[Pitch, Message, Mailbox], world: World
) -> None:

    assert queries.origin_of(world.pitch) is None
    assert [message.id for message in queries.talk_before(world.pitch)] == [lost[1].id]
