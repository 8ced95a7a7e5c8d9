"""Whose are rows that were born while two were one? Their address says so. Never commits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from outreach.care import columns
from outreach.care.merging.models import Merge
from outreach.care.merging.rules import Kind
from outreach.care.queries import parts
from outreach.db import session
from outreach.diary.models import Entry
from outreach.diary.moves import note
from outreach.kit import urls
from outreach.links.models import PlacedLink
from outreach.mail.models import Message, Thread
from outreach.mail.rules import Direction
from outreach.prospects.models import ContactPoint, ImportRow, Person, Site, SiteAlias, SitePerson
from outreach.prospects.rules import ContactKind
from outreach.reminders.models import Reminder

MOST = 10_000
"""Rows born since that are looked at; two were one for thirty days at most."""


def give_back(merge: Merge) -> None:
    """Give rows born since to the one that came back, where their address is theirs."""
    if merge.kind is Kind.PERSON:
        _to_person(merge)
    else:
        _to_site(merge)
    session().flush()


def _to_person(merge: Merge) -> None:
    theirs = set(
        session().scalars(
            sa.select(ContactPoint.value_norm).where(
                ContactPoint.person_id == merge.former_id, ContactPoint.kind == ContactKind.EMAIL
            )
        )
    )
    if not theirs:
        return
    whose = sa.case((Message.direction == Direction.IN, Message.from_address), else_=Message.to_address)
    born = (Message.person_id == merge.survivor_id, Message.created_at >= merge.at)
    mails = list(
        session().scalars(sa.select(Message.id).where(*born, sa.func.lower(whose).in_(theirs)).limit(MOST))
    )
    _set(Message.__table__, "person_id", mails, merge.former_id)
    about = (
        Reminder.about_kind == "message", Reminder.person_id == merge.survivor_id, Reminder.created_at >= merge.at
    )  # fmt: skip
    for part in parts(mails):
        ids = list(session().scalars(sa.select(Reminder.id).where(*about, Reminder.about_id.in_(part))))
        _set(Reminder.__table__, "person_id", ids, merge.former_id)
        _tell_again(merge, part)
    _threads(merge)


def _tell_again(merge: Merge, mails: Sequence[int]) -> None:
    """What the diary says of these mails is said of the one that comes back as well: no line of it is ever changed."""
    born = (Entry.person_id == merge.survivor_id, Entry.at >= merge.at)
    for line in session().scalars(sa.select(Entry).where(*born, Entry.message_id.in_(mails))).all():
        note(line.kind, by=line.by_id, now=line.at, project_id=line.project_id, person_id=merge.former_id, message_id=line.message_id, **line.data)  # fmt: skip


def _threads(merge: Merge) -> None:
    """A conversation born since is theirs when a mail of it is, and none is of the one that stays."""
    of = sa.select(sa.literal(1)).where(Message.thread_id == Thread.id)
    ids = session().scalars(
        sa.select(Thread.id).where(
            Thread.person_id == merge.survivor_id, Thread.created_at >= merge.at,
            of.where(Message.person_id == merge.former_id).exists(),
            ~of.where(Message.person_id == merge.survivor_id).exists(),
        )
    )  # fmt: skip
    _set(Thread.__table__, "person_id", list(ids), merge.former_id)


def _to_site(merge: Merge) -> None:
    key = session().scalar(sa.select(Site.key).where(Site.id == merge.former_id))
    if key is None:
        return
    keys = {key, *session().scalars(sa.select(SiteAlias.key).where(SiteAlias.site_id == merge.former_id))}
    links = _those(PlacedLink.id, PlacedLink.page_url, keys, PlacedLink.site_id == merge.survivor_id, PlacedLink.created_at >= merge.at)  # fmt: skip
    _set(PlacedLink.__table__, "site_id", links, merge.former_id)
    about = (
        Reminder.about_kind == "link",
        Reminder.site_id == merge.survivor_id,
        Reminder.created_at >= merge.at,
    )
    for part in parts(links):
        ids = list(session().scalars(sa.select(Reminder.id).where(*about, Reminder.about_id.in_(part))))
        _set(Reminder.__table__, "site_id", ids, merge.former_id)
    points = _those(ContactPoint.id, ContactPoint.value, keys, ContactPoint.site_id == merge.survivor_id, ContactPoint.found_at >= merge.at)  # fmt: skip
    _set(ContactPoint.__table__, "site_id", points, merge.former_id)
    _people_of(merge, keys)
    batches = columns.named("import_batches")
    since = sa.select(batches.c.id).where(batches.c.created_at >= merge.at)
    lines = _those(ImportRow.id, ImportRow.typed, keys, ImportRow.site_id == merge.survivor_id, ImportRow.batch_id.in_(since))  # fmt: skip
    _set(ImportRow.__table__, "site_id", lines, merge.former_id)


def _people_of(merge: Merge, keys: set[str]) -> None:
    """Somebody new who was put at the one that stays is theirs by their mail addresses: all of those at either domain are at this one."""
    stays = session().scalar(sa.select(Site.key).where(Site.id == merge.survivor_id))
    point, role = ContactPoint, SitePerson
    born = (role.site_id == merge.survivor_id, Person.created_at >= merge.at, point.kind == ContactKind.EMAIL)
    query = (
        sa.select(role.id, role.person_id, point.value)
        .join(Person, Person.id == role.person_id)
        .join(point, point.person_id == role.person_id)
        .where(*born)
    )
    at: dict[tuple[int, int], set[str]] = {}
    for row_id, person_id, value in session().execute(query.limit(MOST)):
        at.setdefault((row_id, person_id), set()).add(_key(value))
    theirs = {person: row_id for (row_id, person), own in at.items() if own & keys and stays not in own}
    for part in parts(list(theirs)):
        there = sa.select(role.person_id).where(role.site_id == merge.former_id, role.person_id.in_(part))
        for person in session().scalars(there).all():
            theirs.pop(person)
    _set(role.__table__, "site_id", list(theirs.values()), merge.former_id)


def _those(row_id: Any, address: Any, keys: set[str], *where: Any) -> list[int]:
    rows = session().execute(sa.select(row_id, address).where(*where).limit(MOST))
    return [found for found, typed in rows if _key(typed) in keys]


def _key(typed: str) -> str:
    try:
        return urls.site_key(typed.rpartition("@")[2] if "@" in typed and "/" not in typed else typed)
    except urls.BadAddress:
        return ""


def _set(table: Any, column: str, ids: list[int], value: int) -> None:
    for part in parts(ids):
        session().execute(sa.update(table).where(table.c.id.in_(part)).values({column: value}))
