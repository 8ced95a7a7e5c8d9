"""Error pages in our own look; `templates/errors/` has one a status."""

from __future__ import annotations

import re
from contextlib import suppress

import structlog
from flask import Flask, g, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from outreach.db import session
from outreach.web.addresses import local_path, page_before
from outreach.web.headers import path_for_log
from outreach.web.jinja import render_alone

PAGES = (400, 403, 404, 405, 409, 413, 429, 500)
FOREIGN_FORM = (
    "It is of another session, because you logged out or in meanwhile, or it came from another place. "
    "Open the page again and send it once more."
)
MOST_TYPED, LONGEST_TYPED = 20, 50_000
"""Fields and signs of a refused form that are shown, so that nothing typed is lost."""
_SECRET = re.compile(r"(?i)pass|secret|token|key|code")

log = structlog.get_logger("outreach.web")


def install(app: Flask) -> None:
    """Show HTTP errors and unforeseen ones as pages with the next step; never a traceback."""
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _unforeseen)


def _http(error: HTTPException) -> tuple[str, int] | HTTPException:
    if error.response is not None or error.code is None or error.code < 400:
        return error
    if isinstance(error, CSRFError):
        return render_alone(
            "errors/form.html", said=FOREIGN_FORM, back=_way_back(), typed=typed(), request_id=g.get("request_id", "")
        ), 403  # fmt: skip
    nearest = 400 if error.code < 500 else 500
    return _page(error.code if error.code in PAGES else nearest, _said(error)), error.code


def typed() -> list[tuple[str, str]]:
    """(field, words) of what a person wrote into the form of this request: no secrets, no bare numbers, no choices."""
    found = [
        (name, words[:LONGEST_TYPED])
        for name, words in request.form.items(multi=True)
        if (" " in words.strip() or len(words) > 20) and not _SECRET.search(name)
    ]
    return found[:MOST_TYPED]


def _unforeseen(error: Exception) -> tuple[str, int]:
    log.error("unforeseen", path=path_for_log(), method=request.method, exc_info=error)
    with suppress(Exception):  # the database may be what broke
        session().rollback()
    return _page(500, ""), 500


def _page(code: int, said: str) -> str:
    return render_alone(
        f"errors/{code}.html", said=said, back=_way_back(), request_id=g.get("request_id", "")
    )


def _said(error: HTTPException) -> str:
    """What our own `abort(404, "There is no pitch 7.")` says; "" for the library's general words."""
    description = error.description or ""
    return "" if description == type(error).description else description


def _way_back() -> str:
    """The same address again when it was only read, else the page that the form stood on."""
    if request.method == "GET":
        return local_path(request.full_path.rstrip("?")) or "/"
    return (page_before(request.referrer, request.host_url) or "/").partition("?")[0]
