"""Ctrl-K finds what its reader may see."""

from flask import Flask
from flask.testing import FlaskClient

from tests.world import World, log_in


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
