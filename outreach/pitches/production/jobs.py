"""The sweep of drafts and files: what was taken away a day ago goes, and so does what no row names."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from outreach.db import session, write
from outreach.pitches.production import files
from outreach.web.here import config


def tidy_files(now: datetime) -> int:
    """Let versions go, a batch, with their files and with files that nobody needs; gives how many versions went."""
    instance = config().instance
    with write():
        count, references = files.let_go(now, config().pitch_file_days)
    files.remove_from_disk(instance, references)
    for path in files.orphans(instance):
        path.unlink(missing_ok=True)
    session().rollback()
    return count


def count_files_due(now: datetime) -> int:
    """How many versions and files wait to go."""
    query = sa.select(sa.func.count()).select_from(files.gone(now, config().pitch_file_days).subquery())
    found = session().scalar(query) or 0
    found += len(files.orphans(config().instance))
    session().rollback()
    return found
