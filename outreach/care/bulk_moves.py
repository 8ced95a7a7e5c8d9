"""Doing one deed to a part of the rows of a run, and taking it back. Never commits."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from outreach.accounts.models import User
from outreach.care import bulk_queries, bulk_rules
from outreach.care.bulk_models import BulkRow, BulkRun
from outreach.care.bulk_rules import BUSY, BulkList, BulkState, Deed, Fate
from outreach.consent import moves as consent_moves
from outreach.consent.models import Suppression, SuppressionBatch
from outreach.consent.queries import known_pairs
from outreach.consent.rules import SuppressionKind, key_of
from outreach.db import session, take_due
from outreach.diary.moves import note
from outreach.kit.address import BadAddress
from outreach.pitches import moves as pitch_moves
from outreach.pitches.arrows import ClaimTaken
from outreach.pitches.rules import PitchType
from outreach.projects.models import Project
from outreach.prospects import choices
from outreach.prospects import moves as prospect_moves
from outreach.prospects import queries as prospect_queries
from outreach.prospects.labels import moves as label_moves
from outreach.prospects.labels import queries as label_queries
from outreach.prospects.labels.models import Tag
from outreach.prospects.labels.rules import About
from outreach.prospects.models import ContactPoint, Person, Prospect, ProspectChange, SitePerson
from outreach.prospects.rules import ContactKind, ProspectState, may_give

TAKEN_FOR = timedelta(minutes=5)
Row = Prospect | Person


@dataclass
class Part:
    """What became of some rows: `{row id: why it was left}` and `{row id: what was before}` of those that were done."""

    left: dict[int, str] = field(default_factory=dict)
    done: dict[int, list[Any]] = field(default_factory=dict)


@dataclass(frozen=True)
class Hand:
    """Who does it, when, and on which day of theirs."""

    by: User
    now: datetime
    today: date


def stand(run: BulkRun, state: BulkState, *, now: datetime) -> None:
    """Another state; whoever still works on what it was before finds out by the fence."""
    run.state, run.cursor, run.taken_until = state, 0, None
    run.fence += 1
    run.work_at = now if state in BUSY else None
    run.finished_at = None if state in BUSY else now


def take(now: datetime) -> list[tuple[int, int]]:
    """Take one run that has work: (id, fence), or nothing."""
    still = bulk_queries.is_due(now)
    due = sa.select(BulkRun.id).where(*still).order_by(BulkRun.work_at, BulkRun.id).limit(1)
    return take_due(BulkRun, due, *still, until=now + TAKEN_FOR)


def do_part(run: BulkRun, rows: Sequence[Row], hand: Hand) -> None:
    """Do the deed to some rows (at most `AT_ONCE`); those that somebody changed since it was asked for are left alone."""
    part = Part({row.id: bulk_rules.CHANGED for row in rows if row.updated_at > run.created_at})
    _DEEDS[run.deed](run, [row for row in rows if row.id not in part.left], part, hand)
    column = "prospect_id" if run.of is BulkList.PROSPECTS else "person_id"
    other = "person_id" if run.of is BulkList.PROSPECTS else "prospect_id"
    told = [
        {
            "run_id": run.id, column: row.id, other: None, "fate": Fate.DONE if row.id in part.done else Fate.LEFT,
            "reason": part.left.get(row.id, ""), "before": part.done.get(row.id, []),
        }
        for row in rows
    ]  # fmt: skip
    session().execute(sa.insert(BulkRow), told)
    run.done += len(part.done)
    run.left += len(rows) - len(part.done)
    run.cursor = rows[-1].id


# --- the deeds --------------------------------------------------------------------------------------


def _stand_so(run: BulkRun, rows: Sequence[Any], part: Part, hand: Hand) -> None:
    reason = str(run.params.get("reason", "")) if run.deed is Deed.REJECT else ""
    change = prospect_moves.set_state(rows, ProspectState(run.deed.value), reason, by=hand.by, now=hand.now)
    _by_change(change, rows, part)


def _by_change(change: ProspectChange, rows: Sequence[Any], part: Part) -> None:
    changed = {before[0] for before in change.before}
    for row in rows:
        if row.id in changed:
            part.done[row.id] = [change.id]
        else:
            part.left[row.id] = bulk_rules.SAME


def _give(run: BulkRun, rows: Sequence[Any], part: Part, hand: Hand) -> None:
    owner_id = run.params.get("owner")
    able = {
        project_id: owner_id is None or owner_id in dict(choices.colleagues([project_id]))
        for project_id in {row.project_id for row in rows}
    }
    free = []
    for row in rows:
        if not able[row.project_id]:
            part.left[row.id] = bulk_rules.NO_COLLEAGUE
        elif not may_give(row.owner_id, hand.by.id, is_manager=hand.by.is_manager):
            part.left[row.id] = bulk_rules.SAME if row.owner_id == owner_id else bulk_rules.HELD
        else:
            free.append(row)
    _by_change(prospect_moves.give(free, owner_id, by=hand.by, now=hand.now), free, part)


def _about(run: BulkRun) -> About:
    return About.SITE if run.of is BulkList.PROSPECTS else About.PERSON


def _carrier(row: Any) -> int:
    return int(row.site_id if isinstance(row, Prospect) else row.id)


def _tag(run: BulkRun, rows: Sequence[Any], part: Part, hand: Hand) -> None:
    known = label_queries.tags_by_key(run.params["tags"])
    named = label_moves.tags_named(run.params["tags"], by=hand.by.id, now=hand.now)
    tags = [tag.id for tag in named]
    if made := [tag.id for tag in named if tag.key not in known]:
        run.params = {**run.params, "made": [*run.params.get("made", ()), *made]}
    keys = {_carrier(row) for row in rows}
    pairs = label_moves.put_on(_about(run), tags, keys, by=hand.by.id, now=hand.now) if keys else set()
    _by_pairs(pairs, rows, part, bulk_rules.HAD_TAG)


def _untag(run: BulkRun, rows: Sequence[Any], part: Part, hand: Hand) -> None:
    known = label_queries.tags_by_key(run.params["tags"])
    tags = [tag.id for tag in known.values()]
    pairs = label_moves.take_off(
        _about(run), tags, {_carrier(row) for row in rows}, by=hand.by.id, now=hand.now
    )
    _by_pairs(pairs, rows, part, bulk_rules.NO_TAG)


def _by_pairs(pairs: set[tuple[int, int]], rows: Sequence[Any], part: Part, why_not: str) -> None:
    of: dict[int, list[Any]] = {}
    for tag_id, key in sorted(pairs):
        of.setdefault(key, []).append(tag_id)
    for row in rows:
        if tags := of.pop(_carrier(row), None):
            part.done[row.id] = tags
        else:
            part.left[row.id] = why_not


def _start(run: BulkRun, rows: Sequence[Any], part: Part, hand: Hand) -> None:
    kind = PitchType(run.params["type"])
    people = _only_people([row.site_id for row in rows])
    for row in rows:
        if row.site.is_do_not_contact or row.site.is_no_pitch:
            part.left[row.id] = bulk_rules.NEVER
        elif row.state is ProspectState.REJECTED:
            part.left[row.id] = bulk_rules.REJECTED
        else:
            try:
                pitch = pitch_moves.start(
                    session().get_one(Project, row.project_id), kind, row.site_id, by=hand.by, now=hand.now, today=hand.today,
                    person_id=people.get(row.site_id),
                )  # fmt: skip
            except ClaimTaken:
                part.left[row.id] = bulk_rules.OPEN_PITCH
            else:
                part.done[row.id] = [pitch.id]


def _only_people(site_ids: Sequence[int]) -> dict[int, int]:
    """`{site id: person}` where just one person is known."""
    rows = session().execute(
        sa.select(SitePerson.site_id, sa.func.min(SitePerson.person_id))
        .where(SitePerson.site_id.in_(site_ids), ~SitePerson.is_former)
        .group_by(SitePerson.site_id)
        .having(sa.func.count() == 1)
    )
    return {row[0]: row[1] for row in rows}


def _suppress(run: BulkRun, rows: Sequence[Any], part: Part, hand: Hand) -> None:
    batch = session().get_one(SuppressionBatch, run.batch_id)
    wanted = _domains(rows, part) if run.of is BulkList.PROSPECTS else _addresses(rows, part)
    known = known_pairs({pair for pairs in wanted.values() for pair in pairs})
    fresh = {pair for pairs in wanted.values() for pair in pairs if pair not in known}
    consent_moves.put_on(batch, sorted(fresh), by=hand.by.id, now=hand.now)
    for key, pairs in wanted.items():
        if any(pair in fresh for pair in pairs):
            part.done[key] = []
        else:
            part.left[key] = bulk_rules.LISTED


def _domains(rows: Sequence[Any], part: Part) -> dict[int, list[tuple[SuppressionKind, str]]]:
    found = {}
    for row in rows:
        try:
            if "/" in row.site.key:
                raise BadAddress(row.site.key)
            found[row.id] = [(SuppressionKind.DOMAIN, key_of(SuppressionKind.DOMAIN, row.site.key))]
        except BadAddress:
            part.left[row.id] = bulk_rules.NO_DOMAIN
    return found


def _addresses(rows: Sequence[Any], part: Part) -> dict[int, list[tuple[SuppressionKind, str]]]:
    points = session().execute(
        sa.select(ContactPoint.person_id, ContactPoint.value_norm).where(
            ContactPoint.person_id.in_([row.id for row in rows]), ContactPoint.kind == ContactKind.EMAIL
        )
    )
    found: dict[int, list[tuple[SuppressionKind, str]]] = {}
    for person_id, address in points:
        found.setdefault(person_id or 0, []).append((SuppressionKind.EMAIL, address))
    for row in rows:
        if row.id not in found:
            part.left[row.id] = bulk_rules.NO_ADDRESS
    return found


_DEEDS: dict[Deed, Callable[[BulkRun, Sequence[Any], Part, Hand], None]] = {
    Deed.KEEP: _stand_so, Deed.LATER: _stand_so, Deed.REJECT: _stand_so, Deed.GIVE: _give, Deed.TAG: _tag,
    Deed.UNTAG: _untag, Deed.START: _start, Deed.SUPPRESS: _suppress,
}  # fmt: skip


# --- taking back ------------------------------------------------------------------------------------


def take_back(run: BulkRun, rows: Sequence[BulkRow], hand: Hand) -> None:
    """Undo what was done to some rows; those that somebody changed since stay, and are told."""
    stays = _BACK[run.deed](run, rows, hand)
    for row in rows:
        row.fate, row.reason = (Fate.STAYS, stays[row.id]) if row.id in stays else (Fate.BACK, "")
    run.back += len(rows) - len(stays)
    run.cursor = rows[-1].id


def _changes_back(run: BulkRun, rows: Sequence[BulkRow], hand: Hand) -> dict[int, str]:
    ids = {row.prospect_id: row.id for row in rows}
    stays: dict[int, str] = {row.id: bulk_rules.TOUCHED for row in rows}
    for change_id in sorted({row.before[0] for row in rows}):
        change = session().get_one(ProspectChange, change_id)
        found = prospect_queries.writable_prospects(hand.by, [key for key in ids if key])
        untouched = {before[0] for before in change.before}
        mine = [row for row in found if row.id in untouched and row.updated_at == change.at]
        prospect_moves.put_back(change, mine, by=hand.by, now=hand.now)
        for row in mine:
            stays.pop(ids[row.id], None)
    return stays


def _tags_back(run: BulkRun, rows: Sequence[BulkRow], hand: Hand) -> dict[int, str]:
    keys = _carriers(run, rows)
    about, by, now = _about(run), hand.by.id, hand.now
    turn = label_moves.take_off if run.deed is Deed.TAG else label_moves.put_on
    for tag_id in sorted({tag_id for row in rows for tag_id in row.before}):
        if session().get(Tag, tag_id) is not None:
            turn(
                about,
                [tag_id],
                {keys[row.id] for row in rows if tag_id in row.before and row.id in keys},
                by=by,
                now=now,
            )
    return {row.id: bulk_rules.TOUCHED for row in rows if row.id not in keys}


def drop_made(run: BulkRun) -> None:
    """The tags that this run made go with it, where nothing carries them."""
    for tag_id in run.params.get("made", ()):
        label_moves.drop_unused(tag_id)


def _carriers(run: BulkRun, rows: Sequence[BulkRow]) -> dict[int, int]:
    if run.of is BulkList.PEOPLE:
        return {row.id: row.person_id for row in rows if row.person_id}
    sites = session().execute(
        sa.select(Prospect.id, Prospect.site_id).where(Prospect.id.in_([row.prospect_id for row in rows]))
    )
    of = {row.id: row.site_id for row in sites}
    return {row.id: of[row.prospect_id] for row in rows if row.prospect_id in of}


def _suppressions_back(run: BulkRun, rows: Sequence[BulkRow], hand: Hand) -> dict[int, str]:
    batch = session().get_one(SuppressionBatch, run.batch_id)
    if batch.undone_at is None:
        consent_moves.take_out(batch, by=hand.by.id, now=hand.now)
    left = session().scalar(sa.select(sa.func.count()).where(Suppression.batch_id == batch.id)) or 0
    return {row.id: bulk_rules.THEIRS_TO_SAY for row in rows} if left else {}


_BACK: dict[Deed, Callable[[BulkRun, Sequence[BulkRow], Hand], dict[int, str]]] = {
    Deed.KEEP: _changes_back, Deed.LATER: _changes_back, Deed.REJECT: _changes_back, Deed.GIVE: _changes_back,
    Deed.TAG: _tags_back, Deed.UNTAG: _tags_back, Deed.SUPPRESS: _suppressions_back,
}  # fmt: skip


def told(kind: str, run: BulkRun, *, by: int, now: datetime) -> None:
    """The diary's line of a run."""
    note(
        kind,
        by=by,
        now=now,
        subject=("bulk_run", run.id),
        deed=run.deed.value,
        list=run.of.value,
        rows=run.total,
    )


__all__ = ["Hand", "do_part", "drop_made", "stand", "take", "take_back", "told"]
