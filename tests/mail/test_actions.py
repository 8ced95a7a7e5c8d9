import re

from flask.testing import FlaskClient

from outreach.db import session
from outreach.kit import clock
from outreach.mail import actions, moves
from outreach.mail.models import Message
from outreach.mail.rules import LetterKind, MessageState
from outreach.sending import jobs
from tests.conftest import Place
from tests.sending.letters_world import alone, mailbox
from tests.world import World, log_in


def letters() -> list[Message]:
    session().rollback()
    return session().query(Message).all()


def invite(client: FlaskClient) -> str:
    return (
        alone(client)
        .post(
            "/invitations", data={"email": "new@hazel.example", "role": "manager", "project_role": "member"}
        )
        .text
    )


def test_without_a_mailbox_for_it_an_invitation_is_a_link_to_copy(client: FlaskClient, world: World) -> None:
    mailbox(world)
    log_in(client, world.ada)
    assert "send it by a way you trust" in invite(client)
    assert letters() == []


def test_with_a_mailbox_for_it_an_invitation_is_mailed_too(client: FlaskClient, world: World) -> None:
    box = mailbox(world, owner_id=world.ada.id)
    actions.choose_system(box.id, by=world.ada, now=clock.now())
    log_in(client, world.ada)
    page = invite(client)
    assert "it was mailed to them, too" in page
    [letter] = letters()
    assert (letter.kind, letter.to_address) == (LetterKind.SYSTEM, "new@hazel.example")
    assert letter.subject == "Ada Hazel invites you to Hazel & Loam"
    assert "https://outreach.example/invitations/" in letter.body


def test_once_it_has_left_the_link_is_in_the_letter_alone(
    client: FlaskClient, world: World, place: Place
) -> None:
    box = mailbox(world, owner_id=world.ada.id)
    actions.choose_system(box.id, by=world.ada, now=clock.now())
    log_in(client, world.ada)
    invite(client)
    [queued] = letters()
    link = re.search(r"/invitations/(\S+)", queued.body)
    assert link
    jobs.send_due(clock.now())
    [sent] = letters()
    assert sent.state is MessageState.SENT
    assert link.group(1) not in f"{sent.body}{sent.raw!r}"
    assert "/invitations/…" in sent.body
    assert link.group(1).encode() in (place.instance / "captured" / f"{sent.opaque_id}.eml").read_bytes()


def test_a_password_link_is_mailed_too(client: FlaskClient, world: World) -> None:
    box = mailbox(world, owner_id=world.ada.id)
    actions.choose_system(box.id, by=world.ada, now=clock.now())
    log_in(client, world.ada)
    alone(client).post(f"/users/{world.ana.id}/password-link")
    [letter] = letters()
    assert letter.to_address == "ana@hazel.example"
    assert "https://outreach.example/passwords/" in letter.body


def test_a_letter_of_the_system_keeps_its_line_breaks_out_of_the_subject(world: World) -> None:
    box = mailbox(world, owner_id=world.ada.id)
    moves.choose_system(box, by=world.ada, now=clock.now())
    session().commit()
    assert actions.post("new@hazel.example", "invitation", {"who": "A\r\nBcc: x@evil.example", "link": "x"})
    [letter] = letters()
    assert "\n" not in letter.subject
