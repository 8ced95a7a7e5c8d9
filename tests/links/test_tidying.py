"""Stored pages that are older than their rule go, and the rows say so."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from outreach.db import db, session, write
from outreach.links import evidence, jobs, look_moves, moves
from outreach.links.looks import Look
from outreach.links.models import LinkCheck, PlacedLink
from outreach.links.moves import Terms
from outreach.links.rules import Presence, Value
from tests.conftest import Place
from tests.world import NOW, World, log_in

LATER = NOW + timedelta(days=100)
DAY = timedelta(days=1)


def placed(world: World, path: str = "post") -> PlacedLink:
    with write():
        return moves.place(
            world.seed, world.site, Terms(f"https://wild.example/{path}", f"https://hazel.example/{path}"), by=world.ana, now=NOW
        )  # fmt: skip


def look(world: World, place: Place, link: PlacedLink, day: int, body: bytes) -> None:
    """A good look on that day, its page kept two hours ago by the file's own clock."""
    ref = evidence.keep(place.instance, body)
    file = place.instance / "evidence" / ref
    old = file.stat().st_mtime - 2 * evidence.FRESH_S
    os.utime(file, (old, old))
    seen = Look(Presence.FOUND, Value.PASSES, "There.", "ok", status=200, body=body)
    with write():
        look_moves.record(link, seen, by=None, now=NOW + day * DAY, owner=world.ana, body_ref=ref)


def files(place: Place) -> int:
    return len([file for file in Path(place.instance / "evidence").rglob("*") if file.is_file()])


def gone() -> list[bool]:
    session().expire_all()
    return list(session().scalars(sa.select(LinkCheck.is_body_gone).order_by(LinkCheck.at, LinkCheck.id)))


def test_old_pages_go_but_for_the_first_and_the_last_good_one(app: Flask, world: World, place: Place) -> None:
    link = placed(world)
    for day in range(5):
        look(world, place, link, day, b"<html>%d" % day)
    assert jobs.tidy_evidence(NOW + 50 * DAY) == 0
    assert (jobs.count_evidence_due(LATER), jobs.tidy_evidence(LATER)) == (1, 1)
    assert (gone(), files(place)) == ([False, True, True, True, False], 2)
    assert (jobs.count_evidence_due(LATER), jobs.tidy_evidence(LATER)) == (0, 0)


def test_a_page_that_another_link_needs_stays(app: Flask, world: World, place: Place) -> None:
    one, two = placed(world, "one"), placed(world, "two")
    for day, body in enumerate((b"<html>a", b"<html>b", b"<html>c")):
        look(world, place, one, day, body)
    look(world, place, two, 99, b"<html>b")
    jobs.tidy_evidence(LATER)
    assert (gone(), files(place)) == ([False, True, False, False], 3)


def test_a_page_that_was_just_kept_again_stays(app: Flask, world: World, place: Place) -> None:
    link = placed(world)
    for day in range(3):
        look(world, place, link, day, b"<html>%d" % day)
    evidence.keep(place.instance, b"<html>1")
    jobs.tidy_evidence(LATER)
    assert files(place) == 3


def test_a_worker_killed_after_the_files_leaves_rows_that_are_judged_again(
    app: Flask, world: World, place: Place
) -> None:
    link = placed(world)
    for day in range(3):
        look(world, place, link, day, b"<html>%d" % day)
    db.session.remove()
    child = os.fork()
    if child == 0:
        db.engine.dispose(close=False)
        sa.event.listen(db.session, "before_commit", lambda _: os._exit(9))
        jobs.tidy_evidence(LATER)
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
    assert (gone(), files(place)) == ([False, False, False], 2)
    jobs.tidy_evidence(LATER)
    assert gone() == [False, True, False]


def test_the_screen_says_that_a_page_is_no_longer_kept(
    client: FlaskClient, world: World, place: Place
) -> None:
    link = placed(world)
    for day in range(3):
        look(world, place, link, day, b"<html>%d" % day)
    jobs.tidy_evidence(LATER)
    log_in(client, world.ana)
    keys = session().scalars(sa.select(LinkCheck.id).order_by(LinkCheck.id)).all()
    assert "no longer kept" in client.get(f"/links/{link.id}").text
    answers = [client.get(f"/links/{link.id}/checks/{key}/page").status_code for key in keys]
    assert answers == [200, 404, 200]
