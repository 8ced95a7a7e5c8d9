"""One line of the diary. No foreign keys: it lies below every room and outlives what it tells of."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from outreach.db import Base


class Entry(Base):
    """What happened, when, by whom (None: the product itself) and to what; `data` holds codes and ids, never text or addresses of people."""

    __tablename__ = "diary"

    at: Mapped[datetime]
    kind: Mapped[str] = mapped_column(sa.String(48))
    by_id: Mapped[int | None]
    project_id: Mapped[int | None]
    site_id: Mapped[int | None]
    person_id: Mapped[int | None]
    pitch_id: Mapped[int | None]
    link_id: Mapped[int | None]
    message_id: Mapped[int | None]
    subject_kind: Mapped[str | None] = mapped_column(sa.String(32))
    subject_id: Mapped[int | None]
    data: Mapped[dict[str, Any]] = mapped_column(default=dict)

    __table_args__ = tuple(
        sa.Index(f"ix_diary_{name}", f"{name}", "id")
        for name in ("site_id", "person_id", "pitch_id", "link_id", "project_id")
    )
