"""A broken link is seen dead, a loss confirmed, before a letter leaves (2.2)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from outreach.app import create_app
from outreach.db import db, session, write
from outreach.kit import clock
from outreach.links import ground_rules, grounds, jobs, look_moves
from outreach.links import moves as link_moves
from outreach.links.ground_models import GroundLook
from outreach.links.looks import Look
from outreach.links.models import PlacedLink
from outreach.links.moves import Terms
from outreach.links.rules import LinkState, Presence, Value
from outreach.pitches.production import moves as production
from outreach.pitches.rules import PitchType, Stage
from tests.conftest import Browser, Place
from tests.servers.pages import PageServer, answer
from tests.world import NOW, World, log_in

DAY = timedelta(days=1)


@pytest.fixture
def app(place: Place, pages: PageServer) -> Iterator[Flask]:
    made = create_app(place.settings(fetch_allow_endpoints=[f"127.0.0.1:{pages.port}"]))
    made.test_client_class = Browser
    with made.app_context():
        yield made
        db.session.remove()
        db.engine.dispose()


def broken(world: World, dead_url: str) -> None:
    with write():
        world.pitch.type = PitchType.BROKEN_LINK
        production.write_facts(world.pitch, {"dead_url": dead_url}, {}, by=world.ana, now=NOW)


def ground_of(world: World) -> tuple[bool | None, str]:
    session().expire_all()
    told = session().scalar(sa.select(GroundLook.told).where(GroundLook.pitch_id == world.pitch.id))
    return world.pitch.is_ground_ok, told or ""


@pytest.mark.parametrize(
    ("state", "before", "hours", "is_ok"),
    [
        ("not_found", "", 0, True),
        ("gone", "", 0, True),
        ("soft_404", "", 0, True),
        ("parked", "", 0, True),
        ("redirected_home", "", 0, True),
        ("ok", "not_found", 48, False),
        ("not_html", "", 0, False),
        ("dns_error", "", 0, None),
        ("dns_error", "dns_error", 19, None),
        ("dns_error", "dns_error", 21, True),
        *((state, "not_found", 48, None) for state in ("forbidden", "blocked", "server_error", "timeout", "tls_error")),
    ],
)  # fmt: skip
def test_only_a_page_that_says_so_is_dead(state: str, before: str, hours: int, is_ok: bool | None) -> None:
    at = NOW - timedelta(hours=hours) if before else None
    assert ground_rules.judge(state, before, at, now=NOW).is_ok is is_ok


def test_the_dead_link_is_looked_at_and_the_answer_stands_on_the_page(
    app: Flask, world: World, pages: PageServer, client: FlaskClient
) -> None:
    pages.routes["/old"] = answer("<h1>Not here</h1>", status=404)
    log_in(client, world.ana)
    broken(world, "")
    assert client.post(f"/pitches/{world.pitch.id}/ground").location.endswith("/production")
    broken(world, pages.url("/old"))
    assert jobs.look_at_grounds(clock.now()) == 1
    assert ground_of(world) == (True, "It is dead: the server says that there is no such page (404)")
    page = client.get(f"/pitches/{world.pitch.id}").text
    assert "there is no such page (404)" in page
    assert jobs.look_at_grounds(clock.now()) == 0

    pages.routes["/old"] = answer("<title>Back</title><h1>Back</h1><p>" + "It is here again, in full. " * 40)
    client.post(f"/pitches/{world.pitch.id}/ground")
    assert jobs.look_at_grounds(clock.now()) == 1
    assert ground_of(world)[0] is False

    broken(world, pages.url("/other"))
    assert ground_of(world)[0] is None


def test_a_reclaim_by_hand_waits_for_the_loss_of_its_link(app: Flask, world: World) -> None:
    link = PlacedLink(
        project_id=world.seed.id, site_id=world.site.id, page_url="https://wild.example/dry", page_url_norm="wild.example/dry",
        target_url=world.page.url, state=LinkState.SUSPECT, state_since=NOW, owner_id=world.ana.id, created_at=NOW,
    )  # fmt: skip
    with write() as here:
        here.add(link)
        world.pitch.type, world.pitch.subject_page_url = PitchType.LINK_RECLAIM, "https://wild.example/dry"
    assert look(NOW) == 1
    assert ground_of(world) == (False, "The link is not lost by what was seen")
    with write():
        link.state = LinkState.LOST
    assert look(NOW + DAY) == 1
    assert ground_of(world) == (True, "Two looks have confirmed the loss")
    assert link.reclaim_pitch_id == world.pitch.id
    assert look(NOW + 5 * DAY) == 0


def test_a_correction_by_hand_waits_for_two_looks_that_find_the_same(app: Flask, world: World) -> None:
    wrong_words = Look(
        Presence.FOUND, Value.PASSES, "Other words.", "ok", codes=("ANCHOR_CHANGED",), status=200
    )
    with write():
        terms = Terms("https://wild.example/dry", world.page.url, rel="follow")
        link = link_moves.place(world.seed, world.site, terms, by=world.ana, now=NOW)
        look_moves.record(link, wrong_words, by=None, now=NOW, owner=world.ana)
        world.pitch.type, world.pitch.subject_page_url = PitchType.LINK_CORRECTION, link.page_url
    assert look(NOW) == 1
    assert ground_of(world) == (False, "The link was not yet found wrong by two looks a day apart")
    with write():
        look_moves.record(link, wrong_words, by=None, now=NOW + DAY, owner=world.ana)
    assert look(NOW + DAY) == 1
    assert ground_of(world) == (True, "Two looks have found the same wrong with the link")


def look(now: datetime) -> int:
    """One round at a moment of the test's choosing."""
    grounds.begin(10, now=now)
    taken = grounds.take(10, now=now)
    for key, fence in taken.items():
        grounds.record(key, fence, "", now=now)
    return len(taken)


def test_a_pitch_past_its_letters_is_not_looked_at(app: Flask, world: World, pages: PageServer) -> None:
    broken(world, pages.url("/old"))
    with write():
        world.pitch.stage, world.pitch.board_column = Stage.TALKING, "talking"
    assert jobs.look_at_grounds(clock.now()) == 0
