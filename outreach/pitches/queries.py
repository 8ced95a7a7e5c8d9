"""Finding pitches. Rights are in each query: rows of projects that the user may not see cannot be found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, contains_eager, joinedload

from outreach.accounts.models import Leave, User
from outreach.db import session
from outreach.diary.models import Entry
from outreach.diary.rules import PRODUCT, Told, tell
from outreach.kit.clock import local_day
from outreach.pitches import placing, rules
from outreach.pitches.models import Pitch, StageChange
from outreach.pitches.placing import NEVER, RESTING
from outreach.pitches.rules import MAINTENANCE, Column, NextKind, PitchType, Stage
from outreach.projects.models import Membership, OwnHost, OwnPage, Project
from outreach.projects.queries import is_seen, visible_to, writable_by
from outreach.projects.rules import MemberRole
from outreach.prospects.models import Person, Prospect, Site, SitePerson
from outreach.prospects.queries import has_key
from outreach.search.queries import few, holds, named, one_of
from outreach.search.rules import terms_of
from outreach.web.pager import COUNT_CAP, Cursor, Page, page_of, placed

CARDS = 8
"""Cards a column that come with the board; more come as one looks down it, and all stand in the table."""
MORE_CARDS = 20

FOUND_CARDS = 11
"""Cards of a column that hold some words are counted up to here: each is read for them."""


@dataclass(frozen=True)
class Filters:
    """What the board and the table show; empty means all. They stand in the address."""

    project: int | None = None
    owner: int | None = None
    type: PitchType | None = None
    column: Column | None = None
    text: str = ""

    @cached_property
    def terms(self) -> list[str]:
        """The words that are asked for."""
        return terms_of(self.text)

    @cached_property
    def found(self) -> list[int] | None:
        """The ids of all pitches that hold `text`, whoever may see them, where its words are rare; None where they are common. Looked up once for a page."""
        return _found(self.terms)

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


@dataclass
class Board:
    """The board: exact counts by column, and the first CARDS rows of each."""

    counts: dict[Column, int] = field(default_factory=dict)
    cards: dict[Column, list[Any]] = field(default_factory=dict)

    def older(self, column: Column) -> str:
        """The cursor of the cards after those that are here."""
        return Cursor(*card_place(self.cards[column][-1])).pack()


def get(user: User, key: int) -> Pitch | None:
    """The pitch with what its page shows of it (project, site, person, own page, owners), or None; one statement."""
    return _one(key, visible_to(user))


def get_writable(user: User, key: int) -> Pitch | None:
    """The same, for a user who may change it."""
    return _one(key, writable_by(user))


def _one(key: int, projects: sa.Select[int]) -> Pitch | None:
    query = sa.select(Pitch).where(Pitch.id == key, Pitch.project_id.in_(projects)).options(*shown())
    return session().scalar(query)


def may_write(user: User, project_id: int) -> bool:
    """May the user change things in this project?"""
    return bool(
        session().scalar(sa.select(sa.literal(True)).where(sa.literal(project_id).in_(writable_by(user))))
    )


def shown() -> tuple[Any, ...]:
    """Loader options: the neighbours that screens name, without the lists that hang on them."""
    return (
        joinedload(Pitch.project).lazyload(Project.hosts),
        joinedload(Pitch.site),
        joinedload(Pitch.person).lazyload(Person.contact_points),
        joinedload(Pitch.own_page),
        joinedload(Pitch.owner),
        joinedload(Pitch.next_owner),
    )


def why_due(pitch: Pitch, today: date, zone: ZoneInfo) -> str:
    """Why an open pitch is due, in the days of its reader."""
    if pitch.next_kind is None or pitch.next_on is None:
        return ""
    out_on, in_on = (local_day(at, zone) if at else None for at in (pitch.last_out_at, pitch.last_in_at))
    return rules.why_due(pitch.next_kind, pitch.next_on, today, out_on, in_on)


def told(entry: Entry, names: Mapping[int, str]) -> Told:
    """A line of a pitch's diary in words; stages and types by the names that the screens give them."""
    data = dict(entry.data)
    if entry.kind in ("pitch.stage", "pitch.undone"):
        data |= {
            end: f"“{rules.stage_name(Stage(stage))}”"
            for end, stage in data.items()
            if end in ("before", "after")
        }
    if entry.kind == "pitch.started" and data.get("type") in set(PitchType):
        data["type"] = rules.TYPE_NAMES[PitchType(data["type"])]
    who = PRODUCT if entry.by_id is None else names.get(entry.by_id, "Somebody")
    return tell(entry.kind, data, who=who, subject="")


def change_of(pitch: Pitch, key: int) -> StageChange | None:
    """One move of this pitch."""
    return session().scalar(
        sa.select(StageChange).where(StageChange.id == key, StageChange.pitch_id == pitch.id)
    )


def written_elsewhere(project_id: int, site_id: int) -> tuple[str, datetime] | None:
    """Whose pitch of another project was the last to write to a site, and when: the bare fact (B4); None when none did."""
    query = sa.select(User.name, Pitch.last_out_at).join(User, User.id == Pitch.owner_id)
    others = (Pitch.site_id == site_id, Pitch.project_id != project_id, Pitch.last_out_at.is_not(None))
    row = session().execute(query.where(*others).order_by(Pitch.last_out_at.desc()).limit(1)).first()
    return (row[0], row[1]) if row and row[1] else None


def open_at_site(project_id: int, site_id: int) -> int | None:
    """The id of the open pitch that holds the claim on a site in a project (B4); None when it is free."""
    return session().scalar(
        sa.select(Pitch.id).where(
            Pitch.project_id == project_id,
            Pitch.site_id == site_id,
            Pitch.is_open,
            Pitch.type.not_in(MAINTENANCE),
        )
    )


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


def held_by(terms: Sequence[str], ids: Mapping[str, Sequence[int]]) -> list[sa.Select[int]]:
    """The ids of pitches that hold the terms, by the rows that the index names (`search.queries.few`): a query for each table of which it names some."""
    by_site = sa.select(Pitch.id).where(one_of(Pitch.site_id, ids["sites"]))
    by_person = sa.select(Pitch.id).where(one_of(Pitch.person_id, ids["people"]))
    by_topic = sa.select(Pitch.id).where(one_of(Pitch.id, ids["pitches"]))
    each = {"pitches": by_topic, "sites": by_site, "people": by_person}
    if session().get_bind().dialect.name == "sqlite":  # PostgreSQL's index has told it already
        each |= {"sites": by_site.join(Pitch.site), "people": by_person.join(Pitch.person)}
        each = {table: query.where(holds(table, terms)) for table, query in each.items()}
    return [each[table] for table in SPEAKING if ids[table]]


SPEAKING = ("pitches", "sites", "people")
"""The tables whose text a pitch is found by."""


def hold(terms: Sequence[str], are_common: Mapping[str, bool]) -> sa.ColumnElement[bool]:
    """The same of terms. Common ones are looked for in each row, which needs `Pitch.site` and `Pitch.person` joined."""
    if any(are_common[table] for table in SPEAKING):
        return sa.or_(*(holds(table, terms) for table in SPEAKING))
    return Pitch.id.in_(_named(terms))


def _named(terms: Sequence[str]) -> sa.CompoundSelect[int]:
    return sa.union(
        named("pitches", terms),
        sa.select(Pitch.id).where(Pitch.site_id.in_(named("sites", terms))),
        sa.select(Pitch.id).where(Pitch.person_id.in_(named("people", terms))),
    )


def board(user: User, by: Filters) -> Board:
    """Counts and cards of the board, with two statements. Cards: what is due first on top; closed ones by their last change."""
    found = Board(dict.fromkeys(Column, 0), {column: [] for column in Column})
    if by.is_gathered:
        counts, these = _gathered_counts(user, by), _gathered_cards(filtered(user, by))
    elif by.text:
        held = _held(user, by)
        counts = {column: len(ids) for column, ids in held.items()}
        these = _gathered_cards([one_of(Pitch.id, [key for ids in held.values() for key in ids])])
    else:
        counts, these = _counts(user, by), _head_cards(user, by)
    found.counts |= counts
    for card in session().execute(_cards(these)):
        found.cards[card.board_column].append(card)
    return found


def cap_of(by: Filters) -> int:
    """How far the cards of a column are counted."""
    return FOUND_CARDS if by.text else COUNT_CAP


def _shown(by: Filters) -> list[Column]:
    """The columns that have cards."""
    return list(Column) if by.column is None else [by.column]


def _counts(user: User, by: Filters) -> dict[Column, int]:
    """How many cards each column has, none counted further than `cap_of`."""
    columns, asked = _shown(by), by.asked(user)
    row = session().execute(sa.select(*(placing.counted(asked.of(one), cap_of(by)) for one in columns))).one()
    return dict(zip(columns, row, strict=True))


def _held(user: User, by: Filters) -> dict[Column, list[int]]:
    """The ids of the first pitches of each column that hold words that are common, up to `cap_of`: each row is read once, for count and cards."""
    asked = by.asked(user)
    heads = {one: placing.first(asked.of(one), _order_of(one), cap_of(by)).subquery() for one in _shown(by)}
    each = [sa.select(sa.literal(one.value), ids.c.id) for one, ids in heads.items()]
    found: dict[Column, list[int]] = {}
    for name, key in session().execute(sa.union_all(*each)):
        found.setdefault(Column(name), []).append(key)
    return found


def _gathered_counts(user: User, by: Filters) -> dict[Column, int]:
    query = sa.select(Pitch.board_column, sa.func.count()).where(*filtered(user, by))
    return {
        column: min(number, cap_of(by))
        for column, number in session().execute(query.group_by(Pitch.board_column))
    }


def _cards(these: Any) -> Any:
    """Cards by their ids, in the order of each column."""
    return (
        _drawn()
        .where(Pitch.id.in_(these))
        .order_by(sa.func.coalesce(Pitch.next_on, NEVER), sa.case((Pitch.is_open, Pitch.id)), Pitch.updated_at.desc(), Pitch.id.desc())
    )  # fmt: skip


def _head_cards(user: User, by: Filters) -> Any:
    """The ids of the first cards of each column."""
    asked = by.asked(user)
    return sa.union_all(*(placing.first(asked.of(one), _order_of(one), CARDS) for one in _shown(by)))


def _gathered_cards(where: list[sa.ColumnElement[bool]]) -> Any:
    """The ids of the first cards of each column, among pitches that are few."""
    at = sa.case((Pitch.board_column.in_(RESTING), Pitch.updated_at))
    order = (at.desc(), sa.case((Pitch.board_column.in_(RESTING), -Pitch.id)), Pitch.next_on, Pitch.id)
    place = sa.func.row_number().over(partition_by=Pitch.board_column, order_by=order).label("place")
    rows = sa.select(Pitch.id, place).where(*where).subquery()
    return sa.select(rows.c.id).where(rows.c.place <= CARDS)


def _order_of(column: Column) -> str:
    """The order of a column's cards."""
    return "updated" if column in RESTING else "next"


def _drawn() -> sa.Select[*tuple[Any, ...]]:
    """The columns that a card shows."""
    owner = sa.orm.aliased(User)
    return (
        sa.select(
            Pitch.id, Pitch.version, Pitch.type, Pitch.stage, Pitch.rested_from, Pitch.board_column, Pitch.topic,
            Pitch.next_kind, Pitch.next_on, Pitch.next_note, Pitch.revisit_on, Pitch.outcome_reason, Pitch.stage_since,
            Pitch.project_id, Pitch.updated_at, Site.key.label("site"), Site.title.label("site_title"), owner.name.label("owner"),
        )
        .join(Pitch.site)
        .outerjoin(owner, owner.id == Pitch.owner_id)
    )  # fmt: skip


def cards_of(user: User, by: Filters, column: Column, cursor: Cursor | None) -> Page[Any]:
    """The next cards of one column, after those that are shown."""
    is_resting = column in RESTING
    order = Pitch.updated_at if is_resting else Pitch.next_on
    by = replace(by, column=column)
    return page_of(
        session(), _drawn().where(*_page(user, by, _order_of(column), placed(order, cursor), MORE_CARDS)), by=order, key=Pitch.id,
        is_descending=is_resting, cursor=cursor, value_of=lambda card: card_place(card), size=MORE_CARDS,
    )  # fmt: skip


def _page(user: User, by: Filters, sort: str, cursor: Cursor | None, size: int) -> list[sa.ColumnElement[bool]]:  # fmt: skip
    """Conditions of the rows of a page and of one more, before they are sorted: rights, and the filters."""
    if by.is_gathered:
        return filtered(user, by)
    return [is_seen(Pitch.project_id, user), placing.among(by.asked(user), sort, cursor, size + 1)]


def card_place(card: Any) -> tuple[Any, int]:
    """Where a card stands in its column: for the cursor of those after it."""
    return (card.updated_at if card.board_column in RESTING else card.next_on, card.id)


def last_change(user: User, by: Filters) -> datetime | None:
    """When the newest change among the pitches of a board was made: another answer means that the board is old."""
    where = _page(user, by, "updated", None, 0)
    newest: datetime | None = session().scalar(sa.select(sa.func.max(Pitch.updated_at)).where(*where))
    return newest


SORTS = ("updated", "next", "stage")
"""How the table may be sorted: last change first, next action first, longest in its stage first."""


def table(user: User, by: Filters) -> sa.Select[Pitch]:
    """The rows of the table, unsorted."""
    return _rows(filtered(user, by))


def table_page(user: User, by: Filters, sort: str, cursor: Cursor | None, size: int = 50) -> Page[Any]:
    """A page of the table in the order of a name in SORTS: the columns of a card, and the name of the project."""
    column, is_descending = sort_of(sort)
    query = _drawn().add_columns(Project.name.label("project")).join(Pitch.project)
    return page_of(
        session(), query.where(*_page(user, by, sort, placed(column, cursor), size)), by=column, key=Pitch.id, is_descending=is_descending,
        cursor=cursor, value_of=lambda pitch: sort_value(sort, pitch), size=size,
    )  # fmt: skip


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


def due(user: User, until: date) -> sa.Select[Pitch]:
    """Open pitches whose next action is this user's and due by `until` (a day of theirs), soonest first.

    Today, the digest and their counts all use this; why a row is here says `rules.why_due`.
    """
    return (
        sa.select(Pitch)
        .where(
            Pitch.is_open,
            Pitch.next_owner_id == user.id,
            Pitch.next_on <= until,
            is_seen(Pitch.project_id, user),
            Pitch.project_id.not_in(sa.select(Project.id).where(Project.is_archived)),
        )
        .options(*shown())
        .order_by(Pitch.next_on, Pitch.id)
    )


def search(user: User, text: str, limit: int = 8) -> Sequence[Pitch]:
    """Pitches whose site, topic or person holds `text`, newest first."""
    if not terms_of(text):
        return []
    query = table(user, Filters(text=text)).order_by(Pitch.updated_at.desc(), Pitch.id.desc())
    return session().scalars(query.limit(limit)).all()


def of_site(user: User, site_id: int, limit: int = 20) -> Sequence[Pitch]:
    """The pitches to one site that the user may see, open ones first."""
    return _of(user, Pitch.site_id == site_id, limit)


def of_person(user: User, person_id: int, limit: int = 20) -> Sequence[Pitch]:
    """The pitches to one person that the user may see, open ones first."""
    return _of(user, Pitch.person_id == person_id, limit)


def _of(user: User, about: sa.ColumnElement[bool], limit: int) -> Sequence[Pitch]:
    query = sa.select(Pitch).where(about, Pitch.project_id.in_(visible_to(user))).options(*shown())
    return session().scalars(query.order_by(Pitch.is_open.desc(), Pitch.updated_at.desc()).limit(limit)).all()


def open_count(user: User) -> int:
    """How many open pitches the user sees: the number in the sidebar."""
    query = sa.select(sa.func.count()).select_from(Pitch).where(Pitch.is_open)
    return session().scalar(query.where(Pitch.project_id.in_(visible_to(user)))) or 0


@dataclass(frozen=True)
class Colleague:
    """A user as screens name them; `may_own` says whether they may own work in the project asked for."""

    id: int
    name: str
    may_own: bool


def colleagues(project_id: int | None) -> list[Colleague]:
    """Everybody who works here, by name; with one statement for both names and choices of an owner."""
    belongs = sa.exists().where(
        Membership.user_id == User.id,
        Membership.project_id == project_id,
        Membership.role == MemberRole.MEMBER,
    )
    may_own = sa.and_(User.is_active, sa.or_(User.role.in_(("admin", "manager")), belongs))
    rows = session().execute(sa.select(User.id, User.name, may_own.label("may_own")).order_by(User.name))
    return [Colleague(row.id, row.name, bool(row.may_own)) for row in rows]


def own_pages(project_id: int) -> Sequence[OwnPage]:
    """The own pages of a project, assets first."""
    query = sa.select(OwnPage).where(OwnPage.project_id == project_id)
    return (
        session().scalars(query.order_by(OwnPage.is_asset.desc(), OwnPage.title, OwnPage.id).limit(500)).all()
    )


def hosts_of(project_id: int) -> Sequence[str]:
    """The own hosts of a project."""
    return (
        session()
        .scalars(sa.select(OwnHost.host).where(OwnHost.project_id == project_id).order_by(OwnHost.host))
        .all()
    )


def people_of(site_id: int) -> list[tuple[int, str, str]]:
    """(id, name, role) of the people of a site."""
    rows = session().execute(
        sa.select(Person.id, Person.name, SitePerson.role)
        .join(SitePerson, SitePerson.person_id == Person.id)
        .where(SitePerson.site_id == site_id)
        .order_by(Person.name)
    )
    return [(row.id, row.name, row.role) for row in rows]


def projects_with(user: User, site_id: int | None = None) -> Sequence[Project]:
    """The projects in which the user may start a pitch; with a site, those that hold it."""
    query = (
        sa.select(Project)
        .where(Project.id.in_(writable_by(user)), Project.is_archived.is_(False))
        .options(sa.orm.lazyload(Project.hosts))
    )
    if site_id is not None:
        query = query.where(Project.id.in_(sa.select(Prospect.project_id).where(Prospect.site_id == site_id)))
    return session().scalars(query.order_by(Project.name)).all()


def visible_projects(user: User) -> tuple[list[Project], set[int]]:
    """The projects whose pitches the user sees, by name, and the ids of those in which they may change them."""
    may_write = Project.id.in_(writable_by(user)).label("may_write")
    query = sa.select(Project, may_write).where(Project.id.in_(visible_to(user)))
    rows = session().execute(query.options(sa.orm.lazyload(Project.hosts)).order_by(Project.name)).all()
    return [row.Project for row in rows], {row.Project.id for row in rows if row.may_write}


def names_of(user: User, keys: Sequence[int]) -> dict[int, str]:
    """{pitch: key of its site} of those that the user may change."""
    query = (
        sa.select(Pitch.id, Site.key)
        .join(Pitch.site)
        .where(Pitch.id.in_(keys), Pitch.project_id.in_(writable_by(user)))
    )
    return {row.id: row.key for row in session().execute(query)}


def writable_ids(user: User) -> set[int]:
    """The ids of the projects in which the user may change pitches."""
    return set(session().scalars(writable_by(user)))


def site_to_pitch(user: User, asked: str) -> Site | None:
    """The site of this id or key, when a project the user may write in holds it."""
    query = sa.select(Site).where(
        Site.id.in_(sa.select(Prospect.site_id).where(Prospect.project_id.in_(writable_by(user))))
    )
    is_id = asked.isdecimal() and len(asked) < 10
    return session().scalar(query.where(Site.id == int(asked) if is_id else has_key(asked)))


def keys_to_pitch(user: User, limit: int = 200) -> Sequence[str]:
    """Keys of the sites last touched in projects the user may write in: what the site field proposes."""
    most = 2 * limit  # a site may stand in several projects
    heads = [_touched(may, most).subquery() for may in _where_to_pitch(user)]
    newest = sa.union_all(*(sa.select(head) for head in heads)).subquery("newest")
    newest = sa.select(newest).order_by(newest.c.updated_at.desc(), newest.c.id.desc()).limit(most).subquery()
    query = sa.select(Site.key).join(newest, newest.c.site_id == Site.id).group_by(Site.key)
    return session().scalars(query.order_by(sa.func.max(newest.c.updated_at).desc()).limit(limit)).all()


def _where_to_pitch(user: User) -> list[sa.ColumnElement[bool]]:
    """Conditions on a prospect by which `user` may write a pitch to it, one for each run of an index."""
    if user.is_manager:
        return [Prospect.project_id.is_not(None)]
    mine = writable_by(user)
    if user.own_project_ids:
        return [
            sa.and_(Prospect.project_id == key, Prospect.project_id.in_(mine)) for key in user.own_project_ids
        ]
    return [(Prospect.project_id + 0).in_(mine)]


def _touched(may: sa.ColumnElement[bool], most: int) -> sa.Select[int, int, datetime]:
    query = sa.select(Prospect.id, Prospect.site_id, Prospect.updated_at).where(
        may, Prospect.state != "rejected"
    )
    return query.order_by(Prospect.updated_at.desc(), Prospect.id.desc()).limit(most)


def resting_until(day: date) -> sa.Select[int, date | None, str]:
    """(id, revisit_on, zone of its owner) of pitches that rest until `day` at most, soonest first."""
    return (
        sa.select(Pitch.id, Pitch.revisit_on, User.timezone)
        .outerjoin(User, User.id == Pitch.owner_id)
        .where(Pitch.stage == Stage.NURTURE, Pitch.revisit_on <= day)
        .order_by(Pitch.revisit_on, Pitch.id)
    )


def on_leave(today: date) -> sa.Select[int]:
    """Open pitches whose next action, from `today` on, lies on a day of leave of whoever has it; what is late stays late."""
    is_away = sa.and_(
        Leave.user_id == Pitch.next_owner_id, Leave.first_on <= Pitch.next_on, Leave.last_on >= Pitch.next_on
    )
    return (
        sa.select(Pitch.id)
        .where(
            Pitch.is_open,
            Pitch.next_on >= today,
            Pitch.next_kind != NextKind.ANSWER,
            sa.exists().where(is_away),
        )
        .order_by(Pitch.id)
    )


def without_next_action() -> int:
    """How many open pitches break the no-orphan rule (E1); always 0."""
    broken = sa.or_(Pitch.next_kind.is_(None), Pitch.next_on.is_(None), Pitch.next_owner_id.is_(None))
    query = sa.select(sa.func.count()).select_from(Pitch).where(Pitch.stage.not_in(rules.AT_REST), broken)
    return session().scalar(query) or 0
