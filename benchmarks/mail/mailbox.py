"""A mailbox made from a seed: answers to our letters, automatic answers, bounces, and mail that is none of our business."""

from __future__ import annotations

import os
import pwd
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

WORDS = (
    "garden seed bloom soil spring meadow photo readers column weather trial notes draft editor thanks week page "
    "interview paper letter harvest story question answer river corner light season window kitchen market"
).split()


@dataclass(frozen=True)
class Written:
    """A letter of ours that left: to whom, its Message-ID and its text."""

    address: str
    message_id: str
    text: str


def mails(count: int, letters: Sequence[Written], *, now: datetime, seed: int) -> Iterator[tuple[str, bytes]]:
    """`(kind, bytes)` of so many mails: a third of them concerns our letters, the rest is private."""
    dice = random.Random(seed)
    for number in range(count):
        letter = letters[number % len(letters)]
        at = now - timedelta(minutes=count - number)
        kind = dice.choices(("private", "answer", "away", "bounce", "news"), (60, 22, 5, 5, 8))[0]
        yield kind, _raw(kind, number, letter, at, dice)


def fill(maildir: Path, raws: Iterator[tuple[str, bytes]], user: str) -> dict[str, int]:
    """Write them as files of a Maildir, as a mail server does; gives how many of each kind."""
    counts: dict[str, int] = {}
    folder = maildir / "new"
    for name in ("new", "cur", "tmp"):
        (maildir / name).mkdir(parents=True, exist_ok=True)
    for number, (kind, raw) in enumerate(raws):
        (folder / f"{1_700_000_000 + number}.M{number}.bench").write_bytes(raw)
        counts[kind] = counts.get(kind, 0) + 1
    if os.geteuid() == 0:
        who = pwd.getpwnam(user)
        for path in (maildir.parent, maildir, *maildir.rglob("*")):
            os.chown(path, who.pw_uid, who.pw_gid)
    return counts


def _raw(kind: str, number: int, letter: Written, at: datetime, dice: random.Random) -> bytes:
    text = " ".join(dice.choices(WORDS, k=dice.choice((40, 120, 400, 1_500))))
    quoted = "\r\n".join("> " + line for line in letter.text.splitlines())
    if kind == "answer":
        body = f"Gladly! {text[:600]}\r\n\r\nOn Monday Ana wrote:\r\n{quoted}"
        return _mail(f"Bo <{letter.address}>", "Re: Seeds", number, at, body, _ids(letter))
    if kind == "away":
        body = f"I am out of the office until {(at + timedelta(days=9)).date()}.\r\n\r\n{quoted}"
        return _mail(
            f"Bo <{letter.address}>",
            "Out of office",
            number,
            at,
            body,
            "Auto-Submitted: auto-replied\r\n" + _ids(letter),
        )
    if kind == "bounce":
        return _bounce(letter, number, at)
    more = "List-Unsubscribe: <https://shop.example/u>\r\n" if kind == "news" else ""
    return _mail(
        f"Somebody <p{number % 900}@home.example>", " ".join(dice.choices(WORDS, k=4)), number, at, text, more
    )


def _ids(letter: Written) -> str:
    return f"In-Reply-To: {letter.message_id}\r\nReferences: {letter.message_id}\r\n"


def _mail(sender: str, subject: str, number: int, at: datetime, text: str, more: str) -> bytes:
    lines = "\r\n".join(text[start : start + 900] for start in range(0, len(text), 900))
    html = f"<html><body><div><p>{text[:4_000]}</p></div></body></html>"
    received = (
        f"Received: from mx.example (mx.example [192.0.2.1]) by mx.hazel.example; {format_datetime(at)}\r\n"
    )
    return (
        f"{received * 3}From: {sender}\r\nTo: ana@hazel.example\r\nSubject: {subject}\r\n"
        f"Message-ID: <m{number}@mail.example>\r\nDate: {format_datetime(at)}\r\n{more}MIME-Version: 1.0\r\n"
        'Content-Type: multipart/alternative; boundary="=b="\r\n\r\n--=b=\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n'
        f"{lines}\r\n--=b=\r\nContent-Type: text/html; charset=utf-8\r\n\r\n{html}\r\n--=b=--\r\n"
    ).encode()


def _bounce(letter: Written, number: int, at: datetime) -> bytes:
    said = ("550 5.1.1 user unknown", "452 4.2.2 mailbox full", "550 5.7.1 rejected as spam")[number % 3]
    status = said.split()[1]
    return (
        "From: MAILER-DAEMON@mx.example\r\nTo: ana@hazel.example\r\nSubject: Undelivered Mail Returned to Sender\r\n"
        f"Message-ID: <b{number}@mx.example>\r\nDate: {format_datetime(at)}\r\nAuto-Submitted: auto-replied\r\n"
        'MIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        f"--b\r\nContent-Type: text/plain\r\n\r\nThis is the mail system at mx.example.\r\n\r\n<{letter.address}>: {said}\r\n"
        "\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n"
        f"Final-Recipient: rfc822; {letter.address}\r\nAction: failed\r\nStatus: {status}\r\nDiagnostic-Code: smtp; {said}\r\n"
        "\r\n--b\r\nContent-Type: text/rfc822-headers\r\n\r\n"
        f"From: ana@hazel.example\r\nMessage-ID: {letter.message_id}\r\n\r\n--b--\r\n"
    ).encode()
