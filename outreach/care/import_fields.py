"""Own fields that a file brings: which column is which, what is filled in, and how it goes again. Never commits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from outreach.care.import_models import ImportFile
from outreach.kit.tables import Row
from outreach.kit.tables.columns import day_of, is_day_first
from outreach.prospects.labels import field_moves
from outreach.prospects.labels import queries as labels
from outreach.prospects.labels.field_moves import Entry, Stood
from outreach.prospects.labels.models import OwnField
from outreach.prospects.labels.rules import About, BadLabel, FieldKind, clean, key_of
from outreach.prospects.models import ImportRow

Told = dict[int, tuple[dict[str, Any], str]]


def of_project(project_id: int) -> list[OwnField]:
    """The fields that a file for this project can fill: its own, and those of the workspace."""
    return [
        field
        for field in labels.all_fields()
        if field.archived_at is None and field.project_id in (None, project_id)
    ]


def guess(project_id: int, header: Sequence[str], taken: Sequence[int], about: About) -> dict[str, int]:
    """`{field id: column}` of the columns that are called as a field is; those in `taken` are something else already.

    Of fields of one name, those of what the file is `about` count, one after the other as the columns stand.
    """
    places: dict[str, list[int]] = {}
    for at, name in enumerate(header):
        if at not in taken:
            places.setdefault(key_of(name), []).append(at)
    fields: dict[str, list[OwnField]] = {}
    for field in sorted(of_project(project_id), key=lambda one: one.about is not about):
        if key_of(field.name) in places:
            fields.setdefault(key_of(field.name), []).append(field)
    return {
        str(field.id): at
        for key, same in fields.items()
        for field, at in zip(same, places[key], strict=False)
    }


def fill_in(
    found: ImportFile,
    rows: Sequence[Row],
    places: Mapping[About, Mapping[int, int]],
    told: Told,
    *,
    by: int,
    now: datetime,
) -> None:
    """Fill in what the rows bring; a blank erases nothing. `places` are `{about: {number of the row: site or person}}`."""
    wanted = {int(key): int(at) for key, at in found.own_columns.items()}
    fields = [field for field in of_project(found.project_id) if field.id in wanted]
    for about, of_row in places.items():
        mine = [(field, wanted[field.id]) for field in fields if field.about is about]
        days = {
            at: is_day_first(row.cells[at] for row in rows if at < len(row.cells))
            for field, at in mine
            if field.kind is FieldKind.DAY
        }
        entries: dict[tuple[int, int], tuple[int, Entry]] = {}
        for row in rows if mine else ():
            if row.number in of_row:
                _read(row, of_row[row.number], mine, days, entries, told)
        before = field_moves.standing(about, entries)
        was = {
            place: Stood(one.value, one.batch_id, one.updated_at, one.updated_by_id)
            for place, one in before.items()
        }
        for place in field_moves.fill(
            about, [one for _, one in entries.values()], by=by, now=now, batch_id=found.batch_id
        ):
            _remember(about, place, entries[place][0], was.get(place, Stood()), told)


def _read(
    row: Row,
    key: int,
    mine: Sequence[tuple[OwnField, int]],
    days: Mapping[int, bool],
    entries: dict[tuple[int, int], tuple[int, Entry]],
    told: Told,
) -> None:
    for field, at in mine:
        try:
            typed = row.cells[at] if at < len(row.cells) else ""
            if at in days and field.kind is FieldKind.DAY and (day := day_of(typed, is_day_first=days[at])):
                typed = day.isoformat()
            value, sort = clean(field.kind, field.choices, typed)
        except BadLabel as error:
            made, reason = told.get(row.number, ({}, ""))
            told[row.number] = made, f"{reason} {field.name} was not kept: {error}".strip()
            continue
        if value:
            entries.setdefault((field.id, key), (row.number, Entry(field.id, key, value, sort)))


def _remember(about: About, place: tuple[int, int], number: int, was: Stood, told: Told) -> None:
    made, reason = told.get(number, ({}, ""))
    at = was.updated_at.isoformat() if was.updated_at else None
    line = [about.value, *place, was.value, was.batch_id, at, was.updated_by_id]
    told[number] = {**made, "fields": [*made.get("fields", []), line]}, reason


def put_back(rows: Sequence[ImportRow], batch_id: int) -> None:
    """What stood there before these rows came stands there again, where nobody filled in something else since."""
    for about in About:
        was: dict[tuple[int, int], Stood] = {}
        for row in rows:
            for kind, field_id, key, value, batch, at, by in row.made.get("fields", []):
                if kind == about.value:
                    moment = datetime.fromisoformat(at) if at else None
                    was.setdefault((field_id, key), Stood(value, batch, moment, by))
        field_moves.put_back(about, was, batch_id=batch_id)
