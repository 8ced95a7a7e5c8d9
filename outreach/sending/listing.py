"""The outbox: which letters it shows, and how many stand in each state."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from outreach.accounts.models import User, Workspace
from outreach.db import session
from outreach.mail import merge
from outreach.mail.models import Mailbox, Message
from outreach.mail.queries import has_few, seen_by
from outreach.mail.rules import Direction, LetterKind, MessageState
from outreach.pitches.models import Pitch
from outreach.projects.models import Project
from outreach.prospects.models import Person
from outreach.sending import letters
from outreach.web.pager import COUNT_CAP, Cursor, Page, page_of


@dataclass(frozen=True)
class Filter:
    """What the outbox shows: one state or all, one project or all of the user's; of the held ones those of one rule."""

    state: MessageState | None = None
    project_id: int | None = None
    rule: str = ""


def outbox(user: User, shown: Filter, cursor: Cursor | None) -> Page[Any]:
    """Letters of ours that the user may see, newest first."""
    query = listed(user, shown, are_few=has_few(user))
    return page_of(
        session(), query, by=Message.id, key=Message.id, cursor=cursor, value_of=lambda row: (row.id, row.id)
    )  # fmt: skip


def listed(user: User, shown: Filter, *, are_few: bool = False) -> sa.Select[Any]:
    """The letters of the outbox, unsorted. `are_few` is `mail.queries.has_few`."""
    query = _ours(user, shown.project_id, are_few=are_few)
    if shown.state is not None:
        state = sa.func.coalesce(Message.state, "") if are_few else Message.state
        query = query.where(state == shown.state.value)
    return query.where(Message.held_rule == shown.rule) if shown.rule else query


def as_drafts_read(rows: Sequence[Message]) -> dict[int, tuple[str, str]]:
    """`{id: (subject, text)}` of the drafts among these, filled in for those who look at them; one statement.

    One that the worker wrote keeps its thread's subject, and reads as it stands until a person has changed it.
    """
    drafts = {row.id: row for row in rows if row.state is MessageState.DRAFT and "turn" in (row.typed or {})}
    query = (
        sa.select(Message.id, Pitch, Mailbox, Workspace)
        .join(Pitch, Pitch.id == Message.pitch_id)
        .join(Mailbox, Mailbox.id == Message.mailbox_id)
        .join(Workspace, Workspace.id == 1)
        .where(Message.id.in_(drafts))
        .options(
            joinedload(Pitch.project).lazyload(Project.hosts), joinedload(Pitch.site), joinedload(Pitch.own_page),
            joinedload(Pitch.person).lazyload(Person.contact_points),
        )
    )  # fmt: skip
    told = {}
    for key, pitch, mailbox, space in session().execute(query).unique():
        row, texts = drafts[key], drafts[key].typed
        typed = merge.Draft(
            texts["subject"], texts["body"], row.personal_line, row.personal_url, texts.get("html", "")
        )
        values = merge.merge_values(pitch, mailbox, space, typed, "")
        subject, text = letters.as_it_reads(row.kind or LetterKind.FIRST, typed, values)
        told[key] = (subject if row.attempt_no is None else row.subject, text)
    return told


OURS = tuple(state for state in MessageState if state is not MessageState.RECEIVED)


def outbox_counts(user: User, project_id: int | None) -> dict[MessageState, int]:
    """How many letters stand in each state, none counted further than COUNT_CAP."""
    if has_few(user):
        states = session().scalars(_ours(user, project_id, are_few=True).with_only_columns(Message.state))
        return Counter(states)
    counts = [
        sa.select(sa.func.count())
        .select_from(_ours(user, project_id).with_only_columns(Message.id).where(Message.state == state).limit(COUNT_CAP).subquery())
        .scalar_subquery()
        for state in OURS
    ]  # fmt: skip
    return dict(zip(OURS, session().execute(sa.select(*counts)).one(), strict=True))


def held_by(user: User, project_id: int | None) -> dict[str, int]:
    """How many letters each rule of the gate holds, the busiest first."""
    number = sa.func.count()
    query = (
        _ours(user, project_id)
        .where(Message.state == MessageState.HELD)
        .with_only_columns(Message.held_rule, number)
        .group_by(Message.held_rule)
        .order_by(number.desc(), Message.held_rule)
    )
    return {row[0]: row[1] for row in session().execute(query) if row[0]}


def _ours(user: User, project_id: int | None, *, are_few: bool = False) -> sa.Select[Any]:
    query = sa.select(Message).where(Message.direction == Direction.OUT)
    if are_few:  # the ids first: SQLite would go through the list or a state
        query = query.where(Message.id.in_(sa.select(Message.id).where(seen_by(user, are_few=True))))
    else:
        query = query.where(seen_by(user))
    return query.where(Message.project_id == project_id) if project_id is not None else query
