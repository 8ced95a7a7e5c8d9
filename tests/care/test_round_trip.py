"""What is taken out as a file comes in again: tags, own fields, states and owners too, and goes again with the undo."""

from __future__ import annotations

import csv
import io
from typing import Any

import sqlalchemy as sa
from flask.testing import FlaskClient

from outreach.accounts.models import User
from outreach.db import session, write
from outreach.prospects.labels import moves as label_moves
from outreach.prospects.labels.models import FieldValue, OwnField, Tag
from outreach.prospects.labels.rules import About, FieldKind, tag_names
from outreach.prospects.models import ContactPoint, ImportRow, Person, Prospect, Site, SitePerson
from outreach.prospects.rules import ProspectState
from tests.care.test_imports import imported, snapshot, undone
from tests.world import NOW, World, log_in, prospect, site

FIELDS = (
    (About.PERSON, FieldKind.TEXT, "Beat", "=1+1; seeds"), (About.PERSON, FieldKind.NUMBER, "Rate", "12.5"),
    (About.SITE, FieldKind.DAY, "Beat", "2026-05-13"), (About.SITE, FieldKind.YES_NO, "Blogroll", "yes"),
)  # fmt: skip


def furnish(world: World) -> None:
    """Bo and a rejected site with all that a list can show; own fields of one name for people and for sites."""
    with write() as here:
        moss = site("moss.example")
        here.add(moss)
        here.flush()
        moss.title, moss.language = "Moss, daily", "de"
        row = prospect(world.seed, moss, world.ana)
        row.state, row.reject_reason = ProspectState.REJECTED, "Not our topic"
        here.add_all([row, SitePerson(site_id=moss.id, person_id=world.bo.id, role="columnist")])
        for about, kind, name, value in FIELDS:
            field = OwnField(about=about, kind=kind, name=name, created_at=NOW)
            here.add(field)
            here.flush()
            of = {"person_id": world.bo.id} if about is About.PERSON else {"site_id": moss.id}
            here.add(FieldValue(field_id=field.id, value=value, sort=value, updated_at=NOW, **of))
        for about, key, names in (
            (About.PERSON, world.bo.id, "Gardens, =Press"),
            (About.SITE, moss.id, "Daily, Gardens"),
        ):
            label_moves.set_tags(about, key, tag_names(names), by=world.ana.id, now=NOW)  # fmt: skip


def empty(world: World) -> None:
    """Those sites and people are gone, as in another workspace; tags and fields are there no more, either."""
    with write() as here:
        for kind in (FieldValue, Tag, SitePerson, ContactPoint):
            here.execute(sa.delete(kind))
        moss = sa.select(Site.id).where(Site.key == "moss.example").scalar_subquery()
        here.execute(sa.delete(Prospect).where(Prospect.site_id == moss))
        here.execute(sa.delete(Site).where(Site.key == "moss.example"))
        here.get_one(Person, world.bo.id).name = "Somebody Else"


def taken_out(client: FlaskClient, world: World, what: str) -> bytes:
    log_in(client, world.ana)
    return client.post(f"/{what}/export", data={"format": "csv"}).data


def rows(file: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(file.decode("utf-8-sig"))))


def test_a_list_of_prospects_comes_in_again_with_all_that_it_shows(client: FlaskClient, world: World) -> None:
    furnish(world)
    before = taken_out(client, world, "prospects")
    empty(world)
    was = snapshot()
    found = imported(client, world, before)
    after = {row["Site"]: row for row in rows(taken_out(client, world, "prospects"))}
    told = ("Site", "Title", "State", "Why not", "Owner", "Language", "Tags", "Beat", "Blogroll", "Project")
    for row in rows(before):
        if row["Site"] == "moss.example":
            assert {name: after["moss.example"][name] for name in told} == {name: row[name] for name in told}
    assert found.not_used == ["Address", "Project", "Added", "Changed", "People"]
    page = client.get(f"/imports/{found.id}").text
    assert "Columns that are not used: Address, Project, Added, Changed, People." in page
    undone(client, found)
    assert snapshot() == was


def test_people_come_in_again_with_their_tags_and_own_fields(client: FlaskClient, world: World) -> None:
    furnish(world)
    before = taken_out(client, world, "people")
    empty(world)
    was = snapshot()
    found = imported(client, world, before)
    bo = [row for row in rows(taken_out(client, world, "people")) if row["Name"] == "Bo Berg"]
    same = [name for name in bo[0] if name != "Person number"]
    assert [[row[name] for name in same] for row in bo] == [
        [row[name] for name in same] for row in rows(before)
    ]
    assert bo[0]["Tags"] == "'=Press, Gardens" and bo[0]["Beat"] == "'=1+1; seeds"
    assert found.not_used == []
    undone(client, found)
    assert snapshot() == was


def test_a_blank_takes_no_tag_off_and_an_undo_leaves_what_was_there(
    client: FlaskClient, world: World
) -> None:
    furnish(world)
    was = snapshot()
    found = imported(
        client, world, b'Site,Tags\r\nmoss.example,\r\nfern.example,"daily; Fresh"\r\nmoss.example,Fresh\r\n'
    )
    tags = dict(
        session().execute(sa.select(Site.key, sa.func.count()).join(Site.tags).group_by(Site.key)).all()
    )
    assert tags == {"moss.example": 3, "fern.example": 2}
    assert set(session().scalars(sa.select(Tag.name))) == {"Gardens", "=Press", "Daily", "Fresh"}
    undone(client, found)
    assert snapshot() == was


def test_what_a_list_says_that_cannot_be_is_told_in_its_row(client: FlaskClient, world: World) -> None:
    head = b"Site,Title,Address,State,Owner,Tags\r\n"
    long = b"x" * 50
    imported(client, world, head + b"moss.example,M,,sleepy,Nobody Known," + long + b"\r\n")
    told = session().scalars(sa.select(ImportRow.reason)).one()
    assert "no state of ours" in told and "Nobody Known" in told and "Its tags were not kept" in told
    row = session().scalars(sa.select(Prospect).join(Site).where(Site.key == "moss.example")).unique().one()
    assert (row.state, row.owner_id) == (ProspectState.NEW, None)


def test_a_state_of_another_tool_is_none_of_ours(client: FlaskClient, world: World) -> None:
    found = imported(
        client, world, b"Site,Name,State,Owner,Tags\r\nmoss.example,Lea Moss,California,Jim,Press\r\n"
    )
    assert found.not_used == ["State", "Owner"]
    lea: Any = session().scalars(sa.select(Person).where(Person.name == "Lea Moss")).unique().one()
    tags = (
        sa.select(Tag.name)
        .join(Person.tags.property.secondary)
        .where(Person.tags.property.secondary.c.person_id == lea.id)
    )
    assert list(session().scalars(tags)) == ["Press"]
    assert session().scalar(sa.select(sa.func.count()).select_from(User).where(User.name == "Jim")) == 0
