"""When each sweep ran last."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from outreach.db import Base


class SweepRun(Base):
    """One row a sweep; `outreach status` reads it."""

    __tablename__ = "sweep_runs"

    name: Mapped[str] = mapped_column(sa.String(48), unique=True)
    last_at: Mapped[datetime]
    last_count: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str] = mapped_column(sa.String(500), default="")
