"""Asking for a look at a link, taking links for it, and keeping what was seen, with what follows from it. Never commits."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from outreach.accounts.models import User
from outreach.db import is_sqlite, session
from outreach.kit import clock
from outreach.links import look_queries, news, rules, schedule_queries
from outreach.links.ladder import Ladder
from outreach.links.looks import Look
from outreach.links.models import LinkAlert, LinkCheck, PlacedLink
from outreach.links.moves import note_about
from outreach.links.news import Before, News
from outreach.links.repair_moves import close_repair, confirm, open_repair
from outreach.links.rules import History, LinkState, Plan, Step
from outreach.links.words import short
from outreach.pitches import moves as pitch_moves
from outreach.pitches.models import Pitch
from outreach.pitches.production import moves as production
from outreach.pitches.rules import PitchType
from outreach.reminders import moves as reminder_moves
from outreach.reminders import queries as reminder_queries
from outreach.reminders.rules import ReminderKind

TAKEN_FOR = timedelta(minutes=5)
"""How long a worker holds a link it looks at; after that another may take it."""
GATHERED_FOR = timedelta(minutes=15)
"""An alert waits so long for others, so that a site that breaks in ten places is one mail."""


def ask(link: PlacedLink, *, by: User, now: datetime) -> None:
    """Somebody waits for a look: it is due now, whatever the ladder says."""
    link.asked_at = link.next_check_at = now
    link.next_check_why = "asked for"
    link.taken_until = None
    note_about(link, "link.asked", by=by.id, now=now)


TAKERS = 20261103
"""PostgreSQL's lock of those who take links, so that two never take links of the same site."""


def take(limit: int, *, now: datetime) -> list[tuple[int, int]]:
    """Take due links for a look: (id, fence) of each. Who asks second gets links of other sites, or nothing."""
    if not is_sqlite():
        session().execute(sa.select(sa.func.pg_advisory_xact_lock(TAKERS)))
    taken = session().execute(
        sa.update(PlacedLink)
        .where(
            PlacedLink.id.in_(schedule_queries.next_due(now, limit)),
            sa.or_(PlacedLink.taken_until.is_(None), PlacedLink.taken_until <= now),
        )
        .values(taken_until=now + TAKEN_FOR, fence=PlacedLink.fence + 1)
        .returning(PlacedLink.id, PlacedLink.fence)
        .execution_options(synchronize_session=False)
    )
    return [(row.id, row.fence) for row in taken]


def postpone(link: PlacedLink, seconds: int, *, now: datetime) -> None:
    """Nobody looked, as the site wants to be left alone; the link is due again when that is over."""
    link.next_check_at, link.next_check_why = now + timedelta(seconds=seconds), rules.ASKED_TO_WAIT
    link.taken_until = None


def record(
    link: PlacedLink, look: Look, *, by: User | None, now: datetime, owner: User, body_ref: str = ""
) -> LinkCheck:
    """Keep a look, change what it changes, and let follow what follows (2.4): reminders, the pitch won, a reclaim opened or closed."""
    before = Before(link.state, link.importance, look_queries.last_told(link))
    step = rules.after_check(history_of(link), look.presence, look.value, now=now, confidence=look.confidence)
    _stand(link, step, look, now=now)
    _schedule(link, step, look.retry_after_s, zone=ZoneInfo(owner.timezone), now=now)
    same = session().get(LinkCheck, look.kept_of) if look.kept_of else None
    body_hash = hashlib.sha256(look.body).hexdigest() if look.body else (same.body_hash if same else "")
    check = LinkCheck(
        link_id=link.id, at=now, by_id=by.id if by else None, presence=look.presence, value=look.value, confidence=step.confidence,
        state_after=step.state, page_state=look.page_state, status=look.status, codes=list(look.codes), sentence=look.sentence[:500],
        advice=look.advice[:500], hops=list(look.hops), found=list(look.found), page=look.page,
        body_ref=body_ref or (same.body_ref if same else ""), body_hash=body_hash, elapsed_ms=look.elapsed_ms,
    )  # fmt: skip
    session().add(check)
    name_gone = _remember(link, look, check, now=now)
    if step.state is not before.state:
        note_about(
            link,
            "link.state",
            by=by.id if by else None,
            now=now,
            before=before.state.value,
            after=step.state.value,
        )
    if by is not None:
        note_about(link, "link.seen", by=by.id, now=now, presence=look.presence.value)
    _follow(link, step, before, look, by=by, owner=owner, now=now, name_gone=name_gone)
    return check


def _remember(link: PlacedLink, look: Look, check: LinkCheck, *, now: datetime) -> bool:
    """Keep what the next look needs of this one; True when the page's name turns out to be gone, once.

    That is how to ask for the page only if it changed, and how often in a row its name was unknown.
    """
    if look.kept_of is None:
        session().flush()
        link.last_read = {**look.trace, "check": check.id} if look.trace else {}
    was_gone = link.nameless_told
    is_nameless = look.page_state == "dns_error"
    link.nameless_since = (link.nameless_since or now) if is_nameless else None
    link.nameless_count = link.nameless_count + 1 if is_nameless else 0
    link.nameless_told = rules.name_is_gone(link.nameless_since, link.nameless_count, now=now)
    return link.nameless_told and not was_gone


def _stand(link: PlacedLink, step: Step, look: Look, *, now: datetime) -> None:
    if step.state is not link.state:
        link.state, link.state_since = step.state, now
    link.first_miss_at, link.unreadable_count, link.known_state = (
        step.first_miss_at,
        step.unreadable_run,
        step.known_state.value,
    )
    link.presence, link.value, link.confidence = look.presence, look.value, step.confidence
    link.codes, link.sentence, link.last_check_at = list(look.codes), look.sentence[:500], now
    if step.state in (LinkState.LIVE, LinkState.LIVE_WEAKENED) and link.first_seen_at is None:
        link.first_seen_at = now
    link.asked_at = link.taken_until = None


def _schedule(
    link: PlacedLink, step: Step, retry_after_s: int | None, *, zone: ZoneInfo, now: datetime
) -> None:
    steps, link.schedule_version = schedule_queries.schedule()
    plan = plan_of(link, steps, zone)
    if retry_after_s:
        plan = replace(plan, not_before=now + timedelta(seconds=retry_after_s))
    when = rules.next_check_at(plan, step, now=now)
    link.next_check_at, link.next_check_why = when.at, when.why[:120]


def plan_of(link: PlacedLink, steps: Ladder, zone: ZoneInfo) -> Plan:
    """What the schedule needs of a row; its due day begins in `zone`."""
    return Plan(
        since=link.first_seen_at or link.created_at,
        importance=link.importance,
        due_at=clock.start_of_day(link.due_on, zone) if link.due_on else None,
        spread=(link.id * 37 % 100) / 100,
        weak_since=link.state_since if link.state is LinkState.LIVE_WEAKENED else None,
        ladder=steps,
    )


def history_of(link: PlacedLink) -> History:
    """What the row remembers of the looks before."""
    known = LinkState(link.known_state) if link.known_state else None
    return History(link.state, link.first_miss_at, link.unreadable_count, known)


def _follow(
    link: PlacedLink, step: Step, before: Before, look: Look, *, by: User | None, owner: User, now: datetime, name_gone: bool
) -> None:  # fmt: skip
    today = clock.local_day(now, ZoneInfo(owner.timezone))
    new = news.of(before, step, look, page=short(link.page_url), now=now)
    if step.restored or (step.state is LinkState.LIVE and not news.telling(look.codes, look.value)):
        reminder_moves.settle_about("link", link.id, now=now)
    if step.state is LinkState.LIVE:
        _win(link, now=now, today=today)
    if step.restored or step.state is LinkState.LIVE:
        close_repair(link, now=now, today=today)
    if new is None and name_gone:
        new = news.name_gone(short(link.page_url), link.nameless_count)
    if new is None and (due_on := _missed_day(link, step, today)):
        new = news.missed(short(link.page_url), due_on)
    if new is not None:
        _tell(link, new, by=by, owner=owner, now=now, today=today)
    if step.confirmed_loss:
        _unlink(link, now=now)
        open_repair(link, PitchType.LINK_RECLAIM, look, owner=owner, now=now, today=today)
    elif new is not None and step.state is LinkState.LIVE_WEAKENED and before.told is not None:
        open_repair(link, PitchType.LINK_CORRECTION, look, owner=owner, now=now, today=today)
    if step.state in (LinkState.LOST, LinkState.LIVE_WEAKENED):
        confirm(link, zone=ZoneInfo(owner.timezone), now=now)


def _missed_day(link: PlacedLink, step: Step, today: date) -> date | None:
    """The agreed day, when it is over without the link and that was not said yet."""
    if step.state is not LinkState.AWAITING_PUBLICATION or link.due_on is None or link.due_on >= today:
        return None
    told = reminder_queries.was_told("link", link.id, ReminderKind.PRODUCTION, since=link.due_on)
    return None if told else link.due_on


def _tell(link: PlacedLink, new: News, *, by: User | None, owner: User, now: datetime, today: date) -> None:
    """A row on Today at once, in place of older ones; mail later for what is urgent and was not seen by its owner's own eyes."""
    reminder_moves.settle_about("link", link.id, now=now)
    reminder = reminder_moves.add(
        new.kind, new.words, today, owner.id, by=None, now=now, reason=new.reason, project_id=link.project_id,
        pitch_id=link.pitch_id, site_id=link.site_id, about=("link", link.id),
    )  # fmt: skip
    if new.is_urgent and (by is None or by.id != owner.id):
        session().add(
            LinkAlert(
                link_id=link.id, reminder_id=reminder.id, user_id=owner.id, code=new.code, at=now, due_at=now + GATHERED_FOR
            )
        )  # fmt: skip


def _win(link: PlacedLink, *, now: datetime, today: date) -> None:
    """The pitch that this link was agreed in is won by the check; a co-created piece by the k-th of its contributors."""
    pitch = session().get(Pitch, link.pitch_id, with_for_update=True) if link.pitch_id else None
    if pitch is None or pitch.type is PitchType.LINK_REMOVAL:
        return
    production.link_seen(pitch.id, link.page_url, is_there=True, now=now)
    if production.is_complete(pitch):
        pitch_moves.succeed(pitch, by=None, now=now, today=today)


def _unlink(link: PlacedLink, *, now: datetime) -> None:
    """A lost link no longer counts among those of a co-created piece that is still under way."""
    if link.pitch_id:
        production.link_seen(link.pitch_id, link.page_url, is_there=False, now=now)
