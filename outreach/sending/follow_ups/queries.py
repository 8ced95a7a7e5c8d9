"""Follow-ups that are due, and what is ready for them. Nothing here changes a row."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from outreach.accounts.models import User
from outreach.db import session
from outreach.kit.clock import local_day
from outreach.mail.models import Message
from outreach.mail.rules import Direction, LetterKind, MessageState
from outreach.pitches import queries as pitch_queries
from outreach.pitches.models import Pitch
from outreach.pitches.rules import NextKind, Stage
from outreach.projects.models import Project
from outreach.sending.queries import letter_waits


@dataclass(frozen=True)
class Due:
    """A follow-up of somebody's that is due: its pitch, and the letter when it is written."""

    pitch: Pitch
    letter: Message | None


# For people


def due(user: User, today: date) -> sa.Select[Any]:
    """The user's pitches whose follow-up is due on `today`, soonest first; one whose letter is on its way is not."""
    return pitch_queries.due(user, today).where(Pitch.next_kind == NextKind.FOLLOW_UP, ~letter_waits())


def count(user: User, today: date) -> int:
    """How many are due."""
    found = due(user, today).with_only_columns(Pitch.id).order_by(None).subquery()
    return session().scalar(sa.select(sa.func.count()).select_from(found)) or 0


def listed(user: User, today: date, *, limit: int) -> list[Due]:
    """The first `limit` of them with their letters; one statement."""
    letter = aliased(Message)
    query = due(user, today).outerjoin(letter, letter.id == ready_letter()).add_columns(letter)
    return [Due(pitch, message) for pitch, message in session().execute(query.limit(limit))]


def ready_letter() -> sa.ScalarSelect[int | None]:
    """The id of the draft that waits for the pitch of the outer query: none that is older than an answer of theirs."""
    return (
        sa.select(sa.func.max(Message.id))
        .where(
            Message.pitch_id == Pitch.id,
            Message.state == MessageState.DRAFT,
            Message.kind == LetterKind.FOLLOW_UP,
            sa.or_(Pitch.last_in_at.is_(None), Message.created_at > Pitch.last_in_at),
        )
        .correlate(Pitch)
        .scalar_subquery()
    )


def letter_of(pitch: Pitch) -> Message | None:
    """The draft that is ready for this pitch."""
    query = sa.select(Message).join(Pitch, Pitch.id == Message.pitch_id)
    return session().scalar(query.where(Pitch.id == pitch.id, Message.id == ready_letter()))


# For the worker


def to_write(now: datetime) -> sa.Select[Any]:
    """Pitches whose follow-up has come due where its owner lives, and that nobody has written a letter for since the last one."""
    return _come(NextKind.FOLLOW_UP, now).where(Pitch.last_out_at.is_not(None), awaits_letter())


def awaits_letter() -> sa.ColumnElement[bool]:
    """The due row is the job: this is asked again where it is taken."""
    return sa.or_(Pitch.follow_up_drafted_at.is_(None), Pitch.follow_up_drafted_at < Pitch.last_out_at)


def to_close(now: datetime) -> sa.Select[Any]:
    """Pitches that nobody ever answered, and whose last day has come; a letter on its way keeps them open."""
    unanswered = sa.or_(Pitch.last_in_at.is_(None), Pitch.last_in_at < Pitch.last_out_at)
    return _come(NextKind.CLOSE, now).where(Pitch.stage == Stage.CONTACTED, unanswered, ~letter_waits())


def _come(kind: NextKind, now: datetime) -> sa.Select[Any]:
    return (
        sa.select(Pitch.id)
        .join(User, User.id == Pitch.next_owner_id)
        .join(Project, Project.id == Pitch.project_id)
        .where(Pitch.is_open, Pitch.next_kind == kind, Pitch.next_on <= _today(now), ~Project.is_archived)
        .order_by(Pitch.next_on, Pitch.id)
    )


def _today(now: datetime) -> sa.ColumnElement[date]:
    """The day it is for the user of the outer query."""
    zones = session().scalars(sa.select(User.timezone).distinct()).all()
    here = sa.literal(now.date(), sa.Date())
    days = {zone: sa.literal(local_day(now, ZoneInfo(zone)), sa.Date()) for zone in zones}
    return sa.case(days, value=User.timezone, else_=here) if days else here


def pointless() -> sa.Select[Any]:
    """Letters that the worker wrote and nobody sent, of pitches that have ended or were answered since."""
    over = sa.or_(~Pitch.is_open, Pitch.last_in_at > Message.created_at)
    return (
        sa.select(Message.id)
        .join(Pitch, Pitch.id == Message.pitch_id)
        .where(
            Message.state == MessageState.DRAFT,
            Message.direction == Direction.OUT,
            Message.attempt_no.is_not(None),
            over,
        )
        .order_by(Message.id)
    )


def chased_of(pitch: Pitch, *, site: bool) -> list[Pitch]:
    """The open pitches in which the same person (or anybody at the same site) is to be followed up or closed, locked."""
    whose: sa.ColumnElement[bool] = Pitch.id == pitch.id
    if pitch.person_id is not None:
        whose = sa.or_(whose, Pitch.person_id == pitch.person_id)
    if site:
        whose = sa.or_(whose, Pitch.site_id == pitch.site_id)
    query = sa.select(Pitch).where(Pitch.is_open, Pitch.next_kind == NextKind.FOLLOW_UP, whose)
    return list(session().scalars(query.order_by(Pitch.id).with_for_update()))


def waiting_letters(pitch: Pitch, *, site: bool) -> list[Message]:
    """Follow-ups that are written, queued or held: of the pitch, to its person or address anywhere, or to all at its site; locked."""
    states = (MessageState.DRAFT, MessageState.QUEUED, MessageState.TAKEN, MessageState.HELD)
    addresses = sa.select(Message.to_address).where(
        Message.pitch_id == pitch.id, Message.direction == Direction.OUT, Message.to_address != ""
    )
    whose = [Message.pitch_id == pitch.id, Message.to_address.in_(addresses)]
    if pitch.person_id is not None:
        whose.append(Message.person_id == pitch.person_id)
    if site:
        whose.append(Message.pitch_id.in_(sa.select(Pitch.id).where(Pitch.site_id == pitch.site_id)))
    query = sa.select(Message).where(
        Message.direction == Direction.OUT, Message.kind == LetterKind.FOLLOW_UP, Message.state.in_(states), sa.or_(*whose)
    )  # fmt: skip
    return list(session().scalars(query.order_by(Message.id).with_for_update()))
