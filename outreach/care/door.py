"""The one blueprint of this room's screens; its modules hang their addresses on it."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("care", __name__)
