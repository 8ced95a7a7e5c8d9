"""The addresses by which people say no: an opaque token for each letter. It never expires."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from outreach.consent.models import OptOut
from outreach.db import session
from outreach.kit.ids import digest


def open_for(address: str, token: str, *, now: datetime) -> OptOut:
    """Remember that `token` means this address; once is enough. A move: never commits."""
    if (found := known_by(token)) is not None:
        return found
    row = OptOut(token_hash=digest(token), address=address, created_at=now)
    session().add(row)
    return row


def known_by(token: str) -> OptOut | None:
    """The row of a token; None for one that we never gave out."""
    return session().scalar(sa.select(OptOut).where(OptOut.token_hash == digest(token)))
