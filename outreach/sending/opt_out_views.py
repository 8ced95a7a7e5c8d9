"""The page on which people say no, and the one click that mail programs offer."""

from __future__ import annotations

from flask import abort, render_template

from outreach.consent import opt_outs
from outreach.sending import actions, queries
from outreach.sending.door import Answer, bp
from outreach.web.access import allow
from outreach.web.here import now


@bp.get("/u/<token>")
@allow("public")
def opt_out(token: str) -> Answer:
    """The page on which somebody says no. Looking at it changes nothing."""
    row = opt_outs.known_by(token)
    if row is None:
        abort(404, "This address is not known. Copy all of it from the letter.")
    return render_template(
        "sending/opt_out.html", token=token, address=_half_hidden(row.address or ""),
        is_done=row.used_at is not None or row.address is None, workspace=queries.workspace(),
    )  # fmt: skip


@bp.post("/u/<token>")
@allow("public")
def one_click(token: str) -> Answer:
    """RFC 8058: form or multipart, no cookie, no log-in, no redirect; the second time is the same."""
    if not actions.opt_out(token, now=now()):
        abort(404, "This address is not known. Copy all of it from the letter.")
    row = opt_outs.known_by(token)
    return render_template(
        "sending/opt_out.html", token=token, address=_half_hidden(row.address or "" if row else ""), is_done=True,
        workspace=queries.workspace(),
    )  # fmt: skip


def _half_hidden(address: str) -> str:
    """`b…@wild.example`: enough to know oneself by."""
    local, _, domain = address.rpartition("@")
    return f"{local[:1]}…@{domain}" if domain else ""
