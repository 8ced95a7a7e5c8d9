from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.mail.rules import LetterKind
from outreach.sending.gate import blocking, gate, may_overrule
from outreach.sending.rules import ClaimLevel, Effect, Facts, Rule

NOW = datetime(2026, 5, 12, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)
STOP = "https://crm.team.example/u/abc"
TEXT = f"""Hi Bo, I read your piece on rye.

Ana

Hazel & Loam Ltd, 1 Garden Row, Growtown
If you want no more mail from me: {STOP}
"""
FIRST, FOLLOW, ANSWER, SYSTEM = (
    LetterKind.FIRST,
    LetterKind.FOLLOW_UP,
    LetterKind.ANSWER,
    LetterKind.SYSTEM,
)

GOOD = Facts(
    kind=FIRST,
    now=NOW,
    to_address="bo@bakery.example",
    subject="Rye, twice",
    text=TEXT,
    personal_line="I read your piece on rye.",
    personal_url="https://bakery.example/rye",
    postal_address="1 Garden Row, Growtown",
    legal_name="Hazel & Loam Ltd",
    unsubscribe=STOP,
    has_list_unsubscribe=True,
    written_at=NOW - timedelta(minutes=5),
)

HOLD, CANCEL, ASK, WARN = Effect.HOLD, Effect.CANCEL, Effect.ASK, Effect.WARN
NO: dict[LetterKind, Effect] = {}
ALL = dict.fromkeys(LetterKind, HOLD)
PEOPLE = {FIRST: HOLD, FOLLOW: HOLD, ANSWER: HOLD}
BOTH = {FIRST: HOLD, FOLLOW: HOLD}

CASES: list[tuple[Rule, dict[str, Any], dict[LetterKind, Effect]]] = [
    (Rule.SUPPRESSED, {"suppressed": "unsubscribed on 1 May", "suppressed_at": NOW}, PEOPLE),
    (Rule.INVALID_ADDRESS, {"address_problem": "There is no @."}, ALL),
    (Rule.MISSING_FIELD, {"missing": ("person.first_name",)}, ALL),
    (Rule.BRACKETS, {"text": TEXT + "[your topic]"}, PEOPLE),
    (Rule.BRACKETS, {"subject": "Hi [Name]"}, PEOPLE),
    (Rule.HEADER_INJECTION, {"header_problem": "Subject holds a line break."}, ALL),
    (Rule.GLOBAL_STOP, {"is_mail_stopped": True}, ALL),
    (Rule.ALLOW_LIST, {"allow_list": ("ana@team.example",)}, ALL),
    (Rule.DRY_RUN, {"is_dry_run": True}, ALL),
    (Rule.DO_NOT_CONTACT, {"is_do_not_contact": True}, BOTH),
    (Rule.NO_PITCHES, {"is_no_pitch": True}, BOTH),
    (Rule.INDIVIDUAL, {"subscriber": "individual"}, BOTH),
    (Rule.FAKE_REPLY, {"subject": "Re: Rye"}, {FIRST: HOLD}),
    (Rule.FAKE_REPLY, {"subject": "FWD: Rye", "written_at": None}, BOTH),
    (Rule.PERSONAL_LINE, {"personal_line": " "}, {FIRST: HOLD}),
    (Rule.PERSONAL_LINE, {"personal_url": "their blog"}, {FIRST: HOLD}),
    (Rule.COOL_DOWN, {"last_same_at": NOW - 29 * DAY}, {FIRST: HOLD}),
    (Rule.COOL_DOWN, {"last_other_at": NOW - 99 * DAY}, {FIRST: HOLD}),
    (Rule.OTHER_PITCH, {"has_other_pitch_here": True}, {FIRST: HOLD}),
    (Rule.OTHER_PITCH, {"has_other_pitch_elsewhere": True}, {FIRST: ASK}),
    (Rule.OTHER_PITCH, {"has_other_pitch_elsewhere": True, "claim_level": ClaimLevel.HIGH}, {FIRST: HOLD}),
    (Rule.OTHER_PITCH, {"has_other_pitch_elsewhere": True, "claim_level": ClaimLevel.LOW}, {FIRST: WARN}),
    (Rule.CLAIMED, {"claimed_by": "Bo"}, {FIRST: ASK}),
    (Rule.CLAIMED, {"claimed_by": "Bo", "claim_level": ClaimLevel.HIGH}, {FIRST: HOLD}),
    (Rule.CLAIMED, {"claimed_by": "Bo", "claim_level": ClaimLevel.LOW}, {FIRST: WARN}),
    (Rule.DEAD_LINK, {"needs_dead_link": True}, BOTH),
    (
        Rule.DEAD_LINK,
        {"needs_dead_link": True, "is_ground_ok": True, "ground_checked_at": NOW - 4 * DAY},
        BOTH,
    ),
    (Rule.LOSS, {"needs_loss": True}, BOTH),
    (Rule.PITCH_CLOSED, {"is_pitch_open": False}, {FIRST: CANCEL, FOLLOW: CANCEL}),
    (Rule.ANSWERED, {"answered_at": NOW}, {FOLLOW: CANCEL, ANSWER: ASK}),
    (Rule.STOPPED, {"follow_ups_stopped_at": NOW}, {FOLLOW: CANCEL}),
    (Rule.POSTAL_ADDRESS, {"postal_address": ""}, BOTH),
    (Rule.POSTAL_ADDRESS, {"postal_address": "9 Elsewhere"}, BOTH),
    (Rule.IDENTITY, {"legal_name": ""}, BOTH),
    (Rule.OPT_OUT, {"text": TEXT.replace(STOP, "")}, BOTH),
    (Rule.OPT_OUT, {"unsubscribe": ""}, BOTH),
    (Rule.LIST_UNSUBSCRIBE, {"has_list_unsubscribe": False}, BOTH),
    (Rule.ROLE_ADDRESS, {"is_role_address": True}, {FIRST: WARN}),
    (Rule.HOME_PAGE, {"personal_url": "https://bakery.example/"}, {FIRST: WARN}),
    (
        Rule.MANY_LINKS,
        {"text": TEXT + "https://a.example https://b.example https://c.example"},
        {FIRST: WARN, FOLLOW: WARN},
    ),
    (Rule.ATTACHMENT, {"has_attachment": True}, {FIRST: WARN}),
    (Rule.EXACT_ANCHOR, {"exact_anchor": "best rye bread"}, {FIRST: WARN, FOLLOW: WARN}),
    (Rule.SUBSCRIBER, {"subscriber": "unknown"}, {FIRST: WARN}),
    (Rule.CLIPPED, {"html_bytes": 110_000}, {FIRST: WARN, FOLLOW: WARN}),
]


@pytest.mark.parametrize("kind", list(LetterKind))
def test_a_good_letter_may_leave(kind: LetterKind) -> None:
    assert gate(replace(GOOD, kind=kind)) == []


@pytest.mark.parametrize("kind", list(LetterKind))
@pytest.mark.parametrize(("rule", "change", "effects"), CASES)
def test_each_rule_does_to_each_kind_what_the_table_says(
    rule: Rule, change: dict[str, Any], effects: dict[LetterKind, Effect], kind: LetterKind
) -> None:
    findings = gate(replace(GOOD, kind=kind, **change))
    assert {finding.rule: finding.effect for finding in findings} == (
        {rule: effects[kind]} if kind in effects else {}
    )
    for finding in findings:
        assert finding.words.endswith((".", "!"))
        assert finding.hard is (finding.effect in (HOLD, CANCEL))


def test_every_rule_has_its_case() -> None:
    assert {rule for rule, _, _ in CASES} == set(Rule)


def test_the_cool_down_ends_on_its_day() -> None:
    assert gate(replace(GOOD, last_same_at=NOW - 30 * DAY, last_other_at=NOW - 100 * DAY)) == []


def test_a_dead_link_that_was_seen_dead_yesterday_may_be_written_of() -> None:
    facts = replace(GOOD, needs_dead_link=True, is_ground_ok=True, ground_checked_at=NOW - DAY)
    assert gate(facts) == []


def test_a_mail_newer_than_their_no_may_be_answered_with_a_reason() -> None:
    said_no = replace(GOOD, kind=ANSWER, suppressed="unsubscribed", suppressed_at=NOW - DAY)
    newer = replace(said_no, answered_at=NOW - timedelta(hours=1), written_at=NOW)
    assert [finding.effect for finding in gate(said_no)] == [HOLD]
    assert [finding.effect for finding in gate(newer)] == [ASK]
    assert gate(replace(newer, overruled={Rule.SUPPRESSED: "They asked me to call."})) == []


def test_a_reason_lifts_a_soft_finding_and_an_empty_one_does_not() -> None:
    facts = replace(GOOD, is_role_address=True)
    assert may_overrule(gate(facts))
    assert gate(replace(facts, overruled={Rule.ROLE_ADDRESS: "They asked us to write there."})) == []
    assert gate(replace(facts, overruled={Rule.ROLE_ADDRESS: " "})) != []


@given(
    st.sampled_from([case for case in CASES if HOLD in case[2].values()]), st.sampled_from(list(LetterKind))
)
def test_no_reason_lifts_a_hard_finding(
    case: tuple[Rule, dict[str, Any], dict[LetterKind, Effect]], kind: LetterKind
) -> None:
    rule, change, effects = case
    facts = replace(GOOD, kind=kind, overruled=dict.fromkeys(Rule, "because"), **change)
    hard = {finding.rule for finding in gate(facts) if finding.hard}
    assert (rule in hard) is (effects.get(kind) in (HOLD, CANCEL))


def test_what_stops_a_letter_differs_at_queue_and_at_sending() -> None:
    soft = gate(replace(GOOD, is_role_address=True))
    hard = gate(replace(GOOD, is_role_address=True, suppressed="complaint"))
    assert blocking(soft, at_queue=True)
    assert blocking(soft, at_queue=False) is None
    found = blocking(hard, at_queue=False)
    assert found is not None
    assert found.rule is Rule.SUPPRESSED


def test_a_markdown_link_or_a_number_is_no_hole() -> None:
    assert gate(replace(GOOD, text=TEXT + " [1] see below [2]")) == []
