"""People whom nobody ever wrote to go after some days; whoever somebody has to do with stays."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa
from flask import Flask

from outreach.care import jobs, retention
from outreach.db import session, write
from outreach.diary.models import Entry
from outreach.prospects.models import ContactPoint, Note, Person, SitePerson
from tests.world import NOW, World, address, person

LATER = NOW + timedelta(days=100)


def people(world: World) -> list[str]:
    session().rollback()
    return list(session().scalars(sa.select(Person.name).order_by(Person.id)))


def add(world: World, name: str) -> Person:
    with write() as here:
        one = person(name)
        here.add(one)
        here.flush()
        here.add_all(
            [
                SitePerson(site_id=world.site.id, person_id=one.id),
                address(one, f"{name.lower()}@wild.example", world.ana),
            ]
        )
        return one


def test_only_those_nobody_has_to_do_with_go(app: Flask, world: World) -> None:
    add(world, "Cleo")
    noted = add(world, "Dora")
    stopped, changed = add(world, "Elle"), add(world, "Finn")
    with write() as here:
        here.add(Note(project_id=world.seed.id, person_id=noted.id, text="Nice", created_at=NOW))
        here.get_one(Person, stopped.id).is_do_not_contact = True
        here.get_one(Person, changed.id).updated_at = LATER - timedelta(days=1)
    assert retention.count(LATER, 90) == 1
    assert retention.let_go(LATER, 90) == 1
    assert people(world) == ["Bo Berg", "Dora", "Elle", "Finn"]
    assert (
        session().scalar(
            sa.select(sa.func.count(ContactPoint.id)).where(ContactPoint.value == "cleo@wild.example")
        )
        == 0
    )
    assert list(session().scalars(sa.select(Entry.kind).where(Entry.kind == "person.let_go"))) == [
        "person.let_go"
    ]


def test_nobody_goes_before_the_days_are_over_or_without_a_rule(app: Flask, world: World) -> None:
    add(world, "Cleo")
    assert retention.let_go(NOW + timedelta(days=89), 90) == 0
    assert retention.let_go(LATER, 0) == 0
    assert jobs.let_unwritten_go(LATER) == jobs.count_unwritten(LATER) == 0
    assert people(world) == ["Bo Berg", "Cleo"]


def test_an_address_that_was_found_of_late_keeps_its_person(app: Flask, world: World) -> None:
    one = add(world, "Cleo")
    with write() as here:
        point = here.scalars(sa.select(ContactPoint).where(ContactPoint.person_id == one.id)).one()
        point.found_at = LATER - timedelta(days=5)
    assert retention.count(LATER, 90) == 0


def test_an_address_of_the_site_stays_with_the_site(app: Flask, world: World) -> None:
    one = add(world, "Desk")
    with write() as here:
        point = here.scalars(sa.select(ContactPoint).where(ContactPoint.person_id == one.id)).one()
        point.site_id = world.site.id
    retention.let_go(LATER, 90)
    kept = session().scalars(sa.select(ContactPoint).where(ContactPoint.value == "desk@wild.example")).one()
    assert (kept.person_id, kept.site_id) == (None, world.site.id)


def test_whoever_named_somebody_to_us_stays(app: Flask, world: World) -> None:
    one, other = add(world, "Cleo"), add(world, "Dora")
    with write() as here:
        here.get_one(Person, other.id).referred_by_id = one.id
    retention.let_go(LATER, 90)
    assert people(world) == ["Bo Berg", "Cleo"]
