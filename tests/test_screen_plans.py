"""The page of one thing goes through no table as a whole: among a million rows it is found as among ten."""

from __future__ import annotations

import re
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from outreach.db import db
from outreach.mail.models import Message
from outreach.mail.rules import MessageState
from outreach.reading import inbox
from outreach.sending import listing
from tests.rows import Rows
from tests.world import NOW, World, log_in

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


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_links_by_a_code_go_through_no_links_without_it(
    app: Flask, world: World, client: FlaskClient
) -> None:
    log_in(client, world.max)
    for rest in (
        "",
        "&state=live",
        "&age=grown",
        "&state=live&age=old",
        f"&state=lost&project={world.seed.id}",
    ):
        lines = plans(client, f"/links?code=WALL{rest}")
        assert [line for line in lines if WHOLE.match(line) or "placed_links USING INDEX" in line] == []
        assert any(" search_codes USING " in line for line in lines), lines


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_what_a_member_counts_of_mails_is_read_from_indexes_alone(app: Flask, world: World) -> None:
    with app.app_context():
        states = [sa.select(listing._ours(world.ana, None).with_only_columns(Message.id).where(Message.state == MessageState.SENT).limit(5).subquery())]  # fmt: skip
        tabs = [sa.select(inbox.listed(world.ana, tab, now=NOW).limit(5).subquery()) for tab in inbox.Tab]
        for query in (*states, *tabs):
            told = str(query.compile(db.engine, compile_kwargs={"literal_binds": True}))
            lines = [row[3] for row in db.session.execute(sa.text(f"EXPLAIN QUERY PLAN {told}"))]
            used = [line for line in lines if "messages" in line]
            assert used and all("COVERING INDEX" in line for line in used), lines
