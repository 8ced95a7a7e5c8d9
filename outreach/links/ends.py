"""Warning of agreed times that end (F10), and taking a warning down when its day is over. One commit each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from outreach.accounts.models import User
from outreach.db import session, write
from outreach.kit.clock import local_day
from outreach.links import ending
from outreach.links.ending import EndNotice
from outreach.links.models import EndWarning, PlacedLink
from outreach.links.rules import WATCHED
from outreach.links.words import short
from outreach.pitches.models import Pitch
from outreach.pitches.rules import SUCCESS
from outreach.prospects.models import Site
from outreach.reminders import moves as reminder_moves
from outreach.reminders.models import Reminder
from outreach.reminders.rules import ReminderKind, ReminderState

SPAN = timedelta(days=1)
"""Nowhere on earth is a day further from UTC's."""


@dataclass(frozen=True)
class Ending:
    """An agreed time that ends soon. One of `pitch_id` and `link_id` names it; the other is what it is about, if any."""

    key: tuple[int | None, int | None]
    ends_on: date
    notice: EndNotice
    owner_id: int
    about: dict[str, Any]
    words: str
    reason: str


def due(now: datetime) -> list[Ending]:
    """What has to be warned of and is not yet."""
    found = [*_of_pitches(now), *_of_links(now)]
    ends = {one.ends_on for one in found}
    done = session().execute(
        sa.select(EndWarning.pitch_id, EndWarning.link_id, EndWarning.ends_on, EndWarning.days).where(
            EndWarning.ends_on.in_(ends)
        )
    )
    told = {tuple(row) for row in done}
    session().rollback()
    return [one for one in found if (*one.key, one.ends_on, one.notice.days) not in told]


def _window(column: sa.orm.InstrumentedAttribute[date | None], now: datetime) -> sa.ColumnElement[bool]:
    today = now.date()
    return column.between(today - SPAN, today + timedelta(days=max(ending.WARNED) + 1) + SPAN)


def _of_pitches(now: datetime) -> list[Ending]:
    owner = sa.func.coalesce(Pitch.owner_id, Pitch.next_owner_id, Pitch.created_by_id)
    rows = session().execute(
        sa.select(Pitch, Site.key, User.id, User.timezone)
        .join(Site, Site.id == Pitch.site_id)
        .join(User, User.id == owner)
        .where(_window(Pitch.expires_on, now), sa.or_(Pitch.is_open, Pitch.stage.in_(SUCCESS)))
        .order_by(Pitch.id)
    )
    return [
        one
        for pitch, site, user, zone in rows
        if (
            one := _ending(
                (pitch.id, None), pitch.expires_on, local_day(now, ZoneInfo(zone)), user,
                {"project_id": pitch.project_id, "site_id": pitch.site_id, "pitch_id": pitch.id},
                short(pitch.page_url) if pitch.page_url else site, price(pitch),
            )
        )
    ]  # fmt: skip


def _of_links(now: datetime) -> list[Ending]:
    """Links whose end stands on their own row: those of a pitch follow its agreement."""
    rows = session().execute(
        sa.select(PlacedLink, User.id, User.timezone)
        .join(User, User.id == sa.func.coalesce(PlacedLink.owner_id, PlacedLink.created_by_id))
        .outerjoin(Pitch, Pitch.id == PlacedLink.pitch_id)
        .where(_window(PlacedLink.expires_on, now), PlacedLink.state.in_(WATCHED), Pitch.expires_on.is_(None))
        .order_by(PlacedLink.id)
    )
    return [
        one
        for link, user, zone in rows
        if (
            one := _ending(
                (None, link.id), link.expires_on, local_day(now, ZoneInfo(zone)), user,
                {"project_id": link.project_id, "site_id": link.site_id, "about": ("placement", link.id)},
                short(link.page_url), "",
            )
        )
    ]  # fmt: skip


def _ending(
    key: tuple[int | None, int | None], ends_on: date | None, today: date, owner_id: int, about: dict[str, Any],
    page: str, paid: str,
) -> Ending | None:  # fmt: skip
    notice = ending.warning(ends_on, today) if ends_on else None
    if ends_on is None or notice is None:
        return None
    day = f"{ends_on.day} {ends_on:%B}"
    reason = f"Agreed until {day} {ends_on.year}{paid}. Renew it, or let it go."
    return Ending(
        key, ends_on, notice, owner_id, about, f"The agreed time on {page} ends on {day}", reason
    )  # fmt: skip


def price(pitch: Pitch) -> str:
    """ ", paid 120.00 EUR", "" when nothing was paid."""
    if not pitch.is_paid:
        return ""
    return f", paid {pitch.amount:.2f} {pitch.currency}".rstrip() if pitch.amount is not None else ", paid"


def warn(one: Ending, *, now: datetime) -> bool:
    """Put it on Today, on its day; False when another worker was first."""
    try:
        with write() as here:
            reminder = reminder_moves.add(
                ReminderKind.ENDING, one.words, one.notice.on, one.owner_id, by=None, now=now, reason=one.reason, **one.about
            )  # fmt: skip
            pitch_id, link_id = one.key
            here.add(
                EndWarning(
                    pitch_id=pitch_id, link_id=link_id, ends_on=one.ends_on, days=one.notice.days, on=one.notice.on,
                    reminder_id=reminder.id,
                )
            )  # fmt: skip
            here.flush()
            return True
    except sa.exc.IntegrityError:
        return False


def over(now: datetime) -> list[int]:
    """Reminders whose day is over (and that nobody has put off), or whose agreement says another day by now."""
    rows = session().execute(
        sa.select(
            EndWarning, Reminder.due_on, User.timezone, User.is_weekdays_only,
            sa.func.coalesce(Pitch.expires_on, PlacedLink.expires_on).label("ends_on"),
            sa.or_(Pitch.is_open, Pitch.stage.in_(SUCCESS), PlacedLink.state.in_(WATCHED)).label("goes_on"),
        )
        .join(Reminder, Reminder.id == EndWarning.reminder_id)
        .join(User, User.id == Reminder.owner_id)
        .outerjoin(Pitch, Pitch.id == EndWarning.pitch_id)
        .outerjoin(PlacedLink, PlacedLink.id == EndWarning.link_id)
        .where(Reminder.state == ReminderState.OPEN)
    )  # fmt: skip
    found = [
        warned.reminder_id
        for warned, due_on, zone, weekdays, ends_on, goes_on in rows
        if ends_on != warned.ends_on
        or not goes_on
        or (
            due_on == warned.on
            and ending.last_day(warned.on, is_weekdays_only=weekdays) < local_day(now, ZoneInfo(zone))
        )
    ]
    session().rollback()
    return found


def take_down(reminder_id: int, *, now: datetime) -> None:
    """Off Today: it was there on its day."""
    with write() as here:
        reminder = here.get(Reminder, reminder_id, with_for_update=True)
        if reminder is not None and reminder.state is ReminderState.OPEN:
            reminder_moves.settle(reminder, ReminderState.DROPPED, by=None, now=now)
