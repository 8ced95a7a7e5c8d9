"""Taking a merge back, step by step from the last to the first. Never commits.

What nobody touched since is as it was before. What was changed since stays as it is, and is counted. Rows that were born
since stay where they are, unless their address belongs to the one that comes back. Later merges that touched the same rows
are taken back first and done again after it (`care.merging.held`), so that each order of undoing ends in the same rows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from outreach.care import columns
from outreach.care.merging import belonging, past_merges, queries
from outreach.care.merging.held import Held, Pins, leaning_on
from outreach.care.merging.models import Merge
from outreach.care.merging.rules import ROWS, TABLES, Kind, Way
from outreach.care.merging.steps import Step, frozen, thawed, thawed_row
from outreach.care.queries import parts
from outreach.db import session
from outreach.diary.moves import note

NUMBERED = {
    *ROWS.values(),
    *(key.partition(".")[0] for key, manner in TABLES.items() if manner.way is Way.FOLD),
}
"""Tables whose rows come back under their own number, for others may name them by it."""

SILENT = {"version", "updated_at"}
"""What every change counts on: that it moved on says nothing by itself."""


def take_back(merge: Merge, *, by: int, now: datetime) -> dict[str, int]:
    """Two again of one; `{table: rows}` that were changed since, and stay as they are."""
    later: list[Held] = []
    for one in reversed(leaning_on(merge, past_merges.later(merge))):
        later.append(Held.of(one))
        later[-1].is_back(*StepsBack(one.steps).all())
    work = StepsBack(merge.steps)
    work.all()
    session().flush()
    belonging.give_back(merge)
    for held in reversed(later):
        held.do_again()
    about = {f"{merge.kind.value}_id": merge.survivor_id}
    note(f"{merge.kind.value}.unmerged", by=by, now=now, subject=("merge", merge.id), **about)
    merge.steps, merge.former_name, merge.left = [], "", work.told()
    merge.undone_at, merge.undone_by_id = now, by
    merge.person_id, merge.site_id = (
        (merge.survivor_id, None) if merge.kind is Kind.PERSON else (None, merge.survivor_id)
    )
    session().flush()
    session().expire_all()
    return dict(work.left)


def _unique(table: sa.Table) -> list[list[str]]:
    keys = [one for one in table.constraints if isinstance(one, sa.UniqueConstraint)]
    return [[column.name for column in one.columns] for one in keys]


class StepsBack:
    """The steps of one merge being taken back, and what of them is not as the merge had left it.

    `rest` are the steps, or what is left of them, that had nothing to take back any more; `pins` are values that somebody
    changed since: {(table, id): {column: [what it is now, what the merge had made of it]}}.
    """

    def __init__(self, steps: list[Step]) -> None:
        self.steps = steps
        self.left: Counter[str] = Counter()
        self.gone: set[tuple[str, int]] = set()
        self.rest: list[Step] = []
        self.pins: Pins = {}

    def all(self) -> tuple[list[Step], Pins]:
        """All of them, the last one first."""
        back: dict[str, Callable[..., None]] = {
            "moved": self._moved, "changed": self._changed, "removed": self._removed, "added": self._added,
        }  # fmt: skip
        for step in reversed(self.steps):
            back[step[0]](*step[1:])
        self.rest.reverse()
        return self.rest, self.pins

    def told(self) -> list[list[Any]]:
        """[table, rows] that stay as they are; [table, rows, "gone"] that were removed since and cannot come back."""
        gone = Counter(name for name, _ in self.gone)
        return [[*one] for one in sorted(self.left.items())] + [
            [*one, "gone"] for one in sorted(gone.items())
        ]

    def _moved(self, key: str, came_from: int, went_to: int, ids: list[int]) -> None:
        column = queries.named(key)
        table = column.table
        stays: list[int] = []
        for part in parts(ids):
            moved = set(
                session().scalars(
                    sa.update(table)
                    .where(table.c.id.in_(part), column == went_to)
                    .values({column.name: came_from})
                    .returning(table.c.id)
                )
            )
            there = set(session().scalars(sa.select(table.c.id).where(table.c.id.in_(part))))
            self._leave(table.name, len(there - moved))
            self.gone |= {(table.name, row_id) for row_id in set(part) - there}
            stays += sorted(set(part) - moved)
        if stays:
            self.rest.append(["moved", key, came_from, went_to, stays])

    def _leave(self, name: str, rows: int) -> None:
        if rows:
            self.left[name] += rows

    def _changed(self, name: str, row_id: int, values: dict[str, list[Any]]) -> None:
        table = columns.named(name)
        row = session().execute(sa.select(table).where(table.c.id == row_id)).mappings().first()
        if row is None:
            self.gone.add((name, row_id))
            self.rest.append(["changed", name, row_id, values])
            return
        back, pins = {}, {}
        for column, (before, after) in values.items():
            if column not in table.c:
                continue
            if frozen(row[column]) == after:
                back[column] = thawed(table.c[column], before)
            else:
                pins[column] = [row[column], after]
        if back:
            session().execute(sa.update(table).where(table.c.id == row_id).values(back))
        if pins:
            self.pins[name, row_id] = pins
        self._leave(name, int(bool(pins.keys() - SILENT)))

    def _removed(self, name: str, kept: dict[str, Any], into: int | None) -> None:
        table = columns.named(name)
        row = thawed_row(table, kept)
        for column in table.c:
            for key in column.foreign_keys:
                row[column.name] = self._target(key.column, row.get(column.name))
        is_lost = any(row.get(column.name) is None and not column.nullable for column in table.c)
        if not is_lost and self._is_there(table, row, ["id"]) and name not in NUMBERED:
            del row["id"]
        if is_lost or self._is_in_the_way(table, row):
            self._leave(name, 1)
            self.rest.append(["removed", name, kept, into])
            return
        session().execute(sa.insert(table).values(row))

    def _target(self, column: sa.Column[Any], key: Any) -> Any:
        """What the row pointed at; None when it is no more."""
        is_there = key is not None and session().scalar(sa.select(sa.literal(1)).where(column == key))
        return key if is_there else None

    def _is_in_the_way(self, table: sa.Table, row: dict[str, Any]) -> bool:
        """Has another row taken the number, or what may be there only once?"""
        return any(self._is_there(table, row, names) for names in [["id"], *_unique(table)])

    def _is_there(self, table: sa.Table, row: dict[str, Any], names: list[str]) -> bool:
        if any(row.get(name) is None for name in names):
            return False
        where = (table.c[name] == row[name] for name in names)
        return session().scalar(sa.select(sa.literal(1)).where(*where).limit(1)) is not None

    def _added(self, name: str, row_id: int) -> None:
        table = columns.named(name)
        session().execute(sa.delete(table).where(table.c.id == row_id))
