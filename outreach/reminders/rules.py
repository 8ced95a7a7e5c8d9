"""Words of reminders. Pure."""

from __future__ import annotations

import enum


class ReminderKind(enum.StrEnum):
    PRODUCTION = "production"
    PROMISE = "promise"
    NEEDS_EYES = "needs_eyes"
    LINK_CHANGED = "link_changed"
    FIND_CONTACT = "find_contact"
    MAILBOX = "mailbox"
    OTHER = "other"


class ReminderState(enum.StrEnum):
    OPEN = "open"
    DONE = "done"
    DROPPED = "dropped"
