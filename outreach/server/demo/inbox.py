"""What came in, in the demo: mails as bytes, read by the rooms' own reading, so that all that follows from them follows.

Answers, somebody away, letters that came back, somebody who says no, a mail that may be theirs and some that are nobody's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from email import message_from_string
from email.message import EmailMessage
from email.utils import format_datetime
from itertools import cycle

import sqlalchemy as sa

from outreach.db import session, write
from outreach.engines.imap.folders import Folder, Role
from outreach.letter.kinds import Kind
from outreach.mail.models import Mailbox, Message
from outreach.mail.rules import (
    Direction,
    FolderRole,
    LetterKind,
    MatchedBy,
    MessageState,
    Placing,
    ReadingKind,
    ReadState,
)
from outreach.pitches.models import Pitch
from outreach.pitches.rules import Stage
from outreach.reading import arriving, taking, turns
from outreach.reading.turns import Place
from outreach.server.demo.build import Build
from outreach.web.here import config

CHART = b"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 60 20"><rect width="40" height="8"/><rect y="11" width="25" height="8"/></svg>"""


@dataclass(frozen=True)
class Came:
    """A mail of the demo: who wrote (`{first}` of `{address}`), so many minutes ago, as what."""

    minutes: int
    write: Callable[[Message, datetime], EmailMessage]


# Their words


def _answer(
    words: str,
    *,
    html: str = "",
    file: bool = False,
    sender: str = "",
    name: str = "",
    is_in_thread: bool = True,
) -> Callable[[Message, datetime], EmailMessage]:
    def write(letter: Message, at: datetime) -> EmailMessage:
        domain = letter.to_address.rpartition("@")[2]
        mail = _mail(
            name or letter.to_name,
            sender.format(domain=domain) or letter.to_address,
            letter,
            f"Re: {letter.subject}",
            at,
        )
        if is_in_thread:
            mail["In-Reply-To"] = mail["References"] = letter.message_id or ""
        first = (name or letter.to_name).split()[0]
        head = f"On {letter.sent_at:%a, %d %b %Y at %H:%M}, {letter.from_name} <{letter.from_address}> wrote:"
        quoted = "\n".join(f"> {line}".rstrip() for line in letter.body.split("\n"))
        mail.set_content(f"{words.format(domain=domain)}\n\n{first}\n\n{head}\n\n{quoted}\n")
        if html:
            mail.add_alternative(
                f"{html}<p>{first}</p><blockquote><p>{head}</p></blockquote>", subtype="html"
            )
        if file:
            mail.add_attachment(CHART, maintype="image", subtype="svg+xml", filename="placement-sketch.svg")
        return mail

    return write


def _away(letter: Message, at: datetime) -> EmailMessage:
    mail = _mail(letter.to_name, letter.to_address, letter, f"Automatic reply: {letter.subject}", at)
    mail["In-Reply-To"] = letter.message_id or ""
    mail["Auto-Submitted"] = "auto-replied"
    back = at + timedelta(days=6)
    mail.set_content(
        f"Thank you for your mail. I am out of the garden and back on {back.day} {back:%B %Y}.\n"
    )
    return mail


def _came_back(words: str, status: str, action: str) -> Callable[[Message, datetime], EmailMessage]:
    def write(letter: Message, at: datetime) -> EmailMessage:
        domain = letter.to_address.rpartition("@")[2]
        mail = _mail(
            "Mail Delivery System",
            f"MAILER-DAEMON@mx.{domain}",
            letter,
            "Undelivered Mail Returned to Sender",
            at,
        )
        mail["Return-Path"], mail["Auto-Submitted"] = "<>", "auto-replied"
        mail.set_content(
            f"The mail system could not deliver your message.\n\n<{letter.to_address}>: {words}\n"
        )
        mail.make_mixed()
        mail.set_type("multipart/report")
        mail.set_param("report-type", "delivery-status")
        report = f"Reporting-MTA: dns; mx.{domain}\n\nFinal-Recipient: rfc822; {letter.to_address}\nAction: {action}\nStatus: {status}\nDiagnostic-Code: smtp; {words}\n"
        for kind, text in (
            ("message/delivery-status", report),
            ("text/rfc822-headers", f"Message-ID: {letter.message_id}\nSubject: {letter.subject}\n"),
        ):
            part = message_from_string(f"Content-Type: {kind}\n\n{text}")
            mail.attach(part)  # type: ignore[arg-type]  # a plain message is a part, too
        return mail

    return write


def _stray(name: str, address: str, subject: str, words: str) -> Callable[[Message, datetime], EmailMessage]:
    def write(letter: Message, at: datetime) -> EmailMessage:
        mail = _mail(name, address, letter, subject, at)
        mail.set_content(f"{words}\n\n{name.split()[0]}\n")
        return mail

    return write


def _mail(name: str, address: str, letter: Message, subject: str, at: datetime) -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = f'"{name}" <{address}>', letter.from_address, subject
    mail["Date"] = format_datetime(at)
    mail["Message-ID"] = f"<{letter.id}.{at:%d%H%M}@{address.rpartition('@')[2]}>"
    return mail


CAME: tuple[Came, ...] = (
    Came(14, _answer(
        "Happy to include it in the resource page. It can be live on Friday week; could you send the chart as SVG and tell me how to credit you?",
        html='<p>Happy to include it in the <b>resource page</b>. It can be live on Friday week; could you send the chart as SVG and tell me how to credit you?</p><p><img src="https://pictures.example/logo.png" alt="Logo" width="80"></p>',
        file=True,
    )),
    Came(52, _answer("Nice work. What is your budget for a sponsored slot? We charge 180 € for the spring issue.")),
    Came(125, _answer("I am not the right person for this any more, please write to Joan Fell <joan.fell@{domain}>, she plans the features.")),
    Came(190, _answer("Not before spring, I am afraid. Ask me again in March please.")),
    Came(260, _away),
    Came(300, _came_back("550 5.1.1 No such user here", "5.1.1", "failed")),
    Came(340, _came_back("452 4.2.2 Mailbox full, will try again for two days", "4.2.2", "delayed")),
    Came(410, _answer("Thanks for this. My colleague and I looked at it together: could you shorten the intro and send a draft?", sender="desk@{domain}", name="Ines Marlow")),
    Came(1500, _answer("Please remove me.")),
    Came(1600, _answer("Is this still open? I found it in our shared folder.", sender="paul@shop.{domain}", name="Paul Reyes", is_in_thread=False)),
)  # fmt: skip
STRAY: tuple[Came, ...] = (
    Came(95, _stray("Mia Boon", "mia@thelawnletter.example", "Your dry-bed table", "I saw your table on dry beds quoted elsewhere. May I print it in our club letter, with a link of course?")),
    Came(700, _stray("Post at Hedgehog Weekly", "post@hedgehogweekly.example", "Invoice 2041", "Please find attached what we talked about. Or was that somebody else?")),
)  # fmt: skip


# Into the mailboxes


def bring(build: Build) -> None:
    """The mailboxes are read, and these mails lie in them."""
    with write() as here:
        boxes = list(here.scalars(sa.select(Mailbox).where(~Mailbox.is_system).order_by(Mailbox.id)))
        for box in boxes:
            box.imap_host, box.reading_kind, box.read_from = (
                "imap.hazelandloam.localhost",
                ReadingKind.DEDICATED,
                box.created_at,
            )
            box.read_state, box.read_at = ReadState.CURRENT, build.now
        _old_answers()
    letters = _letters()
    for box_id, pairs in _by_mailbox(zip(CAME, cycle(letters), strict=False)).items():
        _read(build, box_id, pairs)
    if letters:
        _read(build, letters[0].mailbox_id or 0, [(came, letters[0]) for came in STRAY], first_uid=500)


def _old_answers() -> None:
    """Answers of the story, long dealt with but for those of pitches that still talk."""
    query = (
        sa.select(Message, Pitch.stage)
        .join(Pitch, Pitch.id == Message.pitch_id)
        .where(Message.direction == Direction.IN)
    )
    for message, stage in session().execute(query):
        message.what, message.what_reason = Kind.HUMAN, "nothing says that it is automatic"
        message.placing, message.matched_by = Placing.MATCHED, MatchedBy.IN_REPLY_TO
        message.match_reason, message.reply_text = "It answers our letter.", message.body
        message.handled_at = None if stage is Stage.TALKING else message.received_at


def _letters() -> list[Message]:
    """Letters of pitches that are under way, those without an answer first; each goes to another address."""
    query = (
        sa.select(Message)
        .join(Pitch, Pitch.id == Message.pitch_id)
        .where(
            Message.direction == Direction.OUT, Message.kind == LetterKind.FIRST, Message.state == MessageState.SENT,
            Pitch.stage.in_((Stage.CONTACTED, Stage.TALKING)), Message.mailbox_id.is_not(None),
        )
        .order_by(Pitch.stage == Stage.TALKING, Message.sent_at.desc(), Message.id)
        .limit(5 * len(CAME))
    )  # fmt: skip
    found = {letter.to_address: letter for letter in session().scalars(query)}
    return list(found.values())


def _by_mailbox(pairs: Iterable[tuple[Came, Message]]) -> dict[int, list[tuple[Came, Message]]]:
    sorted_: dict[int, list[tuple[Came, Message]]] = {}
    for came, letter in pairs:
        sorted_.setdefault(letter.mailbox_id or 0, []).append((came, letter))
    return sorted_


def _read(build: Build, mailbox_id: int, pairs: list[tuple[Came, Message]], *, first_uid: int = 1) -> None:
    """As the worker reads: take the mailbox, take the mails in, let it go."""
    raws = []
    for uid, (came, letter) in enumerate(sorted(pairs, key=lambda pair: -pair[0].minutes), first_uid):
        at = build.now - timedelta(minutes=came.minutes)
        raws.append((uid, came.write(letter, at).as_bytes(), at))
    session().rollback()
    fence = turns.take_mailbox(mailbox_id, now=build.now)
    if fence is None:
        return
    folder = turns.open_folders(mailbox_id, fence, [Folder(Role.INBOX, "INBOX")], now=build.now)[0]
    place = Place(mailbox_id, fence, folder.id, FolderRole.INBOX, config().instance)
    for uid, raw, at in raws:
        taking.take_in(place, [arriving.taken_apart(uid, raw, len(raw), at)], now=build.now)
    turns.finish(mailbox_id, fence, now=build.now, reconciled=True)
    with write() as here:
        here.get_one(Mailbox, mailbox_id).read_due_at = None
