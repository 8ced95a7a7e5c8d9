"""A site is looked through, and a person takes over what is right (A9)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from outreach.app import create_app
from outreach.consent import moves as consent_moves
from outreach.consent.rules import SuppressionReason
from outreach.db import db, session, write
from outreach.kit import clock
from outreach.letter.domain.answers import Answer
from outreach.links import looking
from outreach.prospects.models import ContactPoint, Person, SitePerson
from outreach.prospects.rules import ContactKind, ContactStatus
from outreach.research import actions, jobs, moves, queries
from outreach.research.models import FoundContact, SiteSearch
from outreach.research.rules import FindState, SearchState
from tests.conftest import Browser, Place
from tests.servers.pages import PageServer, Request, answer
from tests.world import NOW, World, log_in

HOME = """<!doctype html><title>Wild</title><body><nav><a href="/contact">Contact</a> <a href="/team">Our team</a> <a href="/secret/contact">Contact, too</a></nav>
<p>Wild is a magazine. <a href="/2026/moss">Moss</a></p>"""
CONTACT = """<!doctype html><title>Contact</title><body><h1>Contact</h1><p>Desk: desk@wild.example</p><p>Please note that we do not accept guest posts from agencies.</p>
<form><input name="email"><textarea name="text"></textarea></form>"""
TEAM = """<!doctype html><title>Team</title><body><ul><li><b>Cleo Marsh</b>, features editor, cleo (at) wild.example <a href="https://www.linkedin.com/in/cleomarsh">Cleo Marsh</a></li>
<li><b>Bo Berg</b>, writer, <a href="mailto:bo@wild.example">mail</a></li><li><b>Finn Reed</b>, intern, finn@nowhere.example</li></ul>"""


def exchangers(name: str, kind: str) -> Answer:
    """A name server for which only `wild.test` takes mail."""
    return Answer.of("10 mx.wild.test") if (name, kind) == ("wild.test", "MX") else Answer.of()


@pytest.fixture
def app(place: Place, pages: PageServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    monkeypatch.setattr(looking, "PAUSE_S", 0.01)
    made = create_app(place.settings(fetch_allow_endpoints=[f"127.0.0.1:{pages.port}"]))
    made.test_client_class = Browser
    with made.app_context():
        yield made
        db.session.remove()
        db.engine.dispose()
    clock.use_file(None)


@pytest.fixture
def wild(app: Flask, world: World, pages: PageServer) -> World:
    """The site of the small world stands on a real server, with an address under `.test` on its team page."""
    pages.routes |= {
        "/": answer(HOME), "/contact": tagged(CONTACT), "/team": answer(TEAM.replace("cleo (at) wild.example", "cleo (at) wild.test")),
        "/robots.txt": answer("User-agent: *\nDisallow: /secret/", content_type="text/plain"), "/secret/contact": answer("trap@wild.example"),
    }  # fmt: skip
    with write():
        world.site.url = pages.url("/")
    return world


def tagged(html: str) -> object:
    """Answers 304 to who has it already."""

    def told(request: Request) -> bytes:
        if request.headers.get("if-none-match") == '"v1"':
            return answer(b"", 304, etag='"v1"')
        return answer(html, etag='"v1"')

    return told


def finds(state: FindState = FindState.OPEN) -> dict[str, FoundContact]:
    return {
        row.value: row
        for row in session().scalars(sa.select(FoundContact).where(FoundContact.state == state))
    }


def search(world: World) -> SiteSearch:
    actions.ask(world.ana, world.site.id, now=NOW)
    assert jobs.search_sites(NOW, exchangers) == 1
    return session().scalars(sa.select(SiteSearch)).one()


def test_a_site_is_looked_through_and_a_person_is_taken_over(
    wild: World, client: FlaskClient, pages: PageServer
) -> None:
    site_id = wild.site.id
    log_in(client, wild.ana)
    client.post(f"/sites/{site_id}/contacts/searches")
    assert "Waiting for the worker" in client.get(f"/sites/{site_id}/contacts").text
    jobs.search_sites(clock.now() + timedelta(seconds=1), exchangers)

    found = finds()
    contact, team = pages.url("/contact"), pages.url("/team")
    assert {value: (row.name, row.source_url) for value, row in found.items()} == {
        "desk@wild.example": ("", contact), contact: ("", contact), "cleo@wild.test": ("Cleo Marsh", team), "bo@wild.example": ("Bo Berg", team),
        "finn@nowhere.example": ("Finn Reed", team), "https://www.linkedin.com/in/cleomarsh": ("Cleo Marsh", team),
    }  # fmt: skip
    assert (
        found["cleo@wild.test"].status is ContactStatus.MX_OK
        and found["finn@nowhere.example"].status is ContactStatus.UNVERIFIED
    )
    assert "/secret/contact" not in [request.path for request in pages.requests]
    assert (
        session().scalar(sa.select(sa.func.count()).select_from(ContactPoint)) == 1
    )  # nothing found is a fact yet

    shown = client.get(f"/sites/{site_id}/contacts").text
    assert (
        "we do not accept guest posts from agencies." in shown
        and "Known: " in shown
        and "Domain takes mail" in shown
    )
    client.post(f"/finds/{found['cleo@wild.test'].id}/person")
    cleo = session().scalars(sa.select(Person).where(Person.name == "Cleo Marsh")).one()
    points = {point.value: point for point in cleo.contact_points}
    assert points.keys() == {"cleo@wild.test", "https://www.linkedin.com/in/cleomarsh"}
    mail = points["cleo@wild.test"]
    assert (mail.source_url, mail.status, mail.found_by_id) == (team, ContactStatus.MX_OK, wild.ana.id)
    assert (
        session().scalars(sa.select(SitePerson.role).where(SitePerson.person_id == cleo.id)).one()
        == "features editor"
    )

    client.post(f"/finds/{found['desk@wild.example'].id}/site")
    client.post(f"/finds/{found['bo@wild.example'].id}/person")
    client.post(f"/finds/{found['finn@nowhere.example'].id}/dismissal")
    assert (
        session()
        .scalars(sa.select(ContactPoint.site_id).where(ContactPoint.value == "desk@wild.example"))
        .one()
        == site_id
    )
    assert (
        session().scalar(sa.select(sa.func.count()).select_from(Person)) == 2
    )  # Bo was known, and is no twin

    client.post(f"/sites/{site_id}/no-pitches")
    refused = client.post(f"/finds/{found[contact].id}/site")
    assert refused.status_code == 303 and contact in finds()


def test_looking_again_asks_for_what_changed_only_and_keeps_what_was_decided(
    wild: World, pages: PageServer
) -> None:
    search(wild)
    actions.dismiss(wild.ana, finds()["finn@nowhere.example"].id, now=NOW)
    pages.requests.clear()
    assert search(wild).state is SearchState.DONE
    assert [
        request.headers.get("if-none-match") for request in pages.requests if request.path == "/contact"
    ] == ['"v1"']
    assert "desk@wild.example" in finds() and set(finds(FindState.DISMISSED)) == {"finn@nowhere.example"}


def test_a_search_can_be_cancelled_and_one_that_was_cut_off_is_taken_again(wild: World) -> None:
    actions.ask(wild.ana, wild.site.id, now=NOW)
    ((key, fence),) = actions.take(4, now=NOW).items()
    assert actions.take(4, now=NOW) == {}
    ((_, again),) = actions.take(4, now=NOW + timedelta(minutes=4)).items()
    actions.finish(key, fence, None, now=NOW)
    assert session().get_one(SiteSearch, key).state is SearchState.WORKING  # the first one came too late
    actions.cancel(wild.ana, wild.site.id, now=NOW)
    actions.finish(key, again, None, now=NOW)
    assert session().get_one(SiteSearch, key).state is SearchState.CANCELLED


def test_a_site_that_cannot_be_read_says_why(wild: World, pages: PageServer) -> None:
    pages.routes["/"] = answer("no", 500)
    found = search(wild)
    assert found.state is SearchState.FAILED and found.trouble == "The site's server failed."


def test_who_said_no_is_told_who_was_erased_is_not_kept_and_old_proposals_go(wild: World) -> None:
    with write():
        consent_moves.suppress("desk@wild.example", reason=SuppressionReason.BY_HAND, by=wild.ana.id, now=NOW)
        consent_moves.suppress(
            "jürgen@wild.example", reason=SuppressionReason.BY_HAND, by=wild.ana.id, now=NOW
        )
        for gone in ("gone@wild.example", "ред@wild.example"):
            consent_moves.suppress_erased(gone, by=wild.ana.id, now=NOW)
    with write():
        moves.propose(
            wild.site.id,
            [
                contact("desk@wild.example"),
                contact("nobody"),
                contact("gone@wild.example"),
                contact("Ред@wild.example"),
                contact("jürgen@wild.example"),
                contact("eve@wild.example"),
            ],
            now=NOW,
        )
    told = {one.find.value: one.why_no_mail for one in queries.proposals(wild.ana, wild.site.id)}
    assert told == {"desk@wild.example": "by_hand", "jürgen@wild.example": "by_hand", "eve@wild.example": ""}
    assert jobs.forget_proposals(NOW + timedelta(days=29)) == 0
    jobs.forget_proposals(NOW + timedelta(days=31))
    assert finds() == {}


def contact(address: str) -> dict[str, object]:
    return {
        "kind": "email",
        "value": address,
        "name": "",
        "role": "",
        "via": "text",
        "quote": "",
        "page": "https://wild.example/",
        "is_role": False,
    }


def test_what_another_project_holds_is_told_as_a_fact_only(wild: World) -> None:
    with write() as here:
        here.add(
            ContactPoint(
                kind=ContactKind.EMAIL,
                value="x@wild.example",
                value_norm="x@wild.example",
                found_at=NOW,
                person_id=_hidden(wild),
            )
        )
        moves.propose(wild.site.id, [contact("x@wild.example")], now=NOW)
    (one,) = queries.proposals(wild.ana, wild.site.id)
    assert one.is_taken and one.may_take and one.person is None
    taken = actions.take_person(
        wild.ana, one.find.id, "", now=NOW
    )  # knowing the address is what lets them be put here
    assert session().get_one(Person, taken.person_id).name == "Otto's friend"


def _hidden(world: World) -> int:
    person = Person(name="Otto's friend", created_at=NOW, updated_at=NOW)
    session().add(person)
    session().flush()
    return person.id
