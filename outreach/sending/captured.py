"""Captured letters that are older than the setting `captured_days`: their files go, their rows stay."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from outreach.db import session
from outreach.mail.models import Message
from outreach.mail.rules import MessageState

BATCH = 500
UNDER_WAY = (MessageState.TAKEN, MessageState.SENDING, MessageState.UNKNOWN)
"""Whether such a letter left is asked of its file."""


def old(folder: Path, *, now: datetime, days: int) -> list[Path]:
    """The files that may go; none while `days` is 0. A file that no letter names is as old as its own date."""
    if not days or not folder.is_dir():
        return []
    files = {file.stem: file for file in folder.glob("*.eml")}
    ages = _sent(sorted(files))
    before = now - timedelta(days=days)
    return [file for name, file in sorted(files.items()) if (ages.get(name) or _written(file)) < before]


def _sent(names: Sequence[str]) -> dict[str, datetime]:
    """When each letter was sent; one that is under way is of no age yet."""
    found: dict[str, datetime] = {}
    for start in range(0, len(names), 500):
        rows = session().execute(
            sa.select(
                Message.opaque_id, Message.state, sa.func.coalesce(Message.sent_at, Message.created_at)
            ).where(Message.opaque_id.in_(names[start : start + 500]))
        )
        for name, state, at in rows:
            found[name or ""] = datetime.max.replace(tzinfo=UTC) if state in UNDER_WAY else at
    session().rollback()
    return found


def _written(file: Path) -> datetime:
    try:
        return datetime.fromtimestamp(file.stat().st_mtime, UTC)
    except FileNotFoundError:
        return datetime.max.replace(tzinfo=UTC)


def remove(files: Sequence[Path]) -> int:
    """Remove them; another worker may have been first."""
    for file in files:
        file.unlink(missing_ok=True)
    return len(files)
