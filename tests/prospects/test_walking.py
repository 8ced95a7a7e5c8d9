"""Lists that much narrows: page by page the same rows as the plain query, whichever way is taken, and however few rows a page looks at."""

import random
import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from outreach.accounts.models import User
from outreach.db import session, write
from outreach.prospects import field_walk, lists, marking, narrowing, walking
from outreach.prospects.labels import actions as labelling
from outreach.prospects.labels.models import OwnField, Tag
from outreach.prospects.labels.rules import About, FieldAsk, FieldKind, clean
from outreach.prospects.models import Prospect, Site, SitePerson
from outreach.prospects.narrowing import Filters
from outreach.prospects.rules import ProspectState
from outreach.prospects.sorting import by_field
from outreach.web.pager import Cursor, Page, page_of_parts, placed
from tests.world import NOW, World, log_in, person, prospect, site

LISTS = 28
WORDS = ("fern", "oak", "moss", "für Gärtner", "園芸")
ASKS = {
    FieldKind.NUMBER: [("7", "", ""), ("", "3", ""), ("", "2", "8"), ("x", "", "")], FieldKind.LIST: [("garden", "", ""), ("attic", "", "")],
    FieldKind.TEXT: [("fern", "", ""), ("Ärtner", "", ""), ("zz", "", "")],
}  # fmt: skip


@pytest.fixture
def filled(world: World) -> None:
    """Sixty sites in two projects, with words, tags and own fields that the dice choose."""
    dice = random.Random(5)
    with write() as here:
        for kind in ASKS:
            here.add(OwnField(about=About.SITE, kind=kind, name=kind.value, choices=["garden", "kitchen"], created_at=NOW))  # fmt: skip
        places = [site(f"{dice.choice('abc')}{n}{dice.choice(WORDS[:3])}.example") for n in range(60)]
        for place in places:
            place.title, place.notes = dice.choice(WORDS), dice.choice(["", "fern " * 400])
        here.add_all(places)
        known = person("Cy")
        here.add(known)
        here.flush()
        for n, place in enumerate(places):
            for project in dice.sample([world.seed, world.other], dice.choice([1, 1, 2])):
                row = prospect(project, place, world.ana)
                row.owner_id = dice.choice([world.ana.id, world.otto.id, None])
                row.state, row.updated_at = dice.choice(list(ProspectState)), NOW.replace(minute=n % 7)
                here.add(row)
            if dice.random() < 0.3:
                here.add(SitePerson(site_id=place.id, person_id=known.id, role=""))
    fields = list(session().scalars(sa.select(OwnField).order_by(OwnField.id)))
    for key in session().scalars(sa.select(Site.id).order_by(Site.id)).all():
        typed = {FieldKind.NUMBER: str(dice.randrange(9)), FieldKind.LIST: dice.choice(["garden", "kitchen"]), FieldKind.TEXT: dice.choice(WORDS)}  # fmt: skip
        values = {one.id: clean(one.kind, one.choices, typed[one.kind] if dice.random() < 0.6 else "") for one in fields}  # fmt: skip
        labelling.label(About.SITE, key, {w: w for w in ("warm", "press") if dice.random() < 0.5}, {}, values, by=world.max, now=NOW)  # fmt: skip


def some(dice: random.Random, world: World) -> Filters:
    """Filters as the dice have it."""
    asks = [FieldAsk(one.id, *dice.choice([*ASKS[one.kind], ("-", "", "")])) for one in session().scalars(sa.select(OwnField).order_by(OwnField.id))]  # fmt: skip
    return Filters(
        q=dice.choice(["", "fern", "fern oak", "fe", "zzqq", "GARTNER", "園芸", "f"]), project=dice.choice([None, None, world.seed.id]), state=dice.choice(["", "", "kept", "new"]),
        owner=dice.choice(["", "", "me", "none"]), person=dice.choice(["", "", "yes"]), contact=dice.choice(["", "", "no"]),
        tag=dice.choice([None, None, *session().scalars(sa.select(Tag.id).order_by(Tag.id))]), fields=tuple(dice.sample(asks, dice.choice([0, 0, 1, 2]))),
    )  # fmt: skip


def read(who: User, by: Filters, sort: str, cursor: Cursor | None = None) -> Iterator[int]:
    """The ids of a list, page by page as it is asked for; back from a cursor that says so."""
    is_back, column = cursor is not None and cursor.is_back, lists.SORTS[sort.lstrip("-")]
    while True:
        way = walking.way(who, by, sort, marking.asked(who, by.fields) if by.fields else None)
        page, _ = lists._walked(way, placed(column, cursor))
        yield from (row.id for row in (reversed(page.rows) if is_back else page.rows))
        cursor = Cursor.unpack(page.newer if is_back else page.older)
        if cursor is None:
            return


def near(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is few, and a page looks at thirty rows."""
    for name in ("LOOKED", "LOOKED_CLOSELY", "LOOKED_ALL"):
        monkeypatch.setattr(walking, name, 30)
    monkeypatch.setattr(walking, "RARE", -1)
    monkeypatch.setattr(field_walk, "VALUES", 30)


@pytest.mark.parametrize("looks", ["far", "near"])
def test_a_list_in_the_order_of_a_field_has_the_rows_of_the_plain_query(
    filled: None, world: World, app: Flask, monkeypatch: pytest.MonkeyPatch, looks: str
) -> None:
    if looks == "near":
        near(monkeypatch)
    dice, found = random.Random(4), 0
    fields = session().scalars(sa.select(OwnField.id).order_by(OwnField.id)).all()
    for number in range(LISTS):
        who, by, field = (
            dice.choice([world.max, world.ana, world.otto]),
            some(dice, world),
            dice.choice(fields),
        )
        sort = f"{dice.choice(['', '-'])}f{field}"
        if number % 4 == 0:
            by = replace(by, q="", fields=(), tag=None)
            monkeypatch.setattr(walking, "MOST_OF", dice.choice([1, 1000]))
        plain = narrowing.with_rows(narrowing.listed(who, by))
        parts = by_field(plain, About.SITE, Prospect.site_id, Prospect.id, sort, who)
        ids = [row.id for row in page_of_parts(session(), parts, cursor=None, size=500).rows]
        with app.test_request_context("/prospects"):
            pages = list(by_pages(who, by, sort))
        assert [row for page in pages for row in page.rows] == ids, (who.name, by, sort)
        for page, before in zip(pages[1:], pages, strict=False):
            if page.newer and not page.is_cut and not before.is_cut:
                back = field_walk.page(
                    walking.way(who, by, "-id", asked(who, by)),
                    field,
                    sort[0] == "-",
                    Cursor.unpack(page.newer),
                    20,
                )
                assert back.is_cut or [row.id for row in back.rows] == before.rows, (who.name, by, sort)
        found += bool(ids)
    assert found > LISTS / 4
    assert (
        field_walk.page(walking.way(world.max, Filters(), "-id", None), 1, True, Cursor('["x", 1]', 1)).newer
        is None
    )


def asked(who: User, by: Filters) -> marking.Asked | None:
    return marking.asked(who, by.fields) if by.fields else None


def by_pages(who: User, by: Filters, sort: str) -> Iterator[Page[int]]:
    """The pages of a list in the order of a field, with the ids of their rows."""
    cursor = None
    while True:
        page = field_walk.page(
            walking.way(who, by, "-id", asked(who, by)), int(sort.lstrip("-f")), sort[0] == "-", cursor, 20
        )
        yield Page([row.id for row in page.rows], page.newer, page.older, page.is_cut)
        cursor = Cursor.unpack(page.older)
        if cursor is None:
            return


@pytest.mark.parametrize("looks", ["far", "near"])
def test_a_list_that_much_narrows_has_the_rows_of_the_plain_query(
    filled: None, world: World, app: Flask, monkeypatch: pytest.MonkeyPatch, looks: str
) -> None:
    if looks == "near":
        near(monkeypatch)
    dice, found, ways = random.Random(9), 0, set()
    values = {
        "updated": lambda row: (row.updated_at, row.id), "site": lambda row: (row.site.key, row.id), "state": lambda row: (row.state.value, row.id),
    }  # fmt: skip
    for number in range(LISTS):
        who, by = dice.choice([world.max, world.ana, world.otto]), some(dice, world)
        sort = dice.choice(["updated", "-updated", "site", "-site", "state", "-state"])
        if number % 4 == 0:
            monkeypatch.setattr(walking, "MOST_CELLS", dice.choice([1, 64]))
            monkeypatch.setattr(walking, "MOST_OF", dice.choice([1, 1000]))
        value = values[sort.lstrip("-")]
        plain = sorted(session().scalars(narrowing.listed(who, by)), key=value, reverse=sort.startswith("-"))
        ids = [row.id for row in plain]
        with app.test_request_context("/prospects"):
            assert list(read(who, by, sort)) == ids, (who.name, by, sort)
            if plain:
                last = Cursor.unpack(Cursor(*value(plain[-1]), True).pack())
                back = list(read(who, by, sort, last))
                assert back == ids[:-1][::-1], (who.name, by, sort)
            way = walking.way(who, by, sort, marking.asked(who, by.fields) if by.fields else None)
        found += bool(ids)
        ways.add((way.sites is not None, way.cells is not None, bool(way.mark)))
    assert found > LISTS / 4
    assert len(ways) > 2


def test_a_page_back_by_a_moment_knows_both_its_neighbours(
    filled: None, world: World, client: FlaskClient
) -> None:
    log_in(client, world.max)
    rows = session().scalars(narrowing.listed(world.max, Filters(contact="no"))).all()
    last = min(rows, key=lambda row: (row.updated_at, row.id))
    back = client.get(f"/prospects?contact=no&after={Cursor(last.updated_at, last.id, True).pack()}").text
    assert ">Newer<" in re.sub(r"\s", "", back)
    assert ">Older<" in re.sub(r"\s", "", back)


def test_a_page_that_looked_at_some_rows_only_says_so_and_where_to_go_on(
    filled: None, world: World, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(walking, "RARE", -1)
    monkeypatch.setattr(walking, "LOOKED_ALL", 20)
    log_in(client, world.max)
    page = client.get("/prospects?q=fern&sort=site").text
    assert "Look further" in page
    assert re.search(r"(\d+) of \1\+", page)
    assert 'hx-trigger="load"' in page
    monkeypatch.setattr(walking, "LOOKED_ALL", 1000)
    assert "Look further" not in client.get("/prospects?q=fern&sort=site").text
    monkeypatch.setattr(walking, "LOOKED_INTO", 20)  # no signature tells who may hold a single sign
    assert "Look further" in client.get("/prospects?q=~&sort=site").text
