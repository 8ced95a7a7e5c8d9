"""Each type from the idea to its success, and to each of its exits, over real rows; what is not on the board is refused."""

from __future__ import annotations

import itertools
from datetime import timedelta

import pytest
from flask import Flask

from outreach.db import session, write
from outreach.pitches import fact_moves, moves, queries
from outreach.pitches.agreement import Agreement
from outreach.pitches.arrows import MoveRefused
from outreach.pitches.models import Pitch, StageChange
from outreach.pitches.rules import EXITS, PATHS, SUCCESS, PitchType, Stage
from tests.world import NOW, TODAY, World, site

NUMBERS = itertools.count(1)
TERMS = Agreement(target_url="https://hazel.example/", expected_rel="any", page_url="https://wild.example/x")


def begin(world: World, kind: PitchType) -> Pitch:
    with write() as here:
        place = site(f"life{next(NUMBERS)}.example")
        here.add(place)
        here.flush()
        pitch = moves.start(world.seed, kind, place.id, by=world.ana, now=NOW, today=TODAY)
        fact_moves.agree(pitch, TERMS, by=world.ana, now=NOW)
    return pitch


def move(world: World, pitch: Pitch, to: Stage, *, verified: bool = False) -> None:
    with write():
        moves.move(pitch, to, by=world.ana, now=NOW, today=TODAY, reason="so it was", verified=verified)


def refused(world: World, pitch: Pitch, to: Stage) -> None:
    """The model refuses the move, whoever asks, and nothing of it stays."""
    was, version = pitch.stage, pitch.version
    with pytest.raises(MoveRefused), write():
        moves.move(
            pitch, to, by=world.max, now=NOW, today=TODAY, reason="so", revisit_on=TODAY + timedelta(days=3)
        )
    session().rollback()
    assert (pitch.stage, pitch.version) == (was, version)


@pytest.mark.parametrize("of_type", PitchType, ids=str)
def test_the_way_to_success_keeps_each_step(app: Flask, world: World, of_type: PitchType) -> None:
    pitch = begin(world, of_type)
    path = PATHS[of_type]
    for stage in path[1:]:
        if stage in SUCCESS:
            refused(world, pitch, stage)
        move(world, pitch, stage, verified=stage in SUCCESS)
        assert pitch.is_open is (stage not in SUCCESS)
    changes = session().query(StageChange).filter_by(pitch_id=pitch.id).order_by(StageChange.id)
    assert [change.to_stage for change in changes] == [stage.value for stage in path]
    assert all((change.by_id, change.at) == (world.ana.id, NOW) for change in changes)
    assert queries.without_next_action() == 0


@pytest.mark.parametrize("of_type", PitchType, ids=str)
def test_each_exit_is_reached_from_the_middle_and_says_why(
    app: Flask, world: World, of_type: PitchType
) -> None:
    middle = PATHS[of_type][len(PATHS[of_type]) // 2]
    for end in EXITS[of_type]:
        pitch = begin(world, of_type)
        move(world, pitch, middle)
        move(world, pitch, end)
        assert (pitch.stage, pitch.is_open, pitch.outcome_reason) == (end, False, "so it was")
        assert pitch.next_on is None
        refused(world, pitch, PATHS[of_type][-1])
        move(world, pitch, middle)
        assert pitch.is_open


@pytest.mark.parametrize("of_type", PitchType, ids=str)
def test_no_stage_of_another_type_is_reached(app: Flask, world: World, of_type: PitchType) -> None:
    pitch = begin(world, of_type)
    for stage in Stage:
        if stage not in PATHS[of_type] and stage not in EXITS[of_type] and stage is not Stage.NURTURE:
            refused(world, pitch, stage)
    assert pitch.stage is Stage.IDEA
