"""Why the next action of a pitch is due, and why on this day, in words. Pure; days are the reader's."""

from __future__ import annotations

from datetime import date, timedelta

from outreach.kit.days import PLAIN, WorkingDays
from outreach.pitches.next_days import CLOSES_AFTER_DAYS, NEXT
from outreach.pitches.rules import NEXT_WORDS, NextKind, Stage, stage_name


def usual_days(follow_up_days: int = 4) -> list[tuple[str, str, str]]:
    """The rules of the next action as people read them: (after which stage, what, when)."""
    rows = []
    for stage, (kind, days) in NEXT.items():
        number = follow_up_days if kind is NextKind.FOLLOW_UP else days
        when = "the same day" if number == 0 else f"{number} working day{'' if number == 1 else 's'} later"
        rows.append((stage_name(stage), NEXT_WORDS[kind], when))
    last = ("The last follow-up", NEXT_WORDS[NextKind.CLOSE], f"{CLOSES_AFTER_DAYS} days later, by itself")
    return [*rows, ("Every other stage", NEXT_WORDS[NextKind.PRODUCE], "5 working days later"), last]


_WHY: dict[NextKind, str] = {
    NextKind.QUALIFY: "Nobody has decided yet whether the site fits",
    NextKind.FIND_CONTACT: "The site fits, but nobody to write to is known",
    NextKind.WRITE: "Everything is there for the first letter",
    NextKind.ANSWER: "They wrote last",
    NextKind.AGREE: "They said yes; target and rel are not written down",
    NextKind.PRODUCE: "They said yes; the next piece of work is ours",
    NextKind.ASK_PUBLICATION: "It was promised and no page is known yet",
    NextKind.CHECK_PAGE: "A page is said to be there",
    NextKind.CLOSE: "No answer to the last letter; the pitch closes by itself",
    NextKind.OTHER: "Planned for this day",
}


def why_due(
    kind: NextKind,
    next_on: date,
    today: date,
    last_out_on: date | None = None,
    last_in_on: date | None = None,
) -> str:
    """Why a pitch is due, for Today and the digest: the fact, then the number. Days are the reader's."""
    fact = _WHY.get(kind, "")
    if kind is NextKind.ANSWER and last_in_on is not None:
        fact = f"They wrote {days_ago(last_in_on, today)}"
    if kind is NextKind.FOLLOW_UP:
        fact = "No answer yet"
        if last_out_on is not None:
            fact = f"No answer since our letter {days_ago(last_out_on, today)}"
    late = (today - next_on).days
    return f"{fact}; {days_words(late)} late." if late > 0 else f"{fact}."


def why_this_day(
    kind: NextKind, stage: Stage, next_on: date, *, since: date, last_out_on: date | None = None, follow_up_days: int = 4,
    calendar: WorkingDays = PLAIN,
) -> str:  # fmt: skip
    """By which rule the day of a next action was proposed, and which free days it steps over; or that it was set otherwise.

    `since` is the day on which the pitch came to its stage, `calendar` that of whoever does it.
    """
    rule = _rule_of(kind, stage, since, last_out_on, follow_up_days)
    if rule is None:
        return "Chosen by a person, or moved on when the one before it was done."
    start, days, after = rule
    if kind is NextKind.CLOSE:
        end = start + timedelta(days=days)
        expected, how = calendar.add(end, 0), f"{days_words(days)} after {after}"
        how += ", on the next working day" if expected != end else ""
    else:
        expected = calendar.add(start, days)
        how = (
            f"{'1 working day' if days == 1 else f'{days} working days'} after {after}"
            if days
            else f"The day of {after}"
        )
    how += _stepped_over(start, expected, calendar) if kind is not NextKind.CLOSE else ""
    if next_on == expected:
        return f"{how}."
    return f"Put off or set by hand. By the rule it was {expected.day} {expected:%B}: {how[:1].lower()}{how[1:]}."


def _rule_of(
    kind: NextKind, stage: Stage, since: date, last_out_on: date | None, follow_up_days: int
) -> tuple[date, int, str] | None:
    """(from which day, how many days, after what) of the rule that proposes `kind`."""
    if kind in (NextKind.FOLLOW_UP, NextKind.CLOSE) and last_out_on is not None:
        days = follow_up_days if kind is NextKind.FOLLOW_UP else CLOSES_AFTER_DAYS
        return last_out_on, days, f"our letter of {last_out_on.day} {last_out_on:%B}"
    proposed, days = NEXT.get(stage, (NextKind.PRODUCE, 5))
    if proposed is not kind or kind is NextKind.FOLLOW_UP:
        return None
    return since, days, f"“{stage_name(stage)}” of {since.day} {since:%B}"


def _stepped_over(start: date, end: date, calendar: WorkingDays) -> str:
    """The holidays and days of leave between two days, by name; weekends go without saying."""
    between = ((start + timedelta(days=ahead)) for ahead in range(1, (end - start).days + 1))
    free = dict.fromkeys(why for day in between if (why := calendar.why_free(day)) and why != "weekend")
    return f", {' and '.join(free)} left out" if free else ""


def days_words(days: int) -> str:
    """ "1 day", "3 days"."""
    return "1 day" if days == 1 else f"{days} days"


def days_ago(day: date, today: date) -> str:
    """ "today", "yesterday", "5 days ago"."""
    days = (today - day).days
    return {0: "today", 1: "yesterday"}.get(days, f"{days_words(days)} ago")
