"""Taking a watched list out again: the links, then the people, then the sites. Never commits.

Whatever somebody changed since stays, and its row says so. Looks by the worker are no change: they go with the link,
as do the reminders and alerts that followed from them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from outreach.db import session
from outreach.diary.models import Entry
from outreach.diary.moves import note_many
from outreach.links import list_moves
from outreach.links.list_models import LinkListRow
from outreach.links.list_rules import RowState
from outreach.links.models import LinkCheck, PlacedLink
from outreach.prospects import people_undo
from outreach.prospects.batch_moves import forget_sites, let_go
from outreach.prospects.rules import ProspectState
from outreach.reminders.models import Reminder

_NO_CHANGE = ("link.placed", "link.asked")
"""Diary lines of a person about a link that leave it as it was agreed."""


def take_back(phase: int, rows: Sequence[LinkListRow], *, since: datetime, by: int, now: datetime) -> None:
    """One part of the undoing (of PHASES) for these rows of a list that came `since`. Later parts rest on earlier ones of all rows."""
    _PARTS[phase](_Undoing(rows, since, by, now))


@dataclass(frozen=True)
class _Undoing:
    rows: Sequence[LinkListRow]
    since: datetime
    by: int
    now: datetime

    def made(self, what: str) -> list[int]:
        """The ids of what was made of a kind."""
        return [int(row.made[what]) for row in self.rows if what in row.made]


def _links(undoing: _Undoing) -> None:
    links = list_moves.links_of(undoing.rows)
    stay = _changed(links)
    _forget([link for key, link in links.items() if key not in stay], by=undoing.by, now=undoing.now)
    for row in undoing.rows:
        if (key := row.made.get("link")) is None:
            continue
        if key in stay:
            row.state, row.reason = RowState.KEPT, stay[key]
        else:
            row.state, row.reason = RowState.TAKEN_BACK, ""


def _changed(links: dict[int, PlacedLink]) -> dict[int, str]:
    """`{id: why it stays}` of the links that somebody did something with."""
    stay = {
        key: "It stays: a pitch goes with it."
        for key, link in links.items()
        if link.pitch_id or link.reclaim_pitch_id
    }
    edited = sa.select(Entry.link_id).where(
        Entry.link_id.in_(links), Entry.by_id.is_not(None), Entry.kind.not_in(_NO_CHANGE)
    )
    stay |= {
        key: "It stays: somebody changed it since." for key in session().scalars(edited.distinct()) if key
    }
    seen = sa.select(LinkCheck.link_id).where(LinkCheck.link_id.in_(links), LinkCheck.by_id.is_not(None))
    stay |= dict.fromkeys(session().scalars(seen.distinct()), "It stays: somebody looked at it themselves.")
    return stay


def _forget(links: Sequence[PlacedLink], *, by: int, now: datetime) -> None:
    ids = [link.id for link in links]
    lines = [{"project_id": link.project_id, "site_id": link.site_id, "link_id": link.id} for link in links]
    note_many("link.taken_back", lines, by=by, now=now)
    followed = Reminder.about_kind == "link", Reminder.about_id.in_(ids), Reminder.created_by_id.is_(None)
    for link in links:
        session().expunge(link)
    for gone in (sa.delete(Reminder).where(*followed), sa.delete(PlacedLink).where(PlacedLink.id.in_(ids))):
        session().execute(gone.execution_options(synchronize_session=False))


def _ties(undoing: _Undoing) -> None:
    people_undo.untie(
        undoing.made("contact"),
        undoing.made("place"),
        since=undoing.since,
        until=None,
        stays=lambda _site_ids: set(),  # whoever a list of links names came with the link, and goes with it
        by=undoing.by,
        now=undoing.now,
    )


def _people(undoing: _Undoing) -> None:
    people_undo.forget(undoing.made("person"))


def _prospects(undoing: _Undoing) -> None:
    """Sites that the list brought into a project."""
    brought: dict[int, set[int]] = defaultdict(set)
    for row in undoing.rows:
        if "prospect" in row.made:
            project_id, site_id = row.made["prospect"]
            brought[project_id].add(site_id)
    for project_id, site_ids in brought.items():
        let_go(project_id, site_ids, set(), ProspectState.KEPT, by=undoing.by, now=undoing.now)


def _sites(undoing: _Undoing) -> None:
    """Sites that the workspace had not known."""
    forget_sites(set(undoing.made("site")))


_PARTS = (_links, _ties, _people, _prospects, _sites)
PHASES = len(_PARTS)
