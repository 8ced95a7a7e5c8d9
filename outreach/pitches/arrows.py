"""From which stage a pitch may move to which, and what each move asks for (`product.md` 2.2). Pure.

Moves: forward to any later stage of the path (gates permitting), back within the open stages, from any open stage to
nurture or closed; nurture returns to where it was; closed reopens to its last open stage by owner or manager with a
reason. Success is set by a check or human evidence only.
"""

from __future__ import annotations

from dataclasses import dataclass

from outreach.pitches.rules import (
    CLOSED,
    EXITS,
    PATHS,
    SUCCESS,
    TYPE_NAMES,
    Column,
    PitchType,
    Stage,
    column_of,
    is_open,
    stage_name,
)

_AFTER_CLOSING: dict[Stage, tuple[Stage, ...]] = {
    Stage.REFUSED: (Stage.DISAVOW_CANDIDATE,),
    Stage.NO_RESPONSE: (Stage.DISAVOW_CANDIDATE,),
    Stage.DISAVOW_CANDIDATE: (Stage.DISAVOWED,),
}


@dataclass(frozen=True)
class Standing:
    """What a move is judged by: the pitch as it stands, and what is said with the move.

    `rested_from` is its last open stage. `has_revisit_day` is a day after today; `may_reopen` is true for
    its owner and for managers.
    """

    type: PitchType
    stage: Stage
    rested_from: Stage | None = None
    has_target: bool = False
    has_expected_rel: bool = False
    has_page: bool = False
    is_verified: bool = False
    has_reason: bool = False
    has_revisit_day: bool = False
    may_reopen: bool = False


class MoveRefused(ValueError):
    """The move is not on the board; the message says why and what would be right."""


class ClaimTaken(MoveRefused):
    """Another pitch at the site is open in this project; only one may ask at a time (B4)."""

    def __init__(self, pitch_id: int) -> None:
        super().__init__("Another pitch at this site is open in this project.")
        self.pitch_id = pitch_id


def targets(standing: Standing) -> list[Stage]:
    """Every stage that a move may name from here, gates not yet asked; in the order of the path."""
    path = PATHS[standing.type]
    here = standing.stage
    if here in SUCCESS:
        return []
    if here is Stage.NURTURE:
        return [*([standing.rested_from] if standing.rested_from else []), *EXITS[standing.type]]
    if here in CLOSED:
        later = [stage for stage in _AFTER_CLOSING.get(here, ()) if stage in EXITS[standing.type]]
        return [*([standing.rested_from] if standing.rested_from else []), *later]
    return [*(stage for stage in path if stage is not here), Stage.NURTURE, *EXITS[standing.type]]


def check_move(standing: Standing, to: Stage) -> None:
    """Raises MoveRefused unless the pitch may move to `to` now."""
    if to is standing.stage:
        raise MoveRefused(f"It already stands at “{stage_name(to)}”.")
    if to not in targets(standing):
        raise MoveRefused(_why_not(standing, to))
    _check_gates(standing, to)


def _why_not(standing: Standing, to: Stage) -> str:
    name = TYPE_NAMES[standing.type]
    if standing.stage in SUCCESS:
        return "A pitch that succeeded stays so; what happens to the link later opens a pitch of its own."
    if to not in PATHS[standing.type] and to not in EXITS[standing.type] and to is not Stage.NURTURE:
        return f"A pitch of the type {name} has no stage “{stage_name(to)}”."
    back = f"“{stage_name(standing.rested_from)}”" if standing.rested_from else "its last open stage"
    return f"From “{stage_name(standing.stage)}” it can only go back to {back}."


def _check_gates(standing: Standing, to: Stage) -> None:
    if to in SUCCESS and not standing.is_verified:
        raise MoveRefused(
            f"“{stage_name(to)}” is set by a check of the page, or by what a person saw there, never by hand."
        )
    if standing.stage in CLOSED and is_open(to):
        if not standing.may_reopen:
            raise MoveRefused("Only its owner or a manager opens it again.")
        if not standing.has_reason:
            raise MoveRefused("Say why it is opened again.")
    if to is Stage.NURTURE and not standing.has_revisit_day:
        raise MoveRefused("Say on which day it comes back; it has to be after today.")
    if to is Stage.DISQUALIFIED and not standing.has_reason:
        raise MoveRefused("Say why it does not fit.")
    if not _needs_agreement(standing.type, to):
        return
    if not (standing.has_target and standing.has_expected_rel):
        raise MoveRefused("First save the agreement: the target page and the expected rel.")
    if to is Stage.PUBLISHED_CLAIMED and not standing.has_page:
        raise MoveRefused("First save the address of the published page.")


def _needs_agreement(kind: PitchType, to: Stage) -> bool:
    """Agreed and everything after it rests on an agreement; a removal asks for no link."""
    path = PATHS[kind]
    return (
        Stage.AGREED in path
        and to in path
        and to not in SUCCESS
        and path.index(to) >= path.index(Stage.AGREED)
    )


def asks(stage: Stage, to: Stage) -> set[str]:
    """What a person is asked for before a move: of `reason`, `revisit_on`; for the form that asks."""
    if to is Stage.NURTURE:
        return {"reason", "revisit_on"}
    return {"reason"} if to in CLOSED or stage in CLOSED else set()


def needs_reason(stage: Stage, to: Stage) -> bool:
    """Is the reason asked for one that has to be given?"""
    return to is Stage.DISQUALIFIED or (stage in CLOSED and is_open(to))


def first_of(kind: PitchType, column: Column) -> Stage:
    """The first stage of a type in a column; of a column that the type has not, one that it will be refused for."""
    return next((stage for stage in (*PATHS[kind], *Stage) if column_of(stage) is column), Stage.WON)


def landing(standing: Standing, column: Column) -> Stage | None:
    """The stage a card takes when it is dropped on `column`; None when a person has to choose (Closed) or a check decides (Won)."""
    if column in (Column.CLOSED, Column.WON):
        return None
    if column is column_of(standing.stage):
        return standing.stage
    options = [stage for stage in targets(standing) if column_of(stage) is column]
    if column is Column.TO_DO:
        return options[-1] if options else None
    return options[0] if options else None
