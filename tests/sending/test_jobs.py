import email
import email.policy
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from outreach.accounts.models import Workspace
from outreach.app import settings_of
from outreach.consent import moves as consent_moves
from outreach.consent.rules import SuppressionReason
from outreach.db import session, write
from outreach.diary.models import Entry
from outreach.kit import clock
from outreach.mail.merge import Draft
from outreach.mail.models import Mailbox, Message, Thread
from outreach.mail.rules import MailboxState, MessageState, Security
from outreach.mail.vault import seal
from outreach.pitches.models import Pitch
from outreach.pitches.rules import NextKind, Stage
from outreach.prospects.models import ContactPoint
from outreach.prospects.rules import ContactStatus
from outreach.reminders.models import Reminder
from outreach.sending import actions, delivering, jobs
from outreach.sending.models import SendAttempt
from tests.conftest import Place
from tests.sending.letters_world import at_work, company, fresh, mailbox, queue, smtp
from tests.servers.certificates import Authority
from tests.servers.smtp_sink import Fault, SmtpSink
from tests.world import NOW, World


@pytest.fixture
def app(place: Place, tmp_path: Path, authority: Authority) -> Iterator[Flask]:
    with at_work(place, tmp_path, smtp_ca_file=authority.cafile) as made:
        yield made


@pytest.fixture
def letter(world: World, sink: SmtpSink) -> Message:
    company(world)
    return queue(world, smtp(world, sink.port))


def run(times: int = 1, later: timedelta = timedelta(0)) -> int:
    return sum(jobs.send_due(clock.now() + later) for _ in range(times))


def box_of(letter: Message) -> Mailbox:
    session().rollback()
    return session().get_one(Mailbox, letter.mailbox_id)


def test_a_queued_letter_leaves_once_with_its_headers(letter: Message, sink: SmtpSink) -> None:
    assert run(3) == 1
    [mail] = sink.received
    found = email.message_from_bytes(mail.content, policy=email.policy.default)
    assert (mail.sender, mail.recipients) == ("ana@hazel.example", ["bo@wild.example"])
    assert found["From"] == "Ana Hazel <ana@hazel.example>"
    assert found["To"] == "Bo Berg <bo@wild.example>"
    assert found["Subject"] == "Seeds for Wild"
    assert found["Message-ID"] == letter.message_id
    assert found["X-Outreach-Id"] == letter.opaque_id
    assert found["List-Unsubscribe"] == f"<https://outreach.example/u/{letter.opt_out_token}>"
    assert found["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "Auto-Submitted" not in found
    text = found.get_content()
    for part in (
        "Hi Bo,",
        "made me plant again.",
        "Hazel & Loam Ltd, 1 Garden Row, Growtown",
        letter.opt_out_token,
    ):
        assert part in text


def test_what_was_sent_is_kept_byte_by_byte(letter: Message, sink: SmtpSink) -> None:
    run()
    assert fresh(letter.id).raw == sink.received[0].content


def test_a_sent_letter_makes_the_pitch_contacted_with_a_follow_up_next(letter: Message, world: World) -> None:
    run()
    assert fresh(letter.id).state is MessageState.SENT
    pitch = session().get_one(Pitch, world.pitch.id)
    assert (pitch.stage, pitch.next_kind) == (Stage.CONTACTED, NextKind.FOLLOW_UP)
    assert pitch.last_out_at == letter.sent_at
    kinds = set(session().scalars(sa.select(Entry.kind).where(Entry.message_id == letter.id)))
    assert {"letter.queued", "letter.sent"} <= kinds
    assert box_of(letter).lease_until is None


def test_a_letter_waits_for_its_undo(world: World, sink: SmtpSink) -> None:
    company(world)
    letter = queue(world, smtp(world, sink.port), undo=timedelta(seconds=10))
    assert run() == 0
    actions.take_back(letter.id, by=world.ana, now=NOW)
    assert run(later=timedelta(minutes=1)) == 0
    assert fresh(letter.id).state is MessageState.DRAFT


def test_a_letter_that_was_taken_cannot_be_taken_back(letter: Message, world: World) -> None:
    run()
    with pytest.raises(actions.NotPossible):
        actions.take_back(letter.id, by=world.ana, now=NOW)


def test_their_no_stops_a_letter_in_the_queue(letter: Message, sink: SmtpSink, world: World) -> None:
    with write():
        consent_moves.suppress("bo@wild.example", reason=SuppressionReason.BY_HAND, by=world.ana.id, now=NOW)
    assert run() == 0
    found = fresh(letter.id)
    assert (found.state, found.held_rule) == (MessageState.HELD, "suppressed")
    assert sink.received == []


def test_their_no_while_the_letter_is_taken_still_stops_it(letter: Message, sink: SmtpSink) -> None:
    """It comes after RCPT and before DATA: the last look of the gate sees it."""
    token = letter.opt_out_token
    real = delivering.begin

    def late(*args: Any, **kwargs: Any) -> bool:
        actions.opt_out(token, now=NOW)
        return real(*args, **kwargs)

    jobs.delivering.begin, kept = late, jobs.delivering.begin  # type: ignore[assignment]
    try:
        run()
    finally:
        jobs.delivering.begin = kept  # type: ignore[assignment]
    assert sink.received == []
    assert fresh(letter.id).state is MessageState.CANCELLED
    assert session().get_one(Pitch, letter.pitch_id).stage is Stage.SUPPRESSED


@pytest.mark.parametrize(
    ("fault", "state", "box", "arrived"),
    [
        (Fault("rcpt", text="550 5.1.1 no such user"), MessageState.FAILED, MailboxState.ACTIVE, 0),
        (Fault("rcpt", text="450 4.2.1 greylisted"), MessageState.QUEUED, MailboxState.ACTIVE, 0),
        (Fault("mail", text="550 5.7.1 not as this sender"), MessageState.QUEUED, MailboxState.PAUSED, 0),
        (Fault("data", text="554 5.7.1 spam"), MessageState.QUEUED, MailboxState.PAUSED, 0),
        (Fault("data", text="552 5.3.4 too big"), MessageState.FAILED, MailboxState.ACTIVE, 0),
        (Fault("mail", "drop"), MessageState.QUEUED, MailboxState.ACTIVE, 0),
        (Fault("command", "drop"), MessageState.QUEUED, MailboxState.ACTIVE, 0),
        (Fault("data", "drop"), MessageState.UNKNOWN, MailboxState.ACTIVE, 0),
        (Fault("data", "accept_drop"), MessageState.UNKNOWN, MailboxState.ACTIVE, 1),
    ],
)
def test_each_fault_ends_in_its_state(
    letter: Message, sink: SmtpSink, fault: Fault, state: MessageState, box: MailboxState, arrived: int
) -> None:
    sink.rules.append(fault)
    assert run() == 1
    assert (fresh(letter.id).state, box_of(letter).state) == (state, box)
    assert len(sink.received) == arrived
    attempt = session().scalars(sa.select(SendAttempt)).one()
    assert attempt.ended_at is not None


def test_trouble_on_the_line_lets_the_mailbox_rest_longer_each_time(letter: Message, sink: SmtpSink) -> None:
    sink.rules.append(Fault("mail", text="421 4.7.0 slow down", count=2))
    now = clock.now()
    run()
    assert timedelta(seconds=50) < box_of(letter).backoff_until - now < timedelta(seconds=90)  # type: ignore[operator]
    assert run() == 0
    with write() as here:
        here.get_one(Mailbox, letter.mailbox_id).backoff_until = now
    run()
    assert box_of(letter).backoff_step == 2
    with write() as here:
        here.get_one(Mailbox, letter.mailbox_id).backoff_until = now
    run()
    assert (box_of(letter).backoff_step, fresh(letter.id).state) == (0, MessageState.SENT)


def test_a_wrong_password_stops_the_mailbox_and_tells_its_owner_once(world: World) -> None:
    company(world)
    with SmtpSink(users={"ana": "right"}) as sink:
        box = smtp(world, sink.port, username="ana")
        letter = queue(world, box)
        assert run(3) == 1
        assert len(sink.logins) == 1
    assert fresh(letter.id).state is MessageState.QUEUED
    assert box_of(letter).state is MailboxState.STOPPED
    assert len(session().scalars(sa.select(Reminder).where(Reminder.owner_id == world.ana.id)).all()) == 1


def test_a_letter_leaves_over_starttls_with_the_stored_password(
    app: Flask, world: World, authority: Authority
) -> None:
    company(world)
    with SmtpSink(users={"ana": "hunter2"}, cert=authority.issue("localhost")) as sink:
        secret = seal("hunter2", settings_of(app).key)
        box = smtp(
            world, sink.port, smtp_host="localhost", security=Security.STARTTLS, username="ana", secret=secret
        )  # fmt: skip
        letter = queue(world, box)
        run()
        assert fresh(letter.id).state is MessageState.SENT
        [mail] = sink.received
        assert mail.was_private
        assert mail.user == "ana"


def test_a_server_with_another_name_gets_nothing(app: Flask, world: World, authority: Authority) -> None:
    company(world)
    with SmtpSink(cert=authority.issue("mail.other.example")) as sink:
        letter = queue(world, smtp(world, sink.port, smtp_host="localhost", security=Security.STARTTLS))
        run()
        assert fresh(letter.id).state is MessageState.QUEUED
        assert "certificate of localhost is not trusted" in box_of(letter).state_reason
        assert sink.received == []


def test_a_dead_address_is_marked_and_another_has_to_be_found(letter: Message, sink: SmtpSink) -> None:
    sink.rules.append(Fault("rcpt", text="550 5.1.1 no such user"))
    run()
    session().rollback()
    point = (
        session().scalars(sa.select(ContactPoint).where(ContactPoint.value_norm == "bo@wild.example")).one()
    )
    assert point.status is ContactStatus.BOUNCED
    assert session().get_one(Pitch, letter.pitch_id).next_kind is NextKind.FIND_CONTACT


def test_an_unknown_letter_is_never_sent_again_by_itself(
    letter: Message, sink: SmtpSink, world: World
) -> None:
    sink.rules.append(Fault("data", "accept_drop", count=1))
    run(3)
    assert len(sink.received) == 1
    assert fresh(letter.id).state is MessageState.UNKNOWN
    actions.settle_unknown(letter.id, False, by=world.ana, now=NOW)
    run()
    assert [mail.content.count(letter.message_id.encode()) for mail in sink.received] == [1, 1]  # type: ignore[union-attr]
    assert fresh(letter.id).state is MessageState.SENT


def test_a_person_can_say_that_an_unknown_letter_went_out(
    letter: Message, sink: SmtpSink, world: World
) -> None:
    sink.rules.append(Fault("data", "accept_drop"))
    run()
    actions.settle_unknown(letter.id, True, by=world.ana, now=NOW)
    assert fresh(letter.id).state is MessageState.SENT
    assert session().get_one(Pitch, letter.pitch_id).stage is Stage.CONTACTED
    assert run() == 0


def test_a_sender_that_died_before_the_text_leaves_a_letter_that_goes_again(
    letter: Message, sink: SmtpSink
) -> None:
    fence = delivering.take_mailbox(letter.mailbox_id or 0, now=clock.now())
    assert fence
    assert (
        delivering.take_next(letter.mailbox_id or 0, fence, now=clock.now(), on_dry_run=lambda *_: None)
        == letter.id
    )
    assert run() == 0
    assert jobs.settle_cut_off(clock.now()) == 0
    assert jobs.settle_cut_off(clock.now() + timedelta(minutes=10)) == 1
    assert fresh(letter.id).state is MessageState.QUEUED
    assert delivering.begin(letter.id, fence, b"old", now=clock.now()) is False
    with write() as here:
        here.get_one(Mailbox, letter.mailbox_id).lease_until = None
    assert run() == 1
    assert len(sink.received) == 1


def test_a_sender_that_died_after_sending_was_committed_leaves_it_unknown(
    letter: Message, sink: SmtpSink
) -> None:
    fence = delivering.take_mailbox(letter.mailbox_id or 0, now=clock.now()) or 0
    delivering.take_next(letter.mailbox_id or 0, fence, now=clock.now(), on_dry_run=lambda *_: None)
    assert delivering.begin(letter.id, fence, b"bytes", now=clock.now())
    assert jobs.settle_cut_off(clock.now() + timedelta(minutes=10)) == 1
    assert fresh(letter.id).state is MessageState.UNKNOWN


def test_a_sender_that_lost_its_mailbox_sends_nothing_more(letter: Message) -> None:
    box = letter.mailbox_id or 0
    old = delivering.take_mailbox(box, now=clock.now()) or 0
    delivering.take_next(box, old, now=clock.now(), on_dry_run=lambda *_: None)
    new = delivering.take_mailbox(box, now=clock.now() + timedelta(minutes=5))
    assert new == old + 1
    assert delivering.begin(letter.id, old, b"bytes", now=clock.now()) is False
    assert delivering.take_next(box, old, now=clock.now(), on_dry_run=lambda *_: None) is None


def test_only_one_sender_has_a_mailbox(letter: Message) -> None:
    assert delivering.take_mailbox(letter.mailbox_id or 0, now=clock.now()) == 1
    assert delivering.take_mailbox(letter.mailbox_id or 0, now=clock.now()) is None


def test_a_captured_letter_is_a_file_and_counts_as_sent(world: World, place: Place) -> None:
    company(world)
    letter = queue(world, mailbox(world))
    run()
    found = fresh(letter.id)
    assert found.state is MessageState.SENT
    assert (place.instance / "captured" / f"{letter.opaque_id}.eml").read_bytes() == found.raw


def test_a_cut_off_capture_is_settled_by_its_file(world: World, place: Place) -> None:
    company(world)
    box = mailbox(world)
    letter = queue(world, box)
    fence = delivering.take_mailbox(box.id, now=clock.now()) or 0
    delivering.take_next(box.id, fence, now=clock.now(), on_dry_run=lambda *_: None)
    delivering.begin(letter.id, fence, b"bytes", now=clock.now())
    folder = place.instance / "captured"
    folder.mkdir()
    (folder / f"{letter.opaque_id}.eml").write_bytes(b"bytes")
    jobs.settle_cut_off(clock.now() + timedelta(minutes=10))
    assert fresh(letter.id).state is MessageState.SENT


def test_a_dry_run_keeps_the_letter_and_shows_it_as_a_file(
    letter: Message, sink: SmtpSink, place: Place
) -> None:
    with write() as here:
        here.get_one(Workspace, 1).is_dry_run = True
    run()
    found = fresh(letter.id)
    assert (found.state, found.held_rule) == (MessageState.HELD, "dry_run")
    assert sink.received == []
    assert len(list((place.instance / "captured").iterdir())) == 1


@pytest.mark.parametrize(
    ("change", "rule"),
    [({"is_mail_stopped": True}, "global_stop"), ({"allow_list": ["@team.example"]}, "allow_list")],
)
def test_the_safety_catches_hold_what_is_queued(
    letter: Message, sink: SmtpSink, change: dict[str, Any], rule: str
) -> None:
    with write() as here:
        for name, value in change.items():
            setattr(here.get_one(Workspace, 1), name, value)
    run()
    assert fresh(letter.id).held_rule == rule
    assert sink.received == []


def test_a_held_letter_goes_when_its_reason_is_gone(letter: Message, sink: SmtpSink, world: World) -> None:
    with write() as here:
        here.get_one(Workspace, 1).is_mail_stopped = True
    run()
    assert [finding.rule for finding in actions.release(letter.id, by=world.ana, now=NOW)] == ["global_stop"]
    with write() as here:
        here.get_one(Workspace, 1).is_mail_stopped = False
    assert actions.release(letter.id, by=world.ana, now=NOW) == []
    run()
    assert len(sink.received) == 1


def test_caps_move_a_letter_and_never_hold_it(world: World, sink: SmtpSink) -> None:
    company(world)
    box = smtp(world, sink.port, gap_min=60, gap_max=60)
    with write() as here:
        here.add(
            Message(
                direction="out", kind="first", state="sent", mailbox_id=box.id, project_id=world.other.id,
                to_address="cy@x.example", sent_at=clock.now(), queued_at=NOW, created_at=NOW, overruled={}, references=[],
            )
        )  # fmt: skip
    letter = queue(world, box)
    assert run() == 0
    assert fresh(letter.id).state is MessageState.QUEUED
    assert letter.due_at is not None
    assert timedelta(0) < letter.due_at - clock.now() <= timedelta(seconds=60)


def test_one_refusal_in_a_hundred_does_not_stop_the_others(world: World, sink: SmtpSink) -> None:
    box = smtp(world, sink.port)
    sink.rules.append(Fault("rcpt", match="^p7@", text="550 5.1.1 no such user"))
    with write() as here:
        here.add_all(
            Message(
                direction="out", kind="system", state="queued", mailbox_id=box.id, message_id=f"<{n}@hazel.example>",
                opaque_id=f"o{n}", from_address=box.address, to_address=f"p{n}@wild.example", subject="Hello", body="Hello",
                due_at=NOW, queued_at=NOW, created_at=NOW, overruled={}, references=[],
            )
            for n in range(20)
        )  # fmt: skip
    assert run() == 20
    assert len(sink.received) == 19


def test_a_follow_up_stays_in_its_thread(
    letter: Message, sink: SmtpSink, world: World, tmp_path: Path
) -> None:
    run()
    box = box_of(letter)
    second = queue(
        world,
        box,
        Draft("ignored", "Hi {{ person.first_name }}, did you see it?"),
        now=NOW + timedelta(days=4),
    )
    (tmp_path / "clock").write_text((NOW + timedelta(days=5)).isoformat())
    run()
    assert fresh(second.id).kind == "follow_up"
    found = email.message_from_bytes(second.raw or b"", policy=email.policy.default)
    assert found["Subject"] == "Re: Seeds for Wild"
    assert found["In-Reply-To"] == letter.message_id
    assert found["References"] == letter.message_id
    assert session().scalars(sa.select(Thread)).one().id == second.thread_id == letter.thread_id
    session().rollback()
    assert session().get_one(Pitch, world.pitch.id).follow_ups_sent == 1


def test_a_no_after_the_first_letter_stops_the_follow_up(
    letter: Message, sink: SmtpSink, world: World, tmp_path: Path
) -> None:
    run()
    second = queue(world, box_of(letter), Draft("", "Hi, did you see it?"), now=NOW + timedelta(days=4))
    assert actions.opt_out(letter.opt_out_token, now=NOW + timedelta(days=4))
    (tmp_path / "clock").write_text((NOW + timedelta(days=5)).isoformat())
    run()
    assert fresh(second.id).state is MessageState.CANCELLED
    assert len(sink.received) == 1


def test_the_worker_asks_how_many_wait(letter: Message) -> None:
    assert jobs.count_due(clock.now()) == 1
    assert jobs.count_cut_off(clock.now()) == 0
