"""What follows from a try: for the letter, for its mailbox, and for the address. Pure.

Whose fault it was decides. Before the recipient is named it is the line or the mailbox; at the recipient it is the
address; policy and spam (5.7.x) are about the mailbox and never about the person.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from outreach.engines.smtp import Outcome, Refused, Sent, Stage, Trouble, Unknown
from outreach.mail.rules import MailboxState, MessageState

BACK_OFF = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60))
"""How long a mailbox rests after trouble: the first time, the second, and so on; then always the last."""
AGAIN = tuple(timedelta(minutes=minutes) for minutes in (5, 30, 120, 360))
"""How long a letter waits after a passing refusal of its own; then a day each, up to GIVE_UP."""
DAILY = timedelta(days=1)
GIVE_UP = timedelta(hours=72)
"""After so long a letter that is still put off has failed."""
MAX_BLOCKS = 3
"""So often is a letter refused as spam before it has failed."""
MAX_TOKENS = 2
"""So often in a row is a refused access token replaced before the mailbox stops."""
GONE = re.compile(r"^5\.1\.(0|1|2|3|6|10)$")
GONE_WORDS = re.compile(
    r"unknown|no such|not exist|not found|deleted|disabled|invalid|unavailable|no mailbox", re.IGNORECASE
)
FULL = re.compile(r"full|quota|over ?quota|storage", re.IGNORECASE)
POLICY = re.compile(
    r"spam|policy|block|blacklist|blocklist|reputation|rate|denied|spf|dkim|dmarc", re.IGNORECASE
)


class Severity(StrEnum):
    """What a final no at the recipient says: the address is dead, full for now, or we are not wanted."""

    HARD = "hard"
    SOFT = "soft"
    BLOCK = "block"


@dataclass(frozen=True)
class Aftermath:
    """What to write down. None leaves a thing as it is; `words` are for the screen.

    `retry_at` is when the letter may be tried again; `back_off` how long the whole mailbox rests.
    """

    state: MessageState
    words: str = ""
    retry_at: datetime | None = None
    mailbox: MailboxState | None = None
    back_off: timedelta | None = None
    severity: Severity | None = None
    tells_owner: bool = False


def aftermath(
    outcome: Outcome, *, tries: int, first_at: datetime, back_off_step: int, now: datetime
) -> Aftermath:
    """What follows from `outcome`.

    `tries` counts this one, `first_at` was the first; `back_off_step` counts the mailbox's troubles in a row before this.
    """
    match outcome:
        case Sent():
            return Aftermath(MessageState.SENT)
        case Unknown():
            return Aftermath(MessageState.UNKNOWN, outcome.text)
        case Trouble():
            return _rest(outcome.text, back_off_step)
        case Refused():
            return _refused(outcome, tries, first_at, back_off_step, now)
    return Aftermath(MessageState.HELD)


def with_a_new_token(after: Aftermath, step: int) -> Aftermath:
    """A refused access token may only be too old: the mailbox rests while a new one is fetched; the third refusal stops it."""
    if after.mailbox is not MailboxState.STOPPED or step >= MAX_TOKENS:
        return after
    return _rest(after.words, step)


def severity(code: int, enhanced: str, text: str) -> Severity:
    """How to read a final no at the recipient: the enhanced code first, then the words (RFC 3463)."""
    if enhanced.startswith("5.7.") or (not enhanced and POLICY.search(text)):
        return Severity.BLOCK
    if enhanced.endswith(".2.2") or FULL.search(text):
        return Severity.SOFT
    if GONE.match(enhanced) or code == 556:
        return Severity.HARD
    return Severity.HARD if GONE_WORDS.search(text) else Severity.SOFT


def _refused(said: Refused, tries: int, first_at: datetime, step: int, now: datetime) -> Aftermath:
    words = f"{said.code} {said.text}".strip()
    if said.stage is Stage.LOGIN and said.code >= 500:
        return _stop(f"The log-in was refused: {words}")
    if said.stage is Stage.TLS:
        return _rest(said.text, step)
    if said.code == 421 or (said.code < 500 and said.stage in (Stage.CONNECT, Stage.LOGIN, Stage.MAIL)):
        return _rest(words, step)
    if said.code < 500:
        return _again(words, tries, first_at, now)
    if said.stage is Stage.RCPT:
        return _no_at_recipient(said, words)
    if said.stage in (Stage.CONNECT, Stage.MAIL) or said.enhanced.startswith("5.7."):
        return _pause(words, tries)
    return Aftermath(MessageState.FAILED, words)


def _no_at_recipient(said: Refused, words: str) -> Aftermath:
    kind = severity(said.code, said.enhanced, said.text)
    return Aftermath(MessageState.FAILED, words, severity=kind)


def _rest(words: str, step: int) -> Aftermath:
    """The mailbox rests; its letters stay queued, and leave when it is back."""
    wait = BACK_OFF[min(step, len(BACK_OFF) - 1)]
    return Aftermath(MessageState.QUEUED, words, back_off=wait)


def _stop(words: str) -> Aftermath:
    return Aftermath(MessageState.QUEUED, words, mailbox=MailboxState.STOPPED, tells_owner=True)


def _pause(words: str, tries: int) -> Aftermath:
    """The letter waits with its mailbox; one that was refused again and again has failed."""
    state = MessageState.FAILED if tries >= MAX_BLOCKS else MessageState.QUEUED
    return Aftermath(state, words, mailbox=MailboxState.PAUSED, tells_owner=True)


def _again(words: str, tries: int, first_at: datetime, now: datetime) -> Aftermath:
    if now - first_at >= GIVE_UP:
        return Aftermath(MessageState.FAILED, words)
    wait = AGAIN[tries - 1] if 1 <= tries <= len(AGAIN) else DAILY
    return Aftermath(MessageState.QUEUED, words, retry_at=now + wait)
