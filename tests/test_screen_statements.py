"""Every screen needs at most twelve statements, and as many with a thousand rows of each kind as with ten."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from outreach.accounts.rules import Standing, suffices
from outreach.app import standing
from outreach.db import db, session
from outreach.kit import clock
from outreach.web import access
from tests.crowd import grow
from tests.rows import Rows
from tests.screens import Addresses, is_public, rare_rows, screens
from tests.statements import Count, counted
from tests.world import World, log_in

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

MOST = 12
NOT_OPENED = {
    "accounts.setup": "closed once there is a workspace",
    "pitches.read_pitch_file": "the small world has no file; its own test counts",
}


@pytest.fixture
def rows(world: World) -> Rows:
    return Rows.build(world)


@pytest.fixture
def addresses(app: Flask, world: World, rows: Rows) -> Addresses:
    rare = rare_rows(app, by=world.ada, project_id=world.seed.id, now=clock.now())
    return Addresses(app, rows.ids | rare)


def opened(client: FlaskClient, path: str) -> Count:
    """The statements of one screen. Fails when it does not open."""
    with counted(db.engine) as count:
        answer = client.get(path)
    assert answer.status_code == 200, f"{path}: {answer.status}"
    return count


def counts(addresses: Addresses, client: FlaskClient, who: str, world: World) -> dict[str, Count]:
    """{path: statements} of each screen that `who` may open."""
    log_in(client, getattr(world, who))
    return {path: opened(client, path) for path in paths(addresses, standing(getattr(world, who)))}


def paths(addresses: Addresses, whose: Standing) -> list[str]:
    app = addresses.app
    wanted = [rule for rule in screens(app) if rule.endpoint not in NOT_OPENED and not is_public(app, rule)]
    found = [
        path
        for rule in wanted
        if suffices(whose, Standing(access.standing_of(app, rule.endpoint) or "admin"))
        for path in addresses.variants(rule)
    ]
    session().rollback()
    return found


def test_every_screen_needs_few_statements_however_many_rows_there_are(
    client: FlaskClient, world: World, rows: Rows, addresses: Addresses
) -> None:
    grow(world, rows, range(1, 11))
    few = {who: counts(addresses, client, who, world) for who in ("ada", "ana")}
    grow(world, rows, range(11, 1001))
    many = {who: counts(addresses, client, who, world) for who in few}
    wrong = {
        f"{who} at {path}": [f"{few[who][path].total} with ten", *count.more_than(few[who][path])]
        for who, found in many.items()
        for path, count in found.items()
        if count.total > MOST or count.total != few[who][path].total
    }
    assert wrong == {}
