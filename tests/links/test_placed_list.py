"""The list of links: its filters, its numbers, and posts and mentions counted apart (F12)."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from outreach.db import write
from outreach.desk import counts as side_bar
from outreach.links import look_moves, moves, placed_list
from outreach.links.looks import Look
from outreach.links.models import PlacedLink
from outreach.links.moves import Terms
from outreach.links.placed_list import Filters
from outreach.links.rules import LinkState, Presence, Value
from outreach.pitches.models import Pitch
from outreach.pitches.rules import Stage
from outreach.prospects.models import Site
from tests.world import NOW, World, log_in, prospect, site

TARGET = "https://hazel.example/seed-trial"
FOUND = Look(Presence.FOUND, Value.PASSES, "There.", "ok", status=200)
NOFOLLOW = Look(Presence.FOUND, Value.WEAKENED, "nofollow", "ok", codes=("REL_NOFOLLOW",), status=200)
POST = Look(Presence.FOUND, Value.NA, "There.", "ok", codes=("META_NOFOLLOW",), status=200)
MISSING = Look(Presence.NOT_FOUND, Value.NONE, "Not there.", "ok", codes=("LINK_MISSING",))
DAY = timedelta(days=1)


def placed(
    world: World, path: str, *looks: Look, days_ago: int = 0, social: bool = False, where: Site | None = None
) -> PlacedLink:
    at = NOW - days_ago * DAY
    spot = where or world.site
    with write():
        link = moves.place(
            world.seed, spot, Terms(f"https://{spot.key}/{path}", TARGET, rel="follow", is_social=social), by=world.ana, now=at
        )  # fmt: skip
        for number, look in enumerate(looks):
            look_moves.record(link, look, by=None, now=at + number * DAY, owner=world.ana)
    return link


@pytest.fixture
def many(app: Flask, world: World) -> World:
    with write() as here:
        other = site("moss.example")
        here.add(other)
        here.flush()
        here.add(prospect(world.seed, other, world.ana))
    placed(world, "young", FOUND)
    placed(world, "grown", FOUND, days_ago=100)
    placed(world, "old", NOFOLLOW, days_ago=500)
    placed(world, "gone", FOUND, MISSING, MISSING, days_ago=9, where=other)
    placed(world, "status/1", POST, social=True)
    placed(world, "status/2", FOUND, MISSING, MISSING, days_ago=9, social=True)
    return world


def paths(client: FlaskClient, query: str) -> list[str]:
    text = client.get(f"/links?{query}").text
    return sorted(re.findall(r'cell-sub">/([a-z0-9/]+)<', text))


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", ["gone", "grown", "old", "young"]),
        ("state=live", ["grown", "young"]),
        ("state=weakened", ["old"]),
        ("state=lost", ["gone"]),
        ("state=social", ["status/1", "status/2"]),
        ("age=young", ["gone", "young"]),
        ("age=grown", ["grown"]),
        ("age=old", ["old"]),
        ("code=REL_NOFOLLOW", ["old"]),
        ("site=moss.example", ["gone"]),
        ("q=GRO", ["grown"]),
        ("age=old&state=live", []),
        ("age=never&state=nonsense", ["gone", "grown", "old", "young"]),
    ],
)
def test_the_list_is_narrowed(many: World, client: FlaskClient, query: str, shown: list[str]) -> None:
    log_in(client, many.ana)
    assert paths(client, query) == shown


@pytest.mark.parametrize("few", [500, 0])
def test_one_sign_is_looked_for_among_the_links_entered_last(
    many: World, client: FlaskClient, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    monkeypatch.setattr(placed_list, "FEW", few)
    log_in(client, many.ana)
    assert paths(client, "q=h&state=social") == ["status/1", "status/2"]
    assert paths(client, "q=h") == ["gone", "grown", "old", "young"]  # https
    assert "Type more to look through all" in client.get("/links?q=h").text
    monkeypatch.setattr(placed_list, "LOOKED", 2)
    assert paths(client, "q=h") == ["gone", "old"]
    assert paths(client, "q=h&state=lost") == ["gone"]
    assert paths(client, "q=h&site=moss.example") == ["gone"]


def test_each_number_opens_as_many_rows_under_the_other_filters(many: World, client: FlaskClient) -> None:
    log_in(client, many.ana)
    for rest in ("", "age=young", "site=moss.example"):
        page = client.get(f"/links?{rest}").text
        tabs = re.search(r'<nav[^>]*aria-label="State of links".*?</nav>', page, re.DOTALL)
        assert tabs is not None
        numbers = re.findall(r'href="([^"]+)"[^>]*>[^<]+<span[^>]*>(\d+)</span>', tabs[0])
        assert len(numbers) == 9
        for href, number in numbers:
            rows = client.get(href.replace("&amp;", "&")).text.count("<tr data-href=")
            assert rows == int(number), (rest, href)


def test_posts_are_counted_apart_everywhere(many: World) -> None:
    counted = placed_list.tabs(many.ana, Filters()).numbers
    assert (counted[""], counted["social"]) == (4, 2)
    assert side_bar.of(many.ana, ["links"]) == {"links": 4}


def test_a_post_that_is_nofollow_is_live_and_nobody_is_alarmed(app: Flask, world: World) -> None:
    link = placed(world, "status/1", POST, POST, POST, social=True)
    assert link.state is LinkState.LIVE
    assert link.reclaim_pitch_id is None


def test_writing_a_link_off_closes_the_pitch_that_asked_for_it(many: World, client: FlaskClient) -> None:
    log_in(client, many.ana)
    with write() as here:
        lost = here.query(PlacedLink).filter_by(state=LinkState.LOST, is_social=False).one()
        key, asked = lost.id, lost.reclaim_pitch_id
    assert "Write it off" in client.get(f"/links/{key}").text
    client.post(f"/links/{key}/state", data={"state": "written_off"})
    with write() as here:
        assert here.get_one(Pitch, asked).stage is Stage.WRITTEN_OFF


def test_the_page_of_a_lost_link_shows_where_it_was_and_older_looks_are_a_page_further(
    app: Flask, world: World, client: FlaskClient
) -> None:
    there = Look(
        Presence.FOUND, Value.PASSES, "There.", "ok", status=200,
        found=({"href": TARGET, "anchor": "seed mixes", "rel": [], "context": "Our forty seed mixes in a dry August.", "region": "content"},),
    )  # fmt: skip
    link = placed(world, "post", *[there] * 30, *[MISSING] * 70, days_ago=100)
    log_in(client, world.ana)
    shown = client.get(f"/links/{link.id}").text
    assert "Last seen" in shown
    assert "Our forty seed mixes in a dry August." in shown
    assert re.search(r'<th scope="row">The link</th><td[^>]*>there</td><td[^>]*><b>not there</b>', shown)
    seen = 0
    while older := re.search(r'href="(/links/\d+\?before=\d+)#history"', shown):
        seen += len(re.findall(r'data-label="When"', shown))
        shown = client.get(older[1]).text
    assert seen + len(re.findall(r'data-label="When"', shown)) == 100


def test_who_looked_is_named_in_the_history(app: Flask, world: World, client: FlaskClient) -> None:
    link = placed(world, "post", FOUND)
    log_in(client, world.ana)
    client.post(f"/links/{link.id}/sightings", data={"what": "there", "words": "in the second paragraph"})
    shown = client.get(f"/links/{link.id}").text
    assert "(Ana Hazel)" in shown
    assert "in the second paragraph" in shown
