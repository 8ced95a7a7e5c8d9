"""What the board and the table show: rights first, then what is asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import sqlalchemy as sa

from outreach.accounts.models import User
from outreach.db import is_sqlite, session
from outreach.pitches import placing
from outreach.pitches.models import Pitch
from outreach.pitches.rules import Column, PitchType
from outreach.projects.queries import is_seen
from outreach.prospects.models import Person, Site
from outreach.search.commonness import few
from outreach.search.queries import Shape, holds, holds_given, named, one_of
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
            else one_of(Pitch.id, self.found)
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
    asked = held_by(terms, named)
    return list(session().scalars(sa.union(*asked))) if asked else []


def held_by(
    terms: Sequence[str], ids: Mapping[str, Sequence[int]], *, is_sure: bool = True
) -> list[sa.Select[int]]:
    """The ids of pitches that hold the terms, by the rows that the index names (`search.commonness.few`): a query for each table of which it names some.

    Not `is_sure`: on SQLite some may not hold them.
    """
    by_site = sa.select(Pitch.id).where(one_of(Pitch.site_id, ids["sites"]))
    by_person = sa.select(Pitch.id).where(one_of(Pitch.person_id, ids["people"]))
    by_topic = sa.select(Pitch.id).where(one_of(Pitch.id, ids["pitches"]))
    each = {"pitches": by_topic, "sites": by_site, "people": by_person}
    if is_sure and is_sqlite():  # PostgreSQL's index has told it already
        site, person = Site.id == Pitch.site_id, Person.id == Pitch.person_id
        each = {  # asked of the rows that have a pitch: a join would read all that the index names
            "pitches": by_topic.where(holds("pitches", terms)),
            "sites": by_site.where(sa.exists().where(site, holds("sites", terms))),
            "people": by_person.where(sa.exists().where(person, holds("people", terms))),
        }
    return [each[table] for table in SPEAKING if ids[table]]


SPEAKING = ("pitches", "sites", "people")
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
