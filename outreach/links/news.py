"""What of a look is news to the link's owner, in words, and whether it is told at once.  Pure.

product.md 2.4: at once are a confirmed loss, the agreed words on another host, a new noindex, a broken
target, and a flip to nofollow of an important link; the rest stands on Today and in the digest.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from outreach.links.codes import ALERTS
from outreach.links.looks import Look
from outreach.links.rules import Confidence, LinkState, Presence, Step, Value
from outreach.links.verdict import WEAKENS
from outreach.reminders.rules import ReminderKind

RELS = frozenset(["REL_NOFOLLOW", "REL_SPONSORED", "REL_UGC", "REL_CHANGED"])
TELLING = WEAKENS | ALERTS
"""Codes of a found link that its owner has to know of, once."""
BY_EYE = "SEEN_BY_EYE"
"""Stands for what a person saw and no code says: "there, but not as agreed"."""
NOFOLLOW_FROM = 2
"""From this importance on, a flip to nofollow is told at once."""

_WORDS: tuple[tuple[tuple[str, ...], str], ...] = (
    (("WRONG_HOST",), "The agreed words on {page} lead to another site"),
    (("META_NOINDEX", "XROBOTS_NOINDEX", "UNAVAILABLE_AFTER"), "Search engines are told to leave {page} out"),
    (("CANON_OTHER", "CANON_CROSS_HOST"), "{page} names another page as the original"),
    (("WRONG_PAGE",), "The link on {page} leads to another page of ours"),
    (("REL_NOFOLLOW", "META_NOFOLLOW", "XROBOTS_NOFOLLOW"), "The link on {page} is nofollow"),
    (("REL_SPONSORED", "REL_UGC", "REL_CHANGED"), "The link on {page} is marked otherwise than agreed"),
    (("HIDDEN_CSS",), "Readers cannot see the link on {page}"),
    (("ROBOTS_BLOCKED",), "robots.txt keeps search engines from {page}"),
    (("WRAPPED_BROKEN",), "The link on {page} goes through a redirector that does not lead to us"),
    (("TARGET_BROKEN",), "The link on {page} leads to a page of ours that does not answer"),
)
_OTHERWISE = "The link on {page} is not as agreed"


@dataclass(frozen=True)
class News:
    """`code` is the worst of what is new; `is_urgent`: told at once, if the owner wants mail."""

    kind: ReminderKind
    words: str
    reason: str
    code: str
    is_urgent: bool = False


@dataclass(frozen=True)
class Before:
    """The link before this look. `told` are the telling codes of the last look that found it, None when none did."""

    state: LinkState
    importance: int = 1
    told: frozenset[str] | None = None


def telling(codes: Collection[str], value: Value | None, *, by_person: bool = False) -> frozenset[str]:
    """The codes of a found link that matter; a social placement (`Value.NA`) has none but a broken target.

    A person's "not as agreed" may mean any rel, so that the machine's next look is no news.
    """
    kept = frozenset(codes) & (TELLING if value is Value.WEAKENED else ALERTS)
    if value is Value.WEAKENED and by_person:
        return kept | RELS | {BY_EYE}
    return kept


def of(before: Before, step: Step, look: Look, *, page: str, now: datetime) -> News | None:
    """Lost, unreadable for the third time, or changed since it was last found; None when nothing is new."""
    if step.confirmed_loss:
        words = _words("WRONG_HOST", page) if "WRONG_HOST" in look.codes else f"The link on {page} is gone"
        return News(ReminderKind.LINK_CHANGED, words, loss_words(step, now), "LINK_MISSING", is_urgent=True)
    if step.needs_eyes:
        reason = "Three looks could not read the page. This says nothing about the link."
        return News(ReminderKind.NEEDS_EYES, f"Look at {page} yourself", reason, "WALL")
    if look.presence is not Presence.FOUND or step.state not in (LinkState.LIVE, LinkState.LIVE_WEAKENED):
        return None
    fresh = new_codes(before, step, look)
    if not fresh:
        return None
    code = _worst(fresh)
    return News(
        ReminderKind.LINK_CHANGED,
        _words(code, page),
        look.sentence,
        code,
        is_urgent(fresh, before.importance),
    )


def name_gone(page: str, times: int) -> News:
    """The page's name has been unknown for two weeks: proposed to a person, who alone may say that it is gone."""
    reason = f"Its name was unknown {times} times in two weeks. Say on the link that the page is gone, or look again."
    return News(ReminderKind.NEEDS_EYES, f"Is {page} gone for good?", reason, "DNS_ERROR")


def missed(page: str, due_on: date) -> News:
    """The agreed day is over, and the link is not there."""
    words = f"The link on {page} was due on {due_on.day} {due_on:%B} and is not there"
    return News(
        ReminderKind.PRODUCTION, words, "Ask whether it is published, or agree on another day.", "OVERDUE"
    )


def new_codes(before: Before, step: Step, look: Look) -> frozenset[str]:
    """The telling codes that were not there when the link was last found; after a loss all of them are new."""
    here = telling(look.codes, look.value, by_person=look.confidence is Confidence.HUMAN)
    gone_before = before.state in (LinkState.LOST, LinkState.RECLAIMING, LinkState.WRITTEN_OFF)
    known = frozenset[str]() if gone_before or before.told is None else before.told
    if before.state is LinkState.LIVE_WEAKENED and here & {BY_EYE}:
        return frozenset()
    return here - known


def is_urgent(codes: Collection[str], importance: int) -> bool:
    """Is it told at once?"""
    return bool(ALERTS & set(codes)) or ("REL_NOFOLLOW" in codes and importance >= NOFOLLOW_FROM)


def loss_words(step: Step, now: datetime) -> str:
    """Why we are sure that it is gone."""
    if step.confidence is Confidence.HUMAN or step.first_miss_at is None or step.first_miss_at == now:
        return "A person looked and did not see it."
    hours = round((now - step.first_miss_at).total_seconds() / 3600)
    return f"Two looks at a readable page, {hours} hours apart."


def _worst(codes: Collection[str]) -> str:
    order = [code for group, _ in _WORDS for code in group]
    if BY_EYE in codes:
        return BY_EYE
    return min(codes, key=lambda code: order.index(code) if code in order else len(order))


def _words(code: str, page: str) -> str:
    words = next((words for group, words in _WORDS if code in group), _OTHERWISE)
    return words.format(page=page)
