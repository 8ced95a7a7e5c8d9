"""The sweep fetches real pages on loopback and records what it saw."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from outreach.app import create_app
from outreach.db import db, write
from outreach.kit import clock
from outreach.links import actions, evidence, jobs, look_queries, moves
from outreach.links.models import PlacedLink
from outreach.links.moves import Terms
from outreach.links.rules import LinkState
from tests.conftest import Place
from tests.servers.every_host import answering
from tests.world import World

TARGET = "https://hazel.example/seed-trial"
PAGES: dict[str, tuple[int, str]] = {}


def answer(host: str, path: str) -> tuple[int, str]:
    return PAGES.get(path, (404, "<html><title>Not found</title><h1>Not found</h1></html>"))


@pytest.fixture
def port() -> Iterator[int]:
    with answering(answer) as port:
        yield port


@pytest.fixture
def app(place: Place, port: int) -> Iterator[Flask]:
    made = create_app(place.settings(fetch_allow_endpoints=[f"127.0.0.1:{port}"]))
    with made.app_context():
        yield made
        db.session.remove()
        db.engine.dispose()


def article(rel: str = "") -> str:
    words = "It rained for eleven days, then not at all for seven weeks. " * 12
    return f'<html lang="en"><title>Post</title><body><article><h1>Post</h1><p>{words} <a href="{TARGET}"{rel}>seed mix trial</a> {words}</p></article></body></html>'


def place_link(world: World, port: int, path: str) -> PlacedLink:
    with write():
        return moves.place(
            world.seed,
            world.site,
            Terms(f"http://127.0.0.1:{port}{path}", TARGET, rel="follow"),
            by=world.ana,
            now=clock.now(),
        )


def test_a_due_link_is_fetched_read_and_judged(app: Flask, world: World, port: int, place: Place) -> None:
    PAGES["/post"] = (200, article())
    link = place_link(world, port, "/post")
    assert jobs.check_due(clock.now()) == 1
    assert link.state is LinkState.LIVE
    (look,) = look_queries.checks(link)
    assert look.found[0]["anchor"] == "seed mix trial"
    assert b"seed mix trial" in (evidence.read(place.instance, look.body_ref) or b"")
    assert jobs.check_due(clock.now()) == 0


def test_a_page_behind_a_wall_says_nothing(app: Flask, world: World, port: int) -> None:
    PAGES["/wall"] = (403, "<html><title>Just a moment...</title></html>")
    link = place_link(world, port, "/wall")
    jobs.check_due(clock.now())
    assert (link.state, link.unreadable_count) == (LinkState.EXPECTED, 1)


def test_an_address_the_guard_refuses_is_kept_as_unreadable(app: Flask, world: World, port: int) -> None:
    with write():
        link = moves.place(
            world.seed,
            world.site,
            Terms("http://169.254.169.254/latest", TARGET),
            by=world.ana,
            now=clock.now(),
        )
    jobs.check_due(clock.now())
    assert link.unreadable_count == 1


def test_a_look_that_came_too_late_is_not_recorded(app: Flask, world: World, port: int, place: Place) -> None:
    PAGES["/late"] = (200, article())
    link = place_link(world, port, "/late")
    ((key, fence),) = actions.take(10, now=clock.now())
    actions.ask(world.ana, link.id, now=clock.now())
    jobs.check_due(clock.now())
    from outreach.links.looks import seen_by_person

    assert (
        actions.record(key, fence, seen_by_person("gone", ""), now=clock.now(), instance=place.instance)
        is False
    )
    assert link.state is LinkState.LIVE
