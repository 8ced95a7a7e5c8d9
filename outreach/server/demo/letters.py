"""What was written to people of the demo, and what they answered."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from outreach.accounts.models import User
from outreach.db import session
from outreach.kit import urls
from outreach.mail import envelope
from outreach.mail.models import LetterTemplate, Mailbox, Message, TemplateVersion, Thread
from outreach.mail.rules import Channel, Direction, LetterKind, MessageState
from outreach.pitches.models import Pitch
from outreach.projects.models import OwnPage
from outreach.prospects.models import ContactPoint, Person, Site
from outreach.prospects.rules import ContactKind
from outreach.server.demo import names
from outreach.server.demo.build import Build

LINES = (
    "Your piece on north walls made me go out and measure mine.",
    "I have read your notes on seven dry weeks twice, and tried the second tip.",
    "The table in your autumn issue is the only honest one I know.",
    "You wrote that nobody publishes failures. We do, and this is one.",
)


def write_first(build: Build, pitch: Pitch, page: OwnPage, owner: User, at: datetime) -> None:
    here = session()
    person = here.get(Person, pitch.person_id) if pitch.person_id else None
    point = here.query(ContactPoint).filter_by(person_id=pitch.person_id).first() if person else None
    box = here.query(Mailbox).filter_by(owner_id=owner.id, is_system=False).first()
    if person is None or point is None or box is None:
        return
    subject = f"{page.title}, for {here.get_one(Site, pitch.site_id).title}?"
    thread = _thread(pitch, subject, at)
    line = build.chance.choice(LINES)
    body = f"Hi {person.first_name},\n\n{line}\n\nWe have just finished “{page.title}” ({page.url}). I would like to write up what it means for your readers, with figures that nobody has published yet.\n\nMy idea: {pitch.topic}.\n\nWould that fit?\n\n{owner.name}\nHazel & Loam"
    build.letters[pitch.id] = [
        Message(
            direction=Direction.OUT,
            kind=LetterKind.FIRST,
            state=MessageState.SENT,
            project_id=pitch.project_id,
            thread_id=thread.id,
            pitch_id=pitch.id,
            person_id=person.id,
            mailbox_id=box.id,
            author_id=owner.id,
            message_id=envelope.new_message_id(box.address),
            opaque_id=envelope.new_token(),
            from_address=box.address,
            from_name=owner.name,
            to_address=point.value,
            to_name=person.name,
            template_version_id=_template(pitch),
            subject=subject,
            body=body,
            personal_line=line,
            personal_url=f"https://{here.get_one(Site, pitch.site_id).key}/",
            queued_at=at,
            sent_at=at,
            due_at=at,
            created_at=at,
        )
    ]


def _template(pitch: Pitch) -> int | None:
    """The words of a first letter of the pitch's type."""
    return session().scalar(
        sa.select(TemplateVersion.id)
        .join(LetterTemplate)
        .where(LetterTemplate.type == pitch.type, LetterTemplate.kind == LetterKind.FIRST)
    )


def _thread(pitch: Pitch, subject: str, at: datetime) -> Thread:
    """The conversation that a first letter begins."""
    made = Thread(
        project_id=pitch.project_id, pitch_id=pitch.id, site_id=pitch.site_id, person_id=pitch.person_id,
        subject=subject, last_at=at, created_at=at,
    )  # fmt: skip
    session().add(made)
    session().flush()
    return made


def by_form(build: Build, pitch: Pitch, key: str) -> None:
    """The first letter went by the contact form of the site."""
    first = build.letters[pitch.id][0]
    first.channel, first.to_address = Channel.FORM, f"{build.address(key)}/contact"
    first.mailbox_id = first.message_id = first.opaque_id = first.due_at = None
    first.from_address, first.raw = "", None
    session().add(
        ContactPoint(
            site_id=pitch.site_id, kind=ContactKind.FORM, value=first.to_address, value_norm=urls.normalise(first.to_address),
            source_url=first.to_address, found_at=build.ago(40), found_by_id=pitch.owner_id,
        )
    )  # fmt: skip
    session().flush()


def answer(build: Build, pitch: Pitch, at: datetime) -> None:
    here = session()
    if pitch.id not in build.letters:
        return
    last = build.letters[pitch.id][-1]
    here.get_one(Thread, last.thread_id or 0).last_at = at
    build.letters[pitch.id].append(
        Message(
            direction=Direction.IN,
            state=MessageState.RECEIVED,
            project_id=pitch.project_id,
            thread_id=last.thread_id,
            pitch_id=pitch.id,
            person_id=pitch.person_id,
            message_id=envelope.new_message_id(last.to_address),
            in_reply_to=last.message_id or "",
            from_address=last.to_address,
            from_name=last.to_name,
            to_address=last.from_address,
            subject=f"Re: {last.subject}",
            body=f"{build.chance.choice(names.REPLIES)}\n\n{last.to_name.split()[0]}",
            received_at=at,
            created_at=at,
        )
    )
