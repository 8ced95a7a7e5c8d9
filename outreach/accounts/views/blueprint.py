"""The blueprint that the doors of accounts hang on."""

from __future__ import annotations

from flask import Blueprint

from outreach.accounts import sessions

bp = Blueprint("accounts", __name__)
bp.before_app_request(sessions.end_when_idle)
