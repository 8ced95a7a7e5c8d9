"""What Today and the digest show, and in which order. Pure."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo


class Section(enum.StrEnum):
    """The parts of Today, in the order of what loses most by waiting."""

    REPLIES = "replies"
    UNKNOWN = "unknown"
    ALERTS = "alerts"
    CHANGED = "changed"
    UNMATCHED = "unmatched"
    OVERDUE = "overdue"
    DUE = "due"
    PRODUCTION = "production"


TITLES: dict[Section, str] = {
    Section.REPLIES: "Replies waiting",
    Section.UNKNOWN: "To clear up",
    Section.ALERTS: "Alerts",
    Section.CHANGED: "Links changed",
    Section.UNMATCHED: "Whose mail is this?",
    Section.OVERDUE: "Overdue",
    Section.DUE: "Due today",
    Section.PRODUCTION: "Production",
}
ICONS: dict[Section, str] = {
    Section.REPLIES: "message-circle",
    Section.UNKNOWN: "mail-question",
    Section.ALERTS: "alert-triangle",
    Section.CHANGED: "link",
    Section.UNMATCHED: "inbox",
    Section.OVERDUE: "clock-exclamation",
    Section.DUE: "calendar-due",
    Section.PRODUCTION: "checklist",
}
_SUBJECT: dict[Section, tuple[str, str]] = {
    Section.REPLIES: ("reply waits", "replies wait"),
    Section.UNKNOWN: ("letter to clear up", "letters to clear up"),
    Section.ALERTS: ("alert", "alerts"),
    Section.CHANGED: ("link changed", "links changed"),
    Section.UNMATCHED: ("mail to place", "mails to place"),
    Section.OVERDUE: ("overdue", "overdue"),
    Section.DUE: ("due today", "due today"),
    Section.PRODUCTION: ("production date", "production dates"),
}


@dataclass(frozen=True)
class Line:
    """One thing to do: what, and why it is here. `source` and `id` name its row, `on` the day it was due.

    `letter_id` is a follow-up that is written and waits for a person.
    """

    section: Section
    source: str
    id: int
    on: date
    name: str
    words: str
    why: str
    icon: str
    tone: str = ""
    tag: str = ""
    pitch_id: int | None = None
    about: tuple[str, int] | None = None
    version: int | None = None
    letter_id: int | None = None
    is_follow_up: bool = False


def headline(counts: Mapping[Section, int], *, parts: int = 3) -> str:
    """The digest's subject, the heaviest parts first: "4 replies wait, 3 links changed, 2 overdue"."""
    said = [f"{counts[part]} {_SUBJECT[part][counts[part] != 1]}" for part in Section if counts.get(part)]
    return ", ".join(said[:parts])


def things(count: int) -> str:
    return "one thing" if count == 1 else f"{count} things"


def digest_day(now: datetime, zone: ZoneInfo, hour: int, *, is_weekdays_only: bool) -> date | None:
    """The local day whose digest is due at `now`, or None before its hour and on a free weekend.

    Asked again later on the same day it gives the same day, so one row a user and day makes it one mail,
    on days of 23 and 25 hours too.
    """
    local = now.astimezone(zone)
    if local.hour < hour or (is_weekdays_only and local.weekday() >= 5):
        return None
    return local.date()


def is_worth_sending(counts: Mapping[Section, int]) -> bool:
    """No digest on a day when nothing is due."""
    return any(counts.values())
