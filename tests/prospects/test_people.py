import re

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from outreach.db import session, write
from outreach.diary.models import Entry
from outreach.prospects.models import ContactPoint, Note, Person, SitePerson
from outreach.prospects.rules import ContactKind
from tests.world import NOW, World, address, log_in, person, prospect, site


@pytest.fixture
def ana(world: World, client: FlaskClient) -> FlaskClient:
    log_in(client, world.ana)
    return client


def new_person(client: FlaskClient, **values: str):  # type: ignore[no-untyped-def]
    data = {
        "name": "Cy Fern",
        "site": "wild.example",
        "kind": "email",
        "subscriber_type": "unknown",
        **values,
    }
    return client.post("/people/new", data=data, follow_redirects=True)


def hidden_person(world: World) -> Person:
    """Somebody whom only Otto's project knows."""
    with write() as here:
        place, who = site("secret.example"), person("Di Dell")
        here.add_all([place, who])
        here.flush()
        here.add_all([
            prospect(world.other, place, world.otto), SitePerson(site_id=place.id, person_id=who.id, role="editor"),
            address(who, "di@secret.example", world.otto),
        ])  # fmt: skip
    return who


def test_a_person_is_added_with_where_and_when_the_address_was_found(world: World, ana: FlaskClient) -> None:
    page = new_person(ana, value="Cy@Wild.example", source_url="wild.example/authors", role="columnist")
    assert page.status_code == 200
    point = (
        session().scalars(sa.select(ContactPoint).where(ContactPoint.value_norm == "cy@wild.example")).one()
    )
    assert (point.value, point.source_url, point.found_by_id) == (
        "Cy@wild.example",
        "https://wild.example/authors",
        world.ana.id,
    )
    assert "wild.example/authors" in page.text
    assert "by Ana Hazel" in page.text


def test_a_desk_address_is_told_from_a_person(ana: FlaskClient) -> None:
    assert "A desk" in new_person(ana, value="editor@wild.example").text


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"name": ""}, "Enter the name"),
        ({"value": "cy@"}, "There must be something after the @-sign"),
        ({"value": "cy wild.example"}, "must have an @-sign"),
        ({"value": "x" * 300 + "@wild.example"}, "at most 254 signs"),
        ({"kind": "form", "value": "nonsense"}, "has no ending such as .com"),
        ({"kind": "phone", "value": "call me"}, "Enter a number with its country"),
        ({"source_url": "not a page"}, "no spaces"),
        ({"site": "elsewhere.example"}, "in none of your projects"),
        ({"site": ""}, "Enter the site"),
        ({"timezone": "Mars/Base"}, "no time zone"),
    ],
)
def test_a_wrong_value_speaks_beside_its_field_and_keeps_what_was_typed(
    ana: FlaskClient, values: dict[str, str], words: str
) -> None:
    page = new_person(ana, **{"role": "columnist", **values})
    assert page.status_code == 422
    assert words in page.text
    assert 'value="columnist"' in page.text
    assert session().scalar(sa.select(Person.id).where(Person.name == "Cy Fern")) is None


def test_who_has_an_address_is_told_and_linked(world: World, ana: FlaskClient) -> None:
    page = new_person(ana, value="BO@wild.example")
    assert page.status_code == 422
    assert "Bo Berg has this address already." in page.text
    assert f'href="/people/{world.bo.id}"' in page.text


def test_of_somebody_in_a_hidden_project_only_the_fact_is_told(world: World, ana: FlaskClient) -> None:
    hidden_person(world)
    page = new_person(ana, value="di@secret.example")
    assert "Somebody in another project has this address already." in page.text
    assert "Di Dell" not in page.text
    assert "secret.example</a>" not in page.text


def test_who_knows_the_address_may_put_that_person_at_their_own_site(world: World, ana: FlaskClient) -> None:
    who = hidden_person(world)
    assert ana.get(f"/people/{who.id}").status_code == 404
    ana.post(
        "/people/known",
        data={"site": "wild.example", "kind": "email", "value": "di@secret.example", "role": "guest"},
    )
    page = ana.get(f"/people/{who.id}")
    assert page.status_code == 200
    assert "secret.example</a>" not in page.text.replace("di@secret.example", "")


def test_an_address_of_the_site_becomes_the_persons(world: World, ana: FlaskClient) -> None:
    ana.post(f"/sites/{world.site.id}/contacts/new", data={"kind": "email", "value": "cy@wild.example"})
    assert new_person(ana, value="cy@wild.example").status_code == 200
    point = (
        session().scalars(sa.select(ContactPoint).where(ContactPoint.value_norm == "cy@wild.example")).one()
    )
    assert point.person_id is not None


def test_the_second_of_two_editors_is_told_what_changed(world: World, ana: FlaskClient) -> None:
    url = f"/sites/{world.site.id}/edit"
    data = {"title": "First", "url": world.site.url, "version": "1"}
    assert ana.post(url, data=data).status_code == 303
    second = ana.post(url, data=data | {"title": "Second"})
    assert second.status_code == 409
    assert "title “First”" in second.text
    assert 'value="Second"' in second.text
    version = re.search(r'name="version"[^>]*value="(\d+)"', second.text)
    assert version
    assert ana.post(url, data=data | {"title": "Second", "version": version[1]}).status_code == 303


def test_the_address_of_a_site_stays_on_the_site(world: World, ana: FlaskClient) -> None:
    page = ana.post(f"/sites/{world.site.id}/edit", data={"url": "https://other.example", "version": "1"})
    assert page.status_code == 422
    assert "belongs to other.example" in page.text


def test_never_write_again_is_for_all_and_only_an_admin_ends_it(world: World, ana: FlaskClient) -> None:
    url = f"/people/{world.bo.id}"
    assert "Say why" in ana.post(f"{url}/stop", data={}).text
    page = ana.post(f"{url}/stop", data={"reason": "asked us to stop"}, follow_redirects=True)
    assert "asked us to stop" in page.text
    assert ana.post(f"{url}/allow", data={"why": "mistake"}).status_code == 404
    log_in(ana, world.ada)
    assert ana.post(f"{url}/allow", data={"why": "because"}).status_code == 400
    ana.post(f"{url}/allow", data={"why": "mistake"})
    session().rollback()
    assert not world.bo.is_do_not_contact


def test_a_note_is_read_in_its_own_project_only(world: World, ana: FlaskClient) -> None:
    with write() as here:
        here.add(prospect(world.other, world.site, world.otto))
    ana.post(
        f"/people/{world.bo.id}/notes",
        data={"project_id": world.seed.id, "text": "Likes charts, <b>no</b> lists"},
    )
    assert "Likes charts, &lt;b&gt;no" in ana.get(f"/people/{world.bo.id}").text
    log_in(ana, world.otto)
    page = ana.get(f"/people/{world.bo.id}")
    assert page.status_code == 200
    assert "Likes charts" not in page.text
    assert session().scalar(sa.select(sa.func.count()).select_from(Note)) == 1


def test_a_note_for_a_project_of_others_is_refused(world: World, ana: FlaskClient) -> None:
    with write() as here:
        here.add(prospect(world.other, world.site, world.otto))
    answer = ana.post(f"/sites/{world.site.id}/notes", data={"project_id": world.other.id, "text": "Hello"})
    assert answer.status_code == 422
    assert session().scalar(sa.select(sa.func.count()).select_from(Note)) == 0


def test_a_corrected_address_counts_as_not_tried(world: World, ana: FlaskClient) -> None:
    point = session().scalars(sa.select(ContactPoint)).one()
    url = f"/contacts/{point.id}/edit"
    ana.post(url, data={"kind": "email", "value": "bo@wild.example", "status": "bounced"})
    session().rollback()
    assert point.status.value == "bounced"
    ana.post(url, data={"kind": "email", "value": "bo.berg@wild.example", "status": "bounced"})
    session().rollback()
    assert (point.value_norm, point.status.value) == ("bo.berg@wild.example", "unverified")


def test_a_removed_address_is_gone_and_can_be_added_again(world: World, ana: FlaskClient) -> None:
    point = session().scalars(sa.select(ContactPoint)).one()
    ana.post(f"/contacts/{point.id}/removal")
    assert session().scalar(sa.select(ContactPoint.id)) is None
    ana.post(
        f"/people/{world.bo.id}/contacts/new",
        data={"kind": ContactKind.EMAIL.value, "value": "bo@wild.example"},
    )
    assert session().scalar(sa.select(ContactPoint.person_id)) == world.bo.id


def test_who_left_a_site_is_still_known_by_it(world: World, ana: FlaskClient) -> None:
    row = session().scalars(sa.select(SitePerson)).one()
    ana.post(f"/people/roles/{row.id}", data={"role": row.role, "is_former": "1"})
    assert ana.get(f"/people/{world.bo.id}").status_code == 200
    assert "Bo Berg" not in ana.get("/prospects").text


PATHS = [
    ("GET", "/sites/{site}/edit"), ("POST", "/sites/{site}/edit"), ("POST", "/sites/{site}/notes"), ("POST", "/sites/{site}/stop"),
    ("GET", "/sites/{site}/contacts/new"), ("GET", "/people/{person}/edit"), ("POST", "/people/{person}/edit"),
    ("POST", "/people/{person}/notes"), ("POST", "/people/{person}/stop"), ("GET", "/people/{person}/contacts/new"),
    ("GET", "/contacts/{point}/edit"), ("POST", "/contacts/{point}/removal"), ("GET", "/people/{person}/sites/new"),
    ("POST", "/people/roles/{role}"),
]  # fmt: skip


@pytest.mark.parametrize(("method", "path"), PATHS)
def test_a_viewer_and_a_stranger_meet_404(world: World, client: FlaskClient, method: str, path: str) -> None:
    ids = {
        "site": world.site.id, "person": world.bo.id, "point": session().scalar(sa.select(ContactPoint.id)),
        "role": session().scalar(sa.select(SitePerson.id)),
    }  # fmt: skip
    for who in (world.vic, world.otto):
        log_in(client, who)
        assert client.open(path.format(**ids), method=method).status_code == 404
    log_in(client, world.ana)
    assert client.open(path.format(**ids), method=method).status_code != 404


def test_each_change_is_one_line_of_the_diary(world: World, ana: FlaskClient) -> None:
    def lines() -> int:
        return session().scalar(sa.select(sa.func.count()).select_from(Entry)) or 0

    steps = [
        (f"/sites/{world.site.id}/edit", {"title": "New", "url": world.site.url, "version": "1"}),
        (f"/sites/{world.site.id}/notes", {"project_id": world.seed.id, "text": "A note"}),
        (f"/people/{world.bo.id}/contacts/new", {"kind": "phone", "value": "+49 30 123456"}),
        (f"/people/{world.bo.id}/stop", {"reason": "asked"}),
    ]
    for url, data in steps:
        before = lines()
        assert ana.post(url, data=data).status_code == 303
        assert lines() == before + 1
    assert "asked" not in str([entry.data for entry in session().scalars(sa.select(Entry))])


def test_the_diary_of_a_new_person_has_no_address(world: World, ana: FlaskClient) -> None:
    new_person(ana, value="cy@wild.example")
    assert "cy@" not in str(
        [entry.data for entry in session().scalars(sa.select(Entry).where(Entry.at > NOW))]
    )


def test_a_page_of_people_loads_none_of_them_whole(world: World, ana: FlaskClient) -> None:
    loaded: list[object] = []
    kinds, note = (Person, ContactPoint, SitePerson), lambda row, _: loaded.append(row)
    for kind in kinds:
        sa.event.listen(kind, "load", note)
    session().expunge_all()
    for path in ("/people", "/people?q=bo", "/people?sort=name&columns=where&columns=reach"):
        assert "bo@" in ana.get(path).get_data(as_text=True)
    for kind in kinds:
        sa.event.remove(kind, "load", note)
    assert loaded == []
