"""A provider's token address on this machine: it says what a test wants, and keeps what it was asked.

with TokenServer(authority.issue("localhost")) as tokens:
    tokens.answers.append((200, {"access_token": "at-1", "expires_in": 3600}))
    tokens.asked[0]["refresh_token"]
"""

from __future__ import annotations

import json
import ssl
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qsl

Said = tuple[int, Any]
"""Status, and what is said: an object goes as JSON, bytes as they are; status 302 leads to the text."""


@dataclass
class TokenServer:
    """Answers in their order; the last one again and again."""

    cert: tuple[str, str]
    answers: list[Said] = field(default_factory=list)
    asked: list[dict[str, str]] = field(default_factory=list)
    port: int = 0

    @property
    def url(self) -> str:
        """What stands in front of /token and /authorize."""
        return f"https://localhost:{self.port}/v2.0"

    def __enter__(self) -> Self:
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), _handler_of(self))
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(*self.cert)
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.port = self.server.server_address[1]
        threading.Thread(
            target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        ).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None
    ) -> None:
        self.server.shutdown()
        self.server.server_close()

    def take(self, form: dict[str, str]) -> Said:
        self.asked.append(form)
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


def _handler_of(tokens: TokenServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            status, said = tokens.take({"path": self.path, **dict(parse_qsl(body))})
            raw = said if isinstance(said, bytes) else json.dumps(said).encode()
            self.send_response(status)
            if status == 302:
                self.send_header("Location", str(said))
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        def log_message(self, format: str, *args: Any) -> None:
            """Nothing is written beside the test."""

    return Handler
