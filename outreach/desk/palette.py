"""`/palette`: what Ctrl-K finds as you type; sites, people and pitches that the reader may see."""

from __future__ import annotations

from dataclasses import dataclass

from flask import render_template
from flask.typing import ResponseReturnValue

from outreach.accounts.models import User
from outreach.desk.door import bp
from outreach.pitches import queries as pitch_queries
from outreach.pitches.rules import TYPE_NAMES, stage_name
from outreach.prospects import queries as prospect_queries
from outreach.web import filters
from outreach.web.access import allow
from outreach.web.here import me

EACH = 5
SHORTEST = 2


@dataclass(frozen=True)
class Hit:
    """One thing found: where it leads, what it is called, what it is."""

    href: str
    icon: str
    label: str
    hint: str


@bp.get("/palette")
@allow("viewer")
def palette() -> ResponseReturnValue:
    """The hits as options for the list; nothing for less than SHORTEST signs."""
    text = filters.words("q", 100)
    hits = find(me(), text) if len(text) >= SHORTEST else []
    return render_template("desk/_hits.html", hits=hits)


def find(user: User, text: str) -> list[Hit]:
    """Sites, people and pitches that hold `text`."""
    icons = {"site": "world", "person": "user"}
    paths = {"site": "/sites", "person": "/people"}
    found = [
        Hit(f"{paths[hit.kind]}/{hit.id}", icons[hit.kind], hit.name, hit.more or hit.kind.capitalize())
        for hit in prospect_queries.search(user, text, EACH)
    ]
    pitches = [
        Hit(
            f"/pitches/{pitch.id}",
            "send",
            pitch.topic or pitch.site.key,
            f"{TYPE_NAMES[pitch.type]}, {stage_name(pitch.stage)}",
        )
        for pitch in pitch_queries.search(user, text, EACH)
    ]
    return [*found, *pitches]
