"""How many people a file would make new: what the dry run says of them. Changes nothing."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa

from outreach.care.import_rules import Brought
from outreach.consent.queries import suppressed_among
from outreach.db import is_in, session
from outreach.prospects.models import ContactPoint, Person, Site, SitePerson
from outreach.prospects.name_order import as_met, ways_written
from outreach.prospects.queries import merged_keys
from outreach.prospects.rules import ContactKind, Outcome

HELD = (Outcome.NEW, Outcome.JOINED, Outcome.KNOWN)


@dataclass
class Newcomers:
    """Counts them part by part; remembers the sites that come in, and whom earlier rows named."""

    held: set[str] = field(default_factory=set)
    met: set[Hashable] = field(default_factory=set)

    def count(self, rows: Sequence[Brought], told: Mapping[int, tuple[Outcome, str]]) -> int:
        """Of some rows (at most a thousand); `told` is what would become of their sites."""
        self.held |= {row.line.key for row in rows if told[row.line.number][0] in HELD}
        there = [row for row in rows if row.who.is_there and row.line.key in self.held]
        if not there:
            return 0
        suppressed = suppressed_among({mail for row in there for mail in row.who.mails})
        free = [row for row in there if row.who.mails.isdisjoint(suppressed)]
        self.met |= _known_ways(free) | _known_names(free)
        return sum(self._is_new(row) for row in free)

    def _is_new(self, row: Brought) -> bool:
        """By their number in the file, a way to reach them, or their name at the site, as `import_moves` finds them."""
        marks = _ways(row)
        name = as_met(row.who.name)
        if row.who.more.number:
            marks.add(("number", row.who.more.number, row.who.name.lower()))
        here = ("name", row.line.key, name)
        is_met = not self.met.isdisjoint(marks) or (bool(name) and here in self.met)
        self.met |= marks
        if name and not is_met and not row.who.more.number:
            self.met.add(here)
        return not is_met


def _ways(row: Brought) -> set[Hashable]:
    return {(way.kind, way.norm) for way in row.who.more.ways}


def _known_ways(rows: Sequence[Brought]) -> set[Hashable]:
    norms = {way.norm for row in rows for way in row.who.more.ways}
    query = sa.select(ContactPoint.kind, ContactPoint.value_norm).where(
        ContactPoint.kind.in_(ContactKind),
        is_in(ContactPoint.value_norm, norms),
        ContactPoint.person_id.is_not(None),
    )
    return {(kind, norm) for kind, norm in session().execute(query)} if norms else set()


def _known_names(rows: Sequence[Brought]) -> set[Hashable]:
    keys = {row.line.key for row in rows if row.who.name}
    if not keys:
        return set()
    ids = {
        site_id: key
        for key, site_id in session().execute(sa.select(Site.key, Site.id).where(is_in(Site.key, keys)))
    }
    ids |= {site_id: key for key, site_id in merged_keys(keys).items()}
    wanted = {way for row in rows if row.who.name for way in ways_written(row.who.name)}
    query = (
        sa.select(SitePerson.site_id, Person.name)
        .join(Person, Person.id == SitePerson.person_id)
        .where(is_in(SitePerson.site_id, ids), is_in(sa.func.lower(Person.name, type_=sa.Text), wanted))
    )
    return {("name", ids[site_id], as_met(name)) for site_id, name in session().execute(query)}
