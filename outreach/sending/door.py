"""The one blueprint of this room, and the words for what a letter is and where it stands."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, url_for
from werkzeug.wrappers import Response

from outreach.mail.rules import LetterKind, MessageState

bp = Blueprint("sending", __name__)

Answer = str | Response | tuple[str, int]
KIND_NAMES = {
    LetterKind.FIRST: "First letter", LetterKind.FOLLOW_UP: "Follow-up", LetterKind.ANSWER: "Answer",
    LetterKind.SYSTEM: "System mail",
}  # fmt: skip
STATE_LOOKS: dict[MessageState, tuple[str, str, str]] = {
    MessageState.DRAFT: ("Draft", "", "pencil"),
    MessageState.QUEUED: ("Queued", "info", "clock"),
    MessageState.TAKEN: ("Leaving", "info", "send"),
    MessageState.SENDING: ("Leaving", "info", "send"),
    MessageState.SENT: ("Sent", "good", "check"),
    MessageState.FAILED: ("Failed", "bad", "alert-circle"),
    MessageState.UNKNOWN: ("May have left", "warn", "alert-triangle"),
    MessageState.CANCELLED: ("Cancelled", "", "x"),
    MessageState.HELD: ("Held", "warn", "shield-lock"),
    MessageState.RECEIVED: ("Received", "", "inbox"),
}
SHOWN_STATES = (
    MessageState.QUEUED, MessageState.HELD, MessageState.UNKNOWN, MessageState.FAILED, MessageState.SENT,
    MessageState.DRAFT, MessageState.CANCELLED,
)  # fmt: skip


@bp.context_processor
def _addresses_of_rooms() -> dict[str, Any]:
    return {"address_of": address_of}


def address_of(endpoint: str, **values: Any) -> str:
    """The address of a screen above this room, by name; empty when there is none."""
    return url_for(endpoint, **values) if endpoint in current_app.view_functions else ""


def pitch_url(pitch_id: int) -> str:
    """Where a pitch is shown."""
    return address_of("desk.pitch", pitch_id=pitch_id) or url_for("sending.outbox")
