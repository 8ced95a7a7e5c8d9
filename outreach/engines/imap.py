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
from datetime import UTC, date, datetime
from enum import StrEnum
from functools import lru_cache
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from outreach.engines.smtp import is_this_machine
from outreach.kit import clock

if TYPE_CHECKING:
    from imapclient import IMAPClient

IMAPClientError = imaplib.IMAP4.error
"""What the library raises, under its own name: the library itself is loaded with the first line."""

LARGEST_WHOLE = 10_000_000
"""Bytes up to which a mail is fetched whole; of a larger one only the beginning is kept."""
BEGINNING = 2_000_000
"""Bytes of a larger mail that are fetched: its headers and, all but always, its first part."""
BATCH_BYTES = 750_000
BATCH_MAILS = 50
UID_STEP = 20_000
"""Uids asked for at once: the standard library refuses an answer of a million signs in one line."""
KEY_FIELDS = "BODY.PEEK[HEADER.FIELDS (MESSAGE-ID FROM DATE SUBJECT)]"
MAX_WORDS = 400


class Stage(StrEnum):
    """How far the talk had come."""

    CONNECT = "connect"
    TLS = "tls"
    LOGIN = "login"
    READ = "read"
    WRITE = "write"


class Role(StrEnum):
    """What a folder is for. `all` is Gmail's All Mail, which holds inbox and sent."""

    INBOX = "inbox"
    JUNK = "junk"
    SENT = "sent"
    ALL = "all"


class Trouble(Exception):
    """The server said no (`is_answer`), or the line failed, at `stage`; the text says it in plain words."""

    def __init__(self, stage: Stage, text: str, *, is_answer: bool = False) -> None:
        self.stage, self.text, self.is_answer = stage, text, is_answer
        super().__init__(text)


@dataclass(frozen=True)
class Server:
    """Where the mailbox is. `security` is tls, starttls or plain; plain needs `plain_allowed` and this machine.

    `token` is an OAuth access token; with it XOAUTH2 is used and `secret` is not. Times are in seconds.
    """

    host: str
    port: int
    security: str
    username: str
    secret: str = ""
    token: str = ""
    cafile: str | None = None
    plain_allowed: bool = False
    timeout: float = 30

    def __repr__(self) -> str:
        return f"Server({self.host}:{self.port}, {self.security}, {self.username!r})"


@dataclass(frozen=True)
class Folder:
    """A folder that is read, by the name the server gives it."""

    role: Role
    name: str


@dataclass(frozen=True)
class Seen:
    """A folder as EXAMINE shows it: uids are good only under this `uidvalidity`, and below `uidnext`."""

    uidvalidity: int
    uidnext: int
    exists: int


@dataclass(frozen=True)
class Fetched:
    """A mail as it lies there. `is_cut`: it is larger than what is kept, and `raw` is its beginning; sizes in bytes.

    `is_sent` is told of All Mail, where Gmail marks what the owner has sent.
    """

    uid: int
    raw: bytes
    size: int
    received_at: datetime
    is_cut: bool = False
    is_sent: bool = False


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
        for part in _parts(list(uids), 1_000):
            for uid, said in self._fetch(part, [KEY_FIELDS]).items():
                found[uid] = _body(said)
        return found

    def fetch(self, uids: Iterable[int], *, with_labels: bool = False) -> Iterator[Fetched]:
        """The mails, in batches of some megabytes; one that went away meanwhile is left out.

        `with_labels` asks for Gmail's own labels, which tell in All Mail what was sent.
        """
        labels = ["X-GM-LABELS"] if with_labels else []
        for part in _parts(list(uids), 1_000):
            sizes = {
                uid: int(said.get(b"RFC822.SIZE", 0))
                for uid, said in self._fetch(part, ["RFC822.SIZE"]).items()
            }
            for batch in _batches(sizes):
                large = sizes[batch[0]] > LARGEST_WHOLE
                body = f"BODY.PEEK[]<0.{BEGINNING}>" if large else "BODY.PEEK[]"
                said = self._fetch(batch, [body, "INTERNALDATE", *labels])
                for uid in batch:
                    if uid in said:
                        yield _fetched(uid, said[uid], sizes[uid], is_cut=large)

    def whole(self, uid: int) -> bytes | None:
        """All of one mail of the folder that is open, for an attachment that somebody asks for; None when it is gone."""
        said = self._fetch([uid], ["BODY.PEEK[]"])
        return _body(said[uid]) if uid in said else None

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
        return _is_news(said) | self.end_waiting()

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
        return _is_news(said)

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
            return _is_news(self._open().idle_done()[1])

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
        raise _in_words(self.line.server, self.stage, error) from error


def _client(server: Server, context: ssl.SSLContext | None) -> IMAPClient:
    """Loaded here: the process of the screens speaks of mail, but never opens a line."""
    from imapclient import IMAPClient, SocketTimeout

    logging.getLogger("imapclient").setLevel(logging.WARNING)
    timeout = SocketTimeout(server.timeout, server.timeout)
    return IMAPClient(
        server.host, server.port, ssl=server.security == "tls", ssl_context=context, timeout=timeout
    )  # fmt: skip


def _in_words(server: Server, stage: Stage, error: Exception) -> Trouble:
    from imapclient.exceptions import CapabilityError, LoginError

    where = f"{server.host}:{server.port}"
    if isinstance(error, ssl.SSLCertVerificationError):
        return Trouble(Stage.TLS, f"The certificate of {server.host} is not trusted: {error.verify_message}.")
    if isinstance(error, ssl.SSLError):
        return Trouble(
            Stage.TLS,
            f"{server.host} does not speak TLS on port {server.port} ({error.reason or _plain(error)}).",
        )
    if isinstance(error, TimeoutError):
        return Trouble(stage, f"{where} did not answer in time.")
    if isinstance(error, socket.gaierror):
        return Trouble(stage, f"There is no server called {server.host}.")
    if isinstance(error, ConnectionRefusedError):
        return Trouble(stage, f"Nothing answers at {where}.")
    if isinstance(error, LoginError) or (stage is Stage.LOGIN and isinstance(error, imaplib.IMAP4.error)):
        return _refused_log_in(server, error)
    if stage is Stage.CONNECT and isinstance(error, imaplib.IMAP4.abort) and "unexpected" in str(error):
        return Trouble(stage, f"{where} does not speak IMAP.")
    if isinstance(error, imaplib.IMAP4.abort | ConnectionError):
        return Trouble(stage, f"{where} closed the line.")
    if isinstance(error, CapabilityError):
        return Trouble(stage, f"{where} cannot do what is needed: {_plain(error)}")
    if isinstance(error, imaplib.IMAP4.error) and stage is Stage.CONNECT:
        return Trouble(stage, f"{where} does not speak IMAP ({_plain(error)}).")
    return Trouble(stage, f"{where}: {_plain(error)}", is_answer=isinstance(error, IMAPClientError))


def _refused_log_in(server: Server, error: Exception) -> Trouble:
    if isinstance(error, imaplib.IMAP4.abort):
        return Trouble(Stage.LOGIN, f"{server.host}:{server.port} closed the line while we logged in.")
    return Trouble(
        Stage.LOGIN,
        f"{server.host} refused the log-in of {server.username}: {_plain(error)}. "
        "Check user name and password; many providers want a password made for one application.",
    )


def _plain(error: Exception) -> str:
    """The server's own words on one line, without Python's way of writing bytes."""
    words = re.sub(r"\bb(['\"])(.*?)\1", r"\2", str(error))
    return " ".join(words.split()).removesuffix(".")[:MAX_WORDS]


@lru_cache(maxsize=4)
def trusted(cafile: str | None) -> ssl.SSLContext:
    """Certificates and names are checked. Made once: to read all authorities takes longer than to look for mail."""
    context = ssl.create_default_context(cafile=cafile)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


# Which folders

_FLAGS = {b"\\junk": Role.JUNK, b"\\sent": Role.SENT, b"\\all": Role.ALL}
_SENT = """
    sent|sent items|sent messages|sent mail|sent-mail|gesendet|gesendete elemente|gesendete objekte|gesendete nachrichten|envoyés|envoyes|éléments envoyés
    |objets envoyés|messages envoyés|enviados|elementos enviados|mensajes enviados|correo enviado|posta inviata|inviata|inviati|messaggi inviati
    |itens enviados|mensagens enviadas|verzonden|verzonden items|verzonden berichten|wysłane|elementy wysłane|wysłane wiadomości|skickat|skickade
    |skickade objekt|sendt|sendte elementer|送信済み|送信済みアイテム|送信済みメール|已发送|已发送邮件|отправленные
"""
_JUNK = """
    junk|junk e-mail|junk email|junk mail|spam|bulk mail|bulk|spamverdacht|unerwünscht|unerwünschte werbung|junk-e-mail|courrier indésirable|indésirables
    |pourriel|correo no deseado|no deseado|correo basura|posta indesiderata|indesiderata|lixo eletrônico|lixo eletrónico|lixo electrónico|ongewenst
    |ongewenste e-mail|ongewenste reclame|wiadomości-śmieci|wiadomości śmieci|niechciane|skräppost|uønsket e-post|迷惑メール|垃圾邮件|спам
"""
_NAMES = {
    Role.SENT: [name.strip() for name in _SENT.split("|")],
    Role.JUNK: [name.strip() for name in _JUNK.split("|")],
}


def chosen(listed: Iterable[tuple[Any, Any, str]], *, is_gmail: bool) -> list[Folder]:
    """Of all folders as `(flags, delimiter, name)` those that are read; by SPECIAL-USE (RFC 6154), else by their names."""
    rows = [
        ({bytes(flag).lower() for flag in flags}, _text(delimiter), name)
        for flags, delimiter, name in listed
    ]  # fmt: skip
    open_ = [row for row in rows if not row[0] & {b"\\noselect", b"\\nonexistent"}]
    marked = {
        role: name for flags, _, name in reversed(open_) for flag, role in _FLAGS.items() if flag in flags
    }
    found: dict[Role, str] = {Role.INBOX: _inbox(open_)}
    for role in (Role.SENT, Role.JUNK):
        if name := marked.get(role) or _by_name(role, open_):
            found[role] = name
    if is_gmail and Role.ALL in marked:
        found = {Role.ALL: marked[Role.ALL], **{r: n for r, n in found.items() if r is Role.JUNK}}
    return [Folder(role, name) for role, name in found.items()]


def _inbox(rows: list[tuple[set[bytes], str, str]]) -> str:
    return next((name for _, _, name in rows if name.upper() == "INBOX"), "INBOX")


def _by_name(role: Role, rows: list[tuple[set[bytes], str, str]]) -> str:
    """The folder whose own name is a usual one; the nearest to the top, then the most usual name."""
    found = []
    for _, delimiter, name in rows:
        path = name.split(delimiter) if delimiter else [name]
        if path[-1].casefold() in _NAMES[role]:
            found.append((len(path), _NAMES[role].index(path[-1].casefold()), name))
    return min(found)[2] if found else ""


def _text(value: Any) -> str:
    return value.decode("ascii", "replace") if isinstance(value, bytes) else value or ""


# What comes back


def _parts(uids: list[int], size: int) -> Iterator[list[int]]:
    for start in range(0, len(uids), size):
        yield uids[start : start + size]


def _batches(sizes: dict[int, int]) -> Iterator[list[int]]:
    """Uids to fetch together; a mail that is cut goes alone."""
    batch: list[int] = []
    weight = 0
    for uid, size in sizes.items():
        is_full = weight + size > BATCH_BYTES or len(batch) >= BATCH_MAILS
        is_alone = max(size, weight) > LARGEST_WHOLE
        if batch and (is_full or is_alone):
            yield batch
            batch, weight = [], 0
        batch.append(uid)
        weight += size
    if batch:
        yield batch


def _fetched(uid: int, said: dict[bytes, Any], size: int, *, is_cut: bool) -> Fetched:
    raw = _body(said)
    at = said.get(b"INTERNALDATE")
    received = at if isinstance(at, datetime) else clock.now()
    if received.tzinfo is None:
        received = received.astimezone()  # the library gives the machine's own time
    is_sent = b"\\sent" in {bytes(label).lower() for label in said.get(b"X-GM-LABELS", ())}
    return Fetched(uid, raw, max(size, len(raw)), received.astimezone(UTC), is_cut, is_sent)


def _is_news(said: Iterable[Any]) -> bool:
    return any(len(each) > 1 and each[1] in (b"EXISTS", b"RECENT") for each in said)


def _body(said: dict[bytes, Any]) -> bytes:
    """The one body of an answer, whatever the server calls it."""
    return next(
        (bytes(value) for key, value in said.items() if key.startswith(b"BODY[") and value is not None), b""
    )
