"""The gates and exits of the nine types, from every stage to every other."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.pitches import arrows, rules
from outreach.pitches.arrows import MoveRefused, Standing
from outreach.pitches.rules import CLOSED, EXITS, PATHS, SUCCESS, Column, PitchType, Stage

TYPES = list(PitchType)
FREE = {
    "has_target": True,
    "has_expected_rel": True,
    "has_page": True,
    "has_reason": True,
    "has_revisit_day": True,
}


def at(kind: PitchType, stage: Stage, **more: object) -> Standing:
    return replace(Standing(type=kind, stage=stage), **{**FREE, **more})  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", TYPES)
def test_the_whole_path_can_be_walked_from_idea_to_success(kind: PitchType) -> None:
    for here, there in zip(PATHS[kind], PATHS[kind][1:], strict=False):
        arrows.check_move(at(kind, here, is_verified=there in SUCCESS), there)
    assert PATHS[kind][-1] in SUCCESS


@pytest.mark.parametrize("kind", TYPES)
def test_every_exit_is_open_from_every_open_stage(kind: PitchType) -> None:
    for here in PATHS[kind][:-1]:
        for exit in (*EXITS[kind], Stage.NURTURE):
            arrows.check_move(at(kind, here), exit)


@pytest.mark.parametrize("kind", TYPES)
def test_what_is_not_of_the_type_is_refused(kind: PitchType) -> None:
    own = {*PATHS[kind], *EXITS[kind], Stage.NURTURE}
    for here in PATHS[kind][:-1]:
        for foreign in set(Stage) - own:
            with pytest.raises(MoveRefused, match="has no stage"):
                arrows.check_move(at(kind, here, is_verified=True), foreign)


@pytest.mark.parametrize("kind", TYPES)
def test_success_is_never_set_by_hand_and_never_left(kind: PitchType) -> None:
    goal = PATHS[kind][-1]
    with pytest.raises(MoveRefused, match="never by hand"):
        arrows.check_move(at(kind, PATHS[kind][-2]), goal)
    for to in set(Stage) - {goal}:
        with pytest.raises(MoveRefused):
            arrows.check_move(
                at(kind, goal, is_verified=True, may_reopen=True, rested_from=Stage.TALKING), to
            )


@pytest.mark.parametrize("kind", [kind for kind in TYPES if rules.has_agreement(kind)])
@pytest.mark.parametrize("missing", ["has_target", "has_expected_rel"])
def test_agreed_and_all_after_it_need_target_and_rel(kind: PitchType, missing: str) -> None:
    path = PATHS[kind]
    for to in path[path.index(Stage.AGREED) : -1]:
        with pytest.raises(MoveRefused, match="First save the agreement"):
            arrows.check_move(at(kind, Stage.TALKING, **{missing: False}), to)


def test_a_removal_needs_no_agreement() -> None:
    arrows.check_move(Standing(type=PitchType.LINK_REMOVAL, stage=Stage.TALKING), Stage.PROMISED)


def test_published_needs_the_page() -> None:
    with pytest.raises(MoveRefused, match="address of the published page"):
        arrows.check_move(at(PitchType.GUEST_POST, Stage.SCHEDULED, has_page=False), Stage.PUBLISHED_CLAIMED)


def test_back_within_the_open_stages_is_free() -> None:
    arrows.check_move(at(PitchType.GUEST_POST, Stage.REVISING), Stage.WRITING)
    arrows.check_move(at(PitchType.GUEST_POST, Stage.PUBLISHED_CLAIMED), Stage.IDEA)


def test_rest_needs_a_later_day_and_returns_to_where_it_was_only() -> None:
    with pytest.raises(MoveRefused, match="on which day"):
        arrows.check_move(at(PitchType.INTERVIEW, Stage.TALKING, has_revisit_day=False), Stage.NURTURE)
    resting = at(PitchType.INTERVIEW, Stage.NURTURE, rested_from=Stage.TALKING)
    arrows.check_move(resting, Stage.TALKING)
    arrows.check_move(resting, Stage.DECLINED)
    with pytest.raises(MoveRefused, match="can only go back to “Talking”"):
        arrows.check_move(resting, Stage.READY)


def test_a_closed_pitch_opens_where_it_was_with_a_reason_by_owner_or_manager() -> None:
    closed = at(PitchType.GUEST_POST, Stage.DECLINED, rested_from=Stage.WRITING, may_reopen=True)
    arrows.check_move(closed, Stage.WRITING)
    with pytest.raises(MoveRefused, match="Say why"):
        arrows.check_move(replace(closed, has_reason=False), Stage.WRITING)
    with pytest.raises(MoveRefused, match="owner or a manager"):
        arrows.check_move(replace(closed, may_reopen=False), Stage.WRITING)
    for to in set(Stage) - {Stage.WRITING}:
        with pytest.raises(MoveRefused):
            arrows.check_move(closed, to)


def test_disqualified_needs_a_reason() -> None:
    with pytest.raises(MoveRefused, match="why it does not fit"):
        arrows.check_move(at(PitchType.GUEST_POST, Stage.IDEA, has_reason=False), Stage.DISQUALIFIED)


def test_a_removal_that_fails_leads_to_the_disavow_file() -> None:
    for here in (Stage.REFUSED, Stage.NO_RESPONSE):
        arrows.check_move(at(PitchType.LINK_REMOVAL, here), Stage.DISAVOW_CANDIDATE)
    arrows.check_move(at(PitchType.LINK_REMOVAL, Stage.DISAVOW_CANDIDATE), Stage.DISAVOWED)
    with pytest.raises(MoveRefused):
        arrows.check_move(at(PitchType.GUEST_POST, Stage.NO_RESPONSE), Stage.DISAVOW_CANDIDATE)


@given(st.sampled_from(TYPES), st.data())
def test_what_targets_offers_is_never_refused_but_by_a_gate(kind: PitchType, data: st.DataObject) -> None:
    stage = data.draw(st.sampled_from([*PATHS[kind], *EXITS[kind], Stage.NURTURE]))
    rested_from = data.draw(st.sampled_from(PATHS[kind][:-1])) if stage in CLOSED | {Stage.NURTURE} else None
    standing = at(kind, stage, rested_from=rested_from, is_verified=True, may_reopen=True)
    offered = arrows.targets(standing)
    assert stage not in offered
    for to in Stage:
        if to in offered:
            arrows.check_move(standing, to)
        else:
            with pytest.raises(MoveRefused):
                arrows.check_move(standing, to)


@given(st.sampled_from(TYPES), st.sampled_from(list(Column)), st.data())
def test_a_dropped_card_lands_where_it_may_go_in_that_column(
    kind: PitchType, column: Column, data: st.DataObject
) -> None:
    standing = at(kind, data.draw(st.sampled_from(PATHS[kind][:-1])))
    to = arrows.landing(standing, column)
    if to is None or to is standing.stage:
        assert to is None or rules.column_of(to) is column
    else:
        assert rules.column_of(to) is column
        arrows.check_move(standing, to)
