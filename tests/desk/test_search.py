"""The page of the search: what is found, by whom, and how it is shown."""

import html
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from outreach.accounts import moves as account_moves
from outreach.accounts.models import User
from outreach.accounts.rules import UserRole
from outreach.db import session, write
from outreach.desk import finding
from outreach.mail.models import Mailbox, Message
from outreach.mail.rules import Direction, LetterKind, MailboxKind, MessageState
from outreach.pitches import moves as pitch_moves
from outreach.pitches.rules import PitchType
from outreach.prospects.models import ContactPoint, Note
from outreach.prospects.rules import ContactKind
from outreach.search import commonness
from tests.world import NOW, TODAY, World, log_in, person, prospect, site


def mail(**more: object) -> Message:
    given: dict[str, object] = {"direction": Direction.IN, "state": MessageState.RECEIVED, "created_at": NOW, "received_at": NOW, "subject": "Re: seeds", "from_name": "Bo Berg", "body": "We grew heirloom tomatoes\nlast year."}  # fmt: skip
    return Message(**given | more)


def plant(world: World) -> dict[str, int]:
    """One mail or note of each kind that holds "heirloom"; their ids by what they are."""
    with write() as here:
        box = Mailbox(owner_id=world.ana.id, kind=MailboxKind.CAPTURE, address="ana@hazel.example", timezone="UTC", created_at=NOW)  # fmt: skip
        here.add(box)
        here.flush()
        ours = {"direction": Direction.OUT, "kind": LetterKind.FIRST, "state": MessageState.SENT, "project_id": world.seed.id, "author_id": world.ana.id}  # fmt: skip
        rows = {
            "theirs": mail(project_id=world.seed.id),
            "others": mail(project_id=world.other.id),
            "stray": mail(mailbox_id=box.id),
            "ours": mail(**ours),
            "draft": mail(**ours | {"state": MessageState.DRAFT}),
            "system": mail(direction=Direction.OUT, kind=LetterKind.SYSTEM, state=MessageState.SENT, for_user_id=world.otto.id),
            "note": Note(project_id=world.seed.id, site_id=world.site.id, text="They like heirloom seeds", created_at=NOW),
            "other note": Note(project_id=world.other.id, person_id=world.bo.id, text="heirloom, too", created_at=NOW),
        }  # fmt: skip
        here.add_all(rows.values())
        here.flush()
        return {name: row.id for name, row in rows.items()}


def test_what_a_reader_may_not_see_is_neither_found_nor_counted(
    app: Flask, world: World, client: FlaskClient
) -> None:
    keys = plant(world)
    places = {"theirs": "inbox", "others": "inbox", "stray": "inbox", "ours": "letters", "draft": "letters", "system": "letters"}  # fmt: skip
    mails = {name: f"/{place}/{keys[name]}" for name, place in places.items()}
    seen: dict[User, set[str]] = {
        world.ana: {"theirs", "stray", "ours"}, world.vic: {"theirs", "ours"}, world.otto: {"others"},
        world.max: {"theirs", "others", "ours"}, world.ada: {"theirs", "others", "stray", "ours"},
    }  # fmt: skip
    for who, names in seen.items():
        log_in(client, who)
        for page in ("/search?q=EIRLÖOM", "/search?q=eirloom&kind=mails", "/palette?q=eirloom"):
            text = client.get(page).text
            assert {name for name, href in mails.items() if f'data-href="{href}"' in text} == names, (
                who,
                page,
            )
        page = client.get("/search?q=heirloom").text
        assert re.findall(r'<h2>Mails</h2>\s*<span class="count">(.+?)<', page) == [str(len(names))], who.name
        assert ("They like" in page) is (who is not world.otto)
        assert (", too" in page) is (who in (world.otto, world.max, world.ada))


def test_each_group_shows_where_the_words_stand_and_goes_on_page_by_page(
    app: Flask, world: World, client: FlaskClient
) -> None:
    with write() as here:
        places = [site(f"oak{number:03}fern.example") for number in range(120)]
        here.add_all([*places, person("Mariana Fernández")])
        here.flush()
        here.add_all(prospect(world.seed, place, world.ana) for place in places[:110])
        world.site.notes = "A friend of Oakfern, says Ana"
    log_in(client, world.ana)
    page = client.get("/search?q=fern").text
    assert '<span class="count">20+</span>' in page and "oak109<b>fern</b>.example" in page
    assert "Mariana" not in page
    seen: list[str] = []
    href = "/search?q=fern&kind=sites"
    while href:
        page = client.get(href).text
        seen += [line.split('"')[1] for line in page.split("data-href=")[1:] if line.startswith('"/sites/')]
        older = re.search(r'href="(/search[^"]+before=[^"]+)"', page)
        href = html.unescape(older[1]) if older else ""
    assert len(seen) == len(set(seen)) == 111
    log_in(client, world.max)
    assert "Mariana <b>Fern</b>ández" in client.get("/search?q=fern").text


def test_bad_questions_are_answered(app: Flask, world: World, client: FlaskClient) -> None:
    log_in(client, world.ana)
    for text in ('"', "*", "NEAR(", "%", "_", "\\", "\x00", "<script>", "a" * 10_000, "-- \n" * 3_000):
        for path in ("/search", "/prospects", "/people", "/pitches"):
            assert client.get(path, query_string={"q": text}).status_code == 200, (path, text[:20])
    assert "One sign is too few" in client.get("/search?q=w").text
    assert "What are you looking for" in client.get("/search").text
    assert "Nothing found" in client.get("/search?q=zzzzz").text
    assert "&lt;script&gt;" in client.get("/search?q=<script>").text
    assert "wild.example" not in client.get("/search?q=wild&kind=people").text.replace('value="wild', "")


@pytest.mark.parametrize("role", [UserRole.ADMIN, UserRole.USER])
def test_a_workspace_without_a_row_is_searched(app: Flask, client: FlaskClient, role: UserRole) -> None:
    with write():
        account_moves.add_workspace(
            name="Hazel & Loam", legal_name="", postal_address="", base_url="", timezone="UTC", now=NOW
        )
        user = account_moves.add_user("ada@hazel.example", "Ada Hazel", role, "a long sentence for tests", timezone="UTC", now=NOW)  # fmt: skip
    log_in(client, user)
    for path in ("/search", "/palette", "/prospects", "/people", "/pitches", "/links", "/inbox"):
        for text in ("fern", "fern maria", "fern oak moss ash rowan", "fe", "東", '"fern and moss"'):
            for more in ({}, {"view": "table"}, {"kind": "pitches"}):
                assert client.get(path, query_string={"q": text, **more}).status_code == 200, (path, text)


def test_a_site_in_other_letters_is_found_as_it_is_shown(world: World, client: FlaskClient) -> None:
    with write() as here:
        row = site("xn--mller-kva.example")
        here.add(row)
        here.flush()
        here.add(prospect(world.seed, row, world.ana))
    log_in(client, world.ana)
    for page in ("/search", "/palette", "/prospects"):
        text = client.get(page, query_string={"q": "Müller.example"}).text
        assert f"/sites/{row.id}" in text, page
        assert "müller.example" in re.sub("<[^>]+>", "", text), page


def test_what_was_copied_from_elsewhere_is_found(world: World, client: FlaskClient) -> None:
    """The address of a page, a telephone number with its spaces, a mail address with its name."""
    with write() as here:
        phone = ContactPoint(kind=ContactKind.PHONE, value="+49 30 1234", value_norm="+49301234", person_id=world.bo.id, found_at=NOW)  # fmt: skip
        here.add(phone)
    log_in(client, world.ana)
    bo, wild = f"/people/{world.bo.id}", f"/sites/{world.site.id}"
    asked = {"https://www.wild.example/blog/oaks?a=1": wild, "030 / 12 34": bo, "+49 (0)30 1234": bo, "Bo Berg <bo@wild.example>": bo}  # fmt: skip
    for typed, place in asked.items():
        pages = ["/search", "/palette", "/people" if place == bo else "/prospects"]
        for page in pages:
            assert f'href="{place}"' in client.get(page, query_string={"q": typed}).text, (page, typed)
    log_in(client, world.otto)
    assert all(
        "wild.example" not in client.get("/palette", query_string={"q": typed}).text for typed in asked
    )


def test_one_who_sees_few_rows_finds_what_one_who_sees_many_does(
    world: World, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(world)
    with write() as here:
        far = site("wildfar.example")
        here.add(far)
        here.flush()
        here.add(prospect(world.other, far, world.otto))
        pitch_moves.start(world.other, PitchType.GUEST_POST, far.id, by=world.otto, now=NOW, today=TODAY, topic="Forty heirlooms")  # fmt: skip
        here.add(ContactPoint(kind=ContactKind.EMAIL, value="wild@far.example", value_norm="wild@far.example", site_id=far.id, found_at=NOW))  # fmt: skip

    def found(user: User, few: int, listed: int = 400, named: int = 8_000) -> list[list[int]]:
        """Where no more than `few` rows are read themselves, and of what the index names no more than `listed` and `named` one by one."""
        monkeypatch.setattr(finding, "FEW", few)
        monkeypatch.setattr(commonness, "LISTED", listed)
        monkeypatch.setattr(commonness, "NAMED", named)
        words = (
            "wild",
            "bo",
            "example",
            "wild far",
            "heirloom",
            "forty",
            "we",
            "wild far example",
            "bo berg",
        )
        asked = [finding.asked_of(user, text, finding.GROUPS) for text in words]
        return [[hit.id for hit in group.find(one, before, 20)] for one in asked for group in finding.GROUPS.values() for before in (None, 2)]  # fmt: skip

    for who in (world.ana, world.vic, world.otto):
        user = session().get_one(User, who.id)
        assert found(user, 0) == found(user, 300) == found(user, 0, listed=0) == found(user, 0, 0, 0)
        groups = zip(*[iter(found(user, 300))] * 2, strict=True)
        assert {place % 6 for place, group in enumerate(groups) if any(group)} >= {0, 2, 3, 4, 5}


def test_a_member_s_rows_are_named_where_they_are_few_and_else_not(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(world)
    few, _ = finding._told(world.ana, ["heirloom"], ["sites", "messages"], {}, {})
    assert world.site.id in few["sites"] and len(few["messages"]) == 4
    monkeypatch.setattr(finding, "FEW", 2)
    few, told = finding._told(
        world.ana, ["heirloom"], ["sites", "messages"], {"messages": ["messages"]}, {"messages": 400}
    )
    assert set(few) == {"sites"}
    assert set(told) == {"messages"}
