"""What has to be done between the yes and the page, for each type; on which days, and what belongs to it. Pure."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from outreach.pitches.next_days import add_working_days
from outreach.pitches.rules import PATHS, PRODUCTION, PitchType, Stage

MOST_STEPS = 40
MOST_CONTRIBUTORS = 60

AddDays = Callable[[date, int], date]
"""(day, working days) -> day, by somebody's calendar."""


@dataclass(frozen=True)
class Task:
    """A line of the check list. `after` is working days from the yes; `stage` is reached when it is done."""

    code: str
    words: str
    after: int
    stage: Stage | None = None


class Kind(enum.StrEnum):
    """How a fact is written down."""

    LINE = "line"
    TEXT = "text"
    NUMBER = "number"
    ADDRESS = "address"
    YES = "yes"


@dataclass(frozen=True)
class Fact:
    """Something that only pitches of one type have."""

    name: str
    label: str
    kind: Kind = Kind.LINE
    help: str = ""


DISCLOSURE = Task("disclosure", "Disclosure line in the text", 7)
"""Only where something is given for the link (R19)."""

_EDITOR = (
    Task("place", "Tell the editor the exact place and the wording", 1),
    Task("promise", "The editor names a day", 3, Stage.EDITOR_EDITING),
    Task("published", "The page is changed", 10),
)
_REPAIR = (
    Task("evidence", "The editor has the evidence", 1, Stage.EDITOR_EDITING),
    Task("repaired", "The link is as agreed again", 7, Stage.RESTORED),
)

TASKS: dict[PitchType, tuple[Task, ...]] = {
    PitchType.GUEST_POST: (
        Task("topic", "Topic and angle agreed", 1, Stage.TOPIC_AGREED),
        Task("outline", "Outline sent", 3, Stage.OUTLINE_SENT),
        Task("images", "Images, with the right to use them", 6),
        Task("bio", "Author’s bio and picture", 6),
        Task("draft", "Draft sent", 8, Stage.DRAFT_SENT),
        Task("edits", "Their edits worked in", 12, Stage.REVISING),
        Task("accepted", "Draft accepted", 13, Stage.ACCEPTED),
        Task("scheduled", "Day of publication known", 14, Stage.SCHEDULED),
    ),
    PitchType.INTERVIEW: (
        Task("slot", "Day and hour set", 2, Stage.SLOT_SET),
        Task("questions", "Questions exchanged", 4, Stage.QUESTIONS_EXCHANGED),
        Task("answers", "Recorded or answered", 8, Stage.RECORDED_OR_ANSWERED),
        Task("portrait", "Portrait and bio", 8),
        Task("editing", "Edited", 11, Stage.EDITING),
        Task("quotes", "Quotes approved by the one who said them", 13, Stage.QUOTES_APPROVED),
        Task("scheduled", "Day of publication known", 14, Stage.SCHEDULED),
    ),
    PitchType.CO_CREATED: (
        Task("brief", "Brief agreed", 3, Stage.BRIEF_AGREED),
        Task("asked", "All contributors asked", 5, Stage.COLLECTING),
        Task("collected", "Contributions in", 12, Stage.ASSEMBLING),
        Task("review", "Sent to the contributors for review", 16, Stage.CONTRIBUTOR_REVIEW),
        Task("released", "Released", 19, Stage.RELEASED),
        Task("told", "Contributors told, with the address and the link to use", 20, Stage.LINKS_EXPECTED),
    ),
    PitchType.RESOURCE_LINK: _EDITOR,
    PitchType.BROKEN_LINK: _EDITOR,
    PitchType.UNLINKED_MENTION: _EDITOR,
    PitchType.LINK_RECLAIM: _REPAIR,
    PitchType.LINK_CORRECTION: _REPAIR,
    PitchType.LINK_REMOVAL: (
        Task("promised", "They promise to take it out", 5, Stage.PROMISED),
        Task("gone", "Look whether it is gone", 10),
    ),
}

FACTS: dict[PitchType, tuple[Fact, ...]] = {
    PitchType.GUEST_POST: (
        Fact("outline_url", "Outline", Kind.ADDRESS),
        Fact("words_wanted", "Length in words", Kind.NUMBER),
        Fact("byline", "Byline"),
        Fact("bio", "Bio under the post", Kind.TEXT),
        Fact("disclosure", "Disclosure line", Kind.LINE, "Said in the post when something is given for it."),
        Fact("house_rules", "What their guide for authors asks", Kind.TEXT),
    ),
    PitchType.INTERVIEW: (
        Fact("we_host", "We ask the questions", Kind.YES, "Otherwise one of us is the guest."),
        Fact("guest", "Who is interviewed"),
        Fact("questions", "Questions", Kind.TEXT),
        Fact("answers_url", "Recording or answers", Kind.ADDRESS),
        Fact("quotes", "Quotes to approve", Kind.TEXT),
    ),
    PitchType.CO_CREATED: (
        Fact("brief_url", "Brief", Kind.ADDRESS),
        Fact("asked_for", "What each contributor gives", Kind.TEXT),
        Fact("release_url", "The published piece", Kind.ADDRESS),
    ),
    PitchType.RESOURCE_LINK: (
        Fact("section", "Section of their page"),
        Fact("wording", "Line we suggest", Kind.TEXT),
    ),
    PitchType.BROKEN_LINK: (
        Fact("dead_url", "The dead address on their page", Kind.ADDRESS),
        Fact("wording", "Line we suggest", Kind.TEXT),
    ),
    PitchType.UNLINKED_MENTION: (Fact("sentence", "The sentence that names us", Kind.TEXT),),
    PitchType.LINK_RECLAIM: (Fact("wording", "What we ask for", Kind.TEXT),),
    PitchType.LINK_CORRECTION: (Fact("wording", "What we ask for", Kind.TEXT),),
    PitchType.LINK_REMOVAL: (Fact("reason", "Why it should go", Kind.TEXT),),
}


class Part(enum.StrEnum):
    """What a file is of; the versions of each are counted apart."""

    OUTLINE = "outline"
    DRAFT = "draft"
    IMAGES = "images"
    BIO = "bio"
    ANSWERS = "answers"
    EVIDENCE = "evidence"
    OTHER = "other"


PART_NAMES: dict[Part, str] = {
    Part.OUTLINE: "Outline", Part.DRAFT: "Draft", Part.IMAGES: "Images", Part.BIO: "Bio", Part.ANSWERS: "Questions and answers",
    Part.EVIDENCE: "Evidence", Part.OTHER: "Something else",
}  # fmt: skip
_WRITTEN = (Part.DRAFT, Part.OUTLINE, Part.IMAGES, Part.BIO, Part.OTHER)
PARTS: dict[PitchType, tuple[Part, ...]] = {
    PitchType.GUEST_POST: _WRITTEN,
    PitchType.INTERVIEW: (Part.ANSWERS, Part.DRAFT, Part.IMAGES, Part.BIO, Part.OTHER),
    PitchType.CO_CREATED: (*_WRITTEN[:3], Part.ANSWERS, Part.OTHER),
}
MOST_FILES = 200
"""Versions of all parts of one pitch."""


def parts_of(kind: PitchType) -> tuple[Part, ...]:
    """What may be handed in for a pitch of this type, the usual first."""
    return PARTS.get(kind, (Part.EVIDENCE, Part.DRAFT, Part.OTHER))


def sends(part: Part, kind: PitchType) -> Stage | None:
    """The stage that a pitch has reached once this part went to them, where its type has one."""
    goal = {Part.OUTLINE: Stage.OUTLINE_SENT, Part.DRAFT: Stage.DRAFT_SENT}.get(part)
    return goal if goal in PRODUCTION[kind] else None


HAS_SLOT = frozenset({PitchType.INTERVIEW})
HAS_CONTRIBUTORS = frozenset({PitchType.CO_CREATED})


class ContributorState(enum.StrEnum):
    ASKED = "asked"
    AGREED = "agreed"
    CONTRIBUTED = "contributed"
    APPROVED = "approved"
    OUT = "out"


STATE_NAMES: dict[ContributorState, str] = {
    ContributorState.ASKED: "Asked", ContributorState.AGREED: "Takes part", ContributorState.CONTRIBUTED: "Contributed",
    ContributorState.APPROVED: "Approved", ContributorState.OUT: "Not taking part",
}  # fmt: skip
GAVE = frozenset({ContributorState.CONTRIBUTED, ContributorState.APPROVED})


def tasks_of(kind: PitchType, *, is_given: bool) -> list[Task]:
    """The check list of a type, in order of its days; with the disclosure line when something is given for the link."""
    wants = is_given and kind in (PitchType.GUEST_POST, PitchType.INTERVIEW, PitchType.CO_CREATED)
    tasks = [*TASKS[kind], *([DISCLOSURE] if wants else [])]
    return sorted(tasks, key=lambda task: task.after)


def days_of(
    tasks: Iterable[Task], start: date, live_by: date | None, *, add: AddDays = add_working_days
) -> dict[str, date]:
    """The proposed day of each task: its usual one, or drawn together when the page has to be live earlier.

    All are working days from `start` on; none lies after `live_by`, unless that leaves no working day at all.
    """
    usual = {task.code: add(start, task.after) for task in tasks}
    last = max(usual.values(), default=start)
    if live_by is None or last <= live_by or live_by <= start:
        return usual
    share = (live_by - start).days / (last - start).days
    return {
        code: _working(start, int((day - start).days * share), live_by, add) for code, day in usual.items()
    }


def _working(start: date, days: int, live_by: date, add: AddDays) -> date:
    """`days` after `start`, on a working day where there is one before `live_by`."""
    day = add(date.fromordinal(start.toordinal() + days), 0)
    return min(day, live_by)


def is_reached(kind: PitchType, stage: Stage, goal: Stage | None) -> bool:
    """Has a pitch of this type at `stage` come as far as `goal`?"""
    path = PATHS[kind]
    return goal in path and stage in path and path.index(stage) >= path.index(goal)


def is_in_production(kind: PitchType, stage: Stage) -> bool:
    """From the yes on, a pitch has a check list: from `agreed`, where the type has it, else from its first own stage."""
    path = PATHS[kind]
    if stage not in path:
        return False
    first = Stage.AGREED if Stage.AGREED in path else Stage.PROMISED
    return path.index(stage) >= path.index(first)


def is_enough(linked: int, needed: int | None, invited: int) -> bool:
    """Is a co-created piece done: `needed` contributors' links seen, or all of the invited when no number was agreed."""
    goal = needed or invited
    return goal > 0 and linked >= goal
