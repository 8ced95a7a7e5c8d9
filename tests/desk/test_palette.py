"""Ctrl-K finds what its reader may see."""

from flask import Flask
from flask.testing import FlaskClient

from outreach.db import write
from outreach.prospects.models import SitePerson
from tests.world import World, address, log_in, person, prospect, site


def test_the_palette_finds_sites_people_and_pitches(app: Flask, world: World, client: FlaskClient) -> None:
    log_in(client, world.ana)
    assert f"/sites/{world.site.id}" in client.get("/palette?q=wild").text
    assert f"/people/{world.bo.id}" in client.get("/palette?q=Berg").text
    assert f"/pitches/{world.pitch.id}" in client.get("/palette?q=forty seed").text


def test_what_a_reader_may_not_see_cannot_be_found(app: Flask, world: World, client: FlaskClient) -> None:
    log_in(client, world.otto)
    for text in ("wild", "Berg", "forty seed"):
        assert "data-href" not in client.get("/palette", query_string={"q": text}).text


def test_a_single_letter_finds_nothing(app: Flask, world: World, client: FlaskClient) -> None:
    log_in(client, world.ana)
    assert client.get("/palette?q=w").text.strip() == ""


def test_hosts_of_other_letters_and_apostrophes_are_found_wherever_words_are_typed(
    app: Flask, world: World, client: FlaskClient
) -> None:
    with write() as here:
        place, ann = site("xn--mller-kva.example"), person("Ann O\u2019Neil")
        here.add_all([place, ann])
        here.flush()
        here.add_all([prospect(world.seed, place, world.ana), SitePerson(site_id=place.id, person_id=ann.id)])
        here.add(address(ann, "ann@xn--mller-kva.example", world.ana))
    log_in(client, world.ana)
    for text in ("müller", "ller.ex", "xn--mller"):
        for page in ("/palette", "/search", "/prospects"):
            told = client.get(page, query_string={"q": text}).text
            assert f'"/sites/{place.id}' in told and f'"/sites/{world.site.id}' not in told, (page, text)
    for page in ("/palette", "/search", "/people"):
        for text in ("oneil", "O'Neil", "ann@müller"):
            told = client.get(page, query_string={"q": text}).text
            assert f'"/people/{ann.id}' in told and f'"/people/{world.bo.id}' not in told, (page, text)
