"""Pairs that look alike, and who else could be meant. Rights are in each query."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from outreach.accounts.models import User
from outreach.care.merging.models import Pair
from outreach.care.merging.past_merges import reaches
from outreach.care.merging.queries import MODELS, reached_by
from outreach.care.merging.rules import Kind, PairState
from outreach.db import session
from outreach.projects.queries import writable_by
from outreach.prospects import people_queries
from outreach.prospects import queries as prospect_queries
from outreach.prospects.models import Person, Site
from outreach.search.commonness import are_common
from outreach.search.queries import in_order
from outreach.search.rules import parts_of, terms_for, terms_of

FOUND = 12
NEWEST = 2_000
"""Among the last so many ids those are looked for that hold a text of one sign: each is read."""


def pairs(user: User, kind: Kind, state: PairState, *, are_few: bool = False) -> sa.Select[Any]:
    """The pairs of which `user` may change both. `are_few` is `has_few`, for a page of them."""
    query = sa.select(Pair).where(Pair.kind == kind, Pair.state == state)
    if user.is_manager:
        return query
    if kind is Kind.PERSON:
        both = (Pair.first_person_id, Pair.second_person_id)
    else:
        both = (Pair.first_site_id, Pair.second_site_id)
    may = [reaches(user, kind, one, are_few) for one in both]
    return query.where(Pair.id.in_(sa.select(Pair.id).where(*may))) if are_few else query.where(*may)


def pair_of(user: User, key: int) -> Pair | None:
    """One of them, whatever its state."""
    pair = session().get(Pair, key)
    if pair is None:
        return None
    row: Pair | None = session().scalar(pairs(user, pair.kind, pair.state).where(Pair.id == key))
    return row


@dataclass(frozen=True)
class Listed:
    """A pair as it is listed: ids, names, and what tells them apart at a glance."""

    id: int
    reasons: list[str]
    first: tuple[int, str, str]
    second: tuple[int, str, str]


def listed(rows: Sequence[Pair], kind: Kind) -> list[Listed]:
    """The pairs of a page with names; two statements for people, one for sites."""
    if kind is Kind.SITE:
        ids = {key for row in rows for key in (row.first_site_id, row.second_site_id)}
        sites = {
            one.id: (one.id, one.key, one.title)
            for one in session().scalars(sa.select(Site).where(Site.id.in_(ids)))
        }
        return [
            Listed(row.id, row.reasons, sites[row.first_site_id or 0], sites[row.second_site_id or 0]) for row in rows
        ]  # fmt: skip
    ids = {key for row in rows for key in (row.first_person_id, row.second_person_id)}
    known = session().execute(sa.select(Person.id, Person.name).where(Person.id.in_(ids)))
    reached = reached_by([key for key in ids if key])
    people = {
        row.id: (row.id, row.name, ", ".join(point.value for point in reached.get(row.id, [])[:2]))
        for row in known
    }
    return [
        Listed(row.id, row.reasons, people[row.first_person_id or 0], people[row.second_person_id or 0]) for row in rows
    ]  # fmt: skip


def alike_to(user: User, kind: Kind, key: int) -> list[tuple[int, str, list[str]]]:
    """(id, name, reasons) of those that look like this one, as far as `user` may change them."""
    other = aliased(MODELS[kind])
    first, second = (
        (Pair.first_person_id, Pair.second_person_id)
        if kind is Kind.PERSON
        else (Pair.first_site_id, Pair.second_site_id)
    )
    name = other.name if kind is Kind.PERSON else other.key  # type: ignore[union-attr]
    query = (
        pairs(user, kind, PairState.OPEN)
        .where(Pair.id.in_(sa.union_all(*(sa.select(Pair.id).where(one == key) for one in (first, second)))))
        .join(other, sa.and_(other.id.in_((first, second)), other.id != key))
        .with_only_columns(other.id, name.label("name"), Pair.reasons)
    )
    return [(row.id, row.name, row.reasons) for row in session().execute(query.order_by(Pair.id).limit(20))]


def search(user: User, kind: Kind, key: int, text: str) -> list[tuple[int, str, str]]:
    """(id, name, more) of the newest others that `user` may change and that hold `text`, by name; two statements.

    A text too short for the index is looked for among the NEWEST alone.
    """
    if not text:
        return []
    rows: Any
    model = MODELS[kind]
    last = sa.select(sa.func.max(model.id)).scalar_subquery()
    near = [] if parts_of(terms_of(text)) else [model.id > last - NEWEST]
    if kind is Kind.PERSON:
        people = people_queries.people_of(user, writable_by).where(
            people_queries.person_matches(text), Person.id != key, *near
        )
        rows = people.with_only_columns(Person.id, Person.name.label("name"), sa.literal("").label("more"))
        rows = rows.order_by(Person.id.desc())
    else:
        terms = terms_for("sites", text)
        sites = prospect_queries.sites_of(user, writable_by).where(Site.id != key, *near)
        sites_told = sites.with_only_columns(Site.id, Site.key.label("name"), Site.title.label("more"))
        is_common = are_common(terms, "sites")["sites"]
        rows = in_order(sites_told, "sites", terms, before=None, limit=FOUND, is_common=is_common)
    found = [(row.id, row.name, row.more) for row in session().execute(rows.limit(FOUND))]
    return sorted(found, key=lambda one: one[1])
