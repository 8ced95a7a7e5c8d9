"""Many cards at once: each by its own gates, those that stay are named, one undo for all; and limits that only warn."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from outreach.db import session, write
from outreach.pitches import moves
from outreach.pitches.models import Pitch
from outreach.pitches.rules import PitchType, Stage
from outreach.prospects.models import Prospect
from tests.pitches.stories import lines
from tests.world import NOW, TODAY, World, log_in, site


@pytest.fixture
def ana(client: FlaskClient, world: World) -> FlaskClient:
    log_in(client, world.ana)
    return client


def others(world: World, count: int, stage: Stage = Stage.IDEA) -> list[Pitch]:
    """So many more pitches of the project, each to a site of its own."""
    made = []
    with write() as here:
        for number in range(count):
            place = site(f"garden{number}.example")
            here.add(place)
            here.flush()
            here.add(Prospect(project_id=world.seed.id, site_id=place.id, created_at=NOW, updated_at=NOW))
            made.append(
                moves.start(
                    world.seed,
                    PitchType.GUEST_POST,
                    place.id,
                    by=world.ana,
                    now=NOW,
                    today=TODAY,
                    stage=stage,
                )
            )
    return made


def rows(*pitches: Pitch) -> list[str]:
    return [f"{pitch.id}-{pitch.version}" for pitch in pitches]


def stages(*pitches: Pitch) -> list[Stage]:
    session().rollback()
    session().expire_all()
    return [pitch.stage for pitch in pitches]


def undo_of(text: str) -> str:
    """The address that the toast's undo posts to."""
    found = re.search(r'action="(/pitches/moves/undone[^"]+)"', text)
    assert found, "there is no undo"
    return found.group(1)


def test_all_move_with_one_press_and_go_back_with_one(ana: FlaskClient, world: World) -> None:
    cards = [world.pitch, *others(world, 4)]
    answer = ana.post(
        "/pitches/moves", data={"row": rows(*cards), "to": "column-contacted", "back": "/pitches?owner=me"}
    )
    assert (answer.status_code, answer.location) == (303, "/pitches?owner=me")
    assert stages(*cards) == [Stage.CONTACTED] * 5
    page = ana.get("/pitches").text
    assert "5 cards moved to “Contacted”" in page
    ana.post(undo_of(page))
    assert stages(*cards) == [Stage.READY, *[Stage.IDEA] * 4]
    assert lines(world.pitch.id) == ["pitch.started", "pitch.stage", "pitch.undone"]


def test_what_may_not_go_along_stays_and_says_why(ana: FlaskClient, world: World) -> None:
    fits, overtaken, bare = others(world, 3)
    with write():
        fits.target_url, fits.expected_rel = world.page.url, "follow"
    seen = rows(fits, overtaken, bare)
    with write():
        moves.move(overtaken, Stage.READY, by=world.max, now=NOW, today=TODAY)
    answer = ana.post("/pitches/moves", data={"row": [*seen, "999999-1", "x"], "to": "column-agreed"})
    assert answer.status_code == 200
    assert stages(fits, overtaken, bare) == [Stage.AGREED, Stage.READY, Stage.IDEA]
    assert "garden1.example" in answer.text
    assert "A colleague has changed it in the meantime." in answer.text
    assert "First save the agreement" in answer.text
    assert "1 card has moved." in answer.text
    with write():
        moves.move(fits, Stage.WRITING, by=world.max, now=NOW, today=TODAY)
    ana.post(undo_of(answer.text))
    assert stages(fits) == [Stage.WRITING]


def test_an_end_asks_for_its_reason_and_rest_for_its_day(ana: FlaskClient, world: World) -> None:
    cards = others(world, 2)
    data: dict[str, object] = {"row": rows(*cards), "to": "stage-nurture"}
    asked = ana.post("/pitches/moves", data=data)
    assert (asked.status_code, "Comes back on" in asked.text) == (200, True)
    past = ana.post("/pitches/moves", data=data | {"said": "yes", "revisit_on": "2020-01-01"})
    assert (past.status_code, "Give a day after today." in past.text) == (422, True)
    assert stages(*cards) == [Stage.IDEA] * 2
    day = TODAY + timedelta(days=4000)
    ana.post(
        "/pitches/moves",
        data=data | {"said": "yes", "revisit_on": day.isoformat(), "reason": "After the winter"},
    )
    assert stages(*cards) == [Stage.NURTURE] * 2
    assert [pitch.outcome_reason for pitch in cards] == ["After the winter"] * 2
    unsaid = {"row": rows(world.pitch), "to": "stage-disqualified", "said": "yes"}
    assert "Say why they do not fit." in ana.post("/pitches/moves", data=unsaid).text


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"to": "column-contacted"},
        {"row": "1-1"},
        {"row": "1-1", "to": "column-won"},
        {"row": "1-1", "to": "stage-won"},
    ],
)
def test_nothing_moves_without_cards_and_a_goal(ana: FlaskClient, world: World, data: dict[str, str]) -> None:
    assert ana.post("/pitches/moves", data=data).status_code == 303
    assert stages(world.pitch) == [Stage.READY]


def test_what_others_may_not_change_stays_as_it_is(client: FlaskClient, world: World) -> None:
    log_in(client, world.otto)
    client.post("/pitches/moves", data={"row": rows(world.pitch), "to": "column-contacted"})
    assert stages(world.pitch) == [Stage.READY]


def test_a_column_over_its_limit_says_so_and_takes_more(
    app: Flask, client: FlaskClient, world: World
) -> None:
    others(world, 2)
    log_in(client, world.max)
    here = f"/projects/{world.seed.id}/limits"
    assert client.post(here, data={"to_do": "0"}).status_code == 422
    client.post(here, data={"to_do": "2", "talking": "5"})
    board = client.get(f"/pitches?project={world.seed.id}").text
    assert re.search(r'class="number bad" data-count>3 of 2<', board)
    assert re.search(r'class="number faint" data-count>0 of 5<', board)
    assert 'value="2"' in client.get(here).text
    log_in(client, world.ana)
    assert client.get(here).status_code == 404
    client.post("/pitches/moves", data={"row": rows(world.pitch), "to": "column-talking"})
    assert stages(world.pitch) == [Stage.TALKING]
