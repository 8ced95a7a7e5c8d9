"""The no-orphan rule (E1) after any legal moves in any order, on both databases."""

from __future__ import annotations

import itertools
import os
from contextlib import suppress
from datetime import timedelta

import pytest
from flask import Flask
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from outreach.db import session, write
from outreach.pitches import arrows, fact_moves, letter_moves, moves, queries, rules
from outreach.pitches.agreement import Agreement
from outreach.pitches.arrows import MoveRefused
from outreach.pitches.models import StageChange
from outreach.pitches.rules import NextKind, PitchType, Stage
from tests.pitches.stories import lines
from tests.world import NOW, TODAY, World, site

FULL = os.environ.get("OUTREACH_DRILLS") == "full"
pytestmark = [pytest.mark.drill, pytest.mark.timeout(3600 if FULL else 180)]

NUMBERS = itertools.count(1)
TERMS = Agreement(target_url="https://hazel.example/", expected_rel="any", page_url="https://wild.example/x")


class Life(RuleBasedStateMachine):
    """One pitch, and whatever two people, the mail and the checks do to it."""

    world: World

    @initialize(kind=st.sampled_from(PitchType))
    def begin(self, kind: PitchType) -> None:
        self.now = NOW
        with write() as here:
            place = site(f"s{next(NUMBERS)}.example")
            here.add(place)
            here.flush()
            self.pitch = moves.start(self.world.seed, kind, place.id, by=self.world.ana, now=NOW, today=TODAY)

    @rule(choice=st.integers(0, 60), by_max=st.booleans())
    def move(self, choice: int, by_max: bool) -> None:
        offered = arrows.targets(self.pitch.standing())
        if not offered:
            return
        to = offered[choice % len(offered)]
        by = self.world.max if by_max else self.world.ana
        with suppress(MoveRefused), write():
            self.tick()
            moves.move(
                self.pitch, to, by=by, now=self.now, today=TODAY, reason="so", verified=to in rules.SUCCESS,
                revisit_on=TODAY + timedelta(days=3) if to is Stage.NURTURE else None,
            )  # fmt: skip

    @rule()
    def agree(self) -> None:
        with write():
            self.tick()
            fact_moves.agree(self.pitch, TERMS, by=self.world.ana, now=self.now)

    @rule(is_follow_up=st.booleans())
    def write_to_them(self, is_follow_up: bool) -> None:
        with write():
            self.tick()
            letter_moves.contacted(
                self.pitch, now=self.now, today=TODAY, follow_up_days=4, is_follow_up=is_follow_up
            )

    @rule()
    def they_answer(self) -> None:
        with write():
            self.tick()
            letter_moves.talking(self.pitch, now=self.now, today=TODAY)

    @rule(kind=st.sampled_from(NextKind), days=st.integers(0, 40))
    def plan(self, kind: NextKind, days: int) -> None:
        if self.pitch.is_open:
            with write():
                self.tick()
                day = TODAY + timedelta(days=days)
                moves.plan(self.pitch, kind, day, self.world.max.id, by=self.world.ana, now=self.now)

    @rule()
    def give_away(self) -> None:
        with write():
            self.tick()
            fact_moves.reassign(self.pitch, self.world.max.id, by=self.world.ana, now=self.now)

    @rule()
    def see_it_on_the_page(self) -> None:
        with write():
            self.tick()
            moves.succeed(self.pitch, by=None, now=self.now, today=TODAY)

    @rule()
    def undo(self) -> None:
        change = (
            session()
            .query(StageChange)
            .filter_by(pitch_id=self.pitch.id)
            .order_by(StageChange.id.desc())
            .first()
        )
        if change and change.before and change.version == self.pitch.version:
            with write():
                self.tick()
                moves.undo(self.pitch, change, by=self.world.ana, now=self.now)

    def tick(self) -> None:
        self.now += timedelta(minutes=1)

    @invariant()
    def nothing_open_is_without_a_next_action(self) -> None:
        assert queries.without_next_action() == 0

    @invariant()
    def the_version_counts_the_lines(self) -> None:
        assert self.pitch.version == len(lines(self.pitch.id))


def test_no_open_pitch_is_ever_without_a_next_action(app: Flask, world: World) -> None:
    Life.world = world
    run_state_machine_as_test(
        Life,
        settings=settings(
            max_examples=500 if FULL else 15,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
