"""Making one of two, table by table. Never commits; what each table needs is in `care.merging.rules`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from outreach.care import columns
from outreach.care.merging import queries, rules
from outreach.care.merging.models import Merge, Pair
from outreach.care.merging.rules import ROWS, Kind, Manner, PairState, Side, Way
from outreach.care.merging.steps import Step, frozen, frozen_row
from outreach.db import session
from outreach.diary.moves import note
from outreach.prospects.models import SiteAlias

Values = Mapping[str, Any]


def lock(kind: Kind, stays_id: int, goes_id: int) -> dict[int, dict[str, Any]]:
    """`{id: row}` of the two, locked, after their letters and pitches: in the order in which a sender locks them.

    Who holds a pitch or letter may wait for a person's row (a new row that names it does); so it is locked last.
    """
    ids = (stays_id, goes_id)
    for name in ("messages", "pitches"):
        table = columns.named(name)
        for column in columns.keys_to(table, ROWS[kind]):
            session().execute(
                sa.select(table.c.id).where(column.in_(ids)).order_by(table.c.id).with_for_update()
            )
    table = columns.named(ROWS[kind])
    found = session().execute(
        sa.select(table).where(table.c.id.in_(ids)).order_by(table.c.id).with_for_update()
    )
    return {row["id"]: dict(row) for row in found.mappings()}


def absorb(
    kind: Kind, stays: Values, goes: Values, values: Values, choices: Mapping[str, Side], *, by: int, now: datetime
) -> Merge:  # fmt: skip
    """All that names `goes` names `stays` from now on, and `goes` is no more. `values` are set in the one that stays.

    `choices` of own fields are named `field-ID`.
    """
    work = Work(now, choices)
    work.absorb(
        kind, stays, goes, {**values, "version": stays["version"] + rules.VERSIONS, "updated_at": now}
    )
    merge = Merge(
        kind=kind, survivor_id=stays["id"], former_id=goes["id"], former_name=str(goes.get("name") or goes.get("key")),
        person_id=stays["id"] if kind is Kind.PERSON else None, site_id=stays["id"] if kind is Kind.SITE else None,
        steps=work.steps, at=now, by_id=by,
    )  # fmt: skip
    session().add(merge)
    session().flush()
    about = {f"{kind.value}_id": stays["id"]}
    note(f"{kind.value}.merged", by=by, now=now, subject=("merge", merge.id), **about)
    session().expire_all()
    return merge


def refused(kind: Kind, stays: Values, goes: Values, values: Values) -> dict[str, Any]:
    """What changes in the one that stays because the suppression list says no to either; {} where a flag says so already."""
    if stays["is_do_not_contact"] or values.get("is_do_not_contact"):
        return {}
    why = queries.said_no(kind, stays["id"], goes["id"])
    return {"is_do_not_contact": True, "do_not_contact_reason": why} if why else {}


class Work:
    """One merge at work: does each step and writes it down."""

    def __init__(self, now: datetime, choices: Mapping[str, Side]) -> None:
        self.now = now
        self.choices = choices
        self.steps: list[Step] = []

    def absorb(self, kind: Kind, stays: Values, goes: Values, values: Values) -> None:
        """All of it: `values` are set in the one that stays, and the other one goes."""
        table = columns.named(ROWS[kind])
        self.change(table, stays, values)
        self.repoint(table.name, goes["id"], stays["id"])
        if kind is Kind.SITE:
            self.add(SiteAlias.__table__, {"key": goes["key"], "site_id": stays["id"]})
        self.remove(table, goes, into=stays["id"])

    def repoint(self, name: str, goes: int, stays: int) -> None:
        """Let all that names one row of the table `name` name another one."""
        pairs_done = False
        for key, column, manner in queries.leading_to(name):
            if manner.way is Way.FOLD:
                self._fold(key, column, manner, goes, stays)
            elif manner.way is Way.PUT_AWAY:
                for row in _rows(column.table, column == goes):
                    self.remove(column.table, row)
            elif manner.way is Way.PAIRS:
                if not pairs_done:
                    self._pairs(name, goes, stays)
                pairs_done = True
            else:
                self._move(key, column, column == goes, goes, stays)

    def _move(
        self, key: str, column: sa.Column[Any], where: sa.ColumnElement[bool], goes: int, stays: int
    ) -> list[int]:
        ids = sorted(
            session().scalars(
                sa.update(column.table).where(where).values({column.name: stays}).returning(column.table.c.id)
            )
        )
        if ids:
            self.steps.append(["moved", key, goes, stays, ids])
        return ids

    def _fold(self, key: str, column: sa.Column[Any], manner: Manner, goes: int, stays: int) -> None:
        table = column.table
        there = {tuple(row[name] for name in manner.alike): row for row in _rows(table, column == stays)}
        for row in _rows(table, column == goes):
            same = there.get(tuple(row[name] for name in manner.alike))
            if same is None:
                self._move(key, column, table.c.id == row["id"], goes, stays)
                self.change(table, row, self._touched(table))
                continue
            folded = {**manner.fold(same, row), **self._chosen(manner, row)}
            self.change(table, same, {**folded, **self._touched(table)})
            self.repoint(table.name, row["id"], same["id"])
            self.remove(table, row, into=same["id"])

    def _chosen(self, manner: Manner, goes: Values) -> dict[str, Any]:
        """Somebody wants the value of the one that goes."""
        if not manner.choice or self.choices.get(f"field-{goes['field_id']}") is not Side.GOES:
            return {}
        return {name: goes[name] for name in manner.choice}

    def _touched(self, table: sa.Table) -> dict[str, Any]:
        """Somebody worked on it: who takes an import back leaves it alone."""
        return {"updated_at": self.now} if "updated_at" in table.c else {}

    def change(self, table: sa.Table, row: Values, values: Values) -> None:
        """Set some columns of a row."""
        changed = {name: value for name, value in values.items() if row[name] != value}
        if changed:
            session().execute(sa.update(table).where(table.c.id == row["id"]).values(changed))
            kept = {name: [frozen(row[name]), frozen(value)] for name, value in changed.items()}
            self.steps.append(["changed", table.name, row["id"], kept])

    def remove(self, table: sa.Table, row: Values, into: int | None = None) -> None:
        """Delete a row; it is kept whole."""
        session().execute(sa.delete(table).where(table.c.id == row["id"]))
        self.steps.append(["removed", table.name, frozen_row(row), into])

    def add(self, table: Any, values: Values) -> None:
        """A new row."""
        key = session().scalar(sa.insert(table).values(values).returning(table.c.id))
        self.steps.append(["added", table.name, key])

    def _pairs(self, name: str, goes: int, stays: int) -> None:
        """Whoever was called different from the one that goes is different from the one that stays."""
        table: Any = Pair.__table__
        first, second = (
            f"{side}_{'person' if name == 'people' else 'site'}_id" for side in ("first", "second")
        )
        for row in _rows(table, sa.or_(table.c[first] == goes, table.c[second] == goes)):
            other = row[second] if row[first] == goes else row[first]
            self.remove(table, row)
            if other == stays or row["state"] is not PairState.DIFFERENT:
                continue
            ends = {first: min(other, stays), second: max(other, stays)}
            known = next(
                iter(_rows(table, sa.and_(*(table.c[name] == key for name, key in ends.items())))), None
            )
            said = {name: row[name] for name in ("state", "decided_at", "decided_by_id")}
            if known is None:
                self.add(
                    table, {**{name: row[name] for name in ("kind", "reasons", "found_at")}, **said, **ends}
                )
            elif known["state"] is not PairState.DIFFERENT:
                self.change(table, known, said)


def _rows(table: Any, where: sa.ColumnElement[bool]) -> list[dict[str, Any]]:
    found = session().execute(sa.select(table).where(where).order_by(table.c.id))
    return [dict(row) for row in found.mappings()]
