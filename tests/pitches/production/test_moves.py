"""The check list follows the pitch, and the pitch follows the check list."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from outreach.db import session, write
from outreach.pitches import fact_moves
from outreach.pitches import moves as pitch_moves
from outreach.pitches.agreement import Agreement
from outreach.pitches.models import Pitch
from outreach.pitches.production import actions, moves, queries, rules
from outreach.pitches.rules import PitchType, Stage
from tests.world import NOW, TODAY, World, site

LATER = NOW + timedelta(minutes=1)
TERMS = Agreement(target_url="https://hazel.example/", expected_rel="follow")


@pytest.fixture
def agreed(app: Flask, world: World) -> Pitch:
    """A guest post that is agreed."""
    return begin(world, PitchType.GUEST_POST)


def begin(world: World, kind: PitchType, terms: Agreement = TERMS) -> Pitch:
    with write() as here:
        place = site(f"{kind.value.replace('_', '-')}.example")
        here.add(place)
        here.flush()
        pitch = pitch_moves.start(world.seed, kind, place.id, by=world.ana, now=NOW, today=TODAY)
        fact_moves.agree(pitch, terms, by=world.ana, now=NOW)
        pitch_moves.move(pitch, Stage.AGREED, by=world.ana, now=LATER, today=TODAY)
    return pitch


def done(pitch: Pitch) -> list[str]:
    return [step.code for step in queries.steps_of(pitch.id) if step.done_at]


def test_the_yes_lays_the_list_out_with_days(agreed: Pitch) -> None:
    steps = queries.steps_of(agreed.id)
    assert [step.code for step in steps][:2] == ["topic", "outline"]
    assert all(step.due_on and step.due_on > TODAY for step in steps)
    assert done(agreed) == []


def test_a_later_stage_ticks_what_lies_before_it(world: World, agreed: Pitch) -> None:
    with write():
        pitch_moves.move(agreed, Stage.DRAFT_SENT, by=world.ana, now=LATER, today=TODAY)
    assert done(agreed) == ["topic", "outline", "draft"]


def test_a_tick_moves_the_pitch_there_and_its_undo_takes_both_back(world: World, agreed: Pitch) -> None:
    outline = next(step for step in queries.steps_of(agreed.id) if step.code == "outline")
    later = LATER + timedelta(hours=1)
    ticked = actions.tick(world.ana, agreed.id, outline.id, True, now=later, today=TODAY)
    assert (ticked.stage, agreed.stage) == (Stage.OUTLINE_SENT, Stage.OUTLINE_SENT)
    assert done(agreed) == ["topic", "outline"]
    with write():
        change = session().get(pitch_moves.StageChange, ticked.change_id)
        assert change
        pitch_moves.undo(agreed, change, by=world.ana, now=later)
    assert (agreed.stage, done(agreed)) == (Stage.AGREED, [])


def test_a_yes_taken_back_takes_the_list_with_it_but_not_ones_own_steps(world: World, app: Flask) -> None:
    pitch = begin(world, PitchType.INTERVIEW)
    actions.add_step(world.ana, pitch.id, "Send her a copy of the book", None, None, now=LATER)
    with write():
        change = (
            session().query(pitch_moves.StageChange).filter_by(pitch_id=pitch.id, to_stage="agreed").one()
        )
        pitch_moves.undo(pitch, change, by=world.ana, now=LATER)
    assert [step.code for step in queries.steps_of(pitch.id)] == ["own"]


def test_what_is_given_asks_for_a_disclosure_line(world: World, app: Flask) -> None:
    pitch = begin(
        world,
        PitchType.GUEST_POST,
        Agreement(target_url="https://hazel.example/", expected_rel="sponsored", is_paid=True),
    )
    assert "disclosure" in [step.code for step in queries.steps_of(pitch.id)]


def test_new_days_leave_what_is_done_alone(world: World, agreed: Pitch) -> None:
    steps = {step.code: step for step in queries.steps_of(agreed.id)}
    with write():
        moves.tick(agreed, steps["topic"], True, by=world.ana, now=LATER)
    was = steps["topic"].due_on
    late = TODAY + timedelta(days=40)
    assert actions.propose_days(world.ana, agreed.id, now=LATER, today=late) == len(steps) - 1
    fresh = {step.code: step.due_on for step in queries.steps_of(agreed.id)}
    assert fresh["topic"] == was
    assert all(day and day > late for code, day in fresh.items() if code != "topic")


def test_a_step_of_another_pitch_cannot_be_reached(world: World, agreed: Pitch) -> None:
    other = begin(world, PitchType.INTERVIEW)
    foreign = queries.steps_of(other.id)[0]
    with pytest.raises(actions.Gone):
        actions.tick(world.ana, agreed.id, foreign.id, True, now=LATER, today=TODAY)
    with pytest.raises(actions.Gone):
        actions.tick(world.otto, other.id, foreign.id, True, now=LATER, today=TODAY)


def test_contributors_are_counted_from_checks(world: World, app: Flask) -> None:
    pitch = begin(world, PitchType.CO_CREATED)
    assert actions.ask(world.ana, pitch.id, ["Cleo", "Dan", "cleo"], now=LATER) == 2
    cleo, dan = queries.contributors_of(pitch.id)
    page = "https://cleo.example/with-us"
    actions.set_contributor(world.ana, pitch.id, cleo.id, rules.ContributorState.CONTRIBUTED, page, now=LATER)
    with write():
        moves.link_seen(pitch.id, "http://www.cleo.example/with-us/", is_there=True, now=LATER)
    seen = queries.overview(pitch.id)
    assert (seen.gave, seen.invited, seen.linked) == (1, 2, 1)
    assert not moves.is_complete(pitch)
    actions.set_contributor(world.ana, pitch.id, dan.id, rules.ContributorState.OUT, "", now=LATER)
    assert moves.is_complete(pitch)
    with write():
        moves.link_seen(pitch.id, page, is_there=False, now=LATER)
    assert queries.overview(pitch.id).linked == 0


def test_a_list_that_is_full_takes_no_more_and_loses_nothing(world: World, app: Flask) -> None:
    pitch = begin(world, PitchType.CO_CREATED)
    names = [f"Person {number}" for number in range(rules.MOST_CONTRIBUTORS + 1)]
    with pytest.raises(moves.TooMany):
        actions.ask(world.ana, pitch.id, names, now=LATER)
    session().rollback()
    assert queries.contributors_of(pitch.id) == []
