"""Words of reminders, and why one is due. Pure."""

from __future__ import annotations

import enum
from datetime import date


class ReminderKind(enum.StrEnum):
    PRODUCTION = "production"
    PROMISE = "promise"
    NEEDS_EYES = "needs_eyes"
    LINK_CHANGED = "link_changed"
    FIND_CONTACT = "find_contact"
    ENDING = "ending"
    MAILBOX = "mailbox"
    OTHER = "other"


class ReminderState(enum.StrEnum):
    OPEN = "open"
    DONE = "done"
    DROPPED = "dropped"


KIND_NAMES: dict[ReminderKind, str] = {
    ReminderKind.PRODUCTION: "Production", ReminderKind.PROMISE: "Something promised",
    ReminderKind.NEEDS_EYES: "Needs eyes", ReminderKind.LINK_CHANGED: "Link changed",
    ReminderKind.FIND_CONTACT: "Look for a contact", ReminderKind.ENDING: "Agreed time ends", ReminderKind.MAILBOX: "Mailbox", ReminderKind.OTHER: "Reminder",
}  # fmt: skip

BY_HAND = (ReminderKind.OTHER, ReminderKind.PRODUCTION, ReminderKind.PROMISE, ReminderKind.FIND_CONTACT)
"""The kinds that a person sets; the others are set by the product."""


def why_due(reason: str, kind: ReminderKind, due_on: date, made_on: date, today: date) -> str:
    """Why a reminder is due, for Today and the digest: its reason or when it was set, then how late. Days are the reader's."""
    fact = reason.rstrip(". ") or f"{_FACT.get(kind, 'Set for this day')} on {made_on.day} {made_on:%B}"
    late = (today - due_on).days
    if late <= 0:
        return f"{fact}."
    return f"{fact}; {'1 day' if late == 1 else f'{late} days'} late."


_FACT: dict[ReminderKind, str] = {
    ReminderKind.PRODUCTION: "A date of the production, set",
    ReminderKind.PROMISE: "Promised, noted",
    ReminderKind.FIND_CONTACT: "Nobody to write to was known, noted",
    ReminderKind.OTHER: "You asked for it",
}
