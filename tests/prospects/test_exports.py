"""The lists of people and prospects as files that are safe to open."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import sqlalchemy as sa
from flask.testing import FlaskClient
from openpyxl import load_workbook

from outreach.db import session, write
from outreach.diary.models import Entry
from outreach.prospects.labels import actions as label_actions
from outreach.prospects.labels import field_moves
from outreach.prospects.labels.field_moves import Entry as Filled
from outreach.prospects.labels.rules import About, FieldKind
from outreach.prospects.models import ContactPoint, Person, Prospect, Site, SitePerson
from outreach.prospects.rules import ContactKind
from tests.world import NOW, World, log_in, person, prospect, site


def rows_of(answer_text: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(answer_text.decode("utf-8-sig"))))


def furnish(world: World) -> None:
    """Bo has a profile, too, and writes at a second site; somebody has a name that is a formula."""
    with write() as here:
        second, evil = site("second.example"), person("=1+1")
        here.add_all([second, evil])
        here.flush()
        here.add_all([
            prospect(world.seed, second, world.ana),
            SitePerson(site_id=second.id, person_id=world.bo.id, role="columnist"),
            SitePerson(site_id=world.site.id, person_id=evil.id),
            ContactPoint(person_id=world.bo.id, kind=ContactKind.SOCIAL, value="https://social.example/@bo", value_norm="social.example/@bo",
                         found_at=NOW, source_url="https://wild.example/team"),
        ])  # fmt: skip


def test_people_come_with_all_ways_to_reach_them_and_all_sites(world: World, client: FlaskClient) -> None:
    furnish(world)
    log_in(client, world.ana)
    answer = client.post("/people/export", data={"format": "csv"})
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=people-")
    rows = rows_of(answer.data)
    bo = [row for row in rows if row["Name"] == "Bo Berg"]
    assert [(row["Site"], row["Role"], row["Email"], row["Other contact"]) for row in bo] == [
        ("wild.example", "features editor", "bo@wild.example", ""),
        ("wild.example", "features editor", "", "https://social.example/@bo"),
        ("second.example", "columnist", "", ""),
    ]
    assert bo[0]["Found on"] == "https://wild.example/about"
    assert len({row["Person number"] for row in bo}) == 1
    assert [row["Name"] for row in rows if row not in bo] == ["'=1+1"]
    assert session().scalar(sa.select(Entry.kind).where(Entry.kind == "people.exported")) == "people.exported"


def test_the_sheet_holds_the_same_and_no_formula(world: World, client: FlaskClient) -> None:
    furnish(world)
    log_in(client, world.ana)
    answer = client.post("/people/export", data={"format": "xlsx"})
    sheet = load_workbook(io.BytesIO(answer.data)).active
    assert sheet is not None
    names = [row[0] for row in sheet.iter_rows(values_only=True)]
    assert names == ["Name", "=1+1", "Bo Berg", "Bo Berg", "Bo Berg"]
    assert "f" not in {cell.data_type for row in sheet.iter_rows() for cell in row}


def test_the_filters_of_the_list_hold_and_so_do_rights(world: World, client: FlaskClient) -> None:
    furnish(world)
    log_in(client, world.ana)
    assert len(rows_of(client.post("/people/export?q=berg", data={}).data)) == 3
    assert rows_of(client.post("/people/export?q=nobody", data={}).data) == []
    log_in(client, world.otto)
    assert rows_of(client.post("/people/export", data={}).data) == []
    assert rows_of(client.post("/prospects/export", data={}).data) == []
    log_in(client, world.vic)
    assert client.post("/people/export", data={}).status_code == 404


def test_prospects_come_with_their_state(world: World, client: FlaskClient) -> None:
    furnish(world)
    log_in(client, world.ana)
    rows = rows_of(client.post("/prospects/export?state=kept", data={}).data)
    assert [(row["Site"], row["Project"], row["State"], row["Owner"]) for row in rows] == [
        ("second.example", "Seed trial", "kept", "Ana Hazel"), ("wild.example", "Seed trial", "kept", "Ana Hazel"),
    ]  # fmt: skip
    page = client.get("/prospects?state=kept").text
    assert "/prospects/export?state=kept" in page


def test_a_file_has_the_order_of_its_list(world: World, client: FlaskClient) -> None:
    """Of a column, of an own field (who has none comes last), from either end; who changed last first when nothing is said."""
    days = {"alder.example": 1, "birch.example": 3, "cedar.example": 2}
    with write() as here:
        for key, day in days.items():
            one, other = site(key), person(key.partition(".")[0].title())
            here.add_all([one, other])
            here.flush()
            row = prospect(world.seed, one, world.ana)
            row.updated_at = other.updated_at = NOW + timedelta(days=day)
            here.add_all([row, SitePerson(site_id=one.id, person_id=other.id)])
    ids = {row.key: row.id for row in session().scalars(sa.select(Site))}
    field = label_actions.make_field(About.SITE, FieldKind.NUMBER, "Rating", [], None, by=world.max, now=NOW)
    with write():
        told = [Filled(field, ids["cedar.example"], "2", "2"), Filled(field, ids["alder.example"], "7", "7")]
        field_moves.fill(About.SITE, told, by=world.ana.id, now=NOW)
    log_in(client, world.ana)
    for sort, order in {
        "": "bcaw",
        "-updated": "bcaw",
        "site": "abcw",
        "-site": "wcba",
        f"f{field}": "cabw",
        f"-f{field}": "acbw",
    }.items():
        rows = rows_of(client.post(f"/prospects/export?sort={sort}", data={}).data)
        assert "".join(row["Site"][0] for row in rows) == order, sort
    for sort, order in {"": "BCAB", "name": "ABBC", "-name": "CBBA"}.items():
        rows = rows_of(client.post(f"/people/export?sort={sort}", data={}).data)
        assert "".join(row["Name"][0] for row in rows) == order, sort


def test_more_rows_than_are_read_at_once(world: World, client: FlaskClient) -> None:
    with write() as here:
        many = [person(f"P{number}") for number in range(1_100)]
        here.add_all(many)
        here.flush()
        here.add_all([SitePerson(site_id=world.site.id, person_id=one.id) for one in many])
    log_in(client, world.max)
    rows = rows_of(client.post("/people/export", data={}).data)
    assert len(rows) == session().scalar(sa.select(sa.func.count(Person.id)))
    session().rollback()
    assert session().scalar(sa.select(sa.func.count(Prospect.id))) == 1
