"""Doing a merge again, after an earlier one was taken back from under it. Never commits.

Its choices are read from its own steps; what somebody changed since stays as they made it, and what somebody removed
since stays removed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from outreach.care import columns
from outreach.care.merging import moves, queries, rules
from outreach.care.merging.models import Merge
from outreach.care.merging.rules import ROWS, Side
from outreach.care.merging.steps import Step, frozen
from outreach.db import session

Key = tuple[str, int]
Pins = dict[Key, dict[str, list[Any]]]
"""{(table, id): {column: [what it is now, what the merge had made of it]}}"""


def leaning_on(merge: Merge, later: Iterable[Merge]) -> list[Merge]:
    """Those of the later merges, oldest first, that touched a row which this one touched, or which one of them did."""
    touched, found = set(_touched(merge)), []
    for one in later:
        rows = set(_touched(one))
        if rows & touched:
            touched |= rows
            found.append(one)
    return found


def _touched(merge: Merge) -> Iterator[Key]:
    """(table, id) of the rows that a merge changed, and of the people and sites that rows which come back would name."""
    yield ROWS[merge.kind], merge.survivor_id
    yield ROWS[merge.kind], merge.former_id
    for step in merge.steps:
        name = step[1].partition(".")[0]
        if step[0] == "moved":
            yield from ((name, row_id) for row_id in step[4])
        elif step[0] == "removed":
            yield name, step[2]["id"]
            yield from _named(name, step[2])
            if step[3] is not None:
                yield name, step[3]
        else:
            yield name, step[2]


def _named(name: str, row: dict[str, Any]) -> Iterator[Key]:
    table = columns.named(name)
    for column in table.c:
        for key in column.foreign_keys:
            if key.column.table.name in ROWS.values() and row.get(column.name) is not None:
                yield key.column.table.name, row[column.name]


@dataclass
class Held:
    """A later merge that holds, while it is taken back for a moment.

    `counted` is the version and the moment of change that the one who stays has: no form drawn in between ever fits again.
    """

    merge: Merge
    counted: dict[str, Any]
    there: set[Key]
    rest: list[Step] = field(default_factory=list)
    pins: Pins = field(default_factory=dict)
    choices: dict[str, Side] = field(default_factory=dict)

    @classmethod
    def of(cls, merge: Merge) -> Held:
        """As it stands now."""
        row = _row(ROWS[merge.kind], merge.survivor_id)
        into = {(step[1], step[3]) for step in merge.steps if step[0] == "removed" and step[3] is not None}
        counted = {name: row[name] for name in ("version", "updated_at")}
        return cls(merge, counted, {key for key in into if _row(*key)})

    def is_back(self, rest: list[Step], pins: Pins) -> None:
        """Its steps are taken back, but for `rest`. What was chosen is seen by what became of it: both are there again for a moment."""
        self.rest, self.pins = rest, pins
        name = ROWS[self.merge.kind]
        stays, goes = _row(name, self.merge.survivor_id), _row(name, self.merge.former_id)
        changed = {(step[1], step[2]): step[3] for step in self.merge.steps if step[0] == "changed"}
        after = {column: pair[1] for column, pair in changed.get((name, self.merge.survivor_id), {}).items()}
        for one in rules.differing(self.merge.kind, stays, goes):
            if one.name not in after:
                self.choices[one.name] = Side.STAYS
            elif after[one.name] == frozen(goes[one.name]):
                self.choices[one.name] = Side.GOES
            elif one.is_text:
                self.choices[one.name] = Side.BOTH
        for step in self.merge.steps:
            if step[:2] == ["removed", "field_values"] and step[3] is not None:
                is_theirs = (
                    changed.get(("field_values", step[3]), {}).get("value", [None, None])[1]
                    == step[2]["value"]
                )
                self.choices[f"field-{step[2]['field_id']}"] = Side.GOES if is_theirs else Side.STAYS

    def do_again(self) -> None:
        """The same merge over what is there now."""
        name, merge = ROWS[self.merge.kind], self.merge
        stays, goes = _row(name, merge.survivor_id), _row(name, merge.former_id)
        values = rules.chosen(merge.kind, stays, goes, self.choices)
        values |= moves.refused(merge.kind, stays, goes, values) | self._no()
        work = moves.Work(merge.at, self.choices)
        work.absorb(merge.kind, stays, goes, {**values, **self.counted})
        self._keep_removed(work)
        self._keep_changed(work)
        merge.steps = [*self.rest, *work.steps]

    def _no(self) -> dict[str, Any]:
        """A no that this merge found on the suppression list stays."""
        name = ROWS[self.merge.kind]
        for step in self.merge.steps:
            if step[:3] == ["changed", name, self.merge.survivor_id] and "is_do_not_contact" in step[3]:
                said = {
                    key: step[3][key][1]
                    for key in ("is_do_not_contact", "do_not_contact_reason")
                    if key in step[3]
                }
                return said if said["is_do_not_contact"] else {}
        return {}

    def _keep_removed(self, work: moves.Work) -> None:
        """Somebody removed the row that this one was folded into: it does not come again in its place."""
        for step in self.merge.steps:
            if step[0] != "removed" or step[3] is None or (step[1], step[3]) in self.there:
                continue
            row = _row(step[1], step[2]["id"])
            if row and not any(queries.leading_to(step[1])):
                work.remove(columns.named(step[1]), row)

    def _keep_changed(self, work: moves.Work) -> None:
        """What somebody made of it since, it is again, and the next undo knows that they did."""
        made = {(ROWS[self.merge.kind], self.merge.survivor_id): self._counts()}
        for key, pins in self.pins.items():
            made.setdefault(key, {}).update(pins)
        for (name, row_id), pins in [one for one in made.items() if one[1]]:
            table = columns.named(name)
            now = {column: pair[0] for column, pair in pins.items()}
            session().execute(sa.update(table).where(table.c.id == row_id).values(now))
            for step in work.steps:
                if step[:3] == ["changed", name, row_id]:
                    step[3].update(
                        {
                            column: [step[3][column][0], pair[1]]
                            for column, pair in pins.items()
                            if column in step[3]
                        }
                    )

    def _counts(self) -> dict[str, list[Any]]:
        """The version and moment that the one who stays has, as pins."""
        name = ROWS[self.merge.kind]
        for step in self.merge.steps:
            if step[:3] == ["changed", name, self.merge.survivor_id]:
                return {
                    column: [value, step[3][column][1]]
                    for column, value in self.counted.items()
                    if column in step[3]
                }
        return {}


def _row(name: str, row_id: int) -> dict[str, Any]:
    """A row as it is; {} when it is no more."""
    table = columns.named(name)
    found = session().execute(sa.select(table).where(table.c.id == row_id)).mappings().first()
    return dict(found) if found else {}
