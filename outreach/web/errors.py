"""Error pages in our own look; `templates/errors/` has one a status."""

from __future__ import annotations

import structlog
from flask import Flask, g, render_template, request
from werkzeug.exceptions import HTTPException, InternalServerError

from outreach.db import session

log = structlog.get_logger("outreach.web")


def install(app: Flask) -> None:
    """Show HTTP errors and unforeseen ones as pages with the next step; never a traceback."""
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _unforeseen)


def _http(error: HTTPException) -> tuple[str, int] | HTTPException:
    if error.response is not None or error.code is None or error.code < 400:
        return error
    known = (
        error.code
        if error.code in (400, 403, 404, 405, 409, 413, 429)
        else (400 if error.code < 500 else 500)
    )
    return render_template(
        f"errors/{known}.html", error=error, request_id=g.get("request_id", "")
    ), error.code


def _unforeseen(error: Exception) -> tuple[str, int]:
    log.error("unforeseen", path=request.path, method=request.method, exc_info=error)
    session().rollback()
    return render_template(
        "errors/500.html", error=InternalServerError(), request_id=g.get("request_id", "")
    ), 500
