"""Mail for the tests of reading: Ana writes to Bo from a mailbox that is read, and somebody answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import Any

import sqlalchemy as sa

from outreach.db import session, write
from outreach.engines.imap.folders import Folder, Role
from outreach.engines.imap.line import Line
from outreach.kit import clock
from outreach.mail.merge import Draft
from outreach.mail.models import Mailbox, Message
from outreach.mail.rules import Direction, ReadingKind, Security
from outreach.mail.servers import imap_server_of
from outreach.mail.vault import seal
from outreach.reading import jobs as reading_jobs
from outreach.reading import taking, turns
from outreach.reading.arriving import taken_apart
from outreach.reading.turns import Place
from outreach.sending import jobs as sending_jobs
from outreach.web.here import config
from tests.sending.letters_world import GOOD, company, fresh, queue, smtp
from tests.servers.dovecot import Dovecot
from tests.servers.smtp_sink import SmtpSink
from tests.world import World

ANA, BO = "ana@hazel.example", "bo@wild.example"
STEP_TWO = Draft(subject="", body="Hi {{ person.first_name }},\n\nDid my letter reach you?\n")


@dataclass
class Post:
    """Ana's mailbox at a real Dovecot, and what leaves it."""

    world: World
    dovecot: Dovecot
    sink: SmtpSink
    box: Mailbox

    @classmethod
    def open(cls, world: World, dovecot: Dovecot, sink: SmtpSink, **values: Any) -> Post:
        dovecot.add_user(ANA)
        company(world)
        given = {
            "imap_host": "127.0.0.1", "imap_port": dovecot.imap_port, "imap_security": Security.PLAIN,
            "imap_username": ANA, "imap_secret": seal("pw", config().key), "reading_kind": ReadingKind.PERSONAL,
            "created_at": clock.now() - timedelta(days=2),
        }  # fmt: skip
        return cls(world, dovecot, sink, smtp(world, sink.port, **(given | values)))

    def send(self, draft: Draft = GOOD, **more: Any) -> Message:
        """A letter that has left."""
        letter = queue(self.world, self.mailbox, draft, now=clock.now(), **more)
        assert sending_jobs.send_due(clock.now()) == 1
        return fresh(letter.id)

    def step_two(self, *, later: timedelta = timedelta(days=1)) -> Message:
        """A follow-up that waits."""
        letter = queue(self.world, self.mailbox, STEP_TWO, now=clock.now(), undo=later)
        return fresh(letter.id)

    def deliver(self, raw: bytes, *, sender: str = BO, user: str = ANA) -> None:
        self.dovecot.deliver(user, raw, sender=sender)

    def read(self) -> int:
        """Read the mailbox now, whenever it would be due."""
        with write() as here:
            here.get_one(Mailbox, self.box.id).read_due_at = None
        return reading_jobs.read_due(clock.now())

    def arrive(self, *mails: bytes, role: Role = Role.INBOX) -> list[Message]:
        """The same without the server: these mails came into a folder. Gives all that have come so far."""
        with write() as here:
            here.get_one(Mailbox, self.box.id).read_due_at = None
        fence = turns.take_mailbox(self.box.id, now=clock.now())
        assert fence is not None
        [folder] = turns.open_folders(self.box.id, fence, [Folder(role, role.value)], now=clock.now())
        place = Place(self.box.id, fence, folder.id, folder.role, config().instance)
        first = folder.last_uid + 1
        batch = [taken_apart(first + at, raw, len(raw), clock.now()) for at, raw in enumerate(mails)]
        taking.take_in(place, batch, now=clock.now())
        turns.finish(self.box.id, fence, now=clock.now(), reconciled=False)
        return self.came_in

    def put(self, folder: str, raw: bytes, *, at: datetime | None = None) -> None:
        """What another program of the owner's puts into a folder."""
        with self.line() as line:
            line.append(folder, raw, at=at or clock.now())

    def line(self) -> Line:
        return Line(imap_server_of(self.mailbox, config()))

    @property
    def mailbox(self) -> Mailbox:
        session().rollback()
        return session().get_one(Mailbox, self.box.id, populate_existing=True)

    @property
    def came_in(self) -> list[Message]:
        """The incoming mails that are kept, oldest first."""
        session().rollback()
        query = sa.select(Message).where(Message.direction == Direction.IN).order_by(Message.id)
        return list(session().scalars(query.execution_options(populate_existing=True)))


def mail(
    text: str = "Yes, gladly. Send me the draft.", *, sender: str = f"Bo Berg <{BO}>", to: str = ANA,
    subject: str = "Re: Seeds for Wild", number: int | str = 1, at: datetime | None = None, **headers: str,
) -> bytes:  # fmt: skip
    """A mail; header names with `_` for `-`."""
    more = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    head = (
        f"From: {sender}\r\nTo: {to}\r\nSubject: {subject}\r\nMessage-ID: <{number}@mail.wild.example>\r\n"
        f"Date: {format_datetime(at or clock.now())}\r\n{more}"
    )
    return (
        head + "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n" + text + "\r\n"
    ).encode()


def answer(letter: Message, text: str = "Yes, gladly. Send me the draft.", **more: Any) -> bytes:
    """An answer that names our letter, as every mail program does."""
    ids = letter.message_id or ""
    return mail(text, In_Reply_To=ids, References=ids, **more)


def report(
    letter: Message, *, action: str = "failed", status: str = "5.1.1", recipient: str = BO,
    said: str = "550 5.1.1 <bo@wild.example>: Recipient address rejected: User unknown", message_id: str | None = None,
    number: int = 1,
) -> bytes:  # fmt: skip
    """A delivery report as Postfix writes it (RFC 3464)."""
    original = letter.message_id if message_id is None else message_id
    returned = f"Message-ID: {original}\r\n" if original else ""
    words = "could not be delivered" if action == "failed" else "is delayed"
    return (
        "From: MAILER-DAEMON@mx.wild.example (Mail Delivery System)\r\nTo: ana@hazel.example\r\n"
        f"Subject: Undelivered Mail Returned to Sender\r\nMessage-ID: <dsn{number}@mx.wild.example>\r\n"
        f"Date: {format_datetime(clock.now())}\r\nAuto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        f"--b\r\nContent-Type: text/plain\r\n\r\nYour message {words}.\r\n\r\n<{recipient}>: {said}\r\n"
        "\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.wild.example\r\n\r\n"
        f"Final-Recipient: rfc822; {recipient}\r\nAction: {action}\r\nStatus: {status}\r\nDiagnostic-Code: smtp; {said}\r\n"
        "\r\n--b\r\nContent-Type: text/rfc822-headers\r\n\r\n"
        f"From: ana@hazel.example\r\nTo: {recipient}\r\nSubject: Seeds for Wild\r\n{returned}\r\n--b--\r\n"
    ).encode()
