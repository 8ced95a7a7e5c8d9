"""What happened at each try to send a letter, and whom no follow-up goes to any more."""

from __future__ import annotations

from datetime import datetime
from typing import Any

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


class FollowUpStop(Base):
    """Somebody said: no more follow-ups. To a person in all their pitches, to everybody at a site, or (nobody named) of one pitch.

    `effects` is what was changed for it, for the undo: {"letters": [ids that were queued], "pitches": [{"id", "version",
    "before"}]}. `lifted_at` ends it.
    """

    __tablename__ = "follow_up_stops"

    pitch_id: Mapped[int] = mapped_column(sa.ForeignKey("pitches.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"), index=True)
    site_id: Mapped[int | None] = mapped_column(sa.ForeignKey("sites.id"), index=True)
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    at: Mapped[datetime]
    lifted_at: Mapped[datetime | None]
    effects: Mapped[dict[str, Any]] = mapped_column(default=dict)
