"""`/search`: everything that holds some words, in groups, or one group page by page."""

from __future__ import annotations

from flask import render_template

from outreach.desk.door import bp
from outreach.desk.finding import GROUPS, SEVERAL, Hit, asked_of, first
from outreach.search.rules import SHORTEST, terms_of
from outreach.web import filters
from outreach.web.access import allow
from outreach.web.here import me

FEW = 5
PAGE = 50


@bp.get("/search")
@allow("viewer")
def search() -> str:
    """The first rows of every group; with `kind`, one group from `before` on."""
    text = filters.words("q", 10_000)
    kind = filters.one_of("kind", tuple(GROUPS))
    terms = terms_of(text)
    is_short = max(map(len, terms), default=0) <= SHORTEST
    found = {} if is_short else _found(text, [kind] if kind else list(GROUPS), PAGE if kind else SEVERAL)
    rows = found.get(kind, [])
    return render_template(
        "desk/search.html", text=text[:200], kind=kind, terms=terms, is_short=is_short, groups=GROUPS, several=SEVERAL, few=FEW,
        found={name: hits for name, hits in found.items() if hits}, begins=lambda hits: first(hits, terms)[:FEW],
        rows=rows[:PAGE], older=filters.address(before=rows[PAGE - 1].id) if len(rows) > PAGE else "",
        is_first=filters.number("before") is None, link=_link,
        tabs=[("All", "", not kind, _link(kind=None)), *((group.name, "", kind == name, _link(kind=name)) for name, group in GROUPS.items())],
    )  # fmt: skip


def _link(**changes: object) -> str:
    """This search with something changed, from its first page on."""
    return filters.address(before=None, **changes)


def _found(text: str, kinds: list[str], limit: int) -> dict[str, list[Hit]]:
    asked = asked_of(me(), text, kinds)
    before = filters.number("before")
    return {kind: GROUPS[kind].find(asked, before, limit + 1) for kind in kinds}
