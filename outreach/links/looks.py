"""One look at a page for one link, as the room keeps it: plain values, whoever looked."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from outreach.links.rules import Confidence, Presence, Value


@dataclass(frozen=True)
class Look:
    """What was seen. `hops` are `{url, status}`, `found` the links `{href, anchor, rel, region, hidden, context}`, `page` facts of the page.

    `body` is the decoded page, kept as evidence; `retry_after_s` the seconds the site asked us to wait.
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
