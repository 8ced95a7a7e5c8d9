"""What a pitch is about, whose it is, and what was agreed. Never commits; each counts once and writes one diary line."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from outreach.accounts.models import User
from outreach.pitches import rules
from outreach.pitches.agreement import Agreement, settled, why_sponsored
from outreach.pitches.arrows import MoveRefused
from outreach.pitches.models import Pitch
from outreach.pitches.moves import day_for, note_about, refuse_second_claim, touch
from outreach.pitches.production import moves as production
from outreach.pitches.rules import MAINTENANCE, Stage


def agree(pitch: Pitch, terms: Agreement, *, by: User, now: datetime) -> bool:
    """Write the terms down, with what follows from them. False when nothing changed.

    Raises arrows.MoveRefused when a pitch past the agreement would lose what it rests on.
    """
    terms = settled(terms)
    path = rules.PATHS[pitch.type]
    if pitch.stage in path and Stage.AGREED in path and path.index(pitch.stage) >= path.index(Stage.AGREED):
        if not terms.is_complete:
            raise MoveRefused(
                "Since “Agreed” the pitch rests on a target page and an expected rel; give both."
            )
        if pitch.stage is Stage.PUBLISHED_CLAIMED and not terms.page_url:
            raise MoveRefused("At “Published” the address of the page is needed.")
    fields = _set(pitch, asdict(terms))
    if not fields:
        return False
    if why_sponsored(terms):
        production.disclose(pitch, now=now, today=now.date())
    touch(pitch, now)
    note_about(pitch, "pitch.agreement", by=by, now=now, fields=[name.removeprefix("is_") for name in fields])
    return True


def edit(pitch: Pitch, *, by: User, now: datetime, **facts: Any) -> bool:
    """Change facts (topic, person, own page, subject page, notes, type). False when nothing changed.

    Raises arrows.MoveRefused when the type can no longer change, arrows.ClaimTaken when the new type may not
    stand beside another open pitch.
    """
    kind = facts.get("type", pitch.type)
    if kind is not pitch.type:
        if not rules.may_change_type(pitch.stage):
            raise MoveRefused("The type can change only before anything is agreed.")
        if pitch.type in MAINTENANCE and kind not in MAINTENANCE:
            refuse_second_claim(pitch.project_id, pitch.site_id)
    fields = _set(pitch, facts)
    if not fields:
        return False
    touch(pitch, now)
    note_about(pitch, "pitch.changed", by=by, now=now, fields=[name.removesuffix("_id") for name in fields])
    return True


def reassign(pitch: Pitch, owner_id: int, *, by: User, now: datetime) -> bool:
    """Make it somebody else's, and the next action with it when it was the owner's. False when it was theirs."""
    before = pitch.owner_id
    if before == owner_id:
        return False
    if pitch.is_open and pitch.next_owner_id in (before, None):
        pitch.next_on, pitch.next_owner_id = day_for(pitch, owner_id), owner_id
    pitch.owner_id = owner_id
    touch(pitch, now)
    note_about(pitch, "pitch.owner", by=by, now=now, before=before, after=owner_id)
    return True


def _set(pitch: Pitch, values: dict[str, Any]) -> list[str]:
    """Set the attributes that differ; their names."""
    changed = [name for name, value in values.items() if getattr(pitch, name) != value]
    for name in changed:
        setattr(pitch, name, values[name])
    return changed
