"""Waiting for news: one line a mailbox, on which the server tells of a new mail by IDLE (RFC 2177).

A thread does nothing but wait and make the mailbox due; the sweep reads it. Where the server has no IDLE, or the line
dies, nothing is lost: every mailbox is read every five minutes anyway. The threads end with the process.
"""

from __future__ import annotations

import threading

import structlog
from flask import Flask

from outreach.db import db, session
from outreach.engines.imap import Line, Role, Server, Trouble
from outreach.kit import clock
from outreach.mail.models import Mailbox
from outreach.mail.rules import ReadState
from outreach.reading import actions

log = structlog.get_logger("outreach.reading")

SILENCE = 20 * 60
"""Seconds after which the line is asked anew; below the 29 minutes after which a server may hang up."""
MOST = 100
"""Lines that one process keeps open."""

_waiting: dict[int, threading.Thread] = {}
_deaf: set[tuple[str, int]] = set()
"""Servers without IDLE: they are not asked again by this process."""


def is_waiting(mailbox_id: int) -> bool:
    """Does a thread of this process wait for its news?"""
    thread = _waiting.get(mailbox_id)
    return thread is not None and thread.is_alive()


def begin(app: Flask, mailbox_id: int, server: Server, *, silence: float = SILENCE) -> bool:
    """Wait at this mailbox from now on; False when somebody does already, or it makes no sense."""
    alive = sum(thread.is_alive() for thread in _waiting.values())
    if is_waiting(mailbox_id) or alive >= MOST or (server.host, server.port) in _deaf:
        return False
    thread = threading.Thread(
        target=_wait, args=(app, mailbox_id, server, silence), name=f"mail-{mailbox_id}", daemon=True
    )
    _waiting[mailbox_id] = thread
    thread.start()
    return True


def _wait(app: Flask, mailbox_id: int, server: Server, silence: float) -> None:
    try:
        with Line(server) as line:
            name = next(each.name for each in line.folders() if each.role in (Role.INBOX, Role.ALL))
            while (news := line.wait(name, silence)) is not None:
                if not _tell(app, mailbox_id, server, news):
                    return
            _deaf.add((server.host, server.port))
    except Trouble as trouble:
        log.info("waiting for mail ended", mailbox_id=mailbox_id, why=trouble.text)


def _tell(app: Flask, mailbox_id: int, server: Server, news: bool) -> bool:
    """Make the mailbox due when there is news; False when nobody wants to know any more."""
    with app.app_context():
        try:
            mailbox = session().get(Mailbox, mailbox_id)
            is_wanted = mailbox is not None and (mailbox.imap_host, mailbox.imap_port) == (
                server.host, server.port,
            ) and mailbox.read_state is ReadState.CURRENT  # fmt: skip
            session().rollback()
            if is_wanted and news:
                actions.look_again(mailbox_id, now=clock.now())
            return is_wanted
        finally:
            db.session.remove()
