"""The words of mail: what a message is, where it stands, and which way it may go from there."""

import re
from enum import StrEnum

ONE_TIME = re.compile(r"(https?://[^\s\"'<>]+/(?:invitations|passwords|act)/)[A-Za-z0-9_.-]{16,}")
"""An address that opens an account once: it is in the letter, and nowhere else once that has left."""


class MessageState(StrEnum):
    """Where a message stands. `received` is theirs; all else is ours, going out."""

    DRAFT = "draft"
    QUEUED = "queued"
    TAKEN = "taken"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNKNOWN = "unknown"
    CANCELLED = "cancelled"
    HELD = "held"
    RECEIVED = "received"


class Direction(StrEnum):
    """Which way a message went, seen from us."""

    OUT = "out"
    IN = "in"


class Channel(StrEnum):
    """By which way a letter goes: mail is sent from here, the others by a person, who says so afterwards (C10)."""

    MAIL = "mail"
    FORM = "form"
    SOCIAL = "social"
    PHONE = "phone"


class LetterKind(StrEnum):
    """What the send gate asks of a letter depends on this."""

    FIRST = "first"
    FOLLOW_UP = "follow_up"
    ANSWER = "answer"
    SYSTEM = "system"


class MailboxKind(StrEnum):
    """`smtp` sends; `capture` writes each letter to a file and shows it."""

    SMTP = "smtp"
    CAPTURE = "capture"


class MailboxState(StrEnum):
    """`paused` starts again by itself or by its owner; `stopped` needs its owner (a refused log-in)."""

    ACTIVE = "active"
    PAUSED = "paused"
    STOPPED = "stopped"


class Security(StrEnum):
    """How the way to the mail server is kept private. `plain` is for servers on this machine only."""

    TLS = "tls"
    STARTTLS = "starttls"
    PLAIN = "plain"


class LoginBy(StrEnum):
    """How we log in at a mailbox's servers: with its password, or with tokens of a provider (OAuth)."""

    PASSWORD = "password"
    MICROSOFT = "microsoft"
    GOOGLE = "google"


class SentCopy(StrEnum):
    """Who puts a copy of our letter into Sent: `yes` we do, `no` the provider does, `auto` is found out by looking."""

    AUTO = "auto"
    YES = "yes"
    NO = "no"


class ReadingKind(StrEnum):
    """Whose mail lies in a mailbox. Of a `personal` one only what concerns us is kept; a `dedicated` one is kept whole."""

    PERSONAL = "personal"
    DEDICATED = "dedicated"


class ReadState(StrEnum):
    """How the reading of a mailbox goes: not set up; first sync under way; up to date; trouble; no log-in."""

    OFF = "off"
    FIRST = "first"
    CURRENT = "current"
    TROUBLE = "trouble"
    REFUSED = "refused"


class FolderRole(StrEnum):
    """What a folder is for, as `engines.imap.folders.Role`. `all` is Gmail's All Mail."""

    INBOX = "inbox"
    JUNK = "junk"
    SENT = "sent"
    ALL = "all"


class SearchState(StrEnum):
    """How far the set-up of a mailbox is: its servers are looked for; shown to be looked at; tried; tried with a result."""

    LOOKING = "looking"
    FOUND = "found"
    TRYING = "trying"
    TRIED = "tried"


class Placing(StrEnum):
    """Do we know whose an incoming mail is? A proposal is shown for a person to say yes or no."""

    MATCHED = "matched"
    PROPOSED = "proposed"
    UNMATCHED = "unmatched"


class MatchedBy(StrEnum):
    """The rung of the ladder on which an incoming mail was matched, the surest first; `hand` is a person's word."""

    REFERENCES = "references"
    IN_REPLY_TO = "in_reply_to"
    TOKEN = "token"
    ORIGINAL = "original"
    ADDRESS = "address"
    DOMAIN = "domain"
    SUBJECT = "subject"
    HAND = "hand"


MOVES: dict[MessageState, set[MessageState]] = {
    MessageState.DRAFT: {MessageState.QUEUED, MessageState.HELD, MessageState.CANCELLED},
    MessageState.QUEUED: {MessageState.TAKEN, MessageState.DRAFT, MessageState.HELD, MessageState.CANCELLED},
    MessageState.TAKEN: {
        MessageState.SENDING,
        MessageState.QUEUED,
        MessageState.FAILED,
        MessageState.HELD,
        MessageState.CANCELLED,
    },
    MessageState.SENDING: {
        MessageState.SENT,
        MessageState.QUEUED,
        MessageState.FAILED,
        MessageState.UNKNOWN,
    },
    MessageState.UNKNOWN: {MessageState.SENT, MessageState.QUEUED, MessageState.FAILED},
    MessageState.HELD: {MessageState.QUEUED, MessageState.DRAFT, MessageState.CANCELLED},
    MessageState.FAILED: {MessageState.QUEUED, MessageState.CANCELLED},
    MessageState.SENT: set(),
    # Only when what cancelled it proves wrong: a mail taken for a person's answer.
    MessageState.CANCELLED: {MessageState.QUEUED},
    MessageState.RECEIVED: set(),
}
"""Every arrow a message may take. `sending` is committed just before DATA, so what leaves it is known or `unknown`."""


RESTORED = "Restored from a backup"
"""How the reason begins why a mailbox is paused after a restore."""


class BadMove(ValueError):
    """The message may not go from where it stands to there."""


def may_move(old: MessageState, new: MessageState) -> bool:
    """Is there an arrow from `old` to `new`?"""
    return new in MOVES[old]


def check_move(old: MessageState, new: MessageState) -> None:
    """Raise `BadMove` when there is no arrow from `old` to `new`."""
    if not may_move(old, new):
        raise BadMove(f"A message that is {old} cannot become {new}.")


def without_one_time_links(text: str) -> str:
    """The text with the secret part of each one-time address left out."""
    return ONE_TIME.sub(r"\1…", text)
