"""A web server that answers exactly what a test says, well or badly, and a canary that must hear nothing."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from types import TracebackType

import pytest

Answer = bytes | Iterable[bytes]
"""The whole answer on the wire, head and all; an iterable is sent piece by piece."""


def answer(body: bytes | str = b"", status: int = 200, **headers: str) -> bytes:
    """A well-formed answer; `content_type` and the like become header names."""
    raw = body.encode() if isinstance(body, str) else body
    given = {"content-type": "text/html; charset=utf-8"}
    given |= {name.replace("_", "-"): value for name, value in headers.items()}
    lines = [f"HTTP/1.1 {status} X", *(f"{name}: {value}" for name, value in given.items() if value)]
    return "\r\n".join([*lines, f"content-length: {len(raw)}", "", ""]).encode("utf-8") + raw


@dataclass
class Request:
    path: str
    headers: dict[str, str]


@dataclass
class PageServer:
    """Listens on 127.0.0.1; `routes` maps a path to an answer or to a function of the request.

    `most_at_once` is the largest number of requests that were being answered at the same moment.
    """

    routes: dict[str, Answer | Callable[[Request], Answer]] = field(default_factory=dict)
    cert: tuple[str, str] | None = None
    host: str = "127.0.0.1"

    def __post_init__(self) -> None:
        self.requests: list[Request] = []
        self.now = self.most_at_once = 0
        self.lock = threading.Lock()
        self.closing = threading.Event()

    def __enter__(self) -> PageServer:
        family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
        self.socket = socket.socket(family)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind((self.host, 0))
        self.socket.listen(128)
        self.port = int(self.socket.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.closing.set()
        with contextlib.suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()

    def url(self, path: str = "/", host: str = "127.0.0.1") -> str:
        return f"{'https' if self.cert else 'http'}://{host}:{self.port}{path}"

    def paths(self) -> list[str]:
        return [request.path for request in self.requests]

    def _accept(self) -> None:
        context = None
        if self.cert:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*self.cert)
        while not self.closing.is_set():
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection, context), daemon=True).start()

    def _serve(self, connection: socket.socket, context: ssl.SSLContext | None) -> None:
        with contextlib.suppress(OSError), connection:
            connection.settimeout(60)
            stream = context.wrap_socket(connection, server_side=True) if context else connection
            while request := _read_request(stream):
                with self.lock:
                    self.requests.append(request)
                    self.now += 1
                    self.most_at_once = max(self.most_at_once, self.now)
                try:
                    self._send(stream, request)
                finally:
                    with self.lock:
                        self.now -= 1
                if request.path not in self.routes or not isinstance(self.routes[request.path], bytes):
                    return

    def _send(self, stream: socket.socket, request: Request) -> None:
        route = self.routes.get(request.path, answer("<p>not found", 404))
        given = route(request) if callable(route) else route
        for piece in [given] if isinstance(given, bytes) else given:
            if self.closing.is_set():
                return
            stream.sendall(piece)


def _read_request(stream: socket.socket) -> Request | None:
    raw = b""
    while b"\r\n\r\n" not in raw:
        piece = stream.recv(65_536)
        if not piece:
            return None
        raw += piece
    first, *lines = raw.partition(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")
    headers = dict(line.lower().split(": ", 1) for line in lines if ": " in line)
    return Request(first.split(" ")[1], headers)


@pytest.fixture
def pages() -> Iterator[PageServer]:
    """A running server without routes; the test fills in `pages.routes`."""
    with PageServer() as running:
        yield running


class Canary:
    """A listener that must see no connection; `seen` counts those it saw."""

    def __init__(self, host: str = "127.0.0.1") -> None:
        self.socket = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
        self.socket.bind((host, 0))
        self.socket.listen(64)
        self.port = int(self.socket.getsockname()[1])
        self.seen = 0
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            self.seen += 1
            connection.close()

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()


@pytest.fixture
def canary() -> Iterator[Canary]:
    running = Canary()
    yield running
    running.close()
