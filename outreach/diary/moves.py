"""Writing the diary. The only move: there is no change and no removal (the database refuses both)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from outreach.db import session
from outreach.diary.models import Entry
from outreach.inserting import insert_plainly


def note(
    kind: str,
    *,
    by: int | None,
    now: datetime,
    project_id: int | None = None,
    site_id: int | None = None,
    person_id: int | None = None,
    pitch_id: int | None = None,
    link_id: int | None = None,
    message_id: int | None = None,
    subject: tuple[str, int] | None = None,
    **data: Any,
) -> Entry:
    """Add one line. `kind` is "room.what" (`pitch.stage`, `letter.refused`); `by` is a user's id or None for the product itself."""
    entry = Entry(
        at=now, kind=kind, by_id=by, project_id=project_id, site_id=site_id, person_id=person_id, pitch_id=pitch_id,
        link_id=link_id, message_id=message_id, data=data,
        subject_kind=subject[0] if subject else None, subject_id=subject[1] if subject else None,
    )  # fmt: skip
    session().add(entry)
    return entry


def note_many(kind: str, lines: Sequence[Mapping[str, Any]], *, by: int | None, now: datetime) -> None:
    """Add many lines of one kind with one statement; each gives `project_id`, `site_id` and the like, and `data`."""
    blank = dict.fromkeys(
        (
            "project_id",
            "site_id",
            "person_id",
            "pitch_id",
            "link_id",
            "message_id",
            "subject_kind",
            "subject_id",
        )
    )
    every: dict[str, Any] = {**blank, "data": {}, "at": now, "kind": kind, "by_id": by}
    rows = [{**every, **line} for line in lines]
    if rows:
        insert_plainly(Entry, rows)
