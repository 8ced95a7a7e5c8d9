"""One site after another: kept, rejected, put off, taken back; what is shown of it, and to whom."""

from __future__ import annotations

import re
from datetime import timedelta

import sqlalchemy as sa
from flask.testing import FlaskClient

from outreach.consent import moves as consent_moves
from outreach.consent.rules import SuppressionKind, SuppressionReason
from outreach.db import session, write
from outreach.diary.models import Entry
from outreach.diary.moves import note
from outreach.kit import clock
from outreach.prospects.models import Prospect, Site
from outreach.prospects.rules import ProspectState
from tests.world import NOW, World, log_in, prospect, site

HX = {"HX-Request": "true"}


def waiting(world: World, *names: str) -> dict[str, int]:
    """New sites of the project, in this order; `{name: id of the prospect}`."""
    with write() as here:
        rows = [site(f"{name}.example") for name in names]
        here.add_all(rows)
        here.flush()
        found = {}
        for number, row in enumerate(rows):
            made = prospect(world.seed, row, world.ana)
            made.owner_id = None
            made.state, made.created_at = ProspectState.NEW, NOW + timedelta(seconds=number)
            made.updated_at = made.created_at
            here.add(made)
            here.flush()
            found[names[number]] = made.id
        here.execute(sa.update(Prospect).where(Prospect.id == world.prospect.id).values(state="kept"))
    return found


def top(page: str) -> str:
    """The site on top, "" when nothing waits."""
    found = re.search(r'aria-label="Decide on ([a-z.]+)"', page)
    return found[1] if found else ""


def seen(page: str) -> str:
    found = re.search(r'name="seen" value="([^"]+)"', page)
    assert found
    return found[1]


def row(key: int) -> Prospect:
    return session().get_one(Prospect, key, populate_existing=True)


def test_each_answer_brings_the_next_site(client: FlaskClient, world: World) -> None:
    ids = waiting(world, "moss", "fern", "reed")
    log_in(client, world.ana)
    page = client.get("/prospects/qualify").text
    assert top(page) == "moss.example"
    assert "1 of 3" in page
    answers = (
        ("moss", {"state": "kept"}),
        ("fern", {"reason": "off_topic"}),
        ("reed", {"reason": "A shop for lamps"}),
    )
    for name, said in answers:
        page = client.post(
            f"/prospects/qualify/{ids[name]}/decision", data={"seen": seen(page), **said}, headers=HX
        ).text
        assert "<html" not in page
    assert top(page) == ""
    assert "Nothing waits in this project" in page
    assert [row(key).state for key in ids.values()] == ["kept", "rejected", "rejected"]
    assert row(ids["reed"]).reject_reason == "A shop for lamps"
    lines = (
        session()
        .scalars(sa.select(Entry.data).where(Entry.kind == "prospect.state").order_by(Entry.id))
        .all()
    )
    assert [line["why"] for line in lines] == ["", "off_topic", "other"]
    undo = re.search(r'action="(/prospects/qualify/changes/\d+/undo)"', page)
    for name, left in (("reed", True), ("fern", True), ("moss", False)):
        assert undo
        page = client.post(undo[1], headers=HX).text
        assert top(page) == f"{name}.example"
        undo = re.search(r'action="(/prospects/qualify/changes/\d+/undo)"', page)
        assert bool(undo) is left
    assert [row(key).state for key in ids.values()] == ["new"] * 3


def test_what_is_put_off_comes_back_after_a_day(client: FlaskClient, world: World) -> None:
    ids = waiting(world, "moss")
    log_in(client, world.ana)
    page = client.get("/prospects/qualify").text
    answer = client.post(
        f"/prospects/qualify/{ids['moss']}/decision", data={"seen": seen(page), "state": "later"}
    )
    assert answer.status_code == 303
    page = client.get(answer.location).text
    assert top(page) == ""
    assert "Put off: moss.example" in page
    later = row(ids["moss"]).later_until
    assert later is not None
    assert later - clock.now() > timedelta(hours=23)
    with write():
        row(ids["moss"]).later_until = clock.now() - timedelta(minutes=1)
    page = client.get("/prospects/qualify").text
    assert top(page) == "moss.example"
    assert "put off before" in page


def test_the_second_of_two_is_told_and_changes_nothing(client: FlaskClient, world: World) -> None:
    ids = waiting(world, "moss", "fern")
    log_in(client, world.ana)
    page = client.get("/prospects/qualify").text
    address = f"/prospects/qualify/{ids['moss']}/decision"
    client.post(address, data={"seen": seen(page), "state": "kept"}, headers=HX)
    page = client.post(address, data={"seen": seen(page), "state": "rejected"}, headers=HX).text
    assert "decided a moment before you: kept" in page
    assert top(page) == "fern.example"
    assert row(ids["moss"]).state is ProspectState.KEPT


def test_a_key_pressed_twice_is_no_news_and_can_be_taken_back(client: FlaskClient, world: World) -> None:
    ids = waiting(world, "moss", "fern")
    log_in(client, world.ana)
    answer = {"seen": seen(client.get("/prospects/qualify").text), "state": "kept"}
    for _ in range(2):
        page = client.post(f"/prospects/qualify/{ids['moss']}/decision", data=answer, headers=HX).text
        assert "Kept: moss.example" in page
        assert "a moment before you" not in page
        assert re.search(r"/prospects/qualify/changes/\d+/undo", page)


def test_the_card_says_what_speaks_against_it_and_who_was_there_before(
    client: FlaskClient, world: World
) -> None:
    ids = waiting(world, "moss", "fern")
    moss = row(ids["moss"]).site_id
    with write() as here:
        consent_moves.suppress(
            "moss.example",
            kind=SuppressionKind.DOMAIN,
            reason=SuppressionReason.BY_HAND,
            by=world.ada.id,
            now=NOW,
        )
        here.add(prospect(world.other, session().get_one(Site, moss), world.otto))
        here.get_one(Site, moss).is_no_pitch = True
        note("letter.sent", by=world.otto.id, now=NOW, project_id=world.other.id, site_id=moss)
    log_in(client, world.ana)
    page = client.get("/prospects/qualify").text
    assert "No letter leaves to this domain" in page
    assert "They take no pitches" in page
    assert "Another project holds it, too" in page
    assert re.search(r"Otto [A-Z]\w+ wrote to them", page)
    assert "Frost" not in page and "Other" not in re.sub("Other(wise)?s?", "", page.partition("<main")[2])


def test_a_viewer_sees_the_queue_and_decides_nothing(client: FlaskClient, world: World) -> None:
    ids = waiting(world, "moss")
    log_in(client, world.vic)
    page = client.get("/prospects/qualify").text
    assert top(page) == "moss.example"
    assert "You may read this project" in page
    assert (
        client.post(f"/prospects/qualify/{ids['moss']}/decision", data={"state": "kept"}).status_code == 404
    )
    assert row(ids["moss"]).state is ProspectState.NEW
