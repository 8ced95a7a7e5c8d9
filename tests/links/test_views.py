"""The screens of links."""

from datetime import timedelta

from flask import Flask
from flask.testing import FlaskClient

from outreach.db import db, write
from outreach.links import look_moves, moves
from outreach.links.looks import Look
from outreach.links.models import PlacedLink
from outreach.links.moves import Terms
from outreach.links.rules import LinkState, Presence, Value
from outreach.prospects.models import Site
from tests.statements import counted
from tests.world import NOW, World, log_in

PAGE, TARGET = "https://wild.example/post", "https://hazel.example/seed-trial"


def filled(world: World, **more: object) -> dict[str, object]:
    return {
        "project_id": world.seed.id,
        "page_url": PAGE,
        "target_url": TARGET,
        "rel": "follow",
        "importance": "1",
        "pitch_id": "",
        **more,
    }


def placed(world: World, number: int = 0) -> PlacedLink:
    with write():
        link = moves.place(
            world.seed,
            world.site,
            Terms(f"{PAGE}/{number}", TARGET),
            by=world.ana,
            now=NOW,
            pitch=world.pitch,
        )
        found = Look(Presence.FOUND, Value.WEAKENED, "It is marked nofollow.", "ok", codes=("REL_NOFOLLOW",), status=200,
                     found=({"href": TARGET, "anchor": "<b>seed</b>", "rel": ["nofollow"], "context": "the <b>seed</b> trial", "region": "content"},),
                     hops=({"url": PAGE, "status": 200},))  # fmt: skip
        look_moves.record(link, found, by=None, now=NOW, owner=world.ana)
    return link


def test_a_link_is_added_with_its_agreement(app: Flask, world: World, client: FlaskClient) -> None:
    log_in(client, world.ana)
    answer = client.post("/links/new", data=filled(world, pitch_id=world.pitch.id), follow_redirects=True)
    assert "Nobody has seen the link yet" in answer.text
    link = db.session.query(PlacedLink).one()
    assert (link.pitch_id, link.expected_rel, link.owner_id) == (world.pitch.id, "follow", world.ana.id)


def test_a_page_on_a_new_site_makes_it_a_prospect(app: Flask, world: World, client: FlaskClient) -> None:
    log_in(client, world.ana)
    client.post("/links/new", data=filled(world, page_url="fresh.example/post"))
    assert db.session.query(Site).filter_by(key="fresh.example").count() == 1


def test_a_wrong_address_speaks_beside_its_field_and_keeps_what_was_typed(
    app: Flask, world: World, client: FlaskClient
) -> None:
    log_in(client, world.ana)
    answer = client.post("/links/new", data=filled(world, page_url="no address at all", anchor="kept words"))
    assert answer.status_code == 422
    assert 'id="page_url-error"' in answer.text
    assert "kept words" in answer.text
    assert db.session.query(PlacedLink).count() == 0


def test_a_page_of_our_own_is_refused(app: Flask, world: World, client: FlaskClient) -> None:
    log_in(client, world.ana)
    assert (
        "host of your own"
        in client.post("/links/new", data=filled(world, page_url="https://hazel.example/x")).text
    )


def test_the_same_link_twice_leads_to_the_first(app: Flask, world: World, client: FlaskClient) -> None:
    log_in(client, world.ana)
    client.post("/links/new", data=filled(world))
    answer = client.post("/links/new", data=filled(world, page_url="http://www.wild.example/post/"))
    assert "watched already" in answer.text


def test_a_link_shows_its_verdict_in_three_parts_and_its_evidence_escaped(
    app: Flask, world: World, client: FlaskClient
) -> None:
    link = placed(world)
    log_in(client, world.vic)
    html = client.get(f"/links/{link.id}").text
    for words in (
        "Is it there?",
        "Does it count?",
        "How sure?",
        "REL_NOFOLLOW",
        "the &lt;b&gt;seed&lt;/b&gt; trial",
    ):
        assert words in html
    assert "<b>seed</b>" not in html
    assert "Check now" not in html


def test_a_changed_link_is_compared_with_the_look_before_it_changed(
    app: Flask, world: World, client: FlaskClient
) -> None:
    link = placed(world)
    seen = {"href": TARGET, "anchor": "seed", "context": "when it was followed", "region": "content"}
    with write():
        for day, rel, words in (
            (1, [], "when it was followed"),
            (2, ["nofollow"], "first day"),
            (3, ["nofollow"], "last day"),
        ):
            found = ({**seen, "rel": rel, "context": words},)
            look = Look(
                Presence.FOUND,
                Value.WEAKENED if rel else Value.PASSES,
                "Seen.",
                "ok",
                status=200,
                found=found,
            )
            look_moves.record(link, look, by=None, now=NOW + timedelta(days=day), owner=world.ana)
    log_in(client, world.ana)
    html = client.get(f"/links/{link.id}").text
    assert "when it was followed" in html
    assert "last day" in html
    assert "first day" not in html


def test_check_now_makes_the_link_due_and_the_page_wait_for_it(
    app: Flask, world: World, client: FlaskClient
) -> None:
    link = placed(world)
    log_in(client, world.ana)
    html = client.post(f"/links/{link.id}/checks", follow_redirects=True).text
    assert "Looking now" in html
    assert f'hx-get="/links/{link.id}/verdict"' in html
    db.session.expire_all()
    assert link.asked_at is not None


def test_what_a_person_saw_is_signed(app: Flask, world: World, client: FlaskClient) -> None:
    link = placed(world)
    log_in(client, world.ana)
    html = client.post(
        f"/links/{link.id}/sightings",
        data={"what": "there", "words": "second paragraph"},
        follow_redirects=True,
    ).text
    assert "Seen by a person" in html
    assert "second paragraph" in html


def test_a_link_is_put_away_and_taken_back(app: Flask, world: World, client: FlaskClient) -> None:
    link = placed(world)
    log_in(client, world.ana)
    client.post(f"/links/{link.id}/state", data={"state": "archived"})
    db.session.expire_all()
    assert link.state is LinkState.ARCHIVED
    client.post(f"/links/{link.id}/state?state=expected")
    db.session.expire_all()
    assert link.state is LinkState.EXPECTED
    assert client.post(f"/links/{link.id}/state", data={"state": "live"}).status_code == 400


def test_links_of_another_project_are_not_there(app: Flask, world: World, client: FlaskClient) -> None:
    link = placed(world)
    log_in(client, world.otto)
    for method, path in (
        ("get", ""),
        ("get", "/verdict"),
        ("get", "/edit"),
        ("post", "/checks"),
        ("post", "/sightings"),
        ("post", "/state"),
    ):
        assert getattr(client, method)(f"/links/{link.id}{path}").status_code == 404
    assert "wild.example" not in client.get("/links").text


def test_a_viewer_changes_nothing(app: Flask, world: World, client: FlaskClient) -> None:
    link = placed(world)
    log_in(client, world.vic)
    for path in ("/checks", "/sightings", "/state"):
        assert client.post(f"/links/{link.id}{path}").status_code == 404


def test_the_list_filters_by_state_code_and_text(app: Flask, world: World, client: FlaskClient) -> None:
    for number in range(3):
        placed(world, number)
    log_in(client, world.ana)
    assert (
        client.get("/links?state=weakened&code=REL_NOFOLLOW&q=post/1").text.count('<tr data-href="/links/')
        == 1
    )
    assert "No link matches" in client.get("/links?state=live").text


def test_the_pages_need_a_dozen_statements_at_most(app: Flask, world: World, client: FlaskClient) -> None:
    for number in range(12):
        link = placed(world, number)
    log_in(client, world.ana)
    for path in ("/links", f"/links/{link.id}", "/links/new", f"/links/{link.id}/edit", "/today"):
        with counted(db.engine) as count:
            assert client.get(path).status_code == 200
        assert count.total <= 12, f"{path}: {count}"
