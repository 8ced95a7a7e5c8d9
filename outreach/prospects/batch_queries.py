"""What came in together: a batch, its rows, and those of them that stay."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from outreach.accounts.models import User
from outreach.db import session
from outreach.projects.models import Project
from outreach.projects.queries import visible_to
from outreach.prospects.models import ImportBatch, ImportRow, Site
from outreach.prospects.queries import Projects
from outreach.prospects.rules import Outcome


def batch_of(user: User, batch_id: int, projects: Projects = visible_to) -> ImportBatch | None:
    """A batch of a project that `user` may see (or change), with its project."""
    return session().scalar(
        sa.select(ImportBatch)
        .options(joinedload(ImportBatch.project).lazyload(Project.hosts))
        .where(ImportBatch.id == batch_id, ImportBatch.project_id.in_(projects(user)))
    )


def rows_that_stay(batch_id: int) -> sa.Select[ImportRow, str]:
    """`batch_rows` of a batch that was taken back, of those that stay: their reason says so first."""
    return batch_rows(batch_id).where(
        ImportRow.reason.startswith("It stays: ") | ImportRow.reason.startswith("The person stays: ")
    )


def batch_rows(batch_id: int, outcome: Outcome | None = None) -> sa.Select[ImportRow, str]:
    """(row, key of its site or None) of a batch, in the order of the lines when sorted by number."""
    query = (
        sa.select(ImportRow, Site.key)
        .join(Site, Site.id == ImportRow.site_id, isouter=True)
        .where(ImportRow.batch_id == batch_id)
    )
    return query.where(ImportRow.outcome == outcome) if outcome else query
