"""Tags and own fields, and who carries them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from outreach.accounts.models import User
from outreach.db import session
from outreach.projects.queries import visible_to
from outreach.prospects.labels.models import FieldValue, OwnField, PersonTag, SiteTag, Tag
from outreach.prospects.labels.rules import (
    NONE,
    RANGED,
    About,
    FieldAsk,
    FieldKind,
    bounds_of,
    sort_key,
    tone_of,
)
from outreach.web.pager import COUNT_CAP

CARRIERS: dict[About, tuple[type[SiteTag] | type[PersonTag], Any]] = {
    About.SITE: (SiteTag, SiteTag.site_id),
    About.PERSON: (PersonTag, PersonTag.person_id),
}


VALUES: dict[About, Any] = {About.SITE: FieldValue.site_id, About.PERSON: FieldValue.person_id}


@dataclass(frozen=True)
class TagSeen:
    """A tag as a list shows it."""

    id: int
    name: str
    key: str

    @property
    def tone(self) -> str:
        return tone_of(self.key)


@dataclass(frozen=True)
class FieldSeen:
    """An own field as a list or form shows it; `column` is its name in an address."""

    id: int
    name: str
    kind: FieldKind
    choices: Sequence[str]
    project_id: int | None

    @property
    def column(self) -> str:
        return f"f{self.id}"


@dataclass(frozen=True)
class Labels:
    """All tags and own fields by name; what the sites or people that were asked for carry: `{id: tags}`, `{id: {field id: value}}`."""

    tags: Sequence[TagSeen]
    fields: Sequence[FieldSeen]
    tags_of: Mapping[int, list[TagSeen]]
    values_of: Mapping[int, dict[int, str]]

    def tag(self, tag_id: int | None) -> TagSeen | None:
        return next((tag for tag in self.tags if tag.id == tag_id), None)


def labels(
    user: User, about: About, ids: Collection[int] = (), *, only: Collection[int] | None = None
) -> Labels:
    """The tags, the own fields that `user` may see, and what `ids` (which the caller may see) carry; one statement.

    `only`: fields whose values are wanted, where not all are.
    """
    carrier, column = CARRIERS[about]
    whose = VALUES[about]
    nothing = sa.cast(sa.null(), sa.Integer)
    tags = sa.select(
        sa.literal("tag").label("what"), Tag.id.label("id"), Tag.name.label("name"), Tag.key.label("more"), nothing.label("project_id"),
        sa.cast(sa.null(), sa.JSON).label("choices"), column.label("whose"), sa.literal("").label("value"),
    ).outerjoin(carrier, sa.and_(carrier.tag_id == Tag.id, column.in_(list(ids))))  # fmt: skip
    wanted = sa.and_(FieldValue.field_id == OwnField.id, whose.in_(list(ids)))
    if only is not None:
        wanted = sa.and_(wanted, FieldValue.field_id.in_(list(only)))
    fields = (
        sa.select(
            sa.literal("field"), OwnField.id, OwnField.name, sa.cast(OwnField.kind, sa.String), OwnField.project_id, OwnField.choices, whose,
            sa.func.coalesce(FieldValue.value, ""),
        )
        .outerjoin(FieldValue, wanted)
        .where(*seen(user, about))
    )  # fmt: skip
    return _sorted_out(session().execute(sa.union_all(tags, fields)))


def seen(user: User, about: About) -> tuple[sa.ColumnElement[bool], ...]:
    """Conditions on OwnField: `user` may see it, and it is not put away."""
    own = sa.or_(OwnField.project_id.is_(None), OwnField.project_id.in_(visible_to(user)))
    return OwnField.about == about, OwnField.archived_at.is_(None), own


def _sorted_out(rows: Iterable[Any]) -> Labels:
    tags: dict[int, TagSeen] = {}
    fields: dict[int, FieldSeen] = {}
    tags_of: dict[int, list[TagSeen]] = {}
    values_of: dict[int, dict[int, str]] = {}
    for row in rows:
        if row.what == "tag":
            tag = tags.setdefault(row.id, TagSeen(row.id, row.name, row.more))
            if row.whose is not None:
                tags_of.setdefault(row.whose, []).append(tag)
            continue
        fields.setdefault(
            row.id, FieldSeen(row.id, row.name, FieldKind(row.more), row.choices or [], row.project_id)
        )
        if row.whose is not None:
            values_of.setdefault(row.whose, {})[row.id] = row.value
    for carried in tags_of.values():
        carried.sort(key=lambda tag: tag.key)
    by_name = sorted(fields.values(), key=lambda one: (one.name.casefold(), one.id))
    return Labels(sorted(tags.values(), key=lambda tag: tag.key), by_name, tags_of, values_of)


def fields(
    user: User, about: About, projects: Callable[[User], sa.Select[Any]] = visible_to
) -> list[FieldSeen]:
    """The own fields that `user` may see (or fill, with `projects=writable_by`), by name."""
    own = sa.or_(OwnField.project_id.is_(None), OwnField.project_id.in_(projects(user)))
    query = sa.select(OwnField).where(OwnField.about == about, OwnField.archived_at.is_(None), own)
    found = session().scalars(query.order_by(sa.func.lower(OwnField.name), OwnField.id))
    return [FieldSeen(one.id, one.name, one.kind, one.choices, one.project_id) for one in found]


def all_fields() -> Sequence[OwnField]:
    """Every own field, those put away last; for managers."""
    away = OwnField.archived_at.is_not(None)
    query = sa.select(OwnField).order_by(away, OwnField.about, sa.func.lower(OwnField.name), OwnField.id)
    return session().scalars(query).all()


def field_sizes() -> dict[int, int]:
    """`{field id: how many sites or people have it}`, counted up to COUNT_CAP."""
    rows = session().execute(sa.select(OwnField.id, _size(FieldValue.field_id, OwnField.id)))
    return {row[0]: row[1] for row in rows}


def _size(column: Any, key: Any) -> sa.ScalarSelect[int]:
    """How many rows hold `key` in `column`, counted up to COUNT_CAP."""
    some = sa.select(sa.literal(1)).where(column == key).limit(COUNT_CAP).correlate(key.table).subquery()
    return sa.select(sa.func.count()).select_from(some).scalar_subquery()


def values(about: About, key: int) -> dict[int, FieldValue]:
    """`{field id: value}` of one site or person."""
    return {one.field_id: one for one in session().scalars(sa.select(FieldValue).where(VALUES[about] == key))}


def conditions(
    user: User, about: About, whose: Any, asks: Sequence[FieldAsk], *, by_row: bool = False
) -> list[sa.ColumnElement[bool]]:
    """What the filters of own fields let through. The rights are in them: by a field that `user` may not see nothing is found.

    `by_row`: asked of each row by itself, where few rows are looked at; PostgreSQL would else gather all values before.
    """
    found = []
    for ask in asks:
        there = holding(user, about, ask.field_id).where(VALUES[about] == whose)
        if ask.value != NONE:
            there = there.where(sa.or_(sa.false(), *_kinds(ask)))
        is_there = is_any(there, whose) if by_row else there.exists()
        found.append(~is_there if ask.value == NONE else is_there)
    return found


def is_any(rows: sa.Select[Any], whose: Any) -> sa.ColumnElement[bool]:
    """Is there one of `rows`? Asked of each row of `whose` by itself."""
    one = rows.limit(1).correlate(whose.table).scalar_subquery()
    return one.is_not(None)


def holding(user: User, about: About, field_id: int) -> sa.Select[Any]:
    """The values of one field that `user` may see."""
    return (
        sa.select(sa.literal(1))
        .select_from(FieldValue)
        .join(OwnField, OwnField.id == FieldValue.field_id)
        .where(FieldValue.field_id == field_id, *seen(user, about))
    )


def may_see(user: User, about: About, field_id: int) -> sa.ColumnElement[bool]:
    """May `user` see the field?"""
    return sa.exists().where(OwnField.id == field_id, *seen(user, about))


def _kinds(ask: FieldAsk) -> Iterable[sa.ColumnElement[bool]]:
    """One condition for each kind that the field may be of: a number is compared as a number, a text by its parts."""
    for kind in RANGED:
        if parts := _range(kind, ask):
            yield sa.and_(OwnField.kind == kind, *parts)
    if ask.value:
        word = sort_key(ask.value)
        yield sa.and_(OwnField.kind.in_([FieldKind.LIST, FieldKind.YES_NO]), FieldValue.sort == word)
        holds = FieldValue.sort.contains(word, autoescape=True)
        yield sa.and_(OwnField.kind.in_([FieldKind.TEXT, FieldKind.URL]), holds)


def _range(kind: FieldKind, ask: FieldAsk) -> list[sa.ColumnElement[bool]]:
    bounds = bounds_of(ask, kind)
    if bounds is None:
        return []
    low, high, same = bounds
    pairs = ((low, FieldValue.sort >= low), (high, FieldValue.sort <= high), (same, FieldValue.sort == same))
    return [condition for given, condition in pairs if given]


def tags_of(about: About, key: int) -> Sequence[Tag]:
    """The tags of one site or person, by name."""
    carrier, column = CARRIERS[about]
    query = sa.select(Tag).join(carrier, carrier.tag_id == Tag.id).where(column == key).order_by(Tag.key)
    return session().scalars(query).all()


def tags_by_key(keys: Collection[str]) -> dict[str, Tag]:
    """`{key: tag}` of those that are there."""
    return {tag.key: tag for tag in session().scalars(sa.select(Tag).where(Tag.key.in_(list(keys))))}


def has_tag(about: About, whose: Any, tag_id: int, *, by_row: bool = False) -> sa.ColumnElement[bool]:
    """A condition: the site or person of the column `whose` carries the tag; `by_row` as in `conditions`."""
    carrier, column = CARRIERS[about]
    if by_row:
        return is_any(sa.select(sa.literal(1)).where(carrier.tag_id == tag_id, column == whose), whose)
    return sa.exists().where(carrier.tag_id == tag_id, column == whose)


def tag_sizes() -> list[tuple[Tag, int, int]]:
    """(tag, how many sites, how many people, both counted up to COUNT_CAP) by name."""
    query = sa.select(Tag, _size(SiteTag.tag_id, Tag.id), _size(PersonTag.tag_id, Tag.id)).order_by(Tag.key)
    return [(tag, at, of) for tag, at, of in session().execute(query)]
