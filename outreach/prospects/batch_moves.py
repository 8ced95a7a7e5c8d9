"""What came in together: taking lines in, and taking a whole batch out again. Never commits."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from outreach.consent.queries import suppressed_domains, without_erased
from outreach.db import Base, is_in, session
from outreach.diary.moves import note, note_many
from outreach.inserting import insert_plainly
from outreach.prospects.models import ImportBatch, ImportRow, Prospect, Site, SitePerson
from outreach.prospects.moves import hold_known, know_sites
from outreach.prospects.queries import merged_keys
from outreach.prospects.rules import CAME_IN, Line, Outcome, ProspectState, shortened

Told = tuple[Outcome, str, int | None]
"""What became of a line: outcome, reason in words, id of its site."""

More = Mapping[int, tuple[dict[str, Any], str]]
"""What else a line of this number made, and what has to be said of it."""

LEDGER = {"prospects", "import_rows", "site_looks"}
"""Tables of our own that name a site without having touched it; what was looked at goes with its site."""


def take_in(
    batch: ImportBatch,
    lines: Sequence[Line],
    own: Mapping[str, str],
    seen: set[str],
    *,
    by: int,
    now: datetime,
) -> dict[int, Told]:
    """Take in some lines (at most a thousand) of a batch; what became of each. `own` is `rules.own_keys`; `seen` the keys of lines before."""
    became = hold(batch, lines, let_in(lines, own, seen, by=by, now=now), by=by, now=now)
    write_down(batch, lines, became)
    return became


@dataclass(frozen=True)
class Arrival:
    """Lines at the door: `told` are those that cannot come in, `ids` the sites of the others, `new` the keys that the workspace did not know."""

    told: Mapping[int, Told | None]
    ids: dict[str, int]
    new: set[str]
    blocked: Mapping[str, object]


def let_in(
    lines: Sequence[Line], own: Mapping[str, str], seen: set[str], *, by: int, now: datetime
) -> Arrival:
    """The first half of `take_in`: their sites are known, and held by no project yet."""
    told = {line.number: _refuse(line, own, seen) for line in lines}
    wanted = {line.key: line.url for line in lines if told[line.number] is None}
    blocked = suppressed_domains(wanted)
    free = {key: url for key, url in wanted.items() if key not in blocked}
    ids, new = know_sites(free, by=by, now=now)
    return Arrival(told, ids, new, blocked)


def hold(
    batch: ImportBatch, lines: Sequence[Line], arrival: Arrival, *, by: int, now: datetime
) -> dict[int, Told]:
    """The second half: the project holds the sites; what became of each line. Whoever stands at them by now is placed with them, and not after them."""
    joined = hold_known(batch.project_id, arrival.ids, arrival.new, by=by, now=now)
    return {
        line.number: arrival.told[line.number]
        or _tell(line.key, arrival.ids, arrival.new, joined, arrival.blocked)
        for line in lines
    }


def foresee(
    project_id: int, lines: Sequence[Line], own: Mapping[str, str], seen: set[str]
) -> dict[int, tuple[Outcome, str]]:
    """What `take_in` would make of these lines (at most a thousand): `{number: (outcome, reason)}`. Changes nothing but `seen`."""
    told = {line.number: _refuse(line, own, seen) for line in lines}
    wanted = {line.key for line in lines if told[line.number] is None}
    blocked = suppressed_domains(wanted)
    held = sa.select(Site.key).join(Prospect, Prospect.site_id == Site.id)
    joined = set(session().scalars(held.where(is_in(Site.key, wanted), Prospect.project_id == project_id)))
    known = set(session().scalars(sa.select(Site.key).where(is_in(Site.key, wanted))))
    merged = merged_keys(wanted)
    over = sa.select(Prospect.site_id).where(
        Prospect.site_id.in_(merged.values()), Prospect.project_id == project_id
    )
    there = set(session().scalars(over)) if merged else set()
    known |= set(merged)
    joined |= {key for key, site_id in merged.items() if site_id in there}
    found: dict[int, tuple[Outcome, str]] = {}
    for line in lines:
        said = told[line.number] or _tell(
            line.key, dict.fromkeys(known, 0), wanted - known, wanted - joined, blocked
        )
        found[line.number] = said[0], said[1]
    return found


def _refuse(line: Line, own: Mapping[str, str], seen: set[str]) -> Told | None:
    """Why a line cannot come in at sight; None when it may."""
    if line.problem:
        return Outcome.REFUSED, line.problem, None
    if line.key in own:
        return Outcome.OWN, f"It is a host of {own[line.key] or 'another project'}.", None
    if line.key in seen:
        return Outcome.REPEATED, f"{line.key} stands further up.", None
    seen.add(line.key)
    return None


def _tell(
    key: str, ids: Mapping[str, int], new: set[str], joined: set[str], blocked: Mapping[str, object]
) -> Told:
    if key in blocked:
        return Outcome.SUPPRESSED, "Its domain gets no mail.", None
    if key not in joined:
        return Outcome.KNOWN, "", ids.get(key)
    return (Outcome.NEW if key in new else Outcome.JOINED), "", ids.get(key)


def write_down(
    batch: ImportBatch, lines: Sequence[Line], told: Mapping[int, Told], more: More | None = None
) -> None:
    """The report of each line; an address that was erased is not kept in it again."""
    typed = without_erased([line.typed for line in lines])
    reasons = without_erased([told[line.number][1] for line in lines])
    made = more or {}
    rows = [
        {
            "batch_id": batch.id, "number": line.number, "typed": text[:300],
            "outcome": told[line.number][0], "reason": shortened(f"{reason[:300]} {made[line.number][1]}".strip()) if line.number in made else reason[:300],
            "site_id": told[line.number][2], "made": made[line.number][0] if line.number in made else {},
        }
        for line, text, reason in zip(lines, typed, reasons, strict=True)
    ]  # fmt: skip
    if rows:
        insert_plainly(ImportRow, rows)
    counts = dict(batch.counts)
    for outcome, _, _ in told.values():
        counts[outcome.value] = counts.get(outcome.value, 0) + 1
    batch.counts = counts


def take_out(batch: ImportBatch, *, by: int, now: datetime) -> tuple[int, int]:
    """Undo a batch: (removed, kept). What somebody touched since stays, and so do sites that others hold."""
    rows = (
        session()
        .execute(
            sa.select(ImportRow.site_id, ImportRow.outcome).where(
                ImportRow.batch_id == batch.id, ImportRow.outcome.in_(CAME_IN), ImportRow.site_id.is_not(None)
            )
        )
        .all()
    )
    removed = 0
    for start in range(0, len(rows), 500):
        part = rows[start : start + 500]
        new = {row.site_id for row in part if row.outcome is Outcome.NEW}
        removed += _take_out(batch, {row.site_id for row in part}, new, by=by, now=now)
    batch.undone_at = now
    note(
        "batch.undone",
        by=by,
        now=now,
        project_id=batch.project_id,
        subject=("batch", batch.id),
        removed=removed,
    )
    return removed, len(rows) - removed


def _take_out(batch: ImportBatch, site_ids: set[int], new: set[int], *, by: int, now: datetime) -> int:
    return len(let_go(batch.project_id, site_ids, new, ProspectState.NEW, by=by, now=now))


def let_go(
    project_id: int, site_ids: set[int], new: set[int], state: ProspectState, *, by: int, now: datetime, owner_id: int | None = None
) -> set[int]:  # fmt: skip
    """Take sites out of a project again where nobody touched them since they came in as `state`, held by `owner_id`; their ids.

    `new` are those that the workspace did not know before: they are forgotten altogether, unless somebody else holds them.
    """
    keep = _touched(site_ids, project_id) | _touched(new, None) | _edited(new)
    gone = set(
        session().scalars(
            sa.delete(Prospect)
            .where(
                Prospect.project_id == project_id, Prospect.site_id.in_(site_ids - keep),
                Prospect.state == state, Prospect.owner_id.is_not_distinct_from(owner_id), Prospect.updated_at == Prospect.created_at,
            )
            .returning(Prospect.site_id)
            .execution_options(synchronize_session=False)
        )
    )  # fmt: skip
    lines = [{"project_id": project_id, "site_id": site_id} for site_id in sorted(gone)]
    note_many("prospect.removed", lines, by=by, now=now)
    _forget(new & gone)
    return gone


def worked_on(
    project_id: int, site_ids: set[int], new: set[int], state: ProspectState, *, owner_id: int | None = None
) -> set[int]:
    """Those of the sites that `let_go` would leave for more than for who stands at them."""
    changed = sa.select(Prospect.site_id).where(
        Prospect.project_id == project_id,
        Prospect.site_id.in_(site_ids),
        sa.or_(
            Prospect.state != state,
            Prospect.owner_id.is_distinct_from(owner_id),
            Prospect.updated_at != Prospect.created_at,
        ),
    )
    named = _touched(site_ids, project_id) | _touched(new, None, but={SitePerson.__tablename__})
    return named | _edited(new) | set(session().scalars(changed))


def forget_sites(site_ids: set[int]) -> None:
    """Those of the sites that nobody changed, and that no row of any room names, are known no more."""
    _forget(site_ids - _touched(site_ids, None))


def _forget(site_ids: set[int]) -> None:
    held = sa.exists().where(Prospect.site_id == Site.id)
    session().execute(
        sa.delete(Site)
        .where(Site.id.in_(site_ids), Site.version == 1, ~held)
        .execution_options(synchronize_session=False)
    )


def _edited(site_ids: set[int]) -> set[int]:
    """Those of the sites whose own fields somebody wrote."""
    query = sa.select(Site.id).where(Site.id.in_(site_ids), Site.version != 1)
    return set(session().scalars(query)) if site_ids else set()


def _touched(site_ids: set[int], project_id: int | None, but: Collection[str] = ()) -> set[int]:
    """Those of the sites that another row names: any row of this project, or (project None) any row at all of any table `but` these.

    The tables are found by the metadata, so that a room above is asked without being known; what the product itself
    found out (`found_by_itself` in a table's info) goes with the site.
    """
    found: set[int] = set()
    for table in Base.metadata.tables.values() if site_ids else ():
        if table.name in LEDGER or table.name in but or table.info.get("found_by_itself"):
            continue
        for column in (key.parent for key in table.foreign_keys if key.column is Site.__table__.c.id):
            if project_id is not None and "project_id" not in table.c:
                continue
            query = sa.select(column).where(column.in_(site_ids)).distinct()
            if project_id is not None:
                query = query.where(table.c.project_id == project_id)
            found.update(session().scalars(query))
    return found
