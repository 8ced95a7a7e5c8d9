"""Taking a watched list out again: the links, then the people, then the sites. Never commits.

Whatever somebody changed since stays, and its row says so. Looks by the worker are no change: they go with the link,
as do the reminders and alerts that followed from them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

import sqlalchemy as sa

from outreach.db import Base, session
from outreach.diary.models import Entry
from outreach.diary.moves import note_many
from outreach.links import list_moves
from outreach.links.list_models import LinkListRow
from outreach.links.list_rules import RowState
from outreach.links.models import LinkCheck, PlacedLink
from outreach.prospects.batch_moves import forget_sites, let_go
from outreach.prospects.models import ContactPoint, Person, SitePerson
from outreach.prospects.rules import ProspectState
from outreach.reminders.models import Reminder

Row = TypeVar("Row", bound=Base)

_NO_CHANGE = ("link.placed", "link.asked")
"""Diary lines of a person about a link that leave it as it was agreed."""

_BROUGHT = ("person.added", "person.placed", "contact.added")
"""Diary lines about a person that the list itself may have written."""


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
    """The addresses that the list brought, and where it placed people, but for people whom somebody has dealt with since."""
    points = _those(ContactPoint, undoing.made("contact"))
    places = _those(SitePerson, undoing.made("place"))
    people = {point.person_id for point in points if point.person_id} | {place.person_id for place in places}
    dealt = _dealt_with(people, undoing.since)
    for point in points:
        if point.person_id not in dealt and point.site_id is None:
            session().delete(point)
    for place in places:
        if (
            place.person_id not in dealt
            and not place.role
            and not place.is_former
            and not _still_links(place)
        ):
            session().delete(place)
    session().flush()


def _those(kind: type[Row], ids: Sequence[int]) -> list[Row]:
    return list(session().scalars(sa.select(kind).where(kind.id.in_(ids))).unique())


def _dealt_with(people: set[int], since: datetime) -> set[int]:
    """Those of the people whom the diary names for more than coming in."""
    lines = sa.select(Entry.person_id).where(
        Entry.person_id.in_(people), Entry.at >= since, Entry.kind.not_in(_BROUGHT)
    )
    return {key for key in session().scalars(lines.distinct()) if key}


def _still_links(place: SitePerson) -> bool:
    where = PlacedLink.site_id == place.site_id, PlacedLink.person_id == place.person_id
    return session().scalar(sa.select(PlacedLink.id).where(*where).limit(1)) is not None


def _people(undoing: _Undoing) -> None:
    """People that the list brought and that no row of any room names any more."""
    for person in _those(Person, undoing.made("person")):
        if person.version == 1 and not _is_named(Person, person.id):
            session().delete(person)
    session().flush()


def _is_named(kind: type[Base], key: int) -> bool:
    """Does any row name this one? Asked by the metadata, so that rooms above are asked, too."""
    target = kind.__table__.c.id
    for table in Base.metadata.tables.values():
        for column in (it.parent for it in table.foreign_keys if it.column is target):
            if session().scalar(sa.select(sa.literal(1)).where(column == key).limit(1)):
                return True
    return False


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
