"""Projects on the screen: list, start, change, put away."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from outreach.accounts.models import User
from outreach.db import db, write
from outreach.diary import queries as diary
from outreach.projects import queries
from outreach.projects.models import OwnHost, Project
from tests.accounts.pages import errors
from tests.statements import counted
from tests.world import NOW, World, log_in

GOOD = {
    "name": "Frost map", "hosts": "frost.example\nwww.map.example", "brand_terms": "Frost map, Frostmap", "version": "",
    "follow_up_days": "5", "cooldown_same_days": "30", "cooldown_other_days": "100",
}  # fmt: skip


def find(name: str) -> Project | None:
    return db.session.scalar(sa.select(Project).where(Project.name == name))


def test_everybody_sees_the_projects_they_are_in(client: FlaskClient, world: World) -> None:
    for user, seed, other in ((world.ana, True, False), (world.otto, False, True), (world.max, True, True)):
        log_in(client, user)
        page = client.get("/projects").text
        assert (f'data-href="/projects/{world.seed.id}"' in page) is seed
        assert (f'data-href="/projects/{world.other.id}"' in page) is other


def test_the_form_of_a_new_project_is_empty(client: FlaskClient, world: World) -> None:
    log_in(client, world.max)
    assert "[]" not in client.get("/projects/new").text


def test_a_manager_starts_a_project(client: FlaskClient, world: World) -> None:
    log_in(client, world.max)
    answer = client.post("/projects", data=GOOD)
    made = find("Frost map")
    assert made is not None
    assert answer.location == f"/projects/{made.id}"
    assert [own.host for own in made.hosts] == ["frost.example", "map.example"]
    assert made.brand_terms == ["Frost map", "Frostmap"]
    assert (made.follow_up_days, made.cooldown_same_days, made.cooldown_other_days) == (5, 30, 100)
    assert diary.timeline(project_id=made.id)[0].kind == "project.created"


def test_a_member_starts_none(client: FlaskClient, world: World) -> None:
    log_in(client, world.ana)
    assert client.get("/projects/new").status_code == 404
    assert client.post("/projects", data=GOOD).status_code == 404


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("name", " ", "Give the project a name."),
        ("name", "seed TRIAL", "Another project has this name."),
        ("hosts", "", "at least one host"),
        ("hosts", "frost.example\nfrost", "has no ending"),
        ("hosts", "ana@frost.example", "mail address"),
        ("follow_up_days", "soon", "Write a number of days, as 30."),
        ("follow_up_days", "-1", "from 0 to 90"),
        ("cooldown_same_days", "99999", "from 0 to 730"),
        ("brand_terms", "x" * 121, "at most 120"),
    ],
)  # fmt: skip
def test_a_wrong_value_speaks_beside_its_field(
    client: FlaskClient, world: World, field: str, value: str, words: str
) -> None:
    log_in(client, world.max)
    page = client.post("/projects", data={**GOOD, field: value})
    assert page.status_code == 422
    assert any(words in error for error in errors(page)), errors(page)
    assert "www.map.example" in page.text or field == "hosts"


def test_changing_a_project_keeps_what_it_does_not_name(client: FlaskClient, world: World) -> None:
    log_in(client, world.max)
    kept = world.seed.hosts[0].id
    page = client.get(f"/projects/{world.seed.id}/edit").text
    assert "hazel.example" in page
    data = {
        **GOOD,
        "name": "Seed trial 2027",
        "hosts": "hazel.example\nseed.example",
        "version": "1",
        "is_archived": "1",
    }
    assert client.post(f"/projects/{world.seed.id}", data=data).status_code == 302
    db.session.refresh(world.seed)
    assert (world.seed.name, world.seed.version, world.seed.is_archived) == ("Seed trial 2027", 2, False)
    assert {own.host: own.id for own in world.seed.hosts}["hazel.example"] == kept
    (line,) = [line for line in diary.timeline(project_id=world.seed.id) if line.kind == "project.changed"]
    assert "hosts" in line.data["fields"]
    assert "hazel.example" not in str(line.data)


def test_the_second_of_two_is_told_what_changed(client: FlaskClient, world: World) -> None:
    log_in(client, world.max)
    first = {**GOOD, "name": "Seeds of Ada", "hosts": "hazel.example", "version": "1"}
    second = {**GOOD, "name": "Seeds of Max", "hosts": "hazel.example", "version": "1"}
    assert client.post(f"/projects/{world.seed.id}", data=first).status_code == 302
    told = client.post(f"/projects/{world.seed.id}", data=second)
    assert told.status_code == 409
    assert "<dt>Name</dt><dd" in told.text
    assert "Seeds of Ada" in told.text
    assert 'value="Seeds of Max"' in told.text
    db.session.expire_all()
    assert world.seed.name == "Seeds of Ada"


def test_a_project_put_away_leaves_lists_and_comes_back(client: FlaskClient, world: World) -> None:
    log_in(client, world.max)
    client.post(f"/projects/{world.seed.id}/archive")
    assert (world.seed.id, "Seed trial") not in queries.choices(world.max)
    assert "Put away" in client.get("/projects").text
    client.post(f"/projects/{world.seed.id}/restore")
    db.session.expire_all()
    assert (world.seed.id, "Seed trial") in queries.choices(world.max)
    kinds = [line.kind for line in diary.timeline(project_id=world.seed.id)]
    assert kinds[:2] == ["project.restored", "project.archived"]


def test_a_viewer_sees_the_project_and_no_way_to_change_it(client: FlaskClient, world: World) -> None:
    log_in(client, world.vic)
    page = client.get(f"/projects/{world.seed.id}")
    assert page.status_code == 200
    assert "Forty seed mixes" in page.text
    assert "Add a page" not in page.text
    assert 'action="/projects' not in page.text


@pytest.mark.parametrize("rows", [10, 1000])
def test_a_project_needs_few_statements_however_large(client: FlaskClient, world: World, rows: int) -> None:
    with write() as session:
        session.add_all(
            OwnHost(project_id=world.seed.id, host=f"h{number}.hazel.example") for number in range(rows)
        )
        session.add_all(
            User(
                email=f"u{number}@hazel.example", name=f"U {number}", password_hash="", session_token=f"t{number}",
                timezone="UTC", created_at=NOW,
            )
            for number in range(rows // 10)
        )  # fmt: skip
    log_in(client, world.ana)
    for address in ("/projects", f"/projects/{world.seed.id}"):
        db.session.rollback()
        with counted(db.engine) as count:
            assert client.get(address).status_code == 200
        assert count.total <= 12, f"{address}: {count}"
