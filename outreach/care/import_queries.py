"""Finding files that somebody brought, and what became of their rows. Rights are in each query."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from outreach.accounts.models import User
from outreach.care.import_models import ImportFile
from outreach.care.import_rules import ImportState
from outreach.db import is_in, session
from outreach.projects.models import Project
from outreach.projects.queries import visible_to, writable_by
from outreach.prospects.models import ImportBatch, ImportRow, Site
from outreach.prospects.queries import merged_keys

PART = 1_000


def listed(user: User) -> sa.Select[ImportFile]:
    """The files that `user` may see, unsorted."""
    return _with_names(sa.select(ImportFile).where(ImportFile.project_id.in_(visible_to(user))))


def get(user: User, key: int) -> ImportFile | None:
    return _one(key, visible_to(user))


def get_writable(user: User, key: int) -> ImportFile | None:
    return _one(key, writable_by(user))


def _one(key: int, projects: sa.Select[int]) -> ImportFile | None:
    query = sa.select(ImportFile).where(ImportFile.id == key, ImportFile.project_id.in_(projects))
    return session().scalar(_with_names(query))


def _with_names(query: sa.Select[ImportFile]) -> sa.Select[ImportFile]:
    return query.options(
        joinedload(ImportFile.project).lazyload(Project.hosts), joinedload(ImportFile.created_by)
    )


def named_before(user: User, fingerprint: str) -> dict[str, int] | None:
    """The columns that were named when a file with the same header was last brought; None when none was."""
    used = (ImportState.COUNTED, ImportState.WORKING, ImportState.DONE, ImportState.UNDONE)
    columns = session().scalar(
        sa.select(ImportFile.columns)
        .where(ImportFile.fingerprint == fingerprint, ImportFile.state.in_(used), ImportFile.project_id.in_(visible_to(user)))
        .order_by(ImportFile.id.desc())
        .limit(1)
    )  # fmt: skip
    return {name: int(at) for name, at in columns.items()} if fingerprint and columns else None


def is_due(now: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    return ImportFile.work_at <= now, sa.or_(ImportFile.taken_until.is_(None), ImportFile.taken_until <= now)


def count_due(now: datetime) -> int:
    return session().scalar(sa.select(sa.func.count()).select_from(ImportFile).where(*is_due(now))) or 0


def rows_after(batch_id: int, number: int, limit: int) -> list[ImportRow]:
    """The next rows of a batch, in their order."""
    return list(
        session().scalars(
            sa.select(ImportRow)
            .where(ImportRow.batch_id == batch_id, ImportRow.number > number)
            .order_by(ImportRow.number)
            .limit(limit)
        )
    )


def keys_of(batch_id: int) -> set[str]:
    """The keys of the sites that a batch has met so far."""
    rows = (
        sa.select(Site.key)
        .join(ImportRow, ImportRow.site_id == Site.id)
        .where(ImportRow.batch_id == batch_id)
    )
    return set(session().scalars(rows.distinct()))


def sites_by_key(project_id: int, keys: set[str]) -> dict[str, int]:
    """`{key: id}` of those of the sites that the project holds."""
    from outreach.prospects.models import Prospect

    rows = session().execute(
        sa.select(Site.key, Site.id)
        .join(Prospect, Prospect.site_id == Site.id)
        .where(is_in(Site.key, keys), Prospect.project_id == project_id)
    )
    return {row.key: row.id for row in rows} | merged_keys(keys)


def left_over(found: ImportFile) -> list[ImportFile]:
    """Files that were taken back while `found` was in, the newest first, locked: what it leaned on may have stayed of them."""
    query = (
        sa.select(ImportFile)
        .join(ImportBatch, ImportBatch.id == ImportFile.batch_id)
        .where(ImportFile.state == ImportState.UNDONE, ImportFile.id != found.id, ImportBatch.undone_at >= found.created_at)
    )  # fmt: skip
    return list(
        session().scalars(query.order_by(ImportFile.id.desc()).with_for_update(of=ImportFile.__table__))
    )


def report(batch_id: int) -> Iterator[tuple[ImportRow, str | None]]:
    """(row, key of its site) of a whole batch, a thousand a statement."""
    number = 0
    while True:
        query = (
            sa.select(ImportRow, Site.key)
            .join(Site, Site.id == ImportRow.site_id, isouter=True)
            .where(ImportRow.batch_id == batch_id, ImportRow.number > number)
        )
        part = session().execute(query.order_by(ImportRow.number).limit(PART)).all()
        yield from ((row, key) for row, key in part)
        if len(part) < PART:
            return
        number = part[-1][0].number
        session().expunge_all()


def stored_names() -> set[str]:
    """The files under `instance/uploads/` that an import still needs."""
    return set(session().scalars(sa.select(ImportFile.stored).where(ImportFile.stored != "")))
