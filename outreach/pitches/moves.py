"""The stage of a pitch and its next action. Never commits; each change counts `version` up once and writes exactly one diary line."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from outreach.accounts import queries as account_queries
from outreach.accounts.models import User
from outreach.db import session
from outreach.diary.moves import note
from outreach.pitches import arrows, next_days, queries, rules
from outreach.pitches.arrows import ClaimTaken, MoveRefused
from outreach.pitches.models import Pitch, StageChange
from outreach.pitches.production import moves as production
from outreach.pitches.rules import MAINTENANCE, NextKind, PitchDirection, PitchType, Stage
from outreach.projects.models import Project

_OVERWRITTEN = (
    "stage", "rested_from", "revisit_on", "outcome_reason", "stage_since",
    "next_kind", "next_on", "next_owner_id", "next_note",
)  # fmt: skip
"""What a move overwrites, and its undo gives back."""


def start(
    project: Project, kind: PitchType, site_id: int, *, by: User, now: datetime, today: date,
    person_id: int | None = None, own_page_id: int | None = None, topic: str = "", parent_id: int | None = None,
    stage: Stage = Stage.IDEA, owner_id: int | None = None, direction: PitchDirection = PitchDirection.OUT,
    subject_page_url: str = "", notes: str = "",
) -> Pitch:  # fmt: skip
    """A new pitch at `stage` (an open one), owned by `owner_id` or else by its maker, with the usual next action.

    Raises arrows.ClaimTaken when another pitch at the site is open in the project.
    """
    if kind not in MAINTENANCE:
        refuse_second_claim(project.id, site_id)
    owner = owner_id or by.id
    calendar = account_queries.working_days(owner)
    next_kind, next_on = next_days.propose_next(
        stage, today, follow_up_days=project.follow_up_days, calendar=calendar
    )
    pitch = Pitch(
        project_id=project.id, type=kind, direction=direction, site_id=site_id, person_id=person_id,
        own_page_id=own_page_id, topic=topic, parent_id=parent_id, subject_page_url=subject_page_url, notes=notes,
        stage=stage, is_open=True, board_column=rules.column_of(stage), owner_id=owner,
        next_kind=next_kind, next_on=next_on, next_owner_id=owner,
        stage_since=now, created_at=now, updated_at=now, created_by_id=by.id, version=1,
    )  # fmt: skip
    session().add(pitch)
    session().flush()
    _remember(pitch, None, stage, by=by, now=now, before={})
    note_about(pitch, "pitch.started", by=by, now=now, type=kind.value)
    return pitch


def move(
    pitch: Pitch, to: Stage, *, by: User | None, now: datetime, today: date,
    reason: str = "", verified: bool = False, revisit_on: date | None = None, follow_up_days: int = 4,
) -> StageChange:  # fmt: skip
    """Move to stage `to`. Raises arrows.MoveRefused when the rules do not allow it.

    An open stage gets the usual next action; a stage at rest loses it. `verified` is said by a check or by
    what a person saw, never by a form. `by` is None when the product itself moves it.
    """
    _check(pitch, to, by=by, today=today, reason=reason, verified=verified, revisit_on=revisit_on)
    before = _snapshot(pitch)
    was = pitch.stage
    if pitch.is_open:
        pitch.rested_from = was
    _stand_at(pitch, to, since=now)
    pitch.revisit_on = revisit_on if to is Stage.NURTURE else None
    pitch.outcome_reason = "" if pitch.is_open else reason.strip()[:500]
    if pitch.is_open:
        pitch.rested_from = None
        doer = pitch.next_owner_id or pitch.owner_id or (by.id if by else pitch.created_by_id)
        calendar = account_queries.working_days(doer)
        kind, day = next_days.propose_next(to, today, follow_up_days=follow_up_days, calendar=calendar)
        set_next(pitch, kind, day, doer)
    else:
        set_next(pitch, None, None, None)
    touch(pitch, now)
    change = _remember(pitch, was, to, by=by, now=now, before=before, reason=reason, is_verified=verified)
    production.follow(pitch, by=by, now=now, today=today)
    note_about(pitch, "pitch.stage", by=by, now=now, before=was.value, after=to.value)
    return change


def succeed(pitch: Pitch, *, by: User | None, now: datetime, today: date) -> bool:
    """The link was seen as agreed (or seen gone, for a removal): the pitch is won. False when it was not open.

    A resting pitch wins too. A closed one stays closed: what a person decided is not overruled by a check.
    """
    goal = rules.PATHS[pitch.type][-1]
    if pitch.stage is Stage.NURTURE and pitch.rested_from:
        pitch.stage = Stage(pitch.rested_from)
        _stand_at(pitch, pitch.stage, since=now)
    if not pitch.is_open:
        return False
    move(pitch, goal, by=by, now=now, today=today, verified=True)
    return True


def undo(pitch: Pitch, change: StageChange, *, by: User, now: datetime) -> None:
    """Take a move back as if it had not been. Raises arrows.MoveRefused once anything else has changed."""
    if change.version != pitch.version or not change.before:
        raise MoveRefused("The pitch has changed since; it can only be moved from where it is now.")
    was, stage = pitch.stage, Stage(change.before["stage"])
    if rules.is_open(stage) and not pitch.is_open and pitch.type not in MAINTENANCE:
        refuse_second_claim(pitch.project_id, pitch.site_id)
    _restore(pitch, change.before)
    production.unfollow(pitch, change.at)
    touch(pitch, now)
    back = _remember(pitch, was, stage, by=by, now=now, before={})
    change.undone_at = back.undone_at = now
    note_about(pitch, "pitch.undone", by=by, now=now, before=was.value, after=stage.value)


def plan(
    pitch: Pitch, kind: NextKind, day: date, owner_id: int, words: str = "", *, by: User, now: datetime, why: str = "next"
) -> None:  # fmt: skip
    """Set the one next action of an open pitch (E1). `why`: `next` (planned), `next_done` or `next_snoozed`."""
    if not pitch.is_open:
        raise MoveRefused(
            f"At “{rules.stage_name(pitch.stage)}” nothing is planned; open the pitch again first."
        )
    set_next(pitch, kind, day, owner_id, words)
    touch(pitch, now)
    note_about(
        pitch, f"pitch.{why}", by=by, now=now, action=kind.value, on=day.isoformat(), owner_id=owner_id
    )


def day_for(pitch: Pitch, owner_id: int) -> date | None:
    """The day of the next action in somebody's calendar: a working one of theirs (E5). An answer waits for nobody's return."""
    if pitch.next_on is None or pitch.next_kind is NextKind.ANSWER:
        return pitch.next_on
    return account_queries.working_days(owner_id).add(pitch.next_on, 0)


def step_over_leave(pitch: Pitch, *, now: datetime) -> bool:
    """Whoever has the next action is away on its day: it is due when they are back. False when they are there."""
    day = day_for(pitch, pitch.next_owner_id) if pitch.next_owner_id else None
    if not pitch.is_open or day is None or day == pitch.next_on:
        return False
    pitch.next_on = day
    touch(pitch, now)
    note_about(pitch, "pitch.over_leave", by=None, now=now, on=day.isoformat())
    return True


def remembered(pitch: Pitch) -> dict[str, Any]:
    """What an incoming mail may change on a pitch, to be given back by `put_back`."""
    last_in = pitch.last_in_at.isoformat() if pitch.last_in_at else None
    return {**_snapshot(pitch), "last_in_at": last_in, "follow_ups_sent": pitch.follow_ups_sent}


def put_back(pitch: Pitch, before: dict[str, Any], version: int, *, by: User, now: datetime) -> bool:
    """Make it as if the mail had not come; False when somebody has changed the pitch since (`version` is no longer its own)."""
    if pitch.version != version:
        return False
    values = dict(before)
    last_in = values.pop("last_in_at", None)
    was, stage = pitch.stage, Stage(values["stage"])
    if rules.is_open(stage) and not pitch.is_open and pitch.type not in MAINTENANCE:
        refuse_second_claim(pitch.project_id, pitch.site_id)
    _restore(pitch, values)
    pitch.last_in_at = datetime.fromisoformat(last_in) if last_in else None
    touch(pitch, now)
    if was is not stage:
        _remember(pitch, was, stage, by=by, now=now, before={})
    note_about(pitch, "pitch.undone", by=by, now=now, before=was.value, after=stage.value)
    return True


def rest_on(pitch: Pitch, day: date, *, now: datetime) -> None:
    """A resting pitch could not come back, because another one at the site is open: it rests until `day`."""
    pitch.revisit_on = day
    touch(pitch, now)
    note_about(pitch, "pitch.rests_on", by=None, now=now, on=day.isoformat())


def set_next(
    pitch: Pitch, kind: NextKind | None, day: date | None, owner_id: int | None, words: str = ""
) -> None:
    """Part of a larger change: set the next action without counting or telling it; who calls does both."""
    pitch.next_kind, pitch.next_on, pitch.next_owner_id, pitch.next_note = kind, day, owner_id, words[:300]


def touch(pitch: Pitch, now: datetime) -> None:
    """Count the change."""
    pitch.version += 1
    pitch.updated_at = now


def _check(
    pitch: Pitch, to: Stage, *, by: User | None, today: date, reason: str, verified: bool, revisit_on: date | None
) -> None:  # fmt: skip
    if to is Stage.NURTURE and revisit_on is not None and revisit_on - today > rules.RESTS_MOST:
        raise MoveRefused("Give a day within twenty years.")
    standing = pitch.standing(
        reason=reason,
        verified=verified,
        is_day_ahead=revisit_on is not None and revisit_on > today,
        may_reopen=by is None or by.is_manager or by.id == pitch.owner_id,
    )
    arrows.check_move(standing, to)
    if not pitch.is_open and rules.is_open(to) and pitch.type not in MAINTENANCE:
        refuse_second_claim(pitch.project_id, pitch.site_id)


def refuse_second_claim(project_id: int, site_id: int) -> None:
    """Raises arrows.ClaimTaken when another pitch at the site is open in the project."""
    other = queries.open_at_site(project_id, site_id)
    if other is not None:
        raise ClaimTaken(other)


def _stand_at(pitch: Pitch, stage: Stage, *, since: datetime) -> None:
    pitch.stage, pitch.stage_since = stage, since
    pitch.is_open, pitch.board_column = rules.is_open(stage), rules.column_of(stage)


def _snapshot(pitch: Pitch) -> dict[str, Any]:
    values = {name: getattr(pitch, name) for name in _OVERWRITTEN}
    return {
        name: value.isoformat() if isinstance(value, (date, datetime)) else value
        for name, value in values.items()
    }


def _restore(pitch: Pitch, before: dict[str, Any]) -> None:
    values = dict(before)
    _stand_at(pitch, Stage(values.pop("stage")), since=datetime.fromisoformat(values.pop("stage_since")))
    for name in ("next_on", "revisit_on"):
        values[name] = date.fromisoformat(values[name]) if values[name] else None
    if values["next_kind"]:
        values["next_kind"] = NextKind(values["next_kind"])
    for name, value in values.items():
        setattr(pitch, name, value)


def _remember(
    pitch: Pitch, was: Stage | None, to: Stage, *, by: User | None, now: datetime, before: dict[str, Any],
    reason: str = "", is_verified: bool = False,
) -> StageChange:  # fmt: skip
    change = StageChange(
        pitch_id=pitch.id, at=now, by_id=by.id if by else None, from_stage=was.value if was else None,
        to_stage=to.value, reason=reason.strip()[:500], is_verified=is_verified, version=pitch.version, before=before,
    )  # fmt: skip
    session().add(change)
    session().flush()
    return change


def note_about(pitch: Pitch, kind: str, *, by: User | None, now: datetime, **data: Any) -> None:
    """One diary line about a pitch."""
    note(
        kind, by=by.id if by else None, now=now, project_id=pitch.project_id, site_id=pitch.site_id,
        person_id=pitch.person_id, pitch_id=pitch.id, **data,
    )  # fmt: skip
