"""Mails for the tests of the Inbox: Ana wrote to Bo from her mailbox, and answers came in."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from outreach.db import session, write
from outreach.letter.kinds import Kind
from outreach.mail import keeping
from outreach.mail.models import Mailbox, Message, Thread
from outreach.mail.rules import Direction, LetterKind, MessageState, Placing
from outreach.pitches import letter_moves
from outreach.pitches.models import Pitch
from tests.sending.letters_world import mailbox
from tests.world import NOW, TODAY, World

LETTER = "Hi Bo,\n\nYour piece on dry gardens made me plant again. We tried forty seed mixes.\n\nAna"
ANSWER = "Happy to include it. It will be live on 12 December.\n\nBo"
BODY = f"{ANSWER}\n\nOn Mon, 23 Nov 2026 at 10:00, Ana <ana@hazel.example> wrote:\n\n> {LETTER.replace(chr(10), chr(10) + '> ')}\n"
RAW = b"""From: Bo Berg <bo@wild.example>\r
To: ana@hazel.example\r
Subject: Re: Seeds\r
Message-ID: <answer@wild.example>\r
MIME-Version: 1.0\r
Content-Type: multipart/mixed; boundary=out\r
\r
--out\r
Content-Type: text/html; charset=utf-8\r
\r
<p>Happy to <b>include</b> it. <img src="https://tracker.example/pixel.gif"><script>alert(1)</script></p>\r
--out\r
Content-Type: text/plain\r
Content-Disposition: attachment; filename="../../plan.html"\r
Content-Transfer-Encoding: base64\r
\r
PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==\r
--out--\r
"""


def box_of(world: World, **values: Any) -> Mailbox:
    """Ana's mailbox, which is read as well."""
    return mailbox(world, imap_host="127.0.0.1", read_state="current", **values)


def letter(world: World, box: Mailbox, *, at: datetime = NOW - timedelta(days=1)) -> Message:
    """Ana's letter to Bo, which has left."""
    with write() as here:
        pitch = here.get_one(Pitch, world.pitch.id)
        thread = Thread(
            project_id=pitch.project_id, pitch_id=pitch.id, site_id=pitch.site_id, person_id=pitch.person_id,
            subject="Seeds", last_at=at, created_at=at,
        )  # fmt: skip
        here.add(thread)
        here.flush()
        sent = Message(
            direction=Direction.OUT, kind=LetterKind.FIRST, state=MessageState.SENT, project_id=pitch.project_id,
            pitch_id=pitch.id, person_id=pitch.person_id, thread_id=thread.id, mailbox_id=box.id, author_id=world.ana.id,
            message_id="<letter@hazel.example>", from_address=box.address, to_address="bo@wild.example", subject="Seeds",
            body=LETTER, sent_at=at, queued_at=at, created_at=at,
        )  # fmt: skip
        here.add(sent)
        letter_moves.contacted(pitch, now=at, today=at.date(), follow_up_days=4, is_follow_up=False)
    return sent


def answer(world: World, sent: Message, *, instance: Path | None = None, **values: Any) -> Message:
    """Bo's answer, matched with the letter; the pitch is talking."""
    given: dict[str, Any] = {
        "direction": Direction.IN, "state": MessageState.RECEIVED, "project_id": sent.project_id, "pitch_id": sent.pitch_id,
        "person_id": world.bo.id, "thread_id": sent.thread_id, "mailbox_id": sent.mailbox_id, "message_id": "<answer@wild.example>",
        "from_address": "bo@wild.example", "from_name": "Bo Berg", "to_address": "ana@hazel.example", "subject": "Re: Seeds",
        "body": BODY, "reply_text": ANSWER, "what": Kind.HUMAN, "what_reason": "nothing says that it is automatic",
        "placing": Placing.MATCHED, "match_reason": "It answers our letter of 23 November 2026.", "about_id": sent.id,
        "received_at": NOW - timedelta(minutes=14), "created_at": NOW, "effects": {},
    }  # fmt: skip
    if instance is not None:
        given |= {
            "raw_file": keeping.keep(instance, RAW),
            "has_html": True,
            "attachments": [{"name": "plan.html", "kind": "text/plain", "size": 25}],
        }
    with write() as here:
        mail = Message(**(given | values))
        here.add(mail)
        if mail.pitch_id and mail.what is Kind.HUMAN:
            letter_moves.talking(here.get_one(Pitch, mail.pitch_id), now=NOW, today=TODAY)
        here.flush()
    return mail


def stray(box: Mailbox, **values: Any) -> Message:
    """A mail that is nobody's."""
    given: dict[str, Any] = {
        "direction": Direction.IN, "state": MessageState.RECEIVED, "mailbox_id": box.id, "from_address": "mia@moss.example",
        "from_name": "Mia Moss", "to_address": box.address, "subject": "A question", "body": "Who are you?", "reply_text": "Who are you?",
        "what": Kind.HUMAN, "what_reason": "nothing says that it is automatic", "placing": Placing.UNMATCHED,
        "received_at": NOW - timedelta(minutes=30), "created_at": NOW, "effects": {},
    }  # fmt: skip
    with write() as here:
        mail = Message(**(given | values))
        here.add(mail)
        here.flush()
    return mail


def again(row: Any) -> Any:
    """The row as it stands now."""
    session().rollback()
    return session().get_one(type(row), row.id, populate_existing=True)
