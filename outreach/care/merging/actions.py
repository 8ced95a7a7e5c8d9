"""Merging, taking back, and saying that two are not one: gather, decide, call moves, commit once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

import sqlalchemy as sa

from outreach.accounts.models import User
from outreach.care.merging import moves, pair_queries, past_merges, queries, rules, undoing
from outreach.care.merging.models import Merge, Pair
from outreach.care.merging.queries import Twice
from outreach.care.merging.rules import Kind, PairState, Side
from outreach.db import locked, session, write
from outreach.diary.moves import note

Result = TypeVar("Result")


class Gone(LookupError):
    """One of the two is not there any more, or not theirs to change."""


class NotYours(PermissionError):
    """The two have to do with projects in which the asker may not write. What that is, is not told."""


class Overtaken(Exception):
    """Somebody changed one of the two since the form was drawn."""


@dataclass
class OpenTwice(Exception):
    """Both have an open pitch of one project."""

    pitches: list[Twice]


class CannotUndo(ValueError):
    """`str()` says why not, and what to do first."""


def merge(
    kind: Kind, stays_id: int, goes_id: int, choices: Mapping[str, Side], versions: tuple[int, int], *, by: User, now: datetime,
) -> int:  # fmt: skip
    """Make one of two; the id of the merge. `versions` are those that the form was drawn from.

    Raises Gone, NotYours, Overtaken and OpenTwice.
    """
    return _whole(lambda: _merge(kind, stays_id, goes_id, choices, versions, by=by, now=now))


def _whole(do: Callable[[], Result]) -> Result:
    """Do it once more when PostgreSQL ended it because two writers waited for each other."""
    for _ in range(3):
        try:
            return do()
        except sa.exc.OperationalError as error:
            if getattr(error.orig, "sqlstate", "") != "40P01":
                raise
    return do()


def _merge(
    kind: Kind, stays_id: int, goes_id: int, choices: Mapping[str, Side], versions: tuple[int, int], *, by: User, now: datetime,
) -> int:  # fmt: skip
    with write():
        if stays_id == goes_id or not all(queries.found(by, kind, key) for key in (stays_id, goes_id)):
            raise Gone
        rows = moves.lock(kind, stays_id, goes_id)
        if len(rows) < 2:
            raise Gone
        if not queries.may_merge(by, kind, (stays_id, goes_id)):
            raise NotYours
        stays, goes = rows[stays_id], rows[goes_id]
        if (stays["version"], goes["version"]) != versions:
            raise Overtaken
        if twice := queries.open_twice(kind, stays_id, goes_id):
            raise OpenTwice(twice)
        values = rules.chosen(kind, stays, goes, choices)
        values |= moves.refused(kind, stays, goes, values)
        return moves.absorb(kind, stays, goes, values, choices, by=by.id, now=now).id


def undo(merge_id: int, *, by: User, now: datetime) -> dict[str, int]:
    """Two again of one; `{table: rows}` that were changed since and stay. Raises Gone, NotYours and CannotUndo."""
    return _whole(lambda: _undo(merge_id, by=by, now=now))


def _undo(merge_id: int, *, by: User, now: datetime) -> dict[str, int]:
    with write():
        row = locked(Merge, merge_id)
        if row is None or past_merges.merge_of(by, merge_id) is None:
            raise Gone
        if not queries.may_merge(by, row.kind, (row.person_id or row.site_id or 0,)):
            raise NotYours
        if why := why_not(row, now=now):
            raise CannotUndo(why)
        model: Any = queries.MODELS[row.kind]
        locked(model, row.survivor_id)
        return undoing.take_back(row, by=by.id, now=now)


def why_not(row: Merge, *, now: datetime) -> str:
    """Why this merge cannot be taken back; "" when it can."""
    if row.undone_at:
        return "It was taken back already."
    if row.purged_at or row.at < now - rules.UNDO_FOR:
        return f"A merge can be taken back for {rules.UNDO_FOR.days} days; what was before is forgotten."
    again = past_merges.merged_away(row.kind, row.survivor_id)
    if again is not None:
        whom = "The person" if row.kind is Kind.PERSON else "The site"
        return f"{whom} that stayed was itself merged on {again.at:%d %B %Y}. Take that merge back first (merge {again.id}), then this one."
    return ""


def call_different(pair_id: int, *, by: User, now: datetime) -> Pair:
    """These two are not the same, for good. Raises Gone."""
    return _decide(pair_id, PairState.DIFFERENT, by=by, now=now)


def ask_again(pair_id: int, *, by: User, now: datetime) -> Pair:
    """Take that back. Raises Gone."""
    return _decide(pair_id, PairState.OPEN, by=by, now=now)


def _decide(pair_id: int, state: PairState, *, by: User, now: datetime) -> Pair:
    with write():
        row = locked(Pair, pair_id)
        if row is None or pair_queries.pair_of(by, pair_id) is None:
            raise Gone
        row.state = state
        is_said = state is PairState.DIFFERENT
        row.decided_at, row.decided_by_id = (now, by.id) if is_said else (None, None)
        note(
            "duplicate.different" if is_said else "duplicate.open", by=by.id, now=now, subject=("pair", row.id),
            site_id=row.first_site_id, person_id=row.first_person_id,
        )  # fmt: skip
        session().flush()
        return row
