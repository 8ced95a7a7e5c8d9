"""What the suppression screens do: one commit each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import islice

from outreach.accounts.models import User
from outreach.consent import lists, moves, queries
from outreach.consent.lists import Fate, Line
from outreach.consent.models import Suppression, SuppressionBatch
from outreach.consent.rules import LiftReason, SuppressionKind, SuppressionReason
from outreach.db import locked, write
from outreach.diary.moves import note
from outreach.kit.tables import BadTable, Row


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


def look_through(rows: Iterable[Row]) -> list[Line]:
    """What would become of each line of a list; nothing is kept. Raises BadTable for more than `lists.MOST` lines."""
    lines = list(islice(lists.lines_of(rows), lists.MOST + 1))
    if len(lines) > lists.MOST:
        raise BadTable(
            f"These are more than {lists.MOST:,} lines. Bring them in parts; nothing was taken yet."
        )
    known = queries.known_pairs((line.kind, line.value) for line in lines if line.kind)
    return lists.judged(lines, known)


def bring(lines: Sequence[Line], source: str, *, by: User, now: datetime) -> int:
    """Put the new ones of a list on ours; the id of the batch.

    A commit a thousand lines, so that letters and people at the screens never wait; the batch stands before its first line,
    so that one that was cut off can be undone.
    """
    with write() as here:
        batch = SuppressionBatch(
            source=source, counts=lists.counts(lines), created_at=now, created_by_id=by.id
        )
        here.add(batch)
        here.flush()
        key = batch.id
        note("consent.imported", by=by.id, now=now, subject=("suppression_batch", key), lines=len(lines))
    fresh = [(line.kind, line.value) for line in lines if line.fate is Fate.NEW and line.kind]
    for start in range(0, len(fresh), 1000):
        with write() as here:
            moves.put_on(here.get_one(SuppressionBatch, key), fresh[start : start + 1000], by=by.id, now=now)
    return key


def undo_batch(batch_id: int, *, by: User, now: datetime) -> int | None:
    """Take what a batch brought off the list again; how many, None when it is not theirs to undo or was undone."""
    with write():
        batch = locked(SuppressionBatch, batch_id)
        if batch is None or batch.undone_at or not (by.is_admin or batch.created_by_id == by.id):
            return None
        return moves.take_out(batch, by=by.id, now=now)


def note_export(*, by: User, now: datetime) -> None:
    """Remember that somebody took the whole list with them."""
    with write():
        note("consent.exported", by=by.id, now=now)
