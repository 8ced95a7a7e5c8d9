from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from outreach.app import settings_of
from outreach.db import db, session
from outreach.kit import clock
from outreach.mail import actions, moves, queries
from outreach.mail.models import LetterTemplate, Mailbox, Message, TemplateVersion
from outreach.mail.rules import LetterKind, MailboxState, MessageState
from outreach.mail.vault import unseal
from outreach.sending import jobs
from tests.sending.letters_world import alone, mailbox
from tests.statements import counted
from tests.world import World, log_in

LETTER = {
    "name": "Opening", "type": "guest_post", "kind": "first", "project_id": "",
    "subject": "A piece for {{ site.name }}", "body": "Hi {{ person.first_name|default('there') }},\r\n\r\nhow about it?",
}  # fmt: skip
BOX = {
    "kind": "smtp", "address": "Ana@HAZEL.example", "from_name": "Ana Hazel", "smtp_host": "smtp.hazel.example",
    "smtp_port": "587", "security": "starttls", "username": "ana", "password": "hunter2", "timezone": "Europe/Berlin",
    "window_from": "08:00", "window_to": "18:00", "daily_cap": "50", "hourly_cap": "15", "gap_min": "60", "gap_max": "240",
    "is_ramping": "y", "is_weekdays_only": "y", "signature": "Ana", "reply_to": "", "project_id": "",
}  # fmt: skip


@pytest.fixture
def client(client: FlaskClient) -> FlaskClient:
    return alone(client)


@pytest.fixture
def ana(client: FlaskClient, world: World) -> FlaskClient:
    log_in(client, world.ana)
    return client


def saved(**values: Any) -> dict[str, Any]:
    return {**LETTER, "project_id": None, **values}


def rows(kind: Any) -> list[Any]:
    session().rollback()
    return list(session().scalars(sa.select(kind).order_by(kind.id)))


# Templates


def test_a_template_is_saved_and_a_changed_text_is_a_new_version(ana: FlaskClient, world: World) -> None:
    place = ana.post("/templates/new", data=LETTER).headers["Location"]
    ana.post(place, data=LETTER)
    ana.post(place, data={**LETTER, "body": "Hi,\n\nsomething else"})
    assert [(row.number, row.body.splitlines()[0]) for row in rows(TemplateVersion)] == [
        (1, "Hi {{ person.first_name|default('there') }},"),
        (2, "Hi,"),
    ]
    page = ana.get(place).text
    assert "Version 2" in page
    assert "Save version 3" in page
    assert "Opening" in ana.get("/templates?type=guest_post").text


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"body": "one\n{% include 'x' %}"}, "Line 2: {% include %} is not allowed."),
        ({"subject": "{{ person.frist_name }}"}, "Did you mean person.first_name?"),
        ({"name": ""}, "Give it a name"),
        ({"type": "letter_bomb"}, "Not a valid choice"),
    ],
)
def test_a_wrong_template_speaks_beside_its_field_and_keeps_what_was_typed(
    ana: FlaskClient, change: dict[str, str], words: str
) -> None:
    answer = ana.post("/templates/new", data={**LETTER, **change})
    assert answer.status_code == 422
    assert words in answer.text.replace("&#39;", "'")
    assert "how about it?" in answer.text or "body" in change
    assert rows(LetterTemplate) == []


def test_a_name_is_given_once(ana: FlaskClient) -> None:
    ana.post("/templates/new", data=LETTER)
    answer = ana.post("/templates/new", data={**LETTER, "name": "OPENING"})
    assert answer.status_code == 422
    assert "Another template has this name." in answer.text


def test_the_preview_reads_as_one_chosen_person(ana: FlaskClient, world: World) -> None:
    example = ana.post("/templates/preview", data=LETTER).text
    assert "A piece for The Bakery" in example
    chosen = ana.post("/templates/preview", data={**LETTER, "as_pitch": str(world.pitch.id)}).text
    assert "A piece for Wild" in chosen
    assert "Hazel &amp; Loam Ltd" in chosen
    assert "<html" not in chosen


def test_the_preview_names_a_field_without_value(ana: FlaskClient, world: World) -> None:
    data = {**LETTER, "body": "See {{ pitch.page_url }}", "as_pitch": str(world.pitch.id)}
    assert "pitch.page_url has no value here" in ana.post("/templates/preview", data=data).text


def test_without_scripts_a_button_previews_and_saves_nothing(ana: FlaskClient) -> None:
    answer = ana.post("/templates/new", data={**LETTER, "preview": "1"})
    assert "A piece for The Bakery" in answer.text
    assert rows(LetterTemplate) == []


def test_a_template_is_put_away_and_taken_back(ana: FlaskClient, world: World) -> None:
    made = actions.save_template(None, saved(), by=world.ana, now=clock.now())
    ana.post(f"/templates/{made.id}/archive", data={"archived": "1"})
    assert "Opening" not in ana.get("/templates").text
    assert "Opening" in ana.get("/templates?archived=1").text
    ana.post(f"/templates/{made.id}/archive?archived=0")
    assert rows(LetterTemplate)[0].is_archived is False


def test_what_came_of_many_letters_is_counted_while_the_page_is_there(
    ana: FlaskClient, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = actions.save_template(None, saved(), by=world.ana, now=clock.now())
    page = ana.get(f"/templates/{made.id}").text
    assert "0 sent" in page
    assert f'<option value="{world.pitch.id}"' in page
    monkeypatch.setattr(queries, "MUCH_USED", -1)
    page = ana.get(f"/templates/{made.id}").text
    assert "0 sent" not in page
    assert f'hx-get="/templates/{made.id}/results"' in page
    assert "0 sent" in ana.get(f"/templates/{made.id}/results").text
    assert "0 sent" in ana.get(f"/templates/{made.id}?counted=1").text


def test_a_project_s_template_is_seen_and_changed_by_its_own_people_only(
    client: FlaskClient, world: World
) -> None:
    made = actions.save_template(None, saved(project_id=world.seed.id), by=world.ana, now=clock.now())
    log_in(client, world.otto)
    assert client.get(f"/templates/{made.id}").status_code == 404
    assert client.post(f"/templates/{made.id}", data=LETTER).status_code == 404
    log_in(client, world.vic)
    page = client.get(f"/templates/{made.id}")
    assert page.status_code == 200
    assert "Save version" not in page.text
    assert client.post(f"/templates/{made.id}", data=LETTER).status_code == 404
    assert client.get("/templates?as_pitch=1").status_code == 200


def test_a_preview_as_a_stranger_s_pitch_is_not_found(client: FlaskClient, world: World) -> None:
    log_in(client, world.otto)
    answer = client.post("/templates/preview", data={**LETTER, "as_pitch": str(world.pitch.id)})
    assert answer.status_code == 404


# Mailboxes


def test_a_mailbox_is_added_with_its_password_encrypted(ana: FlaskClient, app: Flask) -> None:
    place = ana.post("/mailboxes/new", data=BOX).headers["Location"]
    [box] = rows(Mailbox)
    assert box.address == "Ana@hazel.example"
    assert "hunter2" not in box.secret
    assert unseal(box.secret, settings_of(app).key) == "hunter2"
    page = ana.get(place).text
    assert "hunter2" not in page
    assert box.secret not in page
    ana.post(place, data={**BOX, "password": "", "daily_cap": "20"})
    [box] = rows(Mailbox)
    assert (box.daily_cap, unseal(box.secret, settings_of(app).key)) == (20, "hunter2")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"address": "ana"}, "@"),
        ({"smtp_host": ""}, "Name the server"),
        ({"smtp_host": "https://smtp.hazel.example"}, "The name of the server only"),
        ({"smtp_port": "99999"}, "A port is a number"),
        ({"security": "plain"}, "only to a server on this machine"),
        ({"timezone": "Mars/Olympus"}, "no time zone"),
        ({"gap_max": "10"}, "The longest gap"),
        ({"window_to": "07:00"}, "The window ends after it begins"),
        ({"daily_cap": "0"}, "From 1 to 500"),
        ({"from_name": "Ana\x0bBcc: x"}, "a line break"),
    ],
)
def test_a_wrong_mailbox_speaks_beside_its_field(
    ana: FlaskClient, change: dict[str, str], words: str
) -> None:
    answer = ana.post("/mailboxes/new", data={**BOX, **change})
    assert answer.status_code == 422
    assert words in answer.text
    assert "hunter2" not in answer.text
    assert rows(Mailbox) == []


@pytest.mark.parametrize(
    "change", [{"smtp_host": "smtp.evil.example"}, {"smtp_port": "2525"}, {"username": "somebody"}]
)
def test_a_stored_password_is_not_handed_to_another_server(
    ana: FlaskClient, app: Flask, change: dict[str, str]
) -> None:
    place = ana.post("/mailboxes/new", data=BOX).headers["Location"]
    answer = ana.post(place, data={**BOX, "password": "", **change})
    assert answer.status_code == 422
    assert "Type it again." in answer.text
    assert rows(Mailbox)[0].smtp_host == "smtp.hazel.example"
    ana.post(place, data={**BOX, "password": "hunter3", **change})
    assert unseal(rows(Mailbox)[0].secret, settings_of(app).key) == "hunter3"


def test_a_new_mailbox_is_offered_with_good_manners(ana: FlaskClient) -> None:
    page = ana.get("/mailboxes/new").text
    for value in ("08:00", "18:00", "Europe/Berlin", 'value="50"', 'value="60"', "Ana Hazel"):
        assert value in page


def test_new_settings_take_a_mailbox_out_of_stopped(ana: FlaskClient, world: World) -> None:
    box = mailbox(
        world,
        state=MailboxState.STOPPED,
        state_reason="The log-in was refused: 535",
        smtp_host="a.example",
        kind="smtp",
    )
    assert "The log-in was refused: 535" in ana.get(f"/mailboxes/{box.id}").text
    ana.post(f"/mailboxes/{box.id}", data=BOX)
    assert rows(Mailbox)[0].state is MailboxState.ACTIVE


def test_a_mailbox_is_paused_and_started_again(ana: FlaskClient, world: World) -> None:
    box = mailbox(world)
    ana.post(f"/mailboxes/{box.id}/state", data={"paused": "1"})
    assert rows(Mailbox)[0].state is MailboxState.PAUSED
    ana.post(f"/mailboxes/{box.id}/state", data={"paused": "0"})
    assert rows(Mailbox)[0].state is MailboxState.ACTIVE


def test_a_test_letter_goes_to_oneself_and_the_page_says_so(ana: FlaskClient, world: World) -> None:
    box = mailbox(world)
    place = ana.post(f"/mailboxes/{box.id}/test").headers["Location"]
    assert "waits for the worker" in ana.get(place).text
    jobs.send_due(clock.now())
    [letter] = rows(Message)
    assert (letter.to_address, letter.state) == ("ana@hazel.example", MessageState.SENT)
    assert "This mailbox can send." in ana.get(place).text
    assert "This mailbox can send." in ana.get(f"/mailboxes/{box.id}/test/{letter.id}").text
    assert b"Auto-Submitted: auto-generated" in letter.raw


def test_others_neither_see_nor_set_a_mailbox(client: FlaskClient, world: World) -> None:
    box = mailbox(world)
    log_in(client, world.otto)
    assert client.get(f"/mailboxes/{box.id}").status_code == 404
    assert client.post(f"/mailboxes/{box.id}", data=BOX).status_code == 404
    for what in ("state", "test"):
        assert client.post(f"/mailboxes/{box.id}/{what}").status_code == 404
    assert client.post(f"/mailboxes/{box.id}/system").status_code == 404
    assert box.address not in client.get("/mailboxes").text


def test_a_shared_mailbox_is_for_the_writers_of_its_project(world: World) -> None:
    box = mailbox(world, project_id=world.seed.id, owner_id=world.ada.id)
    assert [row.id for row in queries.usable_mailboxes(world.ana, world.seed.id)] == [box.id]
    assert queries.usable_mailboxes(world.vic, world.seed.id) == []
    assert queries.usable_mailboxes(world.otto) == []


# The system's mail


def test_without_a_system_mailbox_nothing_is_queued(world: World) -> None:
    mailbox(world)
    assert moves.queue_system("ana@hazel.example", "Hello", "Hello", now=clock.now()) is None


def test_an_admin_chooses_the_one_system_mailbox(client: FlaskClient, world: World) -> None:
    first, second = mailbox(world), mailbox(world, address="sys@hazel.example")
    log_in(client, world.ada)
    for box in (first, second):
        client.post(f"/mailboxes/{box.id}/system")
    session().rollback()
    found = queries.system_mailbox()
    assert found is not None
    assert found.id == second.id
    assert second.id not in [box.id for box in queries.usable_mailboxes(world.ana)]
    message = moves.queue_system("bo@x.example", "Hello", "Text", html="<p>Text</p>", now=clock.now())
    session().commit()
    jobs.send_due(clock.now())
    session().rollback()
    assert message is not None
    sent = session().get_one(Message, message.id, populate_existing=True)
    assert (sent.kind, sent.state) == (LetterKind.SYSTEM, MessageState.SENT)
    for part in (b"Auto-Submitted: auto-generated", b"multipart/alternative"):
        assert part in (sent.raw or b"")
    assert b"List-Unsubscribe" not in (sent.raw or b"")


def test_whoever_is_no_admin_cannot_turn_the_system_s_mail_aside(client: FlaskClient, world: World) -> None:
    box = mailbox(world, project_id=world.seed.id, address="sys@hazel.example")
    actions.choose_system(box.id, by=world.ada, now=clock.now())
    log_in(client, world.ana)
    assert box.address not in client.get("/mailboxes").text
    for what in ("", "/state", "/test"):
        assert client.post(f"/mailboxes/{box.id}{what}", data=BOX).status_code == 404
    assert rows(Mailbox)[0].smtp_host == ""


def test_screens_of_templates_take_few_statements(ana: FlaskClient, world: World) -> None:
    for number in range(30):
        made = actions.save_template(None, saved(name=f"T{number}"), by=world.ana, now=clock.now())
    for address in ("/templates", f"/templates/{made.id}", "/templates/new", "/mailboxes", "/mailboxes/new"):
        with counted(db.engine) as count:
            assert ana.get(address).status_code == 200
        assert count.total <= 12, f"{address}: {count}"
