"""What the gate looks at, read from the rows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from outreach.accounts.models import User, Workspace
from outreach.consent.models import Suppression
from outreach.consent.queries import is_suppressed, suppressed_among
from outreach.consent.rules import REASON_WORDS
from outreach.db import session
from outreach.kit.address import BadAddress, clean_address, is_role_address
from outreach.mail import files, formatted, merge
from outreach.mail.models import Mailbox, Message
from outreach.mail.queries import origin_of
from outreach.mail.rules import Channel, Direction, LetterKind
from outreach.pitches.models import Pitch
from outreach.pitches.rules import MAINTENANCE, REPAIRS, Column, PitchType
from outreach.prospects.models import Prospect
from outreach.prospects.rules import ContactKind
from outreach.sending import letters
from outreach.sending.models import FollowUpStop
from outreach.sending.queries import LEFT, ON_THE_WAY, workspace
from outreach.sending.rules import Facts
from outreach.sending.stops import holds_for

NO_PROJECT = 0


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
