"""What one look at a placed link means, weighed against the looks before it.  Pure.

A check has three parts, never one word: `Presence` x `Value` x `Confidence`, and codes
(`outreach.links.codes`).  This file holds the words, the arrows between link states, what a
check does to a state (`after_check`) and when to look again (`next_check_at`).

    check = judge.look(...)                                  -> presence, value
    step  = after_check(History(...), presence, value, now=now)   -> the next state
    when  = next_check_at(Plan(...), step, now=now)
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from outreach.links.ladder import Ladder


class LinkState(StrEnum):
    EXPECTED = "expected"
    AWAITING_PUBLICATION = "awaiting_publication"
    LIVE = "live"
    LIVE_WEAKENED = "live_weakened"
    SUSPECT = "suspect"
    LOST = "lost"
    RECLAIMING = "reclaiming"
    REPLACED = "replaced"
    WRITTEN_OFF = "written_off"
    BLOCKED = "blocked"
    PAGE_GONE = "page_gone"
    ARCHIVED = "archived"
    UNWANTED = "unwanted"
    REMOVAL_ASKED = "removal_asked"
    REMOVED = "removed"
    DISAVOWED = "disavowed"


class Presence(StrEnum):
    FOUND = "found"
    NOT_FOUND = "not_found"
    UNREADABLE = "unreadable"


class Value(StrEnum):
    PASSES = "passes"
    WEAKENED = "weakened"
    NONE = "none"
    NA = "n/a"


class Confidence(StrEnum):
    MACHINE = "machine"
    MACHINE_CONFIRMED = "machine_confirmed"
    HUMAN = "human"


class ExpectedRel(StrEnum):
    """What was agreed of the link's `rel`; `any` when there is no agreement."""

    FOLLOW = "follow"
    NOFOLLOW = "nofollow"
    SPONSORED = "sponsored"
    UGC = "ugc"
    ANY = "any"


MISS_APART = timedelta(hours=20)
EYES_AFTER = 3
"""So many unreadable checks in a row make a link `blocked` and ask for a person's eyes."""
ASKED_TO_WAIT = "the site asked us to wait"
ON_ITS_DAY = timedelta(hours=6)
"""How often a page is looked at on the day it is due: whoever waits for it learns of it that day, or the next morning that it is late."""
NAME_GONE_CHECKS = 5
NAME_GONE_SPAN = timedelta(days=14)

_S = LinkState
WATCHED: frozenset[LinkState] = frozenset(
    {
        _S.EXPECTED,
        _S.AWAITING_PUBLICATION,
        _S.LIVE,
        _S.LIVE_WEAKENED,
        _S.SUSPECT,
        _S.LOST,
        _S.RECLAIMING,
        _S.BLOCKED,
        _S.UNWANTED,
        _S.REMOVAL_ASKED,
        _S.REMOVED,
    }
)
"""States in which the schedule looks at the page; in the others only a person does."""

NOT_YET_SEEN: frozenset[LinkState] = frozenset({_S.EXPECTED, _S.AWAITING_PUBLICATION})
UNWANTED_LANE: frozenset[LinkState] = frozenset({_S.UNWANTED, _S.REMOVAL_ASKED, _S.REMOVED, _S.DISAVOWED})

_BY_A_PERSON = frozenset({_S.PAGE_GONE, _S.ARCHIVED})
_HIT = frozenset({_S.LIVE, _S.LIVE_WEAKENED})

MOVES: dict[LinkState, frozenset[LinkState]] = {
    _S.EXPECTED: _HIT | _BY_A_PERSON | {_S.AWAITING_PUBLICATION, _S.BLOCKED},
    _S.AWAITING_PUBLICATION: _HIT | _BY_A_PERSON | {_S.EXPECTED, _S.BLOCKED},
    _S.LIVE: _BY_A_PERSON | {_S.LIVE_WEAKENED, _S.SUSPECT, _S.BLOCKED, _S.REPLACED},
    _S.LIVE_WEAKENED: _BY_A_PERSON | {_S.LIVE, _S.SUSPECT, _S.BLOCKED, _S.RECLAIMING, _S.REPLACED},
    _S.SUSPECT: _HIT | _BY_A_PERSON | {_S.LOST, _S.BLOCKED},
    _S.LOST: _HIT | _BY_A_PERSON | {_S.RECLAIMING, _S.REPLACED, _S.WRITTEN_OFF, _S.BLOCKED},
    _S.RECLAIMING: _HIT | _BY_A_PERSON | {_S.REPLACED, _S.WRITTEN_OFF, _S.BLOCKED, _S.LOST},
    _S.REPLACED: _HIT | _BY_A_PERSON,
    _S.WRITTEN_OFF: _HIT | _BY_A_PERSON | {_S.RECLAIMING},
    _S.BLOCKED: _HIT
    | _BY_A_PERSON
    | {_S.EXPECTED, _S.AWAITING_PUBLICATION, _S.SUSPECT, _S.LOST, _S.RECLAIMING}
    | {_S.UNWANTED, _S.REMOVAL_ASKED, _S.REMOVED},
    _S.PAGE_GONE: frozenset({_S.EXPECTED, _S.ARCHIVED}),
    _S.ARCHIVED: frozenset({_S.EXPECTED}),
    _S.UNWANTED: _BY_A_PERSON | {_S.REMOVAL_ASKED, _S.REMOVED, _S.DISAVOWED, _S.BLOCKED},
    _S.REMOVAL_ASKED: _BY_A_PERSON | {_S.UNWANTED, _S.REMOVED, _S.DISAVOWED, _S.BLOCKED},
    _S.REMOVED: _BY_A_PERSON | {_S.UNWANTED, _S.REMOVAL_ASKED, _S.DISAVOWED, _S.BLOCKED},
    _S.DISAVOWED: _BY_A_PERSON | {_S.UNWANTED, _S.REMOVED},
}
"""product.md 2.4.  A state that stays the same is no move and always allowed."""


def may_move(old: LinkState, new: LinkState) -> bool:
    return old is new or new in MOVES[old]


@dataclass(frozen=True, slots=True)
class History:
    """What the link's own row remembers of the checks before this one.

    `known_state` is the last state a readable check gave; it differs from `state` only while
    the link is `blocked`.  Moments are aware.
    """

    state: LinkState
    first_miss_at: datetime | None = None
    unreadable_run: int = 0
    known_state: LinkState | None = None

    @property
    def known(self) -> LinkState:
        return (self.known_state or LinkState.EXPECTED) if self.state is LinkState.BLOCKED else self.state


@dataclass(frozen=True, slots=True)
class Step:
    """The link's row after this check.

    `confirmed_loss` is true only in the check that turns a link to `lost`; `needs_eyes` only in
    the one that makes it `blocked`; `restored` when a hit ended suspect, lost or reclaiming.
    """

    state: LinkState
    first_miss_at: datetime | None
    unreadable_run: int
    known_state: LinkState
    confidence: Confidence
    confirmed_loss: bool = False
    needs_eyes: bool = False
    restored: bool = False

    @property
    def history(self) -> History:
        return History(self.state, self.first_miss_at, self.unreadable_run, self.known_state)


def after_check(
    before: History,
    presence: Presence,
    value: Value,
    *,
    now: datetime,
    confidence: Confidence = Confidence.MACHINE,
) -> Step:
    """One check, weighed against the misses before it.

    A page that could not be read says nothing, and three in a row ask for a person's eyes.  A
    site may be broken for a night, so a link is lost only when a second miss comes at least
    `MISS_APART` after the first.  One hit restores.  A link that was never seen is not lost: it
    awaits its publication.  What a person saw (`Confidence.HUMAN`) needs no second look.
    """
    if before.known not in WATCHED and presence is not Presence.FOUND:
        return _same(before, confidence)
    if presence is Presence.UNREADABLE:
        return _unread(before, confidence)
    if before.known in UNWANTED_LANE:
        return _unwanted(before, presence, now=now, confidence=confidence)
    if presence is Presence.FOUND:
        return _hit(before, value, confidence)
    return _miss(before, now=now, confidence=confidence)


def _same(before: History, confidence: Confidence) -> Step:
    return Step(before.state, before.first_miss_at, before.unreadable_run, before.known, confidence)


def _unread(before: History, confidence: Confidence) -> Step:
    run = before.unreadable_run + 1
    blocked = run >= EYES_AFTER
    return Step(
        state=LinkState.BLOCKED if blocked else before.state,
        first_miss_at=before.first_miss_at,
        unreadable_run=run,
        known_state=before.known,
        confidence=confidence,
        needs_eyes=blocked and before.state is not LinkState.BLOCKED,
    )


def _hit(before: History, value: Value, confidence: Confidence) -> Step:
    if before.known in (LinkState.PAGE_GONE, LinkState.ARCHIVED):
        return _same(before, confidence)
    state = LinkState.LIVE if value in (Value.PASSES, Value.NA) else LinkState.LIVE_WEAKENED
    was_missing = before.known in (
        LinkState.SUSPECT,
        LinkState.LOST,
        LinkState.RECLAIMING,
        LinkState.WRITTEN_OFF,
    )
    return Step(state, None, 0, state, _confirmed(confidence, before.known in _HIT), restored=was_missing)


def _miss(before: History, *, now: datetime, confidence: Confidence) -> Step:
    if before.known in NOT_YET_SEEN:
        state = LinkState.AWAITING_PUBLICATION
        return Step(state, None, 0, state, confidence)
    if before.known in (LinkState.LOST, LinkState.RECLAIMING):
        return Step(before.known, before.first_miss_at, 0, before.known, _confirmed(confidence, True))
    first = before.first_miss_at or now
    if confidence is Confidence.HUMAN or now - first >= MISS_APART:
        confirmed = _confirmed(confidence, True)
        return Step(LinkState.LOST, first, 0, LinkState.LOST, confirmed, confirmed_loss=True)
    return Step(LinkState.SUSPECT, first, 0, LinkState.SUSPECT, confidence)


def _unwanted(before: History, presence: Presence, *, now: datetime, confidence: Confidence) -> Step:
    """A link we want gone: two misses `MISS_APART` prove its removal, one hit disproves it."""
    if presence is Presence.FOUND:
        back = LinkState.UNWANTED if before.known is LinkState.REMOVED else before.known
        return Step(back, None, 0, back, confidence)
    first = before.first_miss_at or now
    gone = confidence is Confidence.HUMAN or now - first >= MISS_APART
    state = LinkState.REMOVED if gone and before.known is not LinkState.DISAVOWED else before.known
    return Step(state, first, 0, state, _confirmed(confidence, gone))


def _confirmed(confidence: Confidence, seen_before: bool) -> Confidence:
    if confidence is Confidence.MACHINE and seen_before:
        return Confidence.MACHINE_CONFIRMED
    return confidence


def name_is_gone(first_dns_error_at: datetime | None, dns_errors: int, *, now: datetime) -> bool:
    """Whether `page_gone` should be proposed to a person: 5 failed look-ups over 14 days."""
    if first_dns_error_at is None or dns_errors < NAME_GONE_CHECKS:
        return False
    return now - first_dns_error_at >= NAME_GONE_SPAN


@dataclass(frozen=True, slots=True)
class Plan:
    """What the schedule needs of a link.

    `since` is when its age began (first seen live, else when it was entered); `due_at` the
    agreed day of publication; `spread` in [0, 1) is fixed for the link and keeps a thousand links
    entered together from being looked at together; `not_before` is the host's Retry-After;
    `weak_since` is since when the link is there but not as agreed.
    """

    since: datetime
    importance: int = 1
    due_at: datetime | None = None
    spread: float = 0.5
    not_before: datetime | None = None
    weak_since: datetime | None = None
    ladder: Ladder = field(default_factory=Ladder)


@dataclass(frozen=True, slots=True)
class NextCheck:
    at: datetime | None
    why: str


def next_check_at(plan: Plan, step: Step, *, now: datetime) -> NextCheck:
    """When to look again and why, in words; `at` is None when only a person looks."""
    if step.state not in WATCHED:
        return NextCheck(None, "no longer watched")
    when = _by_state(plan, step, now=now)
    if plan.not_before is not None and when.at is not None and plan.not_before > when.at:
        return NextCheck(plan.not_before, ASKED_TO_WAIT)
    return when


def _by_state(plan: Plan, step: Step, *, now: datetime) -> NextCheck:
    awaited = step.known_state in NOT_YET_SEEN
    if awaited and plan.due_at is not None and plan.due_at > now:
        return NextCheck(plan.due_at, "the day it is due")
    if awaited and plan.due_at is not None and now - plan.due_at < timedelta(days=1):
        return NextCheck(now + ON_ITS_DAY * (0.95 + 0.05 * plan.spread), "its day is today, so we look often")
    soon = now + timedelta(hours=20 + 4 * plan.spread)
    if step.first_miss_at is not None and now - step.first_miss_at < plan.ladder.young_for:
        return NextCheck(soon, "not found last time, so we look again within a day")
    if plan.weak_since is not None and now - plan.weak_since < MISS_APART:
        return NextCheck(soon, "not as agreed last time, so we look again within a day")
    if 0 < step.unreadable_run < EYES_AFTER:
        return NextCheck(soon, "the page could not be read, so we try again within a day")
    if awaited and plan.due_at is not None:
        return _aged(replace(plan, since=plan.due_at), now=now)
    return _aged(plan, now=now)


def _aged(plan: Plan, *, now: datetime) -> NextCheck:
    every, why = plan.ladder.every(now - plan.since, plan.importance)
    return NextCheck(now + every * (0.95 + 0.05 * plan.spread), why)
