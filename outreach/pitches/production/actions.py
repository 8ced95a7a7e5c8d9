"""One story a function, one commit. Called by the doors of production only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from outreach.accounts.models import User
from outreach.db import session
from outreach.kit.papers import Judged
from outreach.pitches import moves as pitch_moves
from outreach.pitches.actions import Gone, changing, follow_up_days_of
from outreach.pitches.arrows import MoveRefused
from outreach.pitches.models import Pitch
from outreach.pitches.production import files, moves, queries, rules
from outreach.pitches.production.models import Contributor, PitchFile, ProductionStep
from outreach.pitches.production.rules import ContributorState, Part
from outreach.pitches.rules import PATHS, Stage


@dataclass(frozen=True)
class Ticked:
    """What a tick did: the step's words, the move that came with it (for its undo), or why none came."""

    words: str
    stage: Stage | None = None
    change_id: int | None = None
    refused: str = ""


def _step(pitch: Pitch, key: int) -> ProductionStep:
    found = queries.step(pitch.id, key)
    if found is None:
        raise Gone
    return found


def _contributor(pitch: Pitch, key: int) -> Contributor:
    found = queries.contributor(pitch.id, key)
    if found is None:
        raise Gone
    return found


def lay_out(user: User, pitch_id: int, *, now: datetime, today: date) -> None:
    """Lay the check list out by hand, where a pitch came past the yes without one."""
    with changing(user, pitch_id, None) as pitch:
        moves.follow(pitch, by=user, now=now, today=today)


def tick(user: User, pitch_id: int, key: int, is_done: bool, *, now: datetime, today: date) -> Ticked:
    """Tick a step; when its stage lies ahead, the pitch moves there in the same commit. Raises Gone."""
    with changing(user, pitch_id, None) as pitch:
        step = _step(pitch, key)
        words = step.words
        if not moves.tick(pitch, step, is_done, by=user, now=now) or not is_done:
            return Ticked(words)
        goal = next((task.stage for task in rules.TASKS[pitch.type] if task.code == step.code), None)
        if goal is None or not _lies_ahead(pitch, goal):
            return Ticked(words)
        return _carry(pitch, goal, words, user, now=now, today=today)


def _lies_ahead(pitch: Pitch, goal: Stage) -> bool:
    path = PATHS[pitch.type]
    return pitch.is_open and path.index(goal) > path.index(pitch.stage)


def _carry(pitch: Pitch, goal: Stage, words: str, user: User, *, now: datetime, today: date) -> Ticked:
    try:
        change = pitch_moves.move(
            pitch, goal, by=user, now=now, today=today, follow_up_days=follow_up_days_of(pitch)
        )
    except MoveRefused as refused:
        return Ticked(words, refused=str(refused))
    return Ticked(words, goal, change.id)


def add_step(
    user: User, pitch_id: int, words: str, due_on: date | None, owner_id: int | None, *, now: datetime
) -> int:
    """A line of one's own; its id. Raises Gone, moves.TooMany."""
    with changing(user, pitch_id, None) as pitch:
        return moves.add_step(pitch, words, due_on, owner_id, by=user, now=now).id


def change_step(user: User, pitch_id: int, key: int, *, now: datetime, **values: Any) -> bool:
    """Other words, day or owner. Raises Gone."""
    with changing(user, pitch_id, None) as pitch:
        return moves.change_step(pitch, _step(pitch, key), by=user, now=now, **values)


def put_off(user: User, pitch_id: int, key: int, day: date, *, now: datetime) -> str:
    """Due on another day; the step's words. Raises Gone."""
    with changing(user, pitch_id, None) as pitch:
        step = _step(pitch, key)
        moves.put_off(pitch, step, day, by=user, now=now)
        return step.words


def remove_step(user: User, pitch_id: int, key: int, *, now: datetime) -> str:
    """Not needed here; its words. Raises Gone."""
    with changing(user, pitch_id, None) as pitch:
        step = _step(pitch, key)
        words = step.words
        moves.remove_step(pitch, step, by=user, now=now)
        return words


def propose_days(user: User, pitch_id: int, *, now: datetime, today: date) -> int:
    """Fresh days for what is not done; how many changed. Raises Gone."""
    with changing(user, pitch_id, None) as pitch:
        return moves.propose_days(pitch, by=user, now=now, today=today)


def write_facts(
    user: User, pitch_id: int, version: int, facts: dict[str, Any], slot: dict[str, Any], *, now: datetime
) -> bool:
    """Write down what belongs to the type. Raises Gone, Changed."""
    with changing(user, pitch_id, version) as pitch:
        is_changed = moves.write_facts(pitch, facts, slot, by=user, now=now)
        if is_changed:
            pitch_moves.touch(pitch, now)
        return is_changed


def ask(user: User, pitch_id: int, names: list[str], *, now: datetime) -> int:
    """More contributors, by name; how many are new. Raises Gone, moves.TooMany (then none is added)."""
    with changing(user, pitch_id, None) as pitch:
        return len(moves.ask(pitch, names, by=user, now=now))


def set_contributor(
    user: User, pitch_id: int, key: int, state: ContributorState, page_url: str, *, now: datetime
) -> str:
    """How far they are; their name. Raises Gone."""
    with changing(user, pitch_id, None) as pitch:
        one = _contributor(pitch, key)
        moves.set_contributor(pitch, one, state, page_url, by=user, now=now)
        return one.name


def remove_contributor(user: User, pitch_id: int, key: int, *, now: datetime) -> str:
    """Asked by mistake; their name. Raises Gone."""
    with changing(user, pitch_id, None) as pitch:
        one = _contributor(pitch, key)
        name = one.name
        session().delete(one)
        moves.removed_contributor(pitch, by=user, now=now)
        return name


@dataclass(frozen=True)
class Sent:
    """What marking a version as sent did: the move that came with it (for its undo), or why none came."""

    stage: Stage | None = None
    change_id: int | None = None
    refused: str = ""


def keep_file(
    user: User, pitch_id: int, part: Part, brought: Judged | str, words: str, *, instance: Path, now: datetime
) -> PitchFile:
    """Keep a version: a judged file, or an address. Raises Gone, files.TooMany; then nothing is left on the disk."""
    reference = "" if isinstance(brought, str) else files.keep(instance, brought.content)
    try:
        with changing(user, pitch_id, None) as pitch:
            return files.add(pitch, part, brought, words, reference=reference, by=user, now=now)
    except Exception:
        files.remove_from_disk(instance, [reference] if reference else [])
        raise


def send_file(user: User, pitch_id: int, key: int, on: date | None, *, now: datetime, today: date) -> Sent:
    """It went to them on a day, or (None) it did not; a draft that is sent takes the pitch along. Raises Gone."""
    with changing(user, pitch_id, None) as pitch:
        row = _file(user, pitch, key)
        if not files.sent(pitch, row, on, by=user, now=now) or on is None:
            return Sent()
        goal = rules.sends(row.part, pitch.type)
        if goal is None or not _lies_ahead(pitch, goal):
            return Sent()
        ticked = _carry(pitch, goal, "", user, now=now, today=today)
        return Sent(ticked.stage, ticked.change_id, ticked.refused)


def take_file(user: User, pitch_id: int, key: int, is_away: bool, *, now: datetime) -> bool:
    """Away, or back. Raises Gone."""
    with changing(user, pitch_id, None) as pitch:
        return files.take_away(pitch, _file(user, pitch, key), is_away, by=user, now=now)


def _file(user: User, pitch: Pitch, key: int) -> PitchFile:
    found = files.writable(user, key)
    if found is None or found.pitch_id != pitch.id:
        raise Gone
    return found
