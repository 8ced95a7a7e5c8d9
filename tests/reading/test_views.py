"""The Inbox: who sees which mail, and what one press does with it."""

from __future__ import annotations

import re
from datetime import date
from html import unescape

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from outreach.consent.queries import is_suppressed
from outreach.db import session, write
from outreach.letter.kinds import Kind
from outreach.mail.models import Mailbox, Message
from outreach.mail.rules import Direction, LetterKind, MessageState, Placing
from outreach.pitches.models import Pitch
from outreach.pitches.rules import NextKind, Stage
from outreach.prospects.models import ContactPoint, Person, SitePerson
from outreach.web.here import config
from tests.reading.inbox_world import again, answer, box_of, letter, stray
from tests.sending.letters_world import company
from tests.world import World, log_in


@pytest.fixture
def box(app: Flask, world: World) -> Mailbox:
    company(world)
    return box_of(world)


@pytest.fixture
def mail(world: World, box: Mailbox) -> Message:
    return answer(world, letter(world, box), instance=config().instance)


@pytest.fixture
def ana(client: FlaskClient, world: World) -> FlaskClient:
    log_in(client, world.ana)
    return client


def page(client: FlaskClient, path: str) -> str:
    found = client.get(path)
    assert found.status_code == 200, found.text[:2000]
    return found.text


def version(world: World) -> int:
    return int(again(world.pitch).version)


AGREED = {
    "stage": "agreed",
    "target": "https://hazel.example/seed-trial",
    "expected_rel": "follow",
    "due_on": "2026-12-12",
}


def test_a_mail_stands_in_the_list_and_in_the_side_bar(ana: FlaskClient, mail: Message) -> None:
    text = page(ana, "/inbox")
    assert "Bo Berg" in text
    assert "Sounds like a yes" in text
    assert '<span class="sidebar-count is-waiting">1' in text


def test_their_words_come_first_and_the_quoted_ones_are_folded(ana: FlaskClient, mail: Message) -> None:
    text = page(ana, f"/inbox/{mail.id}")
    own, _, quoted = text.partition("What they quote")
    assert "It will be live on 12 December." in own
    assert "forty seed mixes" in quoted
    assert "because of “happy to include it”" in text


def test_one_press_answers_agrees_and_plans(ana: FlaskClient, world: World, mail: Message) -> None:
    sent = ana.post(
        f"/inbox/{mail.id}/filing",
        data={
            **AGREED,
            "version": version(world),
            "mailbox": mail.mailbox_id,
            "body": "Thank you! Here is the chart.",
        },
    )
    assert sent.status_code == 303, sent.text
    pitch = again(world.pitch)
    assert (pitch.stage, pitch.due_on, pitch.expected_rel) == (Stage.AGREED, date(2026, 12, 12), "follow")
    assert pitch.next_kind is not None
    assert again(mail).handled_at is not None
    out = session().scalars(sa.select(Message).where(Message.kind == LetterKind.ANSWER)).one()
    assert out.state is MessageState.QUEUED
    assert (out.in_reply_to, out.mailbox_id, out.to_address) == (
        "<answer@wild.example>",
        mail.mailbox_id,
        "bo@wild.example",
    )
    assert out.references == ["<letter@hazel.example>", "<answer@wild.example>"]


def test_filing_needs_no_answer(ana: FlaskClient, world: World, mail: Message) -> None:
    ana.post(f"/inbox/{mail.id}/filing", data={**AGREED, "version": version(world)})
    assert again(world.pitch).stage is Stage.AGREED
    assert (
        session().scalar(
            sa.select(sa.func.count()).select_from(Message).where(Message.direction == Direction.OUT)
        )
        == 1
    )


def test_what_stands_in_the_form_beforehand_is_no_agreement(
    ana: FlaskClient, world: World, mail: Message
) -> None:
    ana.post(
        f"/inbox/{mail.id}/filing",
        data={
            **AGREED,
            "stage": "talking",
            "due_on": "",
            "version": version(world),
            "body": "Which page?",
            "mailbox": mail.mailbox_id,
        },
    )
    pitch = again(world.pitch)
    assert (pitch.stage, pitch.target_url, pitch.next_kind) == (Stage.TALKING, "", NextKind.FOLLOW_UP)


def test_agreed_without_a_target_is_refused_and_nothing_is_lost(
    ana: FlaskClient, world: World, mail: Message
) -> None:
    sent = ana.post(
        f"/inbox/{mail.id}/filing",
        data={
            **AGREED,
            "target": "",
            "version": version(world),
            "mailbox": mail.mailbox_id,
            "body": "Thank you for this.",
        },
    )
    assert sent.status_code == 422
    assert "Thank you for this." in sent.text
    assert again(mail).handled_at is None
    assert again(world.pitch).stage is Stage.TALKING


def test_who_changed_the_pitch_meanwhile_is_not_overwritten(
    ana: FlaskClient, world: World, mail: Message
) -> None:
    sent = ana.post(f"/inbox/{mail.id}/filing", data={**AGREED, "version": version(world) - 1})
    assert sent.status_code == 409
    assert again(world.pitch).stage is Stage.TALKING


def test_an_answer_that_the_gate_stops_is_told_and_kept_in_the_form(
    ana: FlaskClient, world: World, mail: Message
) -> None:
    sent = ana.post(
        f"/inbox/{mail.id}/filing",
        data={
            "stage": "talking",
            "version": version(world),
            "mailbox": mail.mailbox_id,
            "body": "Dear [name], thank you.",
        },
    )
    assert sent.status_code == 422
    assert "Dear [name], thank you." in sent.text
    assert again(mail).handled_at is None


def test_done_and_back_again(ana: FlaskClient, mail: Message) -> None:
    ana.post(f"/inbox/{mail.id}/handled", data={"done": 1})
    assert again(mail).handled_at is not None
    assert "Nobody waits for an answer" in page(ana, "/inbox")
    ana.post(f"/inbox/{mail.id}/handled?done=0")
    assert again(mail).handled_at is None


def test_done_in_the_list_is_undone_in_the_list(ana: FlaskClient, mail: Message) -> None:
    told = ana.post(f"/inbox/{mail.id}/handled", data={"done": 1, "back": "list"})
    assert told.location == "/inbox?tab=people"
    undo = re.search(rf'action="(/inbox/{mail.id}/handled[^"]*done=0[^"]*)"', ana.get("/inbox").text)
    assert undo
    assert ana.post(unescape(undo[1])).location == "/inbox?tab=people"
    assert again(mail).handled_at is None
    ana.post(f"/inbox/{mail.id}/handled", data={"done": 1})
    assert ana.post(f"/inbox/{mail.id}/handled?done=0").location == f"/inbox/{mail.id}"


def test_a_wrong_kind_is_corrected_by_one_click_and_what_followed_is_undone(
    ana: FlaskClient, world: World, box: Mailbox
) -> None:
    sent = letter(world, box)
    mail = answer(world, sent, what=Kind.AUTO_REPLY, effects={})
    ana.post(f"/inbox/{mail.id}/kind", data={"kind": "human"})
    assert again(mail).what is Kind.HUMAN
    assert again(world.pitch).stage is Stage.TALKING
    ana.post(f"/inbox/{mail.id}/kind?kind=auto_reply")
    assert again(world.pitch).stage is Stage.CONTACTED


def test_wrong_person_makes_the_new_one_and_carries_the_thread(
    ana: FlaskClient, world: World, mail: Message
) -> None:
    sent = ana.post(f"/inbox/{mail.id}/referral", data={"name": "Joan Fell", "address": "Joan@wild.example"})
    assert sent.status_code == 303, sent.text
    joan = session().scalars(sa.select(Person).where(Person.name == "Joan Fell")).one()
    assert joan.referred_by_id == world.bo.id
    assert again(world.pitch).person_id == joan.id
    assert [point.value_norm for point in joan.contact_points] == ["joan@wild.example"]
    assert (
        session().scalar(sa.select(SitePerson.site_id).where(SitePerson.person_id == joan.id))
        == world.site.id
    )
    assert "Bo Berg" in page(ana, f"/people/{joan.id}")


def test_the_form_of_the_new_person_is_filled_from_the_mail(
    ana: FlaskClient, world: World, box: Mailbox
) -> None:
    words = "I am the wrong person, please write to Joan Fell <joan@wild.example>."
    mail = answer(world, letter(world, box), reply_text=words, body=words)
    text = page(ana, f"/inbox/{mail.id}")
    assert 'value="Joan Fell"' in text
    assert 'value="joan@wild.example"' in text


def test_a_stray_mail_is_matched_with_a_pitch(ana: FlaskClient, world: World, box: Mailbox) -> None:
    letter(world, box)
    mail = stray(box, from_address="bo@gmail.test", from_name="Bo")
    assert "Forty seed mixes" in page(ana, f"/inbox/{mail.id}?q=forty")
    ana.post(f"/inbox/{mail.id}/pitch", data={"pitch": world.pitch.id})
    found = again(mail)
    assert (found.placing, found.pitch_id, found.match_reason) == (
        Placing.MATCHED,
        world.pitch.id,
        "Ana Hazel said so",
    )
    assert again(world.pitch).stage is Stage.TALKING


def test_a_match_is_taken_back(ana: FlaskClient, world: World, box: Mailbox) -> None:
    letter(world, box)
    before = again(world.pitch).stage
    mail = stray(box, from_address="bo@gmail.test", from_name="Bo")
    ana.post(f"/inbox/{mail.id}/pitch", data={"pitch": world.pitch.id})
    text = page(ana, f"/inbox/{mail.id}")
    assert "Matched with its pitch" in text
    assert "another pitch" in text
    ana.post(f"/inbox/{mail.id}/proposal")
    found = again(mail)
    assert (found.placing, found.pitch_id, found.thread_id, found.handled_at) == (
        Placing.UNMATCHED, None, None, None,
    )  # fmt: skip
    assert again(world.pitch).stage is before
    assert "Which pitch does it belong to?" in page(ana, f"/inbox/{mail.id}")


def test_match_and_suppress(ana: FlaskClient, world: World, box: Mailbox) -> None:
    letter(world, box)
    mail = stray(box, from_address="bo@gmail.test")
    ana.post(f"/inbox/{mail.id}/pitch", data={"pitch": world.pitch.id, "suppress": 1})
    assert is_suppressed("bo@gmail.test") is not None
    assert again(mail).handled_at is not None


def test_a_stray_mail_becomes_a_new_person(ana: FlaskClient, world: World, box: Mailbox) -> None:
    mail = stray(box)
    sent = ana.post(
        f"/inbox/{mail.id}/person",
        data={
            "name": "Mia Moss",
            "address": "mia@moss.example",
            "site": "moss.example",
            "project": world.seed.id,
        },
    )
    assert sent.status_code == 303, sent.text
    point = session().scalars(sa.select(ContactPoint).where(ContactPoint.value == "mia@moss.example")).one()
    assert again(mail).person_id == point.person_id
    assert again(mail).placing is Placing.MATCHED


def test_a_proposal_is_taken_or_refused(ana: FlaskClient, world: World, box: Mailbox) -> None:
    sent = letter(world, box)
    mail = stray(
        box, placing=Placing.PROPOSED, about_id=sent.id, match_reason="It has the subject of our letter."
    )
    text = page(ana, f"/inbox/{mail.id}")
    assert "This may belong to “Forty seed mixes" in text
    ana.post(f"/inbox/{mail.id}/proposal")
    assert again(mail).placing is Placing.UNMATCHED


def test_a_stray_mail_is_seen_by_the_owner_of_the_mailbox_and_admins_alone(
    client: FlaskClient, world: World, box: Mailbox
) -> None:
    mail = stray(box)
    for who, may in (
        (world.ana, True),
        (world.ada, True),
        (world.max, False),
        (world.vic, False),
        (world.otto, False),
    ):
        log_in(client, who)
        assert client.get(f"/inbox/{mail.id}").status_code == (200 if may else 404), who.name
        assert ("Mia Moss" in page(client, "/inbox?tab=unmatched")) is may


def test_mail_of_a_project_is_seen_by_those_who_see_the_project(
    client: FlaskClient, world: World, mail: Message
) -> None:
    for who, may in ((world.vic, True), (world.max, True), (world.otto, False)):
        log_in(client, who)
        assert client.get(f"/inbox/{mail.id}").status_code == (200 if may else 404), who.name


def test_who_may_only_read_changes_nothing(client: FlaskClient, world: World, mail: Message) -> None:
    log_in(client, world.vic)
    text = page(client, f"/inbox/{mail.id}")
    assert "Send and file" not in text
    for path in ("handled", "kind?kind=bounce", "referral", "filing"):
        assert (
            client.post(
                f"/inbox/{mail.id}/{path}", data={"name": "X", "address": "x@wild.example"}
            ).status_code
            == 404
        )
    assert again(mail).handled_at is None


def test_their_html_is_shown_clean_in_a_frame_without_pictures(ana: FlaskClient, mail: Message) -> None:
    assert 'sandbox="allow-popups' in page(ana, f"/inbox/{mail.id}?html=1")
    frame = ana.get(f"/inbox/{mail.id}/html")
    assert "<b>include</b>" in frame.text
    assert "script" not in frame.text.replace("<!doctype", "")
    assert "tracker.example" not in frame.text
    assert "sandbox" in frame.headers["Content-Security-Policy"]
    assert "img-src data:;" in frame.headers["Content-Security-Policy"]


def test_pictures_are_shown_when_asked_for(ana: FlaskClient, mail: Message) -> None:
    assert "Show remote pictures" in page(ana, f"/inbox/{mail.id}?html=1")
    frame = ana.get(f"/inbox/{mail.id}/html?images=1")
    assert "https://tracker.example/pixel.gif" in frame.text
    assert '<meta name="referrer" content="no-referrer">' in frame.text


def test_a_file_is_only_ever_downloaded_under_a_safe_name(ana: FlaskClient, mail: Message) -> None:
    file = ana.get(f"/inbox/{mail.id}/files/1")
    assert file.data == b"<script>alert(1)</script>"
    assert file.headers["Content-Disposition"] == "attachment; filename=plan.html"
    assert file.headers["Content-Type"] == "application/octet-stream"
    assert file.headers["X-Content-Type-Options"] == "nosniff"
    assert ana.get(f"/inbox/{mail.id}/files/2").status_code == 404


def test_a_mail_that_is_no_longer_kept_is_said_in_words(ana: FlaskClient, world: World, box: Mailbox) -> None:
    mail = answer(world, letter(world, box))
    for path in ("html", "raw", "files/1"):
        found = ana.get(f"/inbox/{mail.id}/{path}")
        assert found.status_code == 404
        assert "no longer kept" in found.text


def test_automatic_mail_and_bounces_stand_apart(
    ana: FlaskClient, world: World, box: Mailbox, app: Flask
) -> None:
    sent = letter(world, box)
    answer(
        world,
        sent,
        what=Kind.AUTO_REPLY,
        subject="Away until Monday",
        message_id="<a1@wild.example>",
        handled_at=sent.sent_at,
    )
    answer(
        world,
        sent,
        what=Kind.BOUNCE,
        subject="Not delivered",
        message_id="<a2@wild.example>",
        handled_at=sent.sent_at,
    )
    assert "Away until Monday" not in page(ana, "/inbox")
    assert "Away until Monday" in page(ana, "/inbox?tab=automatic")
    assert "Not delivered" in page(ana, "/inbox?tab=bounces")


def test_the_list_is_paged(ana: FlaskClient, world: World, box: Mailbox) -> None:
    sent = letter(world, box)
    with write() as here:
        for number in range(60):
            here.add(
                Message(
                    direction=Direction.IN, state=MessageState.RECEIVED, project_id=sent.project_id, pitch_id=sent.pitch_id,
                    thread_id=sent.thread_id, mailbox_id=box.id, from_address="bo@wild.example", from_name=f"Bo {number:02}",
                    what=Kind.HUMAN, placing=Placing.MATCHED, received_at=sent.sent_at, created_at=sent.sent_at, effects={},
                )
            )  # fmt: skip
    first = page(ana, "/inbox")
    assert first.count('class="item ') == 50
    older = first.partition("Newer")[0].rpartition('href="/inbox?at=')[2].partition('"')[0]
    assert page(ana, f"/inbox?at={older}").count('class="item ') == 10


def test_the_first_sync_says_how_far_it_is(ana: FlaskClient, world: World) -> None:
    box_of(world, address="second@hazel.example")
    with write() as here:
        row = here.scalars(sa.select(Mailbox).where(Mailbox.address == "second@hazel.example")).one()
        row.read_state, row.read_done, row.read_total = "first", 1200, 10_000  # type: ignore[assignment]
    assert "1,200 of 10,000" in page(ana, "/inbox")


def test_today_leads_to_the_mail_that_waits(ana: FlaskClient, world: World, mail: Message) -> None:
    with write() as here:
        here.get_one(Pitch, world.pitch.id).next_on = date(2026, 1, 1)
    assert f'href="/inbox/{mail.id}"' in page(ana, "/today")
