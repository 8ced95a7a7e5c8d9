"""Mailboxes, templates and conversations that somebody may see or use. Every rule of who sees what is in the query."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import aliased, contains_eager, selectinload

from outreach.accounts.models import User
from outreach.db import session
from outreach.letter.kinds import Kind
from outreach.mail.models import FirstMailbox, LetterTemplate, Mailbox, Message, TemplateVersion, Thread
from outreach.mail.rules import Direction, LetterKind, MailboxState, MessageState
from outreach.pitches.models import Pitch
from outreach.pitches.rules import REPAIRS, PitchType
from outreach.projects import queries as project_queries
from outreach.projects.queries import is_among, is_seen, visible_to, writable_by

IN_THREAD = (
    MessageState.SENT,
    MessageState.UNKNOWN,
    MessageState.SENDING,
    MessageState.TAKEN,
    MessageState.QUEUED,
    MessageState.RECEIVED,
    MessageState.HELD,
    MessageState.FAILED,
)
"""States of messages that a conversation shows; drafts and cancelled letters are not part of it."""


def usable_mailboxes(user: User, project_id: int | None = None) -> list[Mailbox]:
    """Mailboxes that `user` may write from: their own, and those shared with the project (or any they may write in).

    Of a project's, the one that they chose for it comes first.
    """
    shared: sa.ColumnElement[bool] = Mailbox.project_id.in_(writable_by(user))
    if project_id is not None:
        shared = sa.and_(shared, Mailbox.project_id == project_id)
    query = sa.select(Mailbox).where(sa.or_(Mailbox.owner_id == user.id, shared), ~Mailbox.is_system)
    chosen = sa.select(FirstMailbox.mailbox_id).where(
        FirstMailbox.user_id == user.id, FirstMailbox.project_id == (project_id or 0)
    )
    order = (Mailbox.id.in_(chosen).desc(), Mailbox.project_id.is_(None).desc(), Mailbox.id)
    return list(session().scalars(query.order_by(*order)))


def first_in(user: User, mailbox_id: int) -> set[int]:
    """The projects in which `user` writes from this mailbox first."""
    query = sa.select(FirstMailbox.project_id).where(
        FirstMailbox.user_id == user.id, FirstMailbox.mailbox_id == mailbox_id
    )
    return set(session().scalars(query))


def seen_mailboxes(user: User) -> list[Mailbox]:
    """Mailboxes on the screen of mailboxes: usable ones; an admin sees all, the system's among them."""
    query = sa.select(Mailbox).order_by(Mailbox.address, Mailbox.id)
    if not user.is_admin:
        query = query.where(_seen_by(user))
    return list(session().scalars(query))


def mailbox(user: User, mailbox_id: int) -> Mailbox | None:
    """A mailbox that `user` may look at and set: owner, writers of its project, admins; the system's: admins alone."""
    query = sa.select(Mailbox).where(Mailbox.id == mailbox_id)
    return session().scalar(query if user.is_admin else query.where(_seen_by(user)))


def today_of(mailboxes: Sequence[Mailbox], *, now: datetime) -> dict[int, tuple[int, int]]:
    """`{mailbox id: (letters to people that left today, letters that wait)}`; today is the mailbox's own day."""
    ids = [mailbox.id for mailbox in mailboxes]
    zones = {mailbox.id: ZoneInfo(mailbox.timezone) for mailbox in mailboxes}
    here = sa.select(Message.mailbox_id, Message.state, Message.sent_at).where(
        Message.kind != LetterKind.SYSTEM
    )
    queued, since = Message.state == MessageState.QUEUED, now - timedelta(days=2)
    query = sa.union_all(  # each by its index: few wait, and few left since yesterday
        here.where(queued, (Message.mailbox_id + 0).in_(ids)),
        here.where(~queued, Message.mailbox_id.in_(ids), Message.sent_at > since),
    )
    found = dict.fromkeys(ids, (0, 0))
    key: int
    for key, state, at in session().execute(query):  # type: ignore[assignment]
        left, waiting = found[key]
        zone = zones[key]
        is_today = at is not None and at.astimezone(zone).date() == now.astimezone(zone).date()
        found[key] = (left + is_today, waiting + (state is MessageState.QUEUED))
    return found


def system_mailbox() -> Mailbox | None:
    """The one mailbox from which invitations, resets and the digest leave; None when none is named or it is stopped."""
    return session().scalar(
        sa.select(Mailbox).where(Mailbox.is_system, Mailbox.state != MailboxState.STOPPED)
    )


def templates(
    user: User, *, kind: PitchType | None = None, is_archived: bool = False
) -> list[LetterTemplate]:
    """Templates of the workspace and of the user's projects, by type and name, each with its newest version alone."""
    query = sa.select(LetterTemplate).where(_readable(user), LetterTemplate.is_archived.is_(is_archived))
    if kind is not None:
        query = query.where(LetterTemplate.type == kind)
    return _listed(query.order_by(LetterTemplate.type, LetterTemplate.name, LetterTemplate.id))


def templates_for(user: User, project_id: int, kind: PitchType, letter: LetterKind) -> list[LetterTemplate]:
    """What the compose screen offers: templates of the pitch's type and of this kind of letter, each with its newest version alone."""
    query = sa.select(LetterTemplate).where(
        sa.or_(LetterTemplate.project_id.is_(None), LetterTemplate.project_id == project_id),
        _readable(user),
        LetterTemplate.type == kind,
        LetterTemplate.kind == letter,
        ~LetterTemplate.is_archived,
    )
    return _listed(query.order_by(LetterTemplate.name, LetterTemplate.id))


def listed_templates(user: User, project_id: int, letter: LetterKind) -> list[LetterTemplate]:
    """Templates of this kind of letter for every type of pitch, by name, each with its newest version alone."""
    query = sa.select(LetterTemplate).where(
        sa.or_(LetterTemplate.project_id.is_(None), LetterTemplate.project_id == project_id),
        _readable(user),
        LetterTemplate.kind == letter,
        ~LetterTemplate.is_archived,
    )
    return _listed(query.order_by(LetterTemplate.name, LetterTemplate.id))


def _listed(query: sa.Select[LetterTemplate]) -> list[LetterTemplate]:
    """Templates whose `versions` hold the newest one alone; one statement, however many there are."""
    other = aliased(TemplateVersion)
    newest = (
        sa.select(sa.func.max(other.number)).where(other.template_id == LetterTemplate.id).scalar_subquery()
    )
    query = query.join(LetterTemplate.versions).where(TemplateVersion.number == newest)
    found = session().scalars(query.options(contains_eager(LetterTemplate.versions)))
    return list(found.unique())


def template(user: User, template_id: int, *, to_change: bool = False) -> LetterTemplate | None:
    """A template with its versions, newest first."""
    allowed = _changeable(user) if to_change else _readable(user)
    query = sa.select(LetterTemplate).where(LetterTemplate.id == template_id, allowed)
    return session().scalar(query.options(selectinload(LetterTemplate.versions)))


def may_change(user: User, template: LetterTemplate) -> bool:
    """May this user save a new version?"""
    return (
        session().scalar(
            sa.select(LetterTemplate.id).where(LetterTemplate.id == template.id, _changeable(user))
        )
        is not None
    )


Results = dict[int, tuple[int, int]]
"""`{version id: (letters sent, people who answered afterwards)}`."""

MUCH_USED = 500
"""A page about more letters than this is there before what came of them is counted."""


def results(template_id: int, *, most: int | None = None) -> Results | None:
    """What came of the letters of a template; None when there are more than `most`, sent or not."""
    versions = sa.select(TemplateVersion.id).where(TemplateVersion.template_id == template_id)
    columns = (Message.id, Message.template_version_id, Message.state, Message.thread_id, Message.sent_at)
    written = sa.select(*columns).where(Message.template_version_id.in_(versions))
    letter = (written if most is None else written.limit(most + 1)).subquery("letter")
    is_sent = letter.c.state == MessageState.SENT
    sent = sa.func.count(sa.distinct(sa.case((is_sent, letter.c.id))))
    answer = sa.orm.aliased(Message)
    answered = sa.func.count(sa.distinct(answer.thread_id))
    query = (
        sa.select(letter.c.template_version_id, sent, answered, sa.func.count(sa.distinct(letter.c.id)))
        .outerjoin(
            answer,
            sa.and_(
                is_sent,
                answer.thread_id == letter.c.thread_id,
                answer.direction == Direction.IN,
                sa.or_(answer.what.is_(None), answer.what == Kind.HUMAN),
                answer.received_at > letter.c.sent_at,
            ),
        )
        .group_by(letter.c.template_version_id)
    )
    found = session().execute(query).all()
    if most is not None and sum(row[3] for row in found) > most:
        return None
    return {row[0]: (row[1], row[2]) for row in found}


def conversation(pitch_id: int, *, drafts_of: int | None = None) -> list[Message]:
    """All messages of a pitch, oldest first; the pitch was loaded by its own rights.

    Drafts and cancelled are left out, but for the drafts of the user `drafts_of`.
    """
    moment = sa.func.coalesce(Message.sent_at, Message.received_at, Message.queued_at, Message.created_at)
    shown: sa.ColumnElement[bool] = Message.state.in_(IN_THREAD)
    if drafts_of is not None:
        own = sa.and_(Message.state == MessageState.DRAFT, Message.author_id == drafts_of)
        shown = sa.or_(shown, own)
    query = sa.select(Message).where(Message.pitch_id == pitch_id, shown)
    return list(session().scalars(query.order_by(moment, Message.id)))


def origin_of(pitch: Pitch) -> int | None:
    """The pitch whose conversation a reclaim or correction goes on in: what it asks for was agreed there."""
    return pitch.parent_id if pitch.type in REPAIRS else None


def talk_before(pitch: Pitch) -> list[Message]:
    """What was said before this pitch's next letter: its own conversation, else the one it goes on in."""
    own = conversation(pitch.id)
    origin = origin_of(pitch)
    return own if own or origin is None else conversation(origin)


def thread_of(pitch: Pitch) -> Thread | None:
    """The pitch's conversation, or the one it goes on in, if there is one yet."""
    pitches = [key for key in (pitch.id, origin_of(pitch)) if key is not None]
    own_first = Thread.pitch_id != pitch.id
    return session().scalar(
        sa.select(Thread).where(Thread.pitch_id.in_(pitches)).order_by(own_first, Thread.id).limit(1)
    )


def message(user: User, message_id: int) -> Message | None:
    """A message of a project that `user` sees, or one that they wrote or that was sent to them by the system."""
    return session().scalar(sa.select(Message).where(Message.id == message_id, seen_by(user)))


def has_few(user: User) -> bool:
    """Are the messages of all projects of a member so few that they are gathered and sorted?"""
    return project_queries.has_few(user, Message.project_id)


def seen_by(user: User, *, are_few: bool = False) -> sa.ColumnElement[bool]:
    """Which messages somebody sees; mail of the system is for admins and for whom it was sent to. `are_few` is `has_few`."""
    mine = sa.or_(Message.author_id == user.id, Message.for_user_id == user.id)
    of_projects = (is_among if are_few else is_seen)(Message.project_id, user)
    if user.is_admin:
        return sa.or_(of_projects, mine, Message.project_id.is_(None))
    return sa.or_(of_projects, sa.and_(Message.project_id.is_(None), mine))


def _seen_by(user: User) -> sa.ColumnElement[bool]:
    """The system's mailbox is for admins: whoever sets its server reads the links that open accounts."""
    own = sa.or_(Mailbox.owner_id == user.id, Mailbox.project_id.in_(writable_by(user)))
    return sa.and_(own, ~Mailbox.is_system)


def _readable(user: User) -> sa.ColumnElement[bool]:
    return sa.or_(LetterTemplate.project_id.is_(None), LetterTemplate.project_id.in_(visible_to(user)))


def _changeable(user: User) -> sa.ColumnElement[bool]:
    """Those of the whole workspace are changed by managers, and by whoever made them."""
    own = LetterTemplate.project_id.in_(writable_by(user))
    shared = LetterTemplate.project_id.is_(None)
    if user.is_manager:
        return sa.or_(own, shared)
    return sa.or_(own, sa.and_(shared, LetterTemplate.created_by_id == user.id))
