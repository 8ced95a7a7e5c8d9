"""Which text a follow-up starts from, and what becomes of a pitch whose follow-ups are stopped. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from outreach.kit.days import PLAIN, WorkingDays
from outreach.mail.merge import Draft
from outreach.pitches.next_days import closes_on
from outreach.pitches.rules import NextKind, Stage

Template = TypeVar("Template")

_ABOUT = "{% if pitch.topic %}“{{ pitch.topic }}”{% else %}an idea for {{ site.name }}{% endif %}"
_HI = "Hi {{ person.first_name|default('there') }},\n\n"
EARLIER = Draft(
    "",
    f"{_HI}I wrote to you about {_ABOUT} and only want to make sure that it reached you. Is it something for you? "
    "A no is fine, too.\n",
)
LAST = Draft(
    "",
    f"{_HI}this is my last note about {_ABOUT}. If the time is not right, I leave it there; should it fit later, "
    "an answer to this mail reaches me.\n",
)
"""What is written where no template is made for follow-ups of this type."""

STOPPED_WORDS = "Follow-ups are stopped: decide how it goes on"
DECIDE_AFTER = 5
"""Working days until somebody decides about a conversation whose follow-ups were stopped."""


def pick(templates: Sequence[Template], number: int) -> Template | None:
    """The text of follow-up `number` (from 1): the first template by name, then the second; the last one for all after."""
    return templates[min(number, len(templates)) - 1] if templates else None


def fallback(number: int, most: int) -> Draft:
    """The text where there is no template."""
    return LAST if number >= most > 1 else EARLIER


@dataclass(frozen=True)
class After:
    """What becomes of a pitch: it is closed now, or something else is next."""

    is_over: bool = False
    kind: NextKind = NextKind.CLOSE
    on: date = date.max
    words: str = ""


def after_stop(
    stage: Stage, last_out_on: date | None, today: date, *, calendar: WorkingDays = PLAIN
) -> After:
    """Nobody ever answered: it closes as "No answer" 14 days after the last letter, at once when they are over.

    With somebody who has answered, a person decides.
    """
    if stage is not Stage.CONTACTED:
        return After(kind=NextKind.OTHER, on=calendar.add(today, DECIDE_AFTER), words=STOPPED_WORDS)
    ends_on = closes_on(last_out_on or today, calendar)
    return After(is_over=True) if ends_on <= today else After(on=ends_on)


def why_by_hand(*, is_suppressed: bool, address: str, has_mailbox: bool, sent: int, most: int) -> str:
    """Why the worker writes no follow-up, as the words of the next action; "" when it does."""
    if is_suppressed:
        return f"Decide how it goes on: {address} gets no mail"
    if sent >= most:
        times = "once" if sent == 1 else f"{sent} times"
        return f"Call them or close it: followed up {times}, no answer"
    if not address:
        return "Follow up by hand: nothing has gone to them by mail"
    return "" if has_mailbox else "Follow up by hand: the mailbox of the first letter is gone"
