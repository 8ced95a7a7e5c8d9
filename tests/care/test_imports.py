"""Files of other tools: read whatever they are, counted before they come in, and taken out again as if nothing had been."""

from __future__ import annotations

import csv
import io
import json
import random
import re
import sqlite3
from contextlib import closing
from datetime import timedelta
from threading import Event, Thread
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from outreach.care import import_actions, import_jobs
from outreach.care.import_models import ImportFile
from outreach.care.import_rules import ImportState
from outreach.care.merging.models import Pair
from outreach.care.merging.rules import Kind
from outreach.consent import moves as consent_moves
from outreach.consent.rules import SuppressionKind, SuppressionReason
from outreach.db import Base, db, session, write
from outreach.diary.models import Entry
from outreach.kit import clock
from outreach.kit.tables import BadTable
from outreach.prospects import people_actions, people_moves
from outreach.prospects.models import (
    AlikeKey,
    ContactPoint,
    ImportBatch,
    ImportRow,
    Person,
    Prospect,
    Site,
    SiteMetric,
    SitePerson,
)
from outreach.prospects.rules import ContactKind, ContactStatus, SubscriberType
from tests.care import exports
from tests.conftest import Place
from tests.prospects import test_crowding, test_placing
from tests.servers.product import outreach
from tests.world import World, log_in

NOW = clock.now() + timedelta(hours=1)
LEDGER = {"diary", "import_files", "import_batches", "import_rows", "sweep_runs"}
"""What an undo leaves: the diary only grows, and the import keeps its own record."""


def snapshot() -> dict[str, list[tuple[Any, ...]]]:
    session().rollback()
    found = {
        table.name: sorted(tuple(map(repr, row)) for row in session().execute(sa.select(table)))
        for table in Base.metadata.sorted_tables
        if table.name not in LEDGER
    }
    session().rollback()
    return found


def bring(client: FlaskClient, world: World, data: bytes, name: str = "export.csv") -> TestResponse:
    form = {"project_id": world.seed.id, "file": (io.BytesIO(data), name)}
    return client.post("/imports/new", data=form, content_type="multipart/form-data")


def counted(client: FlaskClient, world: World, data: bytes) -> ImportFile:
    """The file with its columns as they were guessed, and its rows counted."""
    log_in(client, world.ana)
    answer = bring(client, world, data)
    assert answer.status_code == 303
    found = session().get_one(ImportFile, int(answer.location.rpartition("/")[2]))
    columns = {f"column-{at}": field for field, at in found.columns.items()}
    columns |= {f"column-{at}": f"f{key}" for key, at in found.own_columns.items()}
    assert client.post(f"/imports/{found.id}/counts", data=columns).status_code == 303
    work()
    return session().get_one(ImportFile, found.id, populate_existing=True)


def imported(client: FlaskClient, world: World, data: bytes) -> ImportFile:
    found = counted(client, world, data)
    assert found.state is ImportState.COUNTED
    client.post(f"/imports/{found.id}/work")
    work()
    return session().get_one(ImportFile, found.id, populate_existing=True)


def work() -> None:
    while import_jobs.work_imports(NOW):
        pass


def undone(client: FlaskClient, found: ImportFile) -> None:
    client.post(f"/imports/{found.id}/undo")
    work()


def counts(found: ImportFile) -> dict[str, int]:
    return dict(session().get_one(ImportBatch, found.batch_id, populate_existing=True).counts)


def keys(world: World) -> set[str]:
    rows = sa.select(Site.key).join(Prospect, Prospect.site_id == Site.id)
    return set(session().scalars(rows.where(Prospect.project_id == world.seed.id)))


# What other tools write


@pytest.mark.parametrize("name", exports.FORMATS)
def test_each_tool_s_file_brings_its_sites(client: FlaskClient, world: World, name: str) -> None:
    found = imported(client, world, exports.FORMATS[name])
    assert found.state is ImportState.DONE
    assert keys(world) == {"wild.example", "moss.example", "fern.example", "reed.example"}
    assert counts(found) == {"new": 3}


@pytest.mark.parametrize("name", exports.PEOPLE)
def test_each_tool_s_file_brings_its_people(client: FlaskClient, world: World, name: str) -> None:
    imported(client, world, exports.PEOPLE[name])
    lea = (
        session()
        .scalars(sa.select(Person).join(ContactPoint).where(ContactPoint.value == "lea@moss.example"))
        .unique()
        .one()
    )
    assert lea.name in ("Lea Moss", "lea@moss.example")
    at = session().scalars(sa.select(SitePerson).where(SitePerson.person_id == lea.id)).unique().one()
    assert at.site.key == "moss.example"


def test_a_list_of_our_own_pages_is_refused_with_the_reason(client: FlaskClient, world: World) -> None:
    log_in(client, world.ana)
    for host in ("hazel.example", "unlisted.example"):
        data = exports.csv("Target page,Incoming links,Linking sites", f"https://{host}/a,4,2")
        answer = bring(client, world, data)
        assert (answer.status_code, "These are your own pages" in answer.text) == (422, True)
    assert keys(world) == {"wild.example"}


def test_our_own_pages_are_no_prospects(client: FlaskClient, world: World) -> None:
    data = exports.csv(
        "Page,Clicks,Position",
        "https://hazel.example/a,4,2",
        "https://hazel.example/b,4,2",
    )
    assert counts(imported(client, world, data)) == {"own": 2}, (
        "each of our rows counts, though they are of one host"
    )


def test_an_address_of_a_big_provider_names_no_site(client: FlaskClient, world: World) -> None:
    found = imported(client, world, b"Email,Name\nlea@gmail.com,Lea\nbo@moss.example,Bo\n")
    assert counts(found) == {"refused": 1, "new": 1}


@pytest.mark.parametrize("packing", ["zip", "xlsx"])
def test_of_several_tables_the_one_with_linking_pages_comes_in(
    client: FlaskClient, world: World, packing: str
) -> None:
    pages = ["Target page,Incoming links,Linking sites", "https://hazel.example/a,4,2"]
    parts = {
        "Chart": ["Date,Links", "2026-05-13,4"], "Top target pages": pages, "Top linking sites": ["Site,Linking pages,Target pages", "moss.example,3,1"],
        "Latest links": ["Linking page,Last crawled", *exports.rows("", ",2026-05-13")],
    }  # fmt: skip
    packed = {name: exports.csv(*lines) for name, lines in parts.items()}
    data = exports.packed_all(**packed, Nothing=b"") if packing == "zip" else exports.workbook(**parts)
    found = imported(client, world, data)
    assert counts(found) == {"new": 3}
    assert "Latest links" in found.notices[0]
    assert all(
        name in found.notices[0].partition("Left out:")[2]
        for name in ("Chart", "Top target pages", "Top linking sites")
    )


def test_another_table_of_a_zip_is_chosen_where_its_columns_are_named(
    client: FlaskClient, world: World
) -> None:
    packed = exports.packed_all(
        Latest=exports.csv("Linking page,Last crawled", *exports.rows("", ",2026-05-13")),
        Sites=exports.csv("Site,Linking pages,Target pages", "mint.example,3,1"),
        Ours=exports.csv("Target page,Incoming links,Linking sites", "https://hazel.example/a,4,2"),
    )
    log_in(client, world.ana)
    here = bring(client, world, packed, "links.zip").location
    assert "<option>Sites.csv</option>" in client.get(here).text
    refused = client.post(f"{here}/table", data={"table": "Ours.csv"})
    assert (refused.status_code, "These are your own pages" in refused.text) == (422, True)
    assert (
        "mint.example"
        in client.post(f"{here}/table", data={"table": "Sites.csv"}, follow_redirects=True).text
    )
    client.post(f"{here}/counts", data={"column-0": "site"})
    work()
    assert (
        client.post(f"{here}/table", data={"table": "Latest.csv"}, follow_redirects=True).status_code == 200
    )
    client.post(f"{here}/work")
    work()
    assert session().scalars(sa.select(Site.key).where(Site.key == "mint.example")).all() == ["mint.example"]


def test_what_was_chosen_for_the_columns_stays_when_two_are_the_same(
    client: FlaskClient, world: World
) -> None:
    log_in(client, world.ana)
    here = bring(client, world, b"Alpha,Beta,Gamma\nmoss.example,Lea,lea@moss.example\n").location
    answer = client.post(f"{here}/counts", data={"column-0": "name", "column-1": "name", "column-2": "email"})
    assert answer.status_code == 422
    assert re.findall(r'<option value="(\w+)" selected', answer.text) == ["name", "name", "email"]


def test_a_zip_without_a_table_says_so(client: FlaskClient, world: World) -> None:
    log_in(client, world.ana)
    answer = bring(
        client, world, exports.packed("inner.zip", exports.packed("a.csv", b"site\nmoss.example\n"))
    )
    assert (answer.status_code, "There is no table in this ZIP" in answer.text) == (422, True)


def test_names_of_columns_alone_are_no_list(client: FlaskClient, world: World) -> None:
    log_in(client, world.ana)
    answer = bring(client, world, b"Domain,Email\r\n\r\n")
    assert (answer.status_code, "no row below them" in answer.text) == (422, True)
    answer = bring(client, world, b"Domain" + b",x" * 299 + b"\nmoss.example" + b",1" * 299)
    assert (answer.status_code, "It has 300 columns; at most 256" in answer.text) == (422, True)


# Counted before it comes in


MIXED = b"site,person,email\nmoss.example,Lea Moss,lea@moss.example\nmoss.example,Ole,\nwild.example,,\nhazel.example,,\nnope,,\nstop.example,,\n"


def block(world: World) -> None:
    with write():
        consent_moves.suppress(
            "stop.example",
            kind=SuppressionKind.DOMAIN,
            reason=SuppressionReason.BY_HAND,
            by=world.ada.id,
            now=NOW,
        )


def test_a_dry_run_says_what_the_import_then_does(client: FlaskClient, world: World) -> None:
    block(world)
    before = snapshot()
    found = counted(client, world, MIXED)
    assert snapshot() == before
    told = {"new": 1, "repeated": 1, "known": 1, "own": 1, "refused": 1, "suppressed": 1}
    assert (found.counts, found.total, found.people) == (told, 6, 2)
    page = client.get(f"/imports/{found.id}").text
    assert "Nothing is changed yet" in page
    client.post(f"/imports/{found.id}/work")
    work()
    assert counts(found) == told
    assert session().get_one(ImportFile, found.id, populate_existing=True).people == 2
    again = counted(
        client,
        world,
        MIXED.replace(b"Lea Moss", b"LEA MOSS") + b"wild.example,Rob,lea@moss.example\nwild.example,Rob,\n"
        b'wild.example,"Berg, Bo",\nwild.example,"Stone, Nora",\nwild.example,Nora Stone,\n',
    )
    assert again.people == 2, "Rob and Nora: who is known by name, in either order, or address is nobody new"
    client.post(f"/imports/{again.id}/work")
    work()
    assert session().get_one(ImportFile, again.id, populate_existing=True).people == 2


def test_columns_can_be_named_otherwise_after_a_look(client: FlaskClient, world: World) -> None:
    found = counted(client, world, MIXED)
    client.post(f"/imports/{found.id}/columns")
    assert "What is in the columns?" in client.get(f"/imports/{found.id}").text


def test_columns_are_remembered_by_their_header(client: FlaskClient, world: World) -> None:
    log_in(client, world.ana)
    answer = bring(client, world, b"foo,bar,baz\nmoss.example,reed.example,x\n")
    client.post(f"{answer.location}/counts", data={"column-1": "site"})
    work()
    answer = bring(client, world, b"FOO,Bar;baz\nfern.example,sage.example,x\n".replace(b";", b","))
    found = session().get_one(ImportFile, int(answer.location.rpartition("/")[2]))
    assert found.columns == {"site": 1}


def test_a_file_with_no_site_in_it_asks_which_column_it_is(client: FlaskClient, world: World) -> None:
    log_in(client, world.ana)
    answer = bring(client, world, b"Anchor,Backlinks Count\nseeds,4\n")
    answer = client.post(f"{answer.location}/counts", data={})
    assert answer.status_code == 422
    assert "Say which column is" in answer.text


# People


def test_a_blank_never_erases(client: FlaskClient, world: World) -> None:
    imported(client, world, MIXED)
    before = snapshot()
    imported(client, world, b"site,person,email\nmoss.example,,\nmoss.example,Lea Moss,\n")
    assert snapshot() == before


def test_several_people_of_one_site_all_come_in(client: FlaskClient, world: World) -> None:
    found = imported(
        client, world, b"domain,email\nmoss.example,a@moss.example\nmoss.example,b@moss.example\n"
    )
    assert counts(found) == {"new": 1, "repeated": 1}
    assert found.people == 2


def test_a_broken_mail_address_loses_no_site(client: FlaskClient, world: World) -> None:
    found = imported(
        client,
        world,
        b"site,email\nfern.example,a@fern.example\nreed.example,b@reed.example\nmoss.example,not@@an address\n",
    )
    rows = (
        session()
        .scalars(sa.select(ImportRow).where(ImportRow.batch_id == found.batch_id).order_by(ImportRow.number))
        .all()
    )
    assert "mail address was not kept" in rows[2].reason
    assert "moss.example" in keys(world)


def test_who_asked_for_no_mail_is_not_kept(client: FlaskClient, world: World) -> None:
    with write():
        consent_moves.suppress("lea@moss.example", reason=SuppressionReason.BY_HAND, by=world.ada.id, now=NOW)
    imported(client, world, MIXED)
    assert (
        session().scalar(sa.select(ContactPoint.id).where(ContactPoint.value == "lea@moss.example")) is None
    )


def test_an_address_that_was_erased_is_not_kept_again(client: FlaskClient, world: World) -> None:
    with write():
        consent_moves.suppress_erased("lea@moss.example", by=world.ada.id, now=NOW)
    imported(client, world, MIXED)
    tables = (sa.select(ImportFile.first), sa.select(ImportRow.typed), sa.select(ContactPoint.value))
    assert "lea@moss" not in "".join(repr(row) for query in tables for row in session().execute(query))


# Numbers of other tools

FIRST = b'domain,Domain rating,Trust Flow,Spam Score\nmoss.example,41,20,\nmoss.example,99,,3%\nfern.example,"7,5",n/a,300\nhazel.example,50,,\n'
AGAIN = b"domain,DR,TF\nmoss.example,44,\nfern.example,,12\n"


def numbers() -> dict[str, dict[str, float]]:
    """`{site: {metric: value}}`."""
    found: dict[str, dict[str, float]] = {}
    session().rollback()
    for key, name, value in session().execute(
        sa.select(Site.key, SiteMetric.name, SiteMetric.value).join(SiteMetric)
    ):
        found.setdefault(key, {})[name.value] = value
    return found


def test_numbers_of_other_tools_are_kept_updated_and_taken_back(client: FlaskClient, world: World) -> None:
    before = snapshot()
    first = imported(client, world, FIRST)
    kept = {
        "moss.example": {"ahrefs_dr": 41, "majestic_tf": 20, "moz_spam": 3},
        "fern.example": {"ahrefs_dr": 7.5},
    }
    assert numbers() == kept
    assert "Spam 300 cannot be, so it was not kept." in client.get(f"/imports/{first.id}").text
    between = snapshot()
    second = imported(client, world, AGAIN)
    assert numbers()["moss.example"] == {"ahrefs_dr": 44, "majestic_tf": 20, "moz_spam": 3}
    assert numbers()["fern.example"] == {"ahrefs_dr": 7.5, "majestic_tf": 12}
    undone(client, second)
    assert snapshot() == between
    third = imported(client, world, AGAIN)
    undone(client, first)
    assert numbers() == {"moss.example": {"ahrefs_dr": 44}, "fern.example": {"majestic_tf": 12}}
    undone(client, third)
    assert numbers() == {}
    assert keys(world) == {"wild.example"}, "no file names the others any more"
    assert snapshot() == before


# In the lists


def test_the_lists_have_what_came_in_and_write_each_place_once(client: FlaskClient, world: World) -> None:
    dice, came = random.Random(7), []
    assert world.site is not None
    hosts = [world.site.key, *(f"s{number}.example" for number in range(12))]
    people = ["Bo Berg", "Cy Dale", "Bo Berg", "", ""]
    for _ in range(3):
        lines = [
            f"{dice.choice(hosts)},{dice.choice(people)},{dice.choice(['', f'm{dice.randrange(9)}@mail.example'])}"
            for _ in range(25)
        ]
        came.append(imported(client, world, "\n".join(["site,name,email", *lines]).encode()))
        assert test_placing.kept() == test_placing.told()
        assert test_crowding.kept() == test_crowding.told()
    for found in (came[1], came[0], came[2]):
        undone(client, found)
        assert test_placing.kept() == test_placing.told()
        assert test_crowding.kept() == test_crowding.told()
    left = len(test_placing.kept())
    session().rollback()
    _refuse_changes("search_prospects")
    found = imported(client, world, many(30))
    assert (found.state, counts(found)) == (ImportState.DONE, {"new": 30})
    assert len(test_placing.kept()) == left + 30
    asked = sa.select(Entry.kind).where(Entry.at == found.finished_at).order_by(Entry.id)
    told = list(dict.fromkeys(session().scalars(asked)))
    assert told.index("prospect.added") < told.index("person.added") < told.index("contact.added")


def _refuse_changes(table: str) -> None:
    """A row that is there may not be written again."""
    if session().get_bind().dialect.name == "sqlite":
        said = [
            f"CREATE TRIGGER once BEFORE UPDATE ON {table} BEGIN SELECT RAISE(ABORT, 'written twice'); END"
        ]
    else:
        said = [
            "CREATE FUNCTION once() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'written twice'; END $$",
            f"CREATE TRIGGER once BEFORE UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION once()",
        ]
    with db.engine.begin() as connection:
        for one in said:
            connection.exec_driver_sql(one)


# Beside other work


def test_others_write_between_the_parts_of_an_import(
    client: FlaskClient, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever waits for SQLite's writer's lock gets it after nearly every part, not when all is in."""
    monkeypatch.setattr(import_actions, "CHUNK", 20)
    found = counted(client, world, many(200))
    client.post(f"/imports/{found.id}/work")
    if session().get_bind().dialect.name != "sqlite":
        pytest.skip("writers of different rows do not wait for each other")
    file, met, over = db.engine.url.database, set[int](), Event()

    def write_on() -> None:
        with closing(sqlite3.connect(str(file), isolation_level=None, timeout=30)) as other:
            while not over.is_set():
                other.execute("BEGIN IMMEDIATE")
                met.add(other.execute("SELECT cursor FROM import_files").fetchone()[0])
                other.execute("COMMIT")

    somebody = Thread(target=write_on)
    session().rollback()
    somebody.start()
    work()
    over.set()
    somebody.join()
    assert counts(found) == {"new": 200}
    assert len(met - {0}) >= 7, f"of ten parts; it came in after rows {sorted(met)}"


# Taking it back


def test_people_who_were_taken_out_come_in_again_as_they_were(client: FlaskClient, world: World) -> None:
    """A2: three mail addresses, a telephone, a profile, a form, two sites; the second file is the first, byte by byte."""
    _furnish(world)
    log_in(client, world.ana)
    taken = client.post("/people/export?sort=name", data={"format": "csv"}).data
    assert taken.count(b"wide@open.example") == 1 and taken.count(b"Cleo Marsh") == 8
    with write() as here:
        for kind in (ContactPoint, SitePerson):
            here.execute(sa.delete(kind))
        here.execute(sa.text("UPDATE pitches SET person_id = NULL"))
        here.execute(sa.delete(Person))
    found = imported(client, world, taken)
    assert (found.people, counts(found)) == (4, {"known": 2, "repeated": 8})
    assert client.post("/people/export?sort=name", data={"format": "csv"}).data == taken
    undone(client, found)
    assert session().scalar(sa.select(sa.func.count()).select_from(Person)) == 0


def _furnish(world: World) -> None:
    """Cleo can be reached in six ways and writes at two sites; Dot has no address; two people have one name; a name is a formula."""
    ways = [
        (ContactKind.EMAIL, "cleo@wild.example", "cleo@wild.example", ContactStatus.MX_OK), (ContactKind.EMAIL, "cleo.marsh@mail.example", "cleo.marsh@mail.example", ContactStatus.BOUNCED),
        (ContactKind.EMAIL, "wide@open.example", "wide@open.example", ContactStatus.UNVERIFIED), (ContactKind.PHONE, "+49 30 123456", "+4930123456", ContactStatus.UNVERIFIED),
        (ContactKind.SOCIAL, "https://social.example/@cleo", "social.example/@cleo", ContactStatus.UNVERIFIED), (ContactKind.FORM, "https://wild.example/contact", "wild.example/contact", ContactStatus.INVALID),
    ]  # fmt: skip
    with write() as here:
        second = Site(key="moss.example", url="https://moss.example", created_at=NOW, updated_at=NOW)
        cleo, dot, twin = (
            Person(name=name, created_at=NOW, updated_at=NOW) for name in ("Cleo Marsh", "=Dot", "Cleo Marsh")
        )
        cleo.notes = '=Met in "Kew", twice;\nlikes oaks – 🌳'
        cleo.language, cleo.timezone, cleo.subscriber_type, cleo.is_do_not_contact = (
            "de",
            "Europe/Berlin",
            SubscriberType.CORPORATE,
            True,
        )
        here.add_all([second, cleo, dot, twin])
        here.flush()
        here.add(Prospect(project_id=world.seed.id, site_id=second.id, created_at=NOW, updated_at=NOW))
        here.add_all(
            [
                SitePerson(site_id=world.site.id, person_id=cleo.id, role="features editor, gardens"),
                SitePerson(site_id=second.id, person_id=cleo.id, role="", is_former=True),
            ]
        )
        here.add_all(
            [
                SitePerson(site_id=second.id, person_id=dot.id, role="intern"),
                SitePerson(site_id=second.id, person_id=twin.id),
            ]
        )
        for number, (kind, value, norm, status) in enumerate(ways):
            at = NOW - timedelta(days=number, seconds=number, microseconds=7)
            here.add(
                ContactPoint(
                    kind=kind,
                    value=value,
                    value_norm=norm,
                    status=status,
                    person_id=cleo.id,
                    source_url="https://wild.example/team" if number else "",
                    found_at=at,
                )
            )
            here.flush()


def test_undo_leaves_the_database_as_it_was(client: FlaskClient, world: World) -> None:
    before = snapshot()
    found = imported(client, world, MIXED)
    assert snapshot() != before
    undone(client, found)
    assert snapshot() == before


def test_the_history_of_who_stays_says_what_was_taken_back(client: FlaskClient, world: World) -> None:
    sheet = b"site,person,email,phone\nmoss.example,Bo Berg,bo@wild.example,+49 30 123456\n"
    found = imported(client, world, sheet)
    undone(client, found)
    asked = sa.select(Entry.kind).where(Entry.person_id == world.bo.id).order_by(Entry.id)
    history = session().scalars(asked).all()[-4:]
    assert history == ["person.placed", "contact.added", "person.unplaced", "contact.taken_back"]
    undone_page = client.get(f"/people/{world.bo.id}").text
    assert "took back the list that had put the person at this site" in undone_page
    before = snapshot()
    again = imported(client, world, sheet)
    undone(client, again)
    assert snapshot() == before, "what an undo wrote holds the next one back from nothing"


def test_what_the_finder_of_duplicates_found_holds_nothing_back(client: FlaskClient, world: World) -> None:
    before = snapshot()
    found = imported(client, world, b"site,person\nmoss.example,Bo Bergh\nmosss.example,Lea Moss\n")
    places = sorted(
        session().scalars(sa.select(Site.id).where(Site.key.in_(["moss.example", "mosss.example"])))
    )
    twin = session().scalars(sa.select(Person.id).where(Person.name == "Bo Bergh")).one()
    people = sorted([world.bo.id, twin])
    with write() as here:
        here.add(
            Pair(kind=Kind.SITE, reasons=[], first_site_id=places[0], second_site_id=places[1], found_at=NOW)
        )
        here.add(
            Pair(
                kind=Kind.PERSON,
                reasons=[],
                first_person_id=people[0],
                second_person_id=people[1],
                found_at=NOW,
            )
        )
        here.add_all([AlikeKey(key="moss", site_id=places[0]), AlikeKey(key="bo bergh", person_id=twin)])
    undone(client, found)
    assert snapshot() == before


def test_what_somebody_worked_on_since_stays_and_is_listed(client: FlaskClient, world: World) -> None:
    found = imported(client, world, b"site\nmoss.example\nfern.example\n")
    moss = session().scalars(sa.select(Prospect).join(Site).where(Site.key == "moss.example")).unique().one()
    with write():
        session().execute(
            sa.update(Prospect).where(Prospect.id == moss.id).values(state="kept", updated_at=NOW)
        )
    undone(client, found)
    assert keys(world) == {"wild.example", "moss.example"}
    assert "It stays: somebody worked on it since." in client.get(f"/imports/{found.id}").text


def test_a_person_who_was_changed_since_stays(client: FlaskClient, world: World) -> None:
    found = imported(client, world, MIXED)
    lea = session().scalars(sa.select(Person).where(Person.name == "Lea Moss")).unique().one()
    people_actions.edit(Person, lea.id, lea.version, {"name": "Lea M. Moss"}, by=world.ana, now=NOW)
    undone(client, found)
    assert session().scalar(sa.select(Person.name).where(Person.id == lea.id)) == "Lea M. Moss"
    assert "moss.example" in keys(world)


OVERLAPPING = {
    "another address": (["moss.example,Lea Moss,lea@moss.example"], ["moss.example,Lea Moss,lea2@moss.example"]),
    "all of it, mixed": (
        ["moss.example,Lea Moss,lea@moss.example", "fern.example,Ann,ann@fern.example"],
        ["fern.example,Lea Moss,lea@moss.example", "moss.example,Ann,ann2@moss.example", "fern.example,Bob,bob@fern.example"],
        ["fern.example,Bob,bob2@fern.example", "reed.example,Kim,kim@moss.example"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", OVERLAPPING)
def test_files_that_overlap_are_taken_back_from_the_first_on(
    client: FlaskClient, world: World, name: str
) -> None:
    before = snapshot()
    files = [imported(client, world, exports.csv("Site,Name,Email", *rows)) for rows in OVERLAPPING[name]]
    for found in files:
        undone(client, session().get_one(ImportFile, found.id, populate_existing=True))
    assert snapshot() == before
    for found in files:
        assert "Taken back, all of it." in client.get(f"/imports/{found.id}").text


def test_what_somebody_worked_on_stays_when_another_file_is_taken_back(
    client: FlaskClient, world: World
) -> None:
    one = imported(client, world, exports.csv("Site,Name,Email", "moss.example,Lea Moss,lea@moss.example"))
    two = imported(client, world, exports.csv("Site,Name,Email", "moss.example,Lea Moss,lea2@moss.example"))
    lea = session().scalars(sa.select(Person).where(Person.name == "Lea Moss")).unique().one()
    people_actions.edit(Person, lea.id, lea.version, {"name": "Lea M. Moss"}, by=world.ana, now=NOW)
    undone(client, one)
    undone(client, two)
    assert session().scalar(sa.select(Person.name).where(Person.id == lea.id)) == "Lea M. Moss"
    page = client.get(f"/imports/{one.id}?outcome=stayed").text
    assert "1 row that stays" in page and page.count("tays: somebody worked on") == 1


def test_a_file_is_not_taken_back_line_by_line_alone(client: FlaskClient, world: World) -> None:
    found = imported(client, world, MIXED)
    assert client.post(f"/prospects/batches/{found.batch_id}/undo").status_code == 404


# Long files, cut off


def many(number: int) -> bytes:
    return b"site,email\n" + b"".join(
        b"site%d.example,a%d@site%d.example\n" % (n, n, n) for n in range(number)
    )


def test_an_import_that_is_cut_off_goes_on_where_it_stood(
    client: FlaskClient, world: World, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_actions, "CHUNK", 50)
    before = snapshot()
    found = counted(client, world, many(220))
    assert found.counts == {"new": 220}
    client.post(f"/imports/{found.id}/work")
    at = NOW
    for _ in range(8):  # each time it dies after one commit, holding its lease
        for key, fence in import_actions.take(now=at):
            parts = _dying(import_actions._parts, 1)
            with monkeypatch.context() as patch:
                patch.setattr(import_actions, "_parts", parts)
                with pytest.raises(KeyboardInterrupt):
                    import_actions.work(key, fence, now=at, instance=place.instance)
        at += timedelta(minutes=6)
        if counts(found).get("new", 0) >= 150:
            break
    for key, fence in import_actions.take(now=at):
        import_actions.work(key, fence, now=at, instance=place.instance)
    assert counts(found) == {"new": 220}
    assert session().scalar(sa.select(sa.func.count()).select_from(ImportRow)) == 220
    undone(client, found)
    assert snapshot() == before


def _dying(parts: Any, after: int) -> Any:
    def some(*given: Any) -> Any:
        for number, part in enumerate(parts(*given)):
            if number == after:
                raise KeyboardInterrupt
            yield part

    return some


def test_a_file_that_breaks_late_is_refused_before_anything_comes_in(
    client: FlaskClient, world: World
) -> None:
    before = snapshot()
    found = counted(client, world, many(900) + b'a"b,"c\n' * 2_000)
    assert found.state is ImportState.FAILED
    assert "cannot be read" in found.problem
    assert snapshot() == before


def test_cancelling_forgets_the_file(client: FlaskClient, world: World, place: Place) -> None:
    found = counted(client, world, MIXED)
    client.post(f"/imports/{found.id}/cancel")
    assert list((place.instance / "imports").iterdir()) == []
    client.post(f"/imports/{found.id}/work")
    assert session().get_one(ImportFile, found.id, populate_existing=True).state is ImportState.CANCELLED


# The report, and who may


def test_the_report_has_every_row(client: FlaskClient, world: World) -> None:
    found = imported(client, world, MIXED)
    text = client.get(f"/imports/{found.id}/report.csv").data.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text, newline="")))
    assert [row[0] for row in rows] == ["Row", "2", "3", "4", "5", "6", "7"]
    assert rows[1][1:3] == ["moss.example", "new"]


def test_an_import_is_not_there_for_people_of_other_projects(client: FlaskClient, world: World) -> None:
    found = imported(client, world, MIXED)
    log_in(client, world.otto)
    for path in ("", "/progress", "/report.csv"):
        assert client.get(f"/imports/{found.id}{path}").status_code == 404
    log_in(client, world.vic)
    assert client.get(f"/imports/{found.id}").status_code == 200
    assert client.post(f"/imports/{found.id}/undo").status_code == 404


# At the terminal


def test_a_file_is_counted_and_brought_in_at_the_terminal(
    app: Flask, world: World, place: Place, tmp_path: Any
) -> None:
    file = tmp_path / "export.csv"
    file.write_bytes(exports.FORMATS["ahrefs backlinks"])
    answer = outreach(place, "import", str(file), "--project", "Seed trial", "--dry-run", "--json")
    told = json.loads(answer.stdout)
    assert (told["rows"], told["counts"], told["dry_run"]) == (3, {"new": 3}, True)
    assert keys(world) == {"wild.example"}
    assert session().scalars(sa.select(ImportFile.state)).all() == [ImportState.LOOKED]
    answer = outreach(place, "import", str(file), "--project", str(world.seed.id))
    assert "3  new" in answer.stdout
    session().rollback()
    assert "moss.example" in keys(world)


def test_one_of_several_sheets_is_picked_at_the_terminal(
    app: Flask, world: World, place: Place, tmp_path: Any
) -> None:
    file = tmp_path / "book.xlsx"
    file.write_bytes(exports.workbook(Links=["Linking page", *exports.PAGES], Sites=["Site", "oak.example"]))
    answer = outreach(
        place, "import", str(file), "--project", "Seed trial", "--dry-run", "--json", "--sheet", "Sites"
    )
    told = json.loads(answer.stdout)
    assert (told["counts"], "“Links”" in told["notices"][0]) == ({"new": 1}, True)
    with file.open("rb") as book, pytest.raises(BadTable, match="Rocks"):
        import_actions.bring(
            world.ana, world.seed.id, "book.xlsx", book, now=NOW, instance=place.instance, sheet="Rocks"
        )


def test_what_cannot_be_read_ends_with_one_line(
    app: Flask, world: World, place: Place, tmp_path: Any
) -> None:
    file = tmp_path / "export.csv"
    file.write_bytes(b"\x89PNG\r\n\x1a\n\x00")
    answer = outreach(place, "import", str(file), "--project", "Seed trial")
    assert (answer.returncode, answer.stderr.count("\n")) == (1, 1)
    assert outreach(place, "import", str(file), "--project", "No such").returncode == 2


def test_a_row_that_somebody_worked_on_stays_whole(client: FlaskClient, world: World) -> None:
    """Its site, its person, where they stand and how to reach them: whatever of it was worked on."""
    names = ("kept", "edited", "address", "place", "alone")
    rows = "".join(f"{name}.example,Person {name},p@{name}.example\n" for name in names)
    sheet = f"site,person,email\n{rows}wild.example,Person known,p@known.example\n"
    found = imported(client, world, sheet.encode())
    person = {one.name.removeprefix("Person "): one for one in session().scalars(sa.select(Person))}
    site = {one.key.removesuffix(".example"): one for one in session().scalars(sa.select(Site))}
    later = (found.finished_at or NOW) + timedelta(minutes=1)
    with write() as here:
        decided = sa.update(Prospect).where(Prospect.site_id == site["kept"].id)
        here.execute(decided.values(state="kept", updated_at=later))
        here.execute(sa.update(Site).where(Site.id == site["edited"].id).values(version=2))
        for name in ("address", "known"):
            norm = f"more@{name}.example"
            people_moves.add_contact(
                ContactKind.EMAIL,
                norm,
                norm,
                source_url="",
                by=world.ana.id,
                now=later,
                person_id=person[name].id,
            )
        people_moves.place(world.site.id, person["place"].id, "", by=world.ana.id, now=later)
    undone(client, found)
    stays = {name: f"p@{name}.example" for name in ("kept", "edited", "address", "place")}
    reached = sa.select(ContactPoint.value).where(ContactPoint.value.like("p@%"))
    assert set(session().scalars(reached)) == {*stays.values(), "p@known.example"}
    standing = sa.select(Site.key).join(SitePerson, SitePerson.site_id == Site.id)
    named = {
        name: set(session().scalars(standing.where(SitePerson.person_id == person[name].id)))
        for name in stays
    }
    assert all(f"{name}.example" in named[name] for name in stays)
    assert keys(world) == {"wild.example", *(f"{name}.example" for name in stays)}
    page = client.get(f"/imports/{found.id}?outcome=stayed").text
    assert "5 rows that stay" in page
    assert page.count("tays: somebody worked on") == 5
    assert "Person alone" not in {one.name for one in session().scalars(sa.select(Person))}


def test_an_undo_that_took_all_of_it_says_so(client: FlaskClient, world: World) -> None:
    found = imported(client, world, MIXED)
    undone(client, found)
    assert "Taken back, all of it." in client.get(f"/imports/{found.id}").text
