"""Where a mailbox is, and what may go wrong in the talk with its server."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Stage(StrEnum):
    """How far the talk had come."""

    CONNECT = "connect"
    TLS = "tls"
    LOGIN = "login"
    READ = "read"
    WRITE = "write"


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
