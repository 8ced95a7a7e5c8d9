"""The web process: waitress on a socket."""

from __future__ import annotations

import logging
import signal
import socket
import sys
from types import FrameType

import waitress
from flask import Flask

from outreach.server.heap import keep_small
from outreach.settings import Settings


def serve(app: Flask, config: Settings, sock: socket.socket) -> None:
    """Answer requests until SIGTERM; requests under way are finished first."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        sys.exit(0)

    signal.signal(signal.SIGTERM, stop)
    keep_small()
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # a waiting request is no news
    waitress.serve(
        app, sockets=[sock], threads=config.threads, ident=None, clear_untrusted_proxy_headers=False,
        channel_timeout=120, max_request_body_size=4 * config.max_upload_mb * 2**20,  # what is a little too much is told by a page of ours
    )  # fmt: skip
