"""The one blueprint of this room."""

from __future__ import annotations

from flask import Blueprint
from werkzeug.wrappers import Response

bp = Blueprint("reading", __name__)

Answer = str | Response | tuple[str, int]
