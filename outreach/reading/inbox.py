"""The lists of the Inbox and what is shown beside one mail. Rights are in each query; nothing is changed here."""

from __future__ import annotations

import enum
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import load_only

from outreach.accounts.models import User
from outreach.db import session
from outreach.kit.urls import registrable
from outreach.letter.kinds import Kind
from outreach.mail.models import Mailbox, Message
from outreach.mail.queries import IN_THREAD, has_few
from outreach.mail.rules import Direction, LetterKind, Placing, ReadState
from outreach.pitches import filtering
from outreach.pitches.models import Pitch
from outreach.projects.models import Project
from outreach.projects.queries import visible_to, writable_by
from outreach.prospects.models import ContactPoint, Person, Site
from outreach.prospects.rules import ContactKind
from outreach.reading.queries import seen_by
from outreach.search.commonness import are_common
from outreach.search.rules import parts_of, terms_of
from outreach.web.pager import COUNT_CAP, Cursor, Page, page_of

AUTOMATIC_DAYS = timedelta(days=30)
"""How long mail that needs nobody stands in its tab; it stays on the pitch."""
THREAD = 40
FOUND = 12
NEWEST = 2_000
"""Among the last so many ids pitches are looked for that hold a text of one sign."""


class Tab(enum.StrEnum):
    """The parts of the Inbox."""

    PEOPLE = "people"
    AUTOMATIC = "automatic"
    BOUNCES = "bounces"
    UNMATCHED = "unmatched"


TAB_NAMES: dict[Tab, str] = {
    Tab.PEOPLE: "People", Tab.AUTOMATIC: "Automatic", Tab.BOUNCES: "Bounces", Tab.UNMATCHED: "Unmatched",
}  # fmt: skip
WAITING = (Kind.HUMAN, Kind.CHALLENGE, Kind.UNPARSED)
"""Kinds that a person has to look at."""
BY_ITSELF: dict[Tab, tuple[Kind, ...]] = {
    Tab.AUTOMATIC: (Kind.AUTO_REPLY, Kind.UNSUBSCRIBE, Kind.DELIVERED),
    Tab.BOUNCES: (Kind.BOUNCE, Kind.DELAYED, Kind.COMPLAINT),
}


def listed(
    user: User, tab: Tab, *, now: datetime, is_done: bool = False, are_few: bool = False
) -> sa.Select[Any]:
    """The ids of a tab's mails: its list, its count and the number in the side bar are this one query.

    `is_done` gives those that were dealt with instead. `are_few` is `mail.queries.has_few`, for a page of them.
    """
    query = sa.select(Message.id).where(Message.direction == Direction.IN, seen_by(user, are_few=are_few))
    if tab is Tab.PEOPLE:
        query = query.where(Message.what.in_(WAITING), Message.placing == Placing.MATCHED)
    elif tab is Tab.UNMATCHED:
        query = query.where(Message.placing.in_((Placing.UNMATCHED, Placing.PROPOSED)))
        return query.where(_handled(is_done))
    else:
        query = query.where(Message.what.in_(BY_ITSELF[tab]), Message.placing == Placing.MATCHED)
        return query.where(Message.received_at > now - AUTOMATIC_DAYS)
    return query.where(_handled(is_done))


def _handled(is_done: bool) -> sa.ColumnElement[bool]:
    return Message.handled_at.is_not(None) if is_done else Message.handled_at.is_(None)


def counts(user: User, *, now: datetime) -> dict[Tab, int]:
    """How many mails stand in each tab, none counted further than the cap; one statement."""
    columns = [
        sa.select(sa.func.count())
        .select_from(listed(user, tab, now=now).limit(COUNT_CAP).subquery())
        .scalar_subquery()
        for tab in Tab
    ]
    return dict(zip(Tab, session().execute(sa.select(*columns)).one(), strict=True))


SNIPPET = 160


def page(user: User, tab: Tab, cursor: Cursor | None, *, now: datetime, is_done: bool = False) -> Page[Any]:
    """Rows of a tab, newest first, with what the list names; two statements, or three for a member. Of a proposal, the pitch it may belong to.

    The ids come first, by an index alone: all that waits is sorted, and its texts and neighbours are not read for that.
    """
    letter = sa.orm.aliased(Message)
    pitch_id = sa.func.coalesce(Message.pitch_id, letter.pitch_id)
    text = sa.case((Message.reply_text != "", Message.reply_text), else_=Message.body)
    which = listed(user, tab, now=now, is_done=is_done, are_few=has_few(user)).whereclause
    assert which is not None
    query = (
        sa.select(
            Message.id, Message.from_name, Message.from_address, Message.subject, Message.received_at, Message.what,
            Message.what_reason, Message.severity, Message.return_on, Message.placing, Message.match_reason,
            Message.attachments, sa.func.substr(text, 1, SNIPPET * 2).label("text"), Person.name.label("person"),
            Site.key.label("site"), Pitch.id.label("pitch_id"), Pitch.stage, Mailbox.address.label("mailbox"),
        )
        .outerjoin(letter, letter.id == Message.about_id)
        .outerjoin(Pitch, sa.and_(Pitch.id == pitch_id, Pitch.project_id.in_(visible_to(user))))
        .outerjoin(Site, Site.id == Pitch.site_id)
        .outerjoin(Person, Person.id == Message.person_id)
        .outerjoin(Mailbox, Mailbox.id == Message.mailbox_id)
    )  # fmt: skip
    which_ids = sa.select(Message.id, Message.received_at).where(which)
    if not is_done and not user.is_manager and tab in (Tab.PEOPLE, Tab.UNMATCHED):
        which_ids = which_ids.offset(
            0
        )  # a fence: PostgreSQL would go through all mails, and not through what waits
    listed_ids = which_ids.subquery("listed")
    found = page_of(
        session(), sa.select(listed_ids), by=listed_ids.c.received_at, key=listed_ids.c.id, cursor=cursor,
        value_of=lambda row: (row.received_at, row.id),
    )  # fmt: skip
    ids = [row.id for row in found.rows]
    rows = {row.id: row for row in session().execute(query.where(Message.id.in_(ids)))}
    return replace(found, rows=[rows[key] for key in ids if key in rows])


@dataclass(frozen=True)
class Opened:
    """One mail with who wrote it and its place in the list: the ids of its neighbours."""

    mail: Message
    person: Person | None
    mailbox: Mailbox | None
    newer: int | None
    older: int | None


def opened(user: User, message_id: int, tab: Tab, *, now: datetime) -> Opened | None:
    """An incoming mail that the user sees; one statement."""
    ids = listed(user, tab, now=now)
    this = sa.select(Message.received_at).where(Message.id == message_id).scalar_subquery()
    other = sa.orm.aliased(Message)
    near = sa.select(other.id).where(other.id.in_(ids), other.id != message_id)
    newer = near.where(  # `>=` and `<=`: an index begins there
        other.received_at >= this,
        sa.or_(other.received_at > this, sa.and_(other.received_at == this, other.id > message_id)),
    )
    older = near.where(
        other.received_at <= this,
        sa.or_(other.received_at < this, sa.and_(other.received_at == this, other.id < message_id)),
    )
    row = session().execute(
        sa.select(
            Message, Person, Mailbox,
            newer.order_by(other.received_at, other.id).limit(1).scalar_subquery(),
            older.order_by(other.received_at.desc(), other.id.desc()).limit(1).scalar_subquery(),
        )
        .outerjoin(Person, Person.id == Message.person_id)
        .outerjoin(Mailbox, Mailbox.id == Message.mailbox_id)
        .where(Message.id == message_id, Message.direction == Direction.IN, seen_by(user))
        .options(sa.orm.lazyload(Person.contact_points))
    ).first()  # fmt: skip
    return Opened(*row) if row else None


def tab_of(mail: Message) -> Tab:
    """The tab that a mail stands in."""
    if mail.placing is not Placing.MATCHED:
        return Tab.UNMATCHED
    return next((tab for tab, kinds in BY_ITSELF.items() if mail.what in kinds), Tab.PEOPLE)


def thread(user: User, mail: Message) -> list[Message]:
    """The conversation around a mail, oldest first; of one that is nobody's, the mail alone."""
    whole = [Message.thread_id == mail.thread_id] if mail.thread_id else []
    whole += [Message.pitch_id == mail.pitch_id] if mail.pitch_id else []
    if not whole:
        return [mail]
    at = sa.func.coalesce(Message.sent_at, Message.received_at, Message.queued_at, Message.created_at)
    query = (
        sa.select(Message)
        .where(
            sa.or_(*whole), Message.state.in_(IN_THREAD), Message.project_id.in_(visible_to(user)),
            sa.or_(Message.kind.is_(None), Message.kind != LetterKind.SYSTEM),
        )
        .options(
            load_only(
                Message.direction, Message.kind, Message.state, Message.what, Message.subject, Message.body, Message.reply_text,
                Message.from_name, Message.from_address, Message.to_address, Message.sent_at, Message.received_at,
                Message.queued_at, Message.created_at, Message.author_id, Message.is_elsewhere, Message.return_on,
            )
        )
        .order_by(at.desc(), Message.id.desc())
        .limit(THREAD)
    )  # fmt: skip
    return list(reversed(session().scalars(query).all()))


def pitch_near(user: User, mail: Message) -> int | None:
    """The pitch of a mail; of a proposal, the one it may belong to, when the user sees that."""
    if mail.pitch_id is not None:
        return mail.pitch_id
    if mail.about_id is None:
        return None
    query = sa.select(Message.pitch_id).where(
        Message.id == mail.about_id, Message.project_id.in_(visible_to(user))
    )
    return session().scalar(query)


@dataclass(frozen=True)
class Candidate:
    """A pitch that a stray mail may belong to, and why it is offered."""

    id: int
    topic: str
    type: Any
    stage: Any
    site: str
    person: str
    project: str
    why: str


def candidates(user: User, mail: Message, text: str) -> list[Candidate]:
    """Pitches to match a mail with: those that hold `text`, else those of its sender and of its sender's domain."""
    domain = mail.from_address.rpartition("@")[2]
    wrote = sa.exists().where(
        Message.pitch_id == Pitch.id, sa.func.lower(Message.to_address) == mail.from_address
    )
    knows = sa.exists().where(
        ContactPoint.person_id == Pitch.person_id, ContactPoint.kind == ContactKind.EMAIL,
        ContactPoint.value_norm == mail.from_address,
    )  # fmt: skip
    at_site = Site.key.in_([domain, registrable(domain) or domain]) if domain else sa.false()
    why = sa.case(
        (sa.or_(wrote, knows), sa.literal("It is about somebody with this address.")),
        (at_site, sa.literal("It is about this site.")), else_=sa.literal(""),
    )  # fmt: skip
    query = (
        sa.select(
            Pitch.id, Pitch.topic, Pitch.type, Pitch.stage, Site.key.label("site"),
            sa.func.coalesce(Person.name, "").label("person"), Project.name.label("project"), why.label("why"),
        )
        .join(Site, Site.id == Pitch.site_id)
        .join(Project, Project.id == Pitch.project_id)
        .outerjoin(Person, Person.id == Pitch.person_id)
        .where((Pitch.project_id + 0).in_(writable_by(user)))
    )  # fmt: skip
    if terms := terms_of(text):
        common = are_common(terms, *filtering.SPEAKING)
        query = query.where(filtering.hold(terms, common))
        if not parts_of(terms):  # each pitch would be read
            query = query.where(Pitch.id > sa.select(sa.func.max(Pitch.id)).scalar_subquery() - NEWEST)
        if any(common.values()):  # the first rows of thousands, as they come
            newest = query.order_by(Pitch.updated_at.desc(), Pitch.id.desc()).limit(FOUND)
            return [Candidate(*row) for row in session().execute(newest)]
    else:
        query = query.where(Pitch.id.in_(_near(mail.from_address, domain)))
    query = query.order_by(Pitch.is_open.desc(), Pitch.updated_at.desc(), Pitch.id.desc()).limit(FOUND)
    return [Candidate(*row) for row in session().execute(query)]


def _near(address: str, domain: str) -> sa.CompoundSelect[Any]:
    """The ids of pitches that were written to this address, are about its person or its site; each part by an index."""
    points = sa.select(ContactPoint.value).where(
        ContactPoint.kind == ContactKind.EMAIL, ContactPoint.value_norm == address
    )
    spelled = sa.union_all(points, sa.select(sa.literal(address)))
    people = sa.select(ContactPoint.person_id).where(
        ContactPoint.kind == ContactKind.EMAIL, ContactPoint.value_norm == address
    )
    sites = sa.select(Site.id).where(Site.key.in_([domain, registrable(domain) or domain]))
    return sa.union_all(
        sa.select(Message.pitch_id).where(Message.to_address.in_(spelled), Message.pitch_id.is_not(None)),
        sa.select(Pitch.id).where(Pitch.person_id.in_(people)),
        *([sa.select(Pitch.id).where(Pitch.site_id.in_(sites))] if domain else []),
    )


def reading_states(user: User) -> list[Mailbox]:
    """The user's mailboxes whose reading is worth a word: under way for the first time, or in trouble."""
    own = sa.or_(Mailbox.owner_id == user.id, Mailbox.project_id.in_(writable_by(user)))
    worth = (ReadState.FIRST, ReadState.TROUBLE, ReadState.REFUSED)
    query = sa.select(Mailbox).where(Mailbox.read_state.in_(worth), Mailbox.imap_host != "")
    return list(
        session().scalars((query if user.is_admin else query.where(own)).order_by(Mailbox.address).limit(5))
    )


def is_any_read(user: User) -> bool:
    """Is there a mailbox of theirs that is read at all?"""
    own = sa.or_(Mailbox.owner_id == user.id, Mailbox.project_id.in_(visible_to(user)))
    query = sa.select(Mailbox.id).where(Mailbox.imap_host != "")
    return session().scalar((query if user.is_admin else query.where(own)).limit(1)) is not None
