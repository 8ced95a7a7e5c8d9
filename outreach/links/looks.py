"""One look at a page for one link, as the room keeps it: plain values, whoever looked."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from outreach.links.rules import Confidence, Presence, Value


@dataclass(frozen=True)
class Look:
    """What was seen. `hops` are `{url, status}`, `found` the links `{href, anchor, rel, region, hidden, context}`, `page` facts of the page.

    `body` is the decoded page, kept as evidence; `retry_after_s` the seconds the site asked us to wait. `kept_of` is the
    check whose look still holds, as the page has not changed; `trace` what the next look needs of a whole read
    (`outreach.links.again`). `is_postponed`: nobody asked, so this is no check.
    """

    presence: Presence
    value: Value
    sentence: str
    page_state: str
    confidence: Confidence = Confidence.MACHINE
    advice: str = ""
    codes: tuple[str, ...] = ()
    status: int | None = None
    hops: tuple[dict[str, Any], ...] = ()
    found: tuple[dict[str, Any], ...] = ()
    page: dict[str, Any] = field(default_factory=dict)
    body: bytes = b""
    elapsed_ms: int = 0
    retry_after_s: int | None = None
    kept_of: int | None = None
    trace: dict[str, Any] = field(default_factory=dict)
    is_postponed: bool = False


SEEN_WORDS: dict[str, tuple[Presence, Value, str]] = {
    "there": (Presence.FOUND, Value.PASSES, "A person saw the link, as agreed."),
    "nofollow": (Presence.FOUND, Value.WEAKENED, "A person saw the link, but it is not followed."),
    "gone": (Presence.NOT_FOUND, Value.NONE, "A person looked and did not see the link."),
}
"""What a person may say they saw (F2: confidence human)."""


def seen_by_person(what: str, note: str, *, is_social: bool = False) -> Look:
    """The look of a person: what they saw needs no second look. Raises KeyError for an unknown word."""
    presence, value, words = SEEN_WORDS[what]
    if is_social and presence is Presence.FOUND:
        value = Value.NA
    return Look(presence, value, words, "seen", Confidence.HUMAN, page={"note": note} if note else {})


def read_back(said: dict[str, Any], body: bytes) -> Look:
    """The look that the reader's plain values tell of."""
    return Look(
        Presence(said["presence"]), Value(said["value"]), said["sentence"], said["page_state"], Confidence(said["confidence"]), said["advice"],
        tuple(said["codes"]), said["status"], tuple(said["hops"]), tuple(said["found"]), said["page"], body, said["elapsed_ms"], said["retry_after_s"],
    )  # fmt: skip


def unread(sentence: str, page_state: str, code: str, advice: str, **more: Any) -> Look:
    """A look that could not read its page, which says nothing about the link."""
    words = f"{sentence} So nobody can say whether the link is there."
    return Look(Presence.UNREADABLE, Value.NA, words, page_state, advice=advice, codes=(code,), **more)
