"""What the database keeps of a prospect's place is what the rows say, whatever is done; and lists by it are those of the plain query."""

import random
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import product

import pytest
import sqlalchemy as sa
from flask import Flask

from outreach import schema
from outreach.accounts.models import User
from outreach.care import erasing
from outreach.care.merging import actions as merging
from outreach.care.merging.rules import Kind
from outreach.consent.rules import ErasedAddress
from outreach.db import db, session, write
from outreach.kit.folding import searched
from outreach.kit.signatures import signature
from outreach.prospects import actions, narrowing, people_actions, placing
from outreach.prospects.labels import actions as labelling
from outreach.prospects.labels.models import FieldValue, OwnField, SiteTag, Tag
from outreach.prospects.labels.rules import About, FieldAsk, FieldKind, clean
from outreach.prospects.models import (
    ContactPoint,
    ImportBatch,
    Person,
    Prospect,
    ProspectChange,
    Site,
    SitePerson,
)
from outreach.prospects.narrowing import Filters
from outreach.prospects.people_actions import Gone, Reach, Taken
from outreach.prospects.rules import ContactKind, ProspectState
from outreach.search import places
from outreach.web.pager import Cursor, page_of, placed
from tests.prospects import test_crowding
from tests.world import NOW, World

STEPS = 180
TITLES = ("Fern & Oak", "Łódź für Gärtner", "園芸の月刊誌", "")
SPANS = (
    ("8", ""),
    ("", "8"),
    ("7", "9.5"),
    ("9", "8"),
    ("2026-01-06", ""),
    ("", "2026-01-31"),
    ("2026-01-05", "2026-02-01"),
)
TYPED = {FieldKind.NUMBER: ("7", "9.5"), FieldKind.LIST: ("Garden", "kitchen"), FieldKind.TEXT: ("Kitchen 7",), FieldKind.YES_NO: ("yes", "no"), FieldKind.DAY: ("2026-01-05", "2026-02-01")}  # fmt: skip


def kept() -> dict[int, tuple[object, ...]]:
    """What the database keeps of each prospect."""
    marks: dict[tuple[object, ...], set[str]] = {}
    for row in session().execute(sa.select(placing.MARKED)):
        marks.setdefault(tuple(row[1:]), set()).add(row.mark)
    rows = session().execute(sa.select(placing.PLACES))
    found: dict[int, tuple[object, ...]] = {}
    for row in rows:
        carried = marks.pop(tuple(row), set())
        found[row.id] = (*row[1:], carried)
    assert not marks
    return found


def told() -> dict[int, tuple[object, ...]]:
    """The same by plain queries."""
    here = session()
    known = {row.site_id for row in here.scalars(sa.select(SitePerson).where(~SitePerson.is_former))}
    points = list(here.execute(sa.select(ContactPoint.site_id, ContactPoint.person_id)))
    people = {row.person_id for row in points}
    reached = {row.site_id for row in points} | {
        row.site_id
        for row in here.scalars(sa.select(SitePerson).where(~SitePerson.is_former))
        if row.person_id in people
    }
    marks: dict[int | None, set[str]] = {}
    for tagged in here.scalars(sa.select(SiteTag)):
        marks.setdefault(tagged.site_id, set()).add(f"t{tagged.tag_id}")
    for value, kind in here.execute(sa.select(FieldValue, OwnField.kind).join(OwnField, OwnField.id == FieldValue.field_id)):  # fmt: skip
        told = "" if kind is FieldKind.TEXT else value.sort
        marks.setdefault(value.site_id, set()).add(f"f{value.field_id}={told}")
    found: dict[int, tuple[object, ...]] = {}
    for row in here.scalars(sa.select(Prospect)):
        state = sorted(ProspectState).index(row.state)
        reach = (row.site_id in known) + 2 * (row.site_id in reached)
        cell = (row.project_id << 28) + ((row.owner_id or 0) << 4) + (state << 2) + reach
        signs = signature(searched(f" {row.site.key} {row.site.title} {row.site.notes}"))
        carried = marks.get(row.site_id, set())
        found[row.id] = (row.site_id, cell, row.updated_at, row.site.key, *signs, carried)
    return found


def deeds(
    world: World, app: Flask, dice: random.Random, undone: list[int]
) -> dict[str, Callable[[], object]]:
    """Things that people do, each with rows that the dice choose."""
    by, at = world.max, lambda: NOW + timedelta(minutes=dice.randrange(40))

    def one(kind: type) -> int:
        return dice.choice([0, *session().scalars(sa.select(kind.id).order_by(kind.id))])

    def some() -> list[int]:
        return [one(Prospect) for _ in range(3)]

    def pasted() -> int:
        text = "\n".join(f"s{dice.randrange(30)}.example" for _ in range(4))
        return actions.add_addresses(dice.choice([world.seed.id, world.other.id]), text, by=by, now=at())

    def reach() -> Reach:
        mail = f"m{dice.randrange(12)}@mail.example"
        return Reach(ContactKind.EMAIL, mail, mail, "")

    def merged() -> int:
        kind, model = dice.choice([(Kind.SITE, Site), (Kind.PERSON, Person)])
        ids = one(model), one(model)
        versions = tuple(getattr(session().get(model, key), "version", 0) for key in ids)
        key = merging.merge(kind, *ids, {}, (versions[0], versions[1]), by=by, now=at())
        session().expire_all()
        assert kept() == told()
        if dice.random() < 0.5:
            merging.undo(key, by=by, now=at() + timedelta(hours=1))
            undone.append(key)
        return key

    def erased() -> int:
        return erasing.erase(
            one(Person), [], app.extensions["outreach"], by=by, now=at(), is_over=lambda: False
        )

    def renamed() -> None:
        with write() as here:
            one = here.get_one(Site, dice.choice(list(here.scalars(sa.select(Site.id)))))
            one.key = f"new{dice.random()}.example"
            one.title, one.notes = dice.choice(TITLES), dice.choice(["", "Fern " * 400])

    def labelled() -> None:
        names = {"warm": "warm", "press": "press"}
        on, off = ({key: key for key in names if dice.random() < 0.5} for _ in "12")
        values = {
            field.id: clean(field.kind, field.choices, dice.choice(["", *TYPED[field.kind]]))
            for field in session().scalars(sa.select(OwnField))
        }
        labelling.label(About.SITE, one(Site), on, off, values, by=by, now=at())

    def changed() -> None:
        with write() as here:
            one = dice.choice(list(here.scalars(sa.select(Person))))
            one.is_do_not_contact, one.name, one.updated_at = dice.random() < 0.5, dice.choice("DEF"), at()

    def person_labelled() -> None:
        on, off = ({key: key for key in ("warm", "press") if dice.random() < 0.5} for _ in "12")
        labelling.label(About.PERSON, one(Person), on, off, {}, by=by, now=at())

    return {
        "changed": changed, "person labelled": person_labelled,
        "labelled": labelled, "untagged": lambda: labelling.remove_tag(one(Tag), by=by, now=at()),
        "pasted": pasted, "not pasted": lambda: actions.undo_batch(one(ImportBatch), by=by, now=at()),
        "decided": lambda: actions.set_state(some(), dice.choice(list(ProspectState)), by=by, now=at()),
        "given": lambda: actions.give(some(), dice.choice([None, by.id]), by=by, now=at()),
        "taken back": lambda: actions.undo_change(one(ProspectChange), by=by, now=at()),
        "person": lambda: people_actions.add_person(one(Site), {"name": "Cy"}, "editor", dice.choice([None, reach()]), by=by, now=at()),
        "placed": lambda: people_actions.place(one(Site), one(Person), "editor", by=by, now=at()),
        "left": lambda: people_actions.set_role(one(SitePerson), "editor", dice.random() < 0.6, by=by, now=at()),
        "contact": lambda: people_actions.add_contact(reach(), by=by, now=at(), **{dice.choice(["person_id", "site_id"]): one(Person)}),
        "no contact": lambda: people_actions.remove_contact(one(ContactPoint), by=by, now=at()),
        "merged": merged, "erased": erased, "renamed": renamed,
    }  # fmt: skip


REFUSALS = (
    labelling.Gone,
    erasing.Gone,
    ErasedAddress,
    Gone,
    Taken,
    merging.Gone,
    merging.NotYours,
    merging.Overtaken,
    merging.OpenTwice,
    merging.CannotUndo,
)


@pytest.fixture
def lived(app: Flask, world: World) -> dict[str, int]:
    """How often each deed was done, one after the other by the dice."""
    with write() as here:
        for kind, project in zip(TYPED, (None, world.other.id, None, None, None), strict=True):
            here.add(
                OwnField(about=About.SITE, kind=kind, name=kind.value, choices=["Garden", "kitchen"], project_id=project, created_at=NOW)
            )  # fmt: skip
    dice = random.Random(11)
    done: dict[str, int] = {}
    undone: list[int] = []
    doings = deeds(world, app, dice, undone)
    for _ in range(STEPS):
        name = (
            dice.choice(
                [*doings, "pasted", "labelled", "labelled", "person", "decided", "given", "placed", "erased"]
            )
            if len(done) > 3
            else dice.choice(["pasted", "person", "decided", "given"])
        )
        if name == "erased" and done.get("erased", 0) > 0:
            continue
        try:
            doings[name]()
        except REFUSALS:
            db.session.rollback()
            continue
        done[name] = done.get(name, 0) + 1
        db.session.expire_all()
        assert kept() == told(), name
        assert test_crowding.kept() == test_crowding.told(), name
    done["not merged"] = len(undone)
    assert {name for name in [*doings, "not merged"] if not done.get(name)} == set()
    return done


def test_the_database_keeps_each_place_whatever_is_done(
    lived: dict[str, int], world: World, app: Flask
) -> None:
    fields = list(session().scalars(sa.select(OwnField).order_by(OwnField.id)))
    for number, key in enumerate(session().scalars(sa.select(Site.id).order_by(Site.id)).all()):
        values = {one.id: clean(one.kind, one.choices, TYPED[one.kind][number % len(TYPED[one.kind])]) for one in fields}  # fmt: skip
        names = {"warm": "warm"} if number % 2 else {"press": "press"}
        labelling.label(About.SITE, key, names, {}, values, by=world.max, now=NOW)
    before, seed_id, team = kept(), world.seed.id, [world.max.id, world.ana.id]
    assert len({row[1] & 3 for row in before.values()}) >= 3  # type: ignore[operator]
    db.session.remove()
    with db.engine.begin() as connection:
        places.drop(connection)
    schema.upgrade()
    assert kept() == before == told()
    with db.engine.begin() as connection:
        assert not places.ensure(connection)

    every = product(
        (None, seed_id), ("", "new"), ("", "me", "none"), ("", "yes", "no"), ("", "no"),
        ("updated", "-updated", "site", "-site", "state", "-state"), [session().get_one(User, key) for key in team],
    )  # fmt: skip
    dice, carried = random.Random(3), 0
    keys = session().scalars(sa.select(OwnField.id).order_by(OwnField.id)).all()
    asks = [(), *((FieldAsk(key, value),) for key in keys for typed in TYPED.values() for value in typed)]
    asks += [(FieldAsk(key, low=low, high=high),) for key in keys for low, high in SPANS]
    tags = [None, *session().scalars(sa.select(Tag.id))]
    for project, state, owner, known, contact, sort, who in dice.sample(list(every), 90):
        tag, ask = dice.choice([(dice.choice(tags), ()), (None, dice.choice(asks))])
        by = Filters(
            project=project, state=state, owner=owner, person=known, contact=contact, tag=tag, fields=ask
        )
        wanted = narrowing.in_cells(who, by)
        if wanted is not None:
            plain = sorted(
                session().scalars(narrowing.listed(who, by)), key=_value(sort), reverse=sort.startswith("-")
            )
            ids = [row.id for row in plain]
            assert list(_walked(wanted, sort)) == ids, (by, sort)
            assert placing.counted(wanted, 1000) == len(ids)
            carried += bool("mark" in wanted.c and ids)
            if plain:
                last = Cursor(*_value(sort)(plain[-1]), True)
                assert list(_walked(wanted, sort, last)) == ids[:-1][::-1], (by, sort)
    assert carried > 10


def _value(sort: str) -> Callable[[Prospect], tuple[object, int]]:
    name = sort.lstrip("-")
    return lambda row: (
        {"updated": row.updated_at, "site": row.site.key, "state": row.state.value}[name],
        row.id,
    )


def _walked(wanted: sa.CTE, sort: str, cursor: Cursor | None = None) -> Iterator[int]:
    """The ids of a list, three rows at a time; back from a cursor that says so."""
    at, name, is_back = _value(sort), sort.lstrip("-"), cursor is not None
    column = {"updated": Prospect.updated_at, "site": Site.key, "state": Prospect.state}[name]
    packed = cursor.pack() if cursor else None
    while True:
        given = Cursor.unpack(packed)
        query = narrowing.of_ids(placing.ids(wanted, sort, placed(column, given), 3))
        page = page_of(
            session(), query, by=column, key=Prospect.id, cursor=given, value_of=at, is_descending=sort.startswith("-"), size=3
        )  # fmt: skip
        yield from (row.id for row in (reversed(page.rows) if is_back else page.rows))
        packed = page.newer if is_back else page.older
        if packed is None:
            return
