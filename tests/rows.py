"""A row of every kind that an address can name, all of the project "Seed trial"; for tests/test_rights.py."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import sqlalchemy as sa

from outreach.accounts.models import Key, Leave
from outreach.care.bulk_models import BulkRun
from outreach.care.bulk_rules import BulkList, BulkState, Deed
from outreach.care.import_models import ImportFile
from outreach.care.import_rules import ImportState
from outreach.care.merging.models import Merge, Pair
from outreach.care.merging.rules import Kind as MergeKind
from outreach.care.models import Erasure
from outreach.care.rules import ErasureState
from outreach.consent.models import Suppression, SuppressionBatch
from outreach.consent.rules import SuppressionKind, SuppressionReason
from outreach.db import Base, session, write
from outreach.letter.kinds import Kind
from outreach.links.list_rules import ListState, RowState
from outreach.links.models import LinkCheck, LinkList, LinkListRow, PlacedLink
from outreach.links.publication_models import Finding, Publication
from outreach.links.rules import Confidence, LinkState, Presence, Value
from outreach.mail.models import (
    LetterBatch,
    LetterFile,
    LetterTemplate,
    Mailbox,
    MailboxSearch,
    Message,
    Snippet,
    TemplateVersion,
)
from outreach.mail.rules import Direction, LetterKind, MailboxKind, MessageState, Placing, SearchState
from outreach.pitches.models import StageChange
from outreach.pitches.production.models import Contributor, PitchFile, Production, ProductionStep
from outreach.pitches.rules import PitchType
from outreach.projects.models import Membership
from outreach.projects.saved.models import SavedView
from outreach.prospects.labels.models import OwnField, Tag
from outreach.prospects.labels.rules import About, FieldKind
from outreach.prospects.models import ContactPoint, ImportBatch, ProspectChange, SitePerson
from outreach.prospects.rules import BatchSource, ContactKind
from outreach.reminders.models import Reminder
from outreach.reminders.rules import ReminderKind
from outreach.research.models import FoundContact
from outreach.sending.models import FollowUpStop
from tests.world import NOW, TODAY, World, person, prospect, site

MADE: dict[str, Callable[[World], Base]] = {
    "batch_id": lambda world: ImportBatch(
        project_id=world.seed.id, source=BatchSource.PASTE, counts={}, created_at=NOW, created_by_id=world.ana.id
    ),
    "link_id": lambda world: PlacedLink(
        project_id=world.seed.id, site_id=world.site.id, page_url="https://wild.example/dry-august",
        page_url_norm="wild.example/dry-august", target_url=world.page.url, state=LinkState.LIVE, state_since=NOW,
        owner_id=world.ana.id, created_at=NOW, created_by_id=world.ana.id,
    ),
    "import_id": lambda world: ImportFile(
        project_id=world.seed.id, name="sites.csv", state=ImportState.COUNTED, counts={"new": 1}, total=1, created_at=NOW,
        created_by_id=world.ana.id,
    ),
    "list_id": lambda world: LinkList(
        project_id=world.seed.id, name="links.csv", state=ListState.DONE, total=1, first=[["page"]], created_at=NOW,
        created_by_id=world.ana.id,
    ),
    "publication_id": lambda world: Publication(
        pitch_id=world.pitch.id, page_url="https://wild.example/new", page_url_norm="wild.example/new", href=world.page.url,
        via="feed", state=Finding.OPEN, found_at=NOW,
    ),
    "mailbox_id": lambda world: Mailbox(
        owner_id=world.ana.id, project_id=world.seed.id, kind=MailboxKind.CAPTURE, address="hello@hazel.example", timezone="UTC", created_at=NOW
    ),
    "find_id": lambda world: FoundContact(
        site_id=world.site.id, kind=ContactKind.EMAIL, value="desk@wild.example", value_norm="desk@wild.example", via="mailto",
        source_url="https://wild.example/contact", found_at=NOW,
    ),
    "search_id": lambda world: MailboxSearch(
        user_id=world.ana.id, mailbox_name="ana@hazel.example", state=SearchState.FOUND, servers={}, results={}, why="Nothing is known.",
        secret="", created_at=NOW,
    ),
    "template_id": lambda world: LetterTemplate(
        project_id=world.seed.id, type=PitchType.GUEST_POST, kind=LetterKind.FIRST, name="First letter",
        created_at=NOW, updated_at=NOW, created_by_id=world.ana.id,
    ),
    "reminder_id": lambda world: Reminder(
        project_id=world.seed.id, pitch_id=world.pitch.id, kind=ReminderKind.OTHER, words="Look again", due_on=TODAY,
        owner_id=world.ana.id, created_at=NOW, created_by_id=world.ana.id,
    ),
    "pitches.undo change_id": lambda world: StageChange(
        pitch_id=world.pitch.id, at=NOW, by_id=world.ana.id, from_stage="idea", to_stage="ready", version=1
    ),
    "prospects.undo_change change_id": lambda world: ProspectChange(at=NOW, by_id=world.ana.id, before=[]),
    "consent.batch batch_id": lambda world: SuppressionBatch(
        source="our newsletter tool", counts={"new": 2}, created_at=NOW, created_by_id=world.ada.id
    ),
    "desk.undo_decision change_id": lambda world: ProspectChange(
        at=NOW, by_id=world.ana.id, before=[[world.prospect.id, "new", "", None, NOW.isoformat(), None, None]]
    ),
    "bulk_id": lambda world: BulkRun(
        of=BulkList.PROSPECTS, deed=Deed.TAG, params={"tags": {"x": "x"}}, state=BulkState.DONE, created_at=NOW, created_by_id=world.ana.id
    ),
    "view_id": lambda world: SavedView(
        list="prospects", name="Kept", query="state=kept", owner_id=world.ana.id, project_id=world.seed.id, created_at=NOW
    ),
    "field_id": lambda world: OwnField(about=About.SITE, kind=FieldKind.NUMBER, name="Rating", created_at=NOW),
    "tag_id": lambda world: Tag(name="Press", key="press", created_at=NOW),
    "snippet_id": lambda world: Snippet(
        project_id=world.seed.id, name="Who we are", body="We grow seeds.", created_at=NOW, updated_at=NOW, created_by_id=world.ana.id
    ),
    "letter_batch_id": lambda world: LetterBatch(
        project_id=world.seed.id, name="First letter", created_at=NOW, created_by_id=world.ana.id
    ),
    "suppression_id": lambda world: Suppression(
        kind=SuppressionKind.EMAIL, value="no@wild.example", keyed_hash="0" * 64, reason=SuppressionReason.BY_HAND,
        created_at=NOW,
    ),
    "step_id": lambda world: ProductionStep(
        pitch_id=world.pitch.id, code="outline", words="Outline sent", due_on=TODAY, created_at=NOW
    ),
    "pitch_file_id": lambda world: PitchFile(
        pitch_id=world.pitch.id, part="draft", number=1, name="a.pdf", type="application/pdf", size=5, reference="0" * 64,
        created_at=NOW, created_by_id=world.ana.id,
    ),
    "a slot": lambda world: Production(pitch_id=world.pitch.id, slot_at=NOW, created_at=NOW),
    "stop_id": lambda world: FollowUpStop(pitch_id=world.pitch.id, person_id=world.bo.id, by_id=world.ana.id, at=NOW, effects={}),
    "leave_id": lambda world: Leave(user_id=world.ana.id, first_on=TODAY, last_on=TODAY, created_at=NOW),
    "contributor_id": lambda world: Contributor(pitch_id=world.pitch.id, name="Cleo", created_at=NOW),
    "erasure_id": lambda world: Erasure(
        state=ErasureState.DONE, hashes=["0" * 64], counts={"people": {"deleted": 1}}, asked_at=NOW, done_at=NOW,
        asked_by_id=world.max.id,
    ),
    "merge_id": lambda world: Merge(
        kind=MergeKind.PERSON, survivor_id=world.bo.id, former_id=987_654, former_name="B. Berg", person_id=world.bo.id,
        steps=[], at=NOW, by_id=world.ana.id,
    ),
    "key_id": lambda world: Key(
        token_hash="0" * 64, purpose="invitation", email="new@hazel.example", created_by_id=world.ada.id,
        created_at=NOW, expires_at=NOW.replace(year=2099),
    ),
}  # fmt: skip
"""How to make a row for a parameter of an address, by the parameter's name, or by "endpoint name" where rooms differ."""


@dataclass(frozen=True)
class Rows:
    """The ids to fill addresses with."""

    ids: dict[str, object]

    def fill(self, endpoint: str, name: str) -> object | None:
        """What stands for the parameter `name` in the addresses of `endpoint`; None when nobody has said."""
        return self.ids.get(f"{endpoint} {name}", self.ids.get(name))

    @classmethod
    def build(cls, world: World) -> Rows:
        with write() as here:
            made = {name: make(world) for name, make in MADE.items()}
            here.add_all(made.values())
            here.flush()
            ids: dict[str, object] = {name: row.id for name, row in made.items()}
            more = _leaning_on(world, ids)
            here.add_all(more.values())
            here.flush()
            ids |= {name: row.id for name, row in more.items()}
            ids |= _alike(world)
            ids |= _in_batch(world, int(ids["letter_batch_id"]))  # type: ignore[call-overload]
            ids["file_id"] = _file(int(ids["message_id"]))  # type: ignore[call-overload]
        ids["consent.undo_batch batch_id"] = ids["consent.batch batch_id"]
        return cls(ids | _of_the_world(world))


def _leaning_on(world: World, ids: dict[str, object]) -> dict[str, Base]:
    """Rows that need the id of another one."""
    return {
        "check_id": LinkCheck(
            link_id=ids["link_id"], at=NOW, presence=Presence.FOUND, value=Value.PASSES, confidence=Confidence.MACHINE,
            state_after=LinkState.LIVE, page_state="readable",
        ),
        "list_row_id": LinkListRow(
            list_id=ids["list_id"], number=1, cells=["https://wild.example/dry-august"], state=RowState.FOUND,
            page_url="https://wild.example/dry-august",
        ),
        "message_id": Message(
            direction=Direction.OUT, kind=LetterKind.FIRST, state=MessageState.QUEUED, project_id=world.seed.id,
            pitch_id=world.pitch.id, person_id=world.bo.id, mailbox_id=ids["mailbox_id"], author_id=world.ana.id,
            to_address="bo@wild.example", subject="Forty seed mixes", body="Hello Bo", body_html="<p>Hello Bo</p>", due_at=NOW,
            created_at=NOW,
        ),
        "mail_id": Message(
            direction=Direction.IN, state=MessageState.RECEIVED, project_id=world.seed.id, pitch_id=world.pitch.id,
            person_id=world.bo.id, mailbox_id=ids["mailbox_id"], from_address="bo@wild.example", subject="Re: Forty seed mixes",
            body="Hello Ana", what=Kind.HUMAN, placing=Placing.MATCHED, received_at=NOW, created_at=NOW, effects={},
        ),
        "version_id": TemplateVersion(
            template_id=ids["template_id"], number=1, subject="Seeds", body="Hello", body_html="<p>Hello</p>", created_at=NOW,
            created_by_id=world.ana.id,
        ),
    }  # fmt: skip


def _alike(world: World) -> dict[str, object]:
    """A second person at the site and a second site of the project, and the pair of the two people."""
    second, place = person("Bob Berg"), site("wild-garden.example")
    session().add_all([second, place])
    session().flush()
    pair = Pair(
        kind=MergeKind.PERSON,
        reasons=["near_name"],
        first_person_id=world.bo.id,
        second_person_id=second.id,
        found_at=NOW,
    )
    session().add_all(
        [SitePerson(site_id=world.site.id, person_id=second.id), prospect(world.seed, place, world.ana), pair]
    )
    session().flush()
    return {
        "care.merge_people other_id": second.id,
        "care.merge_sites other_id": place.id,
        "pair_id": pair.id,
    }


def _in_batch(world: World, batch_id: int) -> dict[str, object]:
    """A draft of the batch."""
    row = Message(
        direction=Direction.OUT, kind=LetterKind.FIRST, state=MessageState.DRAFT, project_id=world.seed.id, batch_id=batch_id,
        pitch_id=world.pitch.id, person_id=world.bo.id, author_id=world.ana.id, to_address="bo@wild.example", subject="Seeds",
        body="Hello", state_reason="Say what you read on their page.", created_at=NOW,
    )  # fmt: skip
    session().add(row)
    session().flush()
    return {"draft_id": row.id}


def _file(message_id: int) -> int:
    """A file of the letter; what is in it is not on the disk."""
    row = LetterFile(
        message_id=message_id,
        name="a.pdf",
        type="application/pdf",
        size=5,
        reference="0" * 64,
        created_at=NOW,
    )
    session().add(row)
    session().flush()
    return row.id


def _of_the_world(world: World) -> dict[str, object]:
    """Rows that the world has already, and what names none."""
    return {
        "project_id": world.seed.id,
        "page_id": world.page.id,
        "membership_id": _first(Membership, Membership.project_id == world.seed.id),
        "pitch_id": world.pitch.id,
        "site_id": world.site.id,
        "person_id": world.bo.id,
        "prospect_id": world.prospect.id,
        "contact_id": _first(ContactPoint, ContactPoint.person_id == world.bo.id),
        "prospects.set_role row_id": _first(SitePerson, SitePerson.person_id == world.bo.id),
        "user_id": world.ana.id,
        "way": "form",
        "token": "no-such-token",
        "name": "no-such-file",
        "number": 1,
        "filename": "dist/manifest.json",
    }


def _first(kind: type[Base], where: sa.ColumnElement[bool]) -> int:
    return session().scalars(sa.select(kind.id).where(where).order_by(kind.id).limit(1)).one()
