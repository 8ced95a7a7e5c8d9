"""Follow-ups are written when they are due, leave when a person says so, and stopped means stopped everywhere."""

from __future__ import annotations

import email
import email.policy
import html
import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from outreach.app import create_app, settings_of
from outreach.db import db, session, write
from outreach.desk import agenda
from outreach.kit import clock
from outreach.letter.kinds import Kind
from outreach.mail.models import LetterTemplate, Mailbox, Message, TemplateVersion
from outreach.mail.rules import Direction, LetterKind, MessageState, Placing
from outreach.pitches import letter_moves
from outreach.pitches import moves as pitch_moves
from outreach.pitches.models import Pitch
from outreach.pitches.rules import NextKind, PitchType, Stage
from outreach.reading import following
from outreach.sending import jobs
from outreach.sending.actions import NotPossible, Queued
from outreach.sending.follow_ups import actions, queries, rules
from outreach.sending.follow_ups import jobs as chasing
from tests.conftest import Place
from tests.sending.letters_world import company, mailbox, queue
from tests.world import NOW, TODAY, World, address, log_in, person, prospect, site

DUE = date(2026, 11, 30)
"""Four working days after the first letter."""
ON_THE_DAY = NOW + timedelta(days=6)


@pytest.fixture
def at(tmp_path: Path) -> Path:
    file = tmp_path / "clock"
    file.write_text(NOW.isoformat())
    return file


@pytest.fixture
def app(place: Place, at: Path) -> Iterator[Flask]:
    made = create_app(place.settings(clock_file=at))
    with made.app_context():
        yield made
        db.session.remove()
        db.engine.dispose()
    clock.use_file(None)


@pytest.fixture
def box(app: Flask, world: World) -> Mailbox:
    """Ana's mailbox, from which the first letter to Bo has left."""
    company(world)
    made = mailbox(world)
    queue(world, made)
    assert jobs.send_due(clock.now()) == 1
    return made


def go_on(at: Path, moment: datetime) -> None:
    at.write_text(moment.isoformat())
    session().rollback()


def template(world: World, name: str, body: str, project_id: int | None = None) -> None:
    with write() as here:
        made = LetterTemplate(
            project_id=project_id, type=PitchType.GUEST_POST, kind=LetterKind.FOLLOW_UP, name=name, created_at=NOW, updated_at=NOW
        )  # fmt: skip
        here.add(made)
        here.flush()
        here.add(TemplateVersion(template_id=made.id, number=1, subject="ignored", body=body, created_at=NOW))


def letters(*states: MessageState) -> list[Message]:
    session().rollback()
    query = sa.select(Message).where(Message.direction == Direction.OUT, Message.kind == LetterKind.FOLLOW_UP)
    return list(
        session().scalars(query.where(Message.state.in_(states or tuple(MessageState))).order_by(Message.id))
    )


def captured(app: Flask) -> list[EmailMessage]:
    files = sorted((settings_of(app).instance / "captured").glob("*.eml"), key=lambda f: f.stat().st_mtime_ns)
    return [email.message_from_bytes(file.read_bytes(), policy=email.policy.default) for file in files]


def send(world: World, pitch: Pitch | None = None, now: datetime = ON_THE_DAY) -> Queued:
    done = actions.send((pitch or world.pitch).id, None, by=world.ana, now=now, undo=timedelta(0))
    assert isinstance(done, Queued), done
    return done


def test_on_its_day_the_letter_lies_ready_in_its_thread_once(
    app: Flask, world: World, box: Mailbox, at: Path
) -> None:
    template(world, "Everybody's", "Somebody's text")
    template(
        world, "Project's", "Hi {{ person.first_name }}, did “{{ pitch.topic }}” reach you?", world.seed.id
    )
    assert (world.pitch.next_kind, world.pitch.next_on) == (NextKind.FOLLOW_UP, DUE)
    assert chasing.write_due(NOW + timedelta(days=5)) == 0
    go_on(at, ON_THE_DAY)
    assert chasing.count_due(ON_THE_DAY) == 1
    assert [chasing.write_due(ON_THE_DAY) for _ in range(3)] == [1, 0, 0]
    assert not actions.write_letter(world.pitch.id, now=ON_THE_DAY)
    (draft,) = letters()
    first = session().scalar(sa.select(Message).where(Message.kind == LetterKind.FIRST))
    assert first is not None
    assert (draft.state, draft.attempt_no, draft.author_id) == (MessageState.DRAFT, 1, world.ana.id)
    assert (draft.subject, draft.in_reply_to) == ("Re: Seeds for Wild", first.message_id)
    assert draft.references == [first.message_id]
    assert draft.body.startswith("Hi Bo, did “Forty seed mixes, one dry August” reach you?")
    assert [(one.pitch.id, one.letter) for one in queries.listed(world.ana, DUE, limit=9)] == [
        (world.pitch.id, draft)
    ]


def test_two_are_sent_and_then_the_pitch_closes_by_itself(
    app: Flask, world: World, box: Mailbox, at: Path
) -> None:
    moment = ON_THE_DAY
    for number in (1, 2):
        go_on(at, moment)
        chasing.write_due(moment)
        send(world, now=moment)
        assert queries.count(world.ana, moment.date()) == 0, "on its way is as good as done"
        assert jobs.send_due(clock.now()) == 1
        session().refresh(world.pitch)
        assert world.pitch.follow_ups_sent == number
        assert world.pitch.next_on is not None
        if number == 1:
            moment = datetime.combine(world.pitch.next_on, NOW.timetz())
    first, second, third = captured(app)
    assert second["In-Reply-To"] == first["Message-ID"]
    assert third["In-Reply-To"] == second["Message-ID"]
    assert third["References"].split() == [first["Message-ID"], second["Message-ID"]]
    assert {mail["Subject"] for mail in (second, third)} == {"Re: Seeds for Wild"}
    assert (world.pitch.next_kind, world.pitch.next_on) == (
        NextKind.CLOSE,
        moment.date() + timedelta(days=14),
    )
    last = moment + timedelta(days=13)
    assert (chasing.write_due(last), chasing.close_unanswered(last)) == (0, 0)
    assert [chasing.close_unanswered(moment + timedelta(days=14)) for _ in range(2)] == [1, 0]
    session().refresh(world.pitch)
    assert (world.pitch.stage, world.pitch.outcome_reason) == (
        Stage.NO_RESPONSE,
        "No answer to the last letter.",
    )


def answer(world: World, box: Mailbox, now: datetime) -> Message:
    with write() as here:
        mail = Message(
            direction=Direction.IN, state=MessageState.RECEIVED, project_id=world.seed.id, pitch_id=world.pitch.id,
            person_id=world.bo.id, mailbox_id=box.id, from_address="bo@wild.example", subject="Re: Seeds", body="Yes!",
            what=Kind.HUMAN, placing=Placing.MATCHED, received_at=now, created_at=now, effects={},
        )  # fmt: skip
        here.add(mail)
        here.flush()
        following.follow(mail, box, by=None, now=now)
    return mail


def test_an_answer_takes_the_letter_back_and_undoing_it_brings_it_again(
    app: Flask, world: World, box: Mailbox, at: Path
) -> None:
    go_on(at, ON_THE_DAY)
    chasing.write_due(ON_THE_DAY)
    later = ON_THE_DAY + timedelta(hours=1)
    mail = answer(world, box, later)
    assert queries.listed(world.ana, DUE, limit=9) == []
    with pytest.raises(NotPossible):
        send(world, now=later)
    assert chasing.write_due(later) == 1
    assert [one.state for one in letters()] == [MessageState.CANCELLED]
    with write():
        assert following.undo(mail, by=world.ana, now=later) == []
        mail.pitch_id = None
    chasing.write_due(later)
    assert [one.state for one in letters()] == [MessageState.CANCELLED, MessageState.DRAFT]


def other_pitch(world: World, key: str, *, person_id: int | None = None) -> Pitch:
    """A pitch of Otto's project that has been written to and is due, to Bo or to a colleague of his at another site."""
    with write() as here:
        place = world.site if key == world.site.key else site(key)
        here.add(place)
        here.flush()
        here.add(prospect(world.other, place, world.otto))
        made = pitch_moves.start(
            world.other, PitchType.INTERVIEW, place.id, by=world.otto, now=NOW, today=TODAY, person_id=person_id,
            stage=Stage.READY,
        )  # fmt: skip
        letter_moves.contacted(made, now=NOW, today=TODAY, follow_up_days=4, is_follow_up=False)
    return made


def waiting(world: World, pitch: Pitch, box: Mailbox, to: str, person_id: int | None) -> Message:
    """A follow-up of another pitch that somebody has queued."""
    with write() as here:
        made = Message(
            direction=Direction.OUT, kind=LetterKind.FOLLOW_UP, state=MessageState.QUEUED, project_id=pitch.project_id,
            pitch_id=pitch.id, person_id=person_id, mailbox_id=box.id, author_id=world.otto.id, from_address=box.address,
            to_address=to, subject="Re: Four questions", body="Hello again", message_id=f"<{pitch.id}@hazel.example>",
            due_at=NOW, queued_at=NOW, created_at=NOW,
        )  # fmt: skip
        here.add(made)
    return made


@pytest.mark.parametrize("site_too", [False, True])
def test_stopped_is_stopped_everywhere_and_can_be_taken_back(
    app: Flask, world: World, box: Mailbox, at: Path, site_too: bool
) -> None:
    go_on(at, ON_THE_DAY)
    chasing.write_due(ON_THE_DAY)
    with write() as here:
        cleo = person("Cleo Colleague")
        here.add(cleo)
        here.flush()
        here.add(address(cleo, "cleo@wild.example", world.ana))
    same, colleague = (
        other_pitch(world, "moss.example", person_id=world.bo.id),
        other_pitch(world, "wild.example", person_id=cleo.id),
    )
    waiting(world, same, box, "bo@wild.example", world.bo.id)
    other = waiting(world, colleague, box, "cleo@wild.example", cleo.id)
    row = actions.stop(world.pitch.id, site=site_too, by=world.ana, now=ON_THE_DAY, today=DUE)
    assert [one.state for one in letters() if one.id != other.id] == [MessageState.CANCELLED] * 2
    assert (session().get_one(Message, other.id).state is MessageState.CANCELLED) is site_too
    stopped = [world.pitch, same, *([colleague] if site_too else [])]
    assert {(one.next_kind, one.next_on) for one in stopped} == {(NextKind.CLOSE, TODAY + timedelta(days=14))}
    before = len(captured(app))
    go_on(at, ON_THE_DAY + timedelta(days=7))
    chasing.write_due(clock.now())
    jobs.send_due(clock.now())
    assert captured(app)[before:] == []
    assert not letters(MessageState.DRAFT)
    actions.lift(row.id, by=world.ana, now=clock.now())
    chasing.write_due(clock.now())
    assert [one.pitch_id for one in letters(MessageState.DRAFT)] == [world.pitch.id]
    assert world.bo.id in {one.person_id for one in letters(MessageState.QUEUED)}


def test_a_follow_up_that_was_stopped_does_not_leave_even_when_it_is_in_the_queue(
    app: Flask, world: World, box: Mailbox, at: Path
) -> None:
    go_on(at, ON_THE_DAY)
    chasing.write_due(ON_THE_DAY)
    done = send(world)
    with write() as here:
        here.execute(sa.update(Pitch).values(next_kind=NextKind.FOLLOW_UP))
    actions.stop(world.pitch.id, site=False, by=world.ana, now=ON_THE_DAY, today=DUE)
    with write() as here:  # as if a sender had taken it a moment before
        here.execute(
            sa.update(Message).where(Message.id == done.message_id).values(state=MessageState.QUEUED)
        )
    jobs.send_due(clock.now())
    assert session().get_one(Message, done.message_id).state is MessageState.CANCELLED
    assert len(captured(app)) == 1


def test_a_stop_stands_on_the_pitch_and_is_lifted_there_long_after(
    app: Flask, world: World, box: Mailbox, at: Path, client: FlaskClient
) -> None:
    key = world.pitch.id
    row = actions.stop(key, site=True, by=world.ana, now=NOW, today=TODAY)
    log_in(client, world.ana)
    page = client.get(f"/pitches/{key}").text
    assert "Follow-ups are stopped at the whole site." in page
    found = re.search(rf'action="(/follow-ups/stops/{row.id}/lift[^"]*)"', page)
    assert found
    door = html.unescape(found[1])
    after = client.post(door, follow_redirects=True).text
    assert "Follow-ups are allowed again" in after
    assert "Follow-ups are stopped" not in after


def test_what_cannot_be_written_is_left_to_a_person_with_the_reason(
    app: Flask, world: World, box: Mailbox, at: Path
) -> None:
    with write() as here:
        here.execute(sa.update(Message).values(mailbox_id=None))
    go_on(at, ON_THE_DAY)
    chasing.write_due(ON_THE_DAY)
    (line,) = [line for rows in agenda.lines(world.ana, DUE, each=9).values() for line in rows]
    assert "the mailbox of the first letter is gone" in line.words
    assert line.letter_id is None


def test_keys_on_today_and_the_page_of_follow_ups(
    app: Flask, world: World, box: Mailbox, at: Path, client: FlaskClient
) -> None:
    go_on(at, ON_THE_DAY)
    chasing.write_due(ON_THE_DAY)
    log_in(client, world.ana)
    today = client.get("/today").text
    assert "1 follow-up due" in today
    assert all(f'data-key="{key}"' in today for key in "sexf")
    page = client.get("/follow-ups").text
    assert "Re: Seeds for Wild" in page
    assert all(f'data-key="{key}"' in page for key in "sekx")
    answer = client.post(f"/pitches/{world.pitch.id}/follow-up", follow_redirects=True)
    assert "The follow-up is queued" in answer.text
    assert "No follow-up is due" in answer.text
    (waits,) = letters(MessageState.QUEUED)
    back = client.post(f"/letters/{waits.id}/undo?back=/follow-ups", follow_redirects=True).text
    assert "Follow-up to Bo Berg" in back
    client.post(f"/pitches/{world.pitch.id}/next/snooze", data={"days": 1})
    assert "No follow-up is due" in client.get("/follow-ups").text


def test_a_stop_is_not_for_people_of_other_projects(
    app: Flask, world: World, box: Mailbox, client: FlaskClient
) -> None:
    log_in(client, world.otto)
    assert client.post(f"/pitches/{world.pitch.id}/follow-up/stop").status_code == 404
    assert client.post(f"/pitches/{world.pitch.id}/follow-up").status_code == 404


@pytest.mark.parametrize(
    ("stage", "last_out_on", "expected"),
    [
        (Stage.CONTACTED, DUE, rules.After(on=DUE + timedelta(days=14))),
        (Stage.CONTACTED, DUE - timedelta(days=14), rules.After(is_over=True)),
        (Stage.CONTACTED, date(2026, 11, 29), rules.After(on=date(2026, 12, 14))),  # of a Sunday
        (
            Stage.TALKING,
            DUE,
            rules.After(kind=NextKind.OTHER, on=date(2026, 12, 7), words=rules.STOPPED_WORDS),
        ),
    ],
)
def test_what_becomes_of_a_pitch_whose_follow_ups_are_stopped(
    stage: Stage, last_out_on: date, expected: rules.After
) -> None:
    assert rules.after_stop(stage, last_out_on, DUE) == expected


def test_the_second_template_is_for_the_second_follow_up_and_the_last_for_all_after() -> None:
    assert [rules.pick(("a", "b"), number) for number in (1, 2, 3)] == ["a", "b", "b"]
    assert rules.pick((), 1) is None
    assert [rules.fallback(number, 2) for number in (1, 2)] == [rules.EARLIER, rules.LAST]
