"""What happened to a site or person, over all rooms: the diary's lines, each with the words it points at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask import current_app, url_for
from sqlalchemy.orm import aliased

from outreach.accounts.models import User
from outreach.care.merging.past_merges import former
from outreach.care.merging.rules import Kind
from outreach.db import is_sqlite, session
from outreach.diary.models import Entry
from outreach.diary.rules import PRODUCT, tell
from outreach.links.models import PlacedLink
from outreach.mail.models import Message
from outreach.pitches.models import Pitch
from outreach.projects.models import Project
from outreach.projects.queries import visible_to
from outreach.prospects.models import Note
from outreach.web.pager import Cursor, Page, page_of

SHOWN: dict[str, tuple[str, tuple[str, ...]]] = {
    "mail": ("Mails", ("letter", "message", "mail", "reply")),
    "pitches": ("Pitches", ("pitch", "production", "file", "publication", "reminder")),
    "links": ("Links", ("link",)),
    "notes": ("Notes", ("note",)),
    "changes": ("Changes", ("site", "person", "prospect", "contact", "relationship")),
}
"""What a timeline can be narrowed to: words, and the first words of the diary's kinds."""


@dataclass(frozen=True)
class Happening:
    """One line of a timeline: the sentence, what it is about in its own words, where it leads."""

    at: datetime
    text: str
    tone: str
    icon: str
    detail: str
    project: str
    href: str


def of(
    user: User,
    *,
    site_id: int | None = None,
    person_id: int | None = None,
    only: str = "",
    after: str | None = None,
) -> Page[Any]:
    """One page of what happened to a site or person, newest first; one statement.

    Lines of projects that `user` may not see are left out; lines of no project are everybody's. What happened to those
    who were merged into this one is told along.
    """
    query = _lines(user).where(_about(site_id, person_id))
    if only in SHOWN:
        query = query.where(sa.or_(*(Entry.kind.startswith(f"{kind}.") for kind in SHOWN[only][1])))
    page = page_of(
        session(), query, by=Entry.at, key=Entry.id, cursor=Cursor.unpack(after), size=30,
        value_of=lambda row: (row[0].at, row[0].id),
    )  # fmt: skip
    return Page([_told(*row) for row in page.rows], page.newer, page.older)


def _lines(user: User) -> sa.Select[*tuple[Any, ...]]:
    """Lines that `user` may see, each with what is told of it: see `_told`."""
    meant = aliased(User)
    return (
        sa.select(
            Entry,
            User.name,
            meant.name,
            Message.subject,
            Note.text,
            PlacedLink.page_url,
            Pitch.topic,
            Project.name,
        )
        .outerjoin(User, User.id == Entry.by_id)
        .outerjoin(meant, sa.and_(Entry.subject_kind == "user", meant.id == Entry.subject_id))
        .outerjoin(Message, Message.id == Entry.message_id)
        .outerjoin(Note, sa.and_(Entry.subject_kind == "note", Note.id == Entry.subject_id))
        .outerjoin(PlacedLink, PlacedLink.id == Entry.link_id)
        .outerjoin(Pitch, Pitch.id == Entry.pitch_id)
        .outerjoin(Project, Project.id == Entry.project_id)
        .where(sa.or_(Entry.project_id.is_(None), Entry.project_id.in_(visible_to(user))))
    )


def _about(site_id: Any, person_id: Any) -> sa.ColumnElement[bool]:
    """Lines about a site or person, and about those who were merged into it: the diary keeps their own numbers."""
    kind = Kind.PERSON if site_id is None else Kind.SITE
    whose, key = (Entry.person_id, person_id) if site_id is None else (Entry.site_id, site_id)
    every = sa.union_all(sa.select(sa.literal(key)), former(kind, key))
    if is_sqlite():
        return whose.in_(every)
    # An array is made first, and rows are found by it; of a subquery PostgreSQL thinks that it may name most of them.
    return whose == sa.any_(sa.func.array(every.scalar_subquery(), type_=sa.ARRAY(sa.Integer)))


def _told(
    entry: Entry,
    who: str | None,
    whom: str | None,
    letter: str | None,
    note: str | None,
    link: str | None,
    pitch: str | None,
    project: str | None,
) -> Happening:
    said = tell(entry.kind, entry.data, who=who or PRODUCT, subject=whom or "nobody")
    detail = letter or note or (_path(link) if link else "") or pitch or ""
    return Happening(entry.at, said.text, said.tone, said.icon, detail, project or "", _where(entry))


def _path(url: str) -> str:
    return url.partition("://")[2][:200]


def _where(entry: Entry) -> str:
    if entry.link_id and not entry.pitch_id:
        return address_of("links.show", link_id=entry.link_id)
    return address_of("desk.pitch", pitch_id=entry.pitch_id) if entry.pitch_id else ""


def address_of(endpoint: str, **values: Any) -> str:
    """The address of a screen of another room, or "" while there is none."""
    return url_for(endpoint, **values) if endpoint in current_app.view_functions else ""


def written_elsewhere(user: User, *, site_id: Any = None, person_id: Any = None) -> sa.ScalarSelect[Any]:
    """When a project that `user` may not see last wrote there: the fact, never the text (as a column of a query)."""
    about = _about(site_id, person_id)
    hidden = sa.and_(Entry.project_id.is_not(None), Entry.project_id.not_in(visible_to(user)))
    left = Entry.kind.in_(("letter.sent", "letter.by_hand"))
    return sa.select(sa.func.max(Entry.at)).where(about, left, hidden).scalar_subquery()
