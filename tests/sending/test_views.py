import re
from datetime import timedelta
from html import unescape

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from outreach.consent.models import OptOut, Suppression
from outreach.consent.queries import is_suppressed
from outreach.db import db, session, write
from outreach.diary.models import Entry
from outreach.kit import clock
from outreach.mail import actions as mail_actions
from outreach.mail import moves as mail_moves
from outreach.mail.models import Mailbox, Message
from outreach.mail.rules import MessageState
from outreach.pitches.models import Pitch
from outreach.prospects.models import Person
from outreach.prospects.rules import SubscriberType
from outreach.sending import jobs, queries, writing
from outreach.sending.writing import Looked
from tests.sending.letters_world import GOOD, alone, company, fresh, mailbox, queue
from tests.statements import counted
from tests.world import NOW, World, log_in

TYPED = {
    "subject": GOOD.subject,
    "body": GOOD.body,
    "personal_line": GOOD.personal_line,
    "personal_url": GOOD.personal_url,
    "to_address": "bo@wild.example",
}


@pytest.fixture
def box(world: World) -> Mailbox:
    company(world)
    return mailbox(world)


@pytest.fixture
def client(client: FlaskClient) -> FlaskClient:
    return alone(client)


@pytest.fixture
def ana(client: FlaskClient, world: World) -> FlaskClient:
    log_in(client, world.ana)
    return client


def letters() -> list[Message]:
    session().rollback()
    return list(session().scalars(sa.select(Message).order_by(Message.id)))


def post(client: FlaskClient, world: World, box: Mailbox, do: str = "queue", **typed: str) -> tuple[int, str]:
    answer = client.post(
        f"/pitches/{world.pitch.id}/letter", data={"do": do, "mailbox": str(box.id), **TYPED, **typed}
    )
    return answer.status_code, answer.text


def test_a_letter_is_written_from_a_template(ana: FlaskClient, world: World, box: Mailbox) -> None:
    values = {
        "type": "guest_post",
        "kind": "first",
        "name": "Opening",
        "subject": "Seeds",
        "body": "Dear Bo,",
        "project_id": None,
    }
    mail_actions.save_template(None, values, by=world.ana, now=clock.now())
    page = ana.get(f"/pitches/{world.pitch.id}/letter").text
    for part in ("First letter to Bo Berg", "Dear Bo,", "bo@wild.example", "Opening, version 1"):
        assert part in page


def test_queueing_leads_back_with_an_undo_that_takes_the_letter_back(
    ana: FlaskClient, world: World, box: Mailbox
) -> None:
    assert post(ana, world, box)[0] == 302
    [letter] = letters()
    assert letter.state is MessageState.QUEUED
    assert letter.due_at is not None
    assert letter.queued_at is not None
    assert letter.due_at - letter.queued_at >= timedelta(seconds=10)
    answer = ana.post(f"/letters/{letter.id}/undo")
    assert answer.headers["Location"].endswith(f"/pitches/{world.pitch.id}/letter?draft={letter.id}")
    page = ana.get(answer.headers["Location"]).text
    assert "made me plant again." in page
    assert fresh(letter.id).state is MessageState.DRAFT


def test_a_letter_that_was_taken_back_reads_the_same_when_it_is_queued_again(
    ana: FlaskClient, world: World, box: Mailbox
) -> None:
    post(ana, world, box)
    [letter] = letters()
    text = letter.body
    ana.post(f"/letters/{letter.id}/undo")
    status, _ = post(ana, world, box, draft=str(letter.id), body=text, subject=letter.subject)
    assert status == 302
    [again] = letters()
    assert (again.body, again.state) == (text, MessageState.QUEUED)


def test_the_same_form_sent_twice_is_one_letter(ana: FlaskClient, world: World, box: Mailbox) -> None:
    statuses = [post(ana, world, box)[0] for _ in range(5)]
    assert statuses == [302, 422, 422, 422, 422]
    assert len(letters()) == 1


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"personal_line": ""}, "Say what you read on their page."),
        ({"body": "Hi [Name],"}, "[Name] is still to be filled in."),
        ({"subject": "Re: seeds"}, "looks like a reply"),
        ({"to_address": "bo@wild"}, "not valid"),
        ({"body": "Hi {{ pitch.page_url }}"}, "There is no value for pitch.page_url"),
    ],
)
def test_what_stands_against_a_letter_is_said_and_nothing_typed_is_lost(
    ana: FlaskClient, world: World, box: Mailbox, typed: dict[str, str], words: str
) -> None:
    status, page = post(ana, world, box, **typed)
    assert status == 422
    assert words in page
    for name, value in (TYPED | typed).items():
        if name != "to_address" and value:
            assert value.splitlines()[0].replace("'", "&#39;") in page
    assert letters() == []
    session().rollback()
    assert session().scalars(sa.select(Entry).where(Entry.kind == "letter.refused")).first() is not None


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"body": "Hi\n{% set x = 1 %}"}, "Line 2: {% set %} is not allowed."),
        ({"body": "Hi {{ person.frist_name }}"}, "Did you mean person.first_name?"),
        ({"subject": "Hi\x0bBcc: x@evil.example"}, "a line break"),
    ],
)
def test_a_broken_text_speaks_beside_its_field(
    ana: FlaskClient, world: World, box: Mailbox, typed: dict[str, str], words: str
) -> None:
    status, page = post(ana, world, box, **typed)
    assert status == 422
    assert words in page
    assert letters() == []


def test_a_soft_finding_gives_way_to_a_reason(ana: FlaskClient, world: World, box: Mailbox) -> None:
    with write() as here:
        here.get_one(Person, world.bo.id).subscriber_type = SubscriberType.UNKNOWN
    status, page = post(ana, world, box)
    assert status == 422
    assert "What is amber gives way to a reason" in page
    assert post(ana, world, box, reason="He asked us to write.")[0] == 302
    [letter] = letters()
    assert letter.overruled == {"subscriber": "He asked us to write."}


def test_the_preview_is_what_is_sent_but_for_date_and_message_id(
    ana: FlaskClient, world: World, box: Mailbox
) -> None:
    page = post(ana, world, box, do="preview")[1]
    post(ana, world, box)
    with write() as here:
        here.execute(sa.update(Message).values(due_at=clock.now()))
    jobs.send_due(clock.now())
    source = re.search(r'<pre class="source"[^>]*>(.*?)</pre>', page, re.DOTALL)
    assert source
    shown = unescape(source.group(1)).split("\n")
    sent = (letters()[0].raw or b"").decode().replace("\r\n", "\n").split("\n")
    assert len(shown) == len(sent)
    differ = {line.split(":")[0] for line, other in zip(shown, sent, strict=True) if line != other}
    assert differ <= {"Date", "Message-ID"}


def test_the_live_preview_is_a_part_of_the_page(ana: FlaskClient, world: World, box: Mailbox) -> None:
    answer = ana.post(f"/pitches/{world.pitch.id}/letter/preview", data={"mailbox": str(box.id), **TYPED})
    assert answer.status_code == 200
    assert "<html" not in answer.text
    assert "Nothing stands against this letter." in answer.text


def test_a_letter_page_shows_its_tries_and_its_bytes(ana: FlaskClient, world: World, box: Mailbox) -> None:
    letter = queue(world, box)
    jobs.send_due(clock.now())
    page = ana.get(f"/letters/{letter.id}").text
    for part in ("Sent: 250 captured", "as they were sent", "List-Unsubscribe"):
        assert part in page
    raw = ana.get(f"/letters/{letter.id}/raw")
    assert raw.data == fresh(letter.id).raw
    assert raw.headers["Content-Type"] == "message/rfc822"


def test_others_see_no_letters_of_a_project_that_is_not_theirs(
    client: FlaskClient, world: World, box: Mailbox
) -> None:
    letter = queue(world, box)
    log_in(client, world.otto)
    for address in (
        f"/letters/{letter.id}",
        f"/letters/{letter.id}/raw",
        f"/pitches/{world.pitch.id}/letter",
    ):
        assert client.get(address).status_code == 404
    for what in ("undo", "cancel", "retry", "settlement"):
        assert client.post(f"/letters/{letter.id}/{what}").status_code == 404
    assert "Seeds for Wild" not in client.get("/outbox").text
    assert fresh(letter.id).state is MessageState.QUEUED


def test_a_viewer_reads_a_letter_and_decides_nothing(client: FlaskClient, world: World, box: Mailbox) -> None:
    letter = queue(world, box)
    log_in(client, world.vic)
    page = client.get(f"/letters/{letter.id}")
    assert page.status_code == 200
    assert "Cancel letter" not in page.text
    assert client.post(f"/letters/{letter.id}/cancel").status_code == 404
    assert client.get(f"/pitches/{world.pitch.id}/letter").status_code == 404


def test_a_letter_can_be_cancelled(ana: FlaskClient, world: World, box: Mailbox) -> None:
    letter = queue(world, box)
    ana.post(f"/letters/{letter.id}/cancel")
    assert fresh(letter.id).state is MessageState.CANCELLED


def test_captured_letters_are_shown(client: FlaskClient, world: World, box: Mailbox) -> None:
    letter = queue(world, box)
    jobs.send_due(clock.now())
    log_in(client, world.max)
    assert "Seeds for Wild" in client.get("/captured").text
    assert "made me plant again." in client.get(f"/captured/{letter.opaque_id}").text
    for name in ("..%2Foutreach", "nothing", ".hidden"):
        assert client.get(f"/captured/{name}").status_code == 404


def test_a_captured_letter_that_opens_an_account_is_for_admins(client: FlaskClient, world: World) -> None:
    link = "https://outreach.example/passwords/" + "x" * 32
    sys = mailbox(world, address="sys@hazel.example")
    with write():
        mail_moves.queue_system(
            "ada@hazel.example", "A new password", f"Set it: {link}\n", now=clock.now(), mailbox=sys
        )
    jobs.send_due(clock.now())
    [letter] = session().query(Message).all()
    log_in(client, world.max)
    assert letter.opaque_id not in client.get("/captured").text
    assert client.get(f"/captured/{letter.opaque_id}").status_code == 404
    log_in(client, world.ada)
    assert link in client.get(f"/captured/{letter.opaque_id}").text


@pytest.mark.parametrize("number", [10, 200])
def test_screens_take_few_statements(ana: FlaskClient, world: World, box: Mailbox, number: int) -> None:
    letter = queue(world, box)
    with write() as here:
        here.add_all(
            Message(
                direction="out", kind="first", state="sent", mailbox_id=box.id, project_id=world.seed.id, subject="x",
                to_address=f"p{n}@x.example", sent_at=clock.now(), created_at=clock.now(), overruled={}, references=[],
            )
            for n in range(number)
        )  # fmt: skip
    for address in (
        "/outbox",
        f"/letters/{letter.id}",
        f"/pitches/{world.pitch.id}/letter",
        "/mailboxes",
        f"/mailboxes/{box.id}",
    ):
        with counted(db.engine) as count:
            assert ana.get(address).status_code == 200
        assert count.total <= 12, f"{address}: {count}"


# Saying no


def test_looking_at_the_page_changes_nothing(client: FlaskClient, world: World, box: Mailbox) -> None:
    letter = queue(world, box)
    for _ in range(20):
        page = client.get(f"/u/{letter.opt_out_token}", headers={"Sec-Purpose": "prefetch"})
        assert page.status_code == 200
        client.head(f"/u/{letter.opt_out_token}")
        client.options(f"/u/{letter.opt_out_token}")
    assert "b…@wild.example" in page.text
    assert "bo@wild.example" not in page.text
    session().rollback()
    assert session().scalar(sa.select(sa.func.count(Suppression.id))) == 0


@pytest.mark.parametrize("content_type", ["application/x-www-form-urlencoded", "multipart/form-data"])
def test_one_click_works_without_cookie_or_log_in_and_twice(
    client: FlaskClient, world: World, box: Mailbox, content_type: str
) -> None:
    client.application.config["WTF_CSRF_ENABLED"] = True
    letter = queue(world, box)
    for _ in range(2):
        answer = client.post(
            f"/u/{letter.opt_out_token}", data={"List-Unsubscribe": "One-Click"}, content_type=content_type
        )
        assert answer.status_code == 200
        assert "Location" not in answer.headers
    session().rollback()
    found = is_suppressed("BO@wild.example")
    assert found is not None
    assert fresh(letter.id).state is MessageState.CANCELLED
    assert session().get_one(Pitch, world.pitch.id).stage == "suppressed"
    assert is_suppressed("bo+news@wild.example") is None


def test_a_wrong_token_is_not_found(client: FlaskClient, world: World, box: Mailbox) -> None:
    letter = queue(world, box)
    for token in ("x", letter.opt_out_token[:-1], letter.opt_out_token + "A", "0" * 22):
        assert client.get(f"/u/{token}").status_code == 404
        assert client.post(f"/u/{token}").status_code == 404


def test_only_the_tokens_hash_is_kept_to_know_it_by(world: World, box: Mailbox) -> None:
    letter = queue(world, box)
    session().rollback()
    row = session().scalars(sa.select(OptOut)).one()
    assert letter.opt_out_token not in row.token_hash


def test_looking_keeps_nothing(world: World, box: Mailbox) -> None:
    pitch = queries.pitch_to_write(world.ana, world.pitch.id)
    assert pitch
    looked = writing.look(pitch, box, GOOD, by=world.ana, now=clock.now(), to_address="bo@wild.example")
    assert isinstance(looked, Looked)
    session().commit()
    assert letters() == []


# A letter that may have gone out


@pytest.fixture
def unknown(world: World, box: Mailbox) -> Message:
    """Its sender was cut off after the text, and nobody could look for it."""
    letter = queue(world, box)
    with write() as here:
        here.execute(sa.update(Message).values(state=MessageState.UNKNOWN, raw=b"x", asked_at=NOW))
    return fresh(letter.id)


def test_today_asks_about_a_letter_that_may_have_gone_out(
    ana: FlaskClient, world: World, unknown: Message
) -> None:
    assert "may have gone out" in ana.get("/today").text
    page = ana.get(f"/letters/{unknown.id}").text
    assert "It was sent" in page
    assert "It was not: send it again" in page


@pytest.mark.parametrize(("sent", "state"), [("1", MessageState.SENT), ("0", MessageState.QUEUED)])
def test_a_person_says_what_became_of_it_and_its_message_id_stays(
    ana: FlaskClient, world: World, unknown: Message, sent: str, state: MessageState
) -> None:
    name = unknown.message_id
    for _ in range(2):
        ana.post(f"/letters/{unknown.id}/settlement", data={"sent": sent})
        found = fresh(unknown.id)
        assert (found.state, found.message_id) == (state, name)
    assert "may have gone out" not in ana.get("/today").text


def test_a_draft_reads_in_the_outbox_as_it_would_leave_and_says_what_is_missing(
    ana: FlaskClient, world: World, box: Mailbox
) -> None:
    post(
        ana,
        world,
        box,
        "preview",
        subject="{{ asset.title }} for {{ site.name }}",
        body="Hi {{ person.first_name }}\n",
    )
    (draft,) = letters()
    for page in (ana.get("/outbox?state=draft").text, ana.get(f"/letters/{draft.id}").text):
        assert "Forty seed mixes for Wild" in page
    assert "Hi Bo" in page
    post(ana, world, box, "preview", subject="{{ pitch.page_url }}?", body="Hi {{ person.first_name }}\n")
    page = ana.get("/outbox?state=draft").text
    assert "[pitch page url missing]?" in page
    assert "{{" not in page
