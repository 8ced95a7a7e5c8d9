"""Taking a merge back, step by step from the last to the first. Never commits.

What nobody touched since is as it was before. What was changed since stays as it is, and is counted. Rows that were born
since stay where they are, unless their address belongs to the one that comes back.
"""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from outreach.care import columns
from outreach.care.merging import belonging, queries
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
    work = _Undo(merge, queries.later(merge))
    for step in reversed(merge.steps):
        work.undo(step)
    work.keep_later()
    session().flush()
    belonging.give_back(merge)
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


class _Undo:
    """One merge being taken back, among the later ones that hold."""

    def __init__(self, merge: Merge, later: Sequence[Merge]) -> None:
        self.merge = merge
        self.later = [(one, copy.deepcopy(one.steps)) for one in later]
        self.left: Counter[str] = Counter()
        self.gone: set[tuple[str, int]] = set()

    def undo(self, step: Step) -> None:
        """One step back."""
        back: dict[str, Callable[..., None]] = {
            "moved": self._moved, "changed": self._changed, "removed": self._removed, "added": self._added,
        }  # fmt: skip
        back[step[0]](*step[1:])

    def keep_later(self) -> None:
        """What later merges will put back was before them only because of this one."""
        for one, steps in self.later:
            if one.steps != steps:
                one.steps = steps

    def told(self) -> list[list[Any]]:
        """[table, rows] that stay as they are; [table, rows, "gone"] that were removed since and cannot come back."""
        folded = {(step[1], step[3]) for _, steps in self.later for step in steps if step[0] == "removed"}
        kept = {(step[1], step[2]["id"]) for _, steps in self.later for step in steps if step[0] == "removed"}
        gone = Counter(name for name, _ in self.gone - folded - kept)
        return [[*one] for one in sorted(self.left.items())] + [
            [*one, "gone"] for one in sorted(gone.items())
        ]

    def _moved(self, key: str, came_from: int, went_to: int, ids: list[int]) -> None:
        column = queries.named(key)
        table = column.table
        for part in parts(ids):
            back = set(
                session().scalars(
                    sa.update(table)
                    .where(table.c.id.in_(part), column == went_to)
                    .values({column.name: came_from})
                    .returning(table.c.id)
                )
            )
            there = set(session().scalars(sa.select(table.c.id).where(table.c.id.in_(part))))
            self._leave(table.name, len(there - back))
            self.gone.update((table.name, row_id) for row_id in set(part) - there)
            for row_id in back:
                self._part(key, row_id, went_to)

    def _leave(self, name: str, rows: int) -> None:
        if rows:
            self.left[name] += rows

    def _part(self, key: str, row_id: int, stays: int) -> None:
        """A later merge folded a row into this one, which goes back now: that row comes again, as the survivor's."""
        column = queries.named(key)
        table = column.table
        for _, steps in self.later:
            for at, step in enumerate(steps):
                if step[0] == "removed" and step[1] == table.name and step[3] == row_id:
                    kept = step[2]
                    session().execute(
                        sa.insert(table).values({**thawed_row(table, kept), column.name: stays})
                    )
                    steps[at] = ["moved", key, kept[column.name], stays, [kept["id"]]]
                    self._unfold(steps, table, row_id)
                    return

    def _unfold(self, steps: list[Step], table: sa.Table, row_id: int) -> None:
        """What that row had taken over from the other one, it gives back."""
        for step in [one for one in steps if one[:3] == ["changed", table.name, row_id]]:
            self._changed(*step[1:])
            steps.remove(step)

    def _changed(self, name: str, row_id: int, values: dict[str, list[Any]]) -> None:
        table = columns.named(name)
        row = session().execute(sa.select(table).where(table.c.id == row_id)).mappings().first()
        if row is None:
            self.gone.add((name, row_id))
            return
        back, is_left = {}, False
        for column, (before, after) in values.items():
            if column not in table.c or self._hand_on(name, row_id, column, before, after):
                continue
            if frozen(row[column]) == after:
                back[column] = thawed(table.c[column], before)
            else:
                is_left |= column not in SILENT
        if back:
            session().execute(sa.update(table).where(table.c.id == row_id).values(back))
        self._leave(name, int(is_left))

    def _hand_on(self, name: str, row_id: int, column: str, before: Any, after: Any) -> bool:
        """Does a later merge remember this value as the one before it? Then it remembers the older one from now on."""
        for _, steps in self.later:
            for step in steps:
                if step[:3] == ["changed", name, row_id] and column in step[3]:
                    if step[3][column][0] != after:
                        return False
                    step[3][column][0] = before
                    return True
        return False

    def _removed(self, name: str, kept: dict[str, Any], into: int | None) -> None:
        table = columns.named(name)
        row = thawed_row(table, kept)
        for column in table.c:
            for key in column.foreign_keys:
                row[column.name] = self._target(key.column, row.get(column.name))
        if any(row.get(column.name) is None and not column.nullable for column in table.c):
            self._leave(name, 1)
            return
        if self._is_there(table, row, ["id"]) and name not in NUMBERED:
            del row["id"]
        if self._is_in_the_way(table, row):
            self._leave(name, 1)
            return
        session().execute(sa.insert(table).values(row))

    def _target(self, column: sa.Column[Any], key: Any) -> Any:
        """What the row pointed at; where that was merged away itself, what it is now; None when it is no more."""
        if key is None or session().scalar(sa.select(sa.literal(1)).where(column == key)) is not None:
            return key
        kind = {"people": Kind.PERSON, "sites": Kind.SITE}.get(column.table.name)
        moved = queries.merged_away(kind, key) if kind else None
        return (moved.person_id or moved.site_id) if moved and moved.id != self.merge.id else None

    def _is_in_the_way(self, table: sa.Table, row: dict[str, Any]) -> bool:
        """Has another row taken the number, or what may be there only once?"""
        keys = [["id"]] + [
            [column.name for column in one.columns]
            for one in table.constraints
            if isinstance(one, sa.UniqueConstraint)
        ]
        return any(self._is_there(table, row, names) for names in keys)

    def _is_there(self, table: sa.Table, row: dict[str, Any], names: list[str]) -> bool:
        if any(row.get(name) is None for name in names):
            return False
        where = (table.c[name] == row[name] for name in names)
        return session().scalar(sa.select(sa.literal(1)).where(*where).limit(1)) is not None

    def _added(self, name: str, row_id: int) -> None:
        table = columns.named(name)
        session().execute(sa.delete(table).where(table.c.id == row_id))
