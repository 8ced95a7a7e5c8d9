import pytest
from flask import Flask
from flask.testing import FlaskClient

from outreach.db import db, session, write
from outreach.diary.moves import note
from outreach.links.models import PlacedLink
from outreach.prospects.models import SitePerson
from tests.statements import counted
from tests.world import NOW, World, address, log_in, person, prospect, site


def fill(world: World, number: int) -> None:
    """So many more people, links and diary lines at the site."""
    with write() as here:
        people = [person(f"P{n} Q") for n in range(number)]
        here.add_all(people)
        here.flush()
        here.add_all([SitePerson(site_id=world.site.id, person_id=who.id) for who in people])
        here.add_all([address(who, f"p{who.id}@wild.example", world.ana) for who in people])
        here.add_all([
            PlacedLink(
                project_id=world.seed.id, site_id=world.site.id, page_url=f"https://wild.example/{who.id}", page_url_norm=f"wild.example/{who.id}",
                target_url="https://hazel.example/", state_since=NOW, created_at=NOW,
            )
            for who in people
        ])  # fmt: skip
        for who in people:
            note("person.placed", by=world.ana.id, now=NOW, site_id=world.site.id, person_id=world.bo.id)
            assert who.id


@pytest.mark.parametrize("path", ["/sites/{site}", "/sites/{site}?show=mail", "/people/{person}"])
def test_a_page_takes_as_many_statements_however_much_there_is(
    app: Flask, world: World, client: FlaskClient, path: str
) -> None:
    log_in(client, world.ana)
    url = path.format(site=world.site.id, person=world.bo.id)
    counts = []
    for more in (10, 200):
        fill(world, more)
        session().rollback()
        with counted(db.engine) as count:
            assert client.get(url).status_code == 200
        counts.append(count)
    assert counts[1].total <= 12, str(counts[1])
    assert counts[0].total == counts[1].total


def test_a_site_tells_whose_it_is_and_who_is_there(world: World, client: FlaskClient) -> None:
    log_in(client, world.max)
    page = client.get(f"/sites/{world.site.id}").text
    assert "Ana Hazel has claimed this site for Seed trial" in page
    assert "Bo Berg" in page
    assert "bo@wild.example" in page
    assert "wild.example/about" in page
    assert "Forty seed mixes, one dry August" in page


def test_a_site_of_another_project_is_not_there(world: World, client: FlaskClient) -> None:
    log_in(client, world.otto)
    assert client.get(f"/sites/{world.site.id}").status_code == 404
    assert client.get(f"/people/{world.bo.id}").status_code == 404


def test_of_another_project_only_the_facts_are_told(world: World, client: FlaskClient) -> None:
    with write() as here:
        here.add(prospect(world.other, world.site, world.otto))
        note(
            "letter.sent",
            by=world.ana.id,
            now=NOW,
            project_id=world.seed.id,
            site_id=world.site.id,
            person_id=world.bo.id,
        )
    log_in(client, world.otto)
    page = client.get(f"/sites/{world.site.id}").text
    assert "Another project holds this site, too." in page
    assert "Another project wrote to this site" in page
    assert "Another project wrote to them" in client.get(f"/people/{world.bo.id}").text
    for text in ("Seed trial", "Forty seed mixes", "The letter left", "claimed by Ana"):
        assert text not in page


def test_a_timeline_is_narrowed_to_one_kind(world: World, client: FlaskClient) -> None:
    with write():
        note("letter.sent", by=world.ana.id, now=NOW, project_id=world.seed.id, site_id=world.site.id)
        note("site.changed", by=world.ana.id, now=NOW, site_id=world.site.id, fields=["title"])
    log_in(client, world.vic)
    everything, mails = (client.get(f"/sites/{world.site.id}{query}").text for query in ("", "?show=mail"))
    assert "The letter left" in everything
    assert "changed the site: title" in everything
    assert "The letter left" in mails
    assert "changed the site" not in mails


def test_a_viewer_reads_a_site_and_person_without_buttons_that_change(
    world: World, client: FlaskClient
) -> None:
    log_in(client, world.vic)
    for url in (f"/sites/{world.site.id}", f"/people/{world.bo.id}"):
        page = client.get(url).text
        assert "Bo Berg" in page
        assert "/edit" not in page
        assert "/notes" not in page
        assert "prospects/changes" not in page


def test_a_site_that_nobody_holds_is_seen_by_managers_only(world: World, client: FlaskClient) -> None:
    with write() as here:
        place = site("free.example")
        here.add(place)
    for who, status in ((world.max, 200), (world.ana, 404)):
        log_in(client, who)
        assert client.get(f"/sites/{place.id}").status_code == status


def test_a_timeline_is_ordered_by_when_it_happened(world: World, client: FlaskClient) -> None:
    with write():
        note("site.changed", by=world.ana.id, now=NOW, site_id=world.site.id, fields=["later"])
        note(
            "site.changed",
            by=world.ana.id,
            now=NOW.replace(year=2025),
            site_id=world.site.id,
            fields=["earlier"],
        )
    log_in(client, world.ana)
    page = client.get(f"/sites/{world.site.id}").text
    assert page.index("site: later") < page.index("site: earlier")
