"""Imported by the process from which the drills' workers are forked: the whole house, so that none has to read it anew."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import sqlalchemy as sa

from outreach import settings
from outreach.app import create_app
from tests.drills import sender

__all__ = ["sender"]

with TemporaryDirectory() as folder:
    create_app(settings.load(Path(folder), testing=True, log_level="error"))
sa.orm.configure_mappers()
