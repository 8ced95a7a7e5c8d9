"""Taking a merge back, step by step from the last to the first. Never commits.

What nobody touched since is as it was before. What was changed since stays as it is, and is counted. Rows that were born
since stay where they are, unless their address belongs to the one that comes back.
"""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
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


def _leads_to(column: sa.Column[Any], kind: Kind) -> bool:
    return any(key.column.table.name == ROWS[kind] for key in column.foreign_keys)


def _folds(step: Step, table: sa.Table) -> bool:
    return bool(step[0] == "removed" and step[1] == table.name)


def _moves(steps: list[Step], key: str, row_id: int) -> bool:
    return any(step[:2] == ["moved", key] and row_id in step[4] for step in steps)


def _unique(table: sa.Table) -> list[list[str]]:
    keys = [one for one in table.constraints if isinstance(one, sa.UniqueConstraint)]
    return [[column.name for column in one.columns] for one in keys]


@dataclass(frozen=True)
class _Away:
    """A row that comes back while whom its `column` names is merged away: as it was kept, and as it is now. `into`: where `steps` had folded it."""

    column: sa.Column[Any]
    kept: dict[str, Any]
    row: dict[str, Any]
    steps: list[Step] = field(default_factory=list)
    into: int | None = None

    @property
    def key(self) -> str:
        return f"{self.column.table.name}.{self.column.name}"

    def slot(self, value: int) -> tuple[Any, ...]:
        """The place of which there is but one, were it this one's."""
        names = [name for names in _unique(self.column.table) if self.column.name in names for name in names]
        return self.key, value, *(self.row[name] for name in names if name != self.column.name)


class _Undo:
    """One merge being taken back, among the later ones that hold."""

    def __init__(self, merge: Merge, later: Sequence[Merge]) -> None:
        self.merge = merge
        self.later = [(one, copy.deepcopy(one.steps)) for one in later]
        self.left: Counter[str] = Counter()
        self.gone: set[tuple[str, int]] = set()
        self.back: dict[tuple[str, int], tuple[sa.Column[Any], int]] = {}
        self.apart: list[Step] = []
        self.away: list[_Away] = []
        self.slots: dict[tuple[Any, ...], int] = {}

    def undo(self, step: Step) -> None:
        """One step back."""
        back: dict[str, Callable[..., None]] = {
            "moved": self._moved, "changed": self._changed, "removed": self._removed, "added": self._added,
        }  # fmt: skip
        back[step[0]](*step[1:])

    def keep_later(self) -> None:
        """What later merges will put back was before them only because of this one."""
        self._part()
        # A shorter way first: where two met, the one that was there already is the one that stayed.
        for away in sorted(self.away, key=lambda one: len(self._way(one.column, one.kept[one.column.name]))):
            self._with_others(away)
        for merge, steps in self.later:
            if merge.steps != steps:
                merge.steps = steps

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
            self.back.update(((table.name, row_id), (column, came_from)) for row_id in moved)
            for row_id in set(part) - there:
                self.gone.add((table.name, row_id))
                self._remember(column, row_id, came_from, went_to)

    def _leave(self, name: str, rows: int) -> None:
        if rows:
            self.left[name] += rows

    def _remember(self, column: sa.Column[Any], row_id: int, came_from: int, went_to: int) -> None:
        """A later merge that folded this row into another knows from now on where it came from."""
        for _, steps in self.later:
            for step in steps:
                if _folds(step, column.table) and step[2]["id"] == row_id and step[2][column.name] == went_to:
                    step[2][column.name] = came_from
                    self.apart.append(step)

    def _part(self) -> None:
        """Later merges folded two rows into one of which only one goes back: each stands by itself again."""
        for one, steps in list(self.later):
            for step in list(steps):
                if step[0] != "removed" or step[3] is None:
                    continue
                column, came_from = self.back.get((step[1], step[3]), (None, None))
                goes = column is not None and step[2].get(column.name) == came_from
                if (column is not None and not goes) or (
                    column is None and any(step is each for each in self.apart)
                ):
                    self._comes_again(one, steps, step, columns.named(step[1]))

    def _comes_again(self, one: Merge, steps: list[Step], step: Step, table: sa.Table) -> None:
        """A row that a later merge folded into another is one that it moved, from now on; or folded into the one that is in its place now."""
        _, _, kept, into = step
        column = next(
            (each for each in table.c if _leads_to(each, one.kind) and kept[each.name] == one.former_id), None
        )
        if column is None or into is None:
            return
        row = {**thawed_row(table, kept), column.name: one.person_id or one.site_id}
        steps.remove(step)
        self.away.append(_Away(column, kept, row, steps, into))

    def _with_others(self, away: _Away) -> None:
        """A row of one that was merged away since comes back as a row of who that is now, and each merge on the way hears of it.

        Where another is in its place, one of the merges folded it into that: the one by which they met.
        """
        column, kept = away.column, away.kept
        way = self._way(column, kept[column.name])
        met = next((at for at, hop in enumerate(way) if away.slot(hop[2]) in self.slots), None)
        there = (
            self._in_place_of(column.table, away.row) if met is None else self.slots[away.slot(way[met][2])]
        )
        last = len(way) - 1 if met is None else met
        while met is None and there is not None and last > 0 and _moves(way[last][0], away.key, there):
            last -= 1
        if there is None:
            if self._is_in_the_way(column.table, away.row):
                return
            session().execute(sa.insert(column.table).values(away.row))
        for at, (steps, was, became) in enumerate(way[: last + 1]):
            is_folded = there is not None and at == last
            folded: Step = ["removed", column.table.name, {**kept, column.name: was}, there]
            # The first step is taken back last: by then whom it names is there again.
            steps.insert(0, folded if is_folded else ["moved", away.key, was, became, [kept["id"]]])
            self.slots[away.slot(was)] = kept["id"]
        if there is None and away.into is not None:
            self._unfold(away.steps, column.table, away.into)

    def _way(self, column: sa.Column[Any], key: int) -> list[tuple[list[Step], int, int]]:
        """(steps, who, into whom) of the merges that made somebody who they are now, in their order."""
        kind = next(kind for kind in ROWS if _leads_to(column, kind))
        found: list[tuple[list[Step], int, int]] = []
        while (merge := queries.merged_away(kind, key)) is not None and merge.id != self.merge.id:
            found.append((self._steps_of(merge), key, merge.survivor_id))
            key = merge.survivor_id
        return found

    def _steps_of(self, merge: Merge) -> list[Step]:
        for one, steps in self.later:
            if one.id == merge.id:
                return steps
        self.later.append((merge, copy.deepcopy(merge.steps)))
        return self.later[-1][1]

    def _in_place_of(self, table: sa.Table, row: dict[str, Any]) -> int | None:
        """The row that is what this one would be, by the columns of which there may be but one."""
        for names in _unique(table):
            where = [table.c[name] == row[name] for name in names if row.get(name) is not None]
            if len(where) == len(names):
                found = session().scalar(sa.select(table.c.id).where(*where, table.c.id != row["id"]))
                if found is not None:
                    return int(found)
        return None

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
        away = [
            column
            for column in table.c
            if column.foreign_keys and frozen(row[column.name]) != kept.get(column.name)
        ]
        if away and name in NUMBERED:
            self.away.append(_Away(away[0], kept, row))
            return
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
        return any(self._is_there(table, row, names) for names in [["id"], *_unique(table)])

    def _is_there(self, table: sa.Table, row: dict[str, Any], names: list[str]) -> bool:
        if any(row.get(name) is None for name in names):
            return False
        where = (table.c[name] == row[name] for name in names)
        return session().scalar(sa.select(sa.literal(1)).where(*where).limit(1)) is not None

    def _added(self, name: str, row_id: int) -> None:
        table = columns.named(name)
        session().execute(sa.delete(table).where(table.c.id == row_id))
