"""`/palette`: what Ctrl-K finds as you type; what the reader may see, and the way to all of it."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from outreach.desk.door import bp
from outreach.desk.finding import GROUPS, Hit, asked_of, first
from outreach.search.rules import SHORTEST, terms_of
from outreach.web import filters
from outreach.web.access import allow
from outreach.web.here import me

EACH = 4
LOOKED_AT = 20
"""Rows of a group from which the best are shown."""


@bp.get("/palette")
@allow("viewer")
def palette() -> ResponseReturnValue:
    """The hits as options for the list; nothing for less than two signs."""
    text = filters.words("q", 10_000)
    terms = terms_of(text)
    found = _found(text, terms) if max(map(len, terms), default=0) > SHORTEST else {}
    return render_template("desk/_hits.html", found=found, groups=GROUPS, text=text[:200])


def _found(text: str, terms: list[str]) -> dict[str, list[Hit]]:
    asked = asked_of(me(), text, GROUPS)
    return {kind: first(group.find(asked, None, LOOKED_AT), terms)[:EACH] for kind, group in GROUPS.items()}
