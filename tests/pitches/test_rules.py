"""The paths, gates and exits of the nine types."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.kit.days import WorkingDays
from outreach.pitches import rules
from outreach.pitches.rules import (
    AT_REST,
    CLOSED,
    EXITS,
    PATHS,
    SUCCESS,
    Column,
    MoveRefused,
    NextKind,
    PitchType,
    Stage,
    Standing,
)

TYPES = list(PitchType)
FREE = {
    "has_target": True,
    "has_expected_rel": True,
    "has_page": True,
    "has_reason": True,
    "has_revisit_day": True,
}

# product.md 2.2, written out by hand: what must be reached between the yes and the success, and the extra exits
PRODUCTION = {
    "guest_post": "topic_agreed outline_sent writing draft_sent revising accepted scheduled",
    "interview": "slot_set questions_exchanged recorded_or_answered editing quotes_approved scheduled",
    "co_created": "brief_agreed collecting assembling contributor_review released links_expected",
    "resource_link": "editor_editing",
    "unlinked_mention": "editor_editing",
    "broken_link": "editor_editing",
    "link_reclaim": "editor_editing restored replaced",
    "link_correction": "editor_editing restored replaced",
}
EXTRA = {
    "guest_post": "rejected_draft paid_only_refused",
    "interview": "no_show",
    "co_created": "partial",
    "resource_link": "policy_refused",
    "unlinked_mention": "policy_refused",
    "broken_link": "fixed_otherwise",
    "link_reclaim": "written_off",
    "link_correction": "written_off",
    "link_removal": "refused disavow_candidate disavowed",
}
COMMON = "declined no_response disqualified suppressed undeliverable withdrawn lost_after_yes"


def at(kind: PitchType, stage: Stage, **more: object) -> Standing:
    return replace(Standing(type=kind, stage=stage), **{**FREE, **more})  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", TYPES)
def test_each_type_has_the_stages_of_the_table(kind: PitchType) -> None:
    head = "idea qualified ready contacted talking "
    wanted = (
        head + "promised removed_verified"
        if kind is PitchType.LINK_REMOVAL
        else head + f"agreed {PRODUCTION[kind]} published_claimed won"
    )
    assert [str(stage) for stage in PATHS[kind]] == wanted.split()
    assert sorted(EXITS[kind]) == sorted(f"{COMMON} {EXTRA[kind]}".split())


@pytest.mark.parametrize("kind", TYPES)
def test_the_whole_path_can_be_walked_from_idea_to_success(kind: PitchType) -> None:
    for here, there in zip(PATHS[kind], PATHS[kind][1:], strict=False):
        rules.check_move(at(kind, here, is_verified=there in SUCCESS), there)
    assert PATHS[kind][-1] in SUCCESS


@pytest.mark.parametrize("kind", TYPES)
def test_every_exit_is_open_from_every_open_stage(kind: PitchType) -> None:
    for here in PATHS[kind][:-1]:
        for exit in (*EXITS[kind], Stage.NURTURE):
            rules.check_move(at(kind, here), exit)


@pytest.mark.parametrize("kind", TYPES)
def test_what_is_not_of_the_type_is_refused(kind: PitchType) -> None:
    own = {*PATHS[kind], *EXITS[kind], Stage.NURTURE}
    for here in PATHS[kind][:-1]:
        for foreign in set(Stage) - own:
            with pytest.raises(MoveRefused, match="has no stage"):
                rules.check_move(at(kind, here, is_verified=True), foreign)


@pytest.mark.parametrize("kind", TYPES)
def test_success_is_never_set_by_hand_and_never_left(kind: PitchType) -> None:
    goal = PATHS[kind][-1]
    with pytest.raises(MoveRefused, match="never by hand"):
        rules.check_move(at(kind, PATHS[kind][-2]), goal)
    for to in set(Stage) - {goal}:
        with pytest.raises(MoveRefused):
            rules.check_move(at(kind, goal, is_verified=True, may_reopen=True, rested_from=Stage.TALKING), to)


@pytest.mark.parametrize("kind", [kind for kind in TYPES if rules.has_agreement(kind)])
@pytest.mark.parametrize("missing", ["has_target", "has_expected_rel"])
def test_agreed_and_all_after_it_need_target_and_rel(kind: PitchType, missing: str) -> None:
    path = PATHS[kind]
    for to in path[path.index(Stage.AGREED) : -1]:
        with pytest.raises(MoveRefused, match="First save the agreement"):
            rules.check_move(at(kind, Stage.TALKING, **{missing: False}), to)


def test_a_removal_needs_no_agreement() -> None:
    rules.check_move(Standing(type=PitchType.LINK_REMOVAL, stage=Stage.TALKING), Stage.PROMISED)


def test_published_needs_the_page() -> None:
    with pytest.raises(MoveRefused, match="address of the published page"):
        rules.check_move(at(PitchType.GUEST_POST, Stage.SCHEDULED, has_page=False), Stage.PUBLISHED_CLAIMED)


def test_back_within_the_open_stages_is_free() -> None:
    rules.check_move(at(PitchType.GUEST_POST, Stage.REVISING), Stage.WRITING)
    rules.check_move(at(PitchType.GUEST_POST, Stage.PUBLISHED_CLAIMED), Stage.IDEA)


def test_rest_needs_a_later_day_and_returns_to_where_it_was_only() -> None:
    with pytest.raises(MoveRefused, match="on which day"):
        rules.check_move(at(PitchType.INTERVIEW, Stage.TALKING, has_revisit_day=False), Stage.NURTURE)
    resting = at(PitchType.INTERVIEW, Stage.NURTURE, rested_from=Stage.TALKING)
    rules.check_move(resting, Stage.TALKING)
    rules.check_move(resting, Stage.DECLINED)
    with pytest.raises(MoveRefused, match="can only go back to “Talking”"):
        rules.check_move(resting, Stage.READY)


def test_a_closed_pitch_opens_where_it_was_with_a_reason_by_owner_or_manager() -> None:
    closed = at(PitchType.GUEST_POST, Stage.DECLINED, rested_from=Stage.WRITING, may_reopen=True)
    rules.check_move(closed, Stage.WRITING)
    with pytest.raises(MoveRefused, match="Say why"):
        rules.check_move(replace(closed, has_reason=False), Stage.WRITING)
    with pytest.raises(MoveRefused, match="owner or a manager"):
        rules.check_move(replace(closed, may_reopen=False), Stage.WRITING)
    for to in set(Stage) - {Stage.WRITING}:
        with pytest.raises(MoveRefused):
            rules.check_move(closed, to)


def test_disqualified_needs_a_reason() -> None:
    with pytest.raises(MoveRefused, match="why it does not fit"):
        rules.check_move(at(PitchType.GUEST_POST, Stage.IDEA, has_reason=False), Stage.DISQUALIFIED)


def test_a_removal_that_fails_leads_to_the_disavow_file() -> None:
    for here in (Stage.REFUSED, Stage.NO_RESPONSE):
        rules.check_move(at(PitchType.LINK_REMOVAL, here), Stage.DISAVOW_CANDIDATE)
    rules.check_move(at(PitchType.LINK_REMOVAL, Stage.DISAVOW_CANDIDATE), Stage.DISAVOWED)
    with pytest.raises(MoveRefused):
        rules.check_move(at(PitchType.GUEST_POST, Stage.NO_RESPONSE), Stage.DISAVOW_CANDIDATE)


def test_every_stage_lies_in_one_column_and_open_is_all_but_success_rest_and_closed() -> None:
    for stage in Stage:
        assert rules.column_of(stage) in Column
        assert rules.is_open(stage) == (stage not in AT_REST)
        assert (rules.column_of(stage) is Column.CLOSED) == (stage in CLOSED or stage is Stage.NURTURE)
        assert (rules.column_of(stage) is Column.WON) == (stage in SUCCESS)


@given(st.sampled_from(TYPES), st.data())
def test_what_targets_offers_is_never_refused_but_by_a_gate(kind: PitchType, data: st.DataObject) -> None:
    stage = data.draw(st.sampled_from([*PATHS[kind], *EXITS[kind], Stage.NURTURE]))
    rested_from = data.draw(st.sampled_from(PATHS[kind][:-1])) if stage in CLOSED | {Stage.NURTURE} else None
    standing = at(kind, stage, rested_from=rested_from, is_verified=True, may_reopen=True)
    offered = rules.targets(standing)
    assert stage not in offered
    for to in Stage:
        if to in offered:
            rules.check_move(standing, to)
        else:
            with pytest.raises(MoveRefused):
                rules.check_move(standing, to)


@given(st.sampled_from(TYPES), st.sampled_from(list(Column)), st.data())
def test_a_dropped_card_lands_where_it_may_go_in_that_column(
    kind: PitchType, column: Column, data: st.DataObject
) -> None:
    standing = at(kind, data.draw(st.sampled_from(PATHS[kind][:-1])))
    to = rules.landing(standing, column)
    if to is None or to is standing.stage:
        assert to is None or rules.column_of(to) is column
    else:
        assert rules.column_of(to) is column
        rules.check_move(standing, to)


@given(st.sampled_from(Stage), st.dates(date(2026, 1, 1), date(2030, 12, 31)))
def test_what_is_proposed_next_falls_on_a_working_day(stage: Stage, today: date) -> None:
    _kind, day = rules.propose_next(stage, today)
    assert day >= today
    assert day.weekday() < 5
    for kind in NextKind:
        after, later = rules.after_done(kind, stage, today)
        assert after in NextKind
        assert later > today
        assert later.weekday() < 5


def test_why_a_pitch_is_due_is_a_fact_and_a_number() -> None:
    today = date(2026, 11, 24)
    assert rules.why_due(NextKind.ANSWER, today, today) == "They wrote last."
    wrote = rules.why_due(NextKind.ANSWER, date(2026, 11, 21), today, None, date(2026, 11, 21))
    assert wrote == "They wrote 3 days ago; 3 days late."
    said = rules.why_due(NextKind.FOLLOW_UP, date(2026, 11, 21), today, date(2026, 11, 16))
    assert said == "No answer since our letter 8 days ago; 3 days late."


def test_every_word_of_the_board_is_there() -> None:
    assert set(rules.TYPE_NAMES) == set(rules.SUBJECT_PAGES) == set(PitchType)
    assert set(rules.COLUMN_NAMES) == set(Column)
    assert set(rules.NEXT_WORDS) == set(NextKind)
    assert len({rules.stage_name(stage) for stage in Stage}) == len(Stage)


FIRST_OF_MAY = WorkingDays(lambda day: "Labour Day" if (day.month, day.day) == (5, 1) else "")


@pytest.mark.parametrize(
    ("kind", "stage", "next_on", "words"),
    [
        (NextKind.FOLLOW_UP, Stage.CONTACTED, date(2026, 5, 5), "4 working days after our letter of 28 April, Labour Day left out."),
        (NextKind.FOLLOW_UP, Stage.CONTACTED, date(2026, 5, 8),
         "Put off or set by hand. By the rule it was 5 May: 4 working days after our letter of 28 April, Labour Day left out."),
        (NextKind.CLOSE, Stage.CONTACTED, date(2026, 5, 12), "14 days after our letter of 28 April."),
        (NextKind.ANSWER, Stage.TALKING, date(2026, 4, 27), "The day of “Talking” of 27 April."),
        (NextKind.PRODUCE, Stage.AGREED, date(2026, 4, 29), "2 working days after “Agreed” of 27 April."),
        (NextKind.OTHER, Stage.AGREED, date(2026, 4, 29), "Chosen by a person, or moved on when the one before it was done."),
    ],
)  # fmt: skip
def test_a_day_says_by_which_rule_it_was_chosen(
    kind: NextKind, stage: Stage, next_on: date, words: str
) -> None:
    said = rules.why_this_day(
        kind, stage, next_on, since=date(2026, 4, 27), last_out_on=date(2026, 4, 28), calendar=FIRST_OF_MAY
    )
    assert said == words
