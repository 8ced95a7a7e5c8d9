"""The sweeps of sending.

1. Find the mailboxes that have something due and whose gap is over.
2. Become the one sender of a mailbox: a lease, and a fencing token that counts up.
3. Take its next letter; the gate is asked.
4. Talk to the server up to RCPT; then the gate again and `sending`, in one commit; then the text.
5. Write down what came of it; go on with the next letter, or let the mailbox rest.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import sqlalchemy as sa
import structlog
from sqlalchemy.exc import SQLAlchemyError

from outreach.db import session
from outreach.engines.smtp import Outcome, Refused, Stage, Trouble
from outreach.kit import clock
from outreach.kit.address import BadAddress
from outreach.mail.envelope import HeaderRefused
from outreach.mail.models import Mailbox, Message
from outreach.mail.rules import MailboxKind, MessageState
from outreach.sending import (
    captured,
    carriers,
    copies,
    copy_moves,
    delivering,
    letters,
    moves,
    queries,
    sent_folder,
)
from outreach.sending.carriers import Carrier, ToFile
from outreach.sending.copies import Answer
from outreach.web.here import config

log = structlog.get_logger("outreach.sending")
LOOKS = 50
"""Letters that Sent folders are asked about in one turn."""


def send_due(now: datetime) -> int:
    """Send what is due, mailbox by mailbox; gives how many letters were tried."""
    session().rollback()
    ready = queries.ready_mailboxes(now)
    session().rollback()
    return sum(_burst_alone(mailbox_id) for mailbox_id in ready)


def count_due(now: datetime) -> int:
    """How many letters wait for the next turn."""
    return session().scalar(sa.select(sa.func.count()).select_from(queries.due(now).subquery())) or 0


def settle_cut_off(now: datetime) -> int:
    """Put back, or call unknown, what a dead sender has left; gives how many."""
    return delivering.settle_cut_off(now, was_captured=_was_captured)


def count_cut_off(now: datetime) -> int:
    """How many letters a dead sender has left."""
    return session().scalar(sa.select(sa.func.count()).select_from(queries.cut_off(now).subquery())) or 0


def _burst_alone(mailbox_id: int) -> int:
    """A burst whose end, whatever it is, does not reach the other mailboxes.

    What it leaves behind is taken up by `settle_cut_off`, as after a crash.
    """
    try:
        return _burst(mailbox_id)
    except (SQLAlchemyError, OSError) as error:
        session().rollback()
        log.error("mailbox given up for now", mailbox_id=mailbox_id, exc_info=error)
        return 1


def _burst(mailbox_id: int) -> int:
    """Send from one mailbox until its gap, its caps or trouble stop it."""
    fence = delivering.take_mailbox(mailbox_id, now=clock.now())
    if fence is None:
        return 0
    tried = 0
    carrier = carriers.carrier_for(session().get_one(Mailbox, mailbox_id), config())
    session().rollback()
    try:
        while (
            letter := delivering.take_next(mailbox_id, fence, now=clock.now(), on_dry_run=_keep_dry)
        ) is not None:
            outcome = _deliver(letter, fence, carrier)
            tried += 1
            if not delivering.settle(letter, fence, outcome, now=clock.now()):
                break
    finally:
        carrier.close()
        delivering.release_mailbox(mailbox_id, fence)
    return tried


def _deliver(letter: int, fence: int, carrier: Carrier) -> Outcome:
    """One letter to its recipient; no transaction is open while the network is used."""
    message = session().get_one(Message, letter)
    mailbox = session().get_one(Mailbox, message.mailbox_id)
    sender, recipient, name = mailbox.address, message.to_address, message.opaque_id or str(message.id)
    try:
        raw = letters.bytes_of(message, mailbox, queries.workspace().base_url, at=clock.now())
    except (HeaderRefused, BadAddress) as error:
        return Refused(Stage.BODY, 550, "", str(error))
    finally:
        session().rollback()
    if isinstance(carrier, ToFile):
        carrier.name = name
    try:
        outcome = carrier.send(
            sender, recipient, raw, before_data=lambda: delivering.begin(letter, fence, raw, now=clock.now())
        )  # fmt: skip
    except SQLAlchemyError as error:
        outcome = _not_kept(error, carrier)
    log.info("letter tried", message_id=letter, outcome=type(outcome).__name__)
    return outcome


def _not_kept(error: SQLAlchemyError, carrier: Carrier) -> Trouble:
    """`sending` could not be committed, as on a full disk: no word of the text is out, so the mailbox rests."""
    session().rollback()
    carrier.close()
    log.error("letter not kept", exc_info=error)
    full = any(words in str(error).lower() for words in ("full", "no space"))
    why = "the disk is full" if full else "the database did not take it"
    return Trouble(Stage.DATA, f"The letter could not be kept before it was sent: {why}. Nothing was sent.")


def _keep_dry(message: Message, mailbox: Mailbox) -> None:
    """In a dry run the letter can be looked at among the captured ones."""
    raw = letters.bytes_of(message, mailbox, queries.workspace().base_url, at=clock.now())
    carriers.keep(config().instance / carriers.CAPTURED, f"dry-{message.opaque_id}", raw)


# The Sent folder


def look_in_sent(now: datetime) -> int:
    """Ask Sent folders about letters that may have left, and put copies where they are missing; gives how many."""
    taken = delivering.take_looks(LOOKS, now=now)
    for mailbox_id, letters_of_it in taken.items():
        box = session().get_one(Mailbox, mailbox_id)
        with sent_folder.open_for(box, config()) as folder:
            session().rollback()
            for message_id in letters_of_it:
                delivering.looked(message_id, _look(folder, message_id), now=clock.now())
    return sum(map(len, taken.values()))


def count_looks(now: datetime) -> int:
    """How many letters a Sent folder is to be asked about."""
    return session().scalar(sa.select(sa.func.count(Message.id)).where(Message.look_due_at <= now)) or 0


def _look(folder: sent_folder.SentFolder, message_id: int) -> Answer:
    """No transaction is open while the server is asked."""
    message = session().get_one(Message, message_id)
    box = moves.keeping_of(session().get_one(Mailbox, message.mailbox_id))
    name, raw, at = message.message_id or "", message.raw, copy_moves.since(message)
    is_sent, looks = message.state is MessageState.SENT, message.looks + 1
    session().rollback()
    answer = folder.ask(name)
    if answer is Answer.MISSING and is_sent and raw and copies.wants_copy(box, looks=looks):
        return folder.put(raw, at=at)
    return answer


def _was_captured(message: Message) -> bool:
    mailbox = session().get(Mailbox, message.mailbox_id)
    if mailbox is None or mailbox.kind is not MailboxKind.CAPTURE:
        return False
    return (config().instance / carriers.CAPTURED / carriers.file_name(message.opaque_id or "")).exists()


def tidy_captured(now: datetime) -> int:
    """Remove captured letters that are older than their rule, one batch; gives how many went."""
    return captured.remove(captured.old(_captured(), now=now, days=config().captured_days)[: captured.BATCH])


def count_captured_due(now: datetime) -> int:
    """How many captured letters are older than their rule."""
    return len(captured.old(_captured(), now=now, days=config().captured_days))


def _captured() -> Path:
    return config().instance / carriers.CAPTURED
