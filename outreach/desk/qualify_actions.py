"""Deciding about one site after another: one commit each, in which the next pages are asked for, too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from outreach.accounts.models import User
from outreach.db import write
from outreach.prospects import look_moves, moves, queries, queue_queries
from outreach.prospects.look_rules import AHEAD
from outreach.prospects.models import Prospect
from outreach.prospects.rules import ProspectState


class Gone(LookupError):
    """The prospect is not there, or not this user's to change."""


@dataclass(frozen=True)
class Decided:
    """`change_id` can be taken back; None when somebody was quicker. `state` is how the prospect stands."""

    change_id: int | None
    project_id: int
    state: ProspectState
    key: str


def decide(
    prospect_id: int, seen: str, state: ProspectState, reason: str = "", *, by: User, now: datetime
) -> Decided:
    """Keep, reject or put off, when nobody changed it since `seen` (its `updated_at` as it was shown). Raises Gone."""
    with write():
        row = _writable(prospect_id, by)
        change_id = None
        if row.updated_at.isoformat() == seen:
            change_id = moves.set_state([row], state, reason, by=by, now=now).id
            look_moves.let_be(row.site_id)
        _look_ahead(row.project_id, now)
        return Decided(change_id, row.project_id, row.state, row.site.key)


def look(prospect_id: int, *, by: User, now: datetime) -> None:
    """Ask for a look at the page of this site and of those that come up after it. Raises Gone."""
    with write():
        row = _writable(prospect_id, by)
        _ask([queue_queries.in_queue(by, row.id) or row], now)
        _look_ahead(row.project_id, now)


def _writable(prospect_id: int, by: User) -> Prospect:
    rows = queries.writable_prospects(by, [prospect_id])
    if not rows:
        raise Gone
    return rows[0]


def _look_ahead(project_id: int, now: datetime) -> None:
    _ask(queue_queries.coming_up(project_id, now=now, limit=AHEAD), now)


def _ask(rows: Sequence[Prospect], now: datetime) -> None:
    look_moves.ask([(row.site_id, row.site.look) for row in rows], now=now)


def take_back(change_id: int, *, by: User, now: datetime) -> int | None:
    """Undo a change of one's own; how many rows nobody had touched since, None when there is nothing to take back."""
    with write():
        change = queries.change_of(by, change_id)
        if change is None:
            return None
        rows = queries.writable_prospects(by, [before[0] for before in change.before])
        return moves.put_back(change, rows, by=by, now=now)
