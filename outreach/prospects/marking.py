"""By which marks (`outreach.search.marks`) a list of prospects is found that is narrowed by a tag, or by one own field.

Of a number or day from and to there are as many marks as different values: each is a run of the index of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from outreach.accounts.models import User
from outreach.db import session
from outreach.prospects.labels import queries as labels
from outreach.prospects.labels.models import OwnField
from outreach.prospects.labels.rules import NONE, RANGED, About, FieldAsk, FieldKind, bounds_of, sort_key
from outreach.search import marks

Span = tuple[str, str]
"""The first and the last mark; those between them, too."""
MOST = 150
"""More different values than this are not looked through one by one."""
LAST = "~"
"""Comes after each number and each day."""

MARKED = sa.table(marks.TABLE, sa.column("mark", sa.String()))


@dataclass(frozen=True)
class Asked:
    """What is asked for of an own field: its kind (None when the user sees no such field), and the marks that say it, where marks do."""

    ask: FieldAsk
    kind: FieldKind | None
    span: Span | None

    @property
    def is_text(self) -> bool:
        """Is it found by its parts?"""
        return self.kind in (FieldKind.TEXT, FieldKind.URL)

    @property
    def mark(self) -> str:
        """The one mark that each row carries that has what is asked for; "" when there are several, or none."""
        if self.is_text and self.ask.value:
            return marks.value(self.ask.field_id, "")
        return self.span[0] if self.span and self.span[0] == self.span[1] else ""


def asked(user: User, asks: Sequence[FieldAsk]) -> Asked | None:
    """The first of `asks` that asks for a value, looked up with one statement; None when each asks for those without."""
    ask = next((one for one in asks if one.value != NONE), None)
    if ask is None:
        return None
    spans = _spans(ask)
    found = session().execute(_there(user, ask.field_id, spans)).all()
    kind = found[0].kind if found else None
    return Asked(ask, kind, spans.get(kind) if kind and len(found) <= MOST else None)


def _spans(ask: FieldAsk) -> dict[FieldKind, Span]:
    """What is asked for of a field of each kind that marks can say."""
    found = {}
    if ask.value and (ask.low or ask.high):
        return {}
    for kind in RANGED:
        if (bounds := bounds_of(ask, kind)) is not None:
            low, high, same = bounds
            found[kind] = (same, same) if same else (low, high or LAST)
    if ask.value:
        found |= dict.fromkeys((FieldKind.LIST, FieldKind.YES_NO), (sort_key(ask.value),) * 2)
    return {
        kind: (marks.value(ask.field_id, low), marks.value(ask.field_id, high))
        for kind, (low, high) in found.items()
    }


def _there(user: User, field_id: int, spans: dict[FieldKind, Span]) -> sa.Select[FieldKind, str]:
    """The kind of a field that `user` may see, with each mark that is there of its span, and one row without; at most MOST + 1."""
    low, high = (
        sa.case(*((OwnField.kind == kind, one[end]) for kind, one in spans.items()), else_="")
        if spans
        else sa.literal("")
        for end in (0, 1)
    )
    seen = (
        sa.select(OwnField.kind.label("kind"), low.label("low"), high.label("high"))
        .where(OwnField.id == field_id, *labels.seen(user, About.SITE))
        .subquery("field")
    )
    first = sa.select(seen.c.kind, seen.c.high, sa.literal(1).label("step"), after(seen.c.low, seen.c.high, seen, first=True).label("mark"))  # fmt: skip
    there = first.cte("marks_there", recursive=True)
    more = sa.select(there.c.kind, there.c.high, there.c.step + 1, after(there.c.mark, there.c.high, there))
    there = there.union_all(more.where(there.c.mark.is_not(None), there.c.step <= MOST))
    return sa.select(there.c.kind, there.c.mark)


def these(marks_asked: Sequence[str]) -> sa.CTE:
    """Some marks."""
    return sa.union_all(
        *(sa.select(sa.literal(mark, sa.String()).label("mark")) for mark in marks_asked)
    ).cte("marks")


def between(span: Span) -> sa.CTE:
    """The marks of a span that are there."""
    if span[0] == span[1]:
        return these(span[:1])
    first = sa.select(sa.func.min(MARKED.c.mark).label("mark")).where(MARKED.c.mark.between(*span))
    there = first.cte("marks", recursive=True)
    more = sa.select(after(there.c.mark, sa.literal(span[1]), there)).where(there.c.mark.is_not(None))
    return there.union_all(more)


def after(mark: Any, high: Any, whose: Any, *, first: bool = False) -> sa.ScalarSelect[str]:
    """The mark that comes next up to `high`, for each row of `whose`; with `first`, `mark` itself may be it."""
    rows = MARKED.alias("next_mark")
    begin = rows.c.mark >= mark if first else rows.c.mark > mark
    return sa.select(sa.func.min(rows.c.mark)).where(begin, rows.c.mark <= high).correlate(whose).scalar_subquery()  # fmt: skip
