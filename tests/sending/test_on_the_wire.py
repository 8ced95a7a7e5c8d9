"""The bytes that arrive at a mail server, point by point of "An outgoing message, as bytes on the wire"."""

import email
import email.policy
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from outreach.accounts.models import Workspace
from outreach.db import session, write
from outreach.kit import clock
from outreach.mail import moves as mail_moves
from outreach.mail.merge import Draft
from outreach.mail.models import Mailbox, Message
from outreach.mail.rules import Direction, LetterKind, MessageState
from outreach.sending import jobs, queries, writing
from tests.conftest import Place
from tests.sending.letters_world import ADDRESS, GOOD, at_work, company, fresh, queue, smtp
from tests.servers.smtp_sink import Fault, Received, SmtpSink
from tests.world import NOW, World

LONG_ID = "<" + "A1B2" * 22 + "@eurprd01.example>"
BASE_URL = "https://crm.hazel-and-loam1.example"
"""So long that the address to say no has 60 signs."""


@pytest.fixture
def app(place: Place, tmp_path: Path) -> Iterator[Flask]:
    with at_work(place, tmp_path) as made:
        yield made


@pytest.fixture
def box(world: World, sink: SmtpSink) -> Mailbox:
    company(world)
    with write() as here:
        here.get_one(Workspace, 1).base_url = BASE_URL
    return smtp(world, sink.port)


def sent(sink: SmtpSink) -> Received:
    jobs.send_due(clock.now())
    return sink.received[-1]


def lines_of(mail: Received) -> list[str]:
    """The header, each field on one line."""
    head = mail.content.partition(b"\r\n\r\n")[0].decode("ascii")
    return re.sub(r"\r\n[ \t]", " ", head).split("\r\n")


def field(mail: Received, name: str) -> list[str]:
    return [line.partition(": ")[2] for line in lines_of(mail) if line.lower().startswith(f"{name.lower()}:")]


def parsed(mail: Received) -> EmailMessage:
    return email.message_from_bytes(mail.content, policy=email.policy.default)


def their_mail(world: World, message_id: str, at: datetime) -> None:
    """Bo has answered, from a program that makes long Message-IDs."""
    with write() as here:
        ours = here.scalars(sa.select(Message)).one()
        here.add(
            Message(
                direction=Direction.IN, state=MessageState.RECEIVED, project_id=ours.project_id, pitch_id=ours.pitch_id,
                thread_id=ours.thread_id, person_id=ours.person_id, message_id=message_id, from_address="bo@wild.example",
                subject="Re: Seeds for Wild", body="Tell me more.", received_at=at, created_at=at, overruled={}, references=[],
            )
        )  # fmt: skip


# 1


@pytest.mark.parametrize("name", ["Date", "From", "To", "Subject", "Message-ID", "MIME-Version"])
def test_1_each_of_these_stands_there_exactly_once(
    world: World, box: Mailbox, sink: SmtpSink, name: str
) -> None:
    queue(world, box)
    mail = sent(sink)
    assert len(field(mail, name)) == 1
    assert len(re.findall(rf"(?mi)^{name}:".encode(), mail.content)) == 1


def test_1_the_date_is_when_it_left_and_not_when_it_was_queued(
    world: World, box: Mailbox, sink: SmtpSink, tmp_path: Path
) -> None:
    queue(world, box)
    later = NOW + timedelta(hours=5)
    (tmp_path / "clock").write_text(later.isoformat())
    [date] = field(sent(sink), "Date")
    assert timedelta(0) <= parsedate_to_datetime(date) - later < timedelta(minutes=1)
    assert date.endswith("+0100")


def test_1_the_message_id_is_short_and_the_same_at_every_try(
    world: World, box: Mailbox, sink: SmtpSink, tmp_path: Path
) -> None:
    letter = queue(world, box)
    sink.rules += [
        Fault("data", text="451 4.3.0 later", count=1),
        Fault("rcpt", text="450 4.2.1 later", count=1),
    ]
    for hours in (0, 1, 10):
        (tmp_path / "clock").write_text((NOW + timedelta(hours=hours)).isoformat())
        jobs.send_due(clock.now())
    [mail] = sink.received
    assert field(mail, "Message-ID") == [letter.message_id]
    assert fresh(letter.id).attempts == 3
    found = re.fullmatch(r"<([a-z2-7]{26})@hazel\.example>", letter.message_id or "")
    assert found
    assert len(letter.message_id or "") <= 70


# 2


def test_2_one_recipient_and_nobody_in_secret(world: World, box: Mailbox, sink: SmtpSink) -> None:
    letter = queue(world, box)
    mail = sent(sink)
    assert (mail.sender, mail.recipients) == ("ana@hazel.example", ["bo@wild.example"])
    assert field(mail, "From") == ["Ana Hazel <ana@hazel.example>"]
    assert field(mail, "X-Outreach-Id") == [letter.opaque_id]
    for absent in ("Bcc", "Cc", "Auto-Submitted", "Precedence", "Return-Path", "Sender"):
        assert field(mail, absent) == []


def test_2_the_systems_mail_says_that_a_machine_wrote_it(world: World, box: Mailbox, sink: SmtpSink) -> None:
    with write():
        mail_moves.queue_system("ada@hazel.example", "Your day", "Three things.\n", now=NOW, mailbox=box)
    mail = sent(sink)
    assert field(mail, "Auto-Submitted") == ["auto-generated"]
    assert field(mail, "List-Unsubscribe") == []


# 3


def test_3_the_address_to_say_no_stands_unencoded_at_60_signs(
    world: World, box: Mailbox, sink: SmtpSink
) -> None:
    letter = queue(world, box)
    mail = sent(sink)
    url = f"{BASE_URL}/u/{letter.opt_out_token}"
    assert len(url) == 60
    assert f"List-Unsubscribe: <{url}>\r\n".encode() in mail.content.replace(b"\r\n ", b" ")
    assert field(mail, "List-Unsubscribe-Post") == ["List-Unsubscribe=One-Click"]
    assert url in parsed(mail).get_content()


def test_3_without_a_public_address_the_mailbox_takes_the_no(
    world: World, box: Mailbox, sink: SmtpSink
) -> None:
    with write() as here:
        here.get_one(Workspace, 1).base_url = ""
    letter = queue(world, box)
    mail = sent(sink)
    assert field(mail, "List-Unsubscribe") == [
        f"<mailto:ana@hazel.example?subject=unsubscribe%20{letter.opt_out_token}>"
    ]
    assert field(mail, "List-Unsubscribe-Post") == []
    assert "answer with the word" in parsed(mail).get_content()


# 4


def test_4_text_first_then_html_and_nothing_that_the_writer_did_not_put_there(
    world: World, box: Mailbox, sink: SmtpSink
) -> None:
    page = "<p>{{ personal_line }}</p><p>Grüße, see <a href='https://hazel.example/seed-trial'>it</a></p>"
    queue(world, box, replace(GOOD, html=page + "<p>x</p>" * 400))
    mail = sent(sink)
    found = parsed(mail)
    assert found.get_content_type() == "multipart/alternative"
    first, second = list(found.iter_parts())
    assert (first.get_content_type(), second.get_content_type()) == ("text/plain", "text/html")
    assert {part.get_content_charset() for part in (first, second)} == {"utf-8"}
    shown = second.get_content()
    assert "Grüße, see" in shown
    [url] = re.findall(r"<(https:[^>]+)>", field(mail, "List-Unsubscribe")[0])
    assert set(re.findall(r"https?://[^\"'<> ]+", shown)) == {"https://hazel.example/seed-trial", url}
    assert "<img" not in shown


def test_4_lines_end_in_crlf_and_are_short(world: World, box: Mailbox, sink: SmtpSink) -> None:
    queue(
        world,
        box,
        Draft(
            "Grüße 🌱 " + "seeds " * 20,
            "Hi\n\n" + "wörd " * 600 + "\n" + "x" * 3_000,
            "I read it.",
            "https://wild.example/dry",
        ),
    )
    mail = sent(sink)
    assert b"\n" not in mail.content.replace(b"\r\n", b"")
    assert b"\r" not in mail.content.replace(b"\r\n", b"")
    assert max(map(len, mail.content.split(b"\r\n"))) <= 998
    assert "x" * 3_000 in parsed(mail).get_content()
    assert parsed(mail)["Subject"].startswith("Grüße 🌱 seeds")


# 5


def test_5_a_follow_up_hangs_on_the_last_message_of_the_thread(
    world: World, box: Mailbox, sink: SmtpSink, tmp_path: Path
) -> None:
    first = queue(world, box)
    jobs.send_due(clock.now())
    (tmp_path / "clock").write_text((NOW + timedelta(days=5)).isoformat())
    second = queue(world, box, Draft("", "Hi, did you see it?"), now=NOW + timedelta(days=5))
    mail = sent(sink)
    assert field(mail, "In-Reply-To") == [first.message_id]
    assert field(mail, "References") == [first.message_id]
    assert field(mail, "Subject") == ["Re: Seeds for Wild"]
    assert fresh(second.id).kind is LetterKind.FOLLOW_UP


# 6


def test_6_a_message_id_of_110_signs_comes_out_sign_by_sign(
    world: World, box: Mailbox, sink: SmtpSink, tmp_path: Path
) -> None:
    long = LONG_ID[:1] + "x" * (110 - len(LONG_ID)) + LONG_ID[1:]
    assert len(long) == 110
    first = queue(world, box)
    jobs.send_due(clock.now())
    their_mail(world, long, NOW + timedelta(hours=2))
    (tmp_path / "clock").write_text((NOW + timedelta(hours=3)).isoformat())
    queue(world, box, Draft("", "Here is more."), now=NOW + timedelta(hours=3))
    mail = sent(sink)
    assert field(mail, "In-Reply-To") == [long]
    assert field(mail, "References") == [f"{first.message_id} {long}"]
    assert mail.content.count(long.encode()) == 2
    assert b"=?" not in mail.content.partition(b"\r\n\r\n")[0]


def test_6_a_broken_message_id_of_theirs_keeps_nobody_from_answering(
    world: World, box: Mailbox, sink: SmtpSink, tmp_path: Path
) -> None:
    first = queue(world, box)
    jobs.send_due(clock.now())
    their_mail(world, "<b\u00fc@wild.example>", NOW + timedelta(hours=2))
    (tmp_path / "clock").write_text((NOW + timedelta(hours=3)).isoformat())
    queue(world, box, Draft("", "Here is more."), now=NOW + timedelta(hours=3))
    mail = sent(sink)
    assert field(mail, "In-Reply-To") == field(mail, "References") == [first.message_id]


# 7


def test_7_a_local_part_outside_ascii_is_never_written_as_another_address(
    world: World, box: Mailbox, sink: SmtpSink
) -> None:
    """It is refused when it is queued, whatever the server offers: nobody gets a mail meant for somebody else."""
    with pytest.raises(AssertionError, match="invalid_address"):
        queue(world, box, to_address="jürgen@wild.example")
    jobs.send_due(clock.now())
    assert sink.received == []


def test_7_a_domain_outside_ascii_is_written_as_its_own_name(
    world: World, box: Mailbox, sink: SmtpSink
) -> None:
    queue(world, box, to_address="Bo@Bücher.example")
    mail = sent(sink)
    assert [address.lower() for address in mail.recipients] == ["bo@xn--bcher-kva.example"]


# 8


def test_8_the_line_is_kept_for_a_burst(world: World, box: Mailbox, sink: SmtpSink) -> None:
    greeted: list[int] = []
    sink.rules.append(Fault("ehlo", "meanwhile", callback=lambda: greeted.append(1)))
    with write() as here:
        here.add_all(
            Message(
                direction="out", kind="answer", state="queued", mailbox_id=box.id, message_id=f"<{n}@hazel.example>",
                opaque_id=f"o{n}", from_address=box.address, to_address=f"p{n}@wild.example", subject="Hello", body="Hello",
                due_at=NOW, queued_at=NOW, created_at=NOW, overruled={}, references=[],
            )
            for n in range(7)
        )  # fmt: skip
    assert jobs.send_due(clock.now()) == 7
    assert len(sink.received) == 7
    assert len(greeted) == 1


def test_the_preview_is_what_leaves_but_for_date_and_message_id(
    world: World, box: Mailbox, sink: SmtpSink
) -> None:
    pitch = queries.pitch_to_write(world.ana, world.pitch.id)
    assert pitch
    looked = writing.look(pitch, box, GOOD, by=world.ana, now=NOW, to_address=ADDRESS)
    session().rollback()
    queue(world, box)
    mine, theirs = looked.raw.split(b"\r\n"), sent(sink).content.split(b"\r\n")
    differ = {one.partition(b":")[0] for one, other in zip(mine, theirs, strict=True) if one != other}
    assert differ <= {b"Date", b"Message-ID"}
