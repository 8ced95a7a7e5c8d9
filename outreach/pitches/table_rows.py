"""The table of pitches: its rows, its orders, its pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, contains_eager, joinedload

from outreach.accounts.models import User
from outreach.db import kept_statement, session
from outreach.pitches import placing
from outreach.pitches.cards import drawn
from outreach.pitches.filtering import Filters, filtered, hold_given, page_where
from outreach.pitches.models import Pitch
from outreach.pitches.placing import NEVER
from outreach.projects.models import Project
from outreach.projects.queries import is_seen
from outreach.prospects.models import Person
from outreach.search.queries import given, shape_of
from outreach.search.rules import terms_of
from outreach.web.pager import Cursor, Page, Part, page_of, placed

SORTS = ("updated", "next", "stage")
"""How the table may be sorted: last change first, next action first, longest in its stage first."""


def table(user: User, by: Filters) -> sa.Select[Pitch]:
    """The rows of the table, unsorted."""
    return _rows(filtered(user, by))


def in_order(user: User, by: Filters, sort: str) -> Part:
    """The same in the order of a name in SORTS."""
    column, is_descending = sort_of(sort)
    rows = sa.select(Pitch.id).join(Pitch.site).outerjoin(Pitch.person).where(*filtered(user, by))
    return Part(rows, (column, Pitch.id), is_descending)


def table_page(user: User, by: Filters, sort: str, cursor: Cursor | None, size: int = 50) -> Page[Any]:
    """A page of the table in the order of a name in SORTS: the columns of a card, and the name of the project."""
    column, is_descending = sort_of(sort)
    is_first = cursor is None and not by.is_gathered
    query = _first(user, by, sort, size) if is_first else _shown(page_where(user, by, sort, placed(column, cursor), size))  # fmt: skip
    return page_of(
        session(), query, by=column, key=Pitch.id, is_descending=is_descending, cursor=cursor, size=size,
        value_of=lambda pitch: sort_value(sort, pitch), given=given(by.terms) if is_first else None,
    )  # fmt: skip


def _first(user: User, by: Filters, sort: str, size: int) -> sa.Select[*tuple[Any, ...]]:
    """The first page, of the heads of runs; put together once, for any words that are common."""
    bare, shape = replace(by, text="", reader=None), shape_of(by.terms)

    def made() -> sa.Select[*tuple[Any, ...]]:
        words = (hold_given(shape),) if by.text else ()
        asked = replace(bare.asked(user), more=words, is_joined=bool(words))
        return _shown([is_seen(Pitch.project_id, user), placing.among(asked, sort, None, size + 1)])

    return kept_statement(made, user.sight, "first pitches", bare, bool(by.text), shape, sort, size)


def _shown(where: list[sa.ColumnElement[bool]]) -> sa.Select[*tuple[Any, ...]]:
    return drawn().add_columns(Project.name.label("project")).join(Pitch.project).where(*where)


def _rows(where: list[sa.ColumnElement[bool]]) -> sa.Select[Pitch]:
    return (
        sa.select(Pitch)
        .join(Pitch.site)
        .outerjoin(Pitch.person)
        .where(*where)
        .options(
            contains_eager(Pitch.site),
            contains_eager(Pitch.person).lazyload(Person.contact_points),
            joinedload(Pitch.project).lazyload(Project.hosts),
            joinedload(Pitch.owner),
            joinedload(Pitch.next_owner),
        )
    )


def sort_of(sort: str) -> tuple[sa.ColumnElement[Any] | InstrumentedAttribute[Any], bool]:
    """(what to sort by, is it descending) of a name in SORTS."""
    if sort == "next":
        return sa.func.coalesce(Pitch.next_on, sa.literal(NEVER, sa.Date())), False
    if sort == "stage":
        return Pitch.stage_since, False
    return Pitch.updated_at, True


def sort_value(sort: str, pitch: Any) -> tuple[date | datetime, int]:
    """(sort value, id) of a row, for the cursor."""
    value = {"next": pitch.next_on or NEVER, "stage": pitch.stage_since}.get(sort, pitch.updated_at)
    return value, pitch.id


def search(user: User, text: str, limit: int = 8) -> Sequence[Pitch]:
    """Pitches whose site, topic or person holds `text`, newest first."""
    if not terms_of(text):
        return []
    query = table(user, Filters(text=text, reader=user)).order_by(Pitch.updated_at.desc(), Pitch.id.desc())
    return session().scalars(query.limit(limit)).all()
