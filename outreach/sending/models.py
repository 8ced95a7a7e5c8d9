"""What happened at each try to send a letter."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from outreach.db import Base


class SendAttempt(Base):
    """One try: begun when the letter is taken, ended by the server's answer; without an end it was cut off."""

    __tablename__ = "send_attempts"

    message_id: Mapped[int] = mapped_column(sa.ForeignKey("messages.id", ondelete="CASCADE"), index=True)
    number: Mapped[int]
    fence: Mapped[int]
    started_at: Mapped[datetime]
    data_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    outcome: Mapped[str] = mapped_column(sa.String(32), default="")
    stage: Mapped[str] = mapped_column(sa.String(16), default="")
    code: Mapped[int | None]
    text: Mapped[str] = mapped_column(sa.String(500), default="")
