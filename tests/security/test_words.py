"""What people and pages call themselves is shown as letters on every screen, whatever it holds."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from outreach.db import Base, write
from outreach.kit import clock
from outreach.kit.papers import Judged
from outreach.pitches.production import actions as production
from outreach.pitches.production.rules import Part
from tests.rows import Rows
from tests.screens import Addresses, is_public, rare_rows, screens
from tests.world import World, log_in

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

WORDS = "</title></textarea></script>]]><img src=x onerror=alert(1)>\u202egnp&lt;b&gt;\u2028\\u003cscript\\u003e{{7*7}}\"'"
ADDRESS = "https://ok.example/\"onmouseover=alert(1)//'><img src=x onerror=alert(1)>"
SPOKEN = {
    "name", "notes", "note", "title", "subject", "body", "text", "words", "reason", "outcome_reason", "reject_reason",
    "do_not_contact_reason", "sentence", "context", "anchor", "expected_anchor", "from_name", "to_name", "signature",
    "personal_line", "reply_text", "role", "topic", "slot_place", "next_note", "snippet", "advice", "problem",
    "state_reason", "match_reason", "what_reason", "last_error", "legal_basis", "legal_name", "postal_address", "source",
    "reference", "typed", "via", "told", "trouble", "read_reason", "why",
}  # fmt: skip
"""Columns of free words; the others have a form that is checked before they are written."""
GIVEN = {"source_url", "personal_url", "draft_url", "subject_page_url", "href", "page_url", "target_url"}
"""Columns of addresses that strangers or files may have brought."""
FIXED = {("diary", "*"), ("sweep_runs", "name"), ("letter_files", "reference"), ("pitch_files", "reference")}
"""What is no word of a stranger's, or cannot be changed."""
ENDINGS = {("pitch_files", "name"): ".md"}
"""Names whose ending says how they are read."""


class Tags(HTMLParser):
    """What a browser would act on: elements nobody of ours wrote, attributes that run, addresses that run."""

    def __init__(self) -> None:
        super().__init__()
        self.wrong: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            scheme = (value or "").strip().lower().split(":")[0]
            if name.startswith("on") or (tag, name, value) == ("img", "src", "x"):
                self.wrong.append(f"<{tag} {name}={value!r}>")
            if name in ("href", "src", "action", "formaction") and scheme in (
                "javascript",
                "vbscript",
                "data",
            ):
                self.wrong.append(f"<{tag} {name}={value!r}>")

    def handle_data(self, data: str) -> None:
        if "49\"'" in data:
            self.wrong.append("a template ran in the words of a row")


@pytest.fixture
def addresses(app: Flask, world: World) -> Addresses:
    rows = Rows.build(world)
    rare = rare_rows(app, by=world.ada, project_id=world.seed.id, now=clock.now())
    _keep_draft(
        app, world, f"{WORDS}\n\n[open]({ADDRESS}) [run](javascript:alert(1)) <javascript:alert(1)>\n"
    )
    return Addresses(app, rows.ids | rare)


def _keep_draft(app: Flask, world: World, text: str) -> None:
    """A draft in Markdown that is really on the disk."""
    file = Judged("draft.md", "text/plain", text.encode())
    instance = app.extensions["outreach"].instance
    production.keep_file(world.ana, world.pitch.id, Part.DRAFT, file, "", instance=instance, now=clock.now())


def spoil(words: str, address: str) -> int:
    """Write `words` into each column of free words and `address` into those of addresses; how many columns."""
    found = [
        (table, column, words if column.name in SPOKEN else address)
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, sa.String)
        and not isinstance(column.type, sa.Enum)
        and column.name in SPOKEN | GIVEN
        and not FIXED & {(table.name, "*"), (table.name, column.name)}
    ]
    for table, column, value in found:
        length = getattr(column.type, "length", None) or 10_000
        ending = ENDINGS.get((table.name, column.name), "")
        _write(table, column, value[: length - len(ending)] + ending)
    return len(found)


def _write(table: sa.Table, column: sa.Column[str], value: str) -> None:
    """Every row gets it, or, where no two may be the same, the first one."""
    here = sa.inspect(table)
    alone = any(column.name in [one.name for one in it.columns] for it in here.indexes if it.unique) or any(
        isinstance(it, sa.UniqueConstraint) and column.name in it.columns for it in here.constraints
    )
    wanted = sa.update(table).where(column != "").values({column.name: value})
    if alone:
        first = sa.select(sa.func.min(table.c.id)).where(column != "").scalar_subquery()
        wanted = wanted.where(table.c.id == first)
    with write() as session:
        session.execute(wanted)


def seen(client: FlaskClient, path: str) -> list[str]:
    """What a browser would act on in the answer at `path`."""
    answer = client.get(path)
    assert answer.status_code == 200, f"{path}: {answer.status}"
    if answer.mimetype != "text/html":
        return []
    tags = Tags()
    tags.feed(answer.get_data(as_text=True))
    return [f"{path}: {wrong}" for wrong in tags.wrong]


def test_no_screen_runs_what_a_stranger_wrote(
    app: Flask, client: FlaskClient, world: World, addresses: Addresses
) -> None:
    wanted = [rule for rule in screens(app) if rule.endpoint != "accounts.setup" and not is_public(app, rule)]
    paths = [path for rule in wanted for path in addresses.variants(rule)]
    assert spoil(WORDS, ADDRESS) > 60
    log_in(client, world.ada)
    assert [wrong for path in paths for wrong in seen(client, path)] == []


@pytest.mark.parametrize(
    "address",
    ["vbscript:x", "//evil.example", "data:text/html,<script>alert(1)</script>", "javascript:alert(1)"],
)
def test_no_address_of_a_stranger_s_can_be_clicked_that_is_none(
    app: Flask, client: FlaskClient, world: World, addresses: Addresses, address: str
) -> None:
    spoil("fern", address)
    log_in(client, world.ada)
    rules = [
        rule
        for rule in screens(app)
        if rule.endpoint.partition(".")[2] in ("person", "site", "pitch", "link", "conversation", "letter")
    ]
    assert len(rules) >= 3
    assert [
        wrong for rule in rules for path in addresses.variants(rule) for wrong in seen(client, path)
    ] == []
