"""Changing a pitch. Never commits; each change writes one diary line and counts `version` up."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from outreach.accounts.models import User
from outreach.db import session
from outreach.diary.moves import note
from outreach.pitches import rules
from outreach.pitches.models import Pitch
from outreach.pitches.rules import NextKind, PitchType, Stage
from outreach.projects.models import Project


def start(
    project: Project, kind: PitchType, site_id: int, *, by: User, now: datetime, today: date,
    person_id: int | None = None, own_page_id: int | None = None, topic: str = "", parent_id: int | None = None,
    stage: Stage = Stage.IDEA, owner_id: int | None = None,
) -> Pitch:  # fmt: skip
    """A new pitch at `stage` (an open one), owned by `owner_id` or else by its maker, with the usual next action."""
    next_kind, next_on = rules.propose_next(stage, today, follow_up_days=project.follow_up_days)
    owner = owner_id or by.id
    pitch = Pitch(
        project_id=project.id, type=kind, site_id=site_id, person_id=person_id, own_page_id=own_page_id, topic=topic,
        parent_id=parent_id, stage=stage, is_open=True, owner_id=owner, next_kind=next_kind, next_on=next_on,
        next_owner_id=owner, stage_since=now, created_at=now, updated_at=now, created_by_id=by.id, version=1,
    )  # fmt: skip
    session().add(pitch)
    session().flush()
    _note(pitch, "pitch.started", by=by.id, now=now, type=kind.value)
    return pitch


def move(
    pitch: Pitch, to: Stage, *, by: int | None, now: datetime, today: date,
    reason: str = "", verified: bool = False, revisit_on: date | None = None, follow_up_days: int = 4,
) -> None:  # fmt: skip
    """Move to stage `to`. Raises rules.MoveRefused when the rules do not allow it.

    An open stage gets the usual next action; a stage at rest loses it. `verified` is said by a check or by
    what a person saw, never by a form.
    """
    rules.check_move(pitch.standing(reason=reason, verified=verified, revisit_on=revisit_on), to)
    before = pitch.stage
    if rules.is_open(before):
        pitch.rested_from = before
    pitch.stage, pitch.is_open, pitch.stage_since = to, rules.is_open(to), now
    pitch.revisit_on = revisit_on if to is Stage.NURTURE else None
    pitch.outcome_reason = reason[:500] if not pitch.is_open else ""
    if pitch.is_open:
        pitch.rested_from = None
        kind, day = rules.propose_next(to, today, follow_up_days=follow_up_days)
        set_next(pitch, kind, day, pitch.next_owner_id or pitch.owner_id or by)
    else:
        pitch.next_kind = pitch.next_on = pitch.next_owner_id = None
        pitch.next_note = ""
    touch(pitch, now)
    _note(pitch, "pitch.stage", by=by, now=now, before=before.value, after=to.value)


def set_next(pitch: Pitch, kind: NextKind, day: date, owner_id: int | None, words: str = "") -> None:
    """The one next action of an open pitch (E1)."""
    pitch.next_kind, pitch.next_on, pitch.next_owner_id, pitch.next_note = kind, day, owner_id, words[:300]


def contacted(pitch: Pitch, *, now: datetime, today: date, follow_up_days: int, is_follow_up: bool) -> None:
    """A letter of ours left: the pitch is contacted at least, and the next action is to follow up."""
    pitch.last_out_at = now
    if is_follow_up:
        pitch.follow_ups_sent += 1
    if pitch.stage in (Stage.IDEA, Stage.QUALIFIED, Stage.READY):
        move(pitch, Stage.CONTACTED, by=None, now=now, today=today, follow_up_days=follow_up_days)
    elif pitch.is_open:
        kind, day = rules.propose_next(Stage.CONTACTED, today, follow_up_days=follow_up_days)
        set_next(pitch, kind, day, pitch.next_owner_id)
        touch(pitch, now)


def talking(pitch: Pitch, *, now: datetime, today: date) -> None:
    """A person answered: the pitch is talking at least, "answer" is due today (2.3)."""
    pitch.last_in_at = now
    if pitch.is_open and pitch.stage in (Stage.IDEA, Stage.QUALIFIED, Stage.READY, Stage.CONTACTED):
        move(pitch, Stage.TALKING, by=None, now=now, today=today)
    if pitch.is_open:
        set_next(pitch, NextKind.ANSWER, today, pitch.next_owner_id)
        touch(pitch, now)


def touch(pitch: Pitch, now: datetime) -> None:
    """Count the change."""
    pitch.version += 1
    pitch.updated_at = now


def _note(pitch: Pitch, kind: str, *, by: int | None, now: datetime, **data: Any) -> None:
    note(
        kind, by=by, now=now, project_id=pitch.project_id, site_id=pitch.site_id,
        person_id=pitch.person_id, pitch_id=pitch.id, **data,
    )  # fmt: skip
