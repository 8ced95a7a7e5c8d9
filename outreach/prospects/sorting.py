"""How the lists of prospects and people are sorted: by a column of their own rows, or by an own field."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from outreach.accounts.models import User
from outreach.prospects.labels import queries as labels
from outreach.prospects.labels.models import FieldValue
from outreach.prospects.labels.rules import About
from outreach.web.pager import Part


def field_of(sort: str) -> int | None:
    """The own field that a sort names: `f12` or `-f12`."""
    match = re.fullmatch(r"-?f(\d{1,9})", sort)
    return int(match[1]) if match else None


def by_field(query: sa.Select[Any], about: About, whose: Any, key: Any, sort: str, user: User) -> list[Part]:
    """The rows of `query` that have a value in the field, sorted by it, and then those that have none, the newest first.

    `whose` is the column of the site or person, `key` the one of the row itself.
    """
    field_id = field_of(sort) or 0
    column = labels.VALUES[about]
    mine = labels.holding(user, about, field_id)
    having = query.join(FieldValue, column == whose).where(
        FieldValue.field_id == field_id, labels.may_see(user, about, field_id)
    )
    by = (FieldValue.sort, column) if key is whose else (FieldValue.sort, column, key)
    lacking = query.where(~mine.where(column == whose).exists())
    return [Part(having, by, sort.startswith("-")), Part(lacking, (key,), True)]


def in_order(
    query: sa.Select[Any], about: About, whose: Any, key: Any, sort: str, known: Mapping[str, Any], user: User
) -> list[Part]:
    """The rows of `query` in the order of a list: of one of the columns `known`, or of an own field."""
    if field_of(sort) is not None:
        return by_field(query, about, whose, key, sort, user)
    return [Part(query, (known[sort.removeprefix("-")], key), sort.startswith("-"))]
