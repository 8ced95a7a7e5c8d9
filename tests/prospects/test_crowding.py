"""The places of people that the database keeps are what the rows say; and lists by them are those of the plain query."""

import json
import random
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import product

import pytest
import sqlalchemy as sa

from outreach import schema
from outreach.accounts.models import User
from outreach.db import db, session, write
from outreach.desk.relationship_models import RelationshipOverride
from outreach.projects.models import Membership
from outreach.projects.rules import MemberRole
from outreach.prospects import crowding, finding_people, people_list, people_queries, people_walk
from outreach.prospects.labels.models import FieldValue, OwnField, PersonTag, Tag
from outreach.prospects.labels.rules import About, FieldKind
from outreach.prospects.models import ContactPoint, Person, Prospect, SitePerson
from outreach.prospects.people_queries import PeopleFilters
from outreach.prospects.rules import ContactKind
from outreach.prospects.sorting import by_field
from outreach.prospects.standings import Standing
from outreach.search import commonness, crowd
from outreach.web.pager import Cursor, page_of, page_of_parts, placed
from tests.world import NOW, World, person, prospect, site

Place = tuple[str, int, int, datetime, str]


def kept() -> list[Place]:
    """What the database keeps."""
    rows = session().execute(sa.select(crowding.CROWD))
    return sorted((row.mark, row.cell, row.id, row.updated_at, row.name) for row in rows)


def told() -> list[Place]:
    """The same by plain queries."""
    here = session()
    reached = set(here.scalars(sa.select(ContactPoint.person_id)))
    tags = list(here.scalars(sa.select(PersonTag)))
    held = sa.select(SitePerson.person_id, Prospect.project_id).join(
        Prospect, Prospect.site_id == SitePerson.site_id
    )
    places = {(row.person_id, row.project_id) for row in here.execute(held)}
    found = []
    for row in here.scalars(sa.select(Person)):
        standing = 2 * row.is_do_not_contact + (row.id in reached)
        for project in [0, *(project for key, project in places if key == row.id)]:
            marks = ["", *(f"t{tag.tag_id}" for tag in tags if tag.person_id == row.id)]
            found += [(mark, (project << 2) + standing, row.id, row.updated_at, row.name) for mark in marks]
    return sorted(found)


@pytest.fixture
def many(world: World) -> World:
    """Thirty people at nine sites of two projects, some at several, some gone, some closed, some without an address."""
    dice = random.Random(5)
    with write() as here:
        here.add_all(Tag(name=name, key=name, created_at=NOW) for name in ("press", "warm"))
        sites = [site(f"n{number}.example") for number in range(9)]
        crowded = [person(f"{dice.choice('abc')} {number // 2}") for number in range(30)]
        here.add_all([*sites, *crowded])
        here.flush()
        for one in sites:
            for project in dice.choice([[world.seed], [world.other], [world.seed, world.other], []]):
                here.add(prospect(project, one, world.max))
        for one in crowded:
            one.is_do_not_contact = dice.random() < 0.3
            one.updated_at = NOW + timedelta(minutes=dice.randrange(12))
            for at in dice.sample(sites, dice.randrange(4)):
                here.add(SitePerson(site_id=at.id, person_id=one.id, role="", is_former=dice.random() < 0.3))
            if dice.random() < 0.6:
                mail = f"m{one.id}@mail.example"
                here.add(
                    ContactPoint(
                        person_id=one.id, kind=ContactKind.EMAIL, value=mail, value_norm=mail, found_at=NOW
                    )
                )
            here.add_all(PersonTag(tag_id=key, person_id=one.id) for key in (1, 2) if dice.random() < 0.4)
        here.add(Membership(user_id=world.ana.id, project_id=world.other.id, role=MemberRole.MEMBER))
    return world


def test_a_list_of_people_by_their_places_is_that_of_the_plain_query(many: World) -> None:
    team = [session().get_one(User, one.id) for one in (many.max, many.ana, many.vic, many.otto)]
    every = product(team, (None, many.seed.id, many.other.id, 99), ("", "yes", "no"), ("", "yes", "no"), (None, 1, 2), ("name", "-name", "updated", "-updated"))  # fmt: skip
    several = 0
    for who, project, contact, closed, tag, sort in random.Random(3).sample(list(every), 40):
        by = PeopleFilters(project=project, contact=contact, closed=closed, tag=tag)
        wanted = crowding.cells(who, by)
        assert wanted is not None
        plain = sorted(
            session().scalars(people_queries.people_listed(who, by)),
            key=_value(sort),
            reverse=sort.startswith("-"),
        )
        ids = [row.id for row in plain]
        assert list(_walked(wanted, sort)) == ids, (who.name, by, sort)
        assert crowding.counted(wanted, 1000) == len(ids)
        assert crowding.counted(wanted, 3) == min(len(ids), 3)
        several += len(ids) > 3
        if plain:
            last = Cursor(*_value(sort)(plain[-1]), True)
            assert list(_walked(wanted, sort, last)) == ids[:-1][::-1], (by, sort)
    assert several > 8


def test_what_is_made_anew_is_what_was_kept(many: World) -> None:
    before = kept()
    assert len({row[1] & 3 for row in before}) == 4
    assert before == told()
    db.session.remove()
    with db.engine.begin() as connection:
        crowd.drop(connection)
    schema.upgrade()
    assert kept() == before
    with db.engine.begin() as connection:
        assert not crowd.ensure(connection)


def test_words_or_a_standing_are_not_found_by_places(world: World) -> None:
    assert crowding.cells(world.max, PeopleFilters(q="bo")) is None
    assert crowding.cells(world.max, PeopleFilters(standing="unknown")) is None


def _value(sort: str) -> Callable[[Person], tuple[object, int]]:
    name = "updated_at" if sort.lstrip("-") == "updated" else "name"
    return lambda row: (getattr(row, name), row.id)


def _walked(wanted: sa.CTE, sort: str, cursor: Cursor | None = None) -> Iterator[int]:
    """The ids of a list, three people at a time; back from a cursor that says so."""
    at, is_back = _value(sort), cursor is not None
    column = Person.name if sort.lstrip("-") == "name" else Person.updated_at
    packed = cursor.pack() if cursor else None
    while True:
        given = placed(column, Cursor.unpack(packed))
        found = crowding.found(wanted, sort, given, 3)
        page = page_of(
            session(), sa.select(Person).join(found, found.c.id == Person.id), by=found.c.at, key=found.c.id,
            cursor=given, value_of=at, is_descending=sort.startswith("-"), size=3,
        )  # fmt: skip
        yield from (row.id for row in (reversed(page.rows) if is_back else page.rows))
        packed = page.newer if is_back else page.older
        if packed is None:
            return


def test_words_find_whom_the_plain_query_finds(many: World, monkeypatch: pytest.MonkeyPatch) -> None:
    team = [session().get_one(User, one.id) for one in (many.max, many.ana, many.vic, many.otto)]
    every = list(product(team, ("m1", "mail m2", "zzz", "bo", "5", ".exa", "a b"), (None, many.seed.id, many.other.id), ("", "yes", "no"), ("", "no"), (None, 1)))  # fmt: skip
    for few in (0, 400):
        monkeypatch.setattr(finding_people, "FEW", few)
        seen = 0
        for who, q, project, contact, closed, tag in random.Random(few).sample(every, 40):
            by = PeopleFilters(q=q, project=project, contact=contact, closed=closed, tag=tag)
            plain = set(session().scalars(people_queries.people_listed(who, by).with_only_columns(Person.id)))
            found = finding_people.gathered(who, by)
            assert found.projects is None or q in ("5", "a b")
            if found.projects is None:
                assert (set(found.ids), found.is_cut) == (plain, False), (who.name, by)
                seen += bool(plain)
        assert seen > 5
    monkeypatch.setattr(finding_people, "MOST", 2)
    for newest, passed in (
        (2000, 6000),
        (2, 0),
        (9, 0),
    ):  # through the rows; by the index, first for the newest
        monkeypatch.setattr(commonness, "NEWEST", newest)
        monkeypatch.setattr(finding_people, "PASSED", passed)
        for who, by in ((many.max, PeopleFilters(q="mail")), (team[1], PeopleFilters(q="mail", project=many.seed.id))):  # fmt: skip
            these = (
                session().scalars(people_queries.people_listed(who, by).with_only_columns(Person.id)).all()
            )
            ways = sa.select(ContactPoint.person_id).where(ContactPoint.value_norm.contains("mail"))
            newest_of = ways.where(ContactPoint.person_id.in_(these)).order_by(ContactPoint.id.desc())
            last = session().scalars(newest_of.limit(2)).all()
            monkeypatch.setattr(finding_people, "FEW", 0)
            cut = finding_people.gathered(who, by)
            assert cut.is_cut and set(cut.ids) == set(last), (newest, passed, by)
    monkeypatch.setattr(finding_people, "FEW", 400)
    with write() as here:
        here.add_all(person("Mail Rowan") for _ in range(3))
    names = session().scalars(sa.select(Person.id).order_by(Person.id.desc()).limit(2)).all()
    assert finding_people.gathered(many.max, PeopleFilters(q="mail")) == finding_people.Found(
        tuple(names), True
    )


def test_words_that_many_hold_are_gone_through(many: World, monkeypatch: pytest.MonkeyPatch) -> None:
    team = [session().get_one(User, one.id) for one in (many.max, many.ana, many.vic, many.otto)]
    monkeypatch.setattr(finding_people, "FEW", 0)
    monkeypatch.setattr(commonness, "COMMON", 1)
    every = list(product(team, ("m1", "mail m2", "mail"), (None, many.seed.id, 99), ("", "no"), (None, 1), people_list.SORTS, ("", "-")))  # fmt: skip
    short = list(product(team, ("5", "b"), (None, many.seed.id), ("",), (None, 1), people_list.SORTS, ("", "-")))  # fmt: skip
    dice, found, seen = random.Random(3), 0, 0
    for who, q, project, contact, tag, name, sign in dice.sample(every, 40) + dice.sample(short, 12):
        by = PeopleFilters(q=q, project=project, contact=contact, tag=tag)
        monkeypatch.setattr(people_walk, "LOOKED", dice.choice([3, 7, 5000]))
        sort = sign + name
        plain = sorted(
            session().scalars(people_queries.people_listed(who, by)), key=_value(sort), reverse=sign == "-"
        )
        assert _gone(who, by, sort) == [row.id for row in plain], (who.name, by, sort)
        gathered = finding_people.gathered(who, by, may_walk=True)
        if gathered.projects is not None:
            way = people_walk.walk(who, by, sort, None)
            assert people_walk.walk(who, by, sort, None, seen=gathered.projects) == way
            seen += 1
        found += len(plain) > 1
    assert found > 5 and seen > 2


def test_a_list_by_relationship_is_gone_through_as_the_plain_query_has_it(
    many: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    team = [session().get_one(User, one.id) for one in (many.max, many.ana, many.vic, many.otto)]
    dice, found = random.Random(8), 0
    with write() as here:
        here.add_all(
            RelationshipOverride(
                person_id=key, standing=dice.choice(list(Standing)[:4]), reason="So", set_at=NOW, set_by_id=many.max.id
            )
            for key in here.scalars(sa.select(Person.id)).all()
            if dice.random() < 0.4
        )  # fmt: skip
    every = list(product(team, (None, many.seed.id, 99), ("", "no"), ("", "yes"), (None, 1), list(Standing)[:4], people_list.SORTS, ("", "-"), ("", "", "5")))  # fmt: skip
    for number, (who, project, contact, closed, tag, standing, name, sign, q) in enumerate(
        dice.sample(every, 60)
    ):
        by = PeopleFilters(project=project, contact=contact, closed=closed, tag=tag, standing=standing, q=q)
        monkeypatch.setattr(people_walk, "LOOKED", dice.choice([3, 7, 5000]))
        monkeypatch.setattr(people_walk, "MOST_PROJECTS", number % 2)
        sort = sign + name
        plain = sorted(
            session().scalars(people_queries.people_listed(who, by)), key=_value(sort), reverse=sign == "-"
        )
        assert _gone(who, by, sort) == [row.id for row in plain], (who.name, by, sort)
        if plain:
            last = Cursor(*_value(sort)(plain[-1]), True)
            assert _gone(who, by, sort, last) == [row.id for row in plain[-2::-1]], (who.name, by, sort)
        found += len(plain) > 1
    assert found > 8


def test_a_list_by_relationship_and_an_own_field_looks_at_few_people_at_a_time(
    many: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    dice = random.Random(9)
    with write() as here:
        here.add(field := OwnField(about=About.PERSON, kind=FieldKind.LIST, name="Tone", choices=["a", "b"], created_at=NOW))  # fmt: skip
        here.flush()
        for key in here.scalars(sa.select(Person.id)).all():
            if dice.random() < 0.5:
                value = dice.choice("ab")
                here.add(
                    FieldValue(field_id=field.id, person_id=key, value=value, sort=value, updated_at=NOW)
                )
    several = 0
    for looked, standing, who, sign in product((3, 5000), list(Standing)[:2], (many.max, many.ana), ("", "-")):  # fmt: skip
        monkeypatch.setattr(people_walk, "LOOKED", looked)
        by, sort = PeopleFilters(standing=standing), f"{sign}f{field.id}"
        parts = by_field(people_queries.people_listed(who, by), About.PERSON, Person.id, Person.id, sort, who)
        ids = [row.id for row in page_of_parts(session(), parts, cursor=None, size=100).rows]
        several += len(ids) > 4
        assert _sorted_by(who, by, sort, None) == ids
        if ids:
            whole = people_walk.found_by_field(who, by, sort, None, 2)
            assert looked == 3 or whole.rows == ids[:2]
            behind = Cursor(json.dumps([0]), 2, True)  # of those without a value, the newest come first
            assert _sorted_by(who, by, sort, behind) == ids[::-1]
    assert several > 4


def _sorted_by(who: User, by: PeopleFilters, sort: str, cursor: Cursor | None) -> list[int]:
    ids: list[int] = []
    is_back = bool(cursor and cursor.is_back)
    while True:
        page = people_walk.found_by_field(who, by, sort, cursor, 2)
        ids += page.rows[::-1] if is_back else page.rows
        cursor = Cursor.unpack(page.newer if is_back else page.older)
        if cursor is None:
            return ids


def _gone(who: User, by: PeopleFilters, sort: str, cursor: Cursor | None = None) -> list[int]:
    """The ids of a list, as many as a page has at a time, each page from where the last one stopped."""
    ids: list[int] = []
    while True:
        page, edge = people_walk.found(people_walk.walk(who, by, sort, cursor), 2)
        ids += page[:2]
        if len(page) > 2:
            row = session().get_one(Person, page[1])
            edge = Cursor(*_value(sort)(row), bool(cursor and cursor.is_back))
        if edge is None:
            return ids
        cursor = edge


def test_of_a_large_part_nobody_is_brought_to_see_that_it_is_large(
    many: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    many.ana.own_project_ids = (many.seed.id,)
    wanted = crowding.cells(many.ana, PeopleFilters())
    assert wanted is not None
    seen = sorted(set(session().scalars(crowding.some(wanted, 100))))
    projects = len(list(session().scalars(people_walk.projects_of(many.ana))))
    assert 2 <= len(list(session().scalars(crowding.some(wanted, 2)))) <= 2 * projects
    assert sorted(finding_people._look(many.ana, wanted, {}).few or ()) == seen
    monkeypatch.setattr(finding_people, "FEW", len(seen) - 1)
    assert finding_people._look(many.ana, wanted, {}).few is None
