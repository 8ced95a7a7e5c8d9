"""A web server for every name that leads to this machine; what it says is a function of host and path."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@contextmanager
def answering(answer: Callable[[str, str], tuple[int, str]]) -> Iterator[int]:
    """Its port; `answer(host, path)` gives status and HTML of each page."""

    class Door(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, html = answer(self.headers.get("Host", ""), self.path)
            self.send_response(status)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(html.encode())

        def log_message(self, format: str, *arguments: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
