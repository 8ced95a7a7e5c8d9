"""Mailboxes, letter templates and their versions, threads and messages."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from outreach.db import Base, one_of
from outreach.mail.rules import Direction, LetterKind, MailboxKind, MailboxState, MessageState, Security
from outreach.pitches.rules import PitchType


class Mailbox(Base):
    """Where letters leave from. Owned by a user, or shared with a project; exactly one may be the system's.

    `lease_until` and `fence` make one sender at a time: who takes the mailbox counts the fence up, and a
    sender whose fence is old has lost it. Passwords are Fernet ciphertext. Times of the window are the
    mailbox's own zone; gaps are seconds, caps are letters.
    """

    __tablename__ = "mailboxes"

    owner_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"), index=True)
    project_id: Mapped[int | None] = mapped_column(sa.ForeignKey("projects.id"), index=True)
    kind: Mapped[MailboxKind] = mapped_column(one_of(MailboxKind))
    address: Mapped[str] = mapped_column(sa.String(254))
    from_name: Mapped[str] = mapped_column(sa.String(120), default="")
    reply_to: Mapped[str] = mapped_column(sa.String(254), default="")
    signature: Mapped[str] = mapped_column(sa.Text, default="")
    is_system: Mapped[bool] = mapped_column(default=False)
    smtp_host: Mapped[str] = mapped_column(sa.String(253), default="")
    smtp_port: Mapped[int] = mapped_column(default=587)
    security: Mapped[Security] = mapped_column(one_of(Security), default=Security.STARTTLS)
    username: Mapped[str] = mapped_column(sa.String(254), default="")
    secret: Mapped[str] = mapped_column(sa.Text, default="")
    timezone: Mapped[str] = mapped_column(sa.String(64))
    window_from: Mapped[time] = mapped_column(default=time(8, 0))
    window_to: Mapped[time] = mapped_column(default=time(18, 0))
    is_weekdays_only: Mapped[bool] = mapped_column(default=True)
    daily_cap: Mapped[int] = mapped_column(default=50)
    hourly_cap: Mapped[int] = mapped_column(default=15)
    gap_min: Mapped[int] = mapped_column(default=60)
    gap_max: Mapped[int] = mapped_column(default=240)
    is_ramping: Mapped[bool] = mapped_column(default=True)
    state: Mapped[MailboxState] = mapped_column(one_of(MailboxState), default=MailboxState.ACTIVE)
    state_reason: Mapped[str] = mapped_column(sa.String(500), default="")
    backoff_until: Mapped[datetime | None]
    backoff_step: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None]
    fence: Mapped[int] = mapped_column(default=0)
    last_sent_at: Mapped[datetime | None]
    created_at: Mapped[datetime]

    __table_args__ = (
        sa.CheckConstraint("gap_min <= gap_max", name="gap_order"),
        sa.Index(
            "uq_mailboxes_system",
            "is_system",
            unique=True,
            sqlite_where=sa.text("is_system"),
            postgresql_where=sa.text("is_system"),
        ),
    )


class LetterTemplate(Base):
    """A letter to start from, for one pitch type; its text lives in versions, which never change."""

    __tablename__ = "letter_templates"

    project_id: Mapped[int | None] = mapped_column(sa.ForeignKey("projects.id"), index=True)
    type: Mapped[PitchType] = mapped_column(one_of(PitchType))
    kind: Mapped[LetterKind] = mapped_column(one_of(LetterKind), default=LetterKind.FIRST)
    name: Mapped[str] = mapped_column(sa.String(120))
    is_archived: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))

    versions: Mapped[list[TemplateVersion]] = relationship(
        order_by="TemplateVersion.number.desc()", lazy="raise_on_sql"
    )

    __table_args__ = (sa.UniqueConstraint("project_id", "name"),)


class TemplateVersion(Base):
    """One text of a template; results are counted per version."""

    __tablename__ = "template_versions"

    template_id: Mapped[int] = mapped_column(sa.ForeignKey("letter_templates.id", ondelete="CASCADE"))
    number: Mapped[int]
    subject: Mapped[str] = mapped_column(sa.String(500))
    body: Mapped[str] = mapped_column(sa.Text)
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))

    __table_args__ = (sa.UniqueConstraint("template_id", "number"),)


class Thread(Base):
    """One conversation with one person, in one project."""

    __tablename__ = "threads"

    project_id: Mapped[int] = mapped_column(sa.ForeignKey("projects.id"), index=True)
    pitch_id: Mapped[int | None] = mapped_column(sa.ForeignKey("pitches.id"), index=True)
    site_id: Mapped[int | None] = mapped_column(sa.ForeignKey("sites.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"), index=True)
    subject: Mapped[str] = mapped_column(sa.String(500))
    last_at: Mapped[datetime]
    created_at: Mapped[datetime]


class Message(Base):
    """A letter of ours or a mail of theirs; for ours, the row is the send ledger's entry.

    `due_at` is when it may leave (`send_at` of the house), `taken_until` the sender's lease, `fence` the
    mailbox's token it was taken under. `raw` is the exact bytes, fixed when it is sent.
    """

    __tablename__ = "messages"

    direction: Mapped[Direction] = mapped_column(one_of(Direction))
    kind: Mapped[LetterKind | None] = mapped_column(one_of(LetterKind))
    state: Mapped[MessageState] = mapped_column(one_of(MessageState))
    state_reason: Mapped[str] = mapped_column(sa.String(500), default="")
    project_id: Mapped[int | None] = mapped_column(sa.ForeignKey("projects.id"), index=True)
    thread_id: Mapped[int | None] = mapped_column(sa.ForeignKey("threads.id"), index=True)
    pitch_id: Mapped[int | None] = mapped_column(sa.ForeignKey("pitches.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"), index=True)
    mailbox_id: Mapped[int | None] = mapped_column(sa.ForeignKey("mailboxes.id"))
    template_version_id: Mapped[int | None] = mapped_column(sa.ForeignKey("template_versions.id"))
    for_user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    author_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    message_id: Mapped[str | None] = mapped_column(sa.String(998))
    in_reply_to: Mapped[str] = mapped_column(sa.String(998), default="")
    references: Mapped[list[str]] = mapped_column("refs", default=list)
    opaque_id: Mapped[str | None] = mapped_column(sa.String(64), unique=True)
    from_address: Mapped[str] = mapped_column(sa.String(254), default="")
    from_name: Mapped[str] = mapped_column(sa.String(200), default="")
    to_address: Mapped[str] = mapped_column(sa.String(254), default="")
    to_name: Mapped[str] = mapped_column(sa.String(200), default="")
    subject: Mapped[str] = mapped_column(sa.String(998), default="")
    body: Mapped[str] = mapped_column(sa.Text, default="")
    body_html: Mapped[str] = mapped_column(sa.Text, default="")
    personal_line: Mapped[str] = mapped_column(sa.Text, default="")
    personal_url: Mapped[str] = mapped_column(sa.String(2048), default="")
    opt_out_token: Mapped[str] = mapped_column(sa.String(64), default="")
    raw: Mapped[bytes | None] = mapped_column(sa.LargeBinary)
    overruled: Mapped[dict[str, Any]] = mapped_column(default=dict)
    held_rule: Mapped[str] = mapped_column(sa.String(48), default="")
    due_at: Mapped[datetime | None]
    taken_until: Mapped[datetime | None]
    fence: Mapped[int | None]
    attempts: Mapped[int] = mapped_column(default=0)
    queued_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    received_at: Mapped[datetime | None]
    created_at: Mapped[datetime]

    __table_args__ = (
        sa.Index(
            "uq_messages_out_id",
            "message_id",
            unique=True,
            sqlite_where=sa.text("direction = 'out'"),
            postgresql_where=sa.text("direction = 'out'"),
        ),
        sa.Index("ix_messages_message_id", "message_id"),
        sa.Index(
            "ix_messages_due",
            "mailbox_id",
            "due_at",
            sqlite_where=sa.text("state = 'queued'"),
            postgresql_where=sa.text("state = 'queued'"),
        ),
        sa.Index("ix_messages_state", "state", "id"),
        sa.Index("ix_messages_mailbox_sent", "mailbox_id", "sent_at"),
        sa.Index("ix_messages_to", "to_address", "sent_at"),
    )
