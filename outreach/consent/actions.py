"""What the suppression screens do: one commit each."""

from __future__ import annotations

from datetime import datetime

from outreach.accounts.models import User
from outreach.consent import moves
from outreach.consent.models import Suppression
from outreach.consent.rules import LiftReason, SuppressionKind, SuppressionReason
from outreach.db import locked, write


def suppress(typed: str, kind: SuppressionKind, *, by: User, now: datetime) -> bool:
    """Put an address or domain on the list by hand; False when it stood there already. Raises BadAddress."""
    with write():
        row = moves.suppress(
            typed, kind=kind, reason=SuppressionReason.BY_HAND, source="by hand", by=by.id, now=now
        )
        return row.created_at == now


def lift(suppression_id: int, why: LiftReason, *, by: User, now: datetime) -> bool:
    """Take a row off the list; False when it is gone. An erased one stays: nobody knows any more who it was."""
    with write():
        row = locked(Suppression, suppression_id)
        if row is None or row.value is None:
            return False
        moves.lift(row, why, by=by.id, now=now)
        return True
