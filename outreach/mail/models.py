"""Mailboxes, letter templates and their versions, threads and messages."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from outreach.db import Base, one_of
from outreach.letter.kinds import Kind
from outreach.letter.severity import Severity
from outreach.mail.rules import (
    Channel,
    Direction,
    FolderRole,
    LetterKind,
    LoginBy,
    MailboxKind,
    MailboxState,
    MatchedBy,
    MessageState,
    Placing,
    ReadingKind,
    ReadState,
    SearchState,
    Security,
    SentCopy,
)
from outreach.pitches.rules import PitchType


class Mailbox(Base):
    """Where letters leave from. Owned by a user, or shared with a project; exactly one may be the system's.

    `lease_until` and `fence` make one sender at a time: who takes the mailbox counts the fence up, and a
    sender whose fence is old has lost it. Passwords are Fernet ciphertext. Times of the window are the
    mailbox's own zone; gaps are seconds, caps are letters.

    It is read when `imap_host` is set; an empty `imap_username` means the same user name and password as for sending.
    `read_lease_until` and `read_fence` make one reader at a time. `read_done` of `read_total` mails is the progress of
    the first sync, which goes back to `read_from`. `settle_from` is the moment of the backup that this row comes from:
    nothing is sent until the Sent folder has been read from there. `keeps_sent` is what was seen of the provider: whether
    it puts a copy of each letter into Sent by itself; None as long as nobody knows.

    With `login_by` a provider, `oauth_refresh`, `oauth_access` (good until `oauth_until`) and `oauth_code` (what a person
    brought back from the provider, until it is redeemed) are ciphertext; `oauth_due_at` is when they are renewed.
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
    reading_kind: Mapped[ReadingKind] = mapped_column(one_of(ReadingKind), default=ReadingKind.PERSONAL)
    imap_host: Mapped[str] = mapped_column(sa.String(253), default="")
    imap_port: Mapped[int] = mapped_column(default=993)
    imap_security: Mapped[Security] = mapped_column(
        sa.Enum(
            Security, name="imap_security", native_enum=False, create_constraint=True, length=32,
            values_callable=lambda members: [member.value for member in members],
        ),
        default=Security.TLS,
    )  # fmt: skip
    imap_username: Mapped[str] = mapped_column(sa.String(254), default="")
    imap_secret: Mapped[str] = mapped_column(sa.Text, default="")
    login_by: Mapped[LoginBy] = mapped_column(one_of(LoginBy), default=LoginBy.PASSWORD)
    oauth_refresh: Mapped[str] = mapped_column(sa.Text, default="")
    oauth_access: Mapped[str] = mapped_column(sa.Text, default="")
    oauth_code: Mapped[str] = mapped_column(sa.Text, default="")
    oauth_until: Mapped[datetime | None]
    oauth_due_at: Mapped[datetime | None]
    oauth_step: Mapped[int] = mapped_column(default=0)
    oauth_problem: Mapped[str] = mapped_column(sa.String(500), default="")
    sent_copy: Mapped[SentCopy] = mapped_column(one_of(SentCopy), default=SentCopy.AUTO)
    keeps_sent: Mapped[bool | None]
    read_state: Mapped[ReadState] = mapped_column(one_of(ReadState), default=ReadState.OFF)
    read_reason: Mapped[str] = mapped_column(sa.String(500), default="")
    read_from: Mapped[datetime | None]
    read_done: Mapped[int] = mapped_column(default=0)
    read_total: Mapped[int] = mapped_column(default=0)
    read_at: Mapped[datetime | None]
    read_due_at: Mapped[datetime | None] = mapped_column(index=True)
    read_lease_until: Mapped[datetime | None]
    read_fence: Mapped[int] = mapped_column(default=0)
    reconciled_at: Mapped[datetime | None]
    settle_from: Mapped[datetime | None]
    created_at: Mapped[datetime]

    @property
    def is_read(self) -> bool:
        """Is reading set up and in order? Follow-ups that leave by themselves ask for it."""
        return bool(self.imap_host) and self.read_state in (ReadState.FIRST, ReadState.CURRENT)

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


class MailFolder(Base):
    """How far a folder of a mailbox has been read: all uids up to `last_uid` under this `uidvalidity`."""

    __tablename__ = "mail_folders"

    mailbox_id: Mapped[int] = mapped_column(sa.ForeignKey("mailboxes.id", ondelete="CASCADE"))
    role: Mapped[FolderRole] = mapped_column(one_of(FolderRole))
    name: Mapped[str] = mapped_column(sa.String(500))
    uidvalidity: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    last_uid: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    read_at: Mapped[datetime | None]

    __table_args__ = (sa.UniqueConstraint("mailbox_id", "role"),)


class PassedMail(Base):
    """A mail of a personal mailbox that is none of our business: its uid, and a keyed hash to know it again; nothing else."""

    __tablename__ = "passed_mails"

    folder_id: Mapped[int] = mapped_column(sa.ForeignKey("mail_folders.id", ondelete="CASCADE"))
    uid: Mapped[int] = mapped_column(sa.BigInteger)
    keyed_hash: Mapped[str] = mapped_column(sa.String(64))

    __table_args__ = (sa.UniqueConstraint("folder_id", "uid"),)


class MailboxSearch(Base):
    """A mailbox that somebody sets up: the worker looks for its servers and tries them. Gone after a day, or once it is added.

    `servers` is {"smtp": {...}, "imap": {...}} as `discovery.Way`, `why` says where that is from; `results` is what came
    of the last try, {"smtp": "", "imap": "words"}: empty words mean that it went well. `secret` is Fernet ciphertext.
    `due_at` is when the worker shall do its part, or the end of its lease; NULL while a person is to act.
    """

    __tablename__ = "mailbox_searches"

    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"), index=True)
    mailbox_name: Mapped[str] = mapped_column(sa.String(254))
    state: Mapped[SearchState] = mapped_column(one_of(SearchState), default=SearchState.LOOKING)
    servers: Mapped[dict[str, Any]] = mapped_column(default=dict)
    why: Mapped[str] = mapped_column(sa.String(500), default="")
    results: Mapped[dict[str, Any]] = mapped_column(default=dict)
    secret: Mapped[str] = mapped_column(sa.Text, default="")
    due_at: Mapped[datetime | None] = mapped_column(index=True)
    created_at: Mapped[datetime]


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
    body_html: Mapped[str] = mapped_column(sa.Text, default="")
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))

    __table_args__ = (sa.UniqueConstraint("template_id", "number"),)


class FirstMailbox(Base):
    """From which mailbox somebody writes in a project unless they choose another one for a letter."""

    __tablename__ = "first_mailboxes"

    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    project_id: Mapped[int] = mapped_column(sa.ForeignKey("projects.id"), index=True)
    mailbox_id: Mapped[int] = mapped_column(sa.ForeignKey("mailboxes.id", ondelete="CASCADE"), index=True)

    __table_args__ = (sa.UniqueConstraint("user_id", "project_id"),)


class Snippet(Base):
    """A piece of text to put into letters and templates. Somebody's own (`owner_id`), a project's, or everybody's."""

    __tablename__ = "snippets"

    owner_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"), index=True)
    project_id: Mapped[int | None] = mapped_column(sa.ForeignKey("projects.id"), index=True)
    name: Mapped[str] = mapped_column(sa.String(60))
    body: Mapped[str] = mapped_column(sa.Text)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))

    __table_args__ = (sa.CheckConstraint("owner_id IS NULL OR project_id IS NULL", name="one_scope"),)

    @property
    def key(self) -> str:
        """Its name as it is typed after a `;`."""
        return re.sub(r"\W+", "-", self.name.lower()).strip("-")


class LetterBatch(Base):
    """First letters to several people that are written one after the other; its drafts are messages."""

    __tablename__ = "letter_batches"

    project_id: Mapped[int] = mapped_column(sa.ForeignKey("projects.id"), index=True)
    name: Mapped[str] = mapped_column(sa.String(120))
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))


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
    mailbox's token it was taken under. `raw` is the exact bytes, fixed when it is sent; `is_elsewhere` says that it was
    sent from another program and read from the Sent folder. `look_due_at` is when the Sent folder is asked about it, `looks`
    how often it has answered; `copied_at` is when a copy was seen there, `asked_at` since when a person is asked about
    an unknown letter. `channel` is another than mail for one that a person sent by a form, a social message or the telephone,
    and `to_address` then the form's address, the profile or the number. `attempt_no` counts the follow-ups that the worker wrote
    since the person last answered. `typed` is what the writer typed (subject, body, html), kept until the letter has left.

    Of theirs: `what` it is and `what_reason`; whose it is by `placing`, `matched_by` and `match_reason`, and the letter
    it is `about` (of a proposal this alone, for its pitch is not yet said). `reply_text` is their own words, `body` all
    of the text; HTML stays in the file, and `has_html` says that there is some; `known_by` is the hash that knows the mail again within its mailbox.
    Its bytes are a gzipped file, `raw_file` (see `mail.keeping`), of `size` bytes before packing; `is_cut` says that
    the mail was larger than what is kept. `attachments` is a list of {"name", "kind", "size"}. `report` is what a bounce
    says of each recipient. `handled_at` is set when nobody has to look any more. `effects` is what following from it
    has changed, for the undo.
    """

    __tablename__ = "messages"

    direction: Mapped[Direction] = mapped_column(one_of(Direction))
    kind: Mapped[LetterKind | None] = mapped_column(one_of(LetterKind))
    channel: Mapped[Channel] = mapped_column(one_of(Channel), default=Channel.MAIL)
    state: Mapped[MessageState] = mapped_column(one_of(MessageState))
    state_reason: Mapped[str] = mapped_column(sa.String(500), default="")
    project_id: Mapped[int | None] = mapped_column(sa.ForeignKey("projects.id"), index=True)
    thread_id: Mapped[int | None] = mapped_column(sa.ForeignKey("threads.id"), index=True)
    pitch_id: Mapped[int | None] = mapped_column(sa.ForeignKey("pitches.id"))
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"), index=True)
    mailbox_id: Mapped[int | None] = mapped_column(sa.ForeignKey("mailboxes.id"))
    template_version_id: Mapped[int | None] = mapped_column(sa.ForeignKey("template_versions.id"), index=True)
    for_user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    author_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    batch_id: Mapped[int | None] = mapped_column(sa.ForeignKey("letter_batches.id"))
    is_skipped: Mapped[bool] = mapped_column(default=False)
    attempt_no: Mapped[int | None]
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
    typed: Mapped[dict[str, Any]] = mapped_column(default=dict)
    personal_line: Mapped[str] = mapped_column(sa.Text, default="")
    personal_url: Mapped[str] = mapped_column(sa.String(2048), default="")
    opt_out_token: Mapped[str] = mapped_column(sa.String(64), default="")
    raw: Mapped[bytes | None] = mapped_column(sa.LargeBinary, deferred=True)
    is_elsewhere: Mapped[bool] = mapped_column(default=False)

    what: Mapped[Kind | None] = mapped_column(one_of(Kind))
    what_reason: Mapped[str] = mapped_column(sa.String(300), default="")
    severity: Mapped[Severity | None] = mapped_column(one_of(Severity))
    return_on: Mapped[date | None]
    report: Mapped[list[Any]] = mapped_column(default=list)
    reply_text: Mapped[str] = mapped_column(sa.Text, default="")
    attachments: Mapped[list[Any]] = mapped_column(default=list)
    problem: Mapped[str] = mapped_column(sa.String(300), default="")
    placing: Mapped[Placing | None] = mapped_column(one_of(Placing))
    matched_by: Mapped[MatchedBy | None] = mapped_column(one_of(MatchedBy))
    match_reason: Mapped[str] = mapped_column(sa.String(300), default="")
    about_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("messages.id", ondelete="SET NULL"), index=True
    )
    folder_id: Mapped[int | None] = mapped_column(sa.ForeignKey("mail_folders.id", ondelete="SET NULL"))
    uid: Mapped[int | None] = mapped_column(sa.BigInteger)
    known_by: Mapped[str | None] = mapped_column(sa.String(64))
    raw_file: Mapped[str] = mapped_column(sa.String(100), default="")
    size: Mapped[int] = mapped_column(default=0)
    is_cut: Mapped[bool] = mapped_column(default=False)
    is_whole_wanted: Mapped[bool] = mapped_column(default=False)
    has_html: Mapped[bool] = mapped_column(default=False)
    seen_at: Mapped[datetime | None]
    handled_at: Mapped[datetime | None]
    handled_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    effects: Mapped[dict[str, Any]] = mapped_column(default=dict)
    overruled: Mapped[dict[str, Any]] = mapped_column(default=dict)
    held_rule: Mapped[str] = mapped_column(sa.String(48), default="")
    due_at: Mapped[datetime | None]
    look_due_at: Mapped[datetime | None]
    looks: Mapped[int] = mapped_column(default=0)
    asked_at: Mapped[datetime | None]
    copied_at: Mapped[datetime | None]
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
        sa.Index("uq_messages_known_by", "mailbox_id", "known_by", unique=True),
        sa.Index(
            "ix_messages_inbox",
            "placing",
            "what",
            "received_at",
            "id",
            "project_id",
            "mailbox_id",
            "direction",
            "handled_at",
            sqlite_where=sa.text("direction = 'in' AND handled_at IS NULL"),
            postgresql_where=sa.text("direction = 'in' AND handled_at IS NULL"),
        ),
        sa.Index(
            "ix_messages_received",
            "received_at",
            "id",
            "direction",
            "what",
            "placing",
            "project_id",
            "mailbox_id",
        ),
        sa.Index("ix_messages_message_id", "message_id"),
        sa.Index("ix_messages_from", "from_address", "received_at"),
        sa.Index(
            "ix_messages_due",
            "mailbox_id",
            "due_at",
            sqlite_where=sa.text("state = 'queued'"),
            postgresql_where=sa.text("state = 'queued'"),
        ),
        sa.Index("ix_messages_pitch_id", "pitch_id", "id", "direction", "state"),
        sa.Index("ix_messages_state", "state", "id", "direction", "project_id", "author_id", "for_user_id"),
        sa.Index(
            "ix_messages_waiting",
            "state",
            "project_id",
            "direction",
            sqlite_where=sa.text("state IN ('queued', 'taken', 'sending', 'held', 'unknown')"),
            postgresql_where=sa.text("state IN ('queued', 'taken', 'sending', 'held', 'unknown')"),
        ),
        sa.Index(
            "ix_messages_look",
            "look_due_at",
            sqlite_where=sa.text("look_due_at IS NOT NULL"),
            postgresql_where=sa.text("look_due_at IS NOT NULL"),
        ),
        sa.Index(
            "ix_messages_whole_wanted",
            "folder_id",
            sqlite_where=sa.text("is_whole_wanted"),
            postgresql_where=sa.text("is_whole_wanted"),
        ),
        sa.Index(
            "ix_messages_batch_id",
            "batch_id",
            "state",
            "is_skipped",
            sqlite_where=sa.text("batch_id IS NOT NULL"),
            postgresql_where=sa.text("batch_id IS NOT NULL"),
        ),
        sa.Index("ix_messages_mailbox_sent", "mailbox_id", "sent_at"),
        sa.Index("ix_messages_to", "to_address", "sent_at"),
        sa.Index("ix_messages_lower_to_address", sa.text("lower(to_address)")),
        sa.Index("ix_messages_lower_from_address", sa.text("lower(from_address)")),
    )


class LetterFile(Base):
    """A file that goes with a letter of ours. What is in it lies under `instance/letter-files/`, named by `reference`."""

    __tablename__ = "letter_files"

    message_id: Mapped[int] = mapped_column(sa.ForeignKey("messages.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(sa.String(120))
    type: Mapped[str] = mapped_column(sa.String(100))
    size: Mapped[int]
    reference: Mapped[str] = mapped_column(sa.String(64))
    created_at: Mapped[datetime]
