"""Every list as a file: what it shows by its filters and columns, with a line in the diary, safe to open."""

from __future__ import annotations

import csv
import io

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from openpyxl import load_workbook

from outreach.db import session, write
from outreach.diary.models import Entry
from outreach.prospects.labels import actions, field_moves, moves
from outreach.prospects.labels.field_moves import Entry as Filled
from outreach.prospects.labels.rules import About, FieldKind
from outreach.prospects.rules import ProspectState
from tests.rows import Rows
from tests.world import NOW, World, log_in, prospect, site

LISTS = {
    "/prospects/export": ("prospects", "Site"), "/people/export": ("people", "Name"), "/pitches/export": ("pitches", "Number"),
    "/links/export": ("links", "Number"), "/outbox/export": ("outbox", "Number"), "/suppressions/export": ("consent", "kind"),
    "/reports/export?from=2026-01-01&to=2026-12-31": ("reports", "Pitch"),
}  # fmt: skip


@pytest.fixture
def rows(world: World) -> Rows:
    return Rows.build(world)


def table(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))


def sheet(data: bytes) -> list[list[object]]:
    return [list(row) for row in load_workbook(io.BytesIO(data)).active.iter_rows(values_only=True)]


def test_every_list_comes_as_a_table_and_as_a_sheet_and_is_told_in_the_diary(
    world: World, rows: Rows, client: FlaskClient
) -> None:
    log_in(client, world.max)
    for path, (kind, first) in LISTS.items():
        text = client.post(path, data={"format": "csv"})
        assert text.status_code == 200, path
        read = table(text.data)
        assert read[0][0] == first
        assert len({len(row) for row in read}) == 1, path
        same = sheet(client.post(path, data={"format": "xlsx"}).data)
        assert len(same) == len(read), path
        told = sa.select(sa.func.count()).where(Entry.kind == f"{kind}.exported", Entry.by_id == world.max.id)
        assert session().scalar(told) == 2, path
        session().rollback()


def test_a_file_has_the_rows_and_the_columns_that_the_list_shows(world: World, client: FlaskClient) -> None:
    with write() as here:
        place, other = site("new.example"), site("secret.example")
        here.add_all([place, other])
        here.flush()
        row = prospect(world.seed, place, world.ana)
        row.state = ProspectState.NEW
        here.add_all([row, prospect(world.other, other, world.otto)])
    rating = actions.make_field(About.SITE, FieldKind.NUMBER, "Rating", [], None, by=world.max, now=NOW)
    with write():
        field_moves.fill(About.SITE, [Filled(rating, place.id, "7", "7")], by=world.ana.id, now=NOW)
        tags = moves.tags_named({"=1": "=1"}, by=world.ana.id, now=NOW)
        moves.put_on(About.SITE, [tags[0].id], [place.id], by=world.ana.id, now=NOW)
    log_in(client, world.ana)
    asked = f"state=new&columns=tags&columns=f{rating}"
    assert table(client.post(f"/prospects/export?{asked}", data={"format": "csv"}).data) == [
        ["Site", "Title", "Address", "Tags", "Rating"],
        ["new.example", "New", "https://new.example/", "'=1", "7"],
    ]
    ticked = {"format": "csv", "row": [world.prospect.id]}
    assert [row[0] for row in table(client.post("/prospects/export", data=ticked).data)[1:]] == [
        "wild.example"
    ]
    log_in(client, world.vic)
    assert client.post("/prospects/export", data={"format": "csv"}).status_code == 404
