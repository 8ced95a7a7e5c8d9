"""Batches of first letters: who can be in one, and how each letter of it stands."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from outreach.accounts.models import User
from outreach.db import session
from outreach.mail.models import LetterBatch, LetterTemplate, Message
from outreach.mail.queries import listed_templates
from outreach.mail.rules import LetterKind, MessageState
from outreach.pitches.models import Pitch
from outreach.pitches.rules import Column, PitchType
from outreach.projects.models import OwnPage
from outreach.projects.queries import writable_by
from outreach.prospects.models import ContactPoint, Prospect, Site, SitePerson
from outreach.prospects.rules import ContactKind, ContactStatus
from outreach.web.pager import Cursor, Page, page_of

MOST = 200
"""Letters in one batch."""
DEAD = (ContactStatus.BOUNCED, ContactStatus.INVALID)
OVER = (MessageState.DRAFT, MessageState.CANCELLED)


@dataclass(frozen=True)
class Line:
    """One letter of a batch as its lists show it. `why` is what stands against it; empty when it is ready."""

    id: int
    pitch_id: int
    site: str
    who: str
    address: str
    state: MessageState
    is_skipped: bool
    why: str
    personal_line: str

    @property
    def is_ready(self) -> bool:
        return self.state is MessageState.DRAFT and not self.is_skipped and not self.why

    @property
    def is_open(self) -> bool:
        """Has somebody still to look at it?"""
        return self.state is MessageState.DRAFT and not self.is_skipped and bool(self.why)


def batch(user: User, batch_id: int) -> LetterBatch | None:
    """A batch of a project that `user` may write in."""
    return session().scalar(
        sa.select(LetterBatch).where(
            LetterBatch.id == batch_id, LetterBatch.project_id.in_(writable_by(user))
        )
    )


def with_letter(user: User, batch_id: int, message_id: int) -> tuple[LetterBatch, Message] | None:
    """A batch of a project that `user` may write in, and one of its letters."""
    query = (
        sa.select(LetterBatch, Message)
        .join(Message, Message.batch_id == LetterBatch.id)
        .where(
            LetterBatch.id == batch_id,
            LetterBatch.project_id.in_(writable_by(user)),
            Message.id == message_id,
        )
    )
    row = session().execute(query).first()
    return (row[0], row[1]) if row else None


def batches(user: User, cursor: Cursor | None) -> Page[Any]:
    """(batch, letters, of them still drafts), newest first."""
    open_drafts = sa.func.count().filter(Message.state == MessageState.DRAFT, ~Message.is_skipped)
    query = (
        sa.select(LetterBatch, sa.func.count(Message.batch_id), open_drafts)
        .outerjoin(Message, Message.batch_id == LetterBatch.id)
        .where(LetterBatch.project_id.in_(writable_by(user)))
        .group_by(LetterBatch.id)
    )
    return page_of(
        session(), query, by=LetterBatch.id, key=LetterBatch.id, cursor=cursor, value_of=lambda row: (row[0].id, row[0].id)
    )  # fmt: skip


def lines(batch_id: int) -> list[Line]:
    """Every letter of a batch, in its order."""
    query = (
        sa.select(
            Message.id, Message.pitch_id, Site.key, Message.to_name, Message.to_address, Message.state, Message.is_skipped,
            Message.state_reason, Message.personal_line,
        )
        .join(Pitch, Pitch.id == Message.pitch_id)
        .join(Site, Site.id == Pitch.site_id)
        .where(Message.batch_id == batch_id)
        .order_by(Message.id)
    )  # fmt: skip
    rows: list[Any] = list(session().execute(query))
    return [Line(*row) for row in rows]


def letter(batch_id: int, message_id: int) -> Message | None:
    """A letter of this batch; who may see the batch was asked before."""
    return session().scalar(sa.select(Message).where(Message.id == message_id, Message.batch_id == batch_id))


# Who can be in one


def pitches(user: User, ids: Collection[int]) -> Sequence[Pitch]:
    """Of these pitches those that the user may write for, with site, person and project."""
    query = (
        sa.select(Pitch)
        .where(Pitch.id.in_(ids), Pitch.project_id.in_(writable_by(user)))
        .options(joinedload(Pitch.site), joinedload(Pitch.person), joinedload(Pitch.project))
        .order_by(Pitch.id)
    )
    return session().scalars(query).unique().all()


def prospects(user: User, ids: Collection[int]) -> Sequence[Prospect]:
    """Of these prospects those of projects that the user may write in."""
    query = sa.select(Prospect).where(Prospect.id.in_(ids), Prospect.project_id.in_(writable_by(user)))
    return session().scalars(query.options(joinedload(Prospect.project)).order_by(Prospect.id)).unique().all()


def written_for(pitch_ids: Collection[int]) -> set[int]:
    """Pitches that have a letter or a mail already; drafts and cancelled letters do not count."""
    query = sa.select(Message.pitch_id).where(Message.pitch_id.in_(pitch_ids), Message.state.not_in(OVER))
    return {key for key in session().scalars(query) if key is not None}


def is_to_write(pitch: Pitch, written: Collection[int]) -> bool:
    """Is a first letter what comes next?"""
    return pitch.is_open and pitch.board_column is Column.TO_DO and pitch.id not in written


def drafts(user: User, pitch_ids: Collection[int]) -> dict[int, Message]:
    """{pitch: the user's newest draft}, of those that are in no batch."""
    query = sa.select(Message).where(
        Message.pitch_id.in_(pitch_ids), Message.author_id == user.id, Message.state == MessageState.DRAFT,
        Message.batch_id.is_(None),
    )  # fmt: skip
    return {row.pitch_id: row for row in session().scalars(query.order_by(Message.id)) if row.pitch_id}


def in_a_batch(pitch_ids: Collection[int]) -> set[int]:
    """Pitches that stand in an unfinished batch already."""
    query = sa.select(Message.pitch_id).where(
        Message.pitch_id.in_(pitch_ids), Message.batch_id.is_not(None), Message.state == MessageState.DRAFT
    )
    return {key for key in session().scalars(query) if key is not None}


def addresses(person_ids: Collection[int]) -> dict[int, str]:
    """{person: the first living mail address}."""
    query = sa.select(ContactPoint.person_id, ContactPoint.value).where(
        ContactPoint.person_id.in_(person_ids),
        ContactPoint.kind == ContactKind.EMAIL,
        ContactPoint.status.not_in(DEAD),
    )
    found: dict[int, str] = {}
    for person_id, value in session().execute(query.order_by(ContactPoint.id)):
        if person_id is not None:
            found.setdefault(person_id, value)
    return found


def people(site_ids: Collection[int]) -> dict[int, list[int]]:
    """{site: its people, first known first}, those who left taken out."""
    query = sa.select(SitePerson.site_id, SitePerson.person_id).where(
        SitePerson.site_id.in_(site_ids), SitePerson.is_former.is_(False)
    )
    found: dict[int, list[int]] = {}
    for site_id, person_id in session().execute(query.order_by(SitePerson.id)):
        found.setdefault(site_id, []).append(person_id)
    return found


def own_pages(project_id: int) -> Sequence[OwnPage]:
    """What can be offered: the own pages of a project, assets first."""
    query = sa.select(OwnPage).where(OwnPage.project_id == project_id)
    return session().scalars(query.order_by(OwnPage.is_asset.desc(), OwnPage.title).limit(500)).all()


def templates(user: User, project_id: int) -> dict[PitchType, list[LetterTemplate]]:
    """First letters to start from, by the type of pitch."""
    found: dict[PitchType, list[LetterTemplate]] = {}
    for template in listed_templates(user, project_id, LetterKind.FIRST):
        found.setdefault(template.type, []).append(template)
    return found
