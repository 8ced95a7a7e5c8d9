"""The page of one thing goes through no table as a whole: among a million rows it is found as among ten."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from outreach.db import db
from tests.rows import Rows
from tests.world import World, log_in

TABLES = (
    "contact_points", "diary", "duplicate_pairs", "found_contacts", "link_checks", "messages", "opt_outs", "people", "person_tags", "pitches", "placed_links",
    "production_steps", "prospects", "site_tags", "sites", "stage_changes", "suppressions",
)  # fmt: skip
WHOLE = re.compile(
    rf"SCAN ({'|'.join(TABLES)})\b(_\d)?(?! VIRTUAL)|SEARCH \w+ USING (COVERING )?INDEX ix_(messages_state|placed_links_state)\b"
    r"|SEARCH duplicate_pairs USING INDEX ix_duplicate_pairs_listed \(kind=\? AND state=\?\)"
)
SIDE_BAR = " AS today"
"""The side bar counts, and stops at a thousand."""


def plans(client: FlaskClient, path: str, *, of_side_bar: bool = False) -> list[str]:
    """How SQLite answers each statement of a page, but for the side bar's; or that one alone."""
    asked: list[tuple[str, Any]] = []

    def keep(_connection: object, _cursor: object, statement: str, given: Any, *_more: object) -> None:
        if statement.startswith("SELECT") and (SIDE_BAR in statement) is of_side_bar:
            asked.append((statement, given))

    event.listen(db.engine, "before_cursor_execute", keep)
    answer = client.get(path)
    event.remove(db.engine, "before_cursor_execute", keep)
    assert answer.status_code == 200, path
    with db.engine.connect() as connection:
        return [
            f"{row[3]} in {statement[:200]}"
            for statement, given in asked
            for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", given)
        ]


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize("who", ["max", "ana"])
def test_the_page_of_one_thing_goes_through_no_table(app: Flask, world: World, client: FlaskClient, who: str) -> None:  # fmt: skip
    ids = Rows.build(world).ids
    paths = [
        f"/sites/{world.site.id}", f"/sites/{world.site.id}/relationship", f"/sites/{world.site.id}/contacts", f"/people/{world.bo.id}",
        f"/pitches/{world.pitch.id}", f"/pitches/{world.pitch.id}/letter", f"/links/{ids['link_id']}", f"/inbox/{ids['mail_id']}",
        f"/letters/{ids['message_id']}", f"/contacts/{ids['contact_id']}/edit" if "contact_id" in ids else "/people/new",
    ]  # fmt: skip
    if who == "max":
        paths += [
            f"/people/{world.bo.id}/erasure",
            f"/people/{world.bo.id}/merge",
            f"/sites/{world.site.id}/merge",
        ]
    log_in(client, getattr(world, who))
    found = {path: [line for line in plans(client, path) if WHOLE.match(line)] for path in paths}
    assert {path: lines for path, lines in found.items() if lines} == {}


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize("who", ["max", "ana"])
def test_the_side_bar_counts_in_indexes_alone(app: Flask, world: World, client: FlaskClient, who: str) -> None:  # fmt: skip
    Rows.build(world)
    log_in(client, getattr(world, who))
    asked = plans(client, "/templates", of_side_bar=True)
    used = {
        name: [line for line in asked if name in line]
        for name in ("ix_messages_inbox", "ix_messages_waiting")
    }
    assert all(used.values()), asked
    assert [line for lines in used.values() for line in lines if "COVERING INDEX" not in line] == []
    if who == "ana":
        assert any("COVERING INDEX ix_placed_links_project " in line for line in asked), asked
