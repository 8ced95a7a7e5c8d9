"""What looks alike is found a batch at a time, with its reason, and what was called different stays so."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from outreach.care import jobs
from outreach.care.merging import actions, finding
from outreach.care.merging.models import Look, Pair
from outreach.care.merging.rules import Kind, PairState
from outreach.db import db, session, write
from outreach.links.models import LinkCheck, PlacedLink
from outreach.links.rules import Confidence, LinkState, Presence, Value
from outreach.prospects.models import Person, Site, SitePerson
from tests.statements import counted
from tests.world import NOW, World, address, log_in, person, prospect, site

LATER = NOW + timedelta(hours=1)


def find(now=LATER) -> list[tuple[str, str, list[str]]]:
    """(one, other, reasons) of all pairs once all streams were gone through."""
    for _ in range(2 * len(finding.STREAMS)):
        jobs.find_duplicates(now)
    names = {row.id: row.name for row in session().execute(sa.select(Person.id, Person.name))}
    keys = {row.id: row.key for row in session().execute(sa.select(Site.id, Site.key))}
    rows = session().scalars(sa.select(Pair).order_by(Pair.kind, Pair.id)).all()
    found = [
        (names[row.first_person_id], names[row.second_person_id], row.reasons)
        if row.kind is Kind.PERSON
        else (keys[row.first_site_id], keys[row.second_site_id], row.reasons)
        for row in rows
    ]
    session().rollback()
    return found


def add_person(world: World, name: str, mail: str, at: Site | None = None) -> int:
    with write() as here:
        row = person(name)
        here.add(row)
        here.flush()
        here.add_all(
            [SitePerson(site_id=(at or world.site).id, person_id=row.id), address(row, mail, world.ana)]
        )
        return row.id


def add_site(world: World, key: str, title: str = "") -> Site:
    with write() as here:
        row = site(key)
        row.title = title or row.title
        here.add(row)
        here.flush()
        here.add(prospect(world.seed, row, world.ana))
    return row


def test_people_and_sites_are_found_with_their_reasons(world: World) -> None:
    moss = add_site(world, "moss.example", "Moss and ledger, a journal")
    add_person(world, "B. Berg", "b@moss.example")
    add_person(world, "Kim Brandt", "kim.brandt@wild.example")
    add_person(world, "Kim Brandt", "kimbrandt@moss.example", moss)
    add_person(world, "Kim Brandt", "desk@moss.example", add_site(world, "fern.example"))
    add_person(world, "Stone, Bob", "bob@moss.example", moss)
    add_person(world, "Robert Stone", "desk2@moss.example", moss)
    add_site(world, "wild.test", "Something else")
    add_site(world, "mossledger.example", "Moss & Ledger: A Journal")
    assert find() == [
        ("Bo Berg", "B. Berg", ["near_name"]),
        ("Kim Brandt", "Kim Brandt", ["same_mailbox"]),
        ("Stone, Bob", "Robert Stone", ["near_name"]),
        ("wild.example", "wild.test", ["other_ending"]),
        ("moss.example", "mossledger.example", ["same_title"]),
    ]


def test_what_no_longer_looks_alike_is_listed_no_more(world: World) -> None:
    one = add_person(
        world, "B. Berg", "b@moss.example", add_site(world, "moss.example", "Moss and ledger, a journal")
    )
    add_person(world, "Bo Berg", "bo@post.example", world.site)
    two = add_site(world, "mossledger.example", "Moss & Ledger: A Journal")
    with write() as here:
        here.add(SitePerson(site_id=world.site.id, person_id=one))
    assert {row[:2] for row in find()} >= {("Bo Berg", "B. Berg"), ("moss.example", "mossledger.example")}
    later = LATER + timedelta(hours=1)
    with write() as here:
        here.execute(sa.update(Person).where(Person.id == one).values(name="Gerda Holm", updated_at=later))
        here.execute(sa.update(Site).where(Site.id == two.id).values(title="Ferns", updated_at=later))
    assert not [row for row in find(later) if "Gerda Holm" in row[:2] or "mossledger.example" in row[:2]]


def test_where_a_check_was_sent_on_to_is_a_reason(world: World) -> None:
    moved = add_site(world, "new-garden.example")
    with write() as here:
        link = PlacedLink(
            project_id=world.seed.id, site_id=world.site.id, page_url="https://wild.example/a", page_url_norm="wild.example/a",
            target_url=world.page.url, state=LinkState.LIVE, state_since=NOW, created_at=NOW,
        )  # fmt: skip
        here.add(link)
        here.flush()
        here.add(LinkCheck(
            link_id=link.id, at=NOW, presence=Presence.FOUND, value=Value.PASSES, confidence=Confidence.MACHINE,
            state_after=LinkState.LIVE, page_state="ok",
            hops=[{"url": "https://wild.example/a", "status": 301}, {"url": "https://www.new-garden.example/a", "status": 200}],
        ))  # fmt: skip
    assert find() == [("wild.example", moved.key, ["redirect"])]


def test_what_was_called_different_is_never_asked_again(world: World, client: FlaskClient) -> None:
    double = add_person(world, "Bo Bergh", "bergh@wild.example")
    find()
    pair = session().scalars(sa.select(Pair)).one()
    log_in(client, world.ana)
    page = client.get("/duplicates").text
    assert "Bo Bergh" in page and "Nearly the same name at the same site" in page
    assert client.post(f"/duplicates/{pair.id}/different").status_code == 303
    assert "Bo Bergh" not in client.get("/duplicates").text
    assert "Bo Bergh" in client.get("/duplicates?state=different").text
    with write() as here:  # both are changed, so that they are looked at again
        for row in here.scalars(sa.select(Person)):
            row.updated_at = LATER + timedelta(hours=1)
    find(LATER + timedelta(hours=2))
    assert [row.state for row in session().scalars(sa.select(Pair))] == [PairState.DIFFERENT]
    third = add_person(world, "Bo J. Bergh", "j@wild.example")
    actions.merge(Kind.PERSON, third, double, {}, (1, 1), by=world.ana, now=NOW)
    said = session().scalars(sa.select(Pair)).one()
    assert (said.first_person_id, said.second_person_id, said.state) == (
        world.bo.id,
        third,
        PairState.DIFFERENT,
    )
    log_in(client, world.otto)
    assert "Bo Berg" not in client.get("/duplicates?state=different").text


def test_a_name_that_many_share_is_passed_over(world: World) -> None:
    for number in range(30):
        add_site(world, f"gardeners.ex{number}.example", f"Plot {number}")
    assert find() == []


def test_a_run_is_bounded_however_many_there_are(app: Flask, world: World) -> None:
    """The statements of one run do not grow with the table, and no run looks at more than its batch."""
    with write() as here:
        here.execute(sa.insert(Person), [
            {"name": f"Person {n} Number{n}", "created_at": NOW, "updated_at": NOW} for n in range(350)
        ])  # fmt: skip
    runs, statements = [], []
    for _ in range(9):
        with counted(db.engine) as count:
            runs.append(jobs.find_duplicates(LATER))
        statements.append(count.total)
    assert max(runs) == finding.BATCH and sum(runs) >= 350
    assert max(statements) <= 20, statements
    assert session().scalar(sa.select(sa.func.count()).select_from(Look)) == len(finding.STREAMS)


def test_who_adds_somebody_twice_is_told_and_may_do_it_anyway(world: World, client: FlaskClient) -> None:
    log_in(client, world.ana)
    given = {
        "name": "B. Berg",
        "site": "wild.example",
        "kind": "email",
        "value": "b.berg@wild.example",
        "subscriber_type": "unknown",
    }
    told = client.post("/people/new", data=given)
    assert told.status_code == 422 and "has nearly the same name and is at this site" in told.text
    assert f'href="/people/{world.bo.id}"' in told.text and "Add anyway" in told.text
    assert client.post("/people/new", data={**given, "name": "Kim Lind"}).status_code == 303
    assert (
        client.post("/people/new", data={**given, "value": "b@wild.example", "anyway": "1"}).status_code
        == 303
    )
    add_site(world, "xn--mller-kva.example")
    find()
    for typed, found in (
        ("wild.test", "another ending"),
        ("mueller.example", "another spelling"),
        ("https://www.wild.example/a", ""),
    ):
        answer = client.post("/prospects/new", data={"project_id": world.seed.id, "addresses": typed})
        assert (answer.status_code, found in answer.text) == ((422, True) if found else (303, True)), typed
    assert (
        client.post(
            "/prospects/new", data={"project_id": world.seed.id, "addresses": "wild.test", "anyway": "1"}
        ).status_code
        == 303
    )
    log_in(client, world.otto)
    answer = client.post(
        "/prospects/new",
        data={"project_id": world.other.id, "addresses": "wild.test2.example\nwild.co.example"},
    )
    assert "wild.example" not in answer.text, "another project's sites are not told"
