"""Another schedule (F4): saved in one commit, then brought to all links by a sweep, a few hundred a commit."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from outreach.accounts.models import User
from outreach.db import locked, session, write
from outreach.diary.moves import note
from outreach.links import ladder, look_moves, rules, schedule_queries
from outreach.links.ladder import Ladder
from outreach.links.models import LinkSchedule, PlacedLink
from outreach.links.rules import EYES_AFTER, NOT_YET_SEEN, Confidence, Step

BATCH = 300
CATCH_UP = timedelta(days=1)
"""Links that a shorter wait makes overdue are looked at within this, not all at once."""


class Changed(Exception):
    """Somebody else saved another schedule meanwhile."""


def save(numbers: Mapping[str, int], version: int, *, by: User, now: datetime) -> bool:
    """Keep other numbers (in `ladder.UNITS`), which have no `ladder.problems`; False when they are those in force. Raises Changed."""
    with write() as here:
        row = locked(LinkSchedule, 1)
        steps, current = schedule_queries.schedule()
        if current != version:
            raise Changed
        before = ladder.numbers(steps)
        changed = sorted(name for name, number in numbers.items() if before[name] != number)
        if not changed:
            return False
        values = {**numbers, "version": current + 1, "changed_at": now, "changed_by_id": by.id}
        if row is None:
            here.add(LinkSchedule(id=1, **values))
        else:
            for name, value in values.items():
                setattr(row, name, value)
        note("schedule.changed", by=by.id, now=now, fields=[name.replace("_", " ") for name in changed])
        return True


def bring(limit: int = BATCH, *, now: datetime) -> int:
    """Bring the schedule in force to links that an older one speaks of still; gives how many were handled."""
    steps, version = schedule_queries.schedule()
    session().rollback()
    if not version:
        return 0
    with write() as here:
        query = (
            sa.select(PlacedLink)
            .where(PlacedLink.id.in_(schedule_queries.off_schedule(version, limit)))
            .options(joinedload(PlacedLink.owner))
            .with_for_update(skip_locked=True, of=PlacedLink)
        )
        links = here.scalars(query).all()
        for link in links:
            link.schedule_version = version
            if moved := next_look(link, steps, now=now):
                link.next_check_at, link.next_check_why = moved
        return len(links)


def next_look(link: PlacedLink, steps: Ladder, *, now: datetime) -> tuple[datetime, str] | None:
    """When the ladder says the next look is, counted from the last one; None where something else decided.

    Somebody asked, a day was agreed, the site asked us to wait, a miss or an unreadable page is followed up:
    those keep their time. A time that is over is spread over the next day.
    """
    if link.last_check_at is None or link.asked_at is not None or link.next_check_at is None:
        return None
    if not _is_on_the_ladder(link, now):
        return None
    zone = ZoneInfo(link.owner.timezone if link.owner else "UTC")
    plan = look_moves.plan_of(link, steps, zone)
    before = look_moves.history_of(link)
    step = Step(before.state, before.first_miss_at, before.unreadable_run, before.known, Confidence.MACHINE)
    when = rules.next_check_at(plan, step, now=link.last_check_at)
    if when.at is None:
        return None
    return (when.at if when.at > now else now + CATCH_UP * plan.spread), when.why


def _is_on_the_ladder(link: PlacedLink, now: datetime) -> bool:
    if link.first_miss_at is not None or 0 < link.unreadable_count < EYES_AFTER:
        return False
    if link.next_check_why == rules.ASKED_TO_WAIT:
        return False
    is_awaited = look_moves.history_of(link).known in NOT_YET_SEEN
    return not (is_awaited and link.due_on is not None and link.due_on >= now.date() - timedelta(days=1))
