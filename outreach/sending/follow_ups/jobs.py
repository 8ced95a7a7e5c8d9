"""What follow-ups do by themselves: they are written when they are due, and the pitch ends when nobody answers the last one."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from outreach.db import session
from outreach.sending.follow_ups import actions, queries

BATCH = 50


def write_due(now: datetime) -> int:
    """Write the follow-ups that have come due, and drop those that an answer made pointless; how many rows were handled."""
    pointless, due = _few(queries.pointless()), _few(queries.to_write(now))
    for message_id in pointless:
        actions.drop_pointless(message_id, now=now)
    for pitch_id in due:
        actions.write_letter(pitch_id, now=now)
    return max(len(pointless), len(due))


def count_due(now: datetime) -> int:
    """How many wait to be written, or dropped."""
    return _count(queries.to_write(now)) + _count(queries.pointless())


def close_unanswered(now: datetime) -> int:
    """Close the pitches whose last day without an answer has come; how many were handled."""
    found = _few(queries.to_close(now))
    for pitch_id in found:
        actions.close(pitch_id, now=now)
    return len(found)


def count_unanswered(now: datetime) -> int:
    """How many wait to be closed."""
    return _count(queries.to_close(now))


def _few(query: sa.Select[int]) -> list[int]:
    found: list[int] = list(session().scalars(query.limit(BATCH)))
    session().rollback()
    return found


def _count(query: sa.Select[int]) -> int:
    return session().scalar(sa.select(sa.func.count()).select_from(query.order_by(None).subquery())) or 0
