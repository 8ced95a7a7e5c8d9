"""Own pages, and which of them are worth linking to."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from outreach.db import db, write
from outreach.diary import queries as diary
from outreach.projects import queries
from outreach.projects.models import OwnPage
from outreach.projects.rules import AssetType
from tests.accounts.pages import errors
from tests.world import NOW, World, log_in


def page(world: World, **changed: str) -> dict[str, str]:
    usual = {
        "url": "hazel.example/frost-map", "title": "The frost map", "is_asset": "y", "asset_type": "tool",
        "asset_owner_id": str(world.ana.id),
    }  # fmt: skip
    return {name: value for name, value in {**usual, **changed}.items() if value is not None}


def test_a_member_adds_an_asset(client: FlaskClient, world: World) -> None:
    log_in(client, world.ana)
    assert client.post(f"/projects/{world.seed.id}/pages", data=page(world)).status_code == 302
    added = queries.pages_of(world.seed.id).rows[0]
    assert (added.url, added.url_norm) == ("https://hazel.example/frost-map", "hazel.example/frost-map")
    assert (added.is_asset, added.asset_type, added.asset_owner_id) == (True, AssetType.TOOL, world.ana.id)
    assert diary.timeline(project_id=world.seed.id)[0].kind == "page.added"


def test_a_page_that_is_no_asset_has_no_type_and_owner(client: FlaskClient, world: World) -> None:
    log_in(client, world.ana)
    data = page(world)
    del data["is_asset"]
    client.post(f"/projects/{world.seed.id}/pages", data=data)
    added = queries.pages_of(world.seed.id).rows[0]
    assert (added.is_asset, added.asset_type, added.asset_owner_id) == (False, None, None)


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("url", "https://elsewhere.example/x", "not on a host of the project (hazel.example)"),
        ("url", "https://evilhazel.example/x", "not on a host of the project"),
        ("url", "javascript:alert(1)", "Only http and https"),
        ("url", "", "Write the address"),
        ("url", "http://www.hazel.example/seed-trial/?utm_source=x", "lists this page already"),
        ("title", "", "Give the page a title"),
        ("asset_type", "", "what kind of asset"),
        ("asset_type", "poem", "Not a valid choice"),
        ("asset_owner_id", "otto", "Invalid Choice"),
    ],
)
def test_a_wrong_value_speaks_beside_its_field(
    client: FlaskClient, world: World, field: str, value: str, words: str
) -> None:
    log_in(client, world.ana)
    answer = client.post(f"/projects/{world.seed.id}/pages", data=page(world, **{field: value}))
    assert answer.status_code == 422
    assert any(words in error for error in errors(answer)), errors(answer)
    assert "The frost map" in answer.text or field == "title"


def test_somebody_outside_cannot_be_made_the_owner(client: FlaskClient, world: World) -> None:
    log_in(client, world.ana)
    answer = client.post(
        f"/projects/{world.seed.id}/pages", data=page(world, asset_owner_id=str(world.otto.id))
    )
    assert answer.status_code == 422


def test_a_page_is_changed_and_only_what_the_form_has(client: FlaskClient, world: World) -> None:
    log_in(client, world.ana)
    data = page(
        world, url=world.page.url, title="Forty-one seed mixes", project_id=str(world.other.id), id="99"
    )
    assert client.post(f"/projects/{world.seed.id}/pages/{world.page.id}", data=data).status_code == 302
    db.session.expire_all()
    assert (world.page.title, world.page.project_id) == ("Forty-one seed mixes", world.seed.id)


def test_a_page_that_pitches_offer_stays(client: FlaskClient, world: World) -> None:
    log_in(client, world.ana)
    client.post(f"/projects/{world.seed.id}/pages/{world.page.id}/removal")
    assert queries.page(world.seed.id, world.page.id) is not None
    assert "pitches offer it" in client.get("/projects").text


def test_a_page_nobody_offers_goes(client: FlaskClient, world: World) -> None:
    log_in(client, world.ana)
    client.post(f"/projects/{world.seed.id}/pages", data=page(world))
    added = queries.pages_of(world.seed.id).rows[0]
    client.post(f"/projects/{world.seed.id}/pages/{added.id}/removal")
    assert [row.id for row in queries.pages_of(world.seed.id).rows] == [world.page.id]


def test_a_page_is_found_only_in_its_own_project(client: FlaskClient, world: World) -> None:
    log_in(client, world.otto)
    for address in (
        f"/projects/{world.other.id}/pages/{world.page.id}/edit",
        f"/projects/{world.seed.id}/pages/{world.page.id}/edit",
    ):
        assert client.get(address).status_code == 404


def test_many_pages_are_shown_fifty_at_a_time(client: FlaskClient, world: World) -> None:
    with write() as session:
        session.add_all(
            OwnPage(
                project_id=world.seed.id, url=f"https://hazel.example/{number}", url_norm=f"hazel.example/{number}",
                title=f"Page {number}", created_at=NOW,
            )
            for number in range(60)
        )  # fmt: skip
    log_in(client, world.ana)
    shown = client.get(f"/projects/{world.seed.id}").text
    assert shown.count('class="cell-sub"><a href="https://hazel.example') == 50
    assert "Older" in shown
    assert (
        client.get(f"/projects/{world.seed.id}?assets=1").text.count(
            'class="cell-sub"><a href="https://hazel.example'
        )
        == 1
    )
