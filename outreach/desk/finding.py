"""What the palette and the page of the search find: sites, people, addresses, pitches, mails and notes that their reader may see.

Each group is one statement, the rights in it, newest first. In the short view, what begins with the words comes before what only holds them.
A hit is put into words when it is shown: of twenty that are looked at, four are.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property, partial
from typing import Any

import sqlalchemy as sa

from outreach.accounts.models import User
from outreach.db import Base, kept_statement, session
from outreach.kit.folding import Piece, excerpt, marked, searched
from outreach.kit.urls import show_host
from outreach.mail import queries as mail_queries
from outreach.mail.models import Message
from outreach.mail.rules import Direction, LetterKind, MessageState
from outreach.pitches import filtering
from outreach.pitches.models import Pitch
from outreach.pitches.rules import TYPE_NAMES, stage_name
from outreach.projects.models import Project
from outreach.projects.queries import is_among, visible_to
from outreach.prospects.models import ContactPoint, Note, Person, Prospect, Site, SitePerson
from outreach.prospects.people_queries import people_of
from outreach.prospects.queries import sites_of
from outreach.reading.queries import seen_by
from outreach.search.commonness import if_few, known, listed, most_named
from outreach.search.index import LONGEST_TEXT
from outreach.search.queries import (
    first_newest,
    from_last,
    given,
    holds,
    holds_given,
    ids_given,
    is_led_by_index,
    newest,
    newest_counts,
    newest_of,
    shape_of,
)
from outreach.search.rules import terms_for, terms_of

FEW = 300
"""Rows of a table that are read themselves when a user may see no more than these."""
SEVERAL = 20
"""Rows of a group that are counted; more are "20+"."""


@dataclass(frozen=True)
class Hit:
    """One thing found: where it leads, what it is called, where in it the words stand (`said`), what else tells it from others."""

    id: int
    href: str
    called: str
    terms: Sequence[str]
    said: Callable[[], list[Piece]]
    hint: str = ""
    at: datetime | None = None

    @property
    def name(self) -> list[Piece]:
        """What it is called, the words marked."""
        return marked(self.called, self.terms)

    @cached_property
    def text(self) -> list[Piece]:
        """Where in it the words stand."""
        return self.said()


@dataclass(frozen=True)
class Asked:
    """Who asks for which terms; of which tables many rows hold them (`search.commonness.are_common`); `own` are the terms of tables that know better.

    `few`: by table, the ids of all sites, pitches, mails and notes among which the user finds something, where they are few; then these are
    read, and not what all others hold. `named`: by table, the ids of all rows that the index names for the terms, where they were looked up and are few.
    """

    user: User
    terms: Sequence[str]
    common: dict[str, bool]
    own: Mapping[str, Sequence[str]]
    few: Mapping[str, tuple[int, ...]]
    named: Mapping[str, list[int]] = field(default_factory=dict)

    def of(self, table: str) -> Sequence[str]:
        """The terms as `table` has them."""
        return self.own.get(table, self.terms)

    def among(self, table: str) -> sa.ColumnElement[bool] | None:
        """Is a row of `table` one of the few that are read? None when there are more."""
        if table in _AT and "sites" in self.few:
            return _AT[table](self.few["sites"])
        return Base.metadata.tables[table].c.id.in_(self.few[table]) if table in self.few else None

    def rows(self, table: str, query: Callable[[User], Any], before: int | None, limit: int) -> list[Any]:
        """The newest rows of `query` that hold the terms."""
        among, terms = self.among(table), self.of(table)
        if among is not None:
            key = Base.metadata.tables[table].c.id
            some = query(self.user).where(among, holds(table, terms))
            some = some if before is None else some.where(key < before)
            return list(session().execute(some.order_by(key.desc()).limit(limit)))
        if table not in self.own and (ids := if_few(self.named.get(table), most_named(are_shown=True))) is not None:  # fmt: skip
            return newest_of(query(self.user), table, terms, ids, before=before, limit=limit)
        if before is None and is_led_by_index(terms):
            return first_newest(lambda: query(self.user), table, terms, limit, self.user.sight, query)
        is_common = table not in self.own and self.common.get(table, False)
        return newest(query(self.user), table, terms, before=before, limit=limit, is_common=is_common)


@dataclass(frozen=True)
class Group:
    """One kind of what can be found: its words, how it is found, its table, and those by whose rows it is found."""

    name: str
    icon: str
    find: Callable[[Asked, int | None, int], list[Hit]]
    table: str
    others: tuple[str, ...] = ()

    @property
    def source(self) -> str:
        """The table by which a member's rows are known: people and addresses follow from the sites."""
        return "sites" if self.table in _AT else self.table


def asked_of(user: User, text: str, kinds: Iterable[str]) -> Asked:
    """The question to these groups, with what they have to know of how common the terms are: at most two statements."""
    terms = terms_of(text)
    groups = [GROUPS[kind] for kind in kinds]
    own = {
        table: better for table in ("sites", "contact_points") if (better := terms_for(table, text)) != terms
    }
    needs: dict[str, set[str]] = {}
    for group in groups:
        for table in group.others or (group.table,):
            needs.setdefault(table, set()).add(group.source)
    hanging = {table for group in groups for table in group.others}
    most = {table: most_named(are_shown=table not in hanging) for table in needs}
    few, told = (
        ({}, known(terms, most))
        if user.is_manager
        else _told(user, terms, dict.fromkeys(group.source for group in groups), needs, most)
    )
    named = {table: ids for table, ids in told.items() if ids is not None}
    return Asked(user, terms, {table: ids is None for table, ids in told.items()}, own, few, named)


def _told(
    user: User,
    terms: Sequence[str],
    tables: Collection[str],
    needs: Mapping[str, Collection[str]],
    most: Mapping[str, int],
) -> tuple[dict[str, tuple[int, ...]], dict[str, list[int] | None]]:
    """`{table: the ids of all its rows that the user may see}`, of those `tables` where they are no more than FEW; and what `known` says.

    `needs` says for which of `tables` each other one has to be looked through: unless these are few.
    """
    found: dict[str, list[int | None]] = {table: [] for table in tables}
    told: dict[str, list[int] | None] = {}
    for table, number, ids in session().execute(_rows_told(user, terms, tables, needs, most)):
        if table in found:
            found[table].append(number)
        else:
            told[table] = ids
    few = {
        table: tuple(key for key in dict.fromkeys(keys) if key)
        for table, keys in found.items()
        if None not in keys
    }
    return few, {table: if_few(told[_all_of(table)], most[table]) for table in needs}


def _rows_told(
    user: User,
    terms: Sequence[str],
    tables: Collection[str],
    needs: Mapping[str, Collection[str]],
    most: Mapping[str, int],
) -> sa.CompoundSelect[str, int, Any]:
    """One statement, however many tables there are: an id a row; of a table of more than FEW, a row says so that names none."""
    owned = {
        table: [rows.limit(FEW + 1).cte(f"own_{table}_{at}") for at, rows in enumerate(_OWN[table](user))]
        for table in tables
    }
    is_small = {table: _count(parts) <= FEW for table, parts in owned.items()}
    nothing, nobody = sa.cast(sa.null(), sa.JSON()), sa.cast(sa.null(), sa.Integer())
    asked = [
        _named(table, rows.c.id, nothing).where(is_small[table])
        for table, parts in owned.items()
        for rows in parts
    ]
    asked += [_named(table, nobody, nothing).where(~small) for table, small in is_small.items()]
    for table, sources in needs.items():
        are_few = sa.and_(*(is_small[source] for source in sources))
        ids = sa.case((are_few, sa.null()), else_=listed(terms, table, most[table]))
        asked.append(_named(_all_of(table), nobody, sa.type_coerce(ids, sa.JSON())))
    return sa.union_all(*asked)


def _all_of(table: str) -> str:
    """What a row of `_rows_told` is called that names rows of everybody."""
    return f"{table}, all"


def _named(table: str, number: sa.ColumnElement[int], ids: sa.ColumnElement[Any]) -> sa.Select[str, int, Any]:
    of = sa.literal_column(f"'{table}'", sa.String()).label("of")
    return sa.select(of, number.label("number"), ids.label("ids"))


def _count(parts: Sequence[sa.CTE]) -> sa.ColumnElement[int]:
    counts = [sa.select(sa.func.count()).select_from(rows).scalar_subquery() for rows in parts]
    return sum(counts[1:], start=sa.type_coerce(counts[0], sa.Integer()))


def _own_mails(user: User) -> list[sa.Select[int]]:
    """Those of the projects, and those that are nobody's: each by its own end of the index."""
    mails = sa.select(Message.id)
    return [
        mails.where(is_among(Message.project_id, user)),
        mails.where(Message.project_id.is_(None), may_read(user)),
    ]


_OWN: dict[str, Callable[[User], list[sa.Select[int]]]] = {
    "sites": lambda user: [
        sa.select(Prospect.site_id.label("id")).where(is_among(Prospect.project_id, user))
    ],
    "pitches": lambda user: [sa.select(Pitch.id).where(is_among(Pitch.project_id, user))],
    "messages": _own_mails,
    "notes": lambda user: [sa.select(Note.id).where(is_among(Note.project_id, user))],
}
"""`{table: queries that together give the ids of what a member may see of it}`."""


def _people_at(sites: Sequence[int]) -> sa.Select[int]:
    return sa.select(SitePerson.person_id).where(SitePerson.site_id.in_(sites))


_AT: dict[str, Callable[[Sequence[int]], sa.ColumnElement[bool]]] = {
    "sites": Site.id.in_,
    "people": lambda sites: Person.id.in_(_people_at(sites)),
    "contact_points": lambda sites: ContactPoint.id.in_(
        sa.union(
            sa.select(ContactPoint.id).where(ContactPoint.site_id.in_(sites)),
            sa.select(ContactPoint.id).where(ContactPoint.person_id.in_(_people_at(sites))),
        )
    ),
}
"""`{table: which of its rows belong to these sites}`."""


def first(found: Sequence[Hit], terms: Sequence[str]) -> list[Hit]:
    """Those whose name begins with the first word before the others."""
    start = terms[0].strip() if terms else ""
    return sorted(found, key=lambda hit: not searched(hit.called).strip().startswith(start))


def _sites(asked: Asked, before: int | None, limit: int) -> list[Hit]:
    terms = asked.of("sites")
    shown = [searched(show_host(term)) for term in terms]
    return [
        Hit(row.id, f"/sites/{row.id}", show_host(row.key), shown, partial(_said_of_site, row, terms))
        for row in asked.rows("sites", _of_sites, before, limit)
    ]


def _of_sites(user: User) -> sa.Select[*tuple[Any, ...]]:
    return sites_of(user).with_only_columns(Site.id, Site.key, Site.title, Site.notes)


def _said_of_site(row: Any, terms: Sequence[str]) -> list[Piece]:
    return excerpt(row.notes, terms) if _is_in(row.notes, terms) else marked(row.title, terms)


def _is_in(text: str, terms: Sequence[str]) -> bool:
    plain = searched(text)
    return any(term.strip() in plain for term in terms)


def _people(asked: Asked, before: int | None, limit: int) -> list[Hit]:
    return [
        Hit(row.id, f"/people/{row.id}", row.name, asked.terms, partial(excerpt, row.notes, asked.terms))
        for row in asked.rows("people", _of_people, before, limit)
    ]


def _of_people(user: User) -> sa.Select[*tuple[Any, ...]]:
    return people_of(user).with_only_columns(Person.id, Person.name, Person.notes)


def _addresses(asked: Asked, before: int | None, limit: int) -> list[Hit]:
    return [
        Hit(
            row.id, f"/people/{row.person_id}" if row.person_id else f"/sites/{row.site_id}",
            row.value, asked.of("contact_points"), partial(_plain, row.name or show_host(row.key or "")),
        )
        for row in asked.rows("contact_points", _of_addresses, before, limit)
    ]  # fmt: skip


def _of_addresses(user: User) -> sa.Select[*tuple[Any, ...]]:
    query = (
        sa.select(ContactPoint.id, ContactPoint.value, ContactPoint.person_id, ContactPoint.site_id, Person.name, Site.key)
        .outerjoin(Person, Person.id == ContactPoint.person_id)
        .outerjoin(Site, Site.id == ContactPoint.site_id)
    )  # fmt: skip
    if not user.is_manager:
        people = people_of(user).where(Person.id == ContactPoint.person_id).correlate(ContactPoint)
        sites = sites_of(user).where(Site.id == ContactPoint.site_id).correlate(ContactPoint)
        may = (people.offset(0), sites.offset(0))  # a fence: PostgreSQL would gather all of both first
        query = query.where(sa.or_(*(one.exists() for one in may)))
    return query


def _plain(text: str) -> list[Piece]:
    return [(text, False)]


def _pitches(asked: Asked, before: int | None, limit: int) -> list[Hit]:
    return [
        Hit(
            row.id, f"/pitches/{row.id}", row.topic or row.key, asked.terms,
            partial(marked, f"{row.key}{', ' + row.name if row.name else ''}", asked.terms),
            f"{TYPE_NAMES[row.type]}, {stage_name(row.stage)}",
        )
        for row in _speaking(asked, before, limit)
    ]  # fmt: skip


def _of_pitches(user: User) -> sa.Select[*tuple[Any, ...]]:
    query = sa.select(Pitch.id, Pitch.topic, Pitch.type, Pitch.stage, Site.key, Person.name)
    return (
        query.join(Pitch.site).outerjoin(Pitch.person).where(*filtering.filtered(user, filtering.Filters()))
    )


def _speaking(asked: Asked, before: int | None, limit: int) -> list[Any]:
    """The newest pitches that are found by the terms."""
    among = asked.among("pitches")
    is_named = among is None and all(table in asked.named for table in filtering.SPEAKING)
    if is_named and not any(asked.named[table] for table in filtering.SPEAKING):
        return []
    if is_named and before is None and not newest_counts():
        return _first_named(asked, limit)
    query, last = _of_pitches(asked.user), Pitch.id
    query = query if before is None else query.where(Pitch.id < before)
    if is_named:
        if not newest_counts():  # SQLite's index tells nearly: the newest are asked until there are enough
            query = query.where(sa.or_(*(holds(table, asked.terms) for table in filtering.SPEAKING if asked.named[table])))  # fmt: skip
        query, last = from_last(query, Pitch.id, sa.union(*filtering.held_by(asked.named)))
    elif among is not None:
        query = query.where(among, filtering.hold(asked.terms, dict.fromkeys(filtering.SPEAKING, True)))
    else:
        query = query.where(filtering.hold(asked.terms, asked.common))
    return list(session().execute(query.order_by(last.desc()).limit(limit)))


def _first_named(asked: Asked, limit: int) -> list[Any]:
    """Those of `asked.named` on SQLite, from the first one on: a statement that is kept."""
    user, shape = asked.user, shape_of(asked.terms)
    tables = tuple(table for table in filtering.SPEAKING if asked.named[table])

    def made() -> sa.Select[*tuple[Any, ...]]:
        held = sa.or_(*(holds_given(table, shape) for table in tables))
        each = sa.union(*filtering.held_by_given(tables))
        query, last = from_last(_of_pitches(user).where(held), Pitch.id, each)
        return query.order_by(last.desc()).limit(limit)

    query = kept_statement(made, user.sight, "newest pitches", tables, shape, limit)
    ids = ids_given({table: asked.named[table] for table in tables})
    return list(session().execute(query, {**given(asked.terms), **ids}))


def may_read(user: User) -> sa.ColumnElement[bool]:
    """Mails that have come or gone and that `user` sees; what the system writes to its users is nobody's to find, nor are drafts."""
    theirs = sa.and_(Message.direction == Direction.IN, seen_by(user))
    ours = sa.and_(
        Message.direction == Direction.OUT, Message.state != MessageState.DRAFT,
        sa.or_(Message.kind.is_(None), Message.kind != LetterKind.SYSTEM), mail_queries.seen_by(user),
    )  # fmt: skip
    return sa.or_(theirs, ours)


def _mails(asked: Asked, before: int | None, limit: int) -> list[Hit]:
    return [_mail(row, asked.terms) for row in asked.rows("messages", _of_mails, before, limit)]


def _of_mails(user: User) -> sa.Select[*tuple[Any, ...]]:
    at = sa.func.coalesce(Message.sent_at, Message.received_at, Message.created_at).label("at")
    return sa.select(
        Message.id, Message.direction, Message.subject, Message.from_name, Message.from_address, Message.to_name,
        Message.to_address, sa.func.substr(Message.body, 1, LONGEST_TEXT).label("body"), at,
    ).where(may_read(user))  # fmt: skip


def _mail(row: Any, terms: Sequence[str]) -> Hit:
    is_theirs = row.direction == Direction.IN
    hint = (row.from_name or row.from_address) if is_theirs else f"to {row.to_name or row.to_address}"
    href = f"/inbox/{row.id}" if is_theirs else f"/letters/{row.id}"
    return Hit(
        row.id, href, row.subject or "(no subject)", terms, partial(_said_in_mail, row, terms), hint, row.at
    )


def _said_in_mail(row: Any, terms: Sequence[str]) -> list[Piece]:
    is_theirs = row.direction == Direction.IN
    who = f"from {row.from_name} {row.from_address}" if is_theirs else f"to {row.to_name} {row.to_address}"
    return excerpt(row.body, terms) or marked(" ".join(who.split()), terms)


def _notes(asked: Asked, before: int | None, limit: int) -> list[Hit]:
    return [
        Hit(
            row.id, f"/people/{row.person_id}" if row.person_id else f"/sites/{row.site_id}",
            row.name or row.key or "", asked.terms, partial(excerpt, row.text, asked.terms), row.project, row.created_at,
        )
        for row in asked.rows("notes", _of_notes, before, limit)
    ]  # fmt: skip


def _of_notes(user: User) -> sa.Select[*tuple[Any, ...]]:
    return (
        sa.select(Note.id, Note.text, Note.site_id, Note.person_id, Note.created_at, Site.key, Person.name, Project.name.label("project"))
        .outerjoin(Site, Site.id == Note.site_id)
        .outerjoin(Person, Person.id == Note.person_id)
        .join(Project, Project.id == Note.project_id)
        .where(Note.project_id.in_(visible_to(user)))
    )  # fmt: skip


GROUPS = {
    "sites": Group("Sites", "world", _sites, "sites"),
    "people": Group("People", "user", _people, "people"),
    "addresses": Group("Addresses", "mail", _addresses, "contact_points"),
    "pitches": Group("Pitches", "send", _pitches, "pitches", filtering.SPEAKING),
    "mails": Group("Mails", "inbox", _mails, "messages"),
    "notes": Group("Notes", "pencil", _notes, "notes"),
}
