"""The demo: believable, with its days around today, the same for the same seed, and never over somebody's rows."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import ThreadingHTTPServer
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from outreach.accounts.models import User
from outreach.app import create_app
from outreach.db import db
from outreach.desk import agenda
from outreach.kit import clock
from outreach.letter.kinds import Kind
from outreach.links import jobs
from outreach.links.models import PlacedLink
from outreach.links.rules import LinkState
from outreach.mail.models import Message
from outreach.mail.rules import Direction, Placing
from outreach.pitches import queries as pitch_queries
from outreach.pitches.models import Pitch
from outreach.pitches.rules import Column, PitchType
from outreach.projects.models import Membership
from outreach.prospects.models import Person, Site
from outreach.prospects.people_queries import person_matches
from outreach.server import demo_cli
from outreach.server.demo import publishers, story
from outreach.server.demo.build import Build, counts
from tests.conftest import Place
from tests.servers.product import answers, environment, eventually, outreach, pids


@pytest.fixture
def build(app: Flask) -> Build:
    made = Build(seed=7, size=120, now=clock.now(), port=8123)
    story.tell(made)
    return made


def its_rows_are_as_promised() -> None:
    found = counts()
    assert (found["users"], found["projects"], found["sites"], found["people"], found["links"]) == (
        4,
        2,
        120,
        90,
        25,
    )
    assert found["pitches"] >= 60
    roles = {user.role.value for user in db.session.scalars(sa.select(User))}
    members = {row.role.value for row in db.session.scalars(sa.select(Membership))}
    assert roles | members == {"admin", "manager", "user", "member", "viewer"}
    assert set(db.session.scalars(sa.select(Pitch.type))) == set(PitchType)
    assert set(db.session.scalars(sa.select(Pitch.board_column))) == set(Column)


def its_days_lie_around_today(build: Build) -> None:
    newest = db.session.scalar(sa.select(sa.func.max(Message.created_at)))
    assert build.now - timedelta(days=120) < newest <= build.now
    assert sum(agenda.counts(build.admin, build.today).values()) >= 10


def its_links_are_of_all_kinds() -> None:
    states = set(db.session.scalars(sa.select(PlacedLink.state)))
    assert states >= {LinkState.LIVE, LinkState.LIVE_WEAKENED, LinkState.LOST, LinkState.BLOCKED}


def its_inbox_holds_mail_of_every_kind() -> None:
    kinds = set(db.session.scalars(sa.select(Message.what).where(Message.direction == Direction.IN)))
    assert {Kind.HUMAN, Kind.AUTO_REPLY, Kind.BOUNCE, Kind.DELAYED, Kind.UNSUBSCRIBE} <= kinds
    placings = set(db.session.scalars(sa.select(Message.placing).where(Message.direction == Direction.IN)))
    assert placings == set(Placing)


def its_people_are_found_however_their_names_are_typed() -> None:
    for typed in ("oneil", "o'neil", "O’NEIL", "орлова", "анна орл"):
        assert len(db.session.scalars(sa.select(Person).where(person_matches(typed))).all()) == 1, typed


def test_the_default_demo_has_what_it_promises(build: Build) -> None:
    its_rows_are_as_promised()
    assert pitch_queries.without_next_action() == 0
    its_days_lie_around_today(build)
    its_links_are_of_all_kinds()
    its_inbox_holds_mail_of_every_kind()
    its_people_are_found_however_their_names_are_typed()


def test_the_same_seed_makes_the_same_workspace(tmp_path: Path) -> None:
    def rows(name: str) -> list[tuple[object, ...]]:
        made = demo_cli.make(tmp_path / name, 24, 7)
        assert made["login"] == "mara@hazelandloam.example"
        query = (
            sa.select(Site.key, Pitch.type, Pitch.stage, Pitch.topic)
            .join(Site, Site.id == Pitch.site_id)
            .order_by(Pitch.id)
        )
        with create_app(demo_cli._settings(tmp_path / name, 8123)).app_context():
            found = [(*row[:3], re.sub(r":\d+/", "/", row.topic)) for row in db.session.execute(query)]
            db.session.remove()
            db.engine.dispose()
        return found

    first = rows("first")
    assert first
    assert rows("again") == first


@pytest.fixture
def scenery(build: Build, place: Place) -> Iterator[Flask]:
    """The publishers really answering, and an app that may fetch from them."""
    (place.instance / publishers.FILE).write_text(json.dumps(build.pages))
    server = ThreadingHTTPServer(("127.0.0.1", 0), publishers.door(place.instance))
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    port = server.server_address[1]
    db.session.execute(
        sa.update(PlacedLink).values(
            page_url=sa.func.replace(PlacedLink.page_url, ":8123/", f":{port}/"), next_check_at=build.now
        )
    )
    db.session.commit()
    app = create_app(place.settings(fetch_allow_endpoints=[f"127.0.0.1:{port}"]))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()
    server.shutdown()
    server.server_close()


def test_checks_really_fetch_its_pages_and_agree_with_its_story(scenery: Flask, build: Build) -> None:
    before = dict(db.session.execute(sa.select(PlacedLink.id, PlacedLink.state)).all())
    db.session.rollback()
    jobs.check_due(clock.now())
    db.session.rollback()
    looked = db.session.scalars(sa.select(PlacedLink).where(PlacedLink.last_check_at >= build.now)).all()
    assert len(looked) == 25
    assert {link.id: link.state for link in looked} == before


def test_an_instance_that_no_demo_made_is_left_alone(place: Place) -> None:
    (place.instance / "settings.toml").write_text("port = 9000\n")
    done = outreach(place, "demo", OUTREACH_DATABASE_URL="")
    assert (done.returncode, len(done.stderr.strip().splitlines())) == (1, 1)
    assert "did not make" in done.stderr
    assert (place.instance / "settings.toml").read_text() == "port = 9000\n"


def test_it_prints_json(tmp_path: Path) -> None:
    place = Place(tmp_path / "demo", "")
    done = outreach(place, "demo", "--size", "24", "--json")
    facts = json.loads(done.stdout)
    assert facts["counts"]["sites"] == 24
    assert outreach(place, "demo", "--size", "24").returncode == 0  # its own is made anew
    _ends_by_ctrl_c(place)


def _ends_by_ctrl_c(place: Place) -> None:
    """All processes hear it; the one that watches ends the others, and nobody complains."""
    line = [sys.executable, "-m", "outreach.cli", "demo", "--serve", "--port", "0"]
    with subprocess.Popen(
        line, env=environment(place), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as process:  # fmt: skip
        assert process.stdout and process.stderr
        address = process.stdout.readline().split()[-1]
        eventually(lambda: answers(address) and len(pids(place)) == 2)
        port = json.loads((place.instance / demo_cli.MARK).read_text())["port"]
        eventually(lambda: _listens(port))
        os.killpg(process.pid, signal.SIGINT)
        assert (process.wait(30), process.stderr.read()) == (0, "")


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
