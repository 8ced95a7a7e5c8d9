import sqlalchemy as sa
from flask.testing import FlaskClient

from outreach.consent.models import Suppression
from outreach.consent.queries import is_suppressed
from outreach.db import session, write
from tests.world import World, log_in


def test_a_member_adds_and_a_manager_sees(world: World, client: FlaskClient) -> None:
    log_in(client, world.ana)
    page = client.post(
        "/suppressions/new", data={"kind": "email", "value": "bo@wild.example"}, follow_redirects=True
    )
    assert "It gets no mail from now on." in page.text
    assert client.get("/suppressions").status_code == 404
    log_in(client, world.max)
    assert "bo@wild.example" in client.get("/suppressions").text
    assert "bo@wild.example" in client.get("/suppressions?q=wild.example&kind=email&reason=by_hand").text
    assert "bo@wild.example" not in client.get("/suppressions?kind=domain").text


def test_a_viewer_cannot_add(world: World, client: FlaskClient) -> None:
    log_in(client, world.vic)
    assert client.get("/suppressions/new").status_code == 404


def test_a_domain_of_everybody_is_refused_beside_the_field(world: World, client: FlaskClient) -> None:
    log_in(client, world.ana)
    for value, words in (
        ("gmail.com", "Everybody may have an address"),
        ("blogspot.com", "Many sites live under"),
        ("x", "is no domain"),
    ):
        page = client.post("/suppressions/new", data={"kind": "domain", "value": value})
        assert page.status_code == 422
        assert words in page.text
        assert f'value="{value}"' in page.text
    assert (
        client.post("/suppressions/new", data={"kind": "domain", "value": "bo@gmail.com"}).status_code == 422
    )


def test_only_an_admin_takes_somebody_off_and_says_why(world: World, client: FlaskClient) -> None:
    log_in(client, world.ana)
    client.post("/suppressions/new", data={"kind": "email", "value": "bo@wild.example"})
    url = f"/suppressions/{session().scalar(sa.select(Suppression.id))}/removal"
    for who in (world.ana, world.max):
        log_in(client, who)
        assert client.post(url, data={"why": "mistake"}).status_code == 404
    log_in(client, world.ada)
    assert client.post(url, data={}).status_code == 422
    assert client.post(url, data={"why": "mistake"}).status_code == 303
    session().rollback()
    assert is_suppressed("bo@wild.example") is None


def test_what_was_erased_stays_on_the_list(world: World, client: FlaskClient) -> None:
    log_in(client, world.ada)
    client.post("/suppressions/new", data={"kind": "email", "value": "bo@wild.example"})
    row = session().scalars(sa.select(Suppression)).one()
    with write():
        row.value = None
    assert client.post(f"/suppressions/{row.id}/removal", data={"why": "mistake"}).status_code == 404
    page = client.get("/suppressions?q=bo@wild.example").text
    assert "erased, kept as a fingerprint" in page
