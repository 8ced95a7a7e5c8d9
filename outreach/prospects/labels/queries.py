"""Tags and own fields, and who carries them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from outreach.db import session
from outreach.prospects.labels.models import PersonTag, SiteTag, Tag
from outreach.prospects.labels.rules import About

CARRIERS: dict[About, tuple[type[SiteTag] | type[PersonTag], Any]] = {
    About.SITE: (SiteTag, SiteTag.site_id),
    About.PERSON: (PersonTag, PersonTag.person_id),
}


@dataclass(frozen=True)
class Tags:
    """All tags by name, and `{id of a site or person: their tags}`."""

    all: Sequence[Tag]
    of: dict[int, list[Tag]] = field(default_factory=dict)

    def named(self, tag_id: int | None) -> Tag | None:
        return next((tag for tag in self.all if tag.id == tag_id), None)


def tags(about: About, ids: Collection[int] = ()) -> Tags:
    """The workspace's tags, and those of the sites or people `ids`, which the caller may see; one statement."""
    carrier, column = CARRIERS[about]
    query = (
        sa.select(Tag, column)
        .outerjoin(carrier, sa.and_(carrier.tag_id == Tag.id, column.in_(list(ids))))
        .order_by(Tag.key)
    )
    found, of = {}, dict[int, list[Tag]]()
    for tag, whose in session().execute(query):
        found[tag.id] = tag
        if whose is not None:
            of.setdefault(whose, []).append(tag)
    return Tags(list(found.values()), of)


def tags_of(about: About, key: int) -> Sequence[Tag]:
    """The tags of one site or person, by name."""
    carrier, column = CARRIERS[about]
    query = sa.select(Tag).join(carrier, carrier.tag_id == Tag.id).where(column == key).order_by(Tag.key)
    return session().scalars(query).all()


def tags_by_key(keys: Collection[str]) -> dict[str, Tag]:
    """`{key: tag}` of those that are there."""
    return {tag.key: tag for tag in session().scalars(sa.select(Tag).where(Tag.key.in_(list(keys))))}


def has_tag(about: About, whose: Any, tag_id: int) -> sa.ColumnElement[bool]:
    """A condition: the site or person of the column `whose` carries the tag."""
    carrier, column = CARRIERS[about]
    return sa.exists().where(carrier.tag_id == tag_id, column == whose)


def tag_sizes() -> list[tuple[Tag, int, int]]:
    """(tag, how many sites, how many people) by name."""
    sites = sa.select(sa.func.count()).where(SiteTag.tag_id == Tag.id).scalar_subquery()
    people = sa.select(sa.func.count()).where(PersonTag.tag_id == Tag.id).scalar_subquery()
    rows = session().execute(sa.select(Tag, sites, people).order_by(Tag.key))
    return [(tag, at, of) for tag, at, of in rows]
