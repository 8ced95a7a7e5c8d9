"""When is a mailbox's Sent folder asked about a letter of ours, and what follows from its answer? Pure.

Of an unknown letter it says that it went out; that a letter is not there proves nothing. Of a letter that was sent it
says whether the provider keeps a copy by itself; where it does not, ours is put there, byte by byte.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from outreach.mail.rules import SentCopy

UNKNOWN_LOOKS = tuple(timedelta(minutes=minutes) for minutes in (0.5, 2, 5, 15, 60, 360, 1440, 2880))
"""How long after its try an unknown letter is looked for."""
COPY_LOOKS = (timedelta(seconds=30), timedelta(minutes=5))
"""How long after a letter left the copy is looked for, where nobody knows yet whether the provider keeps one."""
AT_ONCE = timedelta(seconds=5)
ASK_AFTER = timedelta(minutes=15)
"""When a person is asked what became of an unknown letter."""
AFTER_TROUBLE = timedelta(minutes=15)
GIVE_UP = timedelta(hours=72)


class Answer(StrEnum):
    """What the Sent folder says about a letter: there, not there, put there now by us, or nothing (it could not be asked)."""

    THERE = "there"
    MISSING = "missing"
    PUT = "put"
    NONE = "none"


@dataclass(frozen=True)
class Keeping:
    """What is known of a mailbox: can its Sent folder be asked, what its owner says, and what was seen of the provider."""

    can_look: bool
    says: SentCopy = SentCopy.AUTO
    keeps: bool | None = None

    @property
    def is_ours_to_copy(self) -> bool:
        """Does a letter that is not there lack its copy, so that nothing has to be waited for?"""
        return self.says is SentCopy.YES or (self.says is SentCopy.AUTO and self.keeps is False)

    @property
    def is_theirs(self) -> bool:
        """Does the provider keep copies, so that there is nothing to do?"""
        return (
            not self.can_look
            or self.says is SentCopy.NO
            or (self.says is SentCopy.AUTO and self.keeps is True)
        )


def first_look_at_sent(box: Keeping, at: datetime) -> datetime | None:
    """When to look for the copy of a letter that left `at`; None when nobody has to."""
    if box.is_theirs:
        return None
    return at + (AT_ONCE if box.is_ours_to_copy else COPY_LOOKS[0])


def first_look_at_unknown(box: Keeping, at: datetime) -> datetime:
    """When to look for a letter that may have gone out `at`; where nobody can, when a person is asked."""
    return at + (UNKNOWN_LOOKS[0] if box.can_look else ASK_AFTER)


def wants_copy(box: Keeping, *, looks: int) -> bool:
    """Put our copy there, now that a look has not found one? `looks` counts this one, from 1."""
    return box.is_ours_to_copy or (not box.is_theirs and looks >= len(COPY_LOOKS))


def next_look_at_sent(at: datetime, *, looks: int, now: datetime, was_asked: bool) -> datetime | None:
    """When to look again for a copy that is not there; `was_asked` is no when the folder did not answer."""
    if now - at >= GIVE_UP:
        return None
    if not was_asked:
        return now + AFTER_TROUBLE
    return max(at + COPY_LOOKS[looks], now) if looks < len(COPY_LOOKS) else None


def next_look_at_unknown(box: Keeping, at: datetime, *, now: datetime) -> datetime | None:
    """When to look again for an unknown letter; None when the looking has an end."""
    later = [at + wait for wait in UNKNOWN_LOOKS if at + wait > now]
    if not box.can_look:
        return at + ASK_AFTER if now < at + ASK_AFTER else None
    return later[0] if later else None


def learned(box: Keeping, *, was_found: bool, looks: int) -> bool | None:
    """What a look teaches of the provider: a copy that is there at the first look is its own."""
    if box.says is not SentCopy.AUTO or box.keeps is not None:
        return box.keeps
    if was_found:
        return True if looks == 1 else None
    return False if looks >= len(COPY_LOOKS) else None
