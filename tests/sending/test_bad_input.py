"""Hostile and clumsy input on the screens of letters: clear words beside the field, and nothing typed is lost."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from outreach.consent import moves as consent_moves
from outreach.consent.rules import SuppressionReason
from outreach.db import session, write
from outreach.kit import clock
from outreach.mail.models import Mailbox, Message
from outreach.mail.rules import MailboxState
from tests.sending.letters_world import GOOD, alone, company, mailbox
from tests.world import World, log_in

TYPED = {
    "do": "queue", "subject": GOOD.subject, "body": GOOD.body, "personal_line": GOOD.personal_line,
    "personal_url": GOOD.personal_url, "to_address": "bo@wild.example",
}  # fmt: skip


@pytest.fixture
def ana(client: FlaskClient, world: World) -> FlaskClient:
    client = alone(client)
    log_in(client, world.ana)
    return client


@pytest.fixture
def box(world: World) -> Mailbox:
    company(world)
    return mailbox(world)


def post(client: FlaskClient, world: World, box: Mailbox, **typed: str) -> Any:
    return client.post(f"/pitches/{world.pitch.id}/letter", data={"mailbox": str(box.id), **TYPED, **typed})


def queued() -> int:
    session().rollback()
    return session().scalar(sa.select(sa.func.count()).select_from(Message)) or 0


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"to_address": "BO@WILD.EXAMPLE."}, "cannot end with a period"),
        ({"to_address": "bö@wild.example"}, "bö holds signs that most mail servers refuse before the @."),
        ({"to_address": "bo@wild.example\r\nBcc: all@wild.example"}, "Write a plain address"),
        ({"to_address": "bo@wild.example, all@wild.example"}, "Write a plain address"),
        ({"to_address": '"bo@wild.example"@moss.example'}, "without quotes or routing signs"),
        ({"to_address": ""}, "There is no mail address to write to."),
        ({"subject": "Seeds\r\nBcc: all@wild.example"}, "a line break"),
        ({"subject": "Seeds\u2028and more"}, "a line break"),
        ({"subject": "Seeds {{ pitch.topic"}, "Line 1: "),
        ({"body": "Hi\n\n{% if person.name %}\nBo"}, "{% if %} is not closed: {% endif %} is missing."),
        ({"body": "Hi\n{{ person.__class__ }}"}, "Line 2: "),
        ({"personal_line": "Read\x07it."}, "the control sign U+0007"),
        ({"personal_url": "javascript:alert(1)"}, "Give the address of the page you read."),
        ({"html": "<p>Hi</p>\n<p>{{ nobody.name }}</p>"}, "Line 2: There is no field nobody.name."),
    ],
)  # fmt: skip
def test_it_is_told_in_clear_words_and_nothing_typed_is_lost(
    ana: FlaskClient, world: World, box: Mailbox, typed: dict[str, str], words: str
) -> None:
    page = post(ana, world, box, **typed)
    assert page.status_code == 422
    assert words in page.text.replace("&#39;", "'").replace("&#34;", '"')
    assert "Traceback" not in page.text
    for name in ("personal_line", "personal_url"):
        if name not in typed:
            assert TYPED[name] in page.text
    assert queued() == 0


def test_capitals_do_not_lead_around_a_no(ana: FlaskClient, world: World, box: Mailbox) -> None:
    with write():
        consent_moves.suppress("bo@wild.example", reason=SuppressionReason.BY_HAND, by=None, now=clock.now())
    page = post(ana, world, box, to_address="BO@WILD.EXAMPLE")
    assert page.status_code == 422
    assert "is on the list of those who get no mail" in page.text


def test_an_address_in_capitals_is_written_to_at_its_domain(
    ana: FlaskClient, world: World, box: Mailbox
) -> None:
    assert post(ana, world, box, to_address="Bo@WILD.Example").status_code == 302
    session().rollback()
    assert session().scalar(sa.select(Message.to_address)) == "Bo@wild.example"


@pytest.mark.parametrize("name", ["from_name", "smtp_host", "username", "reply_to", "address"])
def test_a_mailbox_takes_no_line_break_into_a_header(
    ana: FlaskClient, world: World, box: Mailbox, name: str
) -> None:
    typed = {
        "kind": "smtp",
        "address": "ana@hazel.example",
        "from_name": "Ana",
        "smtp_host": "smtp.hazel.example",
    }
    bad = {name: f"{typed.get(name, 'x')}\r\nBcc: all@wild.example"}
    page = ana.post(f"/mailboxes/{box.id}", data=typed | bad)
    assert page.status_code == 422
    assert 'aria-invalid="true"' in page.text
    session().rollback()
    assert session().get_one(Mailbox, box.id).from_name == "Ana Hazel"


def test_a_mailbox_that_was_refused_says_what_to_do(ana: FlaskClient, world: World, box: Mailbox) -> None:
    with write() as here:
        row = here.get_one(Mailbox, box.id)
        row.state, row.state_reason = (
            MailboxState.STOPPED,
            "The log-in was refused: 535 5.7.8 bad credentials",
        )
    for path in ("/mailboxes", f"/mailboxes/{box.id}"):
        page = ana.get(path).text
        assert "535 5.7.8 bad credentials" in page
        assert "Type its password again" in page
        assert "Start again" in page


def test_the_outbox_shows_what_one_rule_holds(ana: FlaskClient, world: World, box: Mailbox) -> None:
    with write() as here:
        for rule, subject in (("dry_run", "Dry seeds"), ("suppressed", "Wet seeds")):
            here.add(Message(direction="out", kind="first", state="held", held_rule=rule, subject=subject, project_id=world.seed.id,
                             author_id=world.ana.id, created_at=clock.now()))  # fmt: skip
    page = ana.get("/outbox?state=held&rule=dry_run").text
    assert "Dry seeds" in page
    assert "Wet seeds" not in page
    assert "Suppressed" in page
    assert "Wet seeds" in ana.get("/outbox?state=held&rule=nonsense").text
