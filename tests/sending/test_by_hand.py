"""Letters by contact form, social message and telephone (C10): prepared, logged, taken back, and held by the same gate."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from outreach.consent import moves as consent_moves
from outreach.consent.rules import SuppressionReason
from outreach.db import session, write
from outreach.mail import queries as mail_queries
from outreach.mail.models import Message
from outreach.mail.rules import Channel, LetterKind, MessageState
from outreach.pitches import letter_moves
from outreach.pitches import moves as pitch_moves
from outreach.pitches.models import Pitch
from outreach.pitches.rules import NextKind, PitchType, Stage
from outreach.prospects.models import ContactPoint
from outreach.sending import by_hand, queries, writing
from outreach.sending.by_hand import Logged
from outreach.sending.gate import asked_of, gate
from outreach.sending.rules import Facts, Rule
from tests.sending.letters_world import ADDRESS, GOOD, alone, company, mailbox
from tests.world import NOW, TODAY, World, log_in

FORM = "https://wild.example/contact"
TYPED = {
    "subject": "Seeds", "personal_line": GOOD.personal_line, "personal_url": GOOD.personal_url, "on": TODAY.isoformat(),
    "body": "Hi {{ person.first_name }},\n\nWe tried {{ asset.title }}.\n\n{{ workspace.postal_address }}\nNo more: {{ unsubscribe_url }}\n",
}  # fmt: skip


@pytest.fixture
def ana(app: Flask, client: FlaskClient, world: World) -> FlaskClient:
    company(world)
    client = alone(client)
    log_in(client, world.ana)
    return client


def rows() -> list[Message]:
    session().rollback()
    session().expire_all()
    return list(session().scalars(sa.select(Message).order_by(Message.id)))


def log(world: World, pitch: Pitch | None = None, way: Channel = Channel.FORM, **more: Any) -> Any:
    given = {"by": world.ana, "now": NOW, "today": TODAY, "where": FORM} | more
    return by_hand.log((pitch or world.pitch).id, way, GOOD, TODAY, **given)


def another(world: World, stage: Stage = Stage.READY) -> Pitch:
    """The same project's next pitch at the site, to nobody in particular; the first one has ended."""
    with write():
        if world.pitch.is_open:
            pitch_moves.move(world.pitch, Stage.DECLINED, by=world.ana, now=NOW, today=TODAY)
        return pitch_moves.start(
            world.seed, PitchType.GUEST_POST, world.site.id, by=world.ana, now=NOW, today=TODAY, stage=stage, topic="More",
            own_page_id=world.page.id,
        )  # fmt: skip


def against(pitch: Pitch, way: Channel, world: World, *, days: float) -> set[Rule]:
    """The rules that stand against a letter by this way, so many days later."""
    found = queries.pitch_to_write(world.ana, pitch.id)
    assert found
    now = NOW + timedelta(days=days)
    if way is Channel.MAIL:
        box = mail_queries.usable_mailboxes(world.ana, pitch.project_id)[0]
        looked = writing.look(found, box, GOOD, by=world.ana, now=now, to_address="desk@wild.example")
    else:
        looked = by_hand.look(found, way, GOOD, by=world.ana, now=now, where=FORM, talk=[])
    return {finding.rule for finding in looked.findings}


def test_a_form_is_prepared_logged_and_taken_back(ana: FlaskClient, world: World) -> None:
    here = f"/pitches/{world.pitch.id}/letter/form"
    page = ana.get(here).text
    assert "none is known yet" in page
    assert "Say where it goes" in ana.post(f"{here}/preview", data=TYPED).text
    refused = ana.post(here, data=TYPED | {"do": "sent", "other": "not an address"})
    assert refused.status_code == 422
    assert rows()[0].state is MessageState.DRAFT  # what was typed is kept
    seen = ana.post(f"{here}/preview", data=TYPED | {"other": FORM}).text
    assert "Hi Bo," in seen
    assert "We tried" in seen
    assert "No more" not in seen
    assert f'href="{FORM}"' in seen

    assert ana.post(here, data=TYPED | {"do": "sent", "other": FORM, "on": "2999-01-01"}).status_code == 422
    assert ana.post(here, data=TYPED | {"do": "sent", "other": FORM}).status_code == 302
    (letter,) = rows()
    assert (letter.channel, letter.state, letter.to_address) == (Channel.FORM, MessageState.SENT, FORM)
    assert (letter.kind, letter.author_id) == (LetterKind.FIRST, world.ana.id)
    assert (world.pitch.stage, world.pitch.next_kind) == (Stage.CONTACTED, NextKind.FOLLOW_UP)
    assert (
        session().scalar(sa.select(ContactPoint.site_id).where(ContactPoint.value == FORM)) == world.site.id
    )
    assert "contact form" in ana.get(f"/pitches/{world.pitch.id}").text
    assert "written down by hand" in ana.get(f"/letters/{letter.id}").text
    assert f'value="{FORM}"' in ana.get(here).text

    ana.post(f"/letters/{letter.id}/unsent")
    (draft,) = rows()
    assert (draft.state, draft.channel) == (MessageState.DRAFT, Channel.MAIL)
    assert (world.pitch.stage, world.pitch.last_out_at) == (Stage.READY, None)
    assert "Seeds" in ana.get(here).text
    assert ana.post(f"/letters/{letter.id}/unsent").status_code == 302
    assert world.pitch.stage is Stage.READY


def test_a_letter_is_not_taken_back_once_the_pitch_has_gone_on(ana: FlaskClient, world: World) -> None:
    done = log(world)
    assert isinstance(done, Logged)
    with write():
        letter_moves.talking(world.pitch, now=NOW, today=TODAY)
    ana.post(f"/letters/{done.message_id}/unsent")
    assert rows()[0].state is MessageState.SENT
    assert world.pitch.stage is Stage.TALKING


@pytest.mark.parametrize("way", [Channel.FORM, Channel.SOCIAL, Channel.PHONE, Channel.MAIL])
def test_what_went_by_a_form_rests_the_whole_site(app: Flask, world: World, way: Channel) -> None:
    company(world)
    mailbox(world)
    assert isinstance(log(world), Logged)
    later = another(world)
    assert Rule.COOL_DOWN in against(later, way, world, days=29)
    assert Rule.COOL_DOWN not in against(later, way, world, days=31)


def test_a_mail_rests_the_form_of_its_site_but_no_mail_to_others_there(app: Flask, world: World) -> None:
    company(world)
    mailbox(world)
    with write() as here:
        here.add(
            Message(
                direction="out", kind=LetterKind.FIRST, state=MessageState.SENT, project_id=world.seed.id, pitch_id=world.pitch.id,
                person_id=world.bo.id, to_address=ADDRESS, sent_at=NOW, queued_at=NOW, created_at=NOW,
            )
        )  # fmt: skip
    later = another(world)
    assert Rule.COOL_DOWN in against(later, Channel.FORM, world, days=29)
    assert Rule.COOL_DOWN not in against(later, Channel.MAIL, world, days=29)


def test_a_no_holds_every_way(app: Flask, world: World) -> None:
    company(world)
    with write():
        consent_moves.suppress(
            ADDRESS, reason=SuppressionReason.UNSUBSCRIBED, by=None, now=NOW, source="mail"
        )
    looked = log(world)
    assert [finding.rule for finding in looked.hard] == [Rule.SUPPRESSED]
    assert rows() == []
    assert world.pitch.stage is Stage.READY


def test_mail_alone_is_asked_what_only_mail_has() -> None:
    facts = Facts(
        LetterKind.FIRST,
        NOW,
        channel=Channel.FORM,
        subscriber="corporate",
        personal_line="a",
        personal_url=FORM,
    )
    assert gate(facts) == []
    spared = set(asked_of(Channel.MAIL)) - set(asked_of(Channel.FORM))
    assert (
        spared & {Rule.SUPPRESSED, Rule.COOL_DOWN, Rule.OTHER_PITCH, Rule.DO_NOT_CONTACT, Rule.NO_PITCHES}
        == set()
    )
    assert Rule.PERSONAL_LINE in asked_of(Channel.FORM)
    assert Rule.PERSONAL_LINE not in asked_of(Channel.PHONE)
