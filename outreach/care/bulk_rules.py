"""What can be done to many rows at once, and how it is told. Pure."""

from __future__ import annotations

from enum import StrEnum


class BulkList(StrEnum):
    PROSPECTS = "prospects"
    PEOPLE = "people"


class Deed(StrEnum):
    TAG = "tag"
    UNTAG = "untag"
    GIVE = "give"
    KEEP = "kept"
    LATER = "later"
    REJECT = "rejected"
    START = "start"
    SUPPRESS = "suppress"


STATES = (Deed.KEEP, Deed.LATER, Deed.REJECT)
"""Deeds that are named by the state that a prospect gets."""

DEEDS: dict[BulkList, tuple[Deed, ...]] = {
    BulkList.PROSPECTS: tuple(Deed),
    BulkList.PEOPLE: (Deed.TAG, Deed.UNTAG, Deed.SUPPRESS),
}

DEED_WORDS: dict[Deed, str] = {
    Deed.TAG: "Put tags on", Deed.UNTAG: "Take tags off", Deed.GIVE: "Give to", Deed.KEEP: "Keep", Deed.LATER: "Put off",
    Deed.REJECT: "Reject", Deed.START: "Start a pitch to each", Deed.SUPPRESS: "Put on the suppression list",
}  # fmt: skip

NOT_UNDONE = (Deed.START,)
"""What cannot be taken back as a whole."""


class BulkState(StrEnum):
    WORKING = "working"
    DONE = "done"
    CANCELLED = "cancelled"
    FAILED = "failed"
    UNDOING = "undoing"
    UNDONE = "undone"


BUSY = (BulkState.WORKING, BulkState.UNDOING)
STATE_WORDS: dict[BulkState, tuple[str, str]] = {
    BulkState.WORKING: ("Under way", "info"), BulkState.DONE: ("Done", "good"), BulkState.CANCELLED: ("Cancelled", ""),
    BulkState.FAILED: ("Stopped", "bad"), BulkState.UNDOING: ("Being taken back", "info"), BulkState.UNDONE: ("Taken back", ""),
}  # fmt: skip


class Fate(StrEnum):
    """What became of one row."""

    DONE = "done"
    LEFT = "left"
    BACK = "back"
    STAYS = "stays"


FATE_WORDS: dict[Fate, tuple[str, str]] = {
    Fate.DONE: ("Done", "good"), Fate.LEFT: ("Left alone", "warn"), Fate.BACK: ("Taken back", ""), Fate.STAYS: ("Not taken back", "warn"),
}  # fmt: skip

AT_ONCE = 500
"""Rows a commit, so that the writer's lock is not held for long."""
IN_HAND = 100
"""Up to so many rows are done while one waits; more are the worker's."""
LARGE = 500
"""More than so many have to be confirmed by a tick of their own."""
MOST_TICKED = 500

CHANGED = "Somebody changed it since you asked."
SAME = "It stood so already."
NO_TAG = "It had none of these tags."
HAD_TAG = "It had these tags already."
HELD = "A colleague has it: only they or a manager can give it away."
NO_COLLEAGUE = "They do not work in its project."
NEVER = "Nobody writes to this site."
OPEN_PITCH = "Another pitch to it is open."
REJECTED = "It is rejected."
NO_DOMAIN = "Its domain is shared by many: suppress the person's address instead."
NO_ADDRESS = "No mail address is known."
LISTED = "It stands on the suppression list already."
TOUCHED = "Somebody changed it since."
THEIRS_TO_SAY = "They said no themselves, or it is an admin's to lift."
