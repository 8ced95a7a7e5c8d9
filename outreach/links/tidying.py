"""Removing stored pages that are older than their rule: first the rows say so, then the files go."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

import sqlalchemy as sa

from outreach.db import session, write
from outreach.links import evidence
from outreach.links.models import LinkCheck
from outreach.links.retention import Stored, judge

Value = TypeVar("Value")

_UNJUDGED = (LinkCheck.body_ref != "", LinkCheck.body_judged_at.is_(None))


def before(now: datetime, days: int) -> datetime | None:
    """Pages older than this are judged; None when all are kept for good."""
    return now - timedelta(days=days) if days else None


def due(limit: int, *, before: datetime) -> Sequence[int]:
    """Links with stored pages that have grown old since they were last judged."""
    oldest = (
        sa.select(LinkCheck.link_id)
        .where(*_UNJUDGED, LinkCheck.at < before)
        .order_by(LinkCheck.at)
        .limit(limit * 20)
    )
    found = session().scalars(sa.select(oldest.subquery().c.link_id).distinct().limit(limit)).all()
    session().rollback()
    return found


def tidy(link_id: int, folder: Path, *, before: datetime, now: datetime) -> int:
    """Judge the old pages of one link; gives how many files were removed.

    Files go first: whoever is killed in between leaves rows that are judged again, never a file that nobody
    knows. Two workers at once do it once.
    """
    stays, goes = judge(_stored(link_id), before=before)
    unneeded = _refs(goes) - _needed_elsewhere(goes)
    session().rollback()
    removed = sum(evidence.drop(folder, ref) for ref in sorted(unneeded))
    with write():
        _judged(stays, False, now)
        _judged(goes, True, now)
    return removed


def _refs(ids: Sequence[int]) -> set[str]:
    return {
        ref
        for some in _parts(ids)
        for ref in session().scalars(sa.select(LinkCheck.body_ref).where(LinkCheck.id.in_(some)))
    }


def _needed_elsewhere(ids: Sequence[int]) -> set[str]:
    """Of these checks' pages those that another check needs: the same page is one file, whichever link it was read for."""
    mine, needed = set(ids), set[str]()
    for some in _parts(sorted(_refs(ids))):
        rows = session().execute(
            sa.select(LinkCheck.id, LinkCheck.body_ref).where(
                LinkCheck.body_ref.in_(some), LinkCheck.is_body_gone.is_(False)
            )
        )
        needed.update(ref for key, ref in rows if key not in mine)
    return needed


def _parts(values: Sequence[Value]) -> list[Sequence[Value]]:
    """As many as one statement takes."""
    return [values[start : start + 500] for start in range(0, len(values), 500)]


def _stored(link_id: int) -> list[Stored]:
    columns = (
        LinkCheck.id,
        LinkCheck.at,
        LinkCheck.presence,
        LinkCheck.value,
        LinkCheck.codes,
        LinkCheck.body_ref,
    )
    rows = session().execute(
        sa.select(*columns)
        .where(LinkCheck.link_id == link_id, LinkCheck.is_body_gone.is_(False))
        .order_by(LinkCheck.at, LinkCheck.id)
    )
    return [Stored(row[0], row[1], row[2], row[3], tuple(row[4]), row[5]) for row in rows]


def _judged(ids: Sequence[int], is_gone: bool, now: datetime) -> None:
    """Say of these checks whether their page stays."""
    for some in _parts(ids):
        session().execute(
            sa.update(LinkCheck)
            .where(LinkCheck.id.in_(some), LinkCheck.is_body_gone.is_(False))
            .values(body_judged_at=now, is_body_gone=is_gone)
            .execution_options(synchronize_session=False)
        )
