"""The Sent folder of a real IMAP server: copies where they are missing, and unknown letters found again."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from imapclient import IMAPClient

from outreach.app import settings_of
from outreach.db import session, write
from outreach.desk import agenda
from outreach.desk.rules import Section
from outreach.diary.models import Entry
from outreach.kit import clock
from outreach.mail.models import Mailbox
from outreach.mail.rules import MessageState, Security, SentCopy
from outreach.mail.vault import seal
from outreach.pitches.models import Pitch
from outreach.pitches.rules import Stage
from outreach.sending import actions, delivering, jobs
from tests.conftest import Place
from tests.sending.letters_world import at_work, company, fresh, queue, smtp
from tests.servers.certificates import Authority
from tests.servers.dovecot import Dovecot
from tests.servers.smtp_sink import Fault, SmtpSink
from tests.world import NOW, TODAY, World, log_in

WHO = "ana@hazel.example"


@pytest.fixture
def app(place: Place, tmp_path: Path, authority: Authority) -> Iterator[Flask]:
    with at_work(place, tmp_path, smtp_ca_file=authority.cafile) as made:
        yield made


@pytest.fixture
def provider(dovecot: Dovecot) -> Iterator[Dovecot]:
    """Ana's empty mailbox at the provider."""
    dovecot.add_user(WHO)
    yield dovecot
    dovecot.forget(WHO)


def box_at(world: World, app: Flask, sink: SmtpSink, provider: Dovecot, **more: Any) -> Mailbox:
    """Ana's mailbox: letters leave by the sink, and her folders are at the provider."""
    given: dict[str, Any] = {
        "imap_host": "localhost", "imap_port": provider.imaps_port, "imap_security": Security.TLS,
        "imap_username": WHO, "imap_secret": seal("pw", settings_of(app).key),
    }  # fmt: skip
    return smtp(world, sink.port, **(given | more))


def turn(folder: Path, after: timedelta) -> None:
    """One turn of the worker, so long after the world's moment."""
    fresh_file = folder / "clock.new"
    fresh_file.write_text((NOW + after).isoformat())
    fresh_file.replace(folder / "clock")
    jobs.send_due(clock.now())
    jobs.look_in_sent(clock.now())


def in_sent(provider: Dovecot) -> list[tuple[bytes, datetime, tuple[bytes, ...]]]:
    """What lies in Sent: bytes, date and flags."""
    with IMAPClient("127.0.0.1", provider.imap_port, ssl=False) as imap:
        imap.login(WHO, "pw")
        imap.select_folder(provider.sent, readonly=True)
        found = imap.fetch(imap.search(), ["BODY.PEEK[]", "INTERNALDATE", "FLAGS"])
        return [(row[b"BODY[]"], row[b"INTERNALDATE"], row[b"FLAGS"]) for row in found.values()]


def put_there(provider: Dovecot, raw: bytes) -> None:
    """The provider keeps a copy by itself."""
    with IMAPClient("127.0.0.1", provider.imap_port, ssl=False) as imap:
        imap.login(WHO, "pw")
        imap.append(provider.sent, raw)


def box_now(world: World) -> Mailbox:
    session().rollback()
    return session().scalars(sa.select(Mailbox)).one()


def test_where_no_copy_appears_the_exact_bytes_are_put_into_sent_once(
    app: Flask, world: World, sink: SmtpSink, provider: Dovecot, tmp_path: Path
) -> None:
    company(world)
    letter = queue(world, box_at(world, app, sink, provider))
    turn(tmp_path, timedelta(0))
    turn(tmp_path, timedelta(seconds=40))
    assert in_sent(provider) == []
    turn(tmp_path, timedelta(minutes=6))
    turn(tmp_path, timedelta(minutes=60))
    [(raw, _, flags)] = in_sent(provider)
    assert raw == sink.received[0].content == fresh(letter.id).raw
    assert b"\\Seen" in flags
    assert fresh(letter.id).copied_at is not None
    assert box_now(world).keeps_sent is False
    assert (
        "letter.copied" in session().scalars(sa.select(Entry.kind).where(Entry.message_id == letter.id)).all()
    )


def test_a_provider_that_keeps_copies_is_found_out_and_left_alone(
    app: Flask, world: World, sink: SmtpSink, provider: Dovecot, tmp_path: Path
) -> None:
    company(world)
    letter = queue(world, box_at(world, app, sink, provider))
    turn(tmp_path, timedelta(0))
    put_there(provider, sink.received[0].content)
    turn(tmp_path, timedelta(seconds=40))
    turn(tmp_path, timedelta(hours=1))
    assert len(in_sent(provider)) == 1
    assert box_now(world).keeps_sent is True
    assert fresh(letter.id).look_due_at is None


@pytest.mark.parametrize(("says", "copies"), [(SentCopy.YES, 1), (SentCopy.NO, 0)])
def test_the_owner_can_say_who_keeps_copies(
    app: Flask, world: World, sink: SmtpSink, provider: Dovecot, tmp_path: Path, says: SentCopy, copies: int
) -> None:
    company(world)
    queue(world, box_at(world, app, sink, provider, sent_copy=says))
    turn(tmp_path, timedelta(0))
    turn(tmp_path, timedelta(seconds=10))
    assert len(in_sent(provider)) == copies


def test_a_worker_that_died_after_the_copy_does_not_put_a_second_one(
    app: Flask, world: World, sink: SmtpSink, provider: Dovecot, tmp_path: Path
) -> None:
    company(world)
    letter = queue(world, box_at(world, app, sink, provider, sent_copy=SentCopy.YES))
    turn(tmp_path, timedelta(0))
    put_there(provider, sink.received[0].content)
    assert delivering.take_looks(50, now=NOW + timedelta(seconds=10))
    turn(tmp_path, timedelta(minutes=5))
    assert fresh(letter.id).copied_at is None
    turn(tmp_path, timedelta(minutes=11))
    assert len(in_sent(provider)) == 1
    assert fresh(letter.id).copied_at is not None


def test_an_unknown_letter_that_lies_in_sent_was_sent(
    app: Flask, world: World, sink: SmtpSink, provider: Dovecot, tmp_path: Path
) -> None:
    company(world)
    sink.rules.append(Fault("data", "accept_drop"))
    letter = queue(world, box_at(world, app, sink, provider))
    turn(tmp_path, timedelta(0))
    assert fresh(letter.id).state is MessageState.UNKNOWN
    put_there(provider, sink.received[0].content)
    turn(tmp_path, timedelta(minutes=1))
    assert fresh(letter.id).state is MessageState.SENT
    assert session().get_one(Pitch, letter.pitch_id).stage is Stage.CONTACTED
    turn(tmp_path, timedelta(days=1))
    assert len(sink.received) == 1
    assert len(in_sent(provider)) == 1


def test_an_unknown_letter_that_is_nowhere_is_asked_about_after_a_quarter_of_an_hour(
    app: Flask, world: World, sink: SmtpSink, provider: Dovecot, tmp_path: Path
) -> None:
    company(world)
    sink.rules.append(Fault("data", "drop", count=1))
    letter = queue(world, box_at(world, app, sink, provider))
    turn(tmp_path, timedelta(0))
    for minutes in (1, 3, 6, 14):
        turn(tmp_path, timedelta(minutes=minutes))
        assert agenda.counts(world.ana, TODAY)[Section.UNKNOWN] == 0
    turn(tmp_path, timedelta(minutes=16))
    assert fresh(letter.id).state is MessageState.UNKNOWN
    assert agenda.counts(world.ana, TODAY)[Section.UNKNOWN] == 1
    actions.settle_unknown(letter.id, False, by=world.ana, now=clock.now())
    assert agenda.counts(world.ana, TODAY)[Section.UNKNOWN] == 0
    turn(tmp_path, timedelta(minutes=17))
    assert [mail.content.count((letter.message_id or "").encode()) for mail in sink.received] == [1]
    assert fresh(letter.id).state is MessageState.SENT


def test_without_a_folder_to_ask_a_person_is_asked_and_nothing_goes_twice(
    app: Flask, world: World, sink: SmtpSink, tmp_path: Path
) -> None:
    company(world)
    sink.rules.append(Fault("data", "accept_drop", count=1))
    letter = queue(world, smtp(world, sink.port))
    turn(tmp_path, timedelta(0))
    assert agenda.counts(world.ana, TODAY)[Section.UNKNOWN] == 0
    turn(tmp_path, timedelta(minutes=16))
    assert agenda.counts(world.ana, TODAY)[Section.UNKNOWN] == 1
    turn(tmp_path, timedelta(days=3))
    assert fresh(letter.id).state is MessageState.UNKNOWN
    assert len(sink.received) == 1


def test_a_mailbox_that_cannot_be_read_keeps_nothing_from_being_sent(
    app: Flask, world: World, sink: SmtpSink, provider: Dovecot, tmp_path: Path
) -> None:
    company(world)
    wrong = seal("wrong", settings_of(app).key)
    letter = queue(world, box_at(world, app, sink, provider, imap_secret=wrong))
    turn(tmp_path, timedelta(0))
    turn(tmp_path, timedelta(minutes=1))
    assert fresh(letter.id).state is MessageState.SENT
    waits = fresh(letter.id).look_due_at
    assert waits is not None
    assert timedelta(minutes=15) <= waits - clock_of(tmp_path) < timedelta(minutes=16)
    with write() as here:
        here.execute(sa.update(Mailbox).values(imap_secret=seal("pw", settings_of(app).key)))
    turn(tmp_path, timedelta(minutes=20))
    turn(tmp_path, timedelta(minutes=40))
    assert len(in_sent(provider)) == 1


def test_the_letters_page_says_that_the_copy_lies_in_sent(
    app: Flask, world: World, sink: SmtpSink, provider: Dovecot, tmp_path: Path, client: FlaskClient
) -> None:
    company(world)
    letter = queue(world, box_at(world, app, sink, provider, sent_copy=SentCopy.YES))
    turn(tmp_path, timedelta(0))
    turn(tmp_path, timedelta(seconds=10))
    log_in(client, world.ana)
    assert "In Sent" in client.get(f"/letters/{letter.id}").text


def clock_of(folder: Path) -> datetime:
    """The moment of the last turn, as it was told; what passed since is some hundredths of a second."""
    return datetime.fromisoformat((folder / "clock").read_text())
