"""How well we stand with a site or a person, from what happened (`product.md` 2.5). Pure."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from outreach.prospects.standings import NAMES, Standing

__all__ = ["NAMES", "TONES", "Facts", "Knower", "Relationship", "Side", "Standing", "derive"]

COOLS_AFTER = timedelta(days=180)
"""Without a mail either way a relationship cools."""
DECLINED_FOR = timedelta(days=365)
OUT_WEIGHS, IN_WEIGHS, WON_WEIGHS = 1, 3, 5
"""Who knows them best: what a letter of ours, an answer of theirs and a won link count."""


class Side(enum.StrEnum):
    """What stands beside it."""

    COOLING = "cooling"
    NURTURE = "nurture"
    DECLINED = "declined"
    DO_NOT_CONTACT = "do_not_contact"


TONES: dict[Standing, str] = {
    Standing.UNKNOWN: "", Standing.RESEARCHED: "", Standing.APPROACHED: "outline", Standing.IN_CONTACT: "info",
    Standing.AGREED_ONCE: "violet", Standing.COLLABORATOR: "good", Standing.PARTNER: "good",
}  # fmt: skip


@dataclass(frozen=True)
class Facts:
    """What happened. `won` counts links that were seen and pieces that were published; `yes_at` is when they last said yes.

    `said` and `why` are what a person has written down in place of the rule; `nurture_until` is the soonest day.
    """

    is_researched: bool = False
    last_out_at: datetime | None = None
    last_in_at: datetime | None = None
    has_agreed: bool = False
    won: int = 0
    yes_at: datetime | None = None
    declined_at: datetime | None = None
    nurture_until: date | None = None
    is_do_not_contact: bool = False
    said: Standing | None = None
    why: str = ""


@dataclass(frozen=True)
class Relationship:
    """A stage, what stands beside it, and the sentence that says why."""

    standing: Standing
    why: str
    side: Side | None = None
    side_words: str = ""
    is_by_hand: bool = False


def derive(facts: Facts, *, now: datetime) -> Relationship:
    """The stage by what happened, or the one that somebody has set; with its side stage."""
    standing, why = _by_events(facts)
    if facts.said is not None:
        standing, why = facts.said, f"Set by hand: {facts.why}"
    side, words = _side(facts, standing, now)
    return Relationship(standing, why, side, words, facts.said is not None)


def _by_events(facts: Facts) -> tuple[Standing, str]:
    if facts.won >= 2:
        return Standing.PARTNER, f"{facts.won} links or published pieces."
    if facts.won == 1:
        return Standing.COLLABORATOR, "One link or published piece."
    if facts.has_agreed:
        return Standing.AGREED_ONCE, "They said yes once; no link was seen yet."
    if facts.last_in_at is not None:
        return Standing.IN_CONTACT, f"They wrote to us, last on {_day(facts.last_in_at)}."
    if facts.last_out_at is not None:
        return Standing.APPROACHED, f"We wrote on {_day(facts.last_out_at)}; nobody has answered."
    if facts.is_researched:
        return Standing.RESEARCHED, "We know who and what they are; nobody has written yet."
    return Standing.UNKNOWN, "Nothing has happened yet."


def _side(facts: Facts, standing: Standing, now: datetime) -> tuple[Side | None, str]:
    if facts.is_do_not_contact:
        return Side.DO_NOT_CONTACT, "Do not contact"
    declined = facts.declined_at
    if (
        declined is not None
        and now < declined + DECLINED_FOR
        and not (facts.yes_at and facts.yes_at > declined)
    ):
        return Side.DECLINED, f"Declined, rests until {_day(declined + DECLINED_FOR)}"
    if facts.nurture_until is not None and facts.nurture_until > now.date():
        return Side.NURTURE, f"Not now, until {facts.nurture_until.day} {facts.nurture_until:%B %Y}"
    last = max((at for at in (facts.last_in_at, facts.last_out_at) if at), default=None)
    if (
        standing not in (Standing.UNKNOWN, Standing.RESEARCHED)
        and last is not None
        and now - last >= COOLS_AFTER
    ):
        return Side.COOLING, f"Cooling: no mail since {_day(last)}"
    return None, ""


def _day(at: datetime) -> str:
    return f"{at.day} {at:%B %Y}"


@dataclass(frozen=True)
class Knower:
    """A colleague, with the letters they wrote, the answers they got and the links they won there."""

    name: str
    out: int
    came: int
    won: int

    @property
    def words(self) -> str:
        """ "12 letters, 5 answers, 1 link"."""
        parts = [(self.out, "letter"), (self.came, "answer"), (self.won, "link")]
        return ", ".join(f"{number} {word}{'' if number == 1 else 's'}" for number, word in parts if number)
