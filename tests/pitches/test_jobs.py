"""Resting pitches come back on their day, once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from outreach.db import session, write
from outreach.pitches import actions, jobs, moves
from outreach.pitches.production import files
from outreach.pitches.rules import NextKind, PitchType, Stage
from outreach.schedule.sweeps import SWEEPS
from tests.pitches.stories import lines
from tests.world import NOW, TODAY, World

DAY = TODAY + timedelta(days=10)


def rest(world: World) -> None:
    with write():
        moves.move(
            world.pitch, Stage.NURTURE, by=world.ana, now=NOW, today=TODAY, revisit_on=DAY, reason="Later"
        )


def test_a_resting_pitch_comes_back_on_its_day_once_and_is_due_that_day(world: World) -> None:
    rest(world)
    before = datetime(2026, 12, 3, 22, 59, tzinfo=UTC)  # still the 3rd in Berlin, where Ana lives
    assert jobs.wake_resting(before) == 0
    assert jobs.count_resting_due(before + timedelta(minutes=1)) == 1
    assert jobs.wake_resting(before + timedelta(minutes=1)) == 1
    assert (world.pitch.stage, world.pitch.next_kind, world.pitch.next_on) == (
        Stage.READY,
        NextKind.WRITE,
        DAY,
    )
    assert jobs.wake_resting(before + timedelta(days=3)) == 0
    assert lines(world.pitch.id) == ["pitch.started", "pitch.stage", "pitch.stage"]


def test_it_comes_back_after_days_of_standstill(world: World) -> None:
    rest(world)
    assert jobs.wake_resting(NOW + timedelta(days=40)) == 1
    assert world.pitch.next_on == TODAY + timedelta(days=40)


def test_two_workers_wake_it_once(world: World) -> None:
    rest(world)
    assert actions.wake(world.pitch.id, now=NOW, today=DAY)
    assert not actions.wake(world.pitch.id, now=NOW, today=DAY)
    assert len(lines(world.pitch.id)) == 3


def test_it_rests_on_while_another_pitch_at_the_site_is_open(world: World) -> None:
    rest(world)
    with write():
        moves.start(world.seed, PitchType.INTERVIEW, world.site.id, by=world.ana, now=NOW, today=TODAY)
    jobs.wake_resting(NOW + timedelta(days=10))
    assert (world.pitch.stage, world.pitch.revisit_on) == (Stage.NURTURE, DAY + timedelta(days=7))
    assert lines(world.pitch.id)[-1] == "pitch.rests_on"
    assert jobs.wake_resting(NOW + timedelta(days=10)) == 0
    session().rollback()


def test_the_sweep_is_listed_with_names_that_exist() -> None:
    listed = [sweep for sweep in SWEEPS if sweep.room == "pitches"]
    assert listed
    for sweep in listed:
        assert callable(getattr(jobs, sweep.run_name))
        assert callable(getattr(jobs, sweep.due_name))
        assert sweep.batch == {"tidy-files": files.BATCH}.get(sweep.name, jobs.BATCH)
