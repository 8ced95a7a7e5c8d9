"""Who may open what: every address, asked for by everybody, with the ids of the world's own rows.

A new address with a parameter fails here until tests/rows.py says how to fill it, so none is forgotten. The rows are
those of the project "Seed trial"; Otto is a member of another project and gets 404 on each of them.
"""

from __future__ import annotations

from dataclasses import dataclass

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from outreach import settings
from outreach.accounts.rules import Standing
from outreach.app import create_app
from outreach.db import db
from outreach.diary.models import Entry
from outreach.web import access
from tests.rows import Rows
from tests.world import World, log_in

OF_NO_PROJECT = {"token", "filename", "name", "user_id", "key_id", "suppression_id", "erasure_id"}
"""Parameters that name no row of a project: who may open such an address is said by its rule alone."""

NOT_MADE = {
    "links.stored_page": "the small world keeps no fetched page",
    "sending.captured_letter": "nor captured letters",
    "sending.file": "nor what is in a letter's file",
    "pitches.pitch_file": "nor what is in a version of a draft",
    "pitches.read_pitch_file": "nor that as a page",
    "reading.html": "nor the bytes of incoming mail",
    "reading.attachment": "nor their files",
    "reading.raw": "nor those bytes themselves",
}
"""Screens that nobody reaches in the small world."""

PEOPLE = ("nobody", "vic", "otto", "ana", "max", "ada")
STANDINGS = {
    "nobody": Standing.PUBLIC, "vic": Standing.VIEWER, "otto": Standing.MEMBER, "ana": Standing.MEMBER,
    "max": Standing.MANAGER, "ada": Standing.ADMIN,
}  # fmt: skip


@pytest.fixture
def rows(world: World) -> Rows:
    return Rows.build(world)


@dataclass(frozen=True)
class Address:
    """One rule and one of its methods."""

    rule: Rule
    method: str

    @property
    def of_a_project(self) -> bool:
        return bool(set(self.rule.arguments) - OF_NO_PROJECT)

    def path(self, app: Flask, rows: Rows) -> str:
        values = {name: rows.fill(self.rule.endpoint, name) or 0 for name in self.rule.arguments}
        return str(app.url_map.bind("").build(self.rule.endpoint, values, method=self.method))

    def __str__(self) -> str:
        return f"{self.method} {self.rule.rule}"


def addresses(app: Flask) -> list[Address]:
    return [
        Address(rule, method)
        for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule)
        if rule.endpoint != "static"
        for method in sorted((rule.methods or set()) & {"GET", "POST", "PUT", "PATCH", "DELETE"})
    ]


def opened(client: FlaskClient, address: Address, path: str) -> TestResponse:
    return client.open(path, method=address.method)


def is_log_in(answer: TestResponse) -> bool:
    return answer.status_code == 302 and (answer.location or "").startswith("/login")


def test_every_address_says_who_may_open_it(app: Flask) -> None:
    assert [
        str(address) for address in addresses(app) if access.standing_of(app, address.rule.endpoint) is None
    ] == []


def test_every_parameter_can_be_filled(app: Flask, rows: Rows) -> None:
    unknown = {
        f"{name} of {address}"
        for address in addresses(app)
        for name in address.rule.arguments
        if rows.fill(address.rule.endpoint, name) is None
    }
    assert unknown == set(), "say in tests/rows.py how to fill these"


@pytest.mark.parametrize("who", PEOPLE)
def test_nobody_gets_further_than_their_standing(
    app: Flask, client: FlaskClient, world: World, rows: Rows, who: str
) -> None:
    """404 (or the log-in) where the rule asks for more; never an error of ours."""
    wrong = []
    for address in addresses(app):
        path = address.path(app, rows)
        _as(client, world, who)
        asked = Standing(access.standing_of(app, address.rule.endpoint) or "admin")
        answer = opened(client, address, path)
        refused = answer.status_code == 404 or is_log_in(answer)
        if answer.status_code >= 500:
            wrong.append(f"{address}: {answer.status_code}")
        elif list(Standing).index(STANDINGS[who]) < list(Standing).index(asked) and not refused:
            wrong.append(f"{address}: {answer.status_code}, though it asks for a {asked}")
    assert wrong == []


def test_a_member_of_another_project_gets_404_on_every_row(
    app: Flask, client: FlaskClient, world: World, rows: Rows
) -> None:
    wrong = []
    for address in addresses(app):
        if address.of_a_project:
            path = address.path(app, rows)
            _as(client, world, "otto")
            answer = opened(client, address, path)
            if answer.status_code != 404:
                wrong.append(f"{address}: {answer.status_code}")
    assert wrong == []


def test_what_others_may_not_change_they_do_not_change(
    app: Flask, client: FlaskClient, world: World, rows: Rows
) -> None:
    """Nobody outside or only looking on leaves a line in the diary of the project."""
    before = _lines(world)
    for who in ("nobody", "otto", "vic"):
        for address in addresses(app):
            if address.of_a_project and address.method != "GET":
                path = address.path(app, rows)
                _as(client, world, who)
                opened(client, address, path)
                assert _lines(world) == before, f"{who} changed something by {address}"


def test_a_viewer_changes_nothing(app: Flask, client: FlaskClient, world: World, rows: Rows) -> None:
    wrong = []
    for address in addresses(app):
        if address.of_a_project and address.method != "GET":
            path = address.path(app, rows)
            _as(client, world, "vic")
            status = opened(client, address, path).status_code
            if status != 404:
                wrong.append(f"{address}: {status}")
    assert wrong == []


def test_members_reach_the_rows_of_their_project(
    app: Flask, client: FlaskClient, world: World, rows: Rows
) -> None:
    """So that the 404s above are about rights and not about wrong addresses."""
    wrong = []
    for address in addresses(app):
        if address.of_a_project and address.method == "GET" and address.rule.endpoint not in NOT_MADE:
            path = address.path(app, rows)
            _as(client, world, "ada")
            answer = opened(client, address, path)
            if answer.status_code >= 400:
                wrong.append(f"{address}: {answer.status_code}")
    assert wrong == []


def test_reading_changes_nothing(app: Flask, client: FlaskClient, world: World, rows: Rows) -> None:
    before = _lines(world)
    wrong = []
    for address in addresses(app):
        if address.method == "GET":
            path = address.path(app, rows)
            _as(client, world, "ada")
            client.get(path)
            client.head(path)
            if _lines(world) != before:
                wrong.append(str(address))
                before = _lines(world)
    assert wrong == []


def test_a_huge_id_is_no_error(app: Flask, client: FlaskClient, world: World, rows: Rows) -> None:
    for address in addresses(app):
        if "<int:" in address.rule.rule:
            _as(client, world, "ada")
            path = address.path(app, rows)
            huge = "/".join("99999999999" if part.isdigit() else part for part in path.split("/"))
            assert client.open(huge, method=address.method).status_code in (404, 405), address


def test_an_address_without_a_rule_stops_the_start(app: Flask) -> None:
    app.add_url_rule("/planted", "planted", lambda: "open")
    with pytest.raises(RuntimeError, match="planted"):
        access.check_all(app)


def test_an_unknown_standing_is_refused() -> None:
    with pytest.raises(ValueError, match="no standing"):
        access.allow("everybody")


def test_the_routes_are_told_with_their_roles(tmp_path_factory: pytest.TempPathFactory) -> None:
    from outreach.server.routes import routes

    told = routes(create_app(settings.load(tmp_path_factory.mktemp("routes"), testing=True)))
    found = {(route["path"], *route["methods"]): route["roles"] for route in told}
    assert found["/login", "POST"] == ["public"]
    assert found["/users", "GET"] == ["admin"]
    assert found["/projects", "POST"] == ["manager", "admin"]
    assert found["/projects/<int:project_id>", "GET"] == ["viewer", "member", "manager", "admin"]


def _as(client: FlaskClient, world: World, who: str) -> None:
    """A fresh cookie for every request: one of the addresses is the log-out."""
    with client.session_transaction() as cookie:
        cookie.clear()
    if who != "nobody":
        db.session.rollback()
        log_in(client, getattr(world, who))


def _lines(world: World) -> int:
    db.session.rollback()
    return db.session.scalar(sa.select(sa.func.count(Entry.id)).where(Entry.project_id == world.seed.id)) or 0
