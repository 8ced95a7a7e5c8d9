"""An agreed page is watched from its day on, without a person's doing (F4)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from outreach.db import session, write
from outreach.links import agreed, jobs, look_moves, moves
from outreach.links.looks import Look
from outreach.links.models import PlacedLink
from outreach.links.moves import Terms
from outreach.links.rules import LinkState, Presence, Value
from outreach.pitches import moves as pitch_moves
from outreach.pitches.rules import Stage
from outreach.reminders.models import Reminder
from outreach.reminders.rules import ReminderKind
from tests.world import NOW, TODAY, World

TARGET = "https://hazel.example/seed-trial"
DUE = TODAY + timedelta(days=6)
MISSING = Look(Presence.NOT_FOUND, Value.NONE, "It is not there.", "ok", codes=("LINK_MISSING",))
FOUND = Look(Presence.FOUND, Value.PASSES, "The link is there.", "ok", status=200)


def agree(world: World, page: str, due_on: date | None = None, stage: Stage = Stage.AGREED) -> None:
    with write():
        world.pitch.target_url, world.pitch.expected_rel = TARGET, "follow"
        world.pitch.page_url, world.pitch.due_on = page, due_on
        if world.pitch.stage is not stage:
            pitch_moves.move(world.pitch, stage, by=world.ana, now=NOW, today=TODAY)


def links() -> list[PlacedLink]:
    session().expire_all()
    return list(session().scalars(sa.select(PlacedLink).order_by(PlacedLink.id)))


def test_an_agreed_page_is_watched_from_the_day_it_is_due(app: Flask, world: World) -> None:
    agree(world, "https://wild.example/post", DUE)
    assert (jobs.watch_agreed(NOW), jobs.watch_agreed(NOW), jobs.count_agreed_due(NOW)) == (1, 0, 0)
    (link,) = links()
    assert (link.pitch_id, link.site_id, link.expected_rel, link.owner_id) == (
        world.pitch.id, world.site.id, "follow", world.ana.id,
    )  # fmt: skip
    assert link.next_check_why == "the day it is due"
    assert link.next_check_at == (NOW + timedelta(days=6)).replace(hour=0) - timedelta(hours=1)


def test_a_page_that_is_said_to_be_there_is_looked_at_now(app: Flask, world: World) -> None:
    agree(world, "https://wild.example/post", DUE, stage=Stage.PUBLISHED_CLAIMED)
    jobs.watch_agreed(NOW)
    assert [link.next_check_at for link in links()] == [NOW]


@pytest.mark.parametrize(
    ("page", "stage"),
    [
        ("", Stage.AGREED),
        ("https://wild.example/post", Stage.READY),
        ("https://hazel.example/own", Stage.AGREED),
    ],
)
def test_nothing_is_watched_before_a_yes_without_a_page_or_on_our_own_site(
    app: Flask, world: World, page: str, stage: Stage
) -> None:
    agree(world, page, stage=stage)
    assert (jobs.watch_agreed(NOW), links()) == (0, [])


def test_another_address_leads_the_awaited_link_there(app: Flask, world: World) -> None:
    agree(world, "https://wild.example/draft")
    jobs.watch_agreed(NOW)
    agree(world, "https://wild.example/final")
    jobs.watch_agreed(NOW)
    assert [link.page_url for link in links()] == ["https://wild.example/final"]


def test_a_link_that_was_watched_on_its_own_joins_the_pitch_and_wins_it(app: Flask, world: World) -> None:
    with write():
        moves.place(
            world.seed, world.site, Terms("https://wild.example/post/", TARGET), by=world.ana, now=NOW
        )
    agree(world, "https://wild.example/post")
    assert (jobs.watch_agreed(NOW), jobs.watch_agreed(NOW)) == (1, 0)
    (link,) = links()
    with write():
        look_moves.record(link, FOUND, by=None, now=NOW, owner=world.ana)
    assert world.pitch.stage is Stage.WON


def test_a_link_of_another_pitch_stays_that(app: Flask, world: World) -> None:
    agree(world, "https://wild.example/post")
    jobs.watch_agreed(NOW)
    (link,) = links()
    with write():
        link.page_url = "https://wild.example/post/"
    assert agreed.waiting(10) == []


def test_its_day_is_watched_often_and_a_missed_day_is_told_once_the_next_morning(
    app: Flask, world: World
) -> None:
    agree(world, "https://wild.example/post", DUE)
    jobs.watch_agreed(NOW)
    (link,) = links()
    looked = []
    while link.next_check_at is not None and link.next_check_at < NOW + timedelta(days=11):
        at = link.next_check_at
        looked.append(at)
        with write():
            look_moves.record(link, MISSING, by=None, now=at, owner=world.ana)
    assert link.state is LinkState.AWAITING_PUBLICATION
    on_its_day = [at for at in looked if at < looked[0] + timedelta(days=1)]
    assert len(on_its_day) >= 4
    (row,) = session().execute(sa.select(Reminder.kind, Reminder.words, Reminder.due_on)).all()
    assert tuple(row) == (
        ReminderKind.PRODUCTION, "The link on wild.example/post was due on 30 November and is not there", DUE + timedelta(days=1),
    )  # fmt: skip
