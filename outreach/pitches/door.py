"""The one blueprint of this room, and how its refusals are answered."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app
from werkzeug.exceptions import NotFound

from outreach.pitches.actions import Changed, Gone
from outreach.pitches.answers import Answer, overtaken

bp = Blueprint("pitches", __name__)


@bp.errorhandler(Gone)
def _gone(_error: Gone) -> Any:
    return current_app.handle_http_exception(NotFound())


@bp.errorhandler(Changed)
def _changed(error: Changed) -> Answer:
    return overtaken(error)
