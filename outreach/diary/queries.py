"""Three views of one log: a pitch's diary, the timeline of a site or person or link, and the admin's audit."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from outreach.db import session
from outreach.diary import rules
from outreach.diary.models import Entry
from outreach.diary.rules import Told
from outreach.web.pager import Cursor, Page, page_of


def timeline(
    *,
    pitch_id: int | None = None,
    site_id: int | None = None,
    person_id: int | None = None,
    link_id: int | None = None,
    project_id: int | None = None,
    within: sa.Select[int] | None = None,
    limit: int = 50,
) -> list[Entry]:
    """The newest lines about one thing, newest first; one statement.

    `within` is `projects.queries.visible_to(me)`: lines of other projects stay hidden, lines of no
    project are shown. A site and a person need it; a pitch or link that was loaded by its own rights does not.
    """
    about = {"pitch_id": pitch_id, "site_id": site_id, "person_id": person_id, "link_id": link_id, "project_id": project_id}  # fmt: skip
    query = sa.select(Entry).filter_by(**{name: key for name, key in about.items() if key is not None})
    if within is not None:
        query = query.where(sa.or_(Entry.project_id.is_(None), Entry.project_id.in_(within)))
    return list(session().scalars(query.order_by(Entry.id.desc()).limit(limit)))


def told(
    entry: Entry, names: Mapping[int, str], subjects: Mapping[tuple[str, int], str] | None = None
) -> Told:
    """A line in words. `names` are those of users by id; `subjects` those of other things by (kind, id)."""
    who = rules.PRODUCT if entry.by_id is None else names.get(entry.by_id, "Somebody")
    return rules.tell(entry.kind, entry.data, who=who, subject=_subject(entry, names, subjects or {}))


def _subject(entry: Entry, names: Mapping[int, str], subjects: Mapping[tuple[str, int], str]) -> str:
    if entry.subject_kind is None or entry.subject_id is None:
        return ""
    if entry.subject_kind == "user":
        return names.get(entry.subject_id, "")
    return subjects.get(
        (entry.subject_kind, entry.subject_id), f"{entry.subject_kind.replace('_', ' ')} {entry.subject_id}"
    )


def audit(
    *,
    room: str = "",
    by_id: int | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    cursor: Cursor | None = None,
    size: int = 50,
) -> Page[Any]:
    """One page of the whole log, newest first. `room` is the first word of the kinds; `until` is not included."""
    query = sa.select(Entry)
    if room:
        query = query.where(Entry.kind.like(f"{room}.%"))
    if by_id is not None:
        query = query.where(Entry.by_id == by_id)
    if since is not None:
        query = query.where(Entry.at >= since)
    if until is not None:
        query = query.where(Entry.at < until)
    return page_of(
        session(), query, by=Entry.id, key=Entry.id, cursor=cursor, size=size,
        value_of=lambda entry: (entry.id, entry.id),
    )  # fmt: skip
