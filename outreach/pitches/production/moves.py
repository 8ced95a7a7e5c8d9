"""Changing what production knows. Never commits; each change writes one diary line."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from outreach.accounts import queries as account_queries
from outreach.accounts.models import User
from outreach.db import session
from outreach.diary.moves import note
from outreach.kit import urls
from outreach.kit.days import WorkingDays
from outreach.pitches.models import Pitch
from outreach.pitches.production import queries, rules
from outreach.pitches.production.models import Contributor, Production, ProductionStep
from outreach.pitches.production.rules import ContributorState

OWN = "own"


class TooMany(ValueError):
    """There is no room for another line."""


def follow(pitch: Pitch, *, by: User | None, now: datetime, today: date) -> None:
    """The pitch moved: lay the check list out when production begins, and tick what its stage has reached.

    Part of a larger change: the pitch's own line in the diary tells it.
    """
    if not rules.is_in_production(pitch.type, pitch.stage):
        return
    steps = queries.steps_of(pitch.id)
    if not steps:
        steps = _lay_out(pitch, now=now, today=today)
    goals = {task.code: task.stage for task in rules.TASKS[pitch.type]}
    for step in steps:
        if step.done_at is None and rules.is_reached(pitch.type, pitch.stage, goals.get(step.code)):
            step.done_at, step.done_by_id = now, by.id if by else None


def disclose(pitch: Pitch, *, now: datetime, today: date) -> None:
    """Something is given for the link: the list gets its line about that, when it was laid out without (R19).

    Part of a larger change: the agreement's own line in the diary tells it.
    """
    steps = queries.steps_of(pitch.id)
    wanted = rules.DISCLOSURE in rules.tasks_of(pitch.type, is_given=True)
    if not steps or not wanted or any(step.code == rules.DISCLOSURE.code for step in steps):
        return
    day = rules.days_of([rules.DISCLOSURE], today, pitch.due_on, add=_calendar(pitch).add)
    session().add(
        ProductionStep(
            pitch_id=pitch.id, code=rules.DISCLOSURE.code, words=rules.DISCLOSURE.words,
            due_on=day[rules.DISCLOSURE.code], place=steps[-1].place + 1, created_at=now,
        )
    )  # fmt: skip
    session().flush()


def unfollow(pitch: Pitch, moved_at: datetime) -> None:
    """A move is taken back: so is what `follow` did with it."""
    here = ProductionStep.pitch_id == pitch.id
    if not rules.is_in_production(pitch.type, pitch.stage):
        laid = (here, ProductionStep.created_at == moved_at, ProductionStep.code != OWN)
        session().execute(sa.delete(ProductionStep).where(*laid))
    again = sa.update(ProductionStep).where(here, ProductionStep.done_at == moved_at)
    session().execute(again.values(done_at=None, done_by_id=None))


def _lay_out(pitch: Pitch, *, now: datetime, today: date) -> list[ProductionStep]:
    given = pitch.is_paid or pitch.is_goods or pitch.is_exchange
    tasks = rules.tasks_of(pitch.type, is_given=given)
    days = rules.days_of(tasks, today, pitch.due_on, add=_calendar(pitch).add)
    steps = [
        ProductionStep(
            pitch_id=pitch.id, code=task.code, words=task.words, due_on=days[task.code], place=place, created_at=now
        )
        for place, task in enumerate(tasks)
    ]  # fmt: skip
    session().add_all(steps)
    session().flush()
    return steps


def _calendar(pitch: Pitch) -> WorkingDays:
    return account_queries.working_days(pitch.next_owner_id or pitch.owner_id)


def propose_days(pitch: Pitch, *, by: User, now: datetime, today: date) -> int:
    """Fresh days for what is not done yet, from today to the day the page is to be live; how many changed."""
    steps = [step for step in queries.steps_of(pitch.id) if step.done_at is None]
    tasks = {task.code: task for task in rules.tasks_of(pitch.type, is_given=True)}
    wanted = [tasks[step.code] for step in steps if step.code in tasks]
    if not wanted:
        return 0
    gone = min(task.after for task in wanted) - 1
    ahead = [rules.Task(task.code, task.words, task.after - gone) for task in wanted]
    days = rules.days_of(ahead, today, pitch.due_on, add=_calendar(pitch).add)
    changed = [step for step in steps if step.code in days and step.due_on != days[step.code]]
    for step in changed:
        step.due_on = days[step.code]
    if changed:
        _note(pitch, "production.dated", by=by, now=now, count=len(changed))
    return len(changed)


def tick(pitch: Pitch, step: ProductionStep, is_done: bool, *, by: User, now: datetime) -> bool:
    """Done, or not done after all. False when it stands so already."""
    if (step.done_at is not None) is is_done:
        return False
    step.done_at, step.done_by_id = (now, by.id) if is_done else (None, None)
    _note(pitch, "production.done" if is_done else "production.reopened", by=by, now=now, step=step.code)
    return True


def add_step(
    pitch: Pitch, words: str, due_on: date | None, owner_id: int | None, *, by: User, now: datetime
) -> ProductionStep:
    """A line of one's own at the end. Raises TooMany."""
    steps = queries.steps_of(pitch.id)
    if len(steps) >= rules.MOST_STEPS:
        raise TooMany(f"A check list has room for {rules.MOST_STEPS} lines.")
    place = steps[-1].place + 1 if steps else 0
    step = ProductionStep(
        pitch_id=pitch.id, code=OWN, words=words[:200], due_on=due_on, owner_id=owner_id, place=place, created_at=now
    )  # fmt: skip
    session().add(step)
    session().flush()
    _note(pitch, "production.added", by=by, now=now)
    return step


def change_step(
    pitch: Pitch, step: ProductionStep, *, words: str, due_on: date | None, owner_id: int | None, by: User, now: datetime
) -> bool:  # fmt: skip
    """Other words, day or owner. False when nothing changed."""
    values = {"words": words[:200], "due_on": due_on, "owner_id": owner_id}
    changed = [name for name, value in values.items() if getattr(step, name) != value]
    for name in changed:
        setattr(step, name, values[name])
    if changed:
        _note(pitch, "production.changed", by=by, now=now, step=step.code, fields=changed)
    return bool(changed)


def put_off(pitch: Pitch, step: ProductionStep, day: date, *, by: User, now: datetime) -> None:
    """Due on another day."""
    step.due_on = day
    _note(pitch, "production.put_off", by=by, now=now, step=step.code, on=day.isoformat())


def remove_step(pitch: Pitch, step: ProductionStep, *, by: User, now: datetime) -> None:
    """Not needed here."""
    session().delete(step)
    _note(pitch, "production.removed", by=by, now=now, step=step.code)


def write_facts(
    pitch: Pitch, facts: dict[str, Any], slot: dict[str, Any], *, by: User, now: datetime
) -> bool:
    """The type's own facts, and the slot (`slot_at`, `slot_minutes`, `slot_place`) or `links_needed`. False when nothing changed.

    A slot that moves counts `slot_sequence` up, so that calendars take the new invitation (RFC 5545, 3.8.7.4).
    """
    row = queries.of(pitch.id)
    if row is None:
        row = Production(pitch_id=pitch.id, facts={}, slot_minutes=45, slot_place="", created_at=now)
        session().add(row)
    fields = sorted(name for name in {*row.facts, *facts} if row.facts.get(name) != facts.get(name))
    moved = [name for name, value in slot.items() if getattr(row, name) != value]
    row.facts = facts
    if "dead_url" in fields:
        pitch.is_ground_ok, pitch.ground_checked_at = None, None
    for name in moved:
        setattr(row, name, slot[name])
    if any(name.startswith("slot_") for name in moved):
        row.slot_sequence = (row.slot_sequence or 0) + 1
    session().flush()
    if fields or moved:
        _note(pitch, "production.facts", by=by, now=now, fields=[*fields, *moved])
    return bool(fields or moved)


def ask(pitch: Pitch, names: Iterable[str], *, by: User, now: datetime) -> list[Contributor]:
    """Somebody else who gives something, or several; the new ones of `names`. Raises TooMany before any is added."""
    here = queries.contributors_of(pitch.id)
    known = {one.name.casefold() for one in here}
    new = {name.casefold(): name[:200] for name in reversed([*names]) if name.casefold() not in known}
    if len(here) + len(new) > rules.MOST_CONTRIBUTORS:
        raise TooMany(f"A piece has room for {rules.MOST_CONTRIBUTORS} contributors.")
    added = [
        Contributor(pitch_id=pitch.id, name=name, state=ContributorState.ASKED, created_at=now)
        for name in reversed(new.values())
    ]
    session().add_all(added)
    session().flush()
    if added:
        _note(pitch, "production.asked", by=by, now=now, count=len(added))
    return added


def set_contributor(
    pitch: Pitch, one: Contributor, state: ContributorState, page_url: str, *, by: User, now: datetime
) -> bool:
    """How far they are, and the page where their link is expected. False when nothing changed."""
    if (one.state, one.page_url) == (state, page_url):
        return False
    if one.page_url != page_url:
        one.link_seen_at = None
    one.state, one.page_url = state, page_url
    _note(pitch, "production.contributor", by=by, now=now, state=state.value)
    return True


def removed_contributor(pitch: Pitch, *, by: User, now: datetime) -> None:
    """Tell that somebody was taken off the list."""
    _note(pitch, "production.dropped", by=by, now=now)


def link_seen(pitch_id: int, page_url: str, *, is_there: bool, now: datetime) -> None:
    """Told from above: a check saw the link of whoever is expected on that page, or confirmed that it is gone."""
    page = urls.normalise(page_url)
    for one in queries.contributors_of(pitch_id):
        if one.page_url and urls.normalise(one.page_url) == page:
            one.link_seen_at = (one.link_seen_at or now) if is_there else None
    session().flush()


def is_complete(pitch: Pitch) -> bool:
    """May a seen link win the pitch? A co-created piece waits for k of its n contributors, others for nothing."""
    seen, invited = queries.linked_count(pitch.id) if pitch.type in rules.HAS_CONTRIBUTORS else (0, 0)
    if not invited:
        return True
    row = queries.of(pitch.id)
    return rules.is_enough(seen, row.links_needed if row else None, invited)


def _note(pitch: Pitch, kind: str, *, by: User | None, now: datetime, **data: Any) -> None:
    note(
        kind, by=by.id if by else None, now=now, project_id=pitch.project_id, site_id=pitch.site_id,
        person_id=pitch.person_id, pitch_id=pitch.id, **data,
    )  # fmt: skip
