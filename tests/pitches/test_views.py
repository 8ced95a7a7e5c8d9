"""Every change of a pitch through the doors, as a browser makes it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from outreach.db import db, session, write
from outreach.diary.models import Entry
from outreach.pitches import fact_moves, moves
from outreach.pitches.agreement import Agreement, why_sponsored
from outreach.pitches.models import Pitch, StageChange
from outreach.pitches.rules import NextKind, PitchType, Stage
from tests.pitches.stories import AGREED, fields, lines, send
from tests.world import NOW, TODAY, World, log_in, prospect, site


@pytest.fixture
def ana(client: FlaskClient, world: World, at_nine: None) -> FlaskClient:
    log_in(client, world.ana)
    return client


def test_a_pitch_is_started_from_a_site(ana: FlaskClient, world: World) -> None:
    with write() as here:
        other = site("moss.example")
        here.add(other)
        here.flush()
        here.add(prospect(world.seed, other, world.ana))
    page = ana.get(f"/pitches/new?site={other.id}")
    assert "New pitch to moss.example" in page.text
    answer = ana.post(
        f"/pitches/new?site={other.id}&project={world.seed.id}",
        data={
            "type": "interview",
            "topic": "Moss",
            "owner": world.ana.id,
            "stage": "idea",
            "person": "",
            "own_page": "",
        },
    )
    assert answer.status_code == 303
    made = session().query(Pitch).order_by(Pitch.id.desc()).first()
    assert (made.type, made.topic, made.next_kind, made.owner_id) == (
        "interview",
        "Moss",
        "qualify",
        world.ana.id,
    )
    assert lines(made.id) == ["pitch.started"]


def test_a_site_that_is_no_prospect_is_told_beside_its_field(ana: FlaskClient, world: World) -> None:
    page = ana.get("/pitches/new?site=nobody.example")
    assert page.status_code == 422
    assert "nobody.example is no prospect of a project you write for" in page.text
    assert 'value="nobody.example"' in page.text


def test_a_second_pitch_at_the_site_is_told_of_the_first(ana: FlaskClient, world: World) -> None:
    data = {
        "type": "interview",
        "topic": "",
        "owner": world.ana.id,
        "stage": "idea",
        "person": "",
        "own_page": "",
    }
    page = ana.post(f"/pitches/new?site={world.site.id}&project={world.seed.id}", data=data)
    assert page.status_code == 422
    assert "Another pitch at this site is open" in page.text
    assert f'href="/pitches/{world.pitch.id}"' in page.text
    data["type"] = "link_removal"
    assert (
        ana.post(f"/pitches/new?site={world.site.id}&project={world.seed.id}", data=data).status_code == 303
    )


def test_a_move_says_what_it_did_and_is_undone(ana: FlaskClient, world: World) -> None:
    key, before = world.pitch.id, world.pitch.next_on
    answer = send(ana, key, "stage", stage="talking")
    assert answer.status_code == 303
    assert world.pitch.stage is Stage.TALKING
    page = ana.get(f"/pitches/{key}").text
    assert "wild.example: moved to “Talking”" in page
    change = session().query(StageChange).order_by(StageChange.id.desc()).first()
    ana.post(f"/pitches/{key}/changes/{change.id}/undo")
    assert (world.pitch.stage, world.pitch.next_on) == (Stage.READY, before)
    assert lines(key) == ["pitch.started", "pitch.stage", "pitch.undone"]


def test_an_undo_after_another_change_is_refused_with_a_word(ana: FlaskClient, world: World) -> None:
    key = world.pitch.id
    send(ana, key, "stage", stage="talking")
    change = session().query(StageChange).order_by(StageChange.id.desc()).first().id
    send(ana, key, "stage", stage="contacted")
    ana.post(f"/pitches/{key}/changes/{change}/undo")
    assert world.pitch.stage is Stage.CONTACTED
    assert "can only be moved from where it is now" in ana.get(f"/pitches/{key}").text


def test_agreed_is_refused_until_the_agreement_is_there(ana: FlaskClient, world: World) -> None:
    key = world.pitch.id
    page = send(ana, key, "stage", stage="agreed")
    assert page.status_code == 422
    assert "First save the agreement" in page.text
    assert f"/pitches/{key}/agreement?then=agreed" in page.text
    asked = ana.get(f"/pitches/{key}/agreement?then=agreed").text
    assert re.search(r'<button class="button button-main" name="then" value="agreed"', asked)
    assert "Save agreement" in asked
    answer = send(ana, key, "agreement", **AGREED | {"target_page": world.page.id}, then="agreed")
    assert answer.status_code == 303
    assert (world.pitch.stage, world.pitch.target_url) == (Stage.AGREED, world.page.url)
    assert lines(key)[1:] == ["pitch.agreement", "pitch.stage"]


def test_money_makes_the_expected_rel_sponsored_and_says_why(ana: FlaskClient, world: World) -> None:
    key = world.pitch.id
    send(ana, key, "agreement", **AGREED | {"target_page": world.page.id}, amount="120.50", currency="eur")
    assert (world.pitch.is_paid, world.pitch.expected_rel, world.pitch.currency) == (True, "sponsored", "EUR")
    assert "Because money is given for it" in ana.get(f"/pitches/{key}").text
    assert why_sponsored(Agreement(is_exchange=True, is_paid=True)).startswith(
        "Because money and a link in exchange are"
    )


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("target_url", "https://elsewhere.example/x", "not on a host of the project (hazel.example)"),
        ("target_url", "nonsense", "has no ending"),
        ("page_url", "https://hazel.example/seed-trial", "a page of ours"),
        ("page_url", "javascript:alert(1)", "http"),
        ("due_on", "31.12.2026", "Give a day, as 2026-12-31."),
        ("amount", "99999999999", "Between 0 and"),
        ("amount", "1e400", "Between 0 and"),
        ("amount", "nan", "Between 0 and"),
        ("amount", "12.345", "at most two digits"),
        ("currency", "euros", "Three letters"),
        ("amount", "80", "In which currency?"),
        ("expires_on", "2026-11-20", "It ends before it is live"),
        ("expected_rel", "dofollow", "Not a valid choice"),
        ("anchor", "x" * 301, "at most 300 signs"),
    ],
)
def test_a_wrong_term_is_told_beside_its_field_and_kept(
    ana: FlaskClient, world: World, field: str, typed: str, said: str
) -> None:
    page = send(ana, world.pitch.id, "agreement", **{**AGREED, "due_on": "2026-12-01", field: typed})
    assert page.status_code == 422
    assert said in page.text
    assert typed.lower() in page.text.lower() or field == "expected_rel"
    assert world.pitch.target_url == ""


def test_the_next_action_is_set_and_a_past_day_refused(ana: FlaskClient, world: World) -> None:
    key = world.pitch.id
    ok = {"kind": "other", "words": "Send the chart", "on": "2026-11-30", "owner": world.max.id}
    assert send(ana, key, "next", **ok).status_code == 303
    assert (world.pitch.next_note, world.pitch.next_owner_id) == ("Send the chart", world.max.id)
    page = send(ana, key, "next", **{**ok, "on": "2026-11-01"})
    assert page.status_code == 422
    assert "This day is past" in page.text
    assert 'value="2026-11-01"' in page.text


def test_the_next_action_of_somebody_outside_is_refused(ana: FlaskClient, world: World) -> None:
    page = send(ana, world.pitch.id, "next", kind="write", words="", on="2026-11-30", owner=world.otto.id)
    assert page.status_code == 422


def test_done_proposes_what_comes_next_and_is_undone(ana: FlaskClient, world: World) -> None:
    key = world.pitch.id
    before = (world.pitch.next_kind, world.pitch.next_on)
    assert before[0] is NextKind.WRITE
    send(ana, key, "next/done")
    assert world.pitch.next_kind is NextKind.FOLLOW_UP
    page = ana.get(f"/pitches/{key}").text
    assert "Done. Next: Follow up" in page
    ana.post(fields(page, "/next/undo")[0])
    assert (world.pitch.next_kind, world.pitch.next_on) == before
    assert lines(key) == ["pitch.started", "pitch.next_done", "pitch.next"]


def test_snoozed_to_a_working_day(ana: FlaskClient, world: World) -> None:
    ana.post(f"/pitches/{world.pitch.id}/next/snooze", data={"days": "4"})  # a Saturday
    assert world.pitch.next_on == TODAY + timedelta(days=6)
    page = ana.post(f"/pitches/{world.pitch.id}/next/snooze", data={"on": "2026-11-24"})
    assert page.status_code == 422
    assert "a day after today" in page.text
    far = ana.post(f"/pitches/{world.pitch.id}/next/snooze", data={"on": "9999-12-31"})
    assert (far.status_code, "Give a day within two years" in far.text) == (422, True)
    unknown = send(ana, world.pitch.id, "stage", stage="nowhere")
    assert (unknown.status_code, "Choose one of the stages." in unknown.text) == (422, True)
    assert "coerce" not in unknown.text


def test_resting_asks_for_its_day_and_keeps_the_reason(ana: FlaskClient, world: World) -> None:
    key = world.pitch.id
    page = send(ana, key, "stage", stage="nurture", reason="After the season")
    assert page.status_code == 422
    assert "After the season" in page.text
    send(ana, key, "stage", stage="nurture", reason="After the season", revisit_on="2027-03-01")
    assert (world.pitch.stage, world.pitch.next_on, world.pitch.outcome_reason) == (
        Stage.NURTURE, None, "After the season",
    )  # fmt: skip
    assert "comes back to “Ready” on 1 March 2027" in ana.get(f"/pitches/{key}").text


def test_closing_keeps_why_and_opening_again_asks_why(
    ana: FlaskClient, client: FlaskClient, world: World
) -> None:
    key = world.pitch.id
    send(ana, key, "stage", stage="declined", reason="No guest posts this year")
    assert "No guest posts this year" in ana.get(f"/pitches/{key}").text
    assert send(ana, key, "stage", stage="ready").status_code == 422
    assert send(ana, key, "stage", stage="ready", reason="They asked again").status_code == 303
    assert session().query(StageChange.reason).order_by(StageChange.id.desc()).first() == (
        "They asked again",
    )


def test_a_pitch_that_has_ended_is_offered_neither_a_move_nor_a_plan(ana: FlaskClient, world: World) -> None:
    key = world.pitch.id
    with write():
        moves.move(world.pitch, Stage.WON, by=None, now=NOW, today=TODAY, verified=True)
    for door, words in (
        ("stage", "No stage follows “Won”"),
        ("next", "Nothing is planned for a pitch that has ended"),
        ("next/snooze", "There is no next action to put off"),
    ):
        page = ana.get(f"/pitches/{key}/{door}").text
        assert words in page
        assert f'action="/pitches/{key}/{door}"' not in page


def test_facts_are_edited_and_reassigned(ana: FlaskClient, world: World) -> None:
    key = world.pitch.id
    data = {
        "type": "interview",
        "topic": "New",
        "person": "",
        "own_page": "",
        "subject_page_url": "wild.example/w",
        "notes": "n",
    }
    assert send(ana, key, "edit", **data).status_code == 303
    assert (world.pitch.type, world.pitch.person_id, world.pitch.subject_page_url) == (
        PitchType.INTERVIEW, None, "https://wild.example/w",
    )  # fmt: skip
    send(ana, key, "owner", owner=world.max.id)
    assert (world.pitch.owner_id, world.pitch.next_owner_id) == (world.max.id, world.max.id)
    assert lines(key)[1:] == ["pitch.changed", "pitch.owner"]
    assert send(ana, key, "owner", owner=world.otto.id).status_code == 400


# ---------------------------------------------------------------- two people, one pitch


def test_the_second_of_two_is_told_what_changed(ana: FlaskClient, world: World) -> None:
    key, seen = world.pitch.id, world.pitch.version
    with write():
        moves.move(world.pitch, Stage.TALKING, by=world.max, now=NOW, today=TODAY)
    answer = ana.post(f"/pitches/{key}/stage", data={"stage": "contacted", "version": seen})
    assert answer.status_code == 409
    assert "Max Hazel moved it from “Ready” to “Talking”" in answer.text
    assert world.pitch.stage is Stage.TALKING


def test_the_board_gets_the_same_as_a_fragment(ana: FlaskClient, world: World) -> None:
    key, seen = world.pitch.id, world.pitch.version
    with write():
        moves.move(world.pitch, Stage.TALKING, by=world.max, now=NOW, today=TODAY)
    answer = ana.post(
        f"/pitches/{key}/column",
        data={"column": "contacted", "version": seen},
        headers={"X-Requested-With": "fetch"},
    )
    assert answer.status_code == 409
    assert "<html" not in answer.text
    assert "Max Hazel moved it from “Ready” to “Talking”" in answer.text


def test_a_form_overtaken_keeps_what_was_typed_and_saves_the_second_time(
    ana: FlaskClient, world: World
) -> None:
    key, seen = world.pitch.id, world.pitch.version
    with write():
        fact_moves.reassign(world.pitch, world.max.id, by=world.max, now=NOW)
    data = {**AGREED, "target_page": world.page.id, "anchor": "seed mixes", "version": seen}
    answer = ana.post(f"/pitches/{key}/agreement", data=data)
    assert answer.status_code == 409
    assert "Somebody changed this pitch while you wrote" in answer.text
    assert 'value="seed mixes"' in answer.text
    assert world.pitch.anchor == ""
    data["version"] = fields(answer.text, "version")[0]
    assert ana.post(f"/pitches/{key}/agreement", data=data).status_code == 303
    assert world.pitch.anchor == "seed mixes"


# ---------------------------------------------------------------- rights


CHANGES = [
    "stage",
    "column",
    "next",
    "next/done",
    "next/snooze",
    "next/undo",
    "agreement",
    "edit",
    "owner",
    "changes/1/undo",
]


@pytest.mark.parametrize("door", CHANGES)
def test_viewers_and_strangers_get_404_at_every_change(client: FlaskClient, world: World, door: str) -> None:
    for who in (world.vic, world.otto):
        log_in(client, who)
        assert client.post(f"/pitches/{world.pitch.id}/{door}", data={"version": 1}).status_code == 404
    assert len(lines(world.pitch.id)) == 1


def test_a_change_is_one_diary_line(app: Flask, ana: FlaskClient, world: World) -> None:
    before = session().query(Entry).count()
    send(ana, world.pitch.id, "next/done")
    db.session.rollback()
    assert session().query(Entry).count() == before + 1


def test_the_page_of_the_next_action_names_who_does_it_and_why_on_this_day(
    client: FlaskClient, world: World
) -> None:
    log_in(client, world.ana)
    page = client.get(f"/pitches/{world.pitch.id}/next").text
    assert "Ana Hazel</option>" in page
    assert "Why this day?" in page
    assert "1 working day after “Ready” of 24 November." in page


def test_nobody_plans_for_the_end_of_the_calendar(ana: FlaskClient, world: World) -> None:
    key = world.pitch.id
    rest = send(ana, key, "stage", stage="nurture", revisit_on="9999-12-31")
    assert (rest.status_code, "Give a day within twenty years." in rest.text) == (422, True)
    data = {"kind": "write", "on": "9999-12-31", "owner": world.ana.id, "words": ""}
    planned = send(ana, key, "next", **data)
    assert (planned.status_code, "Give a day within two years." in planned.text) == (422, True)
    made = ana.post(
        f"/reminders/new?pitch={key}",
        data={"kind": "other", "words": "x", "due_on": "9999-12-31", "owner": world.ana.id},
    )
    assert (made.status_code, "Give a day within two years." in made.text) == (422, True)
