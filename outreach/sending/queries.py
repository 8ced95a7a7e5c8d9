"""What the gate looks at, what is due, and what the outbox shows."""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64encode
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload

from outreach.accounts.models import User, Workspace
from outreach.consent.models import Suppression
from outreach.consent.queries import hash_key, is_suppressed, suppressed_among
from outreach.consent.rules import REASON_WORDS
from outreach.db import session
from outreach.kit.address import BadAddress, clean_address, is_role_address
from outreach.letter.kinds import Kind
from outreach.mail import files, formatted, merge
from outreach.mail.models import Mailbox, Message
from outreach.mail.queries import has_few, origin_of, seen_by
from outreach.mail.rules import Channel, Direction, LetterKind, MailboxState, MessageState
from outreach.pitches.models import Pitch
from outreach.pitches.rules import MAINTENANCE, REPAIRS, Column, PitchType
from outreach.projects.models import Project
from outreach.projects.queries import writable_by
from outreach.prospects.models import Person, Prospect
from outreach.prospects.rules import ContactKind
from outreach.sending import letters, pacing
from outreach.sending.models import FollowUpStop, SendAttempt
from outreach.sending.rules import Facts
from outreach.web.pager import COUNT_CAP, Cursor, Page, page_of

ON_THE_WAY = (MessageState.QUEUED, MessageState.TAKEN, MessageState.SENDING)
LEFT = (MessageState.SENT, MessageState.UNKNOWN, MessageState.SENDING)
"""States that count as written to: caps, gaps and cool-downs are counted from these rows."""
TO_PEOPLE = (LetterKind.FIRST, LetterKind.FOLLOW_UP, LetterKind.ANSWER)
NO_PROJECT = 0
LOOK_BACK = timedelta(days=2)


def pitch_to_write(user: User, pitch_id: int) -> Pitch | None:
    """A pitch that `user` may write for, with all that a letter names."""
    found: Pitch | None = session().scalar(
        _whole_pitch(pitch_id).where(Pitch.project_id.in_(writable_by(user)))
    )
    return found


def draft_by_id(user: User, message_id: int) -> Message | None:
    """A letter that is still being written: by this user; or in a batch, or by the worker, in a project they may write in."""
    not_theirs_alone = sa.or_(Message.batch_id.is_not(None), Message.attempt_no.is_not(None))
    in_batch = sa.and_(not_theirs_alone, Message.project_id.in_(writable_by(user)))
    return session().scalar(
        sa.select(Message).where(
            Message.id == message_id,
            Message.state == MessageState.DRAFT,
            sa.or_(Message.author_id == user.id, in_batch),
        )
    )


def draft_of(user: User, pitch_id: int, draft_id: int | None = None) -> Message | None:
    """The draft that is named, when it is one of this pitch, else the newest that the user has written for it."""
    if draft_id is not None:
        found = draft_by_id(user, draft_id)
        if found is not None and found.pitch_id == pitch_id:
            return found
    query = sa.select(Message).where(
        Message.pitch_id == pitch_id, Message.author_id == user.id, Message.state == MessageState.DRAFT
    )
    return session().scalar(query.order_by(Message.id.desc()).limit(1))


def whole_pitch(pitch_id: int) -> Pitch | None:
    """The same for the worker, who asks for nobody; hosts and contact points only when somebody looks at them."""
    few = (
        joinedload(Pitch.project).lazyload(Project.hosts),
        joinedload(Pitch.person).lazyload(Person.contact_points),
    )
    found: Pitch | None = session().scalar(_whole_pitch(pitch_id).options(*few))
    return found


def workspace() -> Workspace:
    """The one workspace; the session holds on to it, so that it is read once in a transaction."""
    here = session()
    here.info["workspace"] = found = here.get_one(Workspace, 1)
    return found


def kind_of(pitch: Pitch, conversation: Sequence[Message]) -> LetterKind:
    """What the next letter of this pitch is: an answer when they spoke last, a follow-up when we did.

    An automatic answer and a bounce are nobody's word.
    """
    said = [m.received_at for m in conversation if m.received_at and m.what in (None, Kind.HUMAN)]
    last_in = max((at for at in (*said, pitch.last_in_at) if at), default=None)
    ours = [
        m.sent_at or m.queued_at
        for m in conversation
        if m.direction is Direction.OUT and m.state in (*LEFT, *ON_THE_WAY)
    ]
    last_out = max((at for at in ours if at), default=None)
    if last_in is not None and (last_out is None or last_in > last_out):
        return LetterKind.ANSWER
    return LetterKind.FIRST if last_out is None else LetterKind.FOLLOW_UP


# The gate


def facts(
    message: Message, mailbox: Mailbox | None, pitch: Pitch | None, *, now: datetime, missing: Sequence[str] = (),
    has_file: bool | None = None,
) -> Facts:  # fmt: skip
    """All that the gate looks at, read now.

    `mailbox` is none for a letter that a person sends by another way. `missing` are the fields that had no value when the text was written; `has_file` is said for a letter that is no row yet.
    """
    space = workspace()
    common: dict[str, Any] = {
        "kind": message.kind or LetterKind.SYSTEM,
        "channel": message.channel or Channel.MAIL,
        "now": now,
        "to_address": message.to_address,
        "subject": message.subject,
        "text": message.body,
        "html_bytes": len(message.body_html.encode()) if message.body_html else 0,
        "html_text": _html_text(message),
        "has_attachment": files.has_any(message.id) if has_file is None else has_file,
        "address_problem": _address_problem(message),
        "header_problem": letters.header_problem(message, mailbox, space.base_url, now=now)
        if mailbox
        else "",
        "missing": tuple(missing),
        "is_mail_stopped": space.is_mail_stopped,
        "is_dry_run": space.is_dry_run,
        "allow_list": tuple(space.allow_list),
        "overruled": message.overruled or {},
        "goes_on": message.kind is LetterKind.FIRST and bool(message.in_reply_to),
    }
    if pitch is None or message.kind is LetterKind.SYSTEM:
        return Facts(**common)
    return Facts(**common, **_facts_of_person(message, pitch), **_facts_of_pitch(message, pitch, space))


def known_of(pitch: Pitch, kind: LetterKind, by: User, *, now: datetime) -> Facts:
    """What the gate knows of whom a letter would go to (`gate.ABOUT_WHOM`), before it is written; one statement."""
    here, elsewhere, claim = _others(pitch, by.id)
    theirs = sa.select(sa.func.max(Pitch.last_out_at)).where(
        Pitch.person_id == pitch.person_id,
        Pitch.project_id != pitch.project_id,
        Pitch.person_id.is_not(None),
    )
    level = sa.select(Workspace.claim_level).where(Workspace.id == 1)
    asked = [one.scalar_subquery() for one in (claim, theirs, level)]
    row = session().execute(sa.select(here, elsewhere, *asked)).one()
    is_repair = pitch.type in MAINTENANCE
    return Facts(
        kind=kind, now=now, is_no_pitch=pitch.site.is_no_pitch, has_other_pitch_here=row[0] and not is_repair, has_other_pitch_elsewhere=row[1],
        claimed_by="" if is_repair else row[2] or "", last_other_at=row[3], cooldown_other=timedelta(days=pitch.project.cooldown_other_days),
        is_do_not_contact=pitch.site.is_do_not_contact or bool(pitch.person and pitch.person.is_do_not_contact), claim_level=row[4],
    )  # fmt: skip


def _facts_of_person(message: Message, pitch: Pitch) -> dict[str, Any]:
    suppression = _suppression_of(message, pitch)
    same, other, stopped = _last_letters(message, pitch)
    person = pitch.person
    return {
        "suppressed": REASON_WORDS[suppression.reason].lower() if suppression else "",
        "suppressed_at": suppression.created_at if suppression else None,
        "is_do_not_contact": pitch.site.is_do_not_contact or bool(person and person.is_do_not_contact),
        "is_no_pitch": pitch.site.is_no_pitch,
        "subscriber": person.subscriber_type.value if person else "unknown",
        "is_role_address": is_role_address(message.to_address),
        "last_same_at": same,
        "last_other_at": other,
        "follow_ups_stopped_at": stopped,
        "cooldown_same": timedelta(days=pitch.project.cooldown_same_days),
        "cooldown_other": timedelta(days=pitch.project.cooldown_other_days),
    }


def _suppression_of(message: Message, pitch: Pitch) -> Suppression | None:
    """Their no. By another way than mail it is that of the person, by any address of theirs, or of the whole site."""
    if message.channel in (None, Channel.MAIL):
        return is_suppressed(message.to_address)
    points = pitch.person.contact_points if pitch.person else []
    known = [point.value for point in points if point.kind is ContactKind.EMAIL]
    at_site = [] if "/" in pitch.site.key else [f"anybody@{pitch.site.key}"]
    return next(iter(suppressed_among([*known, *at_site]).values()), None)


def _facts_of_pitch(message: Message, pitch: Pitch, space: Workspace) -> dict[str, Any]:
    here, elsewhere, claimed_by = _whose(message, pitch)
    url = letters.unsubscribe_url(space.base_url, message.opt_out_token)
    return {
        "personal_line": message.personal_line,
        "personal_url": message.personal_url,
        "has_other_pitch_here": here,
        "has_other_pitch_elsewhere": elsewhere,
        "claimed_by": claimed_by,
        "needs_dead_link": pitch.type is PitchType.BROKEN_LINK,
        "needs_loss": pitch.type in REPAIRS,
        "is_ground_ok": bool(pitch.is_ground_ok),
        "ground_checked_at": pitch.ground_checked_at,
        "is_pitch_open": pitch.is_open,
        "answered_at": pitch.last_in_at,
        "written_at": message.queued_at,
        "claim_level": space.claim_level,
        "needs_postal_address": not space.is_postal_waived,
        "postal_address": merge.one_line(space.postal_address),
        "legal_name": space.legal_name,
        "unsubscribe": merge.stop_words(url),
        "has_list_unsubscribe": bool(message.opt_out_token),
        "exact_anchor": _exact_anchor(message, pitch),
    }


def stopped_at(pitch: Pitch) -> datetime | None:
    """Since when no follow-up of this pitch may leave: somebody stopped it, all to its person, or all to its site."""
    return session().scalar(sa.select(sa.func.max(FollowUpStop.at)).where(holds_for(pitch)))


def holds_for(pitch: Pitch) -> sa.ColumnElement[bool]:
    """The stops that hold for a pitch: its own, those of its person, those of its site."""
    whose = [FollowUpStop.pitch_id == pitch.id, FollowUpStop.site_id == pitch.site_id]
    if pitch.person_id is not None:
        whose.append(FollowUpStop.person_id == pitch.person_id)
    return sa.and_(FollowUpStop.lifted_at.is_(None), sa.or_(*whose))


def stop_columns(pitch: Pitch, reader: User) -> list[sa.Label[Any]]:
    """The newest stop that holds for a pitch, as columns of its page's statement: id, day, who said so, whether it is the reader's to lift."""
    said = aliased(Pitch)
    newest = (
        sa.select(
            FollowUpStop.id, FollowUpStop.at, FollowUpStop.site_id, User.name, said.project_id.in_(writable_by(reader)).label("may_lift")
        )
        .join(said, said.id == FollowUpStop.pitch_id)
        .outerjoin(User, User.id == FollowUpStop.by_id)
        .where(holds_for(pitch))
        .order_by(FollowUpStop.id.desc())
        .limit(1)
        .subquery()
    )  # fmt: skip
    return [sa.select(column).scalar_subquery().label(f"stop_{column.name}") for column in newest.c]


def letter_waits() -> sa.ColumnElement[bool]:
    """A letter of the pitch of the outer query is on its way: what it was due for is as good as done."""
    return sa.exists().where(
        Message.pitch_id == Pitch.id, Message.direction == Direction.OUT, Message.state.in_(ON_THE_WAY)
    )


def _html_text(message: Message) -> str:
    """The words of the HTML part and the addresses that it leads to, for the rules that read them."""
    if not message.body_html:
        return ""
    return "\n".join([formatted.text_of(message.body_html), *formatted.addresses(message.body_html)])


def _address_problem(message: Message) -> str:
    address = message.to_address
    if message.channel not in (None, Channel.MAIL):
        return "" if address else "Say where it goes: choose the address, or type it."
    if not address:
        return "There is no mail address to write to."
    try:
        clean_address(address)
    except BadAddress as error:
        return str(error)
    return ""


def _exact_anchor(message: Message, pitch: Pitch) -> str:
    """The wanted link text when the letter says it word by word and it is no name of ours."""
    anchor = pitch.anchor.strip()
    brand = {term.lower() for term in pitch.project.brand_terms}
    return anchor if anchor and anchor.lower() not in brand and anchor in message.body else ""


def _last_letters(message: Message, pitch: Pitch) -> tuple[datetime | None, datetime | None, datetime | None]:
    """When this person or address last got a pitch letter of ours, from this project and from others; and when follow-ups to them were stopped.

    A contact form is the whole site's: what went by another way than mail counts for everybody there, and the reverse.
    The conversation that a reclaim goes on in counts not: to say there that the link is gone is no other letter (F7).
    """
    at = sa.func.coalesce(Message.sent_at, Message.queued_at)
    whom: sa.ColumnElement[bool] = Message.to_address == message.to_address
    if pitch.person_id is not None:
        whom = sa.or_(whom, Message.person_id == pitch.person_id)
    at_site: sa.ColumnElement[bool] = Message.pitch_id.in_(
        sa.select(Pitch.id).where(Pitch.site_id == pitch.site_id)
    )
    if message.channel in (None, Channel.MAIL):
        at_site = sa.and_(at_site, Message.channel != Channel.MAIL)
    whom = sa.or_(whom, at_site)
    query = sa.select(Message.project_id, sa.func.max(at)).where(
        whom,
        Message.direction == Direction.OUT,
        Message.kind.in_((LetterKind.FIRST, LetterKind.FOLLOW_UP)),
        Message.state.in_((*LEFT, *ON_THE_WAY)),
    )
    if message.id is not None:
        query = query.where(Message.id != message.id)
    if (origin := origin_of(pitch)) is not None:
        query = query.where(Message.pitch_id.is_distinct_from(origin))
    stop = sa.select(sa.literal(NO_PROJECT), sa.func.max(FollowUpStop.at)).where(holds_for(pitch))
    both = query.group_by(Message.project_id).union_all(stop)
    last: dict[int | None, datetime | None] = {row[0]: row[1] for row in session().execute(both)}
    stopped, same = last.pop(NO_PROJECT), last.pop(pitch.project_id, None)
    return same, max((at for at in last.values() if at), default=None), stopped


def _others(
    pitch: Pitch, author_id: int | None
) -> tuple[sa.ColumnElement[bool], sa.ColumnElement[bool], sa.Select[str]]:
    """The questions of `_whose`."""
    other = (
        Pitch.site_id == pitch.site_id,
        Pitch.is_open,
        Pitch.id != pitch.id,
        Pitch.type.not_in(MAINTENANCE),
    )
    here = sa.exists().where(*other, Pitch.project_id == pitch.project_id)
    elsewhere = sa.exists().where(
        *other, Pitch.project_id != pitch.project_id, Pitch.board_column != Column.TO_DO
    )
    claim = (
        sa.select(User.name)
        .join(Prospect, Prospect.owner_id == User.id)
        .where(
            Prospect.site_id == pitch.site_id,
            Prospect.project_id == pitch.project_id,
            User.id != author_id,
        )
    )
    return here, elsewhere, claim


def _whose(message: Message, pitch: Pitch) -> tuple[bool, bool, str]:
    """Is another pitch open at this site: of this project, of another one that has already written? And which colleague
    has claimed the site for this project? One statement."""
    here, elsewhere, claim = _others(pitch, message.author_id)
    row = session().execute(sa.select(here, elsewhere, claim.scalar_subquery())).one()
    is_repair = pitch.type in MAINTENANCE
    return bool(row[0]) and not is_repair, bool(row[1]), "" if is_repair else row[2] or ""


# Pace


def pace_of(mailbox: Mailbox) -> pacing.Pace:
    """A mailbox's manners as the rules take them."""
    zone = ZoneInfo(mailbox.timezone)
    return pacing.Pace(
        zone=zone,
        daily_cap=mailbox.daily_cap,
        hourly_cap=mailbox.hourly_cap,
        gap_min=mailbox.gap_min,
        gap_max=mailbox.gap_max,
        window_from=mailbox.window_from,
        window_to=mailbox.window_to,
        is_weekdays_only=mailbox.is_weekdays_only,
        ramp_from=mailbox.created_at.astimezone(zone).date() if mailbox.is_ramping else None,
    )


def sent_moments(mailbox_id: int, *, now: datetime) -> list[datetime]:
    """When this mailbox's letters to people left within the last two days; system mail does not count."""
    ours = (
        Message.mailbox_id == mailbox_id, Message.direction == Direction.OUT, Message.kind.in_(TO_PEOPLE)
    )  # fmt: skip
    sent = sa.select(Message.sent_at).where(
        *ours, Message.state == MessageState.SENT, Message.sent_at > now - LOOK_BACK
    )
    perhaps = (
        sa.select(sa.func.max(SendAttempt.data_at))
        .join(Message, Message.id == SendAttempt.message_id)
        .where(
            *ours, Message.state.in_((MessageState.UNKNOWN, MessageState.SENDING)), SendAttempt.data_at > now - LOOK_BACK
        )
        .group_by(Message.id)
    )  # fmt: skip
    return [at for at in [*session().scalars(sent), *session().scalars(perhaps)] if at]


def jitter_after(sent: Sequence[datetime]) -> float:
    """From 0 to 1, the same each time it is asked until the next letter leaves."""
    return (int(max(sent).timestamp() * 1000) * 2654435761 % 2**32) / 2**32 if sent else 0.0


def leaves_at(
    message: Message, mailbox: Mailbox, zone: str, *, now: datetime, sent: Sequence[datetime] | None = None
) -> datetime | None:
    """When this letter may leave by caps, gap and window; system mail at once. `zone` is the person's, or empty.

    `sent` is what `sent_moments` gave, when the caller has asked already.
    """
    if message.kind is LetterKind.SYSTEM:
        return now
    moments = sent_moments(mailbox.id, now=now) if sent is None else sent
    return pacing.next_moment(
        pace_of(mailbox),
        moments,
        now=now,
        jitter=jitter_after(moments),
        person_zone=ZoneInfo(zone) if zone else None,
        gap_only=message.kind is LetterKind.ANSWER,
    )


def gap_ends(mailbox: Mailbox, sent: Sequence[datetime], *, now: datetime) -> datetime:
    """When the gap after this mailbox's last letter is over; `now` when it is."""
    at = pacing.next_moment(pace_of(mailbox), sent, now=now, jitter=jitter_after(sent), gap_only=True)
    return at or now


def token_for(pitch: Pitch, to_address: str, label: str) -> str:
    """An opaque token of 128 bits for the next letter of this pitch: the same in the preview and in the letter.

    The letters that are no drafts count it up, so that no two share one: a draft may be older than a letter that left.
    """
    number, newest = (
        session()
        .execute(
            sa.select(sa.func.count(), sa.func.max(Message.id)).where(
                Message.pitch_id == pitch.id, Message.state != MessageState.DRAFT
            )
        )
        .one()
    )
    seed = f"{label} {pitch.id} {number} {newest or 0} {to_address.lower()}"
    digest = hmac.digest(hash_key(), seed.encode(), "sha256")
    return urlsafe_b64encode(digest[:16]).decode().rstrip("=")


# What is due


def due(now: datetime) -> sa.Select[Any]:
    """Letters whose moment has come, of mailboxes that may send."""
    return (
        sa.select(Message)
        .join(Mailbox, Mailbox.id == Message.mailbox_id)
        .where(
            Message.state == MessageState.QUEUED,
            Message.due_at <= now,
            Mailbox.state == MailboxState.ACTIVE,
            sa.or_(Mailbox.backoff_until.is_(None), Mailbox.backoff_until <= now),
        )
    )


def ready_mailboxes(now: datetime) -> list[int]:
    """Mailboxes that have something due and whose gap is over; nothing is written to find out."""
    system = sa.func.max(sa.case((Message.kind == LetterKind.SYSTEM, 1), else_=0))
    free = sa.or_(Mailbox.lease_until.is_(None), Mailbox.lease_until <= now)
    query = due(now).where(free).with_only_columns(Mailbox.id, system).group_by(Mailbox.id)
    ready = []
    for mailbox_id, has_system in session().execute(query).all():
        mailbox = session().get_one(Mailbox, mailbox_id)
        if has_system or gap_ends(mailbox, sent_moments(mailbox_id, now=now), now=now) <= now:
            ready.append(mailbox_id)
    return ready


def cut_off(now: datetime) -> sa.Select[Any]:
    """Letters whose sender is gone: taken or being sent, and their lease is over."""
    return sa.select(Message).where(
        Message.state.in_((MessageState.TAKEN, MessageState.SENDING)), Message.taken_until <= now
    )


# Screens


@dataclass(frozen=True)
class Filter:
    """What the outbox shows: one state or all, one project or all of the user's; of the held ones those of one rule."""

    state: MessageState | None = None
    project_id: int | None = None
    rule: str = ""


def outbox(user: User, shown: Filter, cursor: Cursor | None) -> Page[Any]:
    """Letters of ours that the user may see, newest first."""
    query = listed(user, shown, are_few=has_few(user))
    return page_of(
        session(), query, by=Message.id, key=Message.id, cursor=cursor, value_of=lambda row: (row.id, row.id)
    )  # fmt: skip


def listed(user: User, shown: Filter, *, are_few: bool = False) -> sa.Select[Any]:
    """The letters of the outbox, unsorted. `are_few` is `mail.queries.has_few`."""
    query = _ours(user, shown.project_id, are_few=are_few)
    if shown.state is not None:
        state = sa.func.coalesce(Message.state, "") if are_few else Message.state
        query = query.where(state == shown.state.value)
    return query.where(Message.held_rule == shown.rule) if shown.rule else query


def as_drafts_read(rows: Sequence[Message]) -> dict[int, tuple[str, str]]:
    """`{id: (subject, text)}` of the drafts among these, filled in for those who look at them; one statement.

    One that the worker wrote keeps its thread's subject, and reads as it stands until a person has changed it.
    """
    drafts = {row.id: row for row in rows if row.state is MessageState.DRAFT and "turn" in (row.typed or {})}
    query = (
        sa.select(Message.id, Pitch, Mailbox, Workspace)
        .join(Pitch, Pitch.id == Message.pitch_id)
        .join(Mailbox, Mailbox.id == Message.mailbox_id)
        .join(Workspace, Workspace.id == 1)
        .where(Message.id.in_(drafts))
        .options(
            joinedload(Pitch.project).lazyload(Project.hosts), joinedload(Pitch.site), joinedload(Pitch.own_page),
            joinedload(Pitch.person).lazyload(Person.contact_points),
        )
    )  # fmt: skip
    told = {}
    for key, pitch, mailbox, space in session().execute(query).unique():
        row, texts = drafts[key], drafts[key].typed
        typed = merge.Draft(
            texts["subject"], texts["body"], row.personal_line, row.personal_url, texts.get("html", "")
        )
        values = merge.merge_values(pitch, mailbox, space, typed, "")
        subject, text = letters.as_it_reads(row.kind or LetterKind.FIRST, typed, values)
        told[key] = (subject if row.attempt_no is None else row.subject, text)
    return told


OURS = tuple(state for state in MessageState if state is not MessageState.RECEIVED)


def outbox_counts(user: User, project_id: int | None) -> dict[MessageState, int]:
    """How many letters stand in each state, none counted further than COUNT_CAP."""
    if has_few(user):
        states = session().scalars(_ours(user, project_id, are_few=True).with_only_columns(Message.state))
        return Counter(states)
    counts = [
        sa.select(sa.func.count())
        .select_from(_ours(user, project_id).with_only_columns(Message.id).where(Message.state == state).limit(COUNT_CAP).subquery())
        .scalar_subquery()
        for state in OURS
    ]  # fmt: skip
    return dict(zip(OURS, session().execute(sa.select(*counts)).one(), strict=True))


def held_by(user: User, project_id: int | None) -> dict[str, int]:
    """How many letters each rule of the gate holds, the busiest first."""
    number = sa.func.count()
    query = (
        _ours(user, project_id)
        .where(Message.state == MessageState.HELD)
        .with_only_columns(Message.held_rule, number)
        .group_by(Message.held_rule)
        .order_by(number.desc(), Message.held_rule)
    )
    return {row[0]: row[1] for row in session().execute(query) if row[0]}


def mailbox_of(message: Message) -> Mailbox | None:
    """Where a letter leaves from."""
    return session().get(Mailbox, message.mailbox_id) if message.mailbox_id is not None else None


def attempts(message_id: int) -> list[SendAttempt]:
    """Every try, newest first."""
    query = sa.select(SendAttempt).where(SendAttempt.message_id == message_id)
    return list(session().scalars(query.order_by(SendAttempt.id.desc())))


def _ours(user: User, project_id: int | None, *, are_few: bool = False) -> sa.Select[Any]:
    query = sa.select(Message).where(Message.direction == Direction.OUT)
    if are_few:  # the ids first: SQLite would go through the list or a state
        query = query.where(Message.id.in_(sa.select(Message.id).where(seen_by(user, are_few=True))))
    else:
        query = query.where(seen_by(user))
    return query.where(Message.project_id == project_id) if project_id is not None else query


def _whole_pitch(pitch_id: int) -> sa.Select[Any]:
    return (
        sa.select(Pitch)
        .where(Pitch.id == pitch_id)
        .options(
            joinedload(Pitch.project),
            joinedload(Pitch.site),
            joinedload(Pitch.person),
            joinedload(Pitch.own_page),
        )
    )
