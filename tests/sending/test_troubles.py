"""What goes wrong on the way out: clear words, nothing lost, and the other mailboxes go on."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from outreach.db import db, session, write
from outreach.kit import clock
from outreach.mail.merge import Draft
from outreach.mail.models import Mailbox, Message
from outreach.mail.rules import MailboxState, MessageState, Security
from outreach.pitches.models import Pitch
from outreach.pitches.rules import NextKind, Stage
from outreach.prospects.models import ContactPoint
from outreach.prospects.rules import ContactStatus
from outreach.reminders.models import Reminder
from outreach.sending import jobs
from tests.conftest import Place
from tests.sending.letters_world import GOOD, at_work, company, fresh, mailbox, queue, smtp
from tests.sending.many import people, queue_to
from tests.servers.certificates import Authority
from tests.servers.smtp_sink import Fault, SmtpSink
from tests.world import NOW, World


@pytest.fixture
def app(place: Place, tmp_path: Path, authority: Authority) -> Iterator[Flask]:
    """The app at a moment that the tests tell, and with little patience."""
    with at_work(
        place, tmp_path, smtp_ca_file=authority.cafile, smtp_timeout=1, smtp_answer_timeout=1
    ) as made:
        yield made


def run(times: int = 1) -> int:
    return sum(jobs.send_due(clock.now()) for _ in range(times))


def at(tmp_path: Path, moment: datetime) -> None:
    fresh_file = tmp_path / "clock.new"
    fresh_file.write_text(moment.isoformat())
    fresh_file.replace(tmp_path / "clock")


def states() -> dict[MessageState, int]:
    session().rollback()
    rows = session().execute(sa.select(Message.state, sa.func.count()).group_by(Message.state))
    return {row[0]: row[1] for row in rows}


def box_of(letter: Message) -> Mailbox:
    session().rollback()
    return session().get_one(Mailbox, letter.mailbox_id)


def notices(world: World) -> list[Reminder]:
    session().rollback()
    return list(session().scalars(sa.select(Reminder).where(Reminder.about_kind == "mailbox")))


# Batches


def test_one_final_no_in_a_batch_of_100_leaves_99_sent(world: World, sink: SmtpSink) -> None:
    sink.rules.append(Fault("data", match="^p41@", text="552 5.3.4 this is too big"))
    box = smtp(world, sink.port)
    queue_to(world, people(world, ["Europe/Berlin"], 100, NOW), [box.id], NOW)
    assert run() == 100
    assert states() == {MessageState.SENT: 99, MessageState.FAILED: 1}
    assert len({mail.recipients[0] for mail in sink.received}) == len(sink.received) == 99
    assert box_of(fresh(1)).state is MailboxState.ACTIVE


def test_a_wrong_password_is_one_log_in_and_one_notice_however_many_wait(world: World) -> None:
    with SmtpSink(users={"ana": "right"}) as sink:
        box = smtp(world, sink.port, username="ana")
        queue_to(world, people(world, ["Europe/Berlin"], 20, NOW), [box.id], NOW)
        assert run(20) == 1
        assert len(sink.logins) == 1
    assert states() == {MessageState.QUEUED: 20}
    [notice] = notices(world)
    assert "stopped" in notice.words
    assert "log-in was refused" in notice.reason
    assert box_of(fresh(1)).state is MailboxState.STOPPED


@pytest.mark.parametrize(
    "fault",
    [
        Fault("mail", text="550 5.7.1 this sender is on a block list"),
        Fault("data", text="554 5.7.1 looks like spam"),
        Fault("data", text="550 5.7.26 this mail is not authenticated"),
    ],
)
def test_a_no_to_our_mailbox_pauses_it_and_leaves_the_person_alone(
    world: World, sink: SmtpSink, fault: Fault
) -> None:
    sink.rules.append(fault)
    box = smtp(world, sink.port)
    queue_to(world, people(world, ["Europe/Berlin"], 5, NOW), [box.id], NOW)
    company(world)
    letter = queue(world, box)
    before = session().get_one(Pitch, world.pitch.id)
    kept = (before.stage, before.next_kind, before.next_on)
    assert run(10) == 1
    assert states() == {MessageState.QUEUED: 6}
    assert box_of(letter).state is MailboxState.PAUSED
    assert fault.text[4:] in box_of(letter).state_reason
    assert len(notices(world)) == 1
    pitch = session().get_one(Pitch, world.pitch.id)
    assert (pitch.stage, pitch.next_kind, pitch.next_on) == kept
    assert pitch.stage is not Stage.CONTACTED
    assert pitch.next_kind is not NextKind.FIND_CONTACT
    assert set(session().scalars(sa.select(ContactPoint.status))) == {ContactStatus.UNVERIFIED}


def test_after_eight_hours_down_there_is_no_burst(world: World, sink: SmtpSink, tmp_path: Path) -> None:
    box = smtp(world, sink.port, gap_min=60, gap_max=240, hourly_cap=15, daily_cap=50)
    queue_to(world, people(world, ["Europe/Berlin"], 40, NOW), [box.id], NOW)
    back = NOW + timedelta(hours=8)
    for second in range(0, 3_600, 20):
        at(tmp_path, back + timedelta(seconds=second))
        run()
    session().rollback()
    sent = sorted(moment for moment in session().scalars(sa.select(Message.sent_at)) if moment)
    assert 5 < len(sent) <= 15
    assert min(later - earlier for earlier, later in pairwise(sent)) >= timedelta(seconds=60)


# The way to the server


def test_a_server_whose_starttls_has_vanished_gets_nothing(world: World) -> None:
    company(world)
    with SmtpSink() as sink:
        letter = queue(world, smtp(world, sink.port, smtp_host="localhost", security=Security.STARTTLS))
        run(3)
        assert sink.received == []
    assert fresh(letter.id).state is MessageState.QUEUED
    assert "does not offer STARTTLS; nothing is sent in plain text" in box_of(letter).state_reason


def certificates(authority: Authority) -> dict[str, tuple[tuple[str, str], str]]:
    return {
        "another name": (authority.issue("mail.other.example"), "Hostname mismatch"),
        "expired": (authority.issue("localhost", lasts=timedelta(hours=-1)), "certificate has expired"),
        "self-signed": (authority.issue("localhost", is_self_signed=True), "self-signed certificate"),
    }


@pytest.mark.parametrize("implicit", [False, True])
@pytest.mark.parametrize("which", ["another name", "expired", "self-signed"])
def test_a_certificate_that_proves_nothing_is_refused_in_plain_words(
    world: World, authority: Authority, which: str, implicit: bool
) -> None:
    company(world)
    pair, words = certificates(authority)[which]
    with SmtpSink(cert=pair, implicit=implicit) as sink:
        security = Security.TLS if implicit else Security.STARTTLS
        letter = queue(world, smtp(world, sink.port, smtp_host="localhost", security=security))
        run(3)
        assert sink.received == []
    assert fresh(letter.id).state is MessageState.QUEUED
    reason = box_of(letter).state_reason
    assert "The certificate of localhost is not trusted" in reason
    assert words in reason


@pytest.mark.parametrize(
    ("where", "state", "arrived"),
    [
        ("ehlo", MessageState.QUEUED, 0),
        ("mail", MessageState.QUEUED, 0),
        ("rcpt", MessageState.QUEUED, 0),
        ("command", MessageState.QUEUED, 0),
        ("data", MessageState.UNKNOWN, 1),
    ],
)
def test_a_server_that_stops_answering_in_the_middle_does_not_stop_the_other_mailboxes(
    world: World, sink: SmtpSink, where: str, state: MessageState, arrived: int
) -> None:
    company(world)
    with SmtpSink() as silent:
        silent.rules.append(Fault(where, "sleep", seconds=2, count=1))
        letter = queue(world, smtp(world, silent.port))
        others = smtp(world, sink.port, address="b@hazel.example")
        queue_to(world, people(world, ["Europe/Berlin"], 3, NOW), [others.id], NOW)
        assert run() == 4
        assert fresh(letter.id).state is state
        reason = box_of(letter).state_reason or fresh(letter.id).state_reason
        assert reason.endswith("did not answer in time.")
    assert len(sink.received) == 3


# The machine itself


def the_disk_is_full(kind: str) -> Callable[[], None]:
    """Let the database refuse to keep a letter's bytes as on a full disk; gives what frees it again."""
    engine = db.engine
    if kind == "sqlite":

        def fill(connection: object, *_: object) -> None:
            connection.execute("PRAGMA max_page_count = 1")  # type: ignore[attr-defined]

        session().rollback()
        engine.dispose()
        sa.event.listen(engine, "connect", fill)

        def free() -> None:
            session().rollback()
            sa.event.remove(engine, "connect", fill)
            engine.dispose()

        return free
    _on_postgres(
        "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        " RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '53100'; END $$",
        "CREATE TRIGGER full_disk BEFORE UPDATE OF raw ON messages FOR EACH ROW"
        " WHEN (NEW.raw IS NOT NULL AND OLD.raw IS NULL) EXECUTE FUNCTION full_disk()",
    )
    return lambda: _on_postgres("DROP TRIGGER full_disk ON messages")


def _on_postgres(*statements: str) -> None:
    with write() as here:
        for statement in statements:
            here.execute(sa.text(statement))


LONG = Draft(
    GOOD.subject, GOOD.body + "Seeds and more seeds. " * 2_500, GOOD.personal_line, GOOD.personal_url
)


def test_a_full_disk_while_the_bytes_are_kept_sends_nothing_and_loses_nothing(
    world: World, sink: SmtpSink, kind: str, tmp_path: Path
) -> None:
    company(world)
    letter = queue(world, smtp(world, sink.port), LONG)
    free = the_disk_is_full(kind)
    try:
        run()
        assert "the disk is full. Nothing was sent." in box_of(letter).state_reason
    finally:
        free()
    assert sink.received == []
    at(tmp_path, NOW + timedelta(minutes=10))
    jobs.settle_cut_off(clock.now())
    assert fresh(letter.id).state is MessageState.QUEUED
    run()
    assert fresh(letter.id).state is MessageState.SENT
    assert len(sink.received) == 1


def test_a_full_disk_under_a_capturing_mailbox_is_told_and_the_others_go_on(
    world: World, sink: SmtpSink, place: Place, tmp_path: Path
) -> None:
    company(world)
    letter = queue(world, mailbox(world))
    folder = place.instance / "captured"
    folder.mkdir()
    half_written = folder / f".{letter.opaque_id}"
    half_written.symlink_to("/dev/full")
    others = smtp(world, sink.port, address="b@hazel.example")
    queue_to(world, people(world, ["Europe/Berlin"], 3, NOW), [others.id], NOW)
    assert run() == 4
    assert len(sink.received) == 3
    assert fresh(letter.id).state is MessageState.QUEUED
    assert (
        box_of(letter).state_reason == "The letter could not be written to a file: No space left on device."
    )
    half_written.unlink()
    at(tmp_path, NOW + timedelta(minutes=5))
    run()
    assert (folder / f"{letter.opaque_id}.eml").read_bytes() == fresh(letter.id).raw
