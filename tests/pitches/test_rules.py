"""The nine types: their stages, their columns, and their words."""

from __future__ import annotations

import pytest

from outreach.pitches import rules
from outreach.pitches.rules import AT_REST, CLOSED, EXITS, PATHS, SUCCESS, Column, NextKind, PitchType, Stage

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


@pytest.mark.parametrize("kind", PitchType)
def test_each_type_has_the_stages_of_the_table(kind: PitchType) -> None:
    head = "idea qualified ready contacted talking "
    wanted = (
        head + "promised removed_verified"
        if kind is PitchType.LINK_REMOVAL
        else head + f"agreed {PRODUCTION[kind]} published_claimed won"
    )
    assert [str(stage) for stage in PATHS[kind]] == wanted.split()
    assert sorted(EXITS[kind]) == sorted(f"{COMMON} {EXTRA[kind]}".split())


def test_every_stage_lies_in_one_column_and_open_is_all_but_success_rest_and_closed() -> None:
    for stage in Stage:
        assert rules.column_of(stage) in Column
        assert rules.is_open(stage) == (stage not in AT_REST)
        assert (rules.column_of(stage) is Column.CLOSED) == (stage in CLOSED or stage is Stage.NURTURE)
        assert (rules.column_of(stage) is Column.WON) == (stage in SUCCESS)


def test_every_word_of_the_board_is_there() -> None:
    assert set(rules.TYPE_NAMES) == set(rules.SUBJECT_PAGES) == set(PitchType)
    assert set(rules.COLUMN_NAMES) == set(Column)
    assert set(rules.NEXT_WORDS) == set(NextKind)
    assert len({rules.stage_name(stage) for stage in Stage}) == len(Stage)
