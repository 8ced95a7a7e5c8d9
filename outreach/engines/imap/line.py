"""Reading a mailbox over IMAP, and putting a copy of our own letter into it.

Reading never writes: folders are opened by EXAMINE, bodies fetched by BODY.PEEK. The only write is APPEND. What goes
wrong is `Trouble`, whose text says it in words for the mailbox's owner.

    with Line(server) as line:
        for folder in line.folders():
            seen = line.examine(folder.name)
            for mail in line.fetch(line.uids_after(last, seen)):
                ...
"""

from __future__ import annotations

import imaplib
import logging
import os
import re
import socket
import ssl
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from outreach.engines.imap import answers
from outreach.engines.imap.answers import Fetched, Seen, batches, body_of, fetched, is_news, parts
from outreach.engines.imap.folders import Folder, chosen
from outreach.engines.imap.server import Server, Stage, Trouble
from outreach.engines.imap.words import IMAPClientError, in_words
from outreach.engines.smtp import is_this_machine

if TYPE_CHECKING:
    from imapclient import IMAPClient


BEGINNING = 2_000_000
"""Bytes of a larger mail that are fetched: its headers and, all but always, its first part."""
UID_STEP = 20_000
"""Uids asked for at once: the standard library refuses an answer of a million signs in one line."""
KEY_FIELDS = "BODY.PEEK[HEADER.FIELDS (MESSAGE-ID FROM DATE SUBJECT)]"


class Line:
    """A line to one mailbox, opened by the first question and closed at the end."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self._imap: IMAPClient | None = None
        self._uidnext: int | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None
    ) -> None:
        self.close()

    def check(self) -> Trouble | None:
        """Connect and log in only; None when both went well."""
        try:
            self._open()
        except Trouble as trouble:
            return trouble
        return None

    def close(self) -> None:
        """Say goodbye, if anybody still listens."""
        imap, self._imap = self._imap, None
        if imap is not None:
            with suppress(IMAPClientError, OSError):
                imap.logout()
            with suppress(IMAPClientError, OSError):
                imap.shutdown()

    # Looking

    def folders(self) -> list[Folder]:
        """The folders that are read: inbox, junk and sent; on Gmail All Mail and junk. Raises Trouble."""
        imap = self._open()
        with self._words(Stage.READ):
            return chosen(imap.list_folders(), is_gmail=imap.has_capability("X-GM-EXT-1"))

    def examine(self, name: str) -> Seen:
        """Open a folder for reading only. Raises Trouble, also when there is no such folder."""
        imap = self._open()
        with self._words(Stage.READ):
            said = imap.select_folder(name, readonly=True)
        return Seen(
            int(said.get(b"UIDVALIDITY", 0)), int(said.get(b"UIDNEXT", 0)), int(said.get(b"EXISTS", 0))
        )

    def uids_after(self, last: int, seen: Seen) -> list[int]:
        """Uids above `last` in the folder that is open, rising.

        The server gives the last one for `n:*` even when it is below n (RFC 3501, 6.4.8), so it is dropped.
        """
        if seen.uidnext and last >= seen.uidnext - 1:
            return []
        if not seen.uidnext:
            return sorted(uid for uid in self._search(["UID", f"{last + 1}:*"]) if uid > last)
        if seen.uidnext - last <= UID_STEP:
            return sorted(uid for uid in self._search(["UID", f"{last + 1}:*"]) if uid > last)
        found: list[int] = []
        for low in range(last + 1, seen.uidnext, UID_STEP):
            found += self._search(["UID", f"{low}:{min(low + UID_STEP, seen.uidnext) - 1}"])
        return sorted(set(found))

    def uids_since(self, day: date) -> list[int]:
        """Uids of mails that came in on `day` or later, in the server's own zone, rising."""
        return sorted(self._search(["SINCE", day]))

    def keys(self, uids: Iterable[int]) -> dict[int, bytes]:
        """Of each uid the header lines by which a mail is known again: Message-ID, From, Date, Subject."""
        found: dict[int, bytes] = {}
        for part in parts(list(uids), 1_000):
            for uid, said in self._fetch(part, [KEY_FIELDS]).items():
                found[uid] = body_of(said)
        return found

    def fetch(self, uids: Iterable[int], *, with_labels: bool = False) -> Iterator[Fetched]:
        """The mails, in batches of some megabytes; one that went away meanwhile is left out.

        `with_labels` asks for Gmail's own labels, which tell in All Mail what was sent.
        """
        labels = ["X-GM-LABELS"] if with_labels else []
        for part in parts(list(uids), 1_000):
            sizes = {
                uid: int(said.get(b"RFC822.SIZE", 0))
                for uid, said in self._fetch(part, ["RFC822.SIZE"]).items()
            }
            for batch in batches(sizes):
                large = sizes[batch[0]] > answers.LARGEST_WHOLE
                body = f"BODY.PEEK[]<0.{BEGINNING}>" if large else "BODY.PEEK[]"
                said = self._fetch(batch, [body, "INTERNALDATE", *labels])
                for uid in batch:
                    if uid in said:
                        yield fetched(uid, said[uid], sizes[uid], is_cut=large)

    def whole(self, uid: int) -> bytes | None:
        """All of one mail of the folder that is open, for an attachment that somebody asks for; None when it is gone."""
        said = self._fetch([uid], ["BODY.PEEK[]"])
        return body_of(said[uid]) if uid in said else None

    def find_message_id(self, folder: str, message_id: str) -> bool:
        """Is there a mail with exactly this Message-ID in the folder?

        The server finds substrings (RFC 3501), so what it finds is compared.
        """
        self.examine(folder)
        bare = message_id.strip()
        found = self._search(["HEADER", "MESSAGE-ID", bare.strip("<>")])
        wanted = bare.strip("<>").encode()
        return any(
            wanted in re.findall(rb"<\s*([^<>]+?)\s*>", header) for header in self.keys(found).values()
        )

    def wait(self, folder: str, seconds: float) -> bool | None:
        """Wait for news of `folder` by IDLE; True for news, False for none, None where the server has no IDLE.

        What came since the last wait is news, too.
        """
        begun = self.begin_waiting(folder)
        if begun is not False:
            return begun
        end = time.monotonic() + seconds
        said: Any = ()
        with self._words(Stage.READ):
            while not said and (left := end - time.monotonic()) > 0:
                said = self._open().idle_check(timeout=left)
                self._raise_if_ended(said)
        return is_news(said) | self.end_waiting()

    def begin_waiting(self, folder: str) -> bool | None:
        """From now on the server tells of news on `fileno()`; True when there is some already, None without IDLE.

        RFC 2177: it should be asked anew at least every 29 minutes.
        """
        imap = self._open()
        if not imap.has_capability("IDLE"):
            return None
        uidnext = self.examine(folder).uidnext
        before, self._uidnext = self._uidnext, uidnext
        if before is not None and uidnext != before:
            return True  # it came between two waits
        with self._words(Stage.READ):
            imap.idle()
        return False

    def fileno(self) -> int:
        """The socket on which a waiting line hears of news."""
        return int(self._open().socket().fileno())

    def heard(self) -> bool:
        """What a waiting line has just heard: is it news? Raises Trouble when the line has ended."""
        with self._words(Stage.READ):
            said = self._open().idle_check(timeout=0)
            self._raise_if_ended(said)
        return is_news(said)

    def _raise_if_ended(self, said: Any) -> None:
        """The library says nothing of a line that has ended, nor of half a TLS record: look at the socket itself."""
        if said:
            return
        with socket.socket(fileno=os.dup(self.fileno())) as bare, suppress(BlockingIOError):
            if bare.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT) == b"":
                raise ConnectionError

    def end_waiting(self) -> bool:
        """The line may be asked again; is there news that came last?"""
        with self._words(Stage.READ):
            return is_news(self._open().idle_done()[1])

    # The only write

    def append(self, folder: str, raw: bytes, *, at: datetime) -> None:
        """Put a copy of our own letter into `folder`, as seen. Raises Trouble."""
        imap = self._open()
        with self._words(Stage.WRITE):
            imap.append(folder, raw, flags=(b"\\Seen",), msg_time=at)

    # Opening

    def _open(self) -> IMAPClient:
        if self._imap is None:
            self._imap = self._connect()
        return self._imap

    def _connect(self) -> IMAPClient:
        server = self.server
        if server.security == "plain" and not (server.plain_allowed and is_this_machine(server.host)):
            raise Trouble(Stage.TLS, "Mail is read without TLS only from a server on this machine.")
        context = None if server.security == "plain" else trusted(server.cafile)
        with self._words(Stage.CONNECT):
            imap = _client(server, context)
        imap._imap.debug = 0  # else every byte is formatted for a log that nobody reads
        # the library sends an answer and its end of line apart: without this the log-in waits 40 ms for a delayed ACK
        imap.socket().setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            self._secure(imap, context)
            self._log_in(imap)
        except BaseException:
            with suppress(IMAPClientError, OSError):
                imap.shutdown()
            raise
        return imap

    def _secure(self, imap: IMAPClient, context: ssl.SSLContext | None) -> None:
        if self.server.security != "starttls":
            return
        with self._words(Stage.TLS):
            if not imap.has_capability("STARTTLS"):
                raise Trouble(
                    Stage.TLS, f"{self.server.host} does not offer STARTTLS; no password is sent in plain text."
                )  # fmt: skip
            imap.starttls(ssl_context=context)

    def _log_in(self, imap: IMAPClient) -> None:
        server = self.server
        with self._words(Stage.LOGIN):
            if server.token:
                imap.oauth2_login(server.username, server.token)
            elif imap.has_capability("AUTH=PLAIN"):
                imap.plain_login(server.username, server.secret)
            elif imap.has_capability("LOGINDISABLED"):
                raise Trouble(
                    Stage.LOGIN, f"{server.host} takes no user name and password; it wants another way to log in."
                )  # fmt: skip
            else:
                imap.login(server.username, server.secret)

    # Asking

    def _search(self, criteria: list[Any]) -> list[int]:
        imap = self._open()
        with self._words(Stage.READ):
            return [int(uid) for uid in imap.search(criteria)]

    def _fetch(self, uids: list[int], what: list[str]) -> dict[int, dict[bytes, Any]]:
        if not uids:
            return {}
        imap = self._open()
        with self._words(Stage.READ):
            found: dict[int, dict[bytes, Any]] = imap.fetch(uids, what)
            return found

    def _words(self, stage: Stage) -> _InWords:
        return _InWords(self, stage)

    def drop(self) -> None:
        """The line is dead: the next question opens another."""
        imap, self._imap = self._imap, None
        if imap is not None:
            with suppress(IMAPClientError, OSError):
                imap.shutdown()


@dataclass
class _InWords:
    """Turns what the library raises into Trouble; a line that failed is dropped."""

    line: Line
    stage: Stage

    def __enter__(self) -> None:
        return None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None
    ) -> None:
        if error is None or isinstance(error, Trouble) or not isinstance(error, Exception):
            return
        is_answer = isinstance(error, IMAPClientError) and not isinstance(error, imaplib.IMAP4.abort)
        if not is_answer or self.stage in (Stage.CONNECT, Stage.TLS, Stage.LOGIN):
            self.line.drop()
        raise in_words(self.line.server, self.stage, error) from error


def _client(server: Server, context: ssl.SSLContext | None) -> IMAPClient:
    """Loaded here: the process of the screens speaks of mail, but never opens a line."""
    from imapclient import IMAPClient, SocketTimeout

    logging.getLogger("imapclient").setLevel(logging.WARNING)
    timeout = SocketTimeout(server.timeout, server.timeout)
    return IMAPClient(
        server.host, server.port, ssl=server.security == "tls", ssl_context=context, timeout=timeout
    )  # fmt: skip


@lru_cache(maxsize=4)
def trusted(cafile: str | None) -> ssl.SSLContext:
    """Certificates and names are checked. Made once: to read all authorities takes longer than to look for mail."""
    context = ssl.create_default_context(cafile=cafile)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context
