"""Sessions: they begin with a clean cookie, end when idle, and leave a mark on the device."""

from __future__ import annotations

import secrets
import time

from flask import request, session
from flask_login import login_user, logout_user
from itsdangerous import BadSignature, URLSafeSerializer
from werkzeug.wrappers import Response

from outreach.accounts import rules
from outreach.accounts.models import User
from outreach.accounts.rules import Place
from outreach.web.here import config

DEVICE = "outreach_device"
REMEMBERED = 365 * 24 * 3600


def begin(user: User, *, stay: bool) -> None:
    """A new session; what the cookie held before is dropped, so that no form token of before works."""
    session.clear()
    login_user(user)
    session.permanent = stay
    session["seen"] = int(time.time())


def end() -> None:
    """This session is over."""
    logout_user()
    session.clear()


def end_when_idle() -> None:
    """Before each request. The machine's clock counts, as it does for the cookie's own age."""
    seen = session.get("seen")
    if seen is None or session.permanent:
        return
    if time.time() - seen > rules.IDLE.total_seconds():
        end()
    elif time.time() - seen > 60:
        session["seen"] = int(time.time())


def place() -> Place:
    """Where this request comes from."""
    device, user_id = _device()
    return Place(request.remote_addr or "", device, user_id)


def mark_device(response: Response, user: User) -> Response:
    """Remember that this device logged in as this user (see rules.buckets)."""
    device, user_id = _device()
    if user_id != user.id:
        device = secrets.token_urlsafe(12)
    response.set_cookie(
        DEVICE, _signer().dumps([device, user.id]), max_age=REMEMBERED, httponly=True, samesite="Lax",
        secure=config().base_url.startswith("https://"),
    )  # fmt: skip
    return response


def _device() -> tuple[str | None, int | None]:
    try:
        device, user_id = _signer().loads(request.cookies.get(DEVICE, ""))
    except (BadSignature, ValueError, TypeError):
        return None, None
    return device, user_id


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(config().cookie_key, salt="device")
