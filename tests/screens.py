"""Every screen of the product and its address, over whatever rows a database holds: what all screens must keep is tried on all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any

import sqlalchemy as sa
from flask import Flask
from werkzeug.routing import Rule

from outreach.accounts import moves as account_moves
from outreach.accounts.models import Key, User
from outreach.accounts.rules import UserRole
from outreach.care import bulk_actions, import_actions
from outreach.care.bulk_models import BulkRun
from outreach.care.bulk_rules import BulkList, Deed
from outreach.care.import_models import ImportFile
from outreach.care.import_names import Field as ImportField
from outreach.care.import_rules import ImportState
from outreach.care.merging.models import Merge, Pair
from outreach.care.merging.rules import Kind as MergeKind
from outreach.care.models import Erasure
from outreach.consent import opt_outs
from outreach.consent.models import Suppression, SuppressionBatch
from outreach.consent.queries import hash_key
from outreach.db import session, write
from outreach.desk import dealing, tickets
from outreach.letter.kinds import Kind
from outreach.links import list_actions
from outreach.links.list_rules import Field, ListState, Purpose
from outreach.links.models import LinkCheck, LinkList, PlacedLink
from outreach.links.rules import LinkState
from outreach.mail.models import (
    LetterBatch,
    LetterTemplate,
    Mailbox,
    MailboxSearch,
    Message,
    Snippet,
    TemplateVersion,
)
from outreach.mail.rules import Direction, Placing
from outreach.mail.search import actions as search_actions
from outreach.pitches.models import Pitch, StageChange
from outreach.pitches.production.models import Contributor, PitchFile, ProductionStep
from outreach.projects.models import Membership, OwnPage
from outreach.projects.saved.models import SavedView
from outreach.prospects import actions as prospect_actions
from outreach.prospects.labels.models import OwnField, Tag
from outreach.prospects.models import ContactPoint, ImportBatch, Prospect, ProspectChange
from outreach.reminders.models import Reminder
from outreach.reminders.rules import ReminderState
from outreach.sending import carriers
from outreach.web import access

NO_SCREENS = {
    "static": "files",
    "server.healthz": "for machines",
    "desk.home": "leads on to Today or the log-in",
    "desk.palette": "a part of a page",
    "links.verdict": "a part of a page",
    "desk.show_look": "a part of a page",
    "links.list_progress": "a part of a page",
    "research.progress": "a part of a page",
    "links.list_csv": "a file",
    "care.import_progress": "a part of a page",
    "care.import_report": "a file",
    "care.bulk_progress": "a part of a page",
    "care.count_bulk": "a part of a page",
    "links.stored_page": "the text of a foreign page",
    "mail.test_state": "a part of a page",
    "mail.connected": "the way back from a provider, which leads on",
    "mail.read_state": "a part of a page",
    "mail.search_part": "a part of a page",
    "reading.html": "a stranger's HTML, for a sandboxed frame",
    "reading.attachment": "a file",
    "reading.raw": "a file",
    "sending.raw": "a file",
    "sending.file": "a file",
    "sending.page": "the formatted part of a letter, for a frame",
    "mail.template_results": "a part of a page",
    "mail.template_page": "the formatted part of a template, for a frame",
    "pitches.slot": "a file",
    "pitches.pitch_file": "a file",
    "desk.calendar_feed": "a file",
    "pitches.more_cards": "a part of a page",
    "pitches.board_stamp": "for the board's script",
    "care.receipt_file": "a file",
    "reports.as_csv": "a file",
    "reports.numbers": "a part of a page",
    "styleguide.show": "has tests of its own, in tests/browser/test_styleguide.py",
}
"""Addresses that answer a GET with something else than a whole page, and what it is."""

VARIANTS = {
    "sending.new_batch": ("row=1",),
    "pitches.board": ("view=table", "q=nothing-has-this"),
    "pitches.move_form": ("to=closed",),
    "prospects.index": ("q=nothing-has-this", "columns=language&columns=f1&sort=f1", "f1-from=3&sort=site"),
    "prospects.people": ("q=nothing-has-this", "columns=language&columns=added"),
    "prospects.list_setup": ("list=people&query=closed%3Dyes",),
    "projects.new_saved_view": ("list=prospects&query=state%3Dkept",),
    "desk.search": ("q=wild", "q=wild&kind=mails", "q=w"),
    "links.index": ("q=nothing-has-this",),
    "reading.inbox": ("tab=automatic", "tab=bounces", "tab=unmatched", "done=1"),
    "care.duplicates": ("kind=site", "state=different"),
    "care.choose_people": ("q=bo",),
    "reading.mail": ("html=1", "html=1&images=1", "q=nothing-has-this"),
}
"""Other faces of a screen, by what the address asks."""


def screens(app: Flask) -> list[Rule]:
    """The addresses that answer a GET with a whole page."""
    found = [rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())]
    return sorted(
        (rule for rule in found if rule.endpoint not in NO_SCREENS),
        key=lambda rule: (rule.rule, rule.endpoint),
    )


def is_public(app: Flask, rule: Rule) -> bool:
    """Opened without a log-in."""
    return access.standing_of(app, rule.endpoint) == "public"


Find = Callable[[], object]


def _first(column: sa.orm.InstrumentedAttribute[Any], *where: sa.ColumnElement[bool]) -> Find:
    """The oldest row of a kind."""
    return lambda: session().scalar(sa.select(column).where(*where).order_by(column).limit(1))


def _busiest(
    of: sa.orm.InstrumentedAttribute[int] | sa.orm.InstrumentedAttribute[int | None],
    *where: sa.ColumnElement[bool],
) -> Find:
    """The row that most rows of another kind lean on."""
    return lambda: session().scalar(
        sa.select(of)
        .where(of.is_not(None), *where)
        .group_by(of)
        .order_by(sa.func.count().desc(), of)
        .limit(1)
    )


FOUND: dict[str, Find] = {
    "pitch_id": _busiest(Message.pitch_id, Message.pitch_id.in_(sa.select(Pitch.id).where(Pitch.is_open))),
    "site_id": _busiest(Pitch.site_id),
    "person_id": _busiest(Pitch.person_id),
    "contact_id": _first(ContactPoint.id),
    "prospect_id": _first(Prospect.id),
    "batch_id": _first(ImportBatch.id),
    "link_id": _busiest(LinkCheck.link_id),
    "list_id": _first(LinkList.id, LinkList.state == ListState.MAPPING),
    "import_id": _first(ImportFile.id, ImportFile.state == ImportState.MAPPING),
    "message_id": _first(Message.id, Message.direction == Direction.OUT),
    "mail_id": _first(
        Message.id,
        Message.direction == Direction.IN,
        Message.what == Kind.HUMAN,
        Message.pitch_id.is_not(None),
    ),
    "snippet_id": _first(Snippet.id),
    "letter_batch_id": _first(LetterBatch.id),
    "draft_id": _first(
        Message.id,
        Message.batch_id == sa.select(sa.func.min(LetterBatch.id)).scalar_subquery(),
        Message.state == "draft",
    ),
    "mailbox_id": _first(Mailbox.id),
    "search_id": _first(MailboxSearch.id),
    "template_id": _first(LetterTemplate.id),
    "version_id": _first(TemplateVersion.id),
    "pitch_file_id": _first(PitchFile.id),
    "pitches.read_pitch_file pitch_file_id": _first(PitchFile.id, PitchFile.type == "text/plain"),
    "way": lambda: "form",
    "pitches.pitch_files pitch_id": _busiest(PitchFile.pitch_id),
    "bulk_id": _first(BulkRun.id),
    "field_id": _first(OwnField.id),
    "tag_id": _first(Tag.id),
    "view_id": _first(SavedView.id),
    "step_id": _first(ProductionStep.id),
    "contributor_id": _first(Contributor.id),
    "pitches.production pitch_id": _busiest(Contributor.pitch_id),
    "reminder_id": _first(Reminder.id, Reminder.state == ReminderState.OPEN),
    "suppression_id": _first(Suppression.id),
    "change_id": _first(StageChange.id),
    "prospects.undo_change change_id": _first(ProspectChange.id),
    "project_id": _first(OwnPage.project_id),
    "page_id": _first(OwnPage.id),
    "membership_id": _first(Membership.id),
    "user_id": _first(User.id),
    "key_id": _first(Key.id),
    "erasure_id": _first(Erasure.id),
    "merge_id": _first(Merge.id),
    "care.merge_people person_id": _first(Pair.first_person_id, Pair.kind == MergeKind.PERSON),
    "care.merge_people other_id": _first(Pair.second_person_id, Pair.kind == MergeKind.PERSON),
    "care.merge_sites site_id": _first(Pair.first_site_id, Pair.kind == MergeKind.SITE),
    "care.merge_sites other_id": _first(Pair.second_site_id, Pair.kind == MergeKind.SITE),
    "consent.batch batch_id": _first(SuppressionBatch.id),
}
"""What stands for a parameter of an address, by the parameter's name, or by "endpoint name" where rooms differ."""

OTHERS: dict[str, Find] = {
    "pitch_id": _first(Pitch.id, ~Pitch.is_open),
    "link_id": _first(PlacedLink.id, PlacedLink.state == LinkState.LOST),
    "list_id": _first(LinkList.id, LinkList.state == ListState.DONE),
    "import_id": _first(ImportFile.id, ImportFile.state == ImportState.DONE),
    "message_id": _first(Message.id, Message.direction == Direction.IN),
    "mail_id": _first(Message.id, Message.placing == Placing.UNMATCHED),
}
"""A second row of a kind, whose screens look otherwise."""


@dataclass(frozen=True)
class Addresses:
    """The address of each screen over the rows that are there, and over rare ones that were `given`."""

    app: Flask
    given: dict[str, object]

    def of(self, rule: Rule, **others: object) -> str:
        """The path. Raises LookupError for a parameter that nobody has said how to fill, or that finds no row."""
        values = {name: others.get(name) or self._fill(rule.endpoint, name) for name in rule.arguments}
        return str(self.app.url_map.bind("").build(rule.endpoint, values, method="GET"))

    def variants(self, rule: Rule) -> list[str]:
        """The path, what else it may ask, and the path of another row."""
        path = self.of(rule)
        asked = [f"{path}?{asked}" for asked in VARIANTS.get(rule.endpoint, ())]
        found = [self.of(rule, **{name: other()}) for name, other in OTHERS.items() if name in rule.arguments]
        return list(dict.fromkeys([path, *asked, *found]))

    def _fill(self, endpoint: str, name: str) -> object:
        for key in (f"{endpoint} {name}", name):
            if key in self.given:
                return self.given[key]
            if key in FOUND and (value := FOUND[key]()) is not None:
                return value
        raise LookupError(f"say in tests/screens.py how to fill <{name}> of {endpoint}")


PASTED = "greenpost.example\nhttps://greenpost.example/about\nno address at all\nblog.mossledger.example"
SITES = "site,email\nreedblog.example,lea@reedblog.example\nno site,\n"
LIST = "page,target,price\nhttps://greenpost.example/a,https://hazel.example/seed-trial,120 EUR\nno address,x,free\n"
LETTER = b"From: ana@hazel.example\r\nTo: bo@wild.example\r\nSubject: Forty seed mixes\r\n\r\nHi Bo,\r\n\r\nWould that fit?\r\n"


def rare_rows(app: Flask, *, by: User, project_id: int, now: datetime) -> dict[str, object]:
    """Make what is not in every database: tokens whose text is nowhere kept, a captured letter, a pasted batch."""
    batch_id = prospect_actions.add_addresses(project_id, PASTED, by=by, now=now)
    search_id = search_actions.begin("ana@hazel.example", by=by, now=now)
    search_actions.found(search_id, {}, "Nothing about hazel.example is known.")
    with write():
        opt_outs.open_for("bo@wild.example", "a-token-of-a-letter", now=now)
        given = {
            "accounts.new_password token": account_moves.make_password_link(by, by=by.id, now=now),
            "projects.invitation token": account_moves.invite(
                "new@hazel.example", UserRole.USER, [], by=by, now=now
            )[1],
            "sending.opt_out token": "a-token-of-a-letter",
            "sending.captured_letter name": "dry-forty-seeds",
            "batch_id": batch_id,
            "desk.act token": _ticket(by, now),
        }
    folder = app.extensions["outreach"].instance / carriers.CAPTURED
    given["list_id"] = _lists(app, by=by, project_id=project_id, now=now)
    given |= _bulk(by=by, now=now)
    given["import_id"] = _imports(app, by=by, project_id=project_id, now=now)
    folder.mkdir(exist_ok=True)
    (folder / "dry-forty-seeds.eml").write_bytes(LETTER)
    return given


def _bulk(*, by: User, now: datetime) -> dict[str, object]:
    """A deed done to many rows, where there is none: one sees one's own alone."""
    one, done = (session().scalar(sa.select(sa.func.min(kind.id))) for kind in (Prospect, BulkRun))
    session().rollback()
    if done is not None:
        return {}
    return {"bulk_id": bulk_actions.ask(BulkList.PROSPECTS, Deed.KEEP, "", [one or 0], {}, by=by, now=now)}


def _ticket(by: User, now: datetime) -> str:
    """An address of the digest about a pitch of theirs, if there is one."""
    due = sa.select(Pitch).where(Pitch.is_open, Pitch.next_owner_id == by.id, Pitch.next_on <= now.date())
    pitch = session().scalar(due.order_by(Pitch.id).limit(1))
    stamp = tickets.stamp_of(*dealing.facts_of(pitch)) if pitch else "0" * 8
    until = tickets.minute(now + tickets.GOOD_FOR)
    ticket = tickets.Ticket(by.id, "pitch", pitch.id if pitch else 1, tickets.Verb.LATER, stamp, until)
    return tickets.seal(ticket, hash_key(), by.session_token)


def _lists(app: Flask, *, by: User, project_id: int, now: datetime) -> int:
    """One list whose columns are to be named, and one that is done; the id of the first."""
    instance = app.extensions["outreach"].instance
    waiting, done = (
        list_actions.bring(by, project_id, "links.csv", BytesIO(LIST.encode()), now=now, instance=instance) for _ in range(2)
    )  # fmt: skip
    how: dict[str, Any] = {"has_header": True, "target": "", "is_day_first": True, "now": now}
    list_actions.begin(by, done, Purpose.WATCH, {Field.PAGE: 0, Field.TARGET: 1, Field.PRICE: 2}, **how)
    while taken := list_actions.take(1, now=now):
        while list_actions.step(*taken[0], now=now, instance=instance):
            pass
    return waiting


def _imports(app: Flask, *, by: User, project_id: int, now: datetime) -> int:
    """One file whose columns are to be named, and one that came in; the id of the first."""
    instance = app.extensions["outreach"].instance
    waiting, done = (
        import_actions.bring(by, project_id, "sites.csv", BytesIO(SITES.encode()), now=now, instance=instance) for _ in range(2)
    )  # fmt: skip
    import_actions.count(by, done, {ImportField.SITE: 0, ImportField.EMAIL: 1}, now=now)
    for go_on in (lambda: import_actions.begin(by, done, now=now), lambda: None):
        ((key, fence),) = import_actions.take(now=now)
        import_actions.work(key, fence, now=now, instance=instance)
        go_on()
    return waiting
