"""What a pitch rests on: that their link is dead, or that ours is lost."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from outreach.db import Base


class GroundLook(Base):
    """The look at what a broken-link or reclaim pitch rests on. The row is the job: `next_at` is when it is looked at again.

    `last_state` is the page's state at the last look (`page.state.PageState`), or `lost`; `told` says it in words.
    """

    __tablename__ = "ground_looks"

    pitch_id: Mapped[int] = mapped_column(sa.ForeignKey("pitches.id", ondelete="CASCADE"), unique=True)
    next_at: Mapped[datetime] = mapped_column(index=True)
    taken_until: Mapped[datetime | None]
    fence: Mapped[int] = mapped_column(default=0)
    last_at: Mapped[datetime | None]
    last_state: Mapped[str] = mapped_column(sa.String(32), default="")
    told: Mapped[str] = mapped_column(sa.String(200), default="")
