"""Which conversation does this mail belong to? Its ids, as the mail itself names them."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime

from outreach.kit.patterns import late
from outreach.letter.lines import flat
from outreach.letter.mail import Mail

MAX_REFERENCES = 100
_ID = late(r"<[^<>\s]{1,500}>")
_PREFIX = late(
    r"^\s{0,3}(?:(?:re|aw|fwd?|wg|sv|vs|vb|antw|odp|pd|r|rif|i|tr|rv|enc|res|ynt|返信|回复|回覆|转发)\s?(?:\[\d{1,3}\]|\(\d{1,3}\))?\s?[:\uff1a]|\[[^\]]{1,30}\])\s{0,3}",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Thread:
    """`references` oldest first, `answers` the ids this mail may answer, nearest first."""

    message_id: str
    in_reply_to: str
    references: tuple[str, ...]
    subject: str

    @property
    def answers(self) -> tuple[str, ...]:
        nearest = [self.in_reply_to, *reversed(self.references)]
        return tuple(dict.fromkeys(one for one in nearest if one and one != self.message_id))


def thread_of(mail: Mail) -> Thread:
    """The mail's place; a missing header is an empty text."""
    references = _ID.findall(mail.get("references")[:60_000])[-MAX_REFERENCES:]
    replied = _ID.findall(mail.get("in-reply-to")[:5_000])
    own = _ID.findall(mail.get("message-id")[:2_000])
    return Thread(
        own[0] if own else "",
        replied[0] if replied else "",
        tuple(references),
        root_subject(mail.get("subject")),
    )


def root_subject(subject: str) -> str:
    """The subject without answer and forward marks of any language, lower case, for comparing only."""
    bare = subject[:1_000]
    for _ in range(12):
        cut = _PREFIX.sub("", bare)
        if cut == bare:
            break
        bare = cut
    return flat(bare)


def sent_at(mail: Mail) -> datetime | None:
    """When it says it was sent, with its zone; else when the last server took it; None when neither is readable."""
    received = mail.get("received").rpartition(";")[2]
    return _moment(mail.get("date")) or _moment(received)


def sent_on(mail: Mail) -> date | None:
    """The sender's own calendar day."""
    at = sent_at(mail)
    return at.date() if at else None


def _moment(value: str) -> datetime | None:
    try:
        at = parsedate_to_datetime(value[:100])
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)
