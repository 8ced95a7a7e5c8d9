"""What the Inbox does with one mail, one commit each: answer and file, refer to somebody else, know who wrote."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from outreach.accounts.models import User
from outreach.db import locked, session, write
from outreach.kit.urls import ascii_host, registrable
from outreach.mail import queries as mail_queries
from outreach.mail.models import Message, Thread
from outreach.mail.rules import MatchedBy, Placing
from outreach.pitches import fact_moves, next_days
from outreach.pitches import moves as pitch_moves
from outreach.pitches import queries as pitch_queries
from outreach.pitches import rules as pitch_rules
from outreach.pitches.arrows import MoveRefused
from outreach.pitches.models import Pitch
from outreach.pitches.rules import NextKind, Stage
from outreach.projects.models import Project
from outreach.prospects import moves as prospect_moves
from outreach.prospects import people_moves, people_queries
from outreach.prospects.models import Person
from outreach.prospects.rules import ContactKind
from outreach.reading import moves
from outreach.reading.actions import NotPossible, to_decide
from outreach.sending import answering
from outreach.sending.answering import Looked, Queued


class Changed(Exception):
    """Somebody changed the pitch after the form was drawn."""


class Stopped(Exception):
    """The gate lets the answer not go; `looked` says why. Nothing was saved."""

    def __init__(self, looked: Looked) -> None:
        super().__init__("the answer is stopped")
        self.looked = looked


@dataclass(frozen=True)
class Filing:
    """What is filed with a mail. Empty `body`: no answer. `next_kind` None: what is usual for the stage."""

    version: int
    stage: Stage
    body: str = ""
    mailbox_id: int | None = None
    reason: str = ""
    target_url: str = ""
    expected_rel: str = ""
    due_on: date | None = None
    next_kind: NextKind | None = None
    next_on: date | None = None
    next_owner_id: int | None = None
    revisit_on: date | None = None
    outcome: str = ""


@dataclass(frozen=True)
class Filed:
    """What was done, for the toast: the letter that is queued, and the move that may be undone."""

    pitch_id: int
    stage: Stage
    queued: Queued | None
    change_id: int | None


def file(message_id: int, filing: Filing, *, by: User, now: datetime, today: date, undo: timedelta) -> Filed:
    """Answer, set the stage, write down the agreement and plan what is next: all or nothing, and the mail is done.

    Raises NotPossible, Changed, Stopped, pitches.arrows.MoveRefused.
    """
    with write():
        message = to_decide(message_id, by)
        pitch = locked(Pitch, message.pitch_id) if message.pitch_id else None
        if pitch is None or not pitch_queries.may_write(by, pitch.project_id):
            raise NotPossible("This mail belongs to no pitch of yours.")
        if pitch.version != filing.version:
            raise Changed
        queued = _answer(pitch, message, filing, by=by, now=now, undo=undo) if filing.body else None
        change = _stand(pitch, filing, by=by, now=now, today=today)
        message.handled_at, message.handled_by_id = now, by.id
        moves.tell("mail.handled", message, by=by.id, now=now)
        return Filed(pitch.id, pitch.stage, queued, change)


def _answer(
    pitch: Pitch, message: Message, filing: Filing, *, by: User, now: datetime, undo: timedelta
) -> Queued:
    box = mail_queries.mailbox(by, filing.mailbox_id or 0)
    whole = answering.pitch_to_write(by, pitch.id)
    if box is None or whole is None:
        raise NotPossible("Choose a mailbox of yours to answer from.")
    done = answering.answer(
        whole,
        box,
        filing.body,
        by=by,
        now=now,
        to_address=message.from_address,
        undo=undo,
        reason=filing.reason,
    )
    if isinstance(done, Looked):
        raise Stopped(done)
    return done


def _stand(pitch: Pitch, filing: Filing, *, by: User, now: datetime, today: date) -> int | None:
    """Agreement, stage and next action; the id of the move, if there was one."""
    if asks_agreement(pitch, filing):
        terms = replace(
            pitch.agreement, target_url=filing.target_url or pitch.target_url,
            expected_rel=filing.expected_rel or pitch.expected_rel, due_on=filing.due_on,
        )  # fmt: skip
        fact_moves.agree(pitch, terms, by=by, now=now)
    change = None
    days = session().get_one(Project, pitch.project_id).follow_up_days
    if filing.stage is not pitch.stage:
        change = pitch_moves.move(
            pitch, filing.stage, by=by, now=now, today=today, reason=filing.outcome, revisit_on=filing.revisit_on,
            follow_up_days=days,
        ).id  # fmt: skip
    if pitch.is_open:
        _plan(pitch, filing, change is not None, days, by=by, now=now, today=today)
    return change


def asks_agreement(pitch: Pitch, filing: Filing) -> bool:
    """Only from "agreed" on, or when a day was given: what stands in the form beforehand is no agreement."""
    path = pitch_rules.PATHS[pitch.type]
    if not pitch_rules.has_agreement(pitch.type):
        return False
    is_late = (
        filing.stage in path and Stage.AGREED in path and path.index(filing.stage) >= path.index(Stage.AGREED)
    )
    return is_late or filing.due_on != pitch.due_on


def _plan(
    pitch: Pitch, filing: Filing, has_moved: bool, days: int, *, by: User, now: datetime, today: date
) -> None:
    """What was chosen; else what is usual, but not after the day by which the link shall be there."""
    kind, day = next_days.propose_next(pitch.stage, today, follow_up_days=days)
    if filing.body and pitch.stage is Stage.TALKING:
        kind, day = NextKind.FOLLOW_UP, next_days.add_working_days(today, days)
    if pitch.due_on and today <= pitch.due_on < day:
        day = pitch.due_on
    chosen = filing.next_kind or kind
    pitch_moves.plan(
        pitch,
        chosen,
        filing.next_on or day,
        filing.next_owner_id or pitch.next_owner_id or by.id,
        by=by,
        now=now,
    )


# Somebody else


def refer(message_id: int, name: str, address: str, *, by: User, now: datetime) -> int:
    """ "Wrong person, write to X": X becomes a person at the site, and the pitch and its thread go on with X.

    Gives X's id. Raises NotPossible.
    """
    with write() as here:
        message = to_decide(message_id, by)
        pitch = locked(Pitch, message.pitch_id) if message.pitch_id else None
        if pitch is None or not pitch_queries.may_write(by, pitch.project_id):
            raise NotPossible("This mail belongs to no pitch of yours.")
        before = pitch.person_id
        person_id = _person_at(pitch.site_id, name, address, by=by, now=now, referred_by_id=before)
        fact_moves.edit(pitch, by=by, now=now, person_id=person_id)
        if pitch.is_open:
            pitch_moves.plan(pitch, NextKind.WRITE, now.date(), pitch.next_owner_id or by.id, by=by, now=now)
        thread = here.get(Thread, message.thread_id) if message.thread_id else None
        if thread is not None:
            thread.person_id = person_id
        message.handled_at, message.handled_by_id = now, by.id
        moves.tell("mail.referred", message, by=by.id, now=now, before=before, after=person_id)
        return person_id


def _person_at(
    site_id: int, name: str, address: str, *, by: User, now: datetime, referred_by_id: int | None = None
) -> int:
    """Who has this address, put at the site; else a new person. Never changes whose an address is."""
    point = people_queries.contact_point(ContactKind.EMAIL, address.lower())
    if point is not None and point.person_id is not None:
        person_id = point.person_id
        if people_queries.role_at(site_id, person_id) is None:
            people_moves.place(site_id, person_id, "", by=by.id, now=now)
        return person_id
    facts: dict[str, Any] = {"name": name}
    if referred_by_id is not None:
        facts["referred_by_id"] = referred_by_id
    person = people_moves.add_person(facts, by=by.id, now=now)
    people_moves.place(site_id, person.id, "", by=by.id, now=now, is_new=True)
    if point is not None:
        people_moves.adopt_contact(point, person.id, by=by.id, now=now)
    else:
        people_moves.add_contact(
            ContactKind.EMAIL, address, address.lower(), source_url="", by=by.id, now=now, person_id=person.id
        )
    return person.id


def know(
    message_id: int, project_id: int, site: str, name: str, address: str, *, by: User, now: datetime
) -> int:
    """Who wrote a stray mail: a person at a site of the project, which is added when it is new. The mail is theirs.

    Gives the person's id. Raises NotPossible; BadAddress of kit.urls for what is no site.
    """
    host = ascii_host(site)
    with write() as here:
        message = to_decide(message_id, by)
        if not pitch_queries.may_write(by, project_id):
            raise NotPossible("There is no such project of yours.")
        key = registrable(host) or host
        ids, _, _ = prospect_moves.hold_sites(project_id, {key: f"https://{key}/"}, by=by.id, now=now)
        person_id = _person_at(ids[key], name, address, by=by, now=now)
        message.person_id, message.project_id = person_id, project_id
        message.placing, message.matched_by = Placing.MATCHED, MatchedBy.HAND
        message.match_reason = f"{by.name} said so"
        moves.tell("mail.placed", message, by=by.id, now=now)
        here.flush()
        return person_id


def name_of(person_id: int) -> str:
    """What they are called."""
    return session().scalar(sa.select(Person.name).where(Person.id == person_id)) or "Somebody"


__all__ = ["Changed", "Filed", "Filing", "MoveRefused", "Stopped", "file", "know", "refer"]
