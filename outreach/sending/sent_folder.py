"""A mailbox's Sent folder, asked about our letters over IMAP; whatever goes wrong there is an answer, too."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import structlog

from outreach.engines.imap.folders import Role
from outreach.engines.imap.line import Line
from outreach.engines.imap.server import Trouble
from outreach.mail.models import Mailbox
from outreach.mail.servers import imap_server_of
from outreach.mail.vault import KeyLost
from outreach.sending.copies import Answer
from outreach.sending.moves import keeping_of
from outreach.settings import Settings

log = structlog.get_logger("outreach.sending")


class SentFolder:
    """Asked over one line; after trouble it is not asked again. Without a line it never answers."""

    def __init__(self, line: Line | None) -> None:
        self.line = line
        self.names: dict[Role, str] | None = None

    def ask(self, message_id: str) -> Answer:
        """Is this letter there? On Gmail All Mail is asked, which holds what was sent."""
        if self.line is None or not message_id:
            return Answer.NONE
        try:
            names = self._folders(self.line)
            if not names:
                return Answer.NONE
            found = any(self.line.find_message_id(name, message_id) for name in names.values())
        except Trouble as trouble:
            return self._give_up(trouble)
        return Answer.THERE if found else Answer.MISSING

    def put(self, raw: bytes, *, at: datetime) -> Answer:
        """Put the exact bytes there, as seen. Where only All Mail is known the provider keeps its own."""
        name = (self.names or {}).get(Role.SENT)
        if self.line is None or name is None:
            return Answer.MISSING
        try:
            self.line.append(name, raw, at=at)
        except Trouble as trouble:
            return self._give_up(trouble)
        return Answer.PUT

    def _folders(self, line: Line) -> dict[Role, str]:
        if self.names is None:
            self.names = {
                each.role: each.name for each in line.folders() if each.role in (Role.SENT, Role.ALL)
            }
        return self.names

    def _give_up(self, trouble: Trouble) -> Answer:
        log.warning("sent folder not asked", why=trouble.text)
        if self.line is not None:
            self.line.close()
        self.line = None
        return Answer.NONE


@contextmanager
def open_for(mailbox: Mailbox, config: Settings) -> Iterator[SentFolder]:
    """The Sent folder of this mailbox; the line is opened by the first question."""
    try:
        line = Line(imap_server_of(mailbox, config)) if keeping_of(mailbox).can_look else None
    except (KeyLost, Trouble):
        line = None
    folder = SentFolder(line)
    try:
        yield folder
    finally:
        if folder.line is not None:
            folder.line.close()
