"""Numbers of other tools: taking them in with a file, and putting back what stood before. Never commits.

What a batch changed is remembered as `{metric: [value, day, batch] or None}`: what stood there before it, None for nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa

from outreach.db import session
from outreach.inserting import insert_plainly
from outreach.prospects.metric_rules import Metric
from outreach.prospects.models import ImportBatch, ImportRow, SiteMetric

Before = dict[str, list[Any] | None]
Numbers = Mapping[Metric, float]


def bring(given: Sequence[tuple[int, int, Numbers]], *, batch_id: int, on: date) -> dict[int, Before]:
    """Take in (line, site id, numbers) of some lines (at most a thousand); `{line: what it changed}`.

    The first line of a batch that names a number of a site counts. A handful of statements.
    """
    standing = _standing({site_id for _, site_id, _ in given})
    found: dict[int, Before] = {}
    new: list[dict[str, Any]] = []
    for line, site_id, numbers in given:
        for name, value in numbers.items():
            row = standing.get((site_id, name))
            if isinstance(row, SiteMetric) and row.batch_id != batch_id:
                found.setdefault(line, {})[name.value] = [row.value, row.as_of.isoformat(), row.batch_id]
                row.value, row.as_of, row.batch_id = value, on, batch_id
            elif row is None:
                found.setdefault(line, {})[name.value] = None
                standing[site_id, name] = True
                new.append(
                    {"site_id": site_id, "name": name, "value": value, "as_of": on, "batch_id": batch_id}
                )
    if new:
        insert_plainly(SiteMetric, new)
    session().flush()
    return found


def _standing(site_ids: set[int]) -> dict[tuple[int, Metric], SiteMetric | bool]:
    rows = session().scalars(sa.select(SiteMetric).where(SiteMetric.site_id.in_(site_ids)))
    return {(row.site_id, row.name): row for row in rows}


def put_back(given: Mapping[int, Before], *, batch_id: int) -> None:
    """Undo `{site id: what a batch changed}` where the batch's own number still stands; a later one stays."""
    rows = session().scalars(
        sa.select(SiteMetric).where(SiteMetric.site_id.in_(given), SiteMetric.batch_id == batch_id)
    ).all()  # fmt: skip
    gone = []
    for row in rows:
        if row.name.value not in given[row.site_id]:
            continue
        before = _before(row.site_id, row.name.value, given[row.site_id][row.name.value])
        if before is None:
            gone.append(row.id)
        else:
            row.value, row.as_of, row.batch_id = before[0], date.fromisoformat(before[1]), before[2]
    session().flush()
    session().execute(
        sa.delete(SiteMetric).where(SiteMetric.id.in_(gone)).execution_options(synchronize_session=False)
    )


def _before(site_id: int, name: str, before: list[Any] | None) -> list[Any] | None:
    """What stood before; when that came with a batch that was taken back since, what stood before that."""
    while before is not None and before[2] is not None:
        row = session().execute(
            sa.select(ImportBatch.undone_at, ImportRow.made)
            .outerjoin(ImportRow, sa.and_(ImportRow.batch_id == ImportBatch.id, ImportRow.site_id == site_id))
            .where(ImportBatch.id == before[2])
            .order_by(ImportRow.number)
        ).first()  # fmt: skip
        if row is None or row.undone_at is None:
            return before
        before = dict((row.made or {}).get("numbers", [0, {}])[1]).get(name)
    return before
