"""What the screens of this room do: gather, decide, call moves, commit once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from outreach.accounts.models import User
from outreach.db import session, write
from outreach.projects.queries import writable_by
from outreach.prospects import batch_moves, batch_queries, choices, moves, queries, rules
from outreach.prospects.models import ImportBatch, ProspectChange
from outreach.prospects.rules import BatchSource, ProspectState


class NoColleague(ValueError):
    """Somebody who cannot work in the project; `str()` says so in words."""


AT_ONCE = 500
"""Lines a commit: the writer's lock is never held for a second, and a batch that was cut off can be pasted again."""


def add_addresses(project_id: int, text: str, *, by: User, now: datetime) -> int:
    """Take pasted addresses into a project; the id of the batch, whose rows say what became of each line.

    Each commit is whole in itself: no site without its prospect, and no line without its word.
    """
    lines = [rules.read_line(number, typed) for number, typed in rules.lines_of(text)]
    user_id = by.id
    own = rules.own_keys(choices.own_hosts(by))
    with write():
        batch = ImportBatch(
            project_id=project_id, source=BatchSource.PASTE, created_at=now, created_by_id=user_id, counts={}
        )
        session().add(batch)
    batch_id, seen = batch.id, set[str]()
    for start in range(0, len(lines), AT_ONCE):
        with write():
            batch = session().get_one(ImportBatch, batch_id)
            batch_moves.take_in(batch, lines[start : start + AT_ONCE], own, seen, by=user_id, now=now)
    return batch_id


def undo_batch(batch_id: int, *, by: User, now: datetime) -> tuple[int, int] | None:
    """Take a batch out again: (removed, kept). None when it is not there, not theirs, or was undone before."""
    with write():
        batch = batch_queries.batch_of(by, batch_id, writable_by)
        if batch is None or batch.undone_at or batch.source is not BatchSource.PASTE:
            return None
        return batch_moves.take_out(batch, by=by.id, now=now)


def set_state(
    ids: Sequence[int], state: ProspectState, reason: str = "", *, by: User, now: datetime
) -> ProspectChange:
    """Keep, reject, put off or reopen those of `ids` that `by` may change."""
    with write():
        return moves.set_state(queries.writable_prospects(by, ids), state, reason, by=by, now=now)


def give(
    ids: Sequence[int], owner_id: int | None, *, by: User, now: datetime
) -> tuple[ProspectChange, list[int | None]]:
    """Give sites to somebody; the change, and the owners of those that stay theirs (B4).

    Raises NoColleague when `owner_id` cannot work in every project of theirs.
    """
    with write():
        rows = queries.writable_prospects(by, ids)
        for project_id in {row.project_id for row in rows} if owner_id else ():
            if owner_id not in dict(choices.colleagues([project_id])):
                raise NoColleague(
                    "They do not work in every project of these sites. Choose somebody who does."
                )
        free = [row for row in rows if rules.may_give(row.owner_id, by.id, is_manager=by.is_manager)]
        held = [row.owner_id for row in rows if row not in free and row.owner_id != owner_id]
        return moves.give(free, owner_id, by=by, now=now), held


def undo_change(change_id: int, *, by: User, now: datetime) -> int | None:
    """Take a change of one's own back; how many rows it was for, None when there is none to take back."""
    with write():
        change = queries.change_of(by, change_id)
        if change is None:
            return None
        rows = queries.writable_prospects(by, [before[0] for before in change.before])
        return moves.put_back(change, rows, by=by, now=now)
