"""The blueprint that the doors of projects hang on, and how they find their rows."""

from __future__ import annotations

from flask import Blueprint, abort

from outreach.projects import queries
from outreach.projects.models import Project
from outreach.web.here import me

bp = Blueprint("projects", __name__)

GONE = "There is no such project, or it is not one of yours."


def seen(project_id: int) -> Project:
    """The project for reading, or 404."""
    return queries.get_visible(me(), project_id) or abort(404, GONE)


def writable(project_id: int) -> Project:
    """The project for changing something in it, or 404."""
    return queries.get_writable(me(), project_id) or abort(404, GONE)
