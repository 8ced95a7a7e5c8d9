"""The one blueprint of the desk's screens; its modules hang their addresses on it."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("desk", __name__)
