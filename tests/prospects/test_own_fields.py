"""Own fields: made, filled in, seen, narrowed and sorted by, renamed without loss, put away, brought by a file."""

from __future__ import annotations

import io
import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from outreach.care import import_actions
from outreach.care.import_models import ImportFile
from outreach.care.import_names import Field
from outreach.db import session, write
from outreach.prospects.labels import actions, field_moves, queries
from outreach.prospects.labels.field_moves import Entry
from outreach.prospects.labels.models import FieldValue
from outreach.prospects.labels.rules import About, BadLabel, FieldKind, clean, number_key, number_of
from outreach.prospects.models import ImportRow, Site
from tests.prospects.test_lists import shown
from tests.world import NOW, World, log_in, prospect, site


@pytest.mark.parametrize(
    ("kind", "typed", "kept"),
    [
        (FieldKind.NUMBER, "1,200", "1200"), (FieldKind.NUMBER, "1.200,5", "1200.5"), (FieldKind.NUMBER, " -3.50 ", "-3.5"), (FieldKind.NUMBER, "3,5", "3.5"),
        (FieldKind.DAY, "2026-03-31", "2026-03-31"), (FieldKind.DAY, "2026-03-31T10:00:00", "2026-03-31"), (FieldKind.YES_NO, "TRUE", "yes"), (FieldKind.YES_NO, "nein", "no"),
        (FieldKind.LIST, "gold", "Gold"), (FieldKind.TEXT, "  two  words ", "two  words"), (FieldKind.URL, "wild.example/a", "https://wild.example/a"), (FieldKind.TEXT, " ", ""),
    ],
)  # fmt: skip
def test_what_is_typed_is_kept_in_one_way(kind: FieldKind, typed: str, kept: str) -> None:
    assert clean(kind, ["Gold", "Silver"], typed)[0] == kept


@pytest.mark.parametrize(
    ("kind", "typed"),
    [(FieldKind.NUMBER, "12a"), (FieldKind.NUMBER, "1" * 16), (FieldKind.DAY, "31/03/2026"), (FieldKind.DAY, "2026-13-01"), (FieldKind.YES_NO, "perhaps"),
     (FieldKind.LIST, "bronze"), (FieldKind.URL, "no address"), (FieldKind.TEXT, "x" * 2001)],
)  # fmt: skip
def test_what_cannot_be_kept_is_refused_with_a_sentence(kind: FieldKind, typed: str) -> None:
    with pytest.raises(BadLabel, match=r"\.$"):
        clean(kind, ["Gold"], typed)


def test_numbers_are_sorted_as_numbers() -> None:
    numbers = [
        "-1000",
        "-2.5",
        "-2",
        "0",
        "0.000001",
        "9",
        "10",
        "1e3".replace("e3", "000"),
        "999999999999999",
    ]
    keys = [number_key(number_of(one)) for one in numbers]
    assert keys == sorted(keys)


def three(world: World) -> list[int]:
    """Sites a, b and c beside wild.example; their ids."""
    with write() as here:
        places = [site(f"{name}.example") for name in "abc"]
        here.add_all(places)
        here.flush()
        here.add_all([prospect(world.seed, place, world.ana) for place in places])
    return [place.id for place in places]


def test_a_field_is_filled_in_beside_its_error_narrowed_and_sorted_by(
    world: World, client: FlaskClient
) -> None:
    ids = three(world)
    log_in(client, world.max)
    client.post("/labels/fields/new", data={"name": "Rating", "about": "site", "kind": "number"})
    (field,) = queries.fields(world.max, About.SITE)
    log_in(client, world.ana)
    wrong = client.post(f"/sites/{ids[0]}/labels", data={"tags": "", "had": "", f"field-{field.id}": "many"})
    assert wrong.status_code == 422
    assert 'value="many"' in wrong.text
    assert f'id="field-{field.id}-error"' in wrong.text
    for key, value in zip(ids, ("9", "10.5", "-3"), strict=True):
        assert client.post(f"/sites/{key}/labels", data={"tags": "", "had": "", f"field-{field.id}": value}).status_code == 303  # fmt: skip
    assert "<dt>Rating</dt><dd>10.5</dd>" in client.get(f"/sites/{ids[1]}").text

    def keys(asked: str) -> list[str]:
        return [
            key.removesuffix(".example")
            for key in shown(client.get(f"/prospects?columns=f{field.id}&{asked}").text)
        ]

    assert keys(f"sort=f{field.id}") == ["c", "a", "b", "wild"], "what has nothing comes last"
    assert keys(f"sort=-f{field.id}") == ["b", "a", "c", "wild"]
    assert keys(f"f{field.id}-from=0&f{field.id}-to=9&sort=site") == ["a"]
    assert keys(f"f{field.id}=-&sort=site") == ["wild"]
    client.post(f"/labels/fields/{field.id}", data={"name": "Stars"})
    log_in(client, world.max)
    client.post(f"/labels/fields/{field.id}", data={"name": "Stars"})
    assert "<dt>Stars</dt><dd>9</dd>" in client.get(f"/sites/{ids[0]}").text, "renamed without loss"
    client.post(f"/labels/fields/{field.id}/archive")
    assert "<dt>Stars" not in client.get(f"/sites/{ids[0]}").text
    client.post(f"/labels/fields/{field.id}/archive", data={"again": "1"})
    assert "<dt>Stars</dt><dd>9</dd>" in client.get(f"/sites/{ids[0]}").text


@pytest.mark.parametrize("sort", ["", "-"])
def test_every_row_stands_once_in_a_list_sorted_by_a_field_there_and_back(
    world: World, client: FlaskClient, sort: str
) -> None:
    with write() as here:
        places = [site(f"s{n:03}.example") for n in range(120)]
        here.add_all(places)
        here.flush()
        here.add_all([prospect(world.seed, place, world.ana) for place in places])
    field_id = actions.make_field(About.SITE, FieldKind.TEXT, "Desk", [], None, by=world.max, now=NOW)
    with write():
        entries = [Entry(field_id, place.id, f"d{n % 3}", f"d{n % 3}") for n, place in enumerate(places[:70])]
        field_moves.fill(About.SITE, entries, by=world.max.id, now=NOW)
    log_in(client, world.ana)
    pages, href = [], f"/prospects?sort={sort}f{field_id}"
    while href:
        html = client.get(href).text
        pages.append(shown(html))
        older = re.search(r'<a class="button[^"]*" href="([^"]+)"[^>]*>(?:(?!</a>).)*Older', html, re.DOTALL)
        href = older[1].replace("&amp;", "&") if older else ""
    assert [len(page) for page in pages] == [50, 50, 21]
    assert len({key for page in pages for key in page}) == 121
    back = re.search(r'<a class="button[^"]*" href="([^"]+)"[^>]*>(?:(?!</a>).)*Newer', html, re.DOTALL)
    assert back
    assert shown(client.get(back[1].replace("&amp;", "&")).text) == pages[1]


def test_a_projects_field_is_seen_by_that_project_alone(world: World, client: FlaskClient) -> None:
    ids = three(world)
    field_id = actions.make_field(
        About.SITE, FieldKind.TEXT, "Secret", [], world.other.id, by=world.max, now=NOW
    )
    with write():
        field_moves.fill(About.SITE, [Entry(field_id, ids[0], "hush", "hush")], by=world.max.id, now=NOW)
    log_in(client, world.ana)
    for path in (
        f"/sites/{ids[0]}",
        f"/sites/{ids[0]}/labels",
        f"/prospects?columns=f{field_id}&sort=f{field_id}",
    ):
        assert "hush" not in client.get(path).text
        assert "Secret" not in client.get(path).text
    assert shown(client.get(f"/prospects?f{field_id}=hush").text) == []
    actions.label(About.SITE, ids[0], {}, {}, {field_id: ("mine", "mine")}, by=world.ana, now=NOW)
    assert queries.values(About.SITE, ids[0])[field_id].value == "hush"


def test_a_list_narrowed_by_a_field_that_was_put_away_says_so(world: World, client: FlaskClient) -> None:
    """As a saved view may go on asking: nothing fits, and the chip that takes the filter off is there."""
    field_id = actions.make_field(About.SITE, FieldKind.NUMBER, "Fee", [], None, by=world.max, now=NOW)
    person_field = actions.make_field(About.PERSON, FieldKind.NUMBER, "Age", [], None, by=world.max, now=NOW)
    for one in (field_id, person_field):
        actions.put_field_away(one, True, by=world.max, now=NOW)
    log_in(client, world.ana)
    for path in (f"/prospects?f{field_id}-from=2&state=kept", f"/people?f{person_field}=2&q=bo"):
        text = client.get(path).text
        assert "not there any more" in text
        assert f'href="{path.split("?")[0]}?{path.rpartition("&")[2]}"' in text, "the chip takes it off"


def test_names_are_free_and_fields_are_few(world: World) -> None:
    for n in range(30):
        actions.make_field(About.SITE, FieldKind.TEXT, f"F{n}", [], None, by=world.max, now=NOW)
    with pytest.raises(BadLabel, match="30 own fields"):
        actions.make_field(About.PERSON, FieldKind.TEXT, "More", [], None, by=world.max, now=NOW)
    actions.put_field_away(queries.all_fields()[0].id, True, by=world.max, now=NOW)
    with pytest.raises(BadLabel, match="has this name"):
        actions.make_field(About.SITE, FieldKind.TEXT, "f1 ", [], None, by=world.max, now=NOW)


def test_days_of_a_file_are_read_as_sheets_write_them(app: Flask, world: World) -> None:
    three(world)
    fields = [
        actions.make_field(About.SITE, FieldKind.DAY, name, [], None, by=world.max, now=NOW)
        for name in ("Due", "Seen")
    ]
    lines = (
        "site,due,seen",
        "a.example,31.12.2025,3/4/2026",
        "b.example,soon,3/14/2026",
        'new.example,"Dec 31, 2025",2026-03-05',
    )
    instance = app.extensions["outreach"].instance
    file = io.BytesIO("\n".join(lines).encode())
    key = import_actions.bring(world.ana, world.seed.id, "s.csv", file, now=NOW, instance=instance)
    import_actions.count(world.ana, key, {Field.SITE: 0}, now=NOW)
    work(instance)
    import_actions.begin(world.ana, key, now=NOW)
    work(instance)
    due, seen = (sorted(value for place, value in values().items() if place[0] == field) for field in fields)
    assert due == ["2025-12-31", "2025-12-31"]
    assert seen == ["2026-03-04", "2026-03-05", "2026-03-14"]


FILE = b"""site,name,email,rating,vip
a.example,Cleo,cleo@a.example,7,yes
b.example,,,many,
new.example,,,3,
wild.example,Bo Berg,bo@wild.example,,no
"""


def test_a_file_fills_fields_in_and_its_undo_gives_back_what_stood_there(
    app: Flask, world: World, tmp_path: Path
) -> None:
    a, b, _ = three(world)
    rating = actions.make_field(About.SITE, FieldKind.NUMBER, "Rating", [], None, by=world.max, now=NOW)
    vip = actions.make_field(About.PERSON, FieldKind.YES_NO, "VIP", [], None, by=world.max, now=NOW)
    with write():
        entries = [Entry(rating, key, *clean(FieldKind.NUMBER, [], "5")) for key in (a, b, world.site.id)]
        field_moves.fill(About.SITE, entries, by=world.max.id, now=NOW)
    instance = app.extensions["outreach"].instance
    before, wholly_before = values(), whole()
    key = import_actions.bring(
        world.ana, world.seed.id, "s.csv", io.BytesIO(FILE), now=NOW, instance=instance
    )
    assert session().get_one(ImportFile, key).own_columns == {str(rating): 3, str(vip): 4}, (
        "guessed by their names"
    )
    import_actions.count(world.ana, key, {Field.SITE: 0, Field.NAME: 1, Field.EMAIL: 2}, now=NOW)
    work(instance)
    import_actions.begin(world.ana, key, now=NOW)
    work(instance)
    new = session().scalars(sa.select(Site.id).where(Site.key == "new.example")).one()
    after = values()
    assert after[rating, a, None] == "7"
    assert after[rating, new, None] == "3"
    assert after[rating, b, None] == after[rating, world.site.id, None] == "5", (
        "a wrong one and a blank erase nothing"
    )
    assert sorted(value for (field, _, person), value in after.items() if field == vip and person) == [
        "no",
        "yes",
    ]
    reasons = session().scalars(sa.select(ImportRow.reason).where(ImportRow.reason.contains("Rating"))).all()
    assert reasons == ["Rating was not kept: Enter a number, such as 12 or 3.5."]
    session().rollback()
    later = NOW + timedelta(minutes=1)
    import_actions.undo(world.ana, key, now=later)
    work(instance, now=later)
    assert values() == before
    assert whole() == wholly_before, "with who filled it in, and when"
    assert session().scalars(sa.select(Site.id).where(Site.key == "new.example")).first() is None


def values() -> dict[tuple[int, int | None, int | None], str]:
    session().rollback()
    rows = session().scalars(sa.select(FieldValue))
    return {(one.field_id, one.site_id, one.person_id): one.value for one in rows}


def whole() -> list[tuple[object, ...]]:
    """Every column of every value but its id."""
    rows = session().execute(sa.select(FieldValue.__table__).order_by(FieldValue.id))
    return [tuple(row)[1:] for row in rows]


def work(instance: Path, *, now: datetime = NOW) -> None:
    while taken := import_actions.take(now=now):
        for key, fence in taken:
            import_actions.work(key, fence, now=now, instance=instance)
            import_actions.put_down(key, fence)
