"""One story a function: gather, decide, change, commit once. Called by this room's doors only."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.exc import IntegrityError

from outreach.accounts import queries as account_queries
from outreach.accounts.models import User
from outreach.db import locked, session, write
from outreach.pitches import arrows, fact_moves, moves, next_days, queries, rules
from outreach.pitches.agreement import Agreement
from outreach.pitches.arrows import ClaimTaken, MoveRefused
from outreach.pitches.models import Pitch
from outreach.pitches.rules import Column, NextKind, Stage
from outreach.projects import moves as project_moves
from outreach.projects.models import Project


class Gone(LookupError):
    """There is no such pitch for this user to change."""


class Changed(Exception):
    """Somebody changed the pitch after the form was drawn; `steps` is how many changes that were."""

    def __init__(self, pitch_id: int, steps: int) -> None:
        super().__init__(f"pitch {pitch_id} has changed {steps} times since")
        self.pitch_id = pitch_id
        self.steps = steps


class StageNeeded(MoveRefused):
    """The column alone does not say which stage; a person has to choose."""


@dataclass(frozen=True)
class Moved:
    """What a move did, for the toast: `change_id` is for its undo."""

    pitch_id: int
    change_id: int
    stage: Stage


@contextmanager
def changing(user: User, key: int, version: int | None) -> Iterator[Pitch]:
    """One write on one pitch, locked. Raises Gone, and Changed when `version` (None: any) is not the row's."""
    with write():
        pitch = locked(Pitch, key)
        if pitch is None or not queries.may_write(user, pitch.project_id):
            raise Gone
        if version is not None and version != pitch.version:
            raise Changed(pitch.id, max(1, pitch.version - version))
        yield pitch


def start(user: User, project_id: int, site_id: int, *, now: datetime, today: date, **facts: Any) -> int:
    """Start a pitch; its id. Raises arrows.ClaimTaken, and Gone when the project is not theirs to write in."""
    try:
        with write():
            project = session().get(Project, project_id)
            if project is None or not queries.may_write(user, project_id):
                raise Gone
            return moves.start(project, facts.pop("type"), site_id, by=user, now=now, today=today, **facts).id
    except IntegrityError:
        raise ClaimTaken(queries.open_at_site(project_id, site_id) or 0) from None


def move(
    user: User, key: int, to: Stage, version: int | None, *, now: datetime, today: date,
    reason: str = "", revisit_on: date | None = None,
) -> Moved:  # fmt: skip
    """A person moves a pitch to a stage. Raises Gone, Changed, arrows.MoveRefused."""
    with changing(user, key, version) as pitch:
        return _moved(pitch, to, user, now=now, today=today, reason=reason, revisit_on=revisit_on)


def drop(
    user: User, key: int, column: Column, version: int | None, *, now: datetime, today: date
) -> Moved | None:
    """A card was dropped on a column; None when it lies there already. Raises as `move`, and StageNeeded."""
    with changing(user, key, version) as pitch:
        if column is pitch.board_column:
            return None
        to = arrows.landing(pitch.standing(), column)
        if to is None:
            raise _no_landing(pitch, column)
        return _moved(pitch, to, user, now=now, today=today)


def _no_landing(pitch: Pitch, column: Column) -> MoveRefused:
    if column is Column.CLOSED and pitch.stage not in rules.SUCCESS:
        return StageNeeded("Rest it until a day, or say how it ended.")
    goal = rules.PATHS[pitch.type][-1]
    try:
        arrows.check_move(
            pitch.standing(), goal if column is Column.WON else arrows.first_of(pitch.type, column)
        )
    except MoveRefused as refused:
        return refused
    return MoveRefused(f"It cannot go to “{rules.COLUMN_NAMES[column]}” from here.")


def _moved(
    pitch: Pitch, to: Stage, user: User, *, now: datetime, today: date, reason: str = "", revisit_on: date | None = None
) -> Moved:  # fmt: skip
    change = moves.move(
        pitch, to, by=user, now=now, today=today, reason=reason, revisit_on=revisit_on,
        follow_up_days=follow_up_days_of(pitch),
    )  # fmt: skip
    return Moved(pitch.id, change.id, to)


@dataclass(frozen=True)
class Stayed:
    """A card that may not go along, and why."""

    pitch_id: int
    why: str


@dataclass(frozen=True)
class MovedMany:
    """What became of many cards: those that moved, each with its change for the undo, and those that stayed."""

    moved: list[Moved]
    stayed: list[Stayed]


def move_many(
    user: User, rows: Sequence[tuple[int, int | None]], goal: Column | Stage, *, now: datetime, today: date,
    reason: str = "", revisit_on: date | None = None,
) -> MovedMany:  # fmt: skip
    """Move cards (pitch, version that was seen), each by its own gates and in a commit of its own. What is not theirs is passed over."""
    done = MovedMany([], [])
    for key, version in rows:
        try:
            if isinstance(goal, Column):
                moved = drop(user, key, goal, version, now=now, today=today)
            else:
                moved = move(
                    user, key, goal, version, now=now, today=today, reason=reason, revisit_on=revisit_on
                )
        except MoveRefused as refused:
            done.stayed.append(Stayed(key, str(refused)))
        except Changed:
            done.stayed.append(Stayed(key, "A colleague has changed it in the meantime."))
        except Gone:
            continue
        else:
            if moved is not None:
                done.moved.append(moved)
            else:
                done.stayed.append(Stayed(key, "It stands there already."))
    return done


def undo_many(user: User, moves_made: Sequence[tuple[int, int]], *, now: datetime) -> tuple[int, int]:
    """Take moves (pitch, change) back; how many went back, and how many stay because something else has changed since."""
    back = left = 0
    for key, change_id in moves_made:
        try:
            undo(user, key, change_id, now=now)
        except MoveRefused:
            left += 1
        except Gone:
            continue
        else:
            back += 1
    return back, left


def set_limits(project_id: int, limits: dict[str, int], *, by: User, now: datetime) -> None:
    """How many cards each column of a project's board should hold."""
    with write():
        project = session().get_one(Project, project_id, with_for_update=True)
        hosts = [own.host for own in project.hosts]
        project_moves.change(project, {"column_limits": limits}, hosts, by=by, now=now)


def undo(user: User, key: int, change_id: int, *, now: datetime) -> Stage:
    """Take a move back, when nothing else has changed since. Raises Gone, arrows.MoveRefused."""
    with changing(user, key, None) as pitch:
        change = queries.change_of(pitch, change_id)
        if change is None:
            raise Gone
        moves.undo(pitch, change, by=user, now=now)
        return pitch.stage


def plan(
    user: User,
    key: int,
    kind: NextKind,
    day: date,
    owner_id: int,
    words: str,
    version: int | None,
    *,
    now: datetime,
) -> None:
    """Set the next action."""
    with changing(user, key, version) as pitch:
        moves.plan(pitch, kind, day, owner_id, words, by=user, now=now)


@dataclass(frozen=True)
class Planned:
    """A next action, before or after a change: what an undo gives back."""

    kind: NextKind
    on: date
    owner_id: int
    words: str


def done(user: User, key: int, version: int | None, *, now: datetime, today: date) -> tuple[Planned, Planned]:
    """The next action is done and the usual one after it stands in its place; (what was, what is)."""
    with changing(user, key, version) as pitch:
        was = _planned(pitch)
        kind, day = next_days.after_done(
            was.kind, pitch.stage, today, follow_up_days=follow_up_days_of(pitch),
            calendar=account_queries.working_days(pitch.next_owner_id),
        )  # fmt: skip
        moves.plan(pitch, kind, day, was.owner_id, by=user, now=now, why="next_done")
        return was, _planned(pitch)


def snooze(user: User, key: int, day: date, *, now: datetime) -> tuple[Planned, Planned]:
    """Put the next action off to `day`; (what was, what is)."""
    with changing(user, key, None) as pitch:
        was = _planned(pitch)
        moves.plan(pitch, was.kind, day, was.owner_id, was.words, by=user, now=now, why="next_snoozed")
        return was, _planned(pitch)


def _planned(pitch: Pitch) -> Planned:
    if pitch.next_kind is None or pitch.next_on is None or pitch.next_owner_id is None:
        raise MoveRefused(f"At “{rules.stage_name(pitch.stage)}” nothing is planned.")
    return Planned(pitch.next_kind, pitch.next_on, pitch.next_owner_id, pitch.next_note)


def agree(
    user: User,
    key: int,
    terms: Agreement,
    version: int,
    *,
    now: datetime,
    today: date,
    then: Stage | None = None,
) -> Moved | None:
    """Write the agreement down and, when `then` is given, move on to that stage in the same commit."""
    with changing(user, key, version) as pitch:
        fact_moves.agree(pitch, terms, by=user, now=now)
        return _moved(pitch, then, user, now=now, today=today) if then and then is not pitch.stage else None


def edit(user: User, key: int, version: int, *, now: datetime, **facts: Any) -> None:
    """Change the pitch's facts."""
    with changing(user, key, version) as pitch:
        fact_moves.edit(pitch, by=user, now=now, **facts)


def reassign(user: User, key: int, owner_id: int, version: int | None, *, now: datetime) -> int | None:
    """Give the pitch to somebody; who had it before."""
    with changing(user, key, version) as pitch:
        before = pitch.owner_id
        fact_moves.reassign(pitch, owner_id, by=user, now=now)
        return before


def wake(key: int, *, now: datetime, today: date) -> bool:
    """A resting pitch whose day has come goes back to where it was, due today. False when it rests on."""
    with write():
        pitch = locked(Pitch, key)
        if (
            pitch is None
            or pitch.stage is not Stage.NURTURE
            or pitch.revisit_on is None
            or pitch.revisit_on > today
        ):
            return False
        try:
            moves.move(pitch, Stage(pitch.rested_from or Stage.IDEA), by=None, now=now, today=today)
        except MoveRefused:
            moves.rest_on(pitch, today + timedelta(days=7), now=now)
            return False
        pitch.next_on = today
        return True


def step_over_leave(key: int, *, now: datetime) -> bool:
    """A day of leave was written down after the next action was planned for it. False when it stands otherwise by now."""
    with write():
        pitch = locked(Pitch, key)
        return pitch is not None and moves.step_over_leave(pitch, now=now)


def follow_up_days_of(pitch: Pitch) -> int:
    project = session().get(Project, pitch.project_id)
    return project.follow_up_days if project else 4
