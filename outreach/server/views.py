"""`/healthz` for the machine that watches us."""

from __future__ import annotations

import sqlalchemy as sa
from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from outreach.db import session
from outreach.web.access import allow

bp = Blueprint("server", __name__)


@bp.get("/healthz")
@allow("public")
def healthz() -> ResponseReturnValue:
    """200 when the web process and its database answer, 503 otherwise."""
    try:
        session().execute(sa.text("SELECT 1"))
    except sa.exc.SQLAlchemyError:
        return jsonify(status="error", database="unreachable"), 503
    return jsonify(status="ok", database="ok")
