import re

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from outreach.db import db, session, write
from outreach.prospects import actions
from outreach.prospects.labels.models import OwnField
from outreach.prospects.labels.rules import About, FieldKind
from outreach.prospects.models import Prospect, Site, SitePerson
from outreach.prospects.rules import ProspectState
from tests.statements import counted
from tests.world import NOW, World, log_in, person, prospect, site


def fill(world: World, number: int) -> None:
    """So many more sites in Ana's project, each with a person."""
    with write() as here:
        places = [site(f"s{n:04}.example") for n in range(number)]
        people = [person(f"Person {n:04}") for n in range(number)]
        here.add_all([*places, *people])
        here.flush()
        here.add_all([prospect(world.seed, place, world.ana) for place in places])
        here.add_all(
            [
                SitePerson(site_id=a.id, person_id=b.id, role="editor")
                for a, b in zip(places, people, strict=True)
            ]
        )


def shown(html: str) -> list[str]:
    return re.findall(r'<th scope="row">.*?<a href="[^"]+">([^<]+)</a>', html, re.DOTALL)


def test_the_list_shows_the_reader_their_own_projects_only(world: World, client: FlaskClient) -> None:
    with write() as here:
        place = site("secret.example")
        here.add(place)
        here.flush()
        here.add(prospect(world.other, place, world.otto))
    for who, sees in (
        (world.ana, ["wild.example"]),
        (world.vic, ["wild.example"]),
        (world.otto, ["secret.example"]),
    ):
        log_in(client, who)
        assert shown(client.get("/prospects").text) == sees
    log_in(client, world.max)
    assert set(shown(client.get("/prospects").text)) == {"wild.example", "secret.example"}


def test_a_project_that_is_not_theirs_filters_to_nothing(world: World, client: FlaskClient) -> None:
    log_in(client, world.otto)
    page = client.get(f"/prospects?project={world.seed.id}")
    assert page.status_code == 200
    assert shown(page.text) == []


@pytest.mark.parametrize(
    ("query", "sees"),
    [
        ("q=WILD", ["wild.example"]), ("q=https://www.wild.example/", ["wild.example"]), ("q=wi", ["wild.example"]),
        ("q=ild", ["wild.example"]), ("q=zz", []), ("q=%25", []), ("state=kept", ["wild.example"]), ("state=new", []),
        ("owner=me", ["wild.example"]), ("owner=none", []), ("person=yes", ["wild.example"]), ("person=no", []),
        ("contact=no", []), ("contact=yes", ["wild.example"]), ("sort=site", ["wild.example"]), ("sort=-state", ["wild.example"]),
        ("state=nonsense&owner=x&person=7&sort=;&after=zzz&project=1e9", ["wild.example"]),
    ],
)  # fmt: skip
def test_filters_stand_in_the_address(world: World, client: FlaskClient, query: str, sees: list[str]) -> None:
    log_in(client, world.ana)
    page = client.get(f"/prospects?{query}")
    assert page.status_code == 200
    assert shown(page.text) == sees


@pytest.mark.parametrize("sort", ["site", "-site", "updated", "-updated", "state"])
def test_the_pages_of_a_list_hold_every_row_once(world: World, client: FlaskClient, sort: str) -> None:
    fill(world, 120)
    log_in(client, world.ana)
    seen: list[str] = []
    href = f"/prospects?sort={sort}"
    while href:
        html = client.get(href).text
        seen += shown(html)
        older = re.search(r'<a class="button[^"]*" href="([^"]+)"[^>]*>(?:(?!</a>).)*Older', html, re.DOTALL)
        href = older[1].replace("&amp;", "&") if older else ""
    assert len(seen) == len(set(seen)) == 121


@pytest.mark.parametrize(
    "path",
    ["/prospects", "/prospects?q=exam&person=yes&contact=no", "/people", "/people?q=son", "/prospects/new"],
)
def test_a_list_takes_as_many_statements_for_a_thousand_rows(
    app: Flask, world: World, client: FlaskClient, path: str
) -> None:
    log_in(client, world.ana)
    counts = []
    for more in (10, 990):
        fill_from(world, more)
        session().rollback()
        with counted(db.engine) as count:
            assert client.get(path).status_code == 200
        counts.append(count)
    assert counts[1].total <= 12, counts[1]
    assert counts[0].total == counts[1].total


def test_a_member_s_list_by_a_field_asks_for_the_projects_once(app: Flask, world: World, client: FlaskClient) -> None:  # fmt: skip
    with write() as here:
        here.add(OwnField(about=About.SITE, kind=FieldKind.TEXT, name="Theme", choices=[], created_at=NOW))
    log_in(client, world.ana)
    with counted(db.engine) as count:
        page = client.get("/prospects?f1=fern").text
    assert count.total <= 12, count
    assert f'href="/projects/{world.seed.id}"' in page and "No site fits" in page


def fill_from(world: World, number: int) -> None:
    start = session().scalar(sa.select(sa.func.count()).select_from(Site)) or 0
    with write() as here:
        places = [site(f"t{start + n:04}.example") for n in range(number)]
        people = [person(f"Person {start + n:04}") for n in range(number)]
        here.add_all([*places, *people])
        here.flush()
        here.add_all([prospect(world.seed, place, world.ana) for place in places])
        here.add_all([SitePerson(site_id=a.id, person_id=b.id) for a, b in zip(places, people, strict=True)])


def test_ticked_rows_are_rejected_with_a_reason_and_come_back(world: World, client: FlaskClient) -> None:
    log_in(client, world.ana)
    done = client.post(
        "/prospects/changes", data={"row": [world.prospect.id], "reason": "off_topic"}, follow_redirects=True
    )
    assert "Rejected: 1 site." in done.text
    assert "Off topic" in done.text
    undo = re.search(r'action="(/prospects/changes/\d+/undo)"', done.text)
    assert undo
    back = client.post(undo[1], follow_redirects=True)
    assert "Taken back for 1 site." in back.text
    session().rollback()
    assert world.prospect.state is ProspectState.KEPT


def test_one_row_is_changed_by_its_menu(world: World, client: FlaskClient) -> None:
    log_in(client, world.ana)
    client.post("/prospects/changes", data={"one": f"later-{world.prospect.id}"})
    session().rollback()
    assert world.prospect.state is ProspectState.LATER


def test_a_viewer_finds_no_way_to_change(world: World, client: FlaskClient) -> None:
    log_in(client, world.vic)
    page = client.get("/prospects").text
    assert "prospects/changes" not in page
    assert "Add prospects" not in page
    assert (
        client.post("/prospects/changes", data={"row": [world.prospect.id], "state": "rejected"}).status_code
        == 404
    )


def test_a_member_of_another_project_changes_nothing(world: World, client: FlaskClient) -> None:
    log_in(client, world.otto)
    page = client.post(
        "/prospects/changes", data={"row": [world.prospect.id], "state": "rejected"}, follow_redirects=True
    )
    assert "Nothing changed" in page.text
    session().rollback()
    assert world.prospect.state is ProspectState.KEPT


def test_nonsense_changes_nothing(world: World, client: FlaskClient) -> None:
    log_in(client, world.ana)
    assert client.post("/prospects/changes", data={"row": ["x"], "state": "kept"}).status_code == 303
    assert (
        client.post("/prospects/changes", data={"row": [world.prospect.id], "state": "won"}).status_code
        == 400
    )
    assert (
        client.post(
            "/prospects/changes", data={"row": [world.prospect.id], "owner": world.vic.id}
        ).status_code
        == 400
    )
    assert client.post("/prospects/changes", data={"one": "kept-99999999999999"}).status_code == 303


def test_nobody_is_sent_to_another_host(world: World, client: FlaskClient) -> None:
    log_in(client, world.ana)
    for back in ("https://evil.example/", "//evil.example/", "/\\evil.example"):
        answer = client.post(
            "/prospects/changes", data={"row": [world.prospect.id], "state": "later", "back": back}
        )
        assert answer.location == "/prospects"


def test_a_paste_ends_on_a_page_that_tells_each_line(world: World, client: FlaskClient) -> None:
    log_in(client, world.ana)
    page = client.post(
        "/prospects/new",
        data={"project_id": world.seed.id, "addresses": "new.example\nnonsense\nwild.example"},
        follow_redirects=True,
    )
    assert "3 lines, 1 new in Seed trial" in page.text
    assert "1 site added." in page.text
    assert "has no ending such as .com" in page.text
    undo = re.search(r'action="(/prospects/batches/\d+/undo)"', page.text)
    assert undo
    assert "1 taken out again." in client.post(undo[1], follow_redirects=True).text
    assert session().scalar(sa.select(sa.func.count()).select_from(Prospect)) == 1


def test_a_paste_that_is_empty_or_too_long_speaks_beside_its_field(world: World, client: FlaskClient) -> None:
    log_in(client, world.ana)
    empty = client.post("/prospects/new", data={"project_id": world.seed.id, "addresses": " "})
    assert empty.status_code == 422
    assert "Paste at least one address" in empty.text
    long = client.post(
        "/prospects/new", data={"project_id": world.seed.id, "addresses": "a.example\n" * 10_001}
    )
    assert long.status_code == 422
    assert "more than 10,000 addresses" in long.text


def test_nothing_is_added_to_a_project_of_others(world: World, client: FlaskClient) -> None:
    for who, status in ((world.ana, 422), (world.vic, 404)):
        log_in(client, who)
        answer = client.post(
            "/prospects/new", data={"project_id": world.other.id, "addresses": "new.example"}
        )
        assert answer.status_code == status
    assert session().scalar(sa.select(Site.id).where(Site.key == "new.example")) is None


def test_a_batch_of_others_is_not_there(world: World, client: FlaskClient) -> None:
    batch_id = actions.add_addresses(world.other.id, "new.example", by=world.otto, now=NOW)
    log_in(client, world.ana)
    assert client.get(f"/prospects/batches/{batch_id}").status_code == 404
    assert client.post(f"/prospects/batches/{batch_id}/undo").status_code == 404


def test_a_page_of_prospects_loads_none_of_them_whole(world: World, client: FlaskClient) -> None:
    log_in(client, world.ana)
    loaded: list[object] = []
    kinds, note = (Prospect, Site), lambda row, _: loaded.append(row)
    for kind in kinds:
        sa.event.listen(kind, "load", note)
    session().expunge_all()
    for path in ("/prospects", "/prospects?q=wild&sort=site", "/prospects?state=kept", "/prospects?sort=f1"):
        assert client.get(path).status_code == 200
    for kind in kinds:
        sa.event.remove(kind, "load", note)
    assert loaded == []
