"""Handing one message at a time to a mail server, stage by stage, and saying exactly what came of it.

The stages are connect, tls, login, mail, rcpt, data, body. Whatever goes wrong before the text is on its way is
`Refused` (the server said no) or `Trouble` (the line or the server failed): the message was not delivered. Once the
server has asked for the text, a line that dies leaves `Unknown`: it may have gone out, and nobody here can tell.
"""

import ipaddress
import re
import smtplib
import socket
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from types import TracebackType
from typing import Self

ENHANCED = re.compile(r"^([245]\.\d{1,3}\.\d{1,3})\b")
ENVELOPE = re.compile(r"[^\s<>@\x00-\x1f\x7f]{1,64}@[A-Za-z0-9.-]{1,253}")
MAX_REPLY = 500
"""Signs of a server's answer that are kept."""


class Stage(StrEnum):
    """How far the talk with the server had come."""

    CONNECT = "connect"
    TLS = "tls"
    LOGIN = "login"
    MAIL = "mail"
    RCPT = "rcpt"
    DATA = "data"
    BODY = "body"


@dataclass(frozen=True)
class Server:
    """Where to hand mail in. `security` is tls, starttls or plain; plain needs `plain_allowed` and this machine.

    `token` is an OAuth access token; with it XOAUTH2 is used and `secret` is not. Times are in seconds.
    """

    host: str
    port: int
    security: str
    username: str = ""
    secret: str = ""
    token: str = ""
    cafile: str | None = None
    plain_allowed: bool = False
    own_name: str = "outreach.invalid"
    timeout: float = 30
    answer_timeout: float = 120

    def __repr__(self) -> str:
        return f"Server({self.host}:{self.port}, {self.security}, {self.username!r})"


@dataclass(frozen=True)
class Sent:
    """The server took the message and answers for it."""

    code: int
    text: str


@dataclass(frozen=True)
class Refused:
    """The server said no at `stage`; nothing was delivered. `enhanced` as in 5.1.1, or empty."""

    stage: Stage
    code: int
    enhanced: str
    text: str


@dataclass(frozen=True)
class Trouble:
    """The line or the server failed before the text was on its way; nothing was delivered."""

    stage: Stage
    text: str


@dataclass(frozen=True)
class Unknown:
    """The line died after the server had asked for the text: it may have been delivered."""

    text: str


@dataclass(frozen=True)
class Withheld:
    """`before_data` said no: everything was ready, and nothing was sent."""


Outcome = Sent | Refused | Trouble | Unknown | Withheld


class Stopped(Exception):
    """Carries the outcome up from the stage where the talk ended."""

    def __init__(self, outcome: Refused | Trouble) -> None:
        self.outcome = outcome
        super().__init__(outcome.text)


class Connection:
    """A line to one server, opened by the first message and kept for the next ones.

    with Connection(server) as line:
        outcome = line.send(sender, recipient, data, before_data=commit_sending)
    """

    def __init__(self, server: Server) -> None:
        self.server = server
        self._smtp: smtplib.SMTP | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None
    ) -> None:
        self.close()

    def send(
        self,
        sender: str,
        recipient: str,
        data: bytes,
        *,
        before_data: Callable[[], bool] = lambda: True,
        smtputf8: bool = False,
    ) -> Outcome:
        """Hand in `data` for one recipient.

        `before_data` is called when the server has accepted both addresses and before the text goes out; the caller
        commits `sending` there, or returns False to call it off. Raises ValueError for an address that could end
        the command it stands in. Errors of `before_data` itself are passed on.
        """
        for address in (sender, recipient):
            if not ENVELOPE.fullmatch(address):
                raise ValueError(f"{address!r} cannot stand in an envelope.")
        try:
            smtp = self._open()
            self._envelope(smtp, sender, recipient, len(data), smtputf8)
        except Stopped as stopped:
            return stopped.outcome
        if not before_data():
            self._reset()
            return Withheld()
        return self._hand_over(smtp, data)

    def check(self) -> Refused | Trouble | None:
        """Connect and log in only; None when both went well. For the button "Check the connection"."""
        try:
            self._open()
        except Stopped as stopped:
            return stopped.outcome
        return None

    def close(self) -> None:
        """Say goodbye, if anybody still listens."""
        smtp, self._smtp = self._smtp, None
        if smtp is not None:
            with suppress(smtplib.SMTPException, OSError):
                smtp.quit()
            smtp.close()

    # Opening

    def _open(self) -> smtplib.SMTP:
        if self._smtp is not None and self._answers(self._smtp):
            return self._smtp
        self._drop()
        smtp = self._connect()
        try:
            self._secure(smtp)
            self._log_in(smtp)
        except BaseException:
            smtp.close()
            raise
        self._smtp = smtp
        return smtp

    @staticmethod
    def _answers(smtp: smtplib.SMTP) -> bool:
        try:
            return smtp.noop()[0] == 250
        except (smtplib.SMTPException, OSError):
            return False

    def _connect(self) -> smtplib.SMTP:
        server = self.server
        if server.security == "plain" and not (server.plain_allowed and is_this_machine(server.host)):
            raise Stopped(
                Refused(Stage.TLS, 0, "", "Mail without TLS is only handed to a server on this machine.")
            )
        try:
            if server.security == "tls":
                return smtplib.SMTP_SSL(
                    server.host,
                    server.port,
                    server.own_name,
                    timeout=server.timeout,
                    context=_context(server),
                )
            return smtplib.SMTP(server.host, server.port, server.own_name, timeout=server.timeout)
        except ssl.SSLError as error:
            raise Stopped(Trouble(Stage.TLS, _tls_words(server, error))) from error
        except smtplib.SMTPConnectError as error:
            if error.smtp_code == -1:
                raise Stopped(Trouble(Stage.CONNECT, f"{server.host} does not speak SMTP.")) from error
            raise Stopped(_refused(Stage.CONNECT, error.smtp_code, error.smtp_error)) from error
        except (smtplib.SMTPException, OSError) as error:
            raise Stopped(Trouble(Stage.CONNECT, _line_words(server, error))) from error

    def _secure(self, smtp: smtplib.SMTP) -> None:
        self._greet(smtp, Stage.CONNECT)
        if self.server.security != "starttls":
            return
        if not smtp.has_extn("starttls"):
            raise Stopped(
                Trouble(
                    Stage.TLS, f"{self.server.host} does not offer STARTTLS; nothing is sent in plain text."
                )
            )
        try:
            code, text = smtp.starttls(context=_context(self.server))
        except ssl.SSLError as error:
            raise Stopped(Trouble(Stage.TLS, _tls_words(self.server, error))) from error
        except (smtplib.SMTPException, OSError) as error:
            raise Stopped(Trouble(Stage.TLS, _line_words(self.server, error))) from error
        if code != 220:
            raise Stopped(_refused(Stage.TLS, code, text))
        self._greet(smtp, Stage.TLS)

    def _greet(self, smtp: smtplib.SMTP, stage: Stage) -> None:
        code, text = self._ask(stage, lambda: smtp.ehlo())
        if not 200 <= code <= 299:
            raise Stopped(_refused(stage, code, text))

    def _log_in(self, smtp: smtplib.SMTP) -> None:
        if not self.server.username:
            return
        offered = smtp.esmtp_features.get("auth", "").upper().split()
        method = next((name for name in self._methods() if name in offered), None)
        if method is None:
            words = f"{self.server.host} offers no way to log in that is known here ({', '.join(offered) or 'none'})."
            raise Stopped(Trouble(Stage.LOGIN, words))
        smtp.user, smtp.password = self.server.username, self.server.secret
        answer = {"PLAIN": smtp.auth_plain, "LOGIN": smtp.auth_login, "XOAUTH2": self._bearer}[method]
        try:
            smtp.auth(method, answer)
        except smtplib.SMTPAuthenticationError as error:
            raise Stopped(_refused(Stage.LOGIN, error.smtp_code, error.smtp_error)) from error
        except (smtplib.SMTPException, OSError, ValueError) as error:
            raise Stopped(Trouble(Stage.LOGIN, _line_words(self.server, error))) from error

    def _methods(self) -> tuple[str, ...]:
        return ("XOAUTH2",) if self.server.token else ("PLAIN", "LOGIN")

    def _bearer(self, challenge: bytes | None = None) -> str:
        """A challenge here is the server's error in JSON; an empty answer makes it say 535."""
        return (
            f"user={self.server.username}\1auth=Bearer {self.server.token}\1\1" if challenge is None else ""
        )

    # Handing over

    def _envelope(self, smtp: smtplib.SMTP, sender: str, recipient: str, size: int, smtputf8: bool) -> None:
        options = f" SIZE={size}" if smtp.has_extn("size") else ""
        if smtputf8:
            if not smtp.has_extn("smtputf8"):
                raise Stopped(
                    Refused(Stage.RCPT, 553, "5.6.7", f"{self.server.host} cannot write to {recipient}.")
                )
            options += " SMTPUTF8"
            smtp.command_encoding = "utf-8"
        self._command(smtp, Stage.MAIL, f"MAIL FROM:<{sender}>{options}")
        self._command(smtp, Stage.RCPT, f"RCPT TO:<{recipient}>")

    def _command(self, smtp: smtplib.SMTP, stage: Stage, command: str) -> None:
        code, text = self._ask(stage, lambda: smtp.docmd(command))
        if not 200 <= code <= 299:
            self._reset()
            raise Stopped(_refused(stage, code, text))

    def _hand_over(self, smtp: smtplib.SMTP, data: bytes) -> Outcome:
        try:
            code, text = self._ask(Stage.DATA, lambda: smtp.docmd("DATA"))
        except Stopped as stopped:
            return stopped.outcome
        if code != 354:
            self._reset()
            return _refused(Stage.DATA, code, text)
        try:
            _wait(smtp, self.server.answer_timeout)
            smtp.send(stuffed(data))
            code, text = smtp.getreply()
            _wait(smtp, self.server.timeout)
        except (smtplib.SMTPException, OSError) as error:
            self._drop()
            return Unknown(_line_words(self.server, error))
        if code == -1:
            self._drop()
            return Unknown("The answer after the text could not be read.")
        return Sent(code, _words(text)) if 200 <= code <= 299 else _refused(Stage.BODY, code, text)

    def _ask(self, stage: Stage, question: Callable[[], tuple[int, bytes]]) -> tuple[int, bytes]:
        try:
            code, text = question()
        except (smtplib.SMTPException, OSError, UnicodeError) as error:
            self._drop()
            raise Stopped(Trouble(stage, _line_words(self.server, error))) from error
        if code == -1:
            self._drop()
            raise Stopped(Trouble(stage, f"{self.server.host} answered something that is not SMTP."))
        return code, text

    def _reset(self) -> None:
        if self._smtp is not None:
            try:
                self._smtp.rset()
            except (smtplib.SMTPException, OSError):
                self._drop()

    def _drop(self) -> None:
        smtp, self._smtp = self._smtp, None
        if smtp is not None:
            smtp.close()


def stuffed(data: bytes) -> bytes:
    """The message as it goes after DATA: CRLF only, leading dots doubled, the final dot behind it."""
    lines = re.sub(rb"\r\n|\r|\n", b"\r\n", data)
    if not lines.endswith(b"\r\n"):
        lines += b"\r\n"
    return re.sub(rb"(?m)^\.", b"..", lines) + b".\r\n"


def is_this_machine(host: str) -> bool:
    """Is this a loopback address, or a name that means one?"""
    if host.lower().rstrip(".") == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _context(server: Server) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=server.cafile)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _wait(smtp: smtplib.SMTP, seconds: float) -> None:
    if smtp.sock is not None:
        smtp.sock.settimeout(seconds)


def _words(text: bytes | str) -> str:
    decoded = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    return " ".join(decoded.split())[:MAX_REPLY]


def _refused(stage: Stage, code: int, text: bytes | str) -> Refused:
    words = _words(text)
    found = ENHANCED.match(words)
    return Refused(stage, code, found.group(1) if found else "", words)


def _tls_words(server: Server, error: ssl.SSLError) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"The certificate of {server.host} is not trusted: {error.verify_message}."
    return f"{server.host} does not speak TLS on port {server.port} ({error.reason or error})."


def _line_words(server: Server, error: Exception) -> str:
    where = f"{server.host}:{server.port}"
    if isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError):
        return f"{where} did not answer in time."
    if isinstance(error, socket.gaierror):
        return f"There is no server called {server.host}."
    if isinstance(error, ConnectionRefusedError):
        return f"Nothing answers at {where}."
    if isinstance(error, smtplib.SMTPServerDisconnected | ConnectionError):
        return f"{where} closed the line."
    return _words(f"{where}: {error}")
