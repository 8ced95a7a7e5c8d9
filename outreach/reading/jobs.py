"""The sweeps of reading: mailboxes whose turn it is, and the lines that wait for news."""

from __future__ import annotations

from datetime import datetime

import structlog
from flask import Flask, current_app

from outreach.db import session
from outreach.engines.imap.server import Stage, Trouble
from outreach.kit import clock
from outreach.mail.models import Mailbox
from outreach.mail.servers import imap_server_of
from outreach.mail.vault import KeyLost
from outreach.reading import listening, queries, sync, turns
from outreach.web.here import config

log = structlog.get_logger("outreach.reading")


def read_due(now: datetime) -> int:
    """Read the mailboxes whose turn it is; gives how many mails were kept."""
    session().rollback()
    due = queries.due_mailboxes(now)
    session().rollback()
    return sum(read_mailbox(mailbox_id) for mailbox_id in due)


def count_due(now: datetime) -> int:
    """How many mailboxes wait for their turn."""
    return len(queries.due_mailboxes(now))


def listen(now: datetime) -> int:
    """Wait for news at every mailbox that is read; gives at how many it was begun."""
    started, listener = 0, listening.of(_app())
    for mailbox_id in queries.read_mailboxes():
        try:
            server = imap_server_of(session().get_one(Mailbox, mailbox_id), config())
        except KeyLost:
            continue
        started += listener.begin(mailbox_id, server)
    session().rollback()
    return started


def count_unheard(now: datetime) -> int:
    """At how many mailboxes this process does not wait for news."""
    known = listening.of(_app()).known
    return sum(mailbox_id not in known for mailbox_id in queries.read_mailboxes())


def _app() -> Flask:
    found: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    return found


def read_mailbox(mailbox_id: int) -> int:
    """One mailbox's turn; what goes wrong is written onto it, and the next one is read."""
    fence = turns.take_mailbox(mailbox_id, now=clock.now())
    if fence is None:
        return 0
    try:
        server = imap_server_of(session().get_one(Mailbox, mailbox_id), config())
        session().rollback()
        return sync.read(mailbox_id, fence, server, config())
    except Trouble as trouble:
        refused = trouble.stage is Stage.LOGIN and "refused" in trouble.text
        turns.fail(mailbox_id, fence, trouble.text, is_refused=refused, now=clock.now())
    except KeyLost as error:
        turns.fail(mailbox_id, fence, str(error), is_refused=True, now=clock.now())
    except turns.Lost:
        log.info("another reader has the mailbox", mailbox_id=mailbox_id)
    except Exception as error:  # the other mailboxes are read, and this one is tried again
        session().rollback()
        log.error("mailbox given up for now", mailbox_id=mailbox_id, exc_info=error)
        words = f"Something went wrong here ({type(error).__name__}); the log says what."
        turns.fail(mailbox_id, fence, words, is_refused=False, now=clock.now())
    return 0
