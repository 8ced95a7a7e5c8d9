"""Putting tags on and taking them off. Never commits."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa

from outreach.db import session
from outreach.diary.moves import note_many
from outreach.inserting import insert_new
from outreach.prospects.labels import queries
from outreach.prospects.labels.models import Tag
from outreach.prospects.labels.rules import MOST_TAGS, About, BadLabel


def tags_named(names: Mapping[str, str], *, by: int, now: datetime) -> list[Tag]:
    """The tags of `{key: name}` (`rules.tag_names`); those that are new are made. Raises BadLabel for too many."""
    known = queries.tags_by_key(names)
    new = [key for key in names if key not in known]
    if new:
        there = session().scalar(sa.select(sa.func.count()).select_from(Tag)) or 0
        if there + len(new) > MOST_TAGS:
            raise BadLabel(f"The workspace has {there:,} tags, and at most {MOST_TAGS:,}. Remove some first.")
        rows = [{"key": key, "name": names[key], "created_at": now, "created_by_id": by} for key in new]
        insert_new(Tag, rows, unique=("key",))
        known = queries.tags_by_key(names)
    return [known[key] for key in names]


def put_on(
    about: About, tag_ids: Sequence[int], ids: Collection[int], *, by: int, now: datetime
) -> set[tuple[int, int]]:
    """Put each tag on each site or person; the (tag id, site or person id) that are new. At most a thousand `ids`."""
    fresh = put_pairs(about, [(tag_id, key) for tag_id in tag_ids for key in sorted(ids)])
    _tell("tagged", about, fresh, by=by, now=now)
    return fresh


def put_pairs(about: About, pairs: Sequence[tuple[int, int]]) -> set[tuple[int, int]]:
    """Put tags on, by (tag id, site or person id); those that are new. What a file brings is told by its report, not by the diary."""
    carrier, column = queries.CARRIERS[about]
    rows = [{"tag_id": tag_id, column.key: key} for tag_id, key in pairs]
    made = insert_new(carrier, rows, unique=("tag_id", column.key))
    fresh: set[tuple[int, int]] = set()
    for start in range(0, len(made), 500):
        part = sa.select(carrier.tag_id, column).where(carrier.id.in_(made[start : start + 500]))
        fresh.update((tag_id, key) for tag_id, key in session().execute(part))
    return fresh


def take_pairs(about: About, pairs: Sequence[tuple[int, int]]) -> None:
    """Take these off again, by (tag id, site or person id)."""
    carrier, column = queries.CARRIERS[about]
    of_tag: dict[int, list[int]] = {}
    for tag_id, key in pairs:
        of_tag.setdefault(tag_id, []).append(key)
    for tag_id, keys in of_tag.items():
        gone = sa.delete(carrier).where(carrier.tag_id == tag_id, column.in_(keys))
        session().execute(gone.execution_options(synchronize_session=False))


def take_off(
    about: About, tag_ids: Sequence[int], ids: Collection[int], *, by: int, now: datetime
) -> set[tuple[int, int]]:
    """Take each tag off each site or person; the (tag id, site or person id) that had it."""
    carrier, column = queries.CARRIERS[about]
    gone = session().execute(
        sa.delete(carrier)
        .where(carrier.tag_id.in_(list(tag_ids)), column.in_(list(ids)))
        .returning(carrier.tag_id, column)
        .execution_options(synchronize_session=False)
    )
    had = {(tag_id, key) for tag_id, key in gone}
    _tell("untagged", about, had, by=by, now=now)
    return had


def drop_unused(tag_id: int) -> None:
    """Remove a tag that no site and no person carries."""
    carried = [
        sa.exists().where(carrier.tag_id == Tag.id).correlate(Tag) for carrier, _ in queries.CARRIERS.values()
    ]
    session().execute(
        sa.delete(Tag)
        .where(Tag.id == tag_id, *(~one for one in carried))
        .execution_options(synchronize_session=False)
    )


def set_tags(about: About, key: int, names: Mapping[str, str], *, by: int, now: datetime) -> None:
    """One site or person has exactly these tags."""
    wanted = {tag.id for tag in tags_named(names, by=by, now=now)} if names else set()
    carrier, column = queries.CARRIERS[about]
    there = set(session().scalars(sa.select(carrier.tag_id).where(column == key)))
    put_on(about, sorted(wanted - there), [key], by=by, now=now)
    take_off(about, sorted(there - wanted), [key], by=by, now=now)


def _tell(what: str, about: About, pairs: Collection[tuple[int, int]], *, by: int, now: datetime) -> None:
    lines = [
        {f"{about.value}_id": key, "subject_kind": "tag", "subject_id": tag_id}
        for tag_id, key in sorted(pairs)
    ]
    note_many(f"{about.value}.{what}", lines, by=by, now=now)
