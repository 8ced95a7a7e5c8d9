"""One site after another: what helps to decide whether it is kept. Gathered over several rooms; rights are in each query."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from outreach.accounts.models import User
from outreach.consent.models import Suppression
from outreach.consent.queries import suppressed_domains
from outreach.db import session
from outreach.desk.sites import Place, place_of
from outreach.diary.models import Entry
from outreach.mail.models import Message
from outreach.projects.models import Project
from outreach.projects.queries import visible_to
from outreach.prospects import metric_rules, people_queries, queue_queries
from outreach.prospects.metric_rules import Told
from outreach.prospects.models import Prospect, SitePerson
from outreach.prospects.queue_queries import Counts

TALKED = {
    "letter.sent": "{who} wrote to them",
    "letter.by_hand": "{who} wrote to them by a form, a message or the telephone",
    "mail.elsewhere": "{who} wrote to them from another program",
    "mail.human": "They wrote to us",
    "mail.unsubscribe": "They want no more mail",
    "mail.complaint": "They complained about a letter",
}
"""Lines of the diary that tell of talk with a site."""
TOLD_MOST = 4


@dataclass(frozen=True)
class Talk:
    """One mail that went or came: the fact, never its text. `project` is "" when the reader may not see it."""

    at: datetime
    words: str
    project: str
    pitch_id: int | None


@dataclass(frozen=True)
class Card:
    """One site with all that is known of it."""

    prospect: Prospect
    place: Place
    numbers: Sequence[Told]
    people: Sequence[SitePerson]
    talks: Sequence[Talk]
    blocked: Suppression | None

    @property
    def seen(self) -> str:
        """How the row stands, for the form that changes it."""
        return self.prospect.updated_at.isoformat()

    @property
    def others(self) -> list[Prospect]:
        """The same site in other projects of the reader."""
        return [row for row in self.place.held if row.id != self.prospect.id]


@dataclass(frozen=True)
class Queue:
    """The card on top (None: nothing waits) and how far the reader's day is."""

    card: Card | None
    counts: Counts


def queue_of(user: User, project_id: int, *, since: datetime, now: datetime) -> Queue:
    """The queue of a project whose right the caller has asked for."""
    rows = queue_queries.coming_up(project_id, now=now, limit=1)
    card = card_of(user, rows[0]) if rows else None
    return Queue(card, queue_queries.counts(project_id, since=since, now=now))


def card_of(user: User, prospect: Prospect) -> Card | None:
    """All that is known of this site, which `queue_queries` loaded, as `user` may know it."""
    place = place_of(user, prospect.site_id)
    if place is None:
        return None
    site = prospect.site
    return Card(
        prospect, place, metric_rules.told(site.metrics),
        people_queries.people_of_site(site.id, with_contacts=False), talks_with(user, site.id), suppressed_domains([site.key]).get(site.key),
    )  # fmt: skip


def talks_with(user: User, site_id: int) -> list[Talk]:
    """The last mails to and from a site, newest first, those of other projects as a bare fact; one statement."""
    seen = sa.or_(Entry.project_id.is_(None), Entry.project_id.in_(visible_to(user)))
    rows = session().execute(
        sa.select(Entry.at, Entry.kind, Entry.pitch_id, User.name, Project.name.label("project"), seen.label("is_seen"))
        .outerjoin(Message, Message.id == Entry.message_id)
        .outerjoin(User, User.id == sa.func.coalesce(Entry.by_id, Message.author_id))
        .outerjoin(Project, Project.id == Entry.project_id)
        .where(Entry.site_id == site_id, Entry.kind.in_(TALKED))
        .order_by(Entry.id.desc())
        .limit(TOLD_MOST)
    )  # fmt: skip
    return [_talk(row) for row in rows]


def _talk(row: Any) -> Talk:
    words = TALKED[row.kind].format(who=row.name or "Somebody")
    return Talk(
        row.at, words, row.project or "" if row.is_seen else "", row.pitch_id if row.is_seen else None
    )
