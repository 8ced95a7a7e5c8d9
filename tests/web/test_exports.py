"""Every list as a file: what it shows by its filters and columns, with a line in the diary, safe to open."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from openpyxl import load_workbook

from outreach.db import session, write
from outreach.diary.models import Entry
from outreach.kit import clock
from outreach.links.models import PlacedLink
from outreach.links.rules import LinkState
from outreach.mail.models import Message
from outreach.mail.rules import Direction, LetterKind, MessageState
from outreach.pitches import moves as pitch_moves
from outreach.pitches.rules import PitchType, Stage
from outreach.prospects.labels import actions, field_moves, moves
from outreach.prospects.labels.field_moves import Entry as Filled
from outreach.prospects.labels.rules import About, FieldKind
from outreach.prospects.rules import ProspectState
from tests.rows import Rows
from tests.world import NOW, TODAY, World, log_in, prospect, site

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


def test_pitches_links_and_letters_come_in_the_order_of_their_lists(
    world: World, rows: Rows, client: FlaskClient
) -> None:
    """Pitches as they are sorted, of links and letters the newest first, and of one age who was first seen last."""
    with write() as here:
        for days, key in ((5, "fern.example"), (3, "moss.example")):
            place = site(key)
            here.add(place)
            here.flush()
            pitch = pitch_moves.start(
                world.seed, PitchType.GUEST_POST, place.id, by=world.ana, now=NOW - timedelta(days=days), today=TODAY, stage=Stage.READY
            )  # fmt: skip
            here.flush()
            pitch.updated_at, pitch.next_on = NOW - timedelta(days=days), TODAY - timedelta(days=8 - days)
            here.add(PlacedLink(
                project_id=world.seed.id, site_id=place.id, page_url=f"https://{key}/", page_url_norm=key, target_url=world.page.url,
                state=LinkState.LIVE, state_since=NOW, created_at=clock.now() - timedelta(hours=8 - days), owner_id=world.ana.id,
            ))  # fmt: skip
            here.add(Message(
                direction=Direction.OUT, kind=LetterKind.FIRST, state=MessageState.DRAFT, project_id=world.seed.id, author_id=world.ana.id,
                to_address=f"desk@{key}", created_at=NOW - timedelta(days=days),
            ))  # fmt: skip
    log_in(client, world.max)

    def told(path: str, column: str) -> list[str]:
        head, *read = table(client.post(path, data={"format": "csv"}).data)
        names = [row[head.index(column)] for row in read]
        return [
            name.rpartition("@")[2] for name in names if "fern" in name or "moss" in name or "wild" in name
        ]

    moss, fern, wild = "moss.example", "fern.example", "wild.example"
    for sort, order in {"": [moss, fern], "next": [moss, fern], "stage": [fern, moss]}.items():
        assert [one for one in told(f"/pitches/export?sort={sort}", "Site") if one != wild] == order, sort
    assert told("/links/export", "Site") == [moss, fern, wild]
    assert told("/links/export?age=young", "Site")[:2] == [fern, moss]
    assert told("/outbox/export", "To")[:2] == [moss, fern]
