"""Rows of the project "Other", and the forms of Ana's into which their numbers can be put."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from outreach.db import Base, db, session, write
from outreach.diary.models import Entry
from outreach.links.models import PlacedLink
from outreach.mail.models import LetterTemplate, Mailbox, Message, TemplateVersion
from outreach.mail.rules import Direction, LetterKind, MailboxKind, MessageState
from outreach.pitches import moves as pitch_moves
from outreach.pitches.models import Pitch
from outreach.pitches.rules import PitchType, Stage
from outreach.projects.models import OwnPage
from outreach.prospects.models import Person, Prospect, Site, SitePerson
from outreach.reminders.models import Reminder
from tests.world import NOW, TODAY, World, person, prospect, site

NAME = "Quite Confidential"
"""In every text of these rows: nobody outside may read it."""
Row = tuple[type[Base], int]


@dataclass(frozen=True)
class Others:
    """The ids of the rows."""

    project: int
    otto: int
    site: int
    person: int
    prospect: int
    page: int
    pitch: int
    mailbox: int
    template: int
    version: int
    draft: int

    @classmethod
    def build(cls, world: World) -> Others:
        with write() as here:
            place, who = site("secret.example"), person(NAME)
            place.title = NAME
            page = OwnPage(project_id=world.other.id, url="https://frost.example/x", url_norm="frost.example/x", title=NAME, created_at=NOW)  # fmt: skip
            box = Mailbox(project_id=world.other.id, kind=MailboxKind.CAPTURE, address="confidential@frost.example", from_name=NAME, timezone="UTC", created_at=NOW)  # fmt: skip
            template = LetterTemplate(project_id=world.other.id, type=PitchType.GUEST_POST, kind=LetterKind.FIRST, name=NAME, created_at=NOW, updated_at=NOW, created_by_id=world.otto.id)  # fmt: skip
            here.add_all([place, who, page, box, template])
            here.flush()
            seen = prospect(world.other, place, world.otto)
            version = TemplateVersion(template_id=template.id, number=1, subject=NAME, body=NAME, created_at=NOW, created_by_id=world.otto.id)  # fmt: skip
            here.add_all([seen, version, SitePerson(site_id=place.id, person_id=who.id, role="editor")])
            pitch = pitch_moves.start(
                world.other, PitchType.GUEST_POST, place.id, by=world.otto, now=NOW, today=TODAY, person_id=who.id,
                own_page_id=page.id, topic=NAME, stage=Stage.READY,
            )  # fmt: skip
            here.flush()
            draft = Message(
                direction=Direction.OUT, kind=LetterKind.FIRST, state=MessageState.DRAFT, project_id=world.other.id, pitch_id=pitch.id,
                mailbox_id=box.id, author_id=world.otto.id, to_address="x@secret.example", subject=NAME, body=NAME, created_at=NOW,
            )  # fmt: skip
            here.add(draft)
            here.flush()
            return cls(world.other.id, world.otto.id, place.id, who.id, seen.id, page.id, pitch.id, box.id, template.id, version.id, draft.id)  # fmt: skip

    def told(self) -> dict[str, Any]:
        """These rows, all columns, and how many rows anywhere lean on them."""
        db.session.rollback()
        rows: list[Row] = [
            (Site, self.site), (Person, self.person), (Prospect, self.prospect), (OwnPage, self.page), (Pitch, self.pitch),
            (Mailbox, self.mailbox), (LetterTemplate, self.template), (TemplateVersion, self.version), (Message, self.draft),
        ]  # fmt: skip
        found: dict[str, Any] = {
            kind.__name__: tuple(session().execute(sa.select(*kind.__table__.c).where(kind.id == key)).one())
            for kind, key in rows
        }
        leans = (
            (Entry, Entry.project_id == self.project), (PlacedLink, PlacedLink.pitch_id == self.pitch), (PlacedLink, PlacedLink.project_id == self.project),
            (Message, Message.mailbox_id == self.mailbox), (Message, Message.template_version_id == self.version), (Mailbox, Mailbox.project_id == self.project),
            (LetterTemplate, LetterTemplate.project_id == self.project), (Pitch, Pitch.project_id == self.project), (Pitch, Pitch.person_id == self.person),
            (Pitch, Pitch.own_page_id == self.page), (Pitch, Pitch.site_id == self.site), (Pitch, Pitch.owner_id == self.otto), (Pitch, Pitch.next_owner_id == self.otto),
            (Reminder, Reminder.pitch_id == self.pitch), (Reminder, Reminder.site_id == self.site), (Reminder, Reminder.person_id == self.person), (Reminder, Reminder.owner_id == self.otto),
            (Prospect, Prospect.project_id == self.project), (Prospect, Prospect.owner_id == self.otto), (OwnPage, OwnPage.asset_owner_id == self.otto),
            (SitePerson, SitePerson.site_id == self.site),
        )  # fmt: skip
        for number, (kind, where) in enumerate(leans):
            found[f"{number} {where}"] = session().scalar(sa.select(sa.func.count(kind.id)).where(where))
        return found

    def forms(self, world: World) -> list[tuple[str, dict[str, Any]]]:
        """(address, fields) of forms that are Ana's own but for the numbers."""
        mine, letter = world.pitch.id, {"subject": "x", "body": "x", "to_address": "bo@wild.example"}
        reminder = {"kind": "other", "words": "x", "due_on": "2099-01-01", "owner": world.ana.id}
        box = {"kind": "capture", "address": "a@hazel.example", "from_name": "A", "timezone": "UTC", "window_from": "08:00", "window_to": "18:00", "daily_cap": 5, "hourly_cap": 5, "gap_min": 1, "gap_max": 2}  # fmt: skip
        plan = {"version": 1, "kind": "follow_up", "on": "2099-01-01"}
        link = {
            "page_url": "https://wild.example/p",
            "target_url": "https://hazel.example/",
            "rel": "any",
            "importance": "1",
        }
        template = {"name": "T", "type": "guest_post", "kind": "first", "subject": "x", "body": "x"}
        return [
            (f"/pitches/new?project={self.project}&site={self.site}", {"type": "guest_post", "topic": "x"}),
            (f"/pitches/new?project={world.seed.id}&site={self.site}", {"type": "guest_post", "topic": "x"}),
            (f"/pitches/new?project={world.seed.id}&site={world.site.id}", {"type": "guest_post", "topic": "x", "person": self.person, "own_page": self.page, "owner": self.otto, "stage": "idea"}),
            (f"/pitches/{mine}/edit", {"version": 1, "type": "guest_post", "topic": "x", "person": self.person}),
            (f"/pitches/{mine}/edit", {"version": 1, "type": "guest_post", "topic": "x", "own_page": self.page}),
            (f"/pitches/{mine}/owner", {"version": 1, "owner": self.otto}),
            (f"/pitches/{mine}/next", {**plan, "owner": self.otto}),
            (f"/pitches/{mine}/next/undo?kind=follow_up&on=2099-01-01&owner={self.otto}", {}),
            (f"/pitches/{mine}/agreement", {"version": 1, "target_page": self.page}),
            (f"/pitches/{mine}/letter", {**letter, "do": "use", "template": self.template}),
            (f"/pitches/{mine}/letter", {**letter, "do": "queue", "mailbox": self.mailbox}),
            (f"/pitches/{mine}/letter", {**letter, "do": "queue", "draft": self.draft, "version": self.version}),
            (f"/pitches/{mine}/letter?draft={self.draft}", {**letter, "do": "preview", "mailbox": self.mailbox}),
            (f"/pitches/{mine}/letter/preview", {**letter, "mailbox": self.mailbox, "draft": self.draft}),
            ("/templates/preview", {**template, "as_pitch": self.pitch, "body": "{{ person.name }} {{ site.name }}"}),
            ("/templates/new", {**template, "project_id": self.project}),
            ("/mailboxes/new", {**box, "project_id": self.project}),
            ("/links/new", {**link, "project_id": self.project}),
            ("/links/new", {**link, "project_id": world.seed.id, "pitch_id": self.pitch}),
            (f"/links/new?pitch_id={self.pitch}", {**link, "project_id": world.seed.id}),
            (f"/reminders/new?pitch={self.pitch}", reminder),
            (f"/reminders/new?site={self.site}", reminder),
            (f"/reminders/new?person={self.person}", reminder),
            (f"/reminders/new?pitch={mine}", {**reminder, "owner": self.otto}),
            ("/reminders/new", {**reminder, "owner": self.otto}),
            ("/prospects/new", {"project": self.project, "addresses": "new.example", "text": "new.example"}),
            ("/prospects/changes", {"row": self.prospect, "state": "rejected"}),
            ("/prospects/changes", {"one": f"rejected-{self.prospect}"}),
            ("/prospects/changes", {"row": self.prospect, "owner": "me"}),
            ("/prospects/changes", {"row": world.prospect.id, "owner": self.otto}),
            (f"/projects/{world.seed.id}/pages", {"url": "https://hazel.example/n", "title": "x", "is_asset": "y", "asset_owner_id": self.otto}),
            (f"/projects/{world.seed.id}/pages/{self.page}", {"url": "https://hazel.example/n", "title": "x"}),
            (f"/people/{world.bo.id}/sites/new", {"site": "secret.example", "role": "x"}),
            ("/people/new", {"site": "secret.example", "name": "x"}),
        ]  # fmt: skip
