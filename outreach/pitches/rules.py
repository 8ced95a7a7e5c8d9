"""Types, stages and columns of pitches, and their names (`product.md` 2.2). Pure.

Each type has a path of open stages that ends in its success; beside it stand `nurture` and the closed stages.
"""

from __future__ import annotations

import enum
from datetime import timedelta


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
NEXT_WORDS: dict[NextKind, str] = {
    NextKind.QUALIFY: "Decide whether it fits", NextKind.FIND_CONTACT: "Find the right person",
    NextKind.WRITE: "Write the first letter", NextKind.FOLLOW_UP: "Follow up", NextKind.ANSWER: "Answer",
    NextKind.AGREE: "Settle the agreement", NextKind.PRODUCE: "Take production a step on",
    NextKind.ASK_PUBLICATION: "Ask whether it is published", NextKind.CHECK_PAGE: "Look at the page",
    NextKind.CLOSE: "Close as no answer",
    NextKind.OTHER: "Next step",
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


RESTS_MOST = timedelta(days=20 * 366)
"""For longer nobody rests a pitch; a later day is mistyped."""


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
