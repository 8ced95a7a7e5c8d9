"""Waiting for news: one line a mailbox, on which the server tells of a new mail by IDLE (RFC 2177).

One thread holds all lines, does nothing but wait, and makes a mailbox due; the sweep reads it. Where the server has no
IDLE, or a line dies, nothing is lost: every mailbox is read every five minutes anyway, and the line is opened again by
the next sweep. The thread ends with the process.
"""

from __future__ import annotations

import queue
import selectors
import threading
import time
from dataclasses import dataclass, field

import structlog
from flask import Flask

from outreach.db import db, session
from outreach.engines.imap.folders import Role
from outreach.engines.imap.line import Line
from outreach.engines.imap.server import Server, Trouble
from outreach.kit import clock
from outreach.mail.models import Mailbox
from outreach.mail.rules import ReadState
from outreach.reading import turns

log = structlog.get_logger("outreach.reading")

SILENCE = 20 * 60
"""Seconds after which a line is asked anew; below the 29 minutes after which a server may hang up."""
LOOK = 1.0
"""Seconds after which the thread looks for mailboxes that came along."""
MOST = 500
"""Lines that one process keeps open."""


@dataclass
class Waiting:
    """A mailbox whose server tells of news; `since` is the machine's own clock, in seconds."""

    mailbox_id: int
    server: Server
    line: Line
    folder: str = ""
    since: float = 0


@dataclass
class Listener:
    """All lines of one process, and the thread that waits on them."""

    app: Flask
    silence: float = SILENCE
    asked: queue.Queue[tuple[int, Server]] = field(default_factory=queue.Queue)
    known: set[int] = field(default_factory=set)
    deaf: set[tuple[str, int]] = field(default_factory=set)
    lines: selectors.BaseSelector = field(default_factory=selectors.DefaultSelector)
    thread: threading.Thread | None = None
    is_over: bool = False

    def begin(self, mailbox_id: int, server: Server) -> bool:
        """Wait at this mailbox from now on; False when it is waited at already, or its server has no IDLE."""
        place = (server.host, server.port)
        if mailbox_id in self.known or place in self.deaf or len(self.known) >= MOST:
            return False
        self.known.add(mailbox_id)
        self.asked.put((mailbox_id, server))
        if self.thread is None or not self.thread.is_alive():
            self.thread = threading.Thread(target=self.run, name="mail-news", daemon=True)
            self.thread.start()
        return True

    def end(self) -> None:
        """Let go of all lines; returns when the thread has ended."""
        self.is_over = True
        if self.thread is not None:
            self.thread.join()
        for key in list(self.lines.get_map().values()):
            self._end(key.data, "it is over")

    def run(self) -> None:
        """Until there is nothing left to wait for."""
        while self.known and not self.is_over:
            self._open_asked()
            for key, _ in self.lines.select(LOOK) if self.lines.get_map() else ():
                self._hear(key.data)
            for key in list(self.lines.get_map().values()):
                if time.monotonic() - key.data.since > self.silence:
                    self._renew(key.data)

    def _open_asked(self) -> None:
        while True:
            try:
                mailbox_id, server = self.asked.get(timeout=0 if self.lines.get_map() else LOOK)
            except queue.Empty:
                return
            waiting = Waiting(mailbox_id, server, Line(server))
            try:
                folders = waiting.line.folders()
                waiting.folder = next(each.name for each in folders if each.role in (Role.INBOX, Role.ALL))
                self._wait(waiting)
            except Trouble as trouble:
                self._end(waiting, trouble.text)

    def _wait(self, waiting: Waiting) -> None:
        begun = waiting.line.begin_waiting(waiting.folder)
        while begun is True:
            self._tell(waiting)
            begun = waiting.line.begin_waiting(waiting.folder)
        if begun is None:
            self.deaf.add((waiting.server.host, waiting.server.port))
            self._end(waiting, "the server has no IDLE")
            return
        waiting.since = time.monotonic()
        self.lines.register(waiting.line.fileno(), selectors.EVENT_READ, waiting)

    def _hear(self, waiting: Waiting) -> None:
        try:
            if waiting.line.heard() and not self._tell(waiting):
                self._end(waiting, "nobody wants to know any more")
        except Trouble as trouble:
            self._end(waiting, trouble.text)

    def _renew(self, waiting: Waiting) -> None:
        self._let_go(waiting)
        try:
            if waiting.line.end_waiting():
                self._tell(waiting)
            self._wait(waiting)
        except Trouble as trouble:
            self._end(waiting, trouble.text)

    def _end(self, waiting: Waiting, why: str) -> None:
        self._let_go(waiting)
        waiting.line.drop()
        self.known.discard(waiting.mailbox_id)
        log.info("waiting for mail ended", mailbox_id=waiting.mailbox_id, why=why)

    def _let_go(self, waiting: Waiting) -> None:
        key = next((key for key in self.lines.get_map().values() if key.data is waiting), None)
        if key is not None:
            self.lines.unregister(key.fileobj)

    def _tell(self, waiting: Waiting) -> bool:
        """Make the mailbox due; False when it is read no more, or elsewhere."""
        with self.app.app_context():
            try:
                mailbox = session().get(Mailbox, waiting.mailbox_id)
                place = (waiting.server.host, waiting.server.port)
                is_read = mailbox is not None and mailbox.read_state is ReadState.CURRENT
                is_wanted = (
                    is_read and mailbox is not None and (mailbox.imap_host, mailbox.imap_port) == place
                )
                session().rollback()
                if is_wanted:
                    turns.look_again(waiting.mailbox_id, now=clock.now())
                return is_wanted
            finally:
                db.session.remove()


def of(app: Flask) -> Listener:
    """The one of this process's app."""
    found: Listener = app.extensions.setdefault("mail_listener", Listener(app))
    return found
