"""What the board and the table show: rights first, then what is asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import sqlalchemy as sa

from outreach.accounts.models import User
from outreach.db import Base, is_in, is_sqlite, kept_statement, session
from outreach.pitches import placing
from outreach.pitches.models import Pitch
from outreach.pitches.rules import Column, PitchType
from outreach.projects.queries import is_seen
from outreach.search.commonness import few
from outreach.search.queries import (
    Shape,
    given,
    holds,
    holds_given,
    ids_given,
    is_in_given,
    named,
    shape_of,
)
from outreach.search.rules import are_short, terms_of
from outreach.web.pager import Cursor

LOOKED = 300
"""Of so many pitches the words are read, when they are too short for an index."""


@dataclass(frozen=True)
class Filters:
    """What the board and the table show; empty means all. They stand in the address."""

    project: int | None = None
    owner: int | None = None
    type: PitchType | None = None
    column: Column | None = None
    text: str = ""
    reader: User | None = field(default=None, compare=False)
    """Who asks, for words so short that no index tells of them."""

    @cached_property
    def terms(self) -> list[str]:
        """The words that are asked for."""
        return terms_of(self.text)

    @cached_property
    def found(self) -> list[int] | None:
        """The ids of all pitches that hold `text`, whoever may see them, where its words are rare; None where they are common. Looked up once for a page.

        Of words too short for an index: among the LOOKED that changed last of those that the reader may see.
        """
        return self._last_changed(self.reader) if self.reader and self.is_short else _found(self.terms)

    @property
    def is_short(self) -> bool:
        """Are the words too short for an index?"""
        return are_short(self.terms)

    def _last_changed(self, reader: User) -> list[int]:
        near = placing.ids(replace(self, text="").asked(reader), "updated", None, LOOKED).subquery()
        newest = sa.select(Pitch.id).where(Pitch.id.in_(sa.select(near.c.id)))
        newest = newest.order_by(Pitch.updated_at.desc(), Pitch.id.desc()).limit(LOOKED)
        rows = sa.select(Pitch.id).join(Pitch.site).outerjoin(Pitch.person)
        ids = newest.subquery()
        return list(
            session().scalars(
                rows.where(Pitch.id.in_(sa.select(ids.c.id)), hold(self.terms, dict.fromkeys(SPEAKING, True)))
            )
        )

    @cached_property
    def speaks(self) -> sa.ColumnElement[bool]:
        """What `text` asks of a pitch."""
        return (
            hold(self.terms, dict.fromkeys(SPEAKING, True))
            if self.found is None
            else is_in(Pitch.id, self.found)
        )

    @property
    def is_gathered(self) -> bool:
        """Are there few rows, by their words?"""
        return bool(self.text) and self.found is not None

    def asked(self, user: User) -> placing.Asked:
        """The same for the runs of an index."""
        more = (self.speaks,) if self.text else ()
        return placing.Asked(user, self.project, self.owner, self.type, self.column, more, bool(more))


def filtered(user: User, by: Filters) -> list[sa.ColumnElement[bool]]:
    """The conditions of a list: rights first, then what is asked for. Text needs `Pitch.site` and `Pitch.person` joined."""
    where: list[sa.ColumnElement[bool]] = [is_seen(Pitch.project_id, user)]
    if by.project is not None:
        where.append(Pitch.project_id == by.project)
    if by.owner is not None:
        where.append(Pitch.owner_id == by.owner)
    if by.type is not None:
        where.append(Pitch.type == by.type)
    if by.column is not None:
        where.append(Pitch.board_column == by.column)
    if by.text:
        where.append(by.speaks)
    return where


def _found(terms: Sequence[str]) -> list[int] | None:
    named = few(terms, *SPEAKING)
    if named is None:
        return None
    tables, shape = tuple(table for table in SPEAKING if named[table]), shape_of(terms)
    if not tables:
        return []
    if not is_sqlite():  # its index has told it already
        return list(session().scalars(sa.union(*held_by(named))))
    query = kept_statement(lambda: _all_held(tables, shape), "pitches that hold", tables, shape)
    return list(
        session().scalars(query, {**given(terms), **ids_given({table: named[table] for table in tables})})
    )


def held_by(ids: Mapping[str, Sequence[int]]) -> list[sa.Select[int]]:
    """The ids of pitches by the rows that the index names (`search.commonness.few`): a query for each table of which it names some. On SQLite some may not hold the terms."""
    return [sa.select(Pitch.id).where(is_in(_AT[table], ids[table])) for table in SPEAKING if ids[table]]


def held_by_given(tables: Sequence[str]) -> list[sa.Select[int]]:
    """The same on SQLite, for a statement that is kept: the ids come with its execution (`search.queries.ids_given`)."""
    return [sa.select(Pitch.id).where(is_in_given(_AT[table], table)) for table in tables]


def _all_held(tables: Sequence[str], shape: Shape) -> sa.CompoundSelect[int]:
    """The same for a statement that is kept, of pitches that hold the terms: that is asked of the rows that have a pitch, for a join would read all that the index names."""
    asked = []
    for table in tables:
        key, held = Base.metadata.tables[table].c.id, holds_given(table, shape)
        rows = sa.select(Pitch.id).where(is_in_given(_AT[table], table))
        asked.append(rows.where(held if table == "pitches" else sa.exists().where(key == _AT[table], held)))
    return sa.union(*asked)


_AT: dict[str, Any] = {"pitches": Pitch.id, "sites": Pitch.site_id, "people": Pitch.person_id}
SPEAKING = tuple(_AT)
"""The tables whose text a pitch is found by."""


def hold(terms: Sequence[str], are_common: Mapping[str, bool]) -> sa.ColumnElement[bool]:
    """The same of terms. Common ones are looked for in each row, which needs `Pitch.site` and `Pitch.person` joined."""
    if any(are_common[table] for table in SPEAKING):
        return sa.or_(*(holds(table, terms) for table in SPEAKING))
    return Pitch.id.in_(_named(terms))


def hold_given(shape: Shape) -> sa.ColumnElement[bool]:
    """The same of common terms of this shape, for a statement that is kept: they come with its execution."""
    return sa.or_(*(holds_given(table, shape) for table in SPEAKING))


def _named(terms: Sequence[str]) -> sa.CompoundSelect[int]:
    return sa.union(
        named("pitches", terms),
        sa.select(Pitch.id).where(Pitch.site_id.in_(named("sites", terms))),
        sa.select(Pitch.id).where(Pitch.person_id.in_(named("people", terms))),
    )


def page_where(user: User, by: Filters, sort: str, cursor: Cursor | None, size: int) -> list[sa.ColumnElement[bool]]:  # fmt: skip
    """Conditions of the rows of a page and of one more, before they are sorted: rights, and the filters."""
    if by.is_gathered:
        return filtered(user, by)
    return [is_seen(Pitch.project_id, user), placing.among(by.asked(user), sort, cursor, size + 1)]
