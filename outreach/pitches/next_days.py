"""What comes next on a pitch, and on which day. Pure; days are those of whoever has to do it."""

from __future__ import annotations

from datetime import date, timedelta

from outreach.kit.days import PLAIN, WorkingDays
from outreach.pitches.rules import NextKind, Stage

NEXT: dict[Stage, tuple[NextKind, int]] = {
    Stage.IDEA: (NextKind.QUALIFY, 2),
    Stage.QUALIFIED: (NextKind.FIND_CONTACT, 2),
    Stage.READY: (NextKind.WRITE, 1),
    Stage.CONTACTED: (NextKind.FOLLOW_UP, 4),
    Stage.TALKING: (NextKind.ANSWER, 0),
    Stage.AGREED: (NextKind.PRODUCE, 2),
    Stage.SCHEDULED: (NextKind.ASK_PUBLICATION, 7),
    Stage.EDITOR_EDITING: (NextKind.ASK_PUBLICATION, 7),
    Stage.PROMISED: (NextKind.CHECK_PAGE, 7),
    Stage.PUBLISHED_CLAIMED: (NextKind.CHECK_PAGE, 1),
}
_AFTER_DONE: dict[NextKind, tuple[NextKind, int]] = {
    NextKind.QUALIFY: (NextKind.FIND_CONTACT, 2),
    NextKind.FIND_CONTACT: (NextKind.WRITE, 1),
    NextKind.WRITE: (NextKind.FOLLOW_UP, 4),
    NextKind.FOLLOW_UP: (NextKind.FOLLOW_UP, 4),
    NextKind.ANSWER: (NextKind.FOLLOW_UP, 4),
    NextKind.AGREE: (NextKind.PRODUCE, 2),
    NextKind.PRODUCE: (NextKind.PRODUCE, 5),
    NextKind.ASK_PUBLICATION: (NextKind.CHECK_PAGE, 3),
    NextKind.CHECK_PAGE: (NextKind.CHECK_PAGE, 7),
    NextKind.CLOSE: (NextKind.CLOSE, 5),
}


def after_done(
    kind: NextKind, stage: Stage, today: date, *, follow_up_days: int = 4, calendar: WorkingDays = PLAIN
) -> tuple[NextKind, date]:
    """What is proposed when `kind` is done and the stage stays: never nothing, an open pitch has a next action."""
    if kind not in _AFTER_DONE:
        kind, day = propose_next(stage, today, follow_up_days=follow_up_days, calendar=calendar)
        return kind, max(day, calendar.add(today, 1))
    after, days = _AFTER_DONE[kind]
    return after, calendar.add(today, follow_up_days if after is NextKind.FOLLOW_UP else days)


def propose_next(
    stage: Stage, today: date, *, follow_up_days: int = 4, calendar: WorkingDays = PLAIN
) -> tuple[NextKind, date]:
    """What usually comes next after `stage`, and its day: a working one in the calendar of whoever has to do it."""
    kind, days = NEXT.get(stage, (NextKind.PRODUCE, 5))
    return kind, calendar.add(today, follow_up_days if kind is NextKind.FOLLOW_UP else days)


CLOSES_AFTER_DAYS = 14
"""Calendar days after the last letter of a pitch that nobody answered; then it is closed as "No answer" (2.2)."""


def closes_on(last_out_on: date, calendar: WorkingDays = PLAIN) -> date:
    """The day on which nobody's silence ends a pitch: a working one of whoever owns what is next (E1)."""
    return calendar.add(last_out_on + timedelta(days=CLOSES_AFTER_DAYS), 0)


def after_letter(
    stage: Stage, today: date, *, sent: int, most: int, follow_up_days: int = 4, calendar: WorkingDays = PLAIN
) -> tuple[NextKind, date]:
    """What comes after a letter of ours: the next follow-up; after the last of `most`, if nobody ever answered, the end.

    `sent` counts the follow-ups since they last wrote. With somebody who has answered, only a person ends it.
    """
    if stage is Stage.CONTACTED and sent >= most:
        return NextKind.CLOSE, closes_on(today, calendar)
    return propose_next(Stage.CONTACTED, today, follow_up_days=follow_up_days, calendar=calendar)


def add_working_days(start: date, days: int) -> date:
    """`start` plus `days` working days, Monday to Friday; zero days from a weekend is the Monday after."""
    return PLAIN.add(start, days)


def snoozed(next_on: date, today: date, days: int) -> date:
    """The day `days` calendar days from today (not from a day long past), on a working day."""
    return add_working_days(max(next_on, today) if days == 0 else today + timedelta(days=days), 0)
