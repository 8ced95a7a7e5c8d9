"""Making own fields, and filling them. Never commits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from outreach.db import session
from outreach.diary.moves import note, note_many
from outreach.inserting import insert_new
from outreach.prospects.labels.models import FieldValue, OwnField
from outreach.prospects.labels.queries import VALUES
from outreach.prospects.labels.rules import About, FieldKind, clean_kept


@dataclass(frozen=True)
class Entry:
    """A value for one site or person; `value` "" empties the field."""

    field_id: int
    key: int
    value: str
    sort: str


@dataclass(frozen=True)
class Stood:
    """What stood in a field before a file filled it; "" for nothing. All that an undo gives back."""

    value: str = ""
    batch_id: int | None = None
    updated_at: datetime | None = None
    updated_by_id: int | None = None


def make(
    about: About,
    kind: FieldKind,
    name: str,
    choices: Sequence[str],
    project_id: int | None,
    *,
    by: int,
    now: datetime,
) -> OwnField:
    """A new own field."""
    field = OwnField(
        about=about,
        kind=kind,
        name=name,
        choices=list(choices),
        project_id=project_id,
        created_at=now,
        created_by_id=by,
    )
    session().add(field)
    session().flush()
    note("field.made", by=by, now=now, project_id=project_id, subject=("own_field", field.id))
    return field


def change(field: OwnField, name: str, choices: Sequence[str], *, by: int, now: datetime) -> None:
    """Another name, other choices; what is filled in stays as it is."""
    changed = [
        what for what, value in (("name", name), ("choices", list(choices))) if getattr(field, what) != value
    ]
    field.name, field.choices = name, list(choices)
    if changed:
        note(
            "field.changed",
            by=by,
            now=now,
            project_id=field.project_id,
            subject=("own_field", field.id),
            fields=changed,
        )


def put_away(field: OwnField, is_away: bool, *, by: int, now: datetime) -> None:
    """Shown nowhere any more, with all its values kept; or taken up again."""
    field.archived_at = now if is_away else None
    kind = "field.archived" if is_away else "field.restored"
    note(kind, by=by, now=now, project_id=field.project_id, subject=("own_field", field.id))


def fill(
    about: About, entries: Iterable[Entry], *, by: int, now: datetime, batch_id: int | None = None
) -> dict[tuple[int, int], str]:
    """Write values (of at most a thousand sites or people); `{(field id, site or person): what stood there before}` of those that changed.

    What a file (`batch_id`) brings is told by its report, not by the diary.
    """
    wanted = {(one.field_id, one.key): one for one in entries}
    there = standing(about, wanted)
    before: dict[tuple[int, int], str] = {}
    fresh: list[dict[str, Any]] = []
    for place, one in wanted.items():
        row = there.get(place)
        if (row.value if row else "") == one.value:
            continue
        before[place] = row.value if row else ""
        if row is None:
            fresh.append(_values(about, one, by, now, batch_id))
        elif one.value:
            row.value, row.sort, row.updated_at, row.updated_by_id, row.batch_id = (
                one.value,
                one.sort,
                now,
                by,
                batch_id,
            )
        else:
            session().delete(row)
    session().flush()
    insert_new(FieldValue, fresh, unique=("field_id", VALUES[about].key))
    if batch_id is None:
        _tell(about, before, by=by, now=now)
    return before


def _values(about: About, one: Entry, by: int, now: datetime, batch_id: int | None) -> dict[str, Any]:
    return {
        "field_id": one.field_id, "site_id": None, "person_id": None, VALUES[about].key: one.key, "value": one.value,
        "sort": one.sort, "updated_at": now, "updated_by_id": by,
        "batch_id": batch_id,
    }  # fmt: skip


def put_back(
    about: About,
    was: Mapping[tuple[int, int], Stood],
    *,
    batch_id: int,
) -> None:
    """Give `{(field id, site or person): what stood there}` back where what stands there came with `batch_id` still."""
    for place, row in standing(about, was).items():
        if row.batch_id != batch_id:
            continue
        before = was[place]
        if before.updated_at is None:
            session().delete(row)
            continue
        field = session().get_one(OwnField, row.field_id)
        row.value, row.sort = clean_kept(field.kind, before.value)
        row.batch_id, row.updated_at, row.updated_by_id = (
            before.batch_id,
            before.updated_at,
            before.updated_by_id,
        )
    session().flush()


def standing(about: About, places: Iterable[tuple[int, int]]) -> dict[tuple[int, int], FieldValue]:
    """`{(field id, site or person): the row}` of those that have one."""
    asked = set(places)
    field_ids, keys = {place[0] for place in asked}, sorted({place[1] for place in asked})
    whose = VALUES[about]
    found: dict[tuple[int, int], FieldValue] = {}
    for start in range(0, len(keys), 500):
        query = sa.select(FieldValue).where(
            FieldValue.field_id.in_(list(field_ids)), whose.in_(keys[start : start + 500])
        )
        for row in session().scalars(query):
            found[row.field_id, getattr(row, whose.key)] = row
    return {place: row for place, row in found.items() if place in asked}


def _tell(about: About, before: Mapping[tuple[int, int], str], *, by: int, now: datetime) -> None:
    counts: dict[int, int] = {}
    for _, key in before:
        counts[key] = counts.get(key, 0) + 1
    lines = [{f"{about.value}_id": key, "data": {"count": count}} for key, count in sorted(counts.items())]
    note_many(f"{about.value}.fields", lines, by=by, now=now)
