"""The one query behind Today, the digest and the number in the side bar, so that they can never differ.

`rows(user, today)` is a union of what waits for a user on a day of theirs: next actions of pitches,
reminders (also of changed links), letters that may have gone out, mails that nobody knows, and dates of the production. Counts, the page and the mail are all read from it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from outreach.accounts.models import User
from outreach.db import session
from outreach.desk.rules import Line, Section
from outreach.letter.kinds import Kind
from outreach.links.models import PlacedLink
from outreach.mail.models import Mailbox, Message
from outreach.mail.rules import Direction, MessageState, Placing
from outreach.pitches import due_words
from outreach.pitches import queries as pitch_queries
from outreach.pitches import rules as pitch_rules
from outreach.pitches.models import Pitch
from outreach.pitches.production import queries as production_queries
from outreach.pitches.production.models import ProductionStep
from outreach.pitches.rules import NextKind
from outreach.projects.queries import visible_to
from outreach.prospects.models import Person, Site
from outreach.reading import inbox
from outreach.reminders import queries as reminder_queries
from outreach.reminders.models import Reminder
from outreach.reminders.rules import ReminderKind
from outreach.sending.follow_ups.queries import ready_letter
from outreach.sending.queries import letter_waits

BY_LETTER = (NextKind.WRITE, NextKind.FOLLOW_UP, NextKind.ANSWER)
"""What a letter that is on its way settles."""
ABOUT_LINKS = (ReminderKind.LINK_CHANGED, ReminderKind.NEEDS_EYES)


def rows(user: User, today: date) -> sa.Subquery:
    """What waits: columns section, source, id, due_on."""
    parts = (
        _pitches(user, today), _reminders(user, today), _letters(user, today), _mails(user, today), _steps(user, today)
    )  # fmt: skip
    return sa.union_all(*parts).subquery("agenda")


def _pitches(user: User, today: date) -> sa.Select[*tuple[Any, ...]]:
    due = pitch_queries.due(user, today).whereclause
    assert due is not None
    section = sa.case(
        (Pitch.next_kind == NextKind.ANSWER, Section.REPLIES.value),
        (Pitch.next_on < today, Section.OVERDUE.value),
        else_=Section.DUE.value,
    )
    return sa.select(
        section.label("section"),
        sa.literal("pitch").label("source"),
        Pitch.id.label("id"),
        Pitch.next_on.label("due_on"),
    ).where(due, ~sa.and_(Pitch.next_kind.in_(BY_LETTER), letter_waits()))


def _reminders(user: User, today: date) -> sa.Select[*tuple[Any, ...]]:
    due = reminder_queries.due(user, today).whereclause
    assert due is not None
    section = sa.case(
        (Reminder.kind.in_(ABOUT_LINKS), Section.CHANGED.value),
        (Reminder.kind == ReminderKind.MAILBOX, Section.ALERTS.value),
        (Reminder.kind == ReminderKind.PRODUCTION, Section.PRODUCTION.value),
        (Reminder.due_on < today, Section.OVERDUE.value),
        else_=Section.DUE.value,
    )
    return sa.select(section, sa.literal("reminder"), Reminder.id, Reminder.due_on).where(due)


def _letters(user: User, today: date) -> sa.Select[*tuple[Any, ...]]:
    """Letters of the user's that may have gone out, and that the Sent folder has not settled: only a person can say."""
    mine = sa.func.coalesce(
        Message.author_id, sa.select(Pitch.owner_id).where(Pitch.id == Message.pitch_id).scalar_subquery()
    )
    return sa.select(
        sa.literal(Section.UNKNOWN.value), sa.literal("letter"), Message.id, sa.literal(today, sa.Date())
    ).where(
        Message.state == MessageState.UNKNOWN,
        sa.or_(Message.asked_at.is_not(None), Message.look_due_at.is_(None)),
        Message.direction == Direction.OUT,
        mine == user.id,
        sa.or_(Message.project_id.is_(None), Message.project_id.in_(visible_to(user))),
    )


def _mails(user: User, today: date) -> sa.Select[*tuple[Any, ...]]:
    """Mails of the user's own mailboxes of which nobody knows whose they are."""
    own = sa.select(Mailbox.id).where(Mailbox.owner_id == user.id)
    unmatched = inbox.listed(user, inbox.Tab.UNMATCHED, now=datetime.combine(today, time(), UTC))
    return unmatched.where(Message.mailbox_id.in_(own)).with_only_columns(
        sa.literal(Section.UNMATCHED.value), sa.literal("mail"), Message.id, sa.literal(today, sa.Date())
    )


def _steps(user: User, today: date) -> sa.Select[*tuple[Any, ...]]:
    """Dates of the production that are today or were missed."""
    due = production_queries.due(user, today).whereclause
    assert due is not None
    return (
        sa.select(
            sa.literal(Section.PRODUCTION.value), sa.literal("step"), ProductionStep.id, ProductionStep.due_on
        )
        .join(Pitch, Pitch.id == ProductionStep.pitch_id)
        .where(due)
    )


def count(user: User, today: date) -> sa.ScalarSelect[int]:
    """How many things wait, as a scalar subquery for the side bar's one statement."""
    return sa.select(sa.func.count()).select_from(rows(user, today)).scalar_subquery()


def counts(user: User, today: date) -> dict[Section, int]:
    """How many things wait in each section; one statement."""
    agenda = rows(user, today)
    found = session().execute(sa.select(agenda.c.section, sa.func.count()).group_by(agenda.c.section))
    numbers = {Section(section): number for section, number in found}
    return {section: numbers.get(section, 0) for section in Section}


def line(user: User, today: date, source: str, key: int) -> Line | None:
    """One row as Today shows it; None when it does not stand there."""
    agenda = rows(user, today)
    query = sa.select(agenda.c.section).where(agenda.c.source == source, agenda.c.id == key)
    section = session().scalar(query.limit(1))
    return _load(user, today, [(Section(section), source, key)])[source, key] if section else None


def lines(user: User, today: date, *, each: int, only: Section | None = None) -> dict[Section, list[Line]]:
    """The first `each` lines of every section (or of one), longest due first; six statements."""
    agenda = rows(user, today)
    place = sa.func.row_number().over(
        partition_by=agenda.c.section, order_by=(agenda.c.due_on, agenda.c.source, agenda.c.id)
    )
    ranked = sa.select(agenda, place.label("place")).subquery()
    query = (
        sa.select(ranked.c.section, ranked.c.source, ranked.c.id)
        .where(ranked.c.place <= each)
        .order_by(ranked.c.place)
    )
    if only is not None:
        query = query.where(ranked.c.section == only.value)
    found = [(Section(section), source, key) for section, source, key in session().execute(query)]
    by_source = _load(user, today, found)
    shown: dict[Section, list[Line]] = {section: [] for section in Section}
    for section, source, key in found:
        shown[section].append(by_source[source, key])
    return shown


def _load(user: User, today: date, found: Iterable[tuple[Section, str, int]]) -> dict[tuple[str, int], Line]:
    wanted: dict[str, dict[int, Section]] = defaultdict(dict)
    for section, source, key in found:
        wanted[source][key] = section
    told: dict[tuple[str, int], Line] = {}
    tellers = (
        ("pitch", _tell_pitches),
        ("reminder", _tell_reminders),
        ("step", _tell_steps),
    )
    for source, tell in tellers:  # each, wanted or not: the page costs the same on every day
        told |= {(source, line.id): line for line in tell(wanted[source], today)}
    for line in _tell_messages(wanted["letter"], wanted["mail"], today):
        told[line.source, line.id] = line
    return told


def _tell_pitches(wanted: dict[int, Section], today: date) -> list[Line]:
    query = (
        sa.select(Pitch, _mail_that_waits().label("mail_id"), ready_letter().label("letter_id"))
        .where(Pitch.id.in_(wanted))
        .options(*pitch_queries.shown())
    )
    return [
        _tell_pitch(pitch, wanted[pitch.id], today, mail_id, letter_id)
        for pitch, mail_id, letter_id in session().execute(query)
    ]


def _mail_that_waits() -> sa.ScalarSelect[int | None]:
    """The newest mail of a person on the pitch that nobody has dealt with: where "answer" leads to."""
    return (
        sa.select(sa.func.max(Message.id))
        .where(
            Message.pitch_id == Pitch.id,
            Message.direction == Direction.IN,
            Message.what == Kind.HUMAN,
            Message.handled_at.is_(None),
        )
        .scalar_subquery()
    )


def _tell_pitch(
    pitch: Pitch, section: Section, today: date, mail_id: int | None, letter_id: int | None
) -> Line:
    assert pitch.next_kind
    assert pitch.next_on
    action = pitch.next_note or pitch_rules.NEXT_WORDS[pitch.next_kind]
    who = f": {pitch.person.name}" if pitch.person else ""
    topic = f", “{pitch.topic}”" if pitch.topic else ""
    zone = ZoneInfo(pitch.next_owner.timezone if pitch.next_owner else "UTC")  # whose row it is, reads it
    is_chase = pitch.next_kind is NextKind.FOLLOW_UP
    return Line(
        section, "pitch", pitch.id, pitch.next_on, pitch.site.key, f"{action}{who}{topic}",
        pitch_queries.why_due(pitch, today, zone), "info-circle",
        "bad" if section is Section.OVERDUE else "", pitch_rules.TYPE_NAMES[pitch.type], pitch.id,
        ("mail", mail_id) if mail_id and pitch.next_kind is NextKind.ANSWER else None, version=pitch.version,
        letter_id=letter_id if is_chase else None, is_follow_up=is_chase,
    )  # fmt: skip


def _tell_reminders(wanted: dict[int, Section], today: date) -> list[Line]:
    query = (
        sa.select(Reminder, Site.key, Person.name, PlacedLink.page_url)
        .outerjoin(Site, Site.id == Reminder.site_id)
        .outerjoin(Person, Person.id == Reminder.person_id)
        .outerjoin(PlacedLink, sa.and_(Reminder.about_kind == "link", PlacedLink.id == Reminder.about_id))
        .where(Reminder.id.in_(wanted))
    )
    return [
        _tell_reminder(row.Reminder, row.key or row.name or "Reminder", wanted[row.Reminder.id], today)
        for row in session().execute(query)
    ]


def _tell_reminder(reminder: Reminder, name: str, section: Section, today: date) -> Line:
    late = (today - reminder.due_on).days
    since = f"{due_words.days_words(late)} late." if late > 0 else "Due today."
    why = (
        reminder.reason
        if section is Section.CHANGED and reminder.reason
        else f"{reminder.reason} {since}".strip()
    )
    about = (reminder.about_kind, reminder.about_id) if reminder.about_kind and reminder.about_id else None
    tone = {Section.OVERDUE: "bad", Section.CHANGED: "warn"}.get(section, "bad" if late > 0 else "")
    return Line(
        section, "reminder", reminder.id, reminder.due_on, name, reminder.words, why,
        "eye" if reminder.kind is ReminderKind.NEEDS_EYES else "clock", tone, "", reminder.pitch_id, about,
    )  # fmt: skip


def _tell_messages(letters: dict[int, Section], mails: dict[int, Section], today: date) -> list[Line]:
    """Letters of ours that may have left, and mails that nobody knows; one statement for both."""
    columns = (
        Message.id, Message.to_name, Message.to_address, Message.from_name, Message.from_address, Message.subject,
        Message.pitch_id, Message.match_reason, Message.placing,
    )  # fmt: skip
    found = session().execute(sa.select(*columns).where(Message.id.in_([*letters, *mails])))
    return [_tell_letter(row, today) if row.id in letters else _tell_mail(row, today) for row in found]


def _tell_letter(row: Any, today: date) -> Line:
    return Line(
        Section.UNKNOWN, "letter", row.id, today, row.to_name or row.to_address, f"“{row.subject}” may have gone out",
        "The line broke before the server’s answer. Nothing is sent twice: say whether it arrived.",
        "alert-triangle", "warn", "", row.pitch_id, ("message", row.id),
    )  # fmt: skip


def _tell_mail(row: Any, today: date) -> Line:
    is_proposed = row.placing is Placing.PROPOSED
    why = (
        f"It may be an answer: {row.match_reason}" if is_proposed else "Nobody knows yet whose mail this is."
    )
    return Line(
        Section.UNMATCHED, "mail", row.id, today, row.from_name or row.from_address or "Somebody",
        f"“{row.subject}”" if row.subject else "A mail without a subject", why, "mail-question", "warn" if is_proposed else "",
        about=("mail", row.id),
    )  # fmt: skip


def _tell_steps(wanted: dict[int, Section], today: date) -> list[Line]:
    query = (
        sa.select(ProductionStep)
        .join(ProductionStep.pitch)
        .where(ProductionStep.id.in_(wanted))
        .options(*production_queries.told())
    )
    return [_tell_step(step, wanted[step.id], today) for step in session().scalars(query)]


def _tell_step(step: ProductionStep, section: Section, today: date) -> Line:
    assert step.due_on
    late = (today - step.due_on).days
    pitch = step.pitch
    topic = f", “{pitch.topic}”" if pitch.topic else ""
    why = (
        f"Planned for {step.due_on.day} {step.due_on:%B}; {due_words.days_words(late)} late."
        if late > 0
        else "Planned for today."
    )
    return Line(
        section, "step", step.id, step.due_on, pitch.site.key, f"{step.words}{topic}", why, "list-check",
        "bad" if late > 0 else "", pitch_rules.TYPE_NAMES[pitch.type], pitch.id,
    )  # fmt: skip
