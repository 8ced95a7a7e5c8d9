"""Headers of every answer: what the browser may load, and a request id that the log carries too."""

from __future__ import annotations

import secrets
import time

import structlog
from flask import Flask, Response, g, request, session

CSP = (
    "default-src 'self'; img-src 'self' data:; style-src 'self'; script-src 'self'; font-src 'self'; "
    "connect-src 'self'; frame-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
LONGEST_LOGGED = 300
LONGEST_STRANGERS_FORM = 2**16
"""Bytes; a log-in, a set-up, an invitation taken up, a one-click unsubscribe."""

log = structlog.get_logger("outreach.web")


def install(app: Flask) -> None:
    """Give each request an id, log it in one line, and send the safety headers."""
    app.before_request(_begin)
    app.after_request(_end)


def _begin() -> None:
    g.request_id = secrets.token_hex(6)
    g.began = time.perf_counter()
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=g.request_id)
    _limit_form()


def _limit_form() -> None:
    """How much of a form is read: little of a stranger's. A library's own limit leaves out forms that hold no file,
    and each byte of such a form may cost a hundred in memory."""
    if not request.content_length:
        return
    if "_user_id" not in session:
        request.max_content_length = LONGEST_STRANGERS_FORM
    elif request.mimetype == "application/x-www-form-urlencoded":
        request.max_content_length = request.max_form_memory_size


def _end(response: Response) -> Response:
    response.headers.setdefault("Content-Security-Policy", CSP)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"
    response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    response.headers["X-Request-Id"] = g.get("request_id", "")
    if request.endpoint != "static":
        response.headers.setdefault("Cache-Control", "no-store")
        milliseconds = round((time.perf_counter() - g.get("began", time.perf_counter())) * 1000, 1)
        log.info(
            "request",
            method=request.method,
            path=path_for_log(),
            status=response.status_code,
            ms=milliseconds,
        )
    return response


def path_for_log() -> str:
    """The path of this request as the log keeps it: no token of a link that opens something, and not endless."""
    if request.url_rule is not None and "token" in request.url_rule.arguments:
        return request.url_rule.rule
    return request.path[:LONGEST_LOGGED]
