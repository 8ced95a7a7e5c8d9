"""Types, stages and the legal moves of a pitch (`product.md` 2.2). Pure.

Each type has a path of open stages that ends in its success; beside it stand `nurture` and the closed
stages. Moves: forward to any later stage of the path (gates permitting), back within the open stages,
from any open stage to nurture or closed; nurture returns to where it was; closed reopens to its last
open stage by owner or manager with a reason. Success is set by a check or human evidence only.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import date, timedelta

from outreach.kit.days import PLAIN, WorkingDays


class PitchType(enum.StrEnum):
    GUEST_POST = "guest_post"
    INTERVIEW = "interview"
    CO_CREATED = "co_created"
    RESOURCE_LINK = "resource_link"
    BROKEN_LINK = "broken_link"
    UNLINKED_MENTION = "unlinked_mention"
    LINK_RECLAIM = "link_reclaim"
    LINK_CORRECTION = "link_correction"
    LINK_REMOVAL = "link_removal"


class Stage(enum.StrEnum):
    IDEA = "idea"
    QUALIFIED = "qualified"
    READY = "ready"
    CONTACTED = "contacted"
    TALKING = "talking"
    AGREED = "agreed"
    # guest post
    TOPIC_AGREED = "topic_agreed"
    OUTLINE_SENT = "outline_sent"
    WRITING = "writing"
    DRAFT_SENT = "draft_sent"
    REVISING = "revising"
    ACCEPTED = "accepted"
    SCHEDULED = "scheduled"
    # interview
    SLOT_SET = "slot_set"
    QUESTIONS_EXCHANGED = "questions_exchanged"
    RECORDED_OR_ANSWERED = "recorded_or_answered"
    EDITING = "editing"
    QUOTES_APPROVED = "quotes_approved"
    # co-created
    BRIEF_AGREED = "brief_agreed"
    COLLECTING = "collecting"
    ASSEMBLING = "assembling"
    CONTRIBUTOR_REVIEW = "contributor_review"
    RELEASED = "released"
    LINKS_EXPECTED = "links_expected"
    # resource, mention, broken link, reclaim, correction
    EDITOR_EDITING = "editor_editing"
    RESTORED = "restored"
    REPLACED = "replaced"
    # removal
    PROMISED = "promised"
    REMOVED_VERIFIED = "removed_verified"
    PUBLISHED_CLAIMED = "published_claimed"
    WON = "won"
    # resting and closed
    NURTURE = "nurture"
    DECLINED = "declined"
    NO_RESPONSE = "no_response"
    DISQUALIFIED = "disqualified"
    SUPPRESSED = "suppressed"
    UNDELIVERABLE = "undeliverable"
    WITHDRAWN = "withdrawn"
    LOST_AFTER_YES = "lost_after_yes"
    REJECTED_DRAFT = "rejected_draft"
    PAID_ONLY_REFUSED = "paid_only_refused"
    NO_SHOW = "no_show"
    PARTIAL = "partial"
    POLICY_REFUSED = "policy_refused"
    FIXED_OTHERWISE = "fixed_otherwise"
    WRITTEN_OFF = "written_off"
    REFUSED = "refused"
    DISAVOW_CANDIDATE = "disavow_candidate"
    DISAVOWED = "disavowed"


class Column(enum.StrEnum):
    """The columns of the board; each stage belongs to exactly one."""

    TO_DO = "to_do"
    CONTACTED = "contacted"
    TALKING = "talking"
    AGREED = "agreed"
    PRODUCTION = "production"
    PUBLISHED = "published"
    WON = "won"
    CLOSED = "closed"


class PitchDirection(enum.StrEnum):
    """Who offered: we (out) or they (in)."""

    OUT = "out"
    IN = "in"


class NextKind(enum.StrEnum):
    """What has to be done next on a pitch (E1)."""

    QUALIFY = "qualify"
    FIND_CONTACT = "find_contact"
    WRITE = "write"
    FOLLOW_UP = "follow_up"
    ANSWER = "answer"
    AGREE = "agree"
    PRODUCE = "produce"
    ASK_PUBLICATION = "ask_publication"
    CHECK_PAGE = "check_page"
    CLOSE = "close"
    OTHER = "other"


_HEAD = (Stage.IDEA, Stage.QUALIFIED, Stage.READY, Stage.CONTACTED, Stage.TALKING)
_TAIL = (Stage.PUBLISHED_CLAIMED, Stage.WON)
_EDIT = (Stage.EDITOR_EDITING,)
_REPAIR = (Stage.EDITOR_EDITING, Stage.RESTORED, Stage.REPLACED)

PRODUCTION: dict[PitchType, tuple[Stage, ...]] = {
    PitchType.GUEST_POST: (
        Stage.TOPIC_AGREED, Stage.OUTLINE_SENT, Stage.WRITING, Stage.DRAFT_SENT,
        Stage.REVISING, Stage.ACCEPTED, Stage.SCHEDULED,
    ),
    PitchType.INTERVIEW: (
        Stage.SLOT_SET, Stage.QUESTIONS_EXCHANGED, Stage.RECORDED_OR_ANSWERED,
        Stage.EDITING, Stage.QUOTES_APPROVED, Stage.SCHEDULED,
    ),
    PitchType.CO_CREATED: (
        Stage.BRIEF_AGREED, Stage.COLLECTING, Stage.ASSEMBLING,
        Stage.CONTRIBUTOR_REVIEW, Stage.RELEASED, Stage.LINKS_EXPECTED,
    ),
    PitchType.RESOURCE_LINK: _EDIT,
    PitchType.BROKEN_LINK: _EDIT,
    PitchType.UNLINKED_MENTION: _EDIT,
    PitchType.LINK_RECLAIM: _REPAIR,
    PitchType.LINK_CORRECTION: _REPAIR,
    PitchType.LINK_REMOVAL: (Stage.PROMISED,),
}  # fmt: skip

PATHS: dict[PitchType, tuple[Stage, ...]] = {
    kind: (*_HEAD, *stages, Stage.REMOVED_VERIFIED)
    if kind is PitchType.LINK_REMOVAL
    else (*_HEAD, Stage.AGREED, *stages, *_TAIL)
    for kind, stages in PRODUCTION.items()
}
"""The stages of each type in order; the last is its success."""

_COMMON_EXITS = (
    Stage.DECLINED, Stage.NO_RESPONSE, Stage.DISQUALIFIED, Stage.SUPPRESSED,
    Stage.UNDELIVERABLE, Stage.WITHDRAWN, Stage.LOST_AFTER_YES,
)  # fmt: skip
_EXTRA_EXITS: dict[PitchType, tuple[Stage, ...]] = {
    PitchType.GUEST_POST: (Stage.REJECTED_DRAFT, Stage.PAID_ONLY_REFUSED),
    PitchType.INTERVIEW: (Stage.NO_SHOW,),
    PitchType.CO_CREATED: (Stage.PARTIAL,),
    PitchType.RESOURCE_LINK: (Stage.POLICY_REFUSED,),
    PitchType.UNLINKED_MENTION: (Stage.POLICY_REFUSED,),
    PitchType.BROKEN_LINK: (Stage.FIXED_OTHERWISE,),
    PitchType.LINK_RECLAIM: (Stage.WRITTEN_OFF,),
    PitchType.LINK_CORRECTION: (Stage.WRITTEN_OFF,),
    PitchType.LINK_REMOVAL: (Stage.REFUSED, Stage.DISAVOW_CANDIDATE, Stage.DISAVOWED),
}
EXITS: dict[PitchType, tuple[Stage, ...]] = {
    kind: (*_COMMON_EXITS, *_EXTRA_EXITS[kind]) for kind in PitchType
}
"""The closed stages of each type."""

_AFTER_CLOSING: dict[Stage, tuple[Stage, ...]] = {
    Stage.REFUSED: (Stage.DISAVOW_CANDIDATE,),
    Stage.NO_RESPONSE: (Stage.DISAVOW_CANDIDATE,),
    Stage.DISAVOW_CANDIDATE: (Stage.DISAVOWED,),
}

SUCCESS = frozenset({Stage.WON, Stage.REMOVED_VERIFIED})
CLOSED = frozenset(stage for exits in EXITS.values() for stage in exits)
AT_REST = CLOSED | SUCCESS | {Stage.NURTURE}
"""Stages that need no next action; all others are open."""

REPAIRS = frozenset({PitchType.LINK_RECLAIM, PitchType.LINK_CORRECTION})
"""Types that ask for a link as it was agreed: what is wrong with it is seen twice before a letter leaves (2.2)."""

MAINTENANCE = frozenset({PitchType.LINK_RECLAIM, PitchType.LINK_CORRECTION, PitchType.LINK_REMOVAL})
"""Types that speak of a link that exists: they may stand beside another open pitch at the same site."""

_COLUMN: dict[Stage, Column] = {
    Stage.IDEA: Column.TO_DO, Stage.QUALIFIED: Column.TO_DO, Stage.READY: Column.TO_DO,
    Stage.CONTACTED: Column.CONTACTED, Stage.TALKING: Column.TALKING,
    Stage.AGREED: Column.AGREED, Stage.PROMISED: Column.AGREED,
    Stage.PUBLISHED_CLAIMED: Column.PUBLISHED,
    Stage.WON: Column.WON, Stage.REMOVED_VERIFIED: Column.WON,
}  # fmt: skip

TYPE_NAMES: dict[PitchType, str] = {
    PitchType.GUEST_POST: "Guest post", PitchType.INTERVIEW: "Interview", PitchType.CO_CREATED: "Co-created",
    PitchType.RESOURCE_LINK: "Resource link", PitchType.BROKEN_LINK: "Broken link",
    PitchType.UNLINKED_MENTION: "Unlinked mention", PitchType.LINK_RECLAIM: "Link reclaim",
    PitchType.LINK_CORRECTION: "Link correction", PitchType.LINK_REMOVAL: "Link removal",
}  # fmt: skip
COLUMN_NAMES: dict[Column, str] = {
    Column.TO_DO: "To do", Column.CONTACTED: "Contacted", Column.TALKING: "Talking", Column.AGREED: "Agreed",
    Column.PRODUCTION: "Production", Column.PUBLISHED: "Published", Column.WON: "Won", Column.CLOSED: "Closed",
}  # fmt: skip


def stage_name(stage: Stage) -> str:
    """The stage as a person reads it: "Draft sent"."""
    special = {
        Stage.NURTURE: "Resting",
        Stage.NO_RESPONSE: "No answer",
        Stage.PUBLISHED_CLAIMED: "Published",
        Stage.LOST_AFTER_YES: "Lost after yes",
    }
    return special.get(stage, str(stage).replace("_", " ").capitalize())


def column_of(stage: Stage) -> Column:
    """The one board column a stage belongs to."""
    return _COLUMN.get(stage, Column.CLOSED if stage in AT_REST else Column.PRODUCTION)


_TONES: dict[Column, str] = {
    Column.TO_DO: "outline", Column.CONTACTED: "outline", Column.TALKING: "info", Column.AGREED: "good",
    Column.PRODUCTION: "violet", Column.PUBLISHED: "info", Column.WON: "good", Column.CLOSED: "",
}  # fmt: skip


def tone_of(stage: Stage) -> str:
    """The colour of a stage's tag; it never stands without the stage's name."""
    return _TONES[column_of(stage)]


def is_open(stage: Stage) -> bool:
    """Open stages need a next action; success, nurture and closed do not."""
    return stage not in AT_REST


@dataclass(frozen=True)
class Standing:
    """What a move is judged by: the pitch as it stands, and what is said with the move.

    `rested_from` is its last open stage. `has_revisit_day` is a day after today; `may_reopen` is true for
    its owner and for managers.
    """

    type: PitchType
    stage: Stage
    rested_from: Stage | None = None
    has_target: bool = False
    has_expected_rel: bool = False
    has_page: bool = False
    is_verified: bool = False
    has_reason: bool = False
    has_revisit_day: bool = False
    may_reopen: bool = False


class MoveRefused(ValueError):
    """The move is not on the board; the message says why and what would be right."""


class ClaimTaken(MoveRefused):
    """Another pitch at the site is open in this project; only one may ask at a time (B4)."""

    def __init__(self, pitch_id: int) -> None:
        super().__init__("Another pitch at this site is open in this project.")
        self.pitch_id = pitch_id


def targets(standing: Standing) -> list[Stage]:
    """Every stage that a move may name from here, gates not yet asked; in the order of the path."""
    path = PATHS[standing.type]
    here = standing.stage
    if here in SUCCESS:
        return []
    if here is Stage.NURTURE:
        return [*([standing.rested_from] if standing.rested_from else []), *EXITS[standing.type]]
    if here in CLOSED:
        later = [stage for stage in _AFTER_CLOSING.get(here, ()) if stage in EXITS[standing.type]]
        return [*([standing.rested_from] if standing.rested_from else []), *later]
    return [*(stage for stage in path if stage is not here), Stage.NURTURE, *EXITS[standing.type]]


def check_move(standing: Standing, to: Stage) -> None:
    """Raises MoveRefused unless the pitch may move to `to` now."""
    if to is standing.stage:
        raise MoveRefused(f"It already stands at “{stage_name(to)}”.")
    if to not in targets(standing):
        raise MoveRefused(_why_not(standing, to))
    _check_gates(standing, to)


def _why_not(standing: Standing, to: Stage) -> str:
    name = TYPE_NAMES[standing.type]
    if standing.stage in SUCCESS:
        return "A pitch that succeeded stays so; what happens to the link later opens a pitch of its own."
    if to not in PATHS[standing.type] and to not in EXITS[standing.type] and to is not Stage.NURTURE:
        return f"A pitch of the type {name} has no stage “{stage_name(to)}”."
    back = f"“{stage_name(standing.rested_from)}”" if standing.rested_from else "its last open stage"
    return f"From “{stage_name(standing.stage)}” it can only go back to {back}."


def _check_gates(standing: Standing, to: Stage) -> None:
    if to in SUCCESS and not standing.is_verified:
        raise MoveRefused(
            f"“{stage_name(to)}” is set by a check of the page, or by what a person saw there, never by hand."
        )
    if standing.stage in CLOSED and is_open(to):
        if not standing.may_reopen:
            raise MoveRefused("Only its owner or a manager opens it again.")
        if not standing.has_reason:
            raise MoveRefused("Say why it is opened again.")
    if to is Stage.NURTURE and not standing.has_revisit_day:
        raise MoveRefused("Say on which day it comes back; it has to be after today.")
    if to is Stage.DISQUALIFIED and not standing.has_reason:
        raise MoveRefused("Say why it does not fit.")
    if not _needs_agreement(standing.type, to):
        return
    if not (standing.has_target and standing.has_expected_rel):
        raise MoveRefused("First save the agreement: the target page and the expected rel.")
    if to is Stage.PUBLISHED_CLAIMED and not standing.has_page:
        raise MoveRefused("First save the address of the published page.")


def _needs_agreement(kind: PitchType, to: Stage) -> bool:
    """Agreed and everything after it rests on an agreement; a removal asks for no link."""
    path = PATHS[kind]
    return (
        Stage.AGREED in path
        and to in path
        and to not in SUCCESS
        and path.index(to) >= path.index(Stage.AGREED)
    )


def asks(stage: Stage, to: Stage) -> set[str]:
    """What a person is asked for before a move: of `reason`, `revisit_on`; for the form that asks."""
    if to is Stage.NURTURE:
        return {"reason", "revisit_on"}
    return {"reason"} if to in CLOSED or stage in CLOSED else set()


def needs_reason(stage: Stage, to: Stage) -> bool:
    """Is the reason asked for one that has to be given?"""
    return to is Stage.DISQUALIFIED or (stage in CLOSED and is_open(to))


def first_of(kind: PitchType, column: Column) -> Stage:
    """The first stage of a type in a column; of a column that the type has not, one that it will be refused for."""
    return next((stage for stage in (*PATHS[kind], *Stage) if column_of(stage) is column), Stage.WON)


def landing(standing: Standing, column: Column) -> Stage | None:
    """The stage a card takes when it is dropped on `column`; None when a person has to choose (Closed) or a check decides (Won)."""
    if column in (Column.CLOSED, Column.WON):
        return None
    if column is column_of(standing.stage):
        return standing.stage
    options = [stage for stage in targets(standing) if column_of(stage) is column]
    if column is Column.TO_DO:
        return options[-1] if options else None
    return options[0] if options else None


_NEXT: dict[Stage, tuple[NextKind, int]] = {
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


def usual_days(follow_up_days: int = 4) -> list[tuple[str, str, str]]:
    """The rules of the next action as people read them: (after which stage, what, when)."""
    rows = []
    for stage, (kind, days) in _NEXT.items():
        number = follow_up_days if kind is NextKind.FOLLOW_UP else days
        when = "the same day" if number == 0 else f"{number} working day{'' if number == 1 else 's'} later"
        rows.append((stage_name(stage), NEXT_WORDS[kind], when))
    last = ("The last follow-up", NEXT_WORDS[NextKind.CLOSE], f"{CLOSES_AFTER_DAYS} days later, by itself")
    return [*rows, ("Every other stage", NEXT_WORDS[NextKind.PRODUCE], "5 working days later"), last]


NEXT_WORDS: dict[NextKind, str] = {
    NextKind.QUALIFY: "Decide whether it fits", NextKind.FIND_CONTACT: "Find the right person",
    NextKind.WRITE: "Write the first letter", NextKind.FOLLOW_UP: "Follow up", NextKind.ANSWER: "Answer",
    NextKind.AGREE: "Settle the agreement", NextKind.PRODUCE: "Take production a step on",
    NextKind.ASK_PUBLICATION: "Ask whether it is published", NextKind.CHECK_PAGE: "Look at the page",
    NextKind.CLOSE: "Close as no answer",
    NextKind.OTHER: "Next step",
}  # fmt: skip


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
    kind, days = _NEXT.get(stage, (NextKind.PRODUCE, 5))
    return kind, calendar.add(today, follow_up_days if kind is NextKind.FOLLOW_UP else days)


RESTS_MOST = timedelta(days=20 * 366)
"""For longer nobody rests a pitch; a later day is mistyped."""
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
    proposed, days = _NEXT.get(stage, (NextKind.PRODUCE, 5))
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


SUBJECT_PAGES: dict[PitchType, str] = {
    PitchType.GUEST_POST: "Their page for guest authors", PitchType.INTERVIEW: "Their page with interviews",
    PitchType.CO_CREATED: "Page of theirs that we speak of", PitchType.RESOURCE_LINK: "Their page that lists resources",
    PitchType.BROKEN_LINK: "Their page with the broken link", PitchType.UNLINKED_MENTION: "Their page that mentions us",
    PitchType.LINK_RECLAIM: "Their page that lost the link", PitchType.LINK_CORRECTION: "Their page with the link to correct",
    PitchType.LINK_REMOVAL: "Their page with the link to remove",
}  # fmt: skip
"""What `subject_page_url` is, for each type."""


def may_change_type(stage: Stage) -> bool:
    """Only while the pitch stands at a stage that every type has."""
    return stage in _HEAD


def has_agreement(kind: PitchType) -> bool:
    """A removal asks for no link, so there is nothing to agree about one."""
    return Stage.AGREED in PATHS[kind]


def rests_on_ground(kind: PitchType) -> bool:
    """A dead link, or a loss or change, that has to be confirmed before a letter leaves."""
    return kind is PitchType.BROKEN_LINK or kind in REPAIRS
