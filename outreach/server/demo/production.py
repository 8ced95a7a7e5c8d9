"""What lies between the yes and the page, for the demo's pitches: days to keep, questions, contributors."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from outreach.accounts.models import User
from outreach.db import session
from outreach.kit import papers
from outreach.links.ground_models import GroundLook
from outreach.pitches.models import Pitch
from outreach.pitches.next_days import add_working_days
from outreach.pitches.production import files, moves, queries, rules
from outreach.pitches.production.rules import ContributorState, Part
from outreach.pitches.rules import PitchType, Stage
from outreach.server.demo import names
from outreach.server.demo.build import Build
from outreach.web.here import config

QUESTIONS = """What did the driest bed teach you?
Which seed would you not sow again?
What do people get wrong about mulch?"""

FACTS: dict[PitchType, dict[str, object]] = {
    PitchType.GUEST_POST: {
        "words_wanted": 1400,
        "byline": "Mara Quill",
        "bio": "Mara Quill trials seeds at Hazel & Loam.",
    },
    PitchType.INTERVIEW: {"questions": QUESTIONS, "guest": "The gardener of the seed trial"},
    PitchType.CO_CREATED: {
        "asked_for": "Two sentences and a picture on one question: what grew without water?"
    },
}
"""What belongs to a type, as somebody would have written it down."""


def keep(build: Build, pitch: Pitch, owner: User, number: int) -> None:
    """Days from now on for what is not done, one of them missed here and there; facts, a slot, contributors."""
    if pitch.type is PitchType.BROKEN_LINK:
        _dead(build, pitch, owner)
    if not rules.is_in_production(pitch.type, pitch.stage):
        return
    now = build.ago(0.5)
    moves.propose_days(pitch, by=owner, now=now, today=build.today)
    undone = [step for step in queries.steps_of(pitch.id) if step.done_at is None]
    if undone and number % 5 == 0:
        undone[0].due_on = build.today - timedelta(days=number % 3)
    slot = _slot(build, number) if pitch.type in rules.HAS_SLOT else {}
    if pitch.type in FACTS:
        moves.write_facts(pitch, dict(FACTS[pitch.type]), slot, by=owner, now=now)
    _versions(build, pitch, owner, number)
    if pitch.type in rules.HAS_CONTRIBUTORS:
        _contributors(build, pitch, owner, now)


def _versions(build: Build, pitch: Pitch, owner: User, number: int) -> None:
    """Drafts by version, where the pitch has come so far; one part as a link."""
    if not rules.is_reached(pitch.type, pitch.stage, Stage.OUTLINE_SENT):
        return
    told = ("First try", "Shorter, with their two figures")
    for place, words in enumerate(told[: 1 + number % 2]):
        at = build.ago(9 - 4 * place)
        text = f"# {pitch.topic}\n\n{words}.\n\nWe sowed forty mixes before the driest August in years.\n"
        content = text.encode()
        file = papers.judge("seed-trial-draft.md", content, most=2**20, whither="is kept here")
        row = files.add(
            pitch, Part.DRAFT, file, words, reference=files.keep(config().instance, content), by=owner, now=at
        )
        if rules.is_reached(pitch.type, pitch.stage, Stage.DRAFT_SENT):
            files.sent(pitch, row, at.date(), by=owner, now=at)
    address = "https://papers.example/outline"
    files.add(pitch, Part.OUTLINE, address, "Five headings", reference="", by=owner, now=build.ago(12))


def _dead(build: Build, pitch: Pitch, owner: User) -> None:
    """The dead address on their page, and what the last look found there."""
    at = build.ago(0.6)
    dead = f"https://old-garden-notes.example/archive/{pitch.id}"
    moves.write_facts(pitch, {"dead_url": dead}, {}, by=owner, now=at)
    pitch.is_ground_ok, pitch.ground_checked_at = True, at
    told = "It is dead: the server says that there is no such page (404)"
    session().add(
        GroundLook(
            pitch_id=pitch.id, next_at=at + timedelta(hours=48), last_at=at, last_state="not_found", told=told
        )
    )
    session().flush()


def _slot(build: Build, number: int) -> dict[str, object]:
    day = add_working_days(build.today, 3 + number % 5)
    at = datetime.combine(day, time(15, 0), tzinfo=build.zone)
    return {"slot_at": at, "slot_minutes": 45, "slot_place": "https://calls.example/garden"}


def _contributors(build: Build, pitch: Pitch, owner: User, now: datetime) -> None:
    firsts, lasts = build.chance.sample(names.FIRST, 7), build.chance.sample(names.LAST, 7)
    added = moves.ask(pitch, map(" ".join, zip(firsts, lasts, strict=True)), by=owner, now=now)
    for place, one in enumerate(added):
        one.state = (ContributorState.APPROVED, ContributorState.CONTRIBUTED, ContributorState.AGREED)[
            place % 3
        ]
    session().flush()
