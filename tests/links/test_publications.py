"""A published page is found by itself and proposed (F6)."""

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
from outreach.links import jobs, publications
from outreach.links.models import PlacedLink
from outreach.links.publication_models import Finding, Publication, PublicationWatch
from outreach.links.rules import LinkState
from outreach.pitches import moves as pitch_moves
from outreach.pitches.rules import Stage
from outreach.reminders.models import Reminder
from outreach.reminders.rules import ReminderState
from tests.conftest import Browser, Place
from tests.servers.pages import PageServer, answer
from tests.world import NOW, TODAY, World, log_in

TARGET = "https://hazel.example/seed-trial"
SOON = timedelta(hours=7)


@pytest.fixture
def app(place: Place, pages: PageServer) -> Iterator[Flask]:
    made = create_app(place.settings(fetch_allow_endpoints=[f"127.0.0.1:{pages.port}"]))
    made.test_client_class = Browser
    with made.app_context():
        yield made
        db.session.remove()
        db.engine.dispose()
    clock.use_file(None)


@pytest.fixture
def waiting(app: Flask, world: World, pages: PageServer) -> World:
    """Ana's draft is with the editor; nobody knows the address of the page."""
    pages.routes["/"] = page(
        "Wild",
        '<a href="/about">About</a>',
        head='<link rel="alternate" type="application/rss+xml" href="/feed">',
    )
    pages.routes["/about"] = page("About", "We are wild.")
    pages.routes["/feed"] = feed(pages)
    with write():
        world.site.url = pages.url("/")
        world.pitch.target_url, world.pitch.expected_rel = TARGET, "follow"
        pitch_moves.move(world.pitch, Stage.DRAFT_SENT, by=world.ana, now=NOW, today=TODAY)
    return world


def page(title: str, inside: str, head: str = "") -> bytes:
    filler = "It rained for eleven days, then not at all for seven weeks. " * 8
    return answer(
        f'<html lang="en"><head><title>{title}</title>{head}</head><body><article><h1>{title}</h1><p>{filler}{inside}</p></article></body></html>'
    )


def post(title: str = "Forty mixes, one dry August") -> bytes:
    return page(title, f'As <a href="{TARGET}">the seed trial</a> shows.')


def feed(pages: PageServer, *paths: str, at: datetime = NOW) -> bytes:
    items = "".join(
        f"<item><link>{pages.url(path)}</link><pubDate>{at:%a, %d %b %Y %H:%M:%S} +0000</pubDate></item>"
        for path in paths
    )
    return answer(f"<rss><channel>{items}</channel></rss>", content_type="application/rss+xml")


def found() -> list[Publication]:
    session().expire_all()
    return list(session().scalars(sa.select(Publication).order_by(Publication.id)))


def open_reminders() -> list[str]:
    query = sa.select(Reminder.words).where(
        Reminder.state == ReminderState.OPEN, Reminder.about_kind == "publication"
    )
    return list(session().scalars(query))


def test_a_new_post_that_links_to_us_is_found_and_proposed_within_one_cycle(
    waiting: World, pages: PageServer
) -> None:
    assert (jobs.find_pages(NOW), found()) == (1, [])
    assert jobs.find_pages(NOW + timedelta(hours=1)) == 0
    pages.routes |= {"/feed": feed(pages, "/new"), "/new": post()}
    assert jobs.find_pages(clock.now() + SOON) == 1
    (one,) = found()
    assert (one.page_url, one.title, one.href, one.anchor, one.via) == (
        pages.url("/new"), "Forty mixes, one dry August", TARGET, "the seed trial", "feed",
    )  # fmt: skip
    assert open_reminders() == ["Looks published: Forty mixes, one dry August"]
    assert jobs.find_pages(clock.now() + 2 * SOON) == 1
    assert len(found()) == 1
    assert pages.most_at_once == 1


def test_two_workers_look_once_and_one_that_comes_late_keeps_nothing(waiting: World) -> None:
    publications.begin(10, now=NOW)
    (key, fence), *_ = publications.take(5, now=NOW).items()
    assert publications.take(5, now=NOW) == {}
    assert list(publications.take(5, now=NOW + publications.TAKEN_FOR)) == [key]
    assert publications.record(key, fence, publications.Outcome(), now=NOW) == 0


def propose(world: World) -> int:
    with write() as here:
        one = Publication(
            pitch_id=world.pitch.id, page_url="https://wild.example/new", page_url_norm="wild.example/new", href=TARGET,
            via="feed", state=Finding.OPEN, found_at=NOW, title="Forty mixes",
        )  # fmt: skip
        here.add_all([one, PublicationWatch(pitch_id=world.pitch.id, next_at=NOW, seen=[])])
    return one.id


def test_yes_makes_it_the_page_of_the_pitch_and_watches_its_link(waiting: World, client: FlaskClient) -> None:
    key = propose(waiting)
    log_in(client, waiting.ana)
    shown = client.get(f"/pitches/{waiting.pitch.id}").text
    assert "Looks published" in shown
    assert "https://wild.example/new" in shown
    assert client.post(f"/publications/{key}/acceptance").status_code == 302
    session().expire_all()
    assert (waiting.pitch.stage, waiting.pitch.page_url) == (
        Stage.PUBLISHED_CLAIMED,
        "https://wild.example/new",
    )
    link = session().scalars(sa.select(PlacedLink)).one()
    assert (link.pitch_id, link.state, link.target_url) == (waiting.pitch.id, LinkState.EXPECTED, TARGET)
    assert (found()[0].state, found()[0].link_id) == (Finding.ACCEPTED, link.id)
    assert client.post(f"/publications/{key}/acceptance").status_code == 404
    assert jobs.count_pages_due(NOW + SOON) == 0


def test_no_puts_it_away_for_good_and_the_search_goes_on(waiting: World, client: FlaskClient) -> None:
    key = propose(waiting)
    log_in(client, waiting.ana)
    assert client.post(f"/publications/{key}/dismissal").status_code == 302
    assert (found()[0].state, waiting.pitch.stage) == (Finding.DISMISSED, Stage.DRAFT_SENT)
    assert "is looked through for it" in client.get(f"/pitches/{waiting.pitch.id}").text
    assert jobs.count_pages_due(NOW + SOON) == 1


def test_who_may_not_write_may_not_decide(waiting: World, client: FlaskClient) -> None:
    key = propose(waiting)
    log_in(client, waiting.vic)
    assert "Yes, this is it" not in client.get(f"/pitches/{waiting.pitch.id}").text
    assert client.post(f"/publications/{key}/acceptance").status_code == 404
