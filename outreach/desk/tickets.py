"""Secret addresses in the digest: each lets its reader do one thing to one row, once and for a week. Pure.

    user . source . row . verb . stamp of the row . last minute - signature

The signature is an HMAC-SHA256 of all that and of the user's session token, cut to 128 bits: a new password ends every
address that was sent before.
"""

from __future__ import annotations

import hmac
import re
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from zlib import crc32

GOOD_FOR = timedelta(days=7)
SHAPE = re.compile(
    r"(\d{1,9})\.([a-z]{1,16})\.(\d{1,9})\.([a-z]{1,16})\.([0-9a-f]{8})\.(\d{1,12})-([A-Za-z0-9_-]{22})"
)


class Verb(StrEnum):
    """What an address is for."""

    DONE = "done"
    LATER = "later"


@dataclass(frozen=True)
class Ticket:
    """One thing that may be done. `stamp` is what the row was like; `until` a minute since 1970."""

    user_id: int
    source: str
    row_id: int
    verb: Verb
    stamp: str
    until: int

    @property
    def plain(self) -> str:
        return f"{self.user_id}.{self.source}.{self.row_id}.{self.verb}.{self.stamp}.{self.until}"


def stamp_of(*facts: object) -> str:
    """What a row was like, in eight signs: another day or another next action gives another stamp."""
    return f"{crc32('|'.join(map(str, facts)).encode()):08x}"


def minute(moment: datetime) -> int:
    return int(moment.timestamp()) // 60


def seal(ticket: Ticket, key: bytes, secret: str) -> str:
    """The ticket with its signature, as it stands in an address."""
    return f"{ticket.plain}-{_signature(ticket, key, secret)}"


def opened(token: str) -> tuple[Ticket, str] | None:
    """The ticket and its signature, which nobody has compared yet; None when it has not the shape."""
    found = SHAPE.fullmatch(token)
    if found is None or found[4] not in set(Verb):
        return None
    ticket = Ticket(int(found[1]), found[2], int(found[3]), Verb(found[4]), found[5], int(found[6]))
    return ticket, found[7]


def is_genuine(ticket: Ticket, signature: str, key: bytes, secret: str, *, now: datetime) -> bool:
    """Is it ours, for this user as they log in now, and not too old?"""
    is_ours = hmac.compare_digest(_signature(ticket, key, secret), signature)
    return is_ours and minute(now) <= ticket.until


def _signature(ticket: Ticket, key: bytes, secret: str) -> str:
    words = f"act from the digest\n{ticket.plain}\n{secret}"
    return urlsafe_b64encode(hmac.digest(key, words.encode(), "sha256")[:16]).decode().rstrip("=")
