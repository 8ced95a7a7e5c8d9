"""What stands around every page."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask, current_app, g
from flask.testing import FlaskClient
from flask_login import login_user

from outreach.accounts.models import User
from outreach.accounts.rules import UserRole
from outreach.db import db, write
from outreach.desk import counts, frame
from outreach.kit import clock
from tests.statements import counted
from tests.world import NOW, World, log_in


def framed(app: Flask, user: User) -> dict[str, Any]:
    with app.test_request_context("/today"):
        g.pop("frame", None)
        login_user(user)
        app.preprocess_request()
        return {name: list(value) if name != "me" else value for name, value in frame.context().items()}


def test_strangers_see_no_frame(app: Flask) -> None:
    with app.test_request_context("/"), counted(db.engine) as count:
        assert frame.context() == {}
    assert count.total == 0, count


@pytest.mark.parametrize("who", ["ada", "max", "ana", "vic"])
def test_everything_that_the_frame_offers_opens(
    app: Flask, client: FlaskClient, world: World, who: str
) -> None:
    user = getattr(world, who)
    shown = framed(app, user)
    hrefs = [
        link["href"]
        for name in ("nav", "account_links", "commands")
        for link in shown[name]
        if not link.get("post")
    ]
    hrefs += [href for _name, href, _hue in shown["nav_projects"]] + [
        tab[3] for tab in shown["settings_links"]
    ]
    log_in(client, user)
    assert {href: client.get(href).status_code for href in hrefs} == dict.fromkeys(hrefs, 200)


def test_the_entries_of_the_side_bar_are_there(app: Flask, world: World) -> None:
    names = [entry["name"] for entry in framed(app, world.vic)["nav"]]
    assert names == [
        "Today", "Inbox", "Pipeline", "Prospects", "People", "Templates", "Links", "Outbox", "Reports",
    ]  # fmt: skip


def test_a_viewer_is_offered_nothing_to_start(app: Flask, world: World) -> None:
    offered = {command["label"] for command in framed(app, world.vic)["commands"]}
    assert "Start a pitch" not in offered
    assert "Start a project" not in offered
    assert "Start a pitch" in {command["label"] for command in framed(app, world.ana)["commands"]}


@pytest.mark.parametrize(("who", "sees"), [("ada", True), ("ana", False), ("max", False)])
def test_settings_of_the_workspace_are_for_admins(app: Flask, world: World, who: str, sees: bool) -> None:
    links = [link["label"] for link in framed(app, getattr(world, who))["account_links"]]
    assert ("Workspace" in links) is sees
    assert ("Diary" in links) is sees
    assert links[-3:] == ["Your profile", "Calendar", "Log out"]


def test_counts_are_of_the_readers_own_projects(world: World) -> None:
    names = list(counts.COUNTED)
    with counted(db.engine) as count:
        ana = _counts(world.ana, names)
        assert count.total <= 2, count
    assert ana == {
        "today": 1, "inbox": 0, "pipeline": 1, "prospects": 1, "people": 1, "links": 0, "outbox": 0,
    }  # fmt: skip
    assert _counts(world.otto, names) == dict.fromkeys(names, 0)
    assert _counts(world.max, names)["pipeline"] == 1


def _counts(user: User, names: list[str], now: datetime | None = None) -> dict[str, int]:
    with current_app.test_request_context("/"):
        g.zone = ZoneInfo("UTC")
        g.now = now or clock.now()
        return counts.of(user, names)


def test_a_count_that_was_asked_for_before_is_of_the_day_and_of_what_the_reader_is_now(world: World) -> None:
    """The statement is kept: by the day, and by what they may see."""
    assert _counts(world.ana, ["today"]) == {"today": 1}
    assert _counts(world.ana, ["today"], now=NOW - timedelta(days=1)) == {"today": 0}
    assert _counts(world.otto, ["pipeline"]) == {"pipeline": 0}
    with write():
        world.otto.role = UserRole.MANAGER
    assert _counts(world.otto, ["pipeline"]) == {"pipeline": 1}


def test_a_count_is_capped_in_words() -> None:
    assert [counts.in_words(number) for number in (0, 7, 1000, 1001)] == ["", "7", "1,000", "1,000+"]


def test_a_page_asks_for_all_counts_at_once(client: FlaskClient, world: World) -> None:
    log_in(client, world.ana)
    client.get("/profile")
    with counted(db.engine) as count:
        assert client.get("/profile").status_code == 200
    assert count.total <= 5, count
