"""Which host a request asks for, and which page a form was sent from: neither may be somebody else's.

The token of each form is the fence against forged ones (CSRF). What the browser says of itself is a second one.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask, abort, request
from flask_wtf.csrf import CSRFError

CHANGES = {"POST", "PUT", "PATCH", "DELETE"}
THIS_MACHINE = {"localhost", "127.0.0.1", "::1"}
OUTSIDERS = "outreach.outsiders"
"""`app.extensions[OUTSIDERS]`: views that others post to on purpose (the one-click unsubscribe)."""


def install(app: Flask, base_url: str, bound_to: str) -> None:
    """Refuse other hosts once `base_url` says which is ours; `bound_to` is the address the server listens on."""
    app.extensions[OUTSIDERS] = set()
    ours = THIS_MACHINE | {bound_to, urlsplit(base_url).hostname or ""}

    def check() -> None:
        if base_url and request.path != "/healthz" and _host() not in ours:
            abort(400, f"This server is reached at {base_url}.")
        if request.method in CHANGES and is_foreign() and not _is_for_outsiders(app):
            raise CSRFError("sent from another place")

    app.before_request(check)


def is_foreign() -> bool:
    """Does the browser say that another site's page, or a page without a name, sent this?"""
    return request.headers.get("Sec-Fetch-Site") == "cross-site" or request.headers.get("Origin") == "null"


def _host() -> str:
    """The host without its port; empty when it is none."""
    try:
        return urlsplit(f"//{request.host}").hostname or ""
    except ValueError:
        return ""


def _is_for_outsiders(app: Flask) -> bool:
    return app.view_functions.get(request.endpoint or "") in app.extensions[OUTSIDERS]
