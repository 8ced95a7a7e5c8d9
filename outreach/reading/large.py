"""Very large mails: only their beginning is kept, until somebody asks for the whole.

Asking marks the row and makes its mailbox due; the mailbox's next turn fetches what is marked.
"""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from outreach.accounts.models import User
from outreach.db import locked, session, write
from outreach.engines.imap.line import Line
from outreach.kit import clock
from outreach.letter.mail import read_mail
from outreach.mail import keeping
from outreach.mail.models import Mailbox, MailFolder, Message
from outreach.reading import moves
from outreach.reading.actions import NotPossible, to_decide
from outreach.reading.turns import Place

LARGEST = 60_000_000
"""Bytes of the largest mail that is fetched whole: more than any provider lets through."""
GONE = "Its other parts are no longer in the mailbox: what came first is all there is."
TOO_LARGE = "It is larger than 60 MB: look at it in your mail program."


def ask(message_id: int, *, by: User, now: datetime) -> None:
    """Have the whole of a mail fetched in its mailbox's next turn. Raises NotPossible."""
    with write():
        message = to_decide(message_id, by)
        mailbox = locked(Mailbox, message.mailbox_id) if message.mailbox_id else None
        if not message.is_cut:
            raise NotPossible("The whole mail is here already.")
        if mailbox is None or not mailbox.imap_host or message.uid is None:
            raise NotPossible("Its mailbox is no longer read here: look at it in your mail program.")
        if message.size > LARGEST:
            raise NotPossible(TOO_LARGE)
        message.is_whole_wanted = True
        mailbox.read_due_at = now
        moves.tell("mail.whole_asked", message, by=by.id, now=now)


def fetch_wanted(line: Line, place: Place, folder: str) -> None:
    """Fetch what somebody asked for of this folder, which lies at `folder` of the server."""
    query = sa.select(Message.id, Message.uid).where(
        Message.is_whole_wanted, Message.folder_id == place.folder_id, Message.uid.is_not(None)
    )
    wanted = session().execute(query.order_by(Message.id).limit(20)).all()
    session().rollback()
    if wanted:
        line.examine(folder)
    for message_id, uid in wanted:
        came(place, message_id, line.whole(int(uid or 0)), now=clock.now())


def came(place: Place, message_id: int, raw: bytes | None, *, now: datetime) -> None:
    """The whole mail, or None when the server has it no more: its files are listed anew, its words stay as they were."""
    reference = keeping.keep(place.instance, raw) if raw is not None else ""
    with write():
        message = locked(Message, message_id)
        folder = session().get(MailFolder, place.folder_id)
        if message is None or folder is None or not message.is_whole_wanted:
            keeping.forget(place.instance, reference)
            return
        message.is_whole_wanted = False
        before, message.raw_file = message.raw_file, reference or message.raw_file
        if raw is None:
            message.problem = GONE
        else:
            mail = read_mail(raw)
            message.is_cut, message.attachments = False, moves.attachments_of(mail)
            message.has_html = any(part.kind == "text/html" for part in mail.parts)
    if raw is not None:
        keeping.forget(place.instance, before)
