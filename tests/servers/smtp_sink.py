"""A mail server for tests: it keeps what it gets, and fails at any stage when told to.

with SmtpSink(users={"ana": "pw"}, cert=(crt, key)) as sink:
    sink.rules.append(Fault("rcpt", match="^bo@", text="550 5.1.1 no such user", count=1))
    ...
    sink.received[0].content
"""

import asyncio
import re
import socket
import ssl
import threading
import time
import warnings
from base64 import b64decode
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session, auth_mechanism


@dataclass
class Fault:
    """One thing that goes wrong; the first that matches and has `count` left is taken.

    `where` is greet, ehlo, mail, rcpt, command (DATA, before 354) or data (after the final dot).
    `action` is reply (with `text`), drop (close without an answer), sleep (`seconds`, then go on), meanwhile (`callback` runs, then go on),
    accept_drop (data: the message is kept, the line dies before the 250), or
    accept_then (data: `callback` runs after the message is kept, before the 250).
    """

    where: str
    action: str = "reply"
    match: str = ""
    text: str = "451 4.3.0 try later"
    seconds: float = 0
    count: int = 10**9
    callback: Callable[[], None] = lambda: None


@dataclass
class Received:
    """One message as it came: `recipients` of the envelope, `content` without the stuffed dots."""

    at: float
    sender: str
    recipients: list[str]
    content: bytes
    was_private: bool
    user: str = ""


@dataclass
class SmtpSink:
    """Listens on a free port of 127.0.0.1. `cert` offers STARTTLS; with `implicit` it speaks TLS from the start."""

    users: dict[str, str] = field(default_factory=dict)
    cert: tuple[str, str] | None = None
    implicit: bool = False
    smtputf8: bool = True
    tokens: dict[str, str] = field(default_factory=dict)
    per_connection: int = 10**9
    rules: list[Fault] = field(default_factory=list)
    received: list[Received] = field(default_factory=list)
    logins: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __enter__(self) -> Self:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.controller = _Controller(self, hostname="127.0.0.1", port=self.port)
        self.controller.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None
    ) -> None:
        self.controller.stop()

    def to(self, address: str) -> list[Received]:
        """What came for this address, oldest first."""
        return [mail for mail in self.received if address in mail.recipients]

    # What aiosmtpd asks

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        session.taken = 0
        said = await self._fail("ehlo", hostname, server)
        return [said] if said else responses

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if said := await self._fail("mail", address, server):
            return said
        if session.taken >= self.per_connection:
            return "421 4.7.0 too many messages on this line"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 OK"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if said := await self._fail("rcpt", address, server):
            return said
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        fault = self._hit("data", envelope.rcpt_tos[0])
        if fault and not fault.action.startswith("accept") and (said := await self._do(fault, server)):
            return said
        session.taken += 1
        assert isinstance(envelope.content, bytes)
        self.received.append(
            Received(
                time.time(),
                envelope.mail_from or "",
                list(envelope.rcpt_tos),
                envelope.content,
                self.implicit or bool(session.ssl),
                getattr(session, "auth_data", "") or "",
            )
        )
        if fault and fault.action == "accept_then":
            await asyncio.get_running_loop().run_in_executor(None, fault.callback)
        if fault and fault.action == "accept_drop":
            server.transport.abort()
            return "250 lost"
        return f"250 2.0.0 queued as {len(self.received)}"

    # Faults

    def _hit(self, where: str, text: str) -> Fault | None:
        with self.lock:
            for fault in self.rules:
                if fault.where == where and fault.count > 0 and re.search(fault.match, text):
                    fault.count -= 1
                    return fault
        return None

    async def _fail(self, where: str, text: str, server: SMTP) -> str | None:
        fault = self._hit(where, text)
        return await self._do(fault, server) if fault else None

    async def _do(self, fault: Fault, server: SMTP) -> str | None:
        if fault.action == "sleep":
            await asyncio.sleep(fault.seconds)
            return None
        if fault.action == "meanwhile":
            await asyncio.get_running_loop().run_in_executor(None, fault.callback)
            return None
        if fault.action == "drop":
            server.transport.abort()
            return "421 4.3.0 dropped"
        return fault.text

    def authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any
    ) -> AuthResult:
        login, password = data.login.decode(), data.password.decode()
        self.logins.append(f"{mechanism} {login}")
        known = self.tokens if mechanism == "XOAUTH2" else self.users
        return AuthResult(success=known.get(login) == password, handled=False, auth_data=login)


class _Server(SMTP):
    def __init__(self, sink: SmtpSink, *args: Any, **kwargs: Any) -> None:
        self.sink = sink
        super().__init__(*args, **kwargs)

    async def push(self, status: str | bytes) -> None:
        if (
            isinstance(status, str)
            and status.startswith("220 sink.test")
            and (fault := self.sink._hit("greet", ""))
        ):
            if said := await self.sink._do(fault, self):
                await super().push(said)
            self.transport.close()
            return
        await super().push(status)

    async def smtp_DATA(self, arg: str) -> None:
        said = await self.sink._fail("command", "", self)
        if said:
            await self.push(said)
        else:
            await super().smtp_DATA(arg)

    @auth_mechanism("XOAUTH2")
    async def auth_xoauth2(self, _: SMTP, args: list[str]) -> AuthResult:
        user, bearer = b64decode(args[1]).decode().split("\1")[:2]
        pair = LoginPassword(
            user.removeprefix("user=").encode(), bearer.removeprefix("auth=Bearer ").encode()
        )
        result = self.sink.authenticate(self, self.session, self.envelope, "XOAUTH2", pair)
        if not result.success:
            await self.challenge_auth(b'{"status":"400"}')
            result.message = "535 5.7.8 the token is not good"
            result.handled = False
        return result


class _Controller(Controller):
    def __init__(self, sink: SmtpSink, **kwargs: Any) -> None:
        self.sink = sink
        self.context: ssl.SSLContext | None = None
        if sink.cert:
            self.context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            self.context.load_cert_chain(*sink.cert)
        super().__init__(sink, ssl_context=self.context if sink.implicit else None, **kwargs)

    def factory(self) -> SMTP:
        offered = {"XOAUTH2": self.sink.tokens, "PLAIN": self.sink.users, "LOGIN": self.sink.users}
        with warnings.catch_warnings(action="ignore"):
            return self._server([name for name, users in offered.items() if not users])

    def _server(self, excluded: list[str]) -> SMTP:
        return _Server(
            self.sink,
            self.handler,
            tls_context=None if self.sink.implicit else self.context,
            auth_require_tls=bool(self.context) and not self.sink.implicit,
            auth_required=len(excluded) < 3,
            auth_exclude_mechanism=excluded,
            authenticator=self.sink.authenticate,
            enable_SMTPUTF8=self.sink.smtputf8,
            ident="sink.test",
            hostname="sink.test",
        )
