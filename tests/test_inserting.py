"""Many rows at once."""

from datetime import datetime, timedelta, timezone

import sqlalchemy as sa
from flask import Flask

from outreach.db import session, write
from outreach.diary.models import Entry
from outreach.inserting import insert_new, insert_numbered, insert_plainly
from outreach.kit import clock
from outreach.prospects.models import Person, Prospect, Site
from outreach.prospects.rules import ProspectState
from tests.world import World


def test_many_rows_get_ids_in_their_order_that_no_row_ever_had(app: Flask, world: World) -> None:
    now = clock.now()
    rows = [{"name": f"Bo {number}", "created_at": now, "updated_at": now} for number in range(3)]
    with write():
        first = insert_numbered(Person, rows)
    names = dict(session().execute(sa.select(Person.id, Person.name).where(Person.id.in_(first))).all())
    assert [names[key] for key in first] == ["Bo 0", "Bo 1", "Bo 2"]
    with write() as here:
        here.execute(sa.delete(Person).where(Person.id.in_(first)))
        again = insert_numbered(Person, rows)
        here.add(Person(name="Cy", created_at=now, updated_at=now))
    last = session().scalar(sa.select(sa.func.max(Person.id)))
    assert min(again) > max(first)
    assert last is not None
    assert last > max(again)
    assert insert_numbered(Person, []) == []


def test_of_many_rows_those_are_new_that_nobody_has_and_all_is_kept_as_it_was_given(
    app: Flask, world: World
) -> None:
    at = datetime(2026, 11, 26, 12, 0, 0, 7, tzinfo=timezone(timedelta(hours=2)))
    row = {"project_id": world.seed.id, "created_at": at, "updated_at": at, "added_by_id": None}
    sites = [{"key": f"{name}.example", "url": 'a"\\{,%s\'', "created_at": at, "updated_at": at} for name in ("x", "y")]  # fmt: skip
    lines = [
        {"at": at, "kind": "test.line", "site_id": key, "data": {"is": [None, True, 'ä%s"'], "no": key}}
        for key in (None, 3)
    ]
    with write():
        first = insert_new(Site, sites[:1], unique=("key",))
        second = insert_new(Site, sites, unique=("key",))
        held = insert_new(Prospect, [{**row, "site_id": key, "state": ProspectState.KEPT} for key in (*first, *second)], unique=("project_id", "site_id"))  # fmt: skip
        insert_plainly(Entry, lines)
        insert_plainly(Entry, [])
        assert insert_new(Site, [], unique=("key",)) == []
    assert [session().get_one(Site, key).key for key in (*first, *second)] == ["x.example", "y.example"]
    one = session().get_one(Site, second[0])
    assert (one.url, one.title, one.is_no_pitch, one.version, one.created_at) == (
        "a\"\\{,%s'",
        "",
        False,
        1,
        at,
    )
    kept = session().scalars(sa.select(Prospect).where(Prospect.id.in_(held))).all()
    assert [(one.state, one.owner_id, one.later_until) for one in kept] == [
        (ProspectState.KEPT, None, None)
    ] * 2
    told = session().scalars(sa.select(Entry).where(Entry.kind == "test.line").order_by(Entry.id))
    assert [(one.site_id, one.data, one.at) for one in told] == [
        (line["site_id"], line["data"], at) for line in lines
    ]
