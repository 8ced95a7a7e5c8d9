"""What moving a pitch leaves on its row, in its history and in the diary."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from outreach.db import db, session, write
from outreach.pitches import fact_moves, letter_moves, moves, queries
from outreach.pitches.agreement import Agreement
from outreach.pitches.arrows import ClaimTaken, MoveRefused
from outreach.pitches.models import Pitch, StageChange
from outreach.pitches.rules import PATHS, NextKind, PitchType, Stage
from tests.pitches.stories import lines
from tests.world import NOW, TODAY, World, prospect, site

TERMS = Agreement(
    target_url="https://hazel.example/seed-trial", expected_rel="follow", page_url="https://wild.example/x"
)
LATER = TODAY + timedelta(days=30)


@pytest.fixture(params=list(PitchType))
def pitch(request: pytest.FixtureRequest, world: World) -> Pitch:
    """An idea of each type, at a site of its own."""
    with write() as here:
        place = site("moss.example")
        here.add(place)
        here.flush()
        here.add(prospect(world.seed, place, world.ana))
        return moves.start(world.seed, request.param, place.id, by=world.ana, now=NOW, today=TODAY)


def test_each_type_walks_from_idea_to_success(pitch: Pitch, world: World) -> None:
    with write():
        fact_moves.agree(pitch, TERMS, by=world.ana, now=NOW)
    for stage in PATHS[pitch.type][1:-1]:
        with write():
            moves.move(pitch, stage, by=world.ana, now=NOW, today=TODAY)
        assert pitch.is_open
        assert pitch.next_on
    with pytest.raises(MoveRefused), write():
        moves.move(pitch, PATHS[pitch.type][-1], by=world.ana, now=NOW, today=TODAY)
    with write():
        assert moves.succeed(pitch, by=None, now=NOW, today=TODAY)
    assert (pitch.is_open, pitch.next_kind) == (False, None)
    told = session().execute(
        sa.select(StageChange.to_stage, StageChange.is_verified)
        .where(StageChange.pitch_id == pitch.id)
        .order_by(StageChange.id)
    )
    assert [(row.to_stage, row.is_verified) for row in told] == [
        (stage, stage is PATHS[pitch.type][-1]) for stage in PATHS[pitch.type]
    ]


def test_each_type_takes_each_exit_and_comes_back(pitch: Pitch, world: World) -> None:
    from outreach.pitches.rules import EXITS

    for exit in EXITS[pitch.type]:
        with write():
            moves.move(pitch, exit, by=world.ana, now=NOW, today=TODAY, reason="They said so")
        assert (pitch.stage, pitch.is_open, pitch.outcome_reason) == (exit, False, "They said so")
        with write():
            moves.move(
                pitch, Stage.IDEA, by=world.ana, now=NOW, today=TODAY, reason="They changed their mind"
            )
        assert (pitch.is_open, pitch.outcome_reason) == (True, "")


def test_a_colleague_who_neither_owns_nor_manages_may_not_reopen(world: World) -> None:
    with write():
        moves.move(world.pitch, Stage.DECLINED, by=world.ana, now=NOW, today=TODAY)
        fact_moves.reassign(world.pitch, world.max.id, by=world.ana, now=NOW)
    with pytest.raises(MoveRefused, match="owner or a manager"), write():
        moves.move(world.pitch, Stage.READY, by=world.ana, now=NOW, today=TODAY, reason="x")
    with write():
        moves.move(world.pitch, Stage.READY, by=world.max, now=NOW, today=TODAY, reason="x")
    assert world.pitch.stage is Stage.READY


def test_every_change_counts_once_and_writes_one_line(world: World) -> None:
    pitch = world.pitch
    steps = [
        lambda: moves.move(pitch, Stage.TALKING, by=world.ana, now=NOW, today=TODAY),
        lambda: moves.plan(pitch, NextKind.OTHER, LATER, world.ana.id, "x", by=world.ana, now=NOW),
        lambda: fact_moves.agree(pitch, TERMS, by=world.ana, now=NOW),
        lambda: fact_moves.edit(pitch, by=world.ana, now=NOW, topic="Another"),
        lambda: fact_moves.reassign(pitch, world.max.id, by=world.ana, now=NOW),
        lambda: letter_moves.contacted(pitch, now=NOW, today=TODAY, follow_up_days=4, is_follow_up=True),
        lambda: letter_moves.talking(pitch, now=NOW, today=TODAY),
    ]
    for count, step in enumerate(steps, start=2):
        with write():
            step()
        assert (pitch.version, len(lines(pitch.id))) == (count, count)


def test_saving_what_is_there_already_changes_nothing(world: World) -> None:
    pitch = world.pitch
    with write():
        assert not fact_moves.edit(pitch, by=world.ana, now=NOW, topic=pitch.topic)
        assert not fact_moves.reassign(pitch, pitch.owner_id or 0, by=world.ana, now=NOW)
        assert not fact_moves.agree(pitch, pitch.agreement, by=world.ana, now=NOW)
    assert (pitch.version, len(lines(pitch.id))) == (1, 1)


def test_what_an_agreed_pitch_rests_on_cannot_be_taken_out(world: World) -> None:
    with write():
        fact_moves.agree(world.pitch, TERMS, by=world.ana, now=NOW)
        moves.move(world.pitch, Stage.AGREED, by=world.ana, now=NOW, today=TODAY)
    with pytest.raises(MoveRefused, match="rests on a target page"), write():
        fact_moves.agree(world.pitch, Agreement(), by=world.ana, now=NOW)


def test_one_site_has_one_open_pitch_but_maintenance_stands_beside(world: World) -> None:
    def start(kind: PitchType) -> Pitch:
        with write():
            return moves.start(world.seed, kind, world.site.id, by=world.ana, now=NOW, today=TODAY)

    with pytest.raises(ClaimTaken) as taken:
        start(PitchType.INTERVIEW)
    assert taken.value.pitch_id == world.pitch.id
    start(PitchType.LINK_RECLAIM)
    with write():
        moves.move(world.pitch, Stage.DECLINED, by=world.ana, now=NOW, today=TODAY)
    second = start(PitchType.INTERVIEW)
    with pytest.raises(ClaimTaken), write():
        moves.move(world.pitch, Stage.READY, by=world.ana, now=NOW, today=TODAY, reason="x")
    with pytest.raises(ClaimTaken), write():
        moves.undo(
            world.pitch,
            session().query(StageChange).filter_by(to_stage="declined").one(),
            by=world.ana,
            now=NOW,
        )
    assert queries.open_at_site(world.seed.id, world.site.id) == second.id


def test_the_database_itself_holds_the_claim(world: World) -> None:
    with pytest.raises(sa.exc.IntegrityError), write() as here:
        here.execute(sa.update(Pitch).values(type=PitchType.INTERVIEW))
        row = {
            column.name: getattr(world.pitch, column.key)
            for column in Pitch.__table__.columns
            if column.name != "id"
        }
        here.execute(sa.insert(Pitch).values(**row))


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"next_on": None}, "open_has_next_action"),
        ({"next_kind": None}, "open_has_next_action"),
        ({"next_owner_id": None}, "open_has_next_action"),
        ({"is_open": False}, "open_follows_stage"),
        ({"stage": Stage.WON, "board_column": "won"}, "open_follows_stage"),
        ({"stage": Stage.TALKING}, "column_follows_stage"),
        ({"stage": Stage.NURTURE, "is_open": False, "board_column": "closed"}, "nurture_has_day"),
        ({"expected_rel": "dofollow"}, "expected_rel"),
        ({"expected_rel": "follow", "is_goods": True}, "given_is_sponsored"),
    ],
)
def test_the_database_refuses_what_the_rules_refuse(
    app: Flask, world: World, change: dict, name: str
) -> None:  # type: ignore[type-arg]
    with pytest.raises(sa.exc.IntegrityError, match=name), write() as here:
        here.execute(sa.update(Pitch).where(Pitch.id == world.pitch.id).values(**change))


def test_an_undo_gives_back_all_that_the_move_took(world: World) -> None:
    with write():
        moves.plan(world.pitch, NextKind.OTHER, LATER, world.max.id, "Call Bo", by=world.ana, now=NOW)
    before = {name: getattr(world.pitch, name) for name in moves._OVERWRITTEN}
    with write():
        change = moves.move(
            world.pitch, Stage.DECLINED, by=world.ana, now=NOW + timedelta(hours=1), today=TODAY, reason="No"
        )
    with write():
        moves.undo(world.pitch, change, by=world.ana, now=NOW + timedelta(hours=2))
    db.session.expire_all()
    assert {name: getattr(world.pitch, name) for name in moves._OVERWRITTEN} == before


def test_a_resting_pitch_that_is_seen_on_the_page_is_won_a_declined_one_is_not(world: World) -> None:
    with write():
        moves.move(world.pitch, Stage.NURTURE, by=world.ana, now=NOW, today=TODAY, revisit_on=LATER)
        assert moves.succeed(world.pitch, by=None, now=NOW, today=TODAY)
    assert world.pitch.stage is Stage.WON
    with write():
        assert not moves.succeed(world.pitch, by=None, now=NOW, today=TODAY)


def test_an_answer_is_due_today_even_on_a_sunday(world: World) -> None:
    sunday = TODAY + timedelta(days=5)
    with write():
        letter_moves.talking(world.pitch, now=NOW, today=sunday)
    assert (world.pitch.stage, world.pitch.next_kind, world.pitch.next_on) == (
        Stage.TALKING,
        NextKind.ANSWER,
        sunday,
    )
